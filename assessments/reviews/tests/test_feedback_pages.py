"""The form of a rater, for colleagues who sign in and for externals who come by a link; without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from assessments.reviews.models import Feedback, Rater
from assessments.reviews.queries import feedback as reads
from assessments.reviews.services import feedback
from assessments.reviews.tests.factories import assessment_of, give_roles
from assessments.reviews.tests.raters import TOKEN, answer, ask, ask_external, cycle_360
from assessments.reviews.views import visits
from core import logs

pytestmark = pytest.mark.django_db


@pytest.fixture
def about_eve(cast, now, today):
    """Eve's assessment in a cycle of today that asks others."""
    give_roles(cast)
    days = {"self_due_on": 5, "manager_due_on": 10, "named_by": 6, "feedback_due_on": 12, "closes_on": 20}
    cycle_360(at=now, **{name: today + timedelta(days=count) for name, count in days.items()})
    return assessment_of(cast.eve)


@pytest.fixture
def rater(about_eve, ed, now):
    return ask(about_eve, ed, at=now)


@pytest.fixture
def external(about_eve, now):
    return ask_external(about_eve, at=now)


def url(rater, step="form"):
    return reverse(f"reviews:feedback_{step}", args=[rater.pk])


def typed(rater, level="3", *, words="", revision="0", **more):
    """What the whole page posts: the same level everywhere."""
    data = {"words-revision": revision, "words-keep_doing": words, "words-try_next": ""}
    for one in reads.asked_of(rater):
        data |= {f"c{one.version.pk}-level": level, f"c{one.version.pk}-revision": revision}
    return data | more


def arrived(token=TOKEN) -> Client:
    client = Client()
    client.get(reverse("feedback:arrival", args=[token]))
    return client


def test_a_colleague_reads_who_sees_it_keeps_a_draft_sends_it_and_takes_it_back(rater, ed, client_of):
    client = client_of(ed)
    page = client.get(url(rater)).text
    assert "Feedback for Eve Lind" in page
    assert "Nobody is told whether you answered" in page
    assert "means of 3 answers or more" in page
    assert page.count("I cannot judge this") == len(reads.asked_of(rater))

    kept = client.post(url(rater), typed(rater, words="Rings back."), follow=True).text
    assert "Kept as a draft" in kept
    assert not Feedback.objects.get().is_submitted

    sent = client.post(url(rater, "submission"), typed(rater, words="Rings back.", revision="1"), follow=True).text
    assert "Thank you for taking time for Eve Lind" in sent
    assert "It is yours until" in sent
    assert "3 Skilled" in sent
    assert Feedback.objects.get().is_submitted

    taken = client.post(url(rater, "withdrawal"), follow=True).text
    assert "Taken back" in taken
    assert "Rings back." in taken


def test_nothing_chosen_cannot_be_sent_and_says_what_to_do(rater, ed, client_of):
    refused = client_of(ed).post(url(rater, "submission"), typed(rater, level=""))

    assert refused.status_code == 422
    assert "Choose a level for at least one competency, or decline" in refused.text


def test_t55_the_page_of_a_second_device_is_given_both_answers(rater, ed, client_of):
    client = client_of(ed)
    client.post(url(rater), typed(rater, "2", words="From the desk"))

    both = client.post(url(rater, "submission"), typed(rater, "5", words="From the phone"))
    part = client.post(
        url(rater, "part"), {"part": "words", "words-revision": "0", "words-keep_doing": "x", "words-try_next": ""}
    )

    assert (both.status_code, part.status_code) == (409, 409)
    assert both.text.count("Saved there") == len(reads.asked_of(rater)) + 1
    assert "From the phone" in both.text
    assert "From the desk" in part.text
    assert not Feedback.objects.get().is_submitted
    again = client.post(url(rater, "submission"), typed(rater, "5", words="From the phone", revision="1"))
    assert again.status_code == 302
    assert Feedback.objects.get().keep_doing == "From the phone"


def test_one_part_is_saved_alone_and_an_end_is_told_to_the_script(rater, ed, client_of):
    client = client_of(ed)
    version = reads.asked_of(rater)[0].version.pk
    data = {"part": f"c{version}", f"c{version}-level": "4", f"c{version}-revision": "0"}

    assert client.post(url(rater, "part"), data).json() == {"revision": 1}
    assert client.post(url(rater, "part"), data | {f"c{version}-level": "9"}).json() == {"is_over": False}
    assert client.post(url(rater, "part"), {"part": "nothing"}).status_code == 422
    feedback.submit(rater, by=ed, at=rater.asked_at)
    assert client.post(url(rater, "part"), data | {f"c{version}-level": "2"}).json() == {"is_over": True}


def test_a_colleague_declines_and_the_form_is_gone(rater, ed, eve, client_of):
    client = client_of(ed)
    client.post(url(rater), typed(rater))

    told = client.post(url(rater, "refusal"), {"reason": "We hardly meet."}, follow=True).text

    assert "Thank you for saying so" in told
    assert not Feedback.objects.exists()
    assert Rater.objects.get().reason == "We hardly meet."
    assert client.get(url(rater)).status_code == 404
    assert "We hardly meet." not in client_of(eve).get(reverse("dashboards:home")).text


def test_row_30_only_the_colleague_who_is_asked_opens_the_form(rater, external, cast, client_of):
    for person in (cast.eve, cast.max, cast.hana, cast.petra, cast.olga, cast.ada):
        assert client_of(person).get(url(rater)).status_code == 404
        assert client_of(person).get(url(external)).status_code == 404


# --- by link ----------------------------------------------------------------------------------------------------------


def test_t31_the_token_moves_into_a_cookie_at_once_and_stands_in_no_log(external):
    response = Client().get(reverse("feedback:arrival", args=[TOKEN]))

    assert response.headers["Location"] == "/x/"
    assert response.cookies[visits.VISIT]["httponly"]
    assert TOKEN not in logs.SECRETS.sub(r"\1-", f"GET /x/{TOKEN}/ 302 4 ms")
    page = arrived().get("/x/")
    assert "no-store" in page.headers["Cache-Control"]
    assert TOKEN not in page.text
    assert arrived().get("/x/").status_code == 200  # opening uses nothing up


def test_an_external_answers_a_few_questions_in_plain_words_and_leaves_no_visit_behind(external, client_of, ed):
    client = arrived()
    page = client.get("/x/").text
    assert "asks you, Cara Hill of Hill Farm" in page
    assert "5 short questions" in page
    assert "Skilled" not in page  # names of levels are for people inside
    assert "needed" not in page

    sent = client.post("/x/submission/", typed(external, words="Always rings back."), follow=True).text
    assert "Your answers are in" in sent
    assert visits.VISIT not in {name for name, cookie in client.cookies.items() if cookie.value}
    assert "This link opens nothing" in client.get("/x/").text

    again = arrived()
    assert "Always rings back." in again.get("/x/").text
    assert "Taken back" in again.post("/x/withdrawal/", follow=True).text
    assert "Thank you" in again.post("/x/refusal/", {"reason": "Too little contact."}, follow=True).text
    assert not Feedback.objects.exists()
    assert "This link opens nothing" in arrived().get("/x/").text


def test_t31_programs_that_fill_the_trap_send_nothing(external):
    refused = arrived().post("/x/submission/", typed(external, website="https://spam.example"))

    assert refused.status_code == 422
    assert not Feedback.objects.exists()


def test_t31_trying_links_is_limited_by_address(external):
    answers = [arrived(f"not-a-link-{number:020}").get("/x/") for number in range(visits.TRIES + 1)]

    assert {one.status_code for one in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert re.search(r"Too many tries", answers[-1].text)
    assert arrived("wrong").post("/x/part/", {"part": "words"}).status_code == 422
    assert arrived().get("/x/").status_code == 200  # who has a link is let in all the same


def test_the_last_day_ends_it_for_colleagues_and_externals_alike(rater, external, ed, client_of, about_eve):
    answer(rater, keep="Rings back.", at=rater.asked_at)
    cycle = about_eve.cycle
    cycle.self_due_on = cycle.manager_due_on = cycle.named_by = cycle.feedback_due_on = (
        rater.asked_at.date() - timedelta(days=1)
    )
    cycle.save()

    mine = client_of(ed).get(url(rater)).text
    theirs = arrived().get("/x/").text

    assert "goes into the report as part of a group" in mine
    assert "Take it back" not in mine
    assert "The last day for feedback has passed" in theirs
    client_of(ed).post(url(rater, "withdrawal"))
    assert Feedback.objects.get().is_submitted
