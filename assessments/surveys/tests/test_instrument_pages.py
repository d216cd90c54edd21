"""The pages of the questionnaire editor: what they say, what they refuse, and who may only read."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessments.surveys import instrument_files as files
from assessments.surveys.forms.campaigns import sendable_forms
from assessments.surveys.models import Instrument, InstrumentVersion
from assessments.surveys.queries import instruments as queries
from assessments.surveys.services import instruments as services
from assessments.surveys.tests import factories
from core.models import AuditEntry

KEY = "seven-cs-default"


@pytest.fixture
def draft(cast) -> InstrumentVersion:
    return services.start_draft(factories.form().version.instrument, by=cast.hana.user)


@pytest.fixture
def hr(client_of, hana):
    return client_of(hana)


def at(name: str, *args: object) -> str:
    return reverse(f"surveys:instrument_{name}", args=[KEY, 2, *args])


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def now(draft: InstrumentVersion) -> int:
    return InstrumentVersion.objects.get(pk=draft.pk).revision


def edited(hr, draft, known: str, **change: object):
    item = draft.items.get(code=known)
    sent = {"text": item.text, "allows_na": "on", "referent": item.referent, "revision": now(draft)}
    return hr.post(at("item", known), sent | change)


def test_the_page_says_what_a_change_does_to_trends_before_it_is_made(hr, draft):
    page = words(hr.get(at("item", "STR1")))

    assert "it stays STR1 with a new text version" in page
    assert "STR7 takes its place, and its trend starts with the next survey" in page
    assert (
        "In “Full employee questionnaire” the trend of Strategy then goes on, based on 5 items asked both times" in page
    )


def test_new_words_are_refused_until_it_is_said_what_they_are(hr, draft):
    refused = edited(hr, draft, "STR1", text="Other words.")
    assert (refused.status_code, "Say whether this corrects its words" in words(refused)) == (422, True)
    assert "Other words." in refused.content.decode()

    saved = edited(hr, draft, "STR1", text="Other words.", change="meaning")

    assert saved.status_code == 302
    assert draft.items.get(code="STR7").replaces == "STR1"
    assert "Takes the place of STR1" in words(hr.get(at("version") + "?form=employee_full"))


def test_t55_a_button_pressed_on_an_old_page_changes_nothing_and_shows_the_draft_as_it_is(hr, draft):
    old = now(draft)
    address = at("arrangement", "employee_full")
    hr.post(address, {"code": "STR1", "do": "down", "revision": old})

    stale = hr.post(address, {"code": "STR2", "do": "out", "revision": old})

    assert (stale.status_code, "Somebody changed this draft" in words(stale)) == (409, True)
    assert queries.pages_of(draft.forms.get(key="employee_full"))[0][:2] == ["STR2", "STR1"]


def test_a_form_gets_another_name_and_keeps_its_questions(hr, draft):
    form = draft.forms.get(key="customer")
    asked, address = queries.pages_of(form), at("form_name", "customer")

    assert hr.post(address, {"name": "", "rule": "Typed", "revision": now(draft)}).status_code == 422
    saved = hr.post(address, {"name": "Customers <brief>", "rule": "After a repair.", "revision": now(draft)})

    assert saved.status_code == 302
    form.refresh_from_db()
    assert (form.name, form.rule, form.key) == ("Customers <brief>", "After a repair.", "customer")
    assert queries.pages_of(form) == asked
    page = hr.get(at("version") + "?form=customer").content.decode()
    assert "Customers &lt;brief&gt;" in page
    assert "After a repair." in page


def test_hr_writes_what_low_and_high_mean_for_a_c(hr, draft):
    assert draft.constructs["strategy"]["low_means"] in hr.get(at("texts")).content.decode()

    sent = {"strategy_low_means": "Nobody <knows>.", "revision": now(draft)}
    saved = hr.post(at("texts"), sent)

    assert saved.status_code == 302
    before = dict(draft.constructs["strategy"])
    draft.refresh_from_db()
    assert draft.constructs["strategy"] == before | {"low_means": "Nobody <knows>."}
    assert AuditEntry.objects.filter(verb="changed texts").latest("pk").changes["strategy low_means"]["new"]


def test_t55_what_was_typed_into_an_old_page_stays_and_is_saved_when_pressed_again(hr, draft):
    old = now(draft)
    hr.post(at("arrangement", "employee_full"), {"code": "STR1", "do": "down", "revision": old})
    typed = {
        at("item_new", "likert"): {"text": "The till is quick."},
        at("texts"): {"employee_intro": "Hello from the second window."},
        at("publish"): {"change_note": "The second window says why."},
    }

    for address, fields in typed.items():
        refused = hr.post(address, fields | {"revision": old})
        page = refused.content.decode()
        assert (refused.status_code, "What you typed is still here" in words(refused)) == (422, True)
        assert next(iter(fields.values())) in page
        shown = re.search(r'name="revision" value="(\d+)"', page)[1]
        assert hr.post(address, fields | {"revision": shown}).status_code == 302

    draft.refresh_from_db()
    assert draft.state == "published"
    assert draft.texts["employee_intro"] == "Hello from the second window."


@pytest.mark.parametrize(
    ("do", "first", "second"),
    [
        ("up", ["STR2", "STR1", "STR3", "STR4", "STR5", "STR6"], 5),
        ("split", ["STR1"], 5),
        ("out", ["STR1", "STR3", "STR4", "STR5", "STR6"], 5),
        ("join", ["STR1", "STR2", "STR3", "STR4", "STR5", "STR6"], 5),
    ],
)
def test_the_buttons_arrange_a_form(hr, draft, do, first, second):
    hr.post(at("arrangement", "employee_full"), {"code": "STR2", "do": do, "revision": now(draft)})

    pages = queries.pages_of(draft.forms.get(key="employee_full"))
    assert (pages[0], len(pages[1])) == (first, second)


def test_a_form_of_ones_own_is_filled_published_and_offered_to_campaigns(hr, draft):
    hr.post(at("form_new"), {"name": "Quick look", "audience": "employee", "revision": now(draft)})
    for code in ("STR1", "CSQ1"):
        hr.post(at("arrangement", "quick_look"), {"code": code, "do": "in", "revision": now(draft)})

    published = hr.post(at("publish"), {"change_note": "A quick look.", "revision": now(draft)}, follow=True)

    assert "Version 2 is in use." in words(published)
    form = InstrumentVersion.objects.get(number=2).forms.get(key="quick_look")
    assert (float(form.minutes), queries.pages_of(form)) == (0.3, [["STR1", "CSQ1"]])
    assert form in sendable_forms()
    assert not sendable_forms().filter(version__number=1).exists()


def test_what_is_missing_stands_on_the_last_page_before_publication(hr, draft):
    assert "The draft asks the same as version 1." in words(hr.get(at("publish")))

    refused = hr.post(at("publish"), {"change_note": "x", "revision": now(draft)})

    assert refused.status_code == 422
    assert InstrumentVersion.objects.get(number=2).state == "draft"


def test_a_file_is_looked_at_before_it_is_taken(hr, draft):
    rows = [dict(zip(files.COLUMNS, row, strict=False)) for row in files.tables.read("q.csv", files.to_csv(draft))[1:]]
    rows[0] |= {"text": "I know whom we serve.", "text_version": "2"}
    kept = [row for row in rows if row["code"] != "STR6"]
    table = files.tables.to_csv(files.COLUMNS, [[row.get(name, "") for name in files.COLUMNS] for row in kept])
    before = now(draft)

    looked = hr.post(at("import"), {"file": SimpleUploadedFile("items.csv", table), "revision": before})

    assert "Nothing has been changed yet." in words(looked)
    assert "I know whom we serve." in words(looked)
    assert draft.items.filter(code="STR6").exists()
    carried = re.search(r'name="content" value="([^"]+)"', looked.content.decode())[1]
    sent = {"content": carried, "name": "items.csv", "revision": before, "do": "apply"}
    done = hr.post(at("import"), sent, follow=True)
    assert "Imported: 0 added, 1 changed, 1 removed." in words(done)
    assert not draft.items.filter(code="STR6").exists()
    assert hr.post(at("import"), sent).status_code == 422  # the draft is a revision further


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_t15_errors_of_a_file_are_named_by_line_and_printed_as_text(hr, draft, kind):
    if kind == "csv":
        content = b"code,kind,audience,construct,text\n<script>x</script>,likert,employee,,Words\n"
    else:
        content = b'{"schema": "wheelhouse-questionnaire/1", "forms": [], "items": [{"code": "<b>", "kind": "<i>"}]}'

    refused = hr.post(at("import"), {"file": SimpleUploadedFile(f"q.{kind}", content), "revision": now(draft)})

    assert refused.status_code == 422
    assert ("Line 2" if kind == "csv" else "Item 1") in words(refused)
    assert "<script>x" not in refused.content.decode()
    assert "<b>" + "</b>" not in refused.content.decode()


def test_t18_a_large_file_is_refused_before_it_is_read(hr, draft):
    large = SimpleUploadedFile("q.json", b"{" + b" " * (files.MOST_BYTES + 1))

    assert "larger than 2 MB" in words(hr.post(at("import"), {"file": large, "revision": now(draft)}))


def test_a_questionnaire_is_copied_imported_and_named(hr, draft):
    version = InstrumentVersion.objects.get(number=1)
    hr.post(reverse("surveys:instrument_new"), {"name": "Summer edition", "source": version.pk})
    content = SimpleUploadedFile("q.json", files.to_json(version).encode())
    looked = hr.post(reverse("surveys:instrument_import_new"), {"file": content, "title": "Bought"})
    carried = re.search(r'name="content" value="([^"]+)"', looked.content.decode())[1]
    hr.post(
        reverse("surveys:instrument_import_new"),
        {"content": carried, "name": "q.json", "title": "Bought", "do": "apply"},
    )

    assert set(Instrument.objects.values_list("key", "is_own")) == {
        (KEY, False),
        ("summer-edition", False),
        ("bought", True),
    }
    assert "Bought" in words(hr.get(reverse("surveys:instruments")))


def test_the_preview_is_framed_by_our_own_pages_only(hr, draft):
    outer, inner = hr.get(at("preview", "customer")), hr.get(at("preview_page", "customer", 1))

    assert "frame-src 'self'" in outer["Content-Security-Policy"]
    assert outer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'self'" in inner["Content-Security-Policy"]
    assert inner["X-Frame-Options"] == "SAMEORIGIN"
    assert "is clear about the limits of what it offers." in words(inner)
    assert "data-save-url" not in re.sub(r'data-save-url=""', "", inner.content.decode())


def test_t06_no_field_of_an_item_is_set_that_the_form_does_not_show(hr, draft):
    edited(hr, draft, "STR1", construct="commitment", code="EVIL", text_version="9", is_custom="on", block="x")

    item = draft.items.get(code="STR1")
    assert (item.construct, item.text_version, item.is_custom, item.block) == ("strategy", 1, False, "strategy")


def test_t09_a_version_in_use_is_read_and_not_changed(hr, draft):
    InstrumentVersion.objects.filter(number=2).update(state="published", published_at="2026-01-01T00:00Z")

    for name, args, sent in (
        ("item", ["STR1"], {"text": "x", "change": "spelling"}),
        ("texts", [], {"employee_intro": "x"}),
        ("form_new", [], {"name": "x", "audience": "employee"}),
    ):
        refused = hr.post(at(name, *args), sent | {"revision": now(draft)})
        assert "A published version never changes." in words(refused), name
    assert draft.items.get(code="STR1").text.startswith("I know which")


def test_an_auditor_reads_every_question_and_is_offered_no_change(client_of, ingrid, draft):
    auditor = client_of(ingrid)

    page = words(auditor.get(reverse("surveys:instrument_version", args=[KEY, 1])))

    assert "I know which customers we are here to serve." in words(
        auditor.get(reverse("surveys:instrument_version", args=[KEY, 1]) + "?form=employee_full")
    )
    assert "Edit in a draft" not in page
    assert auditor.post(reverse("surveys:instrument_draft", args=[KEY])).status_code == 403
    assert auditor.get(at("csv")).status_code == 200


def test_t62_the_page_of_a_version_costs_the_same_whatever_it_holds(hr, draft, django_assert_max_num_queries):
    for form in ("customer", "employee_full"):
        with django_assert_max_num_queries(18):
            hr.get(at("version") + f"?form={form}")
    with django_assert_max_num_queries(12):
        hr.get(reverse("surveys:instruments"))
