"""HR's pages and the clock, what other apps read, and what the pages cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.competencies import services as library
from assessments.competencies.models import Framework
from assessments.competencies.tests.factories import AT as LIBRARY_AT
from assessments.competencies.tests.factories import wording
from assessments.reviews import services
from assessments.reviews.models import ReviewCycle
from assessments.reviews.queries import cycle_evidence, my_open_reviews, team_reviews
from assessments.reviews.schedule import keep_cycles
from assessments.reviews.tests.factories import (
    agree,
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
from people.access import Viewer
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(live_cycle):
    return live_cycle


def test_hr_prepares_and_launches_in_the_browser(cast, client_of, today):
    give_roles(cast)
    client = client_of(cast.hana)
    dates = {"self_due_on": today, "manager_due_on": today + timedelta(days=9), "closes_on": today + timedelta(days=30)}

    begun = client.post("/reviews/cycles/new/", {"name": "Summer"}, follow=True)
    assert begun.redirect_chain[-1][0].endswith("/setup/raters/")
    cycle = ReviewCycle.objects.get()
    stages = f"/reviews/cycles/{cycle.pk}/setup/stages/"
    refused = client.post(stages, {**dates, "closes_on": today})
    assert refused.status_code == 422
    assert "must follow one another" in refused.text
    prepared = client.post(stages, dates, follow=True)
    assert "Launch for 10 people" in prepared.text
    assert "1 person without a manager" in prepared.text
    assert "Service agent" not in prepared.text  # the cast has the roles of the shipped profiles
    assert "Front-line service agent" in prepared.text

    again = client.post("/reviews/cycles/new/", {"name": "Summer"})
    assert "There is a cycle of this name" in again.text

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
        "1 person has joined since the launch, 1 has a new manager and 0 left"
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

    progress = team_reviews(max, on=today).progress
    assert (progress.people, progress.self_shared, progress.manager_shared, progress.agreed) == (2, 1, 0, 0)
    evidence = cycle_evidence(on=today)
    assert (evidence.open_name, evidence.people, evidence.self_shared) == ("Summer 2026", 10, 1)

    services.close(cycle, by=None, at=now)
    assert team_reviews(max, on=today).progress is None
    assert cycle_evidence(on=today).closed_cycles == 1


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
                ("rate", cast.ed, rate_url(review_of(cast.ed))),
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
            team_reviews(max, on=today)
            cycle_evidence(on=today)
        return len(queries)

    few = cost()
    EmployeeFactory.create_batch(40, unit=cast.helpdesk, manager=max, job_role=cast.eve.job_role)
    services.follow_line(cycle, by=None, at=now)

    assert cost() == few
    assert few <= 19
