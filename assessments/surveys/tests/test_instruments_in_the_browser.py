"""HR publishes a questionnaire without JavaScript, somebody answers by keyboard alone, a comment is answered."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.surveys.models import InstrumentVersion, ReleasedComment
from assessments.surveys.services import inbox, instrument_items, instruments
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from assessments.surveys.tests.test_answering_pages import stored, url
from core.tests.soundness import faults_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)


def test_hr_corrects_adds_arranges_previews_and_publishes_without_javascript(tarn, hana, page_of):
    factories.form()
    page = page_of(hana.user, java_script_enabled=False)
    page.goto(reverse("surveys:instruments"))
    page.get_by_role("link", name="Seven Cs of customer focus").click()
    page.get_by_role("button", name="Edit in a draft").click()
    page.get_by_role("link", name="Edit STR1", exact=True).click()
    page.get_by_label("What is asked").fill("I know which customers we serve.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("STR1 has been asked before. Say whether")).to_be_visible()
    page.get_by_label("Correct the words").check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#item-STR1")).to_contain_text("text 2")

    page.get_by_role("button", name="Move STR1 down").click()
    expect(page.locator(".instrument-item").nth(1)).to_have_id("item-STR1")
    page.get_by_role("link", name="Statement", exact=True).click()
    page.get_by_label("What is asked").fill("The new till is quick.")
    page.get_by_label("Full employee questionnaire").check()
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.locator("#item-OWN1")).to_contain_text("reported on its own")

    page.get_by_role("link", name="Preview").click()
    phone = page.frame_locator(".preview-phone")
    expect(phone.get_by_text("I know which customers we serve.")).to_be_visible()
    page.goto(reverse("surveys:instrument_publish", args=["seven-cs-default", 2]))
    expect(page.get_by_text("I know which customers we serve.")).to_be_visible()
    page.get_by_label("What changed and why").fill("A slip corrected, the till added.")
    page.get_by_role("button", name="Publish version 2").click()

    expect(page.get_by_text("Version 2 is in use.")).to_be_visible()
    assert list(InstrumentVersion.objects.values_list("number", "state").order_by("number")) == [
        (1, "retired"),
        (2, "published"),
    ]


def test_somebody_answers_with_the_keyboard_alone_and_keeps_both_codes(survey, eve, page_of):
    page = page_of(eve.user)
    page.goto(url("intro", survey))
    press(page, "Start")
    expect(page).to_have_url(re.compile("/page/1/$"))
    page.wait_for_load_state()  # the address is there before the script that hears the keys
    page.locator("fieldset.likert input").first.focus()
    for key in "12345n":
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/page/2/$"))
    page.locator("fieldset.likert input").first.focus()
    page.keyboard.press("ArrowRight")  # radio buttons answer to the arrows, too
    is_saved(page)
    page.goto(url("page", survey, 9))
    page.locator("[type=range]").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    is_saved(page)
    page.goto(url("page", survey, 10))
    page.locator("textarea").first.focus()
    page.keyboard.type("Time to listen")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/check/$"))
    kept = stored(survey, eve)
    assert sorted(value for code, value in kept.items() if code.startswith("STR")) == ["1", "2", "3", "4", "5", "na"]
    assert (kept["C1"], kept["SL1.today"]) == ("Time to listen", "55")
    press(page, "Hand in")

    expect(page.locator("[data-receipt=receipt]")).to_be_visible()
    expect(page.locator("[data-receipt=inbox]")).to_have_text(re.compile(r"^([2-9A-Z]{4}-){6}[2-9A-Z]{4}$"))


def test_keys_answer_from_nought_to_ten_and_decline_a_pair(tarn, hana, eve, page_of):
    draft = instruments.start_draft(factories.form().version.instrument, by=hana.user)
    pulse = draft.forms.get(key="employee_pulse")
    words = {"left": "Fast", "right": "Right", "left_short": "Fast", "right_short": "Right"}
    given = (("numeric", {"text": "How likely are you to come back?"}), ("slider", words))
    for revision, (kind, fields) in enumerate(given):
        instrument_items.add_item(draft, revision=revision, by=hana.user, forms=[pulse], kind=kind, **fields)
    instruments.publish(draft, change_note="More.", revision=2, by=hana.user, at=timezone.now())
    survey = factories.open_campaign(form=pulse)
    page = page_of(eve.user)
    page.goto(url("page", survey, 2))
    page.locator("#OWN1 input").first.focus()
    for key, kept in (("7", "7"), ("1", "1"), ("0", "10"), ("n", "na"), ("0", "0")):
        page.keyboard.press(key)
        expect(page.locator(f"#OWN1 input[value='{kept}']")).to_be_checked()
    is_saved(page)

    page.goto(url("page", survey, 3))
    page.locator("[id='OWN2.today']").focus()
    page.keyboard.press("n")

    is_saved(page)
    assert stored(survey, eve) == {"OWN1": "0", "OWN2.today": "na", "OWN2.desired": "na"}


def test_a_reader_and_a_writer_talk_about_a_comment_without_javascript(tarn, hana, eve, page_of):
    survey = factories.open_campaign(title="Spring survey")
    code = factories.answer(factories.invitation_of(survey, eve), {"STR1": "4", "C1": "Eve waits for parts"}).inbox
    survey.invitations.filter(employee=eve).delete()
    cast_ballots(survey, answers_of)
    factories.close(survey)
    comment = ReleasedComment.objects.get(text="Eve waits for parts")
    reader = page_of(hana.user)
    reader.goto(reverse("surveys:comment", args=[survey.pk, comment.pk]))
    reader.get_by_label("Your answer").fill("Which parts?")
    reader.get_by_role("button", name="Send the answer").click()
    expect(reader.get_by_text("Sent. The writer reads it with their inbox code.")).to_be_visible()

    writer = page_of(None, java_script_enabled=False)
    writer.goto(reverse("surveys:inbox"))
    writer.get_by_label("Inbox code").fill(code.lower())
    writer.get_by_role("button", name="Open").click()
    expect(writer.get_by_text("Which parts?")).to_be_visible()
    writer.get_by_label("Your answer").fill("Filters")
    writer.get_by_role("button", name="Send").click()

    reader.reload()
    expect(reader.get_by_text("Filters")).to_have_count(0)
    inbox.tell_readers(at=timezone.now())  # the round of the next morning
    reader.reload()
    expect(reader.get_by_text("Filters")).to_be_visible()


def test_axe_finds_nothing_in_the_editor_and_the_inbox(published, hana, tarn, page_of):
    version = published.form.version
    draft = instruments.start_draft(version.instrument, by=hana.user)
    comment = ReleasedComment.objects.filter(question="C1").first()
    inbox.answer(comment, text="Thank you", by=hana.user, by_words="Hana Vale, HR", on=published.closes_at.date())
    key = version.instrument.key

    def at(name: str, *args: object) -> str:
        return reverse(f"surveys:instrument_{name}", args=[key, draft.number, *args])

    visits = [
        reverse("surveys:instruments"),
        reverse("surveys:instrument_new"),
        reverse("surveys:instrument_import_new"),
        at("version"),
        at("item", "STR1"),
        at("item_new", "slider"),
        at("texts"),
        at("publish"),
        at("preview", "employee_full"),
        at("preview_page", "employee_full", 9),
        at("import"),
        reverse("surveys:inbox"),
        reverse("surveys:comment", args=[published.pk, comment.pk]),
    ]
    page, found = page_of(hana.user), []
    for address in visits:
        page.goto(address)
        found += faults_of(page)

    assert not found, "\n".join(found)


def is_saved(page: Page) -> None:
    """Whoever leaves before that is asked by the browser whether to stay; the test would just leave."""
    expect(page.locator("[data-save-mark]")).to_have_attribute("data-save-mark", "saved")


def press(page: Page, name: str) -> None:
    """Reach a link or button by Tab and press Enter."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} is not reached by the keyboard")
