"""Correcting a check-in or a reading within a day: a new row in its place, which everything above follows."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from core.models import AuditEntry, Notification
from goals import attention, rollup, services
from goals.models import CheckIn, Goal, GuardrailReading
from goals.queries.course import courses_of, rails_of, values_of
from goals.queries.rows import facts_of, rows_of
from goals.services import CheckInEntry, GuardrailPlan, MilestonePlan, PremortemPlan, company, correcting
from goals.services.check_ins import EntryRefused
from goals.services.rewording import NotMendable
from goals.tests.factories import NOON, TODAY, check_in, goal

pytestmark = pytest.mark.django_db


def correct(entry, *, by=None, at=NOON + timedelta(hours=2), **said) -> CheckIn:
    stated = {"measured_on": entry.measured_on, "value": entry.value, "what_changed": entry.what_changed, **said}
    stated |= {name: Decimal(value) for name, value in stated.items() if name == "value" and value is not None}
    return correcting.correct(entry, CheckInEntry(**stated), by=by or entry.by, at=at)


@pytest.fixture
def family(cycle, cast):
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, metric_type="none", metric_name="")
    low = goal(cast.eve, cycle, parent=top, visibility=Goal.Visibility.PUBLIC)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return top, low


def fresh(one: Goal) -> Goal:
    return Goal.objects.with_words().get(pk=one.pk)


def test_a_corrected_number_counts_here_and_above_and_the_wrong_one_stays_readable(family, cycle):
    top, low = family
    wrong = check_in(low, 94, blocker="Nothing", what_changed="New phones")
    rollup.sweep(cycle.pk, on=TODAY, at=NOON)

    right = correct(wrong, value=49)
    rollup.sweep(cycle.pk, on=TODAY, at=NOON + timedelta(hours=3))

    assert (fresh(low).own_ppm, fresh(top).supporting_ppm) == (490_000, 490_000)
    assert rollup.prove(cycle.pk, at=NOON) == 0
    wrong.refresh_from_db()
    assert (wrong.value, wrong.progress_ppm, right.corrects) == (94, 940_000, wrong)
    assert (right.made_at, right.mend_until) == (wrong.made_at, wrong.mend_until)  # a correction adds no day
    assert values_of(low) == [(TODAY, 49)]
    assert "49" in rows_of([fresh(low)], TODAY)[0].measure
    assert courses_of([fresh(low)], facts_of([fresh(low)], TODAY))[low.pk].values[-1] == 49
    assert not attention.asking(cycle.pk).size  # the correction says that nothing is in the way
    rollup.rewrite(cycle.pk, on=TODAY)
    (trace,) = AuditEntry.objects.filter(verb="corrected a check-in on")
    assert trace.changes["value"] == {"old": "94.0000", "new": "49"}


def test_a_corrected_day_moves_the_number_and_what_was_said_before_counts_again(family):
    _, low = family
    check_in(low, 20, measured_on=date(2026, 6, 1))
    wrong = check_in(low, 30, measured_on=date(2026, 6, 20))

    correct(wrong, measured_on=date(2026, 5, 20))

    assert (fresh(low).own_ppm, fresh(low).checked_on) == (200_000, date(2026, 6, 1))
    assert values_of(low) == [(date(2026, 5, 20), 30), (date(2026, 6, 1), 20)]


def test_milestones_ticked_by_mistake_are_open_again(cycle, eve):
    steps = [MilestonePlan("Plan", 1), MilestonePlan("Build", 3)]
    one = goal(eve, cycle, metric_type="milestone", baseline=None, target=None, milestones=steps)
    plan, build = one.milestones.all()
    wrong = check_in(one, None, milestones_done=[plan.pk, build.pk])
    assert fresh(one).own_ppm == 1_000_000

    right = correct(wrong, milestones_done=[plan.pk], measured_on=TODAY - timedelta(1))

    plan.refresh_from_db()
    build.refresh_from_db()
    assert (plan.done_on, plan.done_in) == (TODAY - timedelta(1), right)
    assert (build.done_on, build.done_in) == (None, None)
    assert fresh(one).own_ppm == right.progress_ppm == 250_000


def test_a_check_in_is_corrected_by_its_author_for_a_day_and_once(family, cast):
    low = family[1]
    wrong = check_in(low, 94)
    with pytest.raises(NotMendable, match="Only Eve"):
        correct(wrong, by=cast.max, value=49)
    with pytest.raises(NotMendable, match="24 hours"):
        correct(wrong, at=NOON + timedelta(hours=24), value=49)
    right = correct(wrong, value=49)
    with pytest.raises(NotMendable, match="corrected meanwhile"):
        correct(wrong, value=48)
    with pytest.raises(NotMendable, match="24 hours"):
        correct(right, at=NOON + timedelta(hours=25), value=48)
    assert correct(right, value=48).corrects == right


def test_the_same_form_twice_is_one_correction_and_other_words_are_none(family):
    low = family[1]
    wrong = check_in(low, 94)
    entry = CheckInEntry(measured_on=TODAY, value=Decimal(49))
    once = correcting.correct(wrong, entry, by=low.owner, at=NOON)
    assert correcting.correct(wrong, entry, by=low.owner, at=NOON) == once

    assert correct(once, what_changed="Counted again") == once
    assert CheckIn.objects.count() == 2
    assert once.revisions.count() == 1


def test_a_correction_does_not_overtake_a_later_check_in_of_the_same_day(family):
    low = family[1]
    first, _ = check_in(low, 30), check_in(low, 40)
    with pytest.raises(NotMendable, match="later check-in about the same day"):
        correct(first, value=35)
    correct(first, value=35, measured_on=TODAY - timedelta(1))
    assert fresh(low).own_ppm == 400_000


def test_the_author_corrects_on_a_page_and_every_reader_sees_both(family, cast, client_of, time_machine):
    low = family[1]
    time_machine.move_to(NOON)
    wrong = check_in(low, 94, what_changed="New phones")
    link = reverse("goals:check_in_correction", args=[wrong.pk])
    page = client_of(cast.eve).get(link).content.decode()
    assert 'value="94"' in page
    assert "New phones" in page
    key = "00000000-0000-0000-0000-0000000000aa"
    said = {"value": "49", "measured_on": str(TODAY), "what_changed": "New phones", "key": key}

    assert client_of(cast.eve).post(link, {**said, "value": "x"}).status_code == 422
    assert client_of(cast.eve).post(link, said).status_code == 302

    shown = client_of(cast.ed).get(low.get_absolute_url()).content.decode()
    assert "Corrected 1 time" in shown
    assert shown.index("49%") < shown.index("94%")
    assert client_of(cast.eve).get(low.get_absolute_url()).content.decode().count("goals/check-ins/") == 1


# --- readings of guardrails ---------------------------------------------------------------------------------------------


@pytest.fixture
def guarded(cycle, cast):
    rail = GuardrailPlan("Reopened cases", "<=", Decimal(6), "%")
    return goal(cast.max, cycle, level="team", guardrails=[rail])


def read(guarded, value, *, on=TODAY, by=None, **more) -> GuardrailReading:
    given = {"value": Decimal(value), "read_on": on, "note": "", "by": by or guarded.owner, "at": NOON, **more}
    return services.read_guardrail(guarded.guardrails.get(), **given)


def again(reading, value, **more) -> GuardrailReading:
    given = {"value": Decimal(value), "read_on": reading.read_on, "note": reading.note, "by": reading.by, **more}
    return services.correct_reading(reading, **{"at": NOON + timedelta(hours=2), **given})


def test_a_corrected_reading_lifts_the_breach_and_the_wrong_one_stays_readable(guarded):
    wrong = read(guarded, 52)
    assert guarded.guardrails.get().is_breached

    right = again(wrong, "5.2", note="Comma forgotten")

    rail = guarded.guardrails.get()
    assert (rail.value, rail.is_breached, rails_of([rail])) == (Decimal("5.2"), False, [(TODAY, False)])
    wrong.refresh_from_db()
    assert (wrong.value, right.corrects, right.mend_until) == (52, wrong, wrong.mend_until)
    (trace,) = AuditEntry.objects.filter(verb="corrected a guardrail reading of")
    assert trace.changes == {"guardrail": "Reopened cases", "value": {"old": "52.0000", "new": "5.2"}}
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        GuardrailReading.objects.update(value=5)


def test_a_corrected_day_lets_the_reading_before_count_again(guarded):
    read(guarded, 9, on=date(2026, 6, 1))
    wrong = read(guarded, 3, on=date(2026, 6, 20))
    again(wrong, 3, read_on=date(2026, 5, 20))

    rail = guarded.guardrails.get()
    assert (rail.value, rail.read_on, rail.is_breached) == (9, date(2026, 6, 1), True)


def test_a_reading_is_corrected_by_its_author_for_a_day_and_the_same_form_counts_once(guarded, cast):
    key = uuid4()
    wrong = read(guarded, 9, key=key)
    assert read(guarded, 9, key=key) == wrong
    with pytest.raises(NotMendable, match="Only Max"):
        again(wrong, 5, by=cast.uma)
    with pytest.raises(NotMendable, match="24 hours"):
        again(wrong, 5, at=NOON + timedelta(hours=24))
    with pytest.raises(EntryRefused, match="lies ahead"):
        again(wrong, 5, read_on=TODAY + timedelta(1))
    assert again(wrong, 9) == wrong
    other = uuid4()
    right = again(wrong, 5, key=other)
    assert again(wrong, 5, key=other) == right
    with pytest.raises(NotMendable, match="corrected meanwhile"):
        again(wrong, 4)
    later = read(guarded, 7)
    with pytest.raises(NotMendable, match="later reading of the same day"):
        again(right, 4)
    assert again(later, 4).value == guarded.guardrails.get().value == 4


def test_who_follows_hears_of_a_broken_guardrail_once_and_hr_where_a_reward_waits(cycle, cast):
    rail = GuardrailPlan("Reopened cases", "<=", Decimal(6), "%")
    ways = [PremortemPlan(f"Way {number}") for number in range(3)]
    given = {"level": "team", "title": "Top", "guardrails": [rail], "reward": "Breakfast", "premortem": ways}
    guarded = goal(cast.max, cycle, **given)
    company.follow(guarded, by=cast.ed)
    wrong = read(guarded, 52)
    again(wrong, 9)
    read(guarded, 8)

    broken = "has a broken guardrail: Reopened cases 52%, at most 6%."
    told = Notification.objects.exclude(key__startswith="goal-")
    assert dict(told.values_list("to", "text")) == {
        cast.ed.user_id: f"“Top” {broken}",
        cast.hana.user_id: "The reward on “Top” is on hold: Reopened cases 52%, at most 6%.",
    }
    assert told.count() == 2


def test_a_form_of_one_goal_or_guardrail_is_not_taken_for_another(guarded, cycle, cast):
    other = goal(cast.max, cycle, level="team", guardrails=[GuardrailPlan("Costs", "<=", Decimal(6), "%")])
    key = uuid4()
    read(guarded, 3, key=key)
    with pytest.raises(EntryRefused, match="another guardrail"):
        read(other, 3, key=key)
    check_in(guarded, 3, key=key)
    with pytest.raises(EntryRefused, match="another goal"):
        check_in(other, 3, key=key)


def test_the_reader_of_a_guardrail_corrects_on_a_page_and_everybody_sees_both(guarded, cast, client_of, time_machine):
    time_machine.move_to(NOON)
    wrong = read(guarded, 52)
    client, link = client_of(cast.max), reverse("goals:reading_correction", args=[wrong.pk])
    assert link in client.get(guarded.get_absolute_url()).content.decode()
    assert 'value="52"' in client.get(link).content.decode()
    said = {"value": "5,2", "read_on": str(TODAY), "note": "Comma forgotten", "key": uuid4()}

    refused = client.post(link, {**said, "value": "many"})
    assert (refused.status_code, "Comma forgotten" in refused.content.decode()) == (422, True)
    assert client_of(cast.eve).get(link).status_code == 403
    assert client.post(link, said).status_code == 302

    page = client_of(cast.ed).get(guarded.get_absolute_url()).content.decode()
    assert page.index("5.2%") < page.index("Before:") < page.index("52%")
    assert "/readings/" not in page
