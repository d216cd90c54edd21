"""Answering in the browser, without JavaScript and as the script of the page does it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import ballot_keys
from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.queries import answering
from assessments.surveys.tests import factories
from people.models import Unit
from people.tests.factories import EmployeeFactory

STRATEGY = [f"STR{number}" for number in range(1, 7)]


def url(name, campaign, *more):
    return reverse(f"surveys:{name}", args=[campaign.pk, *more])


def text(response):
    return response.content.decode()


def stored(campaign, employee):
    """Field -> value of the person's draft."""
    invitation = factories.invitation_of(campaign, employee)
    lines = {}
    for number in range(1, answering.page(invitation, 1).of + 1):
        for question in answering.page(invitation, number).questions:
            if question.kind == "slider":
                lines |= {f"{question.field}.today": question.today, f"{question.field}.desired": question.desired}
            else:
                lines[question.field] = question.value
    return {field: value for field, value in lines.items() if value}


def save(client, campaign, key, value, sequence):
    return client.post(url("answers", campaign), {"key": key, "value": value, "sequence": sequence})


def test_p20_the_introduction_says_who_sees_what_before_the_first_question(survey, eve, client_of):
    page = text(client_of(eve).get(url("intro", survey)))

    assert "Max Berg, head of Helpdesk" in page
    assert "Scores of a group need 5 answers, comments 10." in page
    assert "Invited as: Helpdesk, 12 people" in page


def test_p20_the_receipt_names_the_limits_that_were_frozen(tarn, eve, client_of):
    strict = factories.open_campaign(minimum_group=12)
    factories.answer(factories.invitation_of(strict, eve), {"STR1": "4"})

    page = text(client_of(eve).get(url("thanks", strict)))

    assert "12 answers for scores, 12 for comments and for splits." in page
    assert "managers of groups of 12 or more" in page


def test_p01_the_introduction_says_that_drafts_are_tied_to_the_person_and_what_the_seal_does(survey, eve, client_of):
    page = text(client_of(eve).get(url("intro", survey)))

    assert "your draft is stored with your name and encrypted" in page
    assert "nobody, with whatever rights, can join you to your answers" in page


def test_each_page_asks_one_construct_in_the_persons_own_stable_order(survey, eve, ed, client_of):
    client = client_of(eve)
    orders = [
        re.findall(r'<fieldset class="likert"\s+id="(\w+)"', text(client.get(url("page", survey, 1)))) for _ in "12"
    ]
    everybody = {
        tuple(re.findall(r'id="(STR\d)"', text(client_of(invitation.employee).get(url("page", survey, 1)))))
        for invitation in survey.invitations.select_related("employee__user")[:8]
    }

    assert sorted(orders[0]) == STRATEGY
    assert orders[0] == orders[1]
    assert len(everybody) > 1
    assert "Strategy" not in text(client.get(url("page", survey, 1))), "block titles would lead the answer"


def test_a_page_posted_without_javascript_is_kept_and_leads_on(survey, eve, client_of):
    client = client_of(eve)

    response = client.post(url("page", survey, 1), {"STR1": "4", "STR2": "na"})

    assert response.headers["Location"] == url("page", survey, 2)
    assert stored(survey, eve) == {"STR1": "4", "STR2": "na"}
    again = text(client.get(url("page", survey, 1)))
    assert re.search(r'name="STR1"\s+value="4"[^>]*checked', again)
    assert "Continue on page 2" in text(client.get(url("intro", survey)))


def test_back_keeps_the_page_too(survey, eve, client_of):
    response = client_of(eve).post(url("page", survey, 2), {"CHA1": "2", "go": "back"})

    assert response.headers["Location"] == url("page", survey, 1)
    assert stored(survey, eve) == {"CHA1": "2"}


def test_the_last_page_leads_to_the_check_and_the_first_back_to_the_introduction(survey, eve, client_of):
    client = client_of(eve)

    assert client.post(url("page", survey, 10), {}).headers["Location"] == url("check", survey)
    assert client.post(url("page", survey, 1), {"go": "back"}).headers["Location"] == url("intro", survey)
    assert client.get(url("page", survey, 11)).status_code == 404
    assert client.get(url("page", survey, 0)).status_code == 404


def test_a_marker_counts_only_when_it_is_set(survey, eve, client_of):
    client = client_of(eve)
    untouched = {"SL1.today": "50", "SL1.desired": "50"}

    client.post(url("page", survey, 9), untouched)
    assert stored(survey, eve) == {}

    client.post(url("page", survey, 9), untouched | {"SL1.today": "35", "SL1.today-set": "1", "SL2.na": "na"})
    assert stored(survey, eve) == {"SL1.today": "35", "SL2.today": "na", "SL2.desired": "na"}


def test_t56_a_comment_that_is_too_long_comes_back_with_422_and_every_letter(survey, eve, client_of):
    long = "x" * 1001 + " end"

    response = client_of(eve).post(url("page", survey, 10), {"C1": long, "C2": "Short"})

    page = text(response)
    assert response.status_code == 422
    assert "Please shorten this to 1000 characters; now it has 1005." in page
    assert long in page
    assert ">Short</textarea>" in page
    assert stored(survey, eve) == {}


def test_line_ends_of_the_browser_count_once(survey, eve, client_of):
    response = client_of(eve).post(url("page", survey, 10), {"C1": "\r\n".join("a" * 500)})

    assert response.status_code == 302
    assert "\r" not in stored(survey, eve)["C1"]


@pytest.mark.parametrize("value", ["6", "0", "yes", "٤", "-1", "4.0", "' OR 1=1"])
def test_t57_an_answer_off_the_scale_is_refused_in_both_ways(survey, eve, client_of, value):
    client = client_of(eve)

    assert client.post(url("page", survey, 1), {"STR1": value}).status_code == 422
    assert save(client, survey, "STR1", value, 1).status_code == 422
    assert stored(survey, eve) == {}


def test_each_answer_is_saved_alone_and_the_higher_sequence_wins(survey, eve, client_of):
    """F23: two windows may overtake each other on the way."""
    client = client_of(eve)

    assert save(client, survey, "STR1", "4", 20).status_code == 204
    assert save(client, survey, "STR1", "2", 10).status_code == 204
    assert save(client, survey, "C1", "Helpful colleagues", 21).status_code == 204

    assert stored(survey, eve) == {"STR1": "4", "C1": "Helpful colleagues"}


def test_f23_a_page_opened_earlier_does_not_roll_back_what_another_window_saved_since(survey, eve, client_of):
    client = client_of(eve)
    save(client, survey, "STR1", "2", 10)
    old = re.search(r'name="sequence" value="(\d+)"', text(client.get(url("page", survey, 1))))[1]
    save(client, survey, "STR1", "5", 30)

    client.post(url("page", survey, 1), {"sequence": old, "STR1": "2", "STR2": "3"})

    assert stored(survey, eve) == {"STR1": "5", "STR2": "3"}


@pytest.mark.parametrize(
    "data",
    [{}, {"key": "STR1", "value": "4"}, {"key": "NOPE", "value": "4", "sequence": 1}, {"key": "STR1", "sequence": -1}],
)
def test_a_save_that_makes_no_sense_is_refused_in_words(survey, eve, client_of, data):
    response = client_of(eve).post(url("answers", survey), data)

    assert response.status_code == 422
    assert response.headers["Content-Type"].startswith("text/plain")
    assert text(response).endswith(".")


def test_f25_saving_after_the_session_ended_leads_to_the_sign_in(survey, eve, client):
    response = save(client, survey, "STR1", "4", 1)

    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("account_login"))


def test_handing_in_shows_the_receipt_once_and_erases_the_draft(survey, eve, client_of):
    """P20."""
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)
    check = text(client.get(url("check", survey)))
    assert "1 of 49 answered. You may leave the rest open." in check
    assert "5 of 6 on page 1" in check

    response = client.post(url("submission", survey))

    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", text(response))[0]
    assert "anonymous, unlinkable once the survey closes" in text(response)
    assert not Draft.objects.exists()
    assert SealedBallot.objects.count() == 1
    later = text(client.get(url("thanks", survey)))
    assert code not in later
    assert "shown once, right then" in later


def test_t54_p13_handing_in_twice_shows_the_codes_once_and_leaves_one_ballot(survey, eve, client_of):
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)

    first, second = (client.post(url("submission", survey)) for _ in "12")

    assert "data-receipt=" in text(first)
    assert second.status_code == 200
    assert "Your answers are in" in text(second)
    assert "shown once, right then" in text(second)
    assert not re.search(r"data-receipt=|([2-9A-Z]{4}-){2}[2-9A-Z]{4}", text(second))
    assert SealedBallot.objects.count() == 1


def test_after_handing_in_every_step_leads_to_the_thanks(survey, eve, client_of):
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)
    client.post(url("submission", survey))

    for name, more in (("intro", ()), ("check", ()), ("page", (1,))):
        assert client.get(url(name, survey, *more)).headers["Location"] == url("thanks", survey)
    assert save(client, survey, "STR1", "5", 2).status_code == 410


def test_nothing_answered_is_not_handed_in(survey, eve, client_of):
    response = client_of(eve).post(url("submission", survey))

    assert response.status_code == 422
    assert "Answer at least one statement" in text(response)
    assert not SealedBallot.objects.exists()


def test_the_thanks_before_handing_in_lead_to_the_introduction(survey, eve, client_of):
    assert client_of(eve).get(url("thanks", survey)).headers["Location"] == url("intro", survey)


def test_one_can_keep_a_copy_of_ones_own_draft(survey, eve, client_of):
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)

    response = client.get(url("answers_copy", survey))

    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "I know which customers we are here to serve.\nAgree" in text(response)


@pytest.mark.parametrize("name", ["intro", "check", "thanks", "answers_copy"])
def test_t01_somebody_who_was_not_invited_finds_nothing(survey, client_of, name):
    stranger = EmployeeFactory(unit=Unit.objects.get(key="sales"))

    assert client_of(stranger).get(url(name, survey)).status_code == 404


def test_t02_somebody_who_was_not_invited_writes_nothing(survey, client_of):
    client = client_of(EmployeeFactory(unit=Unit.objects.get(key="sales")))

    assert save(client, survey, "STR1", "4", 1).status_code == 404
    assert client.post(url("submission", survey)).status_code == 404
    assert client.post(url("page", survey, 1), {"STR1": "4"}).status_code == 404
    assert not Draft.objects.exists()


def test_t50_no_address_of_the_journey_names_the_person_or_the_invitation(survey, eve, client_of):
    invitation = factories.invitation_of(survey, eve)
    page = text(client_of(eve).get(url("page", survey, 1)))

    assert invitation.pk != survey.pk
    assert f"/{invitation.pk}/" not in page
    assert f"/{eve.pk}/" not in page.replace(f"/surveys/{survey.pk}/", "")


def test_f26_inside_the_grace_a_page_that_was_open_still_counts(survey, eve, client_of, passed_by):
    client = client_of(eve)
    passed_by(survey, minutes=3)

    assert save(client, survey, "STR1", "4", 1).status_code == 204
    assert client.post(url("page", survey, 1), {"STR2": "5"}).status_code == 302
    assert client.get(url("check", survey)).status_code == 200
    assert "Your receipt" in text(client.post(url("submission", survey)))


def test_f26_after_the_grace_answers_are_refused_and_shown_to_keep(survey, eve, client_of, passed_by):
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)
    passed_by(survey, minutes=6)

    assert save(client, survey, "STR2", "4", 2).status_code == 410
    for response in (
        client.post(url("page", survey, 10), {"C1": "My last <words>"}),
        client.post(url("submission", survey)),
        client.get(url("check", survey)),
        client.get(url("intro", survey)),
    ):
        assert response.status_code == 410
        assert "I know which customers we are here to serve." in text(response)
        assert url("answers_copy", survey) in text(response)
    late = text(client.post(url("page", survey, 10), {"C1": "My last <words>"}))
    assert "My last &lt;words&gt;" in late
    assert not SealedBallot.objects.exists()


def test_f26_after_the_seal_only_what_was_just_sent_can_be_shown(survey, eve, client_of):
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)
    factories.answer_all(survey, lambda invitation: None if invitation.employee_id == eve.pk else {"STR1": "3"})
    factories.close(survey)

    late = text(client.post(url("page", survey, 10), {"C1": "Too late"}))

    assert "Too late" in late
    assert "I know which customers" not in late
    assert "erased at closing time" in text(client.get(url("intro", survey)))


def test_before_it_opens_there_is_an_introduction_and_no_start(tarn, eve, client_of):
    later = timezone.now() + timedelta(days=2)
    survey = factories.open_campaign(opens_at=later, closes_at=later + timedelta(days=7))
    client = client_of(eve)

    page = text(client.get(url("intro", survey)))

    assert "Opens" in page
    assert url("page", survey, 1) not in page
    assert client.get(url("page", survey, 1)).headers["Location"] == url("intro", survey)
    assert save(client, survey, "STR1", "4", 1).status_code == 410


def test_without_the_key_of_the_survey_nothing_is_lost_and_the_page_says_so(survey, eve, client_of):
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)
    ballot_keys.destroy(survey.key)

    assert save(client, survey, "STR2", "4", 2).status_code == 503
    response = client.get(url("page", survey, 1))
    assert response.status_code == 503
    assert "Nothing you have answered is lost" in text(response)
    assert Draft.objects.count() == 1


def test_my_surveys_names_minutes_and_closing_and_what_comes_after(survey, eve, client_of):
    client = client_of(eve)
    waiting = text(client.get(reverse("surveys:mine")))
    save(client, survey, "STR1", "4", 1)
    begun = text(client.get(reverse("surveys:mine")))
    client.post(url("submission", survey))
    answered = text(client.get(reverse("surveys:mine")))

    assert "10 minutes · open until" in waiting
    assert "Continue" in begun
    assert "Results come after it closes on" in answered
    assert "Nothing waits for you." in answered


def queries_of(client, survey):
    """Queries of each page for somebody who has begun."""
    pages = [("intro", ()), ("page", (1,)), ("page", (9,)), ("check", ())]
    counts = []
    for address in [reverse("surveys:mine"), *(url(name, survey, *more) for name, more in pages)]:
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        counts.append(len(captured))
    return counts


def test_t62_pages_cost_the_same_whatever_the_size_of_the_organisation(survey, eve, client_of):
    client = client_of(eve)
    save(client, survey, "STR1", "4", 1)
    small = queries_of(client, survey)

    EmployeeFactory.create_batch(40, unit=eve.unit, manager=eve.manager)
    larger = factories.open_campaign(title="Larger", closes_at=timezone.now() + timedelta(days=9))
    for code in STRATEGY:
        save(client, larger, code, "4", 1)

    assert queries_of(client, larger) == small
    assert max(small) <= 20
