"""Check-ins and guardrail readings: what they change, what they refuse."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from core.errors import DomainError
from core.models import AuditEntry
from goals import services
from goals.models import CheckIn, GuardrailReading, RollupMark
from goals.tests.factories import NOON, TODAY, check_in, cycle, goal

pytestmark = pytest.mark.django_db


@pytest.fixture
def rising(cycle, eve):
    """Eve's goal from 0 to 100."""
    made = goal(eve, cycle)
    RollupMark.objects.all().delete()
    return made


@pytest.fixture
def stepped(cycle, eve):
    """Eve's goal with three milestones that weigh 1, 1 and 2."""
    steps = [services.MilestonePlan(f"Step {weight}", weight) for weight in (1, 1, 2)]
    return goal(eve, cycle, metric_type="milestone", milestones=steps)


def test_a_check_in_sets_the_own_number_marks_the_goal_and_leaves_an_entry(rising, eve):
    made = check_in(rising, 40, confidence=7, what_changed="Two more phones", next_step="Ask Max", call="on_track")

    rising.refresh_from_db()
    assert (rising.own_ppm, rising.checked_on) == (400_000, TODAY)
    assert (made.progress_ppm, made.confidence, made.by) == (400_000, 7, eve)
    assert list(RollupMark.objects.values_list("goal_id", flat=True)) == [rising.pk]
    entry = AuditEntry.objects.get(verb="checked in on")
    assert (entry.actor, entry.about, entry.changes["value"]) == (eve.user, eve.user, "40")


def test_a_late_entry_for_an_earlier_day_does_not_replace_the_newer_number(rising):
    check_in(rising, 40)
    check_in(rising, 10, measured_on=TODAY - timedelta(30))

    rising.refresh_from_db()
    assert (rising.own_ppm, rising.checked_on) == (400_000, TODAY)


def test_of_two_entries_for_one_day_the_later_counts(rising):
    check_in(rising, 40)
    check_in(rising, 35)

    rising.refresh_from_db()
    assert rising.own_ppm == 350_000


def test_the_same_form_sent_twice_is_one_check_in(rising):
    key = uuid4()
    first, second = check_in(rising, 40, key=key), check_in(rising, 40, key=key)

    assert first == second
    assert CheckIn.objects.count() == 1


def test_only_the_owner_checks_in(rising, max):
    entry = services.CheckInEntry(measured_on=TODAY, value=Decimal(1))
    with pytest.raises(services.NotYourGoal, match="Only Eve Lind"):
        services.check_in(rising, entry, by=max, at=NOON)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"value": None}, "Enter the number"),
        ({"value": 3, "measured_on": TODAY + timedelta(1)}, "lies ahead"),
        ({"value": 3, "milestones_done": [99]}, "not part of the goal"),
    ],
)
def test_a_check_in_that_does_not_fit_is_refused_in_words(rising, given, words):
    with pytest.raises(DomainError, match=words):
        check_in(rising, given.pop("value"), **given)
    assert not CheckIn.objects.exists()


def test_today_is_the_organisations_day(rising):
    just_after_midnight_in_london = datetime(2026, 7, 2, 0, 30, tzinfo=ZoneInfo("Europe/London"))

    made = check_in(rising, 5, at=just_after_midnight_in_london, measured_on=date(2026, 7, 2))

    assert made.measured_on == date(2026, 7, 2)


def test_a_withdrawn_goal_and_a_cycle_that_is_not_active_take_no_check_ins(rising, eve):
    waiting = goal(eve, cycle("Next year", state="preparation"))
    services.cancel_goal(rising, because="Merged into another", by=eve.user)

    with pytest.raises(DomainError, match="withdrawn"):
        check_in(rising, 5)
    with pytest.raises(DomainError, match="in preparation"):
        check_in(waiting, 5)


def test_ticked_milestones_count_by_weight_and_can_be_taken_back(stepped):
    first, second, third = stepped.milestones.all()
    begun = check_in(stepped, milestones_done=[first.pk], measured_on=TODAY - timedelta(10))
    check_in(stepped, milestones_done=[first.pk, third.pk])

    stepped.refresh_from_db()
    first.refresh_from_db()
    assert stepped.own_ppm == 750_000
    assert (first.done_on, first.done_in) == (TODAY - timedelta(10), begun)

    check_in(stepped, milestones_done=[third.pk])
    stepped.refresh_from_db()
    first.refresh_from_db()
    assert stepped.own_ppm == 500_000
    assert (first.done_on, first.done_in) == (None, None)


def test_a_milestone_goal_takes_no_number(stepped):
    with pytest.raises(DomainError, match="not measured by a number"):
        check_in(stepped, 5)


def test_the_database_refuses_to_change_what_a_check_in_stated(rising):
    check_in(rising, 40)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        CheckIn.objects.update(value=99)


def test_a_guardrail_follows_its_latest_reading(cycle, eve):
    rail = services.GuardrailPlan("Reopened cases", "<=", Decimal(6), "%", "Stops quick patches.")
    guarded = goal(eve, cycle, guardrails=[rail])
    rail = guarded.guardrails.get()

    def read(value: str, on: date) -> None:
        services.read_guardrail(rail, value=Decimal(value), read_on=on, note="", by=eve, at=NOON)
        rail.refresh_from_db()

    read("6", TODAY - timedelta(2))
    assert not rail.is_breached  # on the limit it holds
    read("6.1", TODAY)
    assert rail.is_breached
    read("2", TODAY - timedelta(1))  # noted late
    assert (rail.is_breached, rail.value, rail.read_on) == (True, Decimal("6.1"), TODAY)
    assert GuardrailReading.objects.count() == 3
    assert RollupMark.objects.filter(goal_id=guarded.pk).count() == 4  # set, and three readings
