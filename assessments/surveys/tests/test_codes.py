"""Answering by a code on paper: what it opens, what its holder learns, and what a shared device keeps."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.queries import links as queries
from assessments.surveys.services import links
from assessments.surveys.tests import factories
from assessments.surveys.tests.test_visits import arrive, text
from assessments.surveys.views import tries, visits
from people.models import User, no_address


def code_for(survey, employee):
    [slip] = links.make_codes(survey, by=factories.hr(), employees=[employee])
    return slip.code


def test_a_code_at_the_kiosk_opens_ones_own_seat_and_clears_up_after_it(survey, eve):
    code = code_for(survey, eve)
    kiosk = reverse("surveys:kiosk", args=[survey.key])
    device = Client()
    entered = device.post(kiosk, {"code": f" {code.lower().replace('-', ' ')} "})
    assert entered.headers["Location"] == reverse("surveys:visit_intro")
    intro = device.get(reverse("surveys:visit_intro"))
    assert "Invited as: Helpdesk" in text(intro)
    page = device.get(reverse("surveys:visit_page", args=[1]))
    assert "Finish and clear" in text(page)
    assert "no-store" in page.headers["Cache-Control"]
    device.post(reverse("surveys:visit_answers"), {"key": "STR1", "value": "4", "sequence": "1"})
    assert "Your answers are in" in text(device.post(reverse("surveys:visit_submission")))

    device.get(kiosk)

    assert device.get(reverse("surveys:visit_thanks")).headers["Location"] == "/v/"
    assert factories.invitation_of(survey, eve).answered


JOURNEY = ("visit_intro", "visit_page", "visit_check", "visit_thanks", "visit_answers_copy")


def seen(client):
    """What the steps of a visit answer, without what differs at every request."""
    shown = []
    for name in JOURNEY:
        response = client.get(reverse(f"surveys:{name}", args=[1] if name == "visit_page" else []))
        shown.append((response.status_code, response.headers.get("Location"), FORGERY.sub("", text(response))))
    return shown


FORGERY = re.compile(r"\b\w{64}\b")  # tokens against forged requests


def test_p14_a_code_does_not_tell_whether_its_person_has_answered(survey, eve, client_of):
    """Nor whether a draft has been begun; answers given in its place afterwards are discarded."""
    code = code_for(survey, eve)
    one = {"key": "STR1", "value": "2", "sequence": "9"}
    watched, states = [], []
    for step in ("untouched", "begun", "answered"):
        if step == "begun":
            client_of(eve).post(reverse("surveys:answers", args=[survey.pk]), one)
        if step == "answered":
            client_of(eve).post(reverse("surveys:submission", args=[survey.pk]))
        watched.append(seen(arrive(code)))
        states.append(factories.invitation_of(survey, eve).answered)
    assert states == [False, False, True]
    assert watched[0] == watched[1] == watched[2]

    holder = arrive(code)
    assert holder.post(reverse("surveys:visit_submission")).status_code == 422
    assert holder.post(reverse("surveys:visit_answers"), one).status_code == 204
    assert "1 of 49 answered" in text(holder.get(reverse("surveys:visit_check")))
    thanks = text(holder.post(reverse("surveys:visit_submission")))
    assert "Your answers are in" in thanks
    assert "data-receipt=" not in thanks
    assert SealedBallot.objects.filter(campaign_number=survey.pk).count() == 1
    assert not Draft.objects.exists()


def test_p14_a_draft_is_shown_through_a_code_only_to_the_browser_that_began_it(survey, eve, client_of):
    code = code_for(survey, eve)
    mine, other = arrive(code), arrive(code)
    save = {"key": "STR1", "value": "4", "sequence": "1"}
    assert mine.post(reverse("surveys:visit_answers"), save).status_code == 204

    assert "Continue on page" in text(mine.get(reverse("surveys:visit_intro")))
    assert "Continue on page" not in text(other.get(reverse("surveys:visit_intro")))
    assert "Agree" not in text(other.get(reverse("surveys:visit_answers_copy")))
    assert "Continue on page" in text(client_of(eve).get(reverse("surveys:intro", args=[survey.pk])))
    client_of(eve).post(reverse("surveys:answers", args=[survey.pk]), save | {"key": "STR2"})
    assert "Continue on page" not in text(mine.get(reverse("surveys:visit_intro")))


def test_t31_cookies_of_a_code_end_with_the_browser_and_no_page_is_kept(survey, eve):
    client = Client()
    arrived = client.get(reverse("surveys:visit_arrival", args=[code_for(survey, eve)]))

    assert {arrived.cookies[name]["max-age"] for name in (visits.VISIT, visits.KEY)} == {""}
    kiosk = client.get(reverse("surveys:kiosk", args=[survey.key]))
    unknown = Client().get(reverse("surveys:visit_intro"))
    for response in (arrived, kiosk, unknown, arrive("x").post(reverse("surveys:visit_start"))):
        assert "no-store" in response.headers["Cache-Control"]


def test_t26_secrets_that_open_nothing_are_counted(survey, monkeypatch):
    monkeypatch.setattr(tries, "TRIES", 2)
    tried = [arrive(f"AAAA-BBBB-CCC{number}").get(reverse("surveys:visit_intro")) for number in range(3)]

    assert [response.status_code for response in tried] == [200, 200, 429]
    assert "Too many tries" in text(tried[-1])
    kiosk = reverse("surveys:kiosk", args=[survey.key])
    assert Client().post(kiosk, {"code": "AAAA-BBBB-CCCC"}).status_code == 429


def guess(count=10, **headers) -> None:
    """Somebody tries codes, by every door that would tell them whether one is right."""
    for number in range(count):
        step = ("visit_intro", "visit_check", "visit_answers_copy")[number % 3]
        arrive(f"AAAA-BBBB-CC{number:02}", **headers).get(reverse(f"surveys:{step}"))


def test_t26_after_ten_guesses_the_right_code_opens_nothing_from_there_either(survey, voice, eve):
    code, link = code_for(survey, eve), voice.links.get().token
    guess()

    one = {"key": "STR1", "value": "4", "sequence": "1"}
    guesser = arrive(code)
    assert guesser.get(reverse("surveys:visit_intro")).status_code == 429
    assert guesser.post(reverse("surveys:visit_answers"), one).status_code == 429
    assert guesser.get(reverse("surveys:visit_page", args=[1])).status_code == 429
    assert not Draft.objects.exists()
    # Nobody guesses 256 bits, so customers at that address come in.
    assert arrive(link).get(reverse("surveys:visit_intro")).status_code == 200
    # Elsewhere it opens: whoever guesses holds off their own address and no person.
    assert arrive(code, REMOTE_ADDR="203.0.113.9").get(reverse("surveys:visit_intro")).status_code == 200


def test_t26_a_stranger_at_the_same_address_locks_out_no_browser_that_a_code_has_opened(survey, eve, ed):
    kiosk = reverse("surveys:kiosk", args=[survey.key])
    phone, device = arrive(code_for(survey, eve)), Client()
    assert phone.get(reverse("surveys:visit_intro")).status_code == 200
    assert device.post(kiosk, {"code": code_for(survey, ed)}).status_code == 302
    device.get(kiosk)
    guess()

    assert phone.get(reverse("surveys:visit_page", args=[1])).status_code == 200
    assert device.post(kiosk, {"code": code_for(survey, ed)}).status_code == 302
    device.get(kiosk)
    wrong = [device.post(kiosk, {"code": "AAAA-BBBB-CCCC"}).status_code for _ in range(11)]
    assert wrong == [422] * 10 + [429]  # a count of its own, that rests for a minute
    assert "wait 1 minute" in text(device.post(kiosk, {"code": "AAAA-BBBB-CCCC"}))


def test_t26_one_code_gives_only_so_many_browsers_a_count_of_their_own(survey, eve):
    code = code_for(survey, eve)
    given = [tries.MARK in arrived(code).cookies for _ in range(7)]
    forged = Client()
    forged.cookies[tries.MARK] = "made-up:signature"
    guess()

    assert given == [True] * 5 + [False] * 2
    forged.get(reverse("surveys:visit_arrival", args=[code]))
    assert forged.get(reverse("surveys:visit_intro")).status_code == 429


def arrived(code):
    return arrive(code).get(reverse("surveys:visit_intro"))


def test_p14_after_finish_and_clear_no_key_survives_and_a_slip_alone_opens_no_draft(survey, eve):
    """Whoever holds the same slip, at the same device, needs the second code that only the writer saw."""
    code, kiosk = code_for(survey, eve), reverse("surveys:kiosk", args=[survey.key])
    device = Client()
    device.post(kiosk, {"code": code})
    page = text(device.get(reverse("surveys:visit_page", args=[1])))
    second = device.cookies[visits.KEY].value
    assert second in page
    assert "Stop now and go on later" in page
    device.post(reverse("surveys:visit_answers"), {"key": "STR1", "value": "4", "sequence": "1"})

    device.get(kiosk)

    assert {device.cookies[name].value for name in (visits.VISIT, visits.KIOSK, visits.KEY, visits.DONE)} == {""}
    device.post(kiosk, {"code": code})
    assert "Continue on page" not in text(device.get(reverse("surveys:visit_intro")))
    assert second not in text(device.get(reverse("surveys:visit_page", args=[1])))
    device.get(kiosk)
    for typed in ("AAAA-BBBB-CCCC", second[:-1] + ("8" if second.endswith("9") else "9")):
        refused = device.post(kiosk, {"code": code, "go_on": typed})
        assert refused.status_code == 422
        assert "open no answers that were begun" in text(refused)
    elsewhere = Client()
    assert elsewhere.post(kiosk, {"code": code, "go_on": f" {second.lower()} "}).status_code == 302
    assert "Continue on page" in text(elsewhere.get(reverse("surveys:visit_intro")))
    assert "Your answers are in" in text(elsewhere.post(reverse("surveys:visit_submission")))
    assert elsewhere.cookies[visits.KEY].value == ""
    assert second not in text(elsewhere.get(reverse("surveys:visit_thanks")))


def test_a_new_code_replaces_the_old_one_and_another_survey_takes_none(survey, eve, cast):
    old, new = code_for(survey, eve), code_for(survey, eve)
    other = factories.open_campaign(title="Other")

    assert queries.seat_of(old) is None
    assert queries.seat_of(new).employee_id == eve.pk
    assert Client().post(reverse("surveys:kiosk", args=[other.key]), {"code": new}).status_code == 422


def test_t26_t29_codes_are_not_guessed(survey, eve):
    kiosk = reverse("surveys:kiosk", args=[survey.key])
    device = Client()
    wrong = [device.post(kiosk, {"code": "AAAA-BBBB-CCCC"}).status_code for _ in range(12)]
    assert wrong == [422] * 10 + [429] * 2
    assert device.post(kiosk, {"code": code_for(survey, eve)}).status_code == 429
    cache.clear()
    assert device.post(kiosk, {"code": code_for(survey, eve)}).status_code == 302


def test_t48_slips_are_printed_for_everybody_of_a_unit_whoever_has_answered(survey, hana, client_of, tarn):
    factories.answer_all(survey, lambda seat: {"STR1": "4"} if seat.home.key == "helpdesk" and seat.pk % 2 else None)
    page = text(
        client_of(hana).post(reverse("surveys:codes", args=[survey.pk]), {"unit": tarn.unit("helpdesk").pk, "site": ""})
    )

    assert page.count('class="slip"') == 13  # twelve people and Max, who counts one level up
    assert page.count("<path d=") >= 13


def test_codes_are_refused_where_they_make_no_sense(survey, voice, eve):
    for campaign, people in ((voice, [eve]), (survey, [])):
        with pytest.raises(links.LinkInvalid):
            links.make_codes(campaign, by=factories.hr(), employees=people)


def test_codes_can_be_made_for_those_alone_who_have_no_email(survey, hana, eve, client_of):
    page, hr = reverse("surveys:codes", args=[survey.pk]), client_of(hana)
    assert "without_email" not in hr.get(page).content.decode()
    User.objects.filter(pk=eve.user_id).update(email=no_address())

    asked = hr.get(page).content.decode()
    slips = hr.post(page, {"unit": "", "site": "", "without_email": "on"}).content.decode()
    everyone = hr.post(page, {"unit": "", "site": ""}).content.decode()

    assert re.search(r'name="without_email"[^>]*checked', asked)
    assert slips.count('class="slip"') == 1
    assert "Eve Lind" in slips
    assert everyone.count('class="slip"') == survey.invited
    assert "1 of those invited has no e-mail" in hr.get(reverse("surveys:campaign", args=[survey.pk])).content.decode()
    draft = factories.draft_campaign(title="Later")
    check = hr.get(reverse("surveys:campaign", args=[draft.pk])).content.decode()
    assert f"{survey.invited - 1} by mail, 1 by a code on paper" in check
