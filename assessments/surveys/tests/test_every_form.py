"""Every form that ships is answered page by page, in the words of those who are asked, and stored whole."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import ballot_box, ballot_keys
from assessments.surveys.ballots import SealedBallot
from assessments.surveys.models import UnitSnapshot
from assessments.surveys.queries import answering, layouts, statements
from assessments.surveys.services import instrument_items, instruments
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from assessments.surveys.tests.test_answering_pages import url

FORMS = {"employee_full": 49, "employee_pulse": 9, "readiness": 19, "leader_full": 47}


def answers_to(page: str, sequence: str) -> dict[str, str]:
    """The best answer to each question on a page, as a browser without JavaScript would send it."""
    radios = dict.fromkeys(re.findall(r'<input type="radio"\s+name="([^"]+)"\s+value="4"', page), "4")
    markers = re.findall(r'<input type="range"[^>]*?name="([^"]+)"', page, re.DOTALL)
    texts = re.findall(r'<textarea[^>]*?name="([^"]+)"', page, re.DOTALL)
    sent = {"sequence": sequence} | radios | dict.fromkeys(texts, "Words")
    for marker in markers:
        sent |= {marker: "35", f"{marker}-set": "1"}
    return sent


@pytest.mark.parametrize(("key", "asked"), FORMS.items())
def test_every_form_is_answered_whole(tarn, client_of, key, asked):
    survey = factories.open_campaign(form=factories.form(key))
    seat = survey.invitations.select_related("employee__user").first()
    client = client_of(seat.employee)
    address = url("page", survey, 1)
    for _ in range(12):
        if "/page/" not in address:
            break
        page = client.get(address).content.decode()
        address = client.post(address, answers_to(page, "1")).url
    assert f"All {asked} answered." in client.get(url("check", survey)).content.decode()

    done = client.post(url("submission", survey)).content.decode()

    assert "Thank you. Your answers are in." in done
    assert ("Your inbox code" in done) == (key != "leader_full")
    layout = layouts.layout_of(survey.form)
    private = ballot_keys.load(survey.key).private
    [ballot] = ballot_box.open_all(SealedBallot.objects.values_list("payload", flat=True), private, layout)
    statements = sum(slot.kind == "likert" for slot in layout.slots)
    assert (ballot.vector.count(4), 0 in ballot.vector) == (statements, False)
    assert ballot.comments == ("Words",) * len(layout.comments)


def test_leaders_and_customers_are_asked_in_words_of_their_own(tarn, hana, client_of):
    draft = instruments.start_draft(factories.form().version.instrument, by=hana.user)
    own = {
        "text": "I know which customers we are here to serve.",
        "leader_text": "I can name the customers {org} is for.",
    }
    item = draft.items.get(code="STR1")
    instrument_items.change_item(item, revision=0, by=hana.user, change="spelling", **own)
    leaders = draft.forms.get(key="leader_full")
    instruments.publish(draft, change_note="For leaders.", revision=1, by=hana.user, at=timezone.now())
    survey = factories.open_campaign(form=leaders)
    leader = survey.invitations.select_related("employee__user").first().employee

    page = client_of(leader).get(url("page", survey, 1)).content.decode()

    assert "I can name the customers" in page
    assert "I know which customers" not in page
    assert answering.preview(draft.forms.get(key="employee_full"), 1).questions[0].text == own["text"]


def test_the_change_that_readiness_asks_about_is_named_in_words(tarn, eve, client_of):
    survey = factories.open_campaign(form=factories.form("readiness"))

    page = client_of(eve).get(reverse("surveys:page", args=[survey.pk, 1])).content.decode()

    assert "I understand why becoming more customer-focused is needed." in page
    assert "{change}" not in page


def test_a_question_of_ones_own_is_read_on_its_own_beside_unchanged_scores(tarn, hana, client_of, at_place):
    draft = instruments.start_draft(factories.form().version.instrument, by=hana.user)
    full = draft.forms.get(key="employee_full")
    instrument_items.add_item(
        draft, revision=0, by=hana.user, forms=[full], kind="likert", text="The new till is quick."
    )
    instruments.publish(draft, change_note="The till.", revision=1, by=hana.user, at=timezone.now())
    survey = factories.open_campaign(form=full)
    cast_ballots(survey, lambda seat: answers_of(seat) | {"OWN1": "1"})
    factories.close(survey)
    whole = reverse("surveys:unit_results", args=[survey.pk, at_place(survey, "company")])

    own = client_of(hana).get(f"{whole}?topic=own").content.decode()
    strategy = client_of(hana).get(f"{whole}?topic=strategy").content.decode()

    assert "Own questions, statement by statement" in own
    assert "The new till is quick." in own
    assert "The new till is quick." not in strategy
    top = UnitSnapshot.objects.get(campaign=survey, place=1)
    rows = {row.code: row.topic for row in statements.items(top)}
    assert (rows["OWN1"], rows["OUT1"], rows["STR1"]) == ("own", "outcome", "strategy")
