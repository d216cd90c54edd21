"""The pages of a self-assessment, a manager's review, the result and the cycles, without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.competencies import services as library
from assessments.competencies.models import Framework
from assessments.competencies.tests.factories import AT as LIBRARY_AT
from assessments.competencies.tests.factories import wording
from assessments.reviews import services
from assessments.reviews.models import Assessment, Rating, ReviewCycle
from assessments.reviews.queries import asking, cycle_evidence, my_open_reviews, team_progress
from assessments.reviews.schedule import keep_cycles
from assessments.reviews.tests.factories import (
    agree,
    answer_all,
    assessment_of,
    give_roles,
    given,
    rate,
    review_of,
    running_cycle,
    share,
    share_both,
)
from people.access import Viewer
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def today(now):
    return timezone.localdate(now)


@pytest.fixture
def cycle(cast, now, today):
    give_roles(cast)
    return running_cycle(
        at=now,
        self_due_on=today + timedelta(days=5),
        manager_due_on=today + timedelta(days=10),
        closes_on=today + timedelta(days=20),
    )


@pytest.fixture
def own(cycle, eve):
    return review_of(eve)


@pytest.fixture
def as_eve(client_of, eve):
    return client_of(eve)


def url(review, key="listening", tail=""):
    return f"/reviews/{review.pk}/rating/{key}/{tail}"


# --- self-assessment --------------------------------------------------------------------------------------------------


def test_the_start_leads_to_the_first_open_competency(own, as_eve, now):
    assert as_eve.get("/reviews/self/").url == url(own)

    rate(own, "listening", given(3), at=now)

    assert as_eve.get("/reviews/self/").url == url(own, "insight")


def test_one_page_shows_levels_what_is_needed_and_who_sees_it(own, as_eve):
    page = as_eve.get(url(own)).text

    assert "Which level fits what you did in the last six months?" in page
    assert page.count("Needed in your role") == 1
    assert "Lets the customer finish before answering." in page
    assert "What keeps you from level 3? Person or context?" in page
    assert "Only you, until you share it" in page
    assert "1 of 12 competencies" in page


def test_next_saves_and_goes_on_and_back_goes_back(own, as_eve):
    answer = as_eve.post(url(own), {"level": "2", "obstacles": ["rules", "skill"], "revision": 0, "go": "next"})
    assert answer.url == url(own, "insight")
    assert Rating.objects.get(review=own).obstacles == ["rules", "skill"]

    assert as_eve.post(url(own, "insight"), {"level": "", "revision": 0, "go": "back"}).url == url(own)
    last = [one.key for one in asking.asked(own.assessment)][-1]
    assert as_eve.post(url(own, last), {"level": "3", "revision": 0, "go": "next"}).url == f"/reviews/{own.pk}/summary/"


@pytest.mark.parametrize(
    ("typed", "answer", "level"),
    [("0", "rated", 0), ("na", "not_assessed", None), ("", "open", None), ("5", "rated", 5)],
)
def test_every_choice_is_kept_as_it_was_meant(own, as_eve, typed, answer, level):
    as_eve.post(url(own), {"level": typed, "example": "A case.", "revision": 0})

    stored = Rating.objects.get(review=own)
    assert (stored.answer, stored.level, stored.example) == (answer, level, "A case.")
    if typed:
        assert re.search(f'name="level"\\s+value="{typed}"[^>]*checked', as_eve.get(url(own)).text)


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
    assert as_eve.post(url(own), data).status_code == 422
    assert as_eve.post(url(own, tail="draft/"), data).status_code == 422
    assert not Rating.objects.exists()


def test_f23_a_second_device_sees_both_answers_and_keeps_what_was_typed(own, as_eve, now):
    rate(own, "listening", given(3, example="From the phone."), at=now)

    answer = as_eve.post(url(own), {"level": "4", "example": "From the desk.", "revision": 0})

    assert answer.status_code == 409
    assert "You saved another answer here" in answer.text
    assert "From the phone." in answer.text
    assert "From the desk." in answer.text
    assert 'name="revision" value="1"' in answer.text
    assert Rating.objects.get(review=own).example == "From the phone."

    as_eve.post(url(own), {"level": "4", "example": "From the desk.", "revision": 1})
    assert Rating.objects.get(review=own).example == "From the desk."


def test_autosave_answers_with_the_revision_and_never_overwrites(own, as_eve, now):
    draft = url(own, tail="draft/")

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
    assert as_eve.get(url(own)).url == f"/reviews/{own.pk}/summary/"


def test_a_competency_that_is_not_asked_does_not_exist(own, as_eve):
    assert as_eve.get(url(own, "juggling")).status_code == 404


def test_after_the_last_day_what_was_written_can_only_be_read(own, as_eve, now, cycle):
    rate(own, "listening", given(3, example="A case."), at=now)
    ReviewCycle.objects.filter(pk=cycle.pk).update(
        self_due_on="2020-01-01", manager_due_on="2020-01-01", closes_on="2020-01-01"
    )

    assert as_eve.get(url(own)).url == f"/reviews/{own.pk}/summary/"
    page = as_eve.get(f"/reviews/{own.pk}/summary/").text
    assert "This is closed" in page
    assert "A case." in page
    assert as_eve.post(url(own), {"level": "1", "revision": 1}).status_code == 302
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
    pages = as_eve.get(url(own)).text + as_eve.get(f"/reviews/{own.pk}/summary/").text
    answer_all(own, at=now)
    rate(own, "listening", given(2, example=attack, obstacles=("rules",), note=attack), at=now)
    services.share(own, by=eve, at=now)
    share(review_of(eve, "manager"), at=now)
    done = agree(assessment_of(eve), at=now)
    services.acknowledge(done, statement=attack, revision=1, by=eve, at=now)
    pages += client_of(max).get(f"/reviews/results/{own.assessment_id}/").text

    assert pages.count("&lt;script&gt;alert(1)") >= 4
    assert attack not in pages


# --- the manager, the talk --------------------------------------------------------------------------------------------


def test_the_team_page_shows_states_by_name_and_no_level(cycle, client_of, max, eve, ed, now):
    client = client_of(max)
    page = client.get("/reviews/team/").text
    assert "Eve Lind" in page
    assert "Olga Finn" not in page
    assert page.count("Not begun") == 2

    share(review_of(eve), at=now)
    rate(review_of(eve, "manager"), "listening", given(3), at=now)
    page = client.get("/reviews/team/").text
    assert "Draft, 1 of 12" in page
    assert "<b>1 <small>of 2</small></b>" in page

    share(review_of(eve, "manager"), at=now)
    assert "Prepare the talk" in client.get("/reviews/team/").text


def test_a_manager_rates_in_the_same_way(cycle, client_of, max, eve):
    review = review_of(eve, "manager")
    page = client_of(max).get(url(review)).text

    assert "Which level fits what Eve did in the last six months?" in page
    assert "Needed in this role" in page
    assert "review of Eve Lind" in page


def test_the_result_shows_both_views_gaps_and_what_is_worth_talking_about(cycle, client_of, eve, now):
    one = share_both(eve, own={"listening": 4, "clarity": 2}, manager={"listening": 2, "clarity": 2}, at=now)

    page = client_of(eve).get(f"/reviews/results/{one.pk}/").text

    assert "Levels are proposals until you agree them in the talk" in page
    assert page.count("Worth talking about") == 1 + 1  # the row and its tile
    assert "manager&#x27;s view" in page
    assert page.count("1 below") == 2
    assert "Rules or targets" in page
    assert "Worth considering" in page
    assert "For <em>Listening for needs</em>, from level 2 to 3" in page
    assert "It is no score and is not compared with anybody" in page


def test_agreeing_puts_forward_only_levels_on_which_both_views_meet(cycle, client_of, max, eve, now):
    one = share_both(eve, own={"listening": 4}, manager={"listening": 2}, at=now)
    client = client_of(max)
    form = client.get(f"/reviews/results/{one.pk}/agreed-levels/").context["form"]
    chosen = {row.asked.key: field.value() for row, field in form.pairs()}
    assert chosen.pop("listening") is None
    assert set(chosen.values()) <= {"1", "2", "3"}

    data = {field.html_name: field.value() or "" for _, field in form.pairs()}
    data |= {"revision": 0, "talk_on": timezone.localdate(now).isoformat()}
    refused = client.post(f"/reviews/results/{one.pk}/agreed-levels/", data)
    assert refused.status_code == 422
    assert "Choose a level, or “not assessed”." in refused.text

    listening = next(field.html_name for row, field in form.pairs() if row.asked.key == "listening")
    done = client.post(f"/reviews/results/{one.pk}/agreed-levels/", {**data, listening: "3"}, follow=True)
    assert "Recorded. Eve Lind is told" in done.text
    assert Assessment.objects.get(pk=one.pk).agreed_by == max.user


def test_the_person_acknowledges_with_a_statement(cycle, client_of, eve, max, now):
    one = agree(share_both(eve, at=now), at=now)
    client = client_of(eve)
    assert "To acknowledge says that you have read the levels" in client.get(f"/reviews/results/{one.pk}/").text

    stale = client.post(f"/reviews/results/{one.pk}/statement/", {"statement": "Mine.", "revision": 0})
    assert stale.status_code == 409
    assert "Mine." in stale.text

    done = client.post(f"/reviews/results/{one.pk}/statement/", {"statement": "Mine.", "revision": 1}, follow=True)
    assert "Your statement is on record" in done.text
    assert "Mine." in client_of(max).get(f"/reviews/results/{one.pk}/").text
    assert client_of(max).get(f"/reviews/results/{one.pk}/agreed-levels/").status_code == 302


def test_history_shows_what_moved_up(cycle, client_of, eve, now):
    one = agree(share_both(eve, at=now), at=now, listening=2)
    one.agreed_levels.update(agreed_on=timezone.localdate(now) - timedelta(days=100))
    services.close(cycle, by=None, at=now)
    later = now + timedelta(minutes=1)
    today = timezone.localdate(later)
    running_cycle("Later", at=later, self_due_on=today, manager_due_on=today, closes_on=today)
    for kind in ("self", "manager"):
        share(review_of(eve, kind), at=later)
    second = agree(assessment_of(eve), at=later)

    page = client_of(eve).get(f"/reviews/results/{second.pk}/").text

    assert "Moved up since the last cycle" in page
    assert "Listening for needs" in page


# --- HR ---------------------------------------------------------------------------------------------------------------


def test_hr_prepares_and_launches_in_the_browser(cast, client_of, today):
    give_roles(cast)
    client = client_of(cast.hana)
    dates = {"self_due_on": today, "manager_due_on": today + timedelta(days=9), "closes_on": today + timedelta(days=30)}

    refused = client.post("/reviews/cycles/new/", {"name": "Summer", **dates, "closes_on": today})
    assert refused.status_code == 422
    assert "must follow one another" in refused.text

    prepared = client.post("/reviews/cycles/new/", {"name": "Summer", **dates}, follow=True)
    assert "What a launch today would mean" in prepared.text
    assert "10 people get a self-assessment" in prepared.text
    assert "9 are reviewed by their manager; 1 has none" in prepared.text

    again = client.post("/reviews/cycles/new/", {"name": "Summer", **dates})
    assert "There is a cycle of this name" in again.text

    cycle = ReviewCycle.objects.get()
    launched = client.post(f"/reviews/cycles/{cycle.pk}/launch/", follow=True)
    assert "Summer is open for 10 people" in launched.text
    assert "of 10" in launched.text

    twice = client.post(f"/reviews/cycles/{cycle.pk}/launch/", follow=True)
    assert "This cycle was launched before" in twice.text

    closed = client.post(f"/reviews/cycles/{cycle.pk}/closure/", follow=True)
    assert "Summer is closed" in closed.text


def test_joiners_and_movers_are_shown_and_brought_up_to_date(cycle, cast, client_of):
    EmployeeFactory(unit=cast.sales, manager=cast.sam)
    cast.ed.manager = cast.sam
    cast.ed.save(update_fields=["manager"])
    client = client_of(cast.hana)
    assert (
        "1 person has joined since the launch, and 1 has a new manager"
        in client.get(f"/reviews/cycles/{cycle.pk}/").text
    )

    done = client.post(f"/reviews/cycles/{cycle.pk}/line/", follow=True)

    assert "1 joined; 1 have a new reviewing manager" in done.text
    assert "joined since the launch" not in done.text


def test_the_clock_follows_the_line_and_closes_after_the_last_day(cycle, cast):
    newcomer = EmployeeFactory(unit=cast.sales, manager=cast.sam)

    keep_cycles()
    assert assessment_of(newcomer).manager == cast.sam

    ReviewCycle.objects.update(self_due_on="2020-01-01", manager_due_on="2020-01-01", closes_on="2020-01-01")
    keep_cycles()
    keep_cycles()
    assert ReviewCycle.objects.get().state == "closed"


def test_t09_roles_without_the_right_change_no_cycle(cycle, cast, client_of):
    for person in (cast.eve, cast.max, cast.ada, cast.ingrid, cast.petra):
        client = client_of(person)
        for tail in ("launch/", "line/", "closure/"):
            assert client.post(f"/reviews/cycles/{cycle.pk}/{tail}").status_code == 403
        assert client.post("/reviews/cycles/new/", {}).status_code == 403
    assert ReviewCycle.objects.get().state == "open"


# --- what other apps read ---------------------------------------------------------------------------------------------


def test_my_open_reviews_are_a_to_do_list(cycle, cast, eve, max, now, today):
    def todo(person, on=today):
        return [
            (one.kind, one.count, one.minutes, one.is_late) for one in my_open_reviews(Viewer.of(person.user), on=on)
        ]

    assert todo(eve) == [("self", 1, 24, False)]
    assert todo(max) == [("self", 1, 24, False), ("manager", 2, 48, False)]
    assert todo(max, today + timedelta(days=12)) == [("self", 1, 24, True), ("manager", 2, 48, True)]

    rate(review_of(eve), "listening", given(3), at=now)
    assert todo(eve) == [("self", 1, 22, False)]

    share_both(eve, at=now)
    assert todo(eve) == []
    assert todo(max) == [("self", 1, 24, False), ("manager", 1, 24, False), ("talk", 1, 30, False)]

    agree(assessment_of(eve), at=now)
    assert [one.kind for one in my_open_reviews(Viewer.of(eve.user), on=today)] == ["acknowledge"]
    assert my_open_reviews(Viewer.of(eve.user), on=today + timedelta(days=21)) == []


def test_team_progress_and_evidence_count_what_is_shared(cycle, cast, eve, max, now, today):
    share(review_of(eve), at=now)

    progress = team_progress(max, on=today)
    assert (progress.people, progress.self_shared, progress.manager_shared, progress.agreed) == (2, 1, 0, 0)
    evidence = cycle_evidence(on=today)
    assert (evidence.open_name, evidence.people, evidence.self_shared) == ("Summer 2026", 10, 1)

    services.close(cycle, by=None, at=now)
    assert team_progress(max, on=today) is None
    assert cycle_evidence(on=today).closed_cycles == 1


# --- cost -------------------------------------------------------------------------------------------------------------


def _cost(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_each_page_costs_the_same_number_of_queries_for_more_people_and_competencies(cast, client_of, now, today):
    give_roles(cast)
    dates = {"self_due_on": today, "manager_due_on": today, "closes_on": today}

    def costs(name):
        cycle = running_cycle(name, at=now, **dates)
        one = share_both(cast.eve, at=now)
        return {
            page: _cost(client_of(person), address)
            for page, person, address in (
                ("mine", cast.ed, "/reviews/"),
                ("rate", cast.ed, url(review_of(cast.ed))),
                ("summary", cast.ed, f"/reviews/{review_of(cast.ed).pk}/summary/"),
                ("team", cast.max, f"/reviews/team/?cycle={cycle.pk}"),
                ("result", cast.max, f"/reviews/results/{one.pk}/"),
                ("agree", cast.max, f"/reviews/results/{one.pk}/agreed-levels/"),
                ("cycles", cast.hana, "/reviews/cycles/"),
                ("cycle", cast.hana, f"/reviews/cycles/{cycle.pk}/"),
            )
        }

    few = costs("Small")
    EmployeeFactory.create_batch(40, unit=cast.helpdesk, manager=cast.max, job_role=cast.eve.job_role)
    framework = Framework.objects.get()
    for number in range(8):
        new = library.add_competency(framework, wording("insight", name=f"Number {number}"), by=None, at=LIBRARY_AT)
        library.publish(new.competency, started_from=new.mark, change_note="More.", by=None, at=LIBRARY_AT)

    many = costs("Large")

    assert many == few
    assert max(few.values()) <= 30


def test_what_dashboards_read_costs_the_same_for_larger_teams(cycle, cast, max, today, now):
    viewer = Viewer.of(max.user)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            my_open_reviews(viewer, on=today)
            team_progress(max, on=today)
            cycle_evidence(on=today)
        return len(queries)

    few = cost()
    EmployeeFactory.create_batch(40, unit=cast.helpdesk, manager=max, job_role=cast.eve.job_role)
    services.follow_line(cycle, by=None, at=now)

    assert cost() == few
    assert few <= 14
