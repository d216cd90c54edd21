"""Creating, launching, following the line and closing."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.competencies import services as library
from assessments.competencies.models import Competency, CompetencyVersion, ProfileSet
from assessments.competencies.tests.factories import publish
from assessments.reviews import schedule, services
from assessments.reviews.models import Assessment, CycleCompetency, Review, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.tests.factories import (
    AT,
    DATES,
    assessment_of,
    give_roles,
    given,
    rate,
    review_of,
    running_cycle,
    share,
)
from core.models import AuditEntry, Notification
from people.models import Employee
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


def test_a_launch_gives_everyone_a_self_assessment_and_everyone_with_a_manager_a_review(cycle, cast):
    people = Employee.objects.active().count()

    assert Assessment.objects.filter(cycle=cycle).count() == people
    assert Review.objects.filter(kind="self").count() == people
    assert Review.objects.filter(kind="manager").count() == people - 1  # nobody is above Uma
    assert review_of(cast.eve, "manager").by == cast.max
    assert assessment_of(cast.eve).profile.name == "Front-line service agent"
    assert assessment_of(cast.hana).profile is None
    assert Notification.objects.filter(key=f"review-cycle-open:{cycle.pk}").count() == people


def test_a_cycle_pins_competency_versions_and_role_profiles(cycle, cast):
    pinned = set(CycleCompetency.objects.filter(cycle=cycle).values_list("version", flat=True))
    before = [(one.version.pk, one.version.name, one.required) for one in asking.asked(assessment_of(cast.eve))]

    publish("listening", name="Listening well")
    library.retire(Competency.objects.get(key="insight"), by=None, at=AT)
    profiles = ProfileSet.objects.get()
    library.save_profiles(profiles.framework, [], follows=1, change_note="None at all.", by=None, at=AT)

    after = [(one.version.pk, one.version.name, one.required) for one in asking.asked(assessment_of(cast.eve))]
    assert after == before
    assert "Listening for needs" in {name for _, name, _ in after}
    assert set(CycleCompetency.objects.filter(cycle=cycle).values_list("version", flat=True)) == pinned
    rate(review_of(cast.eve), "listening", given(3))  # and the pinned wording can still be rated


def test_the_next_cycle_uses_what_is_in_use_then(cycle, cast):
    publish("listening", name="Listening well")

    later = running_cycle("Winter 2026")

    names = [one.version.name for one in asking.asked(assessment_of(cast.eve, later))]
    assert "Listening well" in names


def test_what_is_not_part_of_the_role_is_not_asked(cast):
    give_roles(cast)
    profile = ProfileSet.objects.get().profiles.get(job_role__key="frontline_agent")
    profile.expectations.get(competency__key="direction").delete()

    running_cycle()

    assert len(asking.asked(assessment_of(cast.eve))) == 11
    assert len(asking.asked(assessment_of(cast.hana))) == 12  # no profile: everything, without a needed level
    assert {one.required for one in asking.asked(assessment_of(cast.hana))} == {None}


def test_a_launch_costs_the_same_number_of_statements_for_more_people(cast):
    give_roles(cast)

    def launch() -> int:
        cycle = services.create_cycle(name=f"Cycle {ReviewCycle.objects.count()}", by=None, **DATES)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            services.launch(cycle, by=None, at=AT)
        return len(queries)

    few = launch()
    EmployeeFactory.create_batch(60, unit=cast.sales, manager=cast.sam)

    assert launch() == few


def test_t54_launching_twice_enrols_once(cycle):
    before = Assessment.objects.count(), Review.objects.count()

    with pytest.raises(services.NotNow):
        services.launch(cycle, by=None, at=AT)

    assert (Assessment.objects.count(), Review.objects.count()) == before


def test_t54_one_self_assessment_per_person_is_a_rule_of_the_database(cycle, cast):
    own = review_of(cast.eve)

    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(assessment=own.assessment, kind="self", by=cast.ed)


@pytest.mark.parametrize(
    "dates",
    [
        {"self_due_on": date(2026, 8, 1)},  # after the managers' date
        {"closes_on": date(2026, 7, 20)},
    ],
)
def test_dates_follow_one_another(db, dates):
    with pytest.raises(ValidationError, match="must follow one another"):
        services.create_cycle(name="Summer", by=None, **{**DATES, **dates})


def test_a_launch_wants_competencies_profiles_and_a_date_ahead(cast):
    cycle = services.create_cycle(name="Summer", by=None, **DATES)
    with pytest.raises(services.NotReady, match="Publish competencies"):
        services.launch(cycle, by=None, at=AT)

    give_roles(cast)
    with pytest.raises(services.NotReady, match="has passed"):
        services.launch(cycle, by=None, at=AT + timedelta(days=30))

    assert not Assessment.objects.exists()


def test_t09_a_cycle_goes_from_preparation_to_open_to_closed_and_nowhere_else(cast):
    give_roles(cast)
    cycle = services.create_cycle(name="Summer", by=None, **DATES)
    with pytest.raises(services.NotNow):
        services.close(cycle, by=None, at=AT)
    with pytest.raises(services.NotNow):
        services.follow_line(cycle, by=None, at=AT)

    services.launch(cycle, by=None, at=AT)
    services.close(cycle, by=None, at=AT)

    for verb in (services.launch, services.close, services.follow_line):
        with pytest.raises(services.NotNow):
            verb(cycle, by=None, at=AT)


def test_nothing_is_written_after_the_close_or_after_the_last_day(cycle, cast):
    own = review_of(cast.eve)
    late = datetime(2026, 8, 29, 9, tzinfo=UTC)
    with pytest.raises(services.NotNow):
        rate(own, "listening", given(3), at=late)  # the date decides, even when no job has closed the cycle

    services.close(cycle, by=None, at=AT)

    with pytest.raises(services.NotNow):
        rate(own, "listening", given(3))


def test_who_joins_later_is_taken_in_once(cycle, cast):
    newcomer = EmployeeFactory(unit=cast.helpdesk, manager=cast.max, job_role=cast.eve.job_role)

    first = services.follow_line(cycle, by=None, at=AT)
    second = services.follow_line(cycle, by=None, at=AT)

    assert (first.joined, second.joined) == (1, 0)
    assert review_of(newcomer, "manager").by == cast.max


def test_t52_a_new_manager_starts_afresh_and_the_former_draft_stays_with_its_author(cycle, cast):
    begun = review_of(cast.eve, "manager")
    rate(begun, "listening", given(3, example="Only Max may read this."))
    cast.eve.manager = cast.sam
    cast.eve.save(update_fields=["manager"])

    done = services.follow_line(cycle, by=None, at=AT)

    assert done == services.Followed(joined=0, moved=1)
    fresh = Review.objects.get(assessment=assessment_of(cast.eve), kind="manager", by=cast.sam)
    assert not fresh.ratings.exists()
    begun.refresh_from_db()
    assert (begun.by, begun.state) == (cast.max, "draft")
    with pytest.raises(services.NotYours):
        rate(begun, "listening", given(2))


def test_t55_the_line_is_followed_on_locked_rows(cycle, cast):
    cast.eve.manager = cast.sam
    cast.eve.save(update_fields=["manager"])

    with CaptureQueriesContext(connection) as asked:
        assert services.follow_line(cycle, by=None, at=AT).moved == 1

    locks = [one["sql"] for one in asked if 'FOR UPDATE OF "reviews_assessment"' in one["sql"]]
    assert len(locks) == 1


def test_a_shared_review_stays_when_the_manager_changes(cycle, cast):
    share(review_of(cast.eve, "manager"))
    cast.eve.manager = cast.sam
    cast.eve.save(update_fields=["manager"])

    services.follow_line(cycle, by=None, at=AT)

    assert Review.objects.get(assessment=assessment_of(cast.eve), kind="manager").by == cast.max
    assert assessment_of(cast.eve).manager == cast.sam


def test_a_manager_who_left_is_followed_too(cycle, cast):
    cast.max.is_active = False
    cast.max.save(update_fields=["is_active"])

    done = services.follow_line(cycle, by=None, at=AT)

    assert done.moved == 2
    assert assessment_of(cast.eve).manager is None
    assert services.follow_line(cycle, by=None, at=AT) == services.Followed(0, 0)


def test_f11_one_cycle_that_cannot_be_kept_leaves_the_others(cycle, cast, monkeypatch):
    other, past, close = running_cycle("Another"), date(2026, 1, 5), services.close
    ReviewCycle.objects.update(self_due_on=past, manager_due_on=past, closes_on=past)

    def closed(one, **given):
        if one.pk == cycle.pk:
            raise RuntimeError("wrong with this one")
        close(one, **given)

    monkeypatch.setattr(services, "close", closed)
    schedule.keep_cycles()

    cycle.refresh_from_db()
    other.refresh_from_db()
    assert (cycle.state, other.state) == ("open", "closed")


def test_each_step_of_hr_is_in_the_audit_trail(cast):
    give_roles(cast)
    cycle = services.create_cycle(name="Summer", by=cast.hana.user, **DATES)
    services.launch(cycle, by=cast.hana.user, at=AT)
    services.close(cycle, by=cast.hana.user, at=AT)

    assert list(AuditEntry.objects.filter(actor=cast.hana.user).order_by("pk").values_list("verb", flat=True)) == [
        "added",
        "launched",
        "closed",
    ]
    assert CompetencyVersion.objects.published().count() == 12
