"""The pages of a self-assessment, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.models import Rating, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.tests.factories import (
    agree,
    answer_all,
    assessment_of,
    give_roles,
    given,
    rate,
    rate_url,
    review_of,
    running_cycle,
    share,
    share_both,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(live_cycle):
    return live_cycle


@pytest.fixture
def own(cycle, eve):
    return review_of(eve)


@pytest.fixture
def as_eve(client_of, eve):
    return client_of(eve)


def test_the_start_leads_to_the_first_open_competency(own, as_eve, now):
    assert as_eve.get("/reviews/self/").url == rate_url(own)

    rate(own, "listening", given(3), at=now)

    assert as_eve.get("/reviews/self/").url == rate_url(own, "insight")


def test_one_page_shows_levels_what_is_needed_and_who_sees_it(own, as_eve):
    page = as_eve.get(rate_url(own)).text

    assert "Which level fits what you did in the last six months?" in page
    assert page.count("Needed in your role") == 1
    assert "Lets the customer finish before answering." in page
    assert "What keeps you from level 3? Person or context?" in page
    assert "Only you, until you share it" in page
    assert "1 of 12 competencies" in page


def test_the_page_knows_which_levels_want_an_example(own, as_eve):
    page = as_eve.get(rate_url(own))

    assert page.context["page"].example_levels == [4, 5]
    assert page.text.count(" data-example") == 2
    assert "The level you chose still needs one." in page.text  # shown by the style sheet as soon as one is chosen


def test_a_fall_to_not_shown_yet_is_explained_like_every_other_fall(client_of, cast):
    now = timezone.now()
    give_roles(cast)
    first = running_cycle(at=now - timedelta(days=200))
    agree(share_both(cast.eve, at=now - timedelta(days=199)), at=now - timedelta(days=199), listening=2, insight=1)
    services.close(first, by=None, at=now - timedelta(days=100))
    today = timezone.localdate(now)
    running_cycle("Now", at=now, self_due_on=today, manager_due_on=today, closes_on=today)

    page = client_of(cast.max).get(rate_url(review_of(cast.eve, "manager")))

    assert page.context["page"].example_levels == [0, 4, 5]
    assert "the situation that called for it. If there was none, choose “No chance to see it”." in page.text
    own = client_of(cast.eve).get(rate_url(review_of(cast.eve)))
    assert "For “No chance to show it yet”: what has changed since." in own.text
    assert "what has changed since" not in client_of(cast.eve).get(rate_url(review_of(cast.eve), "insight")).text


def test_next_saves_and_goes_on_and_back_goes_back(own, as_eve):
    answer = as_eve.post(rate_url(own), {"level": "2", "obstacles": ["rules", "skill"], "revision": 0, "go": "next"})
    assert answer.url == rate_url(own, "insight")
    assert Rating.objects.get(review=own).obstacles == ["rules", "skill"]

    assert as_eve.post(rate_url(own, "insight"), {"level": "", "revision": 0, "go": "back"}).url == rate_url(own)
    last = [one.key for one in asking.asked(own.assessment)][-1]
    assert (
        as_eve.post(rate_url(own, last), {"level": "3", "revision": 0, "go": "next"}).url
        == f"/reviews/{own.pk}/summary/"
    )


@pytest.mark.parametrize(
    ("typed", "answer", "level"),
    [("0", "rated", 0), ("na", "not_assessed", None), ("", "open", None), ("5", "rated", 5)],
)
def test_every_choice_is_kept_as_it_was_meant(own, as_eve, typed, answer, level):
    as_eve.post(rate_url(own), {"level": typed, "example": "A case.", "revision": 0})

    stored = Rating.objects.get(review=own)
    assert (stored.answer, stored.level, stored.example) == (answer, level, "A case.")
    if typed:
        assert re.search(f'name="level"\\s+value="{typed}"[^>]*checked', as_eve.get(rate_url(own)).text)


@pytest.mark.parametrize(
    "data",
    [
        {"level": "9", "revision": 0},
        {"level": "3", "revision": "x"},
        {"level": "3"},
        {"level": "2", "obstacles": ["laziness"], "revision": 0},
        {"level": "3", "example": "x" * 2001, "revision": 0},
    ],
)
def test_t57_what_the_form_does_not_know_is_refused(own, as_eve, data):
    assert as_eve.post(rate_url(own), data).status_code == 422
    assert as_eve.post(rate_url(own, tail="draft/"), data).status_code == 422
    assert not Rating.objects.exists()


def test_f23_a_second_device_sees_both_answers_and_keeps_what_was_typed(own, as_eve, now):
    rate(own, "listening", given(3, example="From the phone."), at=now)

    answer = as_eve.post(rate_url(own), {"level": "4", "example": "From the desk.", "revision": 0})

    assert answer.status_code == 409
    assert "You saved another answer here" in answer.text
    assert "From the phone." in answer.text
    assert "From the desk." in answer.text
    assert 'name="revision" value="1"' in answer.text
    assert Rating.objects.get(review=own).example == "From the phone."

    as_eve.post(rate_url(own), {"level": "4", "example": "From the desk.", "revision": 1})
    assert Rating.objects.get(review=own).example == "From the desk."


def test_autosave_answers_with_the_revision_and_never_overwrites(own, as_eve, now):
    draft = rate_url(own, tail="draft/")

    first = as_eve.post(draft, {"level": "3", "revision": 0})
    assert (first.status_code, first.json()) == (200, {"revision": 1})
    second = as_eve.post(draft, {"level": "3", "example": "More.", "revision": 1})
    assert second.json() == {"revision": 2}

    stale = as_eve.post(draft, {"level": "1", "revision": 1})
    assert stale.status_code == 409
    assert "More." in stale.text

    share(own, at=now, listening=3)
    over = as_eve.post(draft, {"level": "1", "revision": 2})
    assert (over.status_code, over.json()) == (422, {"is_over": True})


def test_the_summary_names_what_is_missing_and_shares_when_nothing_is(own, as_eve, now):
    rate(own, "listening", given(4), at=now)
    page = as_eve.get(f"/reviews/{own.pk}/summary/").text
    assert "12 of 12 competencies still need something" in page
    assert "an example" in page
    assert "Share with" not in page

    refused = as_eve.post(f"/reviews/{own.pk}/sharing/", follow=True)
    assert "Not shared yet. Something is missing in: Listening for needs" in refused.text

    answer_all(own, at=now)
    assert "Share with Max Berg" in as_eve.get(f"/reviews/{own.pk}/summary/").text

    done = as_eve.post(f"/reviews/{own.pk}/sharing/", follow=True)
    assert "Shared. You both see both once Max Berg has shared too." in done.text
    assert "it can no longer be changed" in as_eve.get(f"/reviews/{own.pk}/summary/").text
    assert as_eve.get(rate_url(own)).url == f"/reviews/{own.pk}/summary/"


def test_a_competency_that_is_not_asked_does_not_exist(own, as_eve):
    assert as_eve.get(rate_url(own, "juggling")).status_code == 404


def test_after_the_last_day_what_was_written_can_only_be_read(own, as_eve, now, cycle):
    rate(own, "listening", given(3, example="A case."), at=now)
    ReviewCycle.objects.filter(pk=cycle.pk).update(
        self_due_on="2020-01-01", manager_due_on="2020-01-01", closes_on="2020-01-01"
    )

    assert as_eve.get(rate_url(own)).url == f"/reviews/{own.pk}/summary/"
    page = as_eve.get(f"/reviews/{own.pk}/summary/").text
    assert "This is closed" in page
    assert "A case." in page
    assert as_eve.post(rate_url(own), {"level": "1", "revision": 1}).status_code == 302
    assert Rating.objects.get(review=own).level == 3


def test_my_competencies_say_what_is_expected_and_where_i_stand(own, as_eve, now):
    page = as_eve.get("/reviews/").text
    assert "front-line service agent" in page
    assert "Start the self-assessment" in page
    assert "0 of 12 competencies answered, about 24 minutes left" in page
    assert "not assessed yet" in page

    share(own, at=now, listening=2)

    page = as_eve.get("/reviews/").text
    assert "Max Berg has not shared yet" in page
    assert "2 of 3" in page
    assert "your own view" in page


def test_someone_without_a_role_profile_is_told_so(cycle, client_of, hana):
    page = client_of(hana).get("/reviews/").text

    assert "Your role has no profile yet" in page
    assert "0 of 12 competencies answered" in page


def test_without_a_cycle_the_page_shows_expectations_only(cast, client_of):
    give_roles(cast)

    assert "What is expected of you" in client_of(cast.eve).get("/reviews/").text
    assert "No self-assessment is open for you" in client_of(cast.eve).get("/reviews/self/", follow=True).text


def test_t12_what_raters_write_is_escaped(own, as_eve, now, client_of, max, eve):
    attack = "<script>alert(1)</script>"
    rate(own, "listening", given(2, example=attack, obstacles=("rules",), note=attack), at=now)
    pages = as_eve.get(rate_url(own)).text + as_eve.get(f"/reviews/{own.pk}/summary/").text
    answer_all(own, at=now)
    rate(own, "listening", given(2, example=attack, obstacles=("rules",), note=attack), at=now)
    services.share(own, by=eve, at=now)
    share(review_of(eve, "manager"), at=now)
    done = agree(assessment_of(eve), at=now)
    services.acknowledge(done, statement=attack, revision=1, by=eve, at=now)
    pages += client_of(max).get(f"/reviews/results/{own.assessment_id}/").text

    assert pages.count("&lt;script&gt;alert(1)") >= 4
    assert attack not in pages
