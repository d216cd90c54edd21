"""Levels of many as counts: made once for a closed cycle, and once for the talk about how managers rated.

What is stored is all that may ever be shown. A later move, erasure or correction changes no number (docs/decisions/024).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q

from assessments.competencies.models import CompetencyVersion
from assessments.reviews import gathering, scoring
from assessments.reviews.gathering import Count, Person
from assessments.reviews.models import (
    OF_THE_CONTEXT,
    SMALLEST_GROUP,
    LevelSummary,
    RatingSpread,
    ReviewCycle,
    UnitLevel,
    UnitSummary,
)
from assessments.reviews.queries import everybody
from assessments.reviews.queries.everybody import Member
from core import audit
from people.models import Unit

BATCH = 2000
STEP = 10  # percent: spreads are told in such steps, so that no single rating can be worked out


def due_for_summary(*, on: date) -> Iterable[ReviewCycle]:
    """Closed cycles whose levels can change no more and that have no summary yet."""
    settled = Q(calibration_until=None) | Q(calibration_until__lt=on)
    return ReviewCycle.objects.filter(settled, state=ReviewCycle.State.CLOSED, summary=None).order_by("pk")


def due_for_spread(*, on: date) -> Iterable[ReviewCycle]:
    """Cycles that calibrate, once manager reviews were to be shared, as long as it has not been counted."""
    begun = ReviewCycle.objects.exclude(state=ReviewCycle.State.PREPARATION)
    return begun.filter(calibrates=True, manager_due_on__lt=on, calibration_until__gte=on, spreads=None).order_by("pk")


@transaction.atomic
def summarise(cycle: ReviewCycle, *, on: date) -> LevelSummary:
    """Count the levels of a cycle by unit; the first count stands. Some seconds for 10,000 people."""
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if made := LevelSummary.objects.filter(cycle=cycle).first():
        return made
    units = list(Unit.objects.order_by("position"))
    places = {unit.pk: place for place, unit in enumerate(units)}
    parents = [places[unit.parent_id] if unit.parent_id else -1 for unit in units]
    members = everybody.members(cycle)
    versions = everybody.versions(cycle)
    by_version = {version.pk: _people(version, members, units, places, parents) for version in versions}
    assessed = {person.key for people in by_version.values() for person in people}
    summary = LevelSummary.objects.create(cycle=cycle, made_on=on, people=len(assessed))
    _store(summary, units, parents, versions, by_version)
    audit.record("counted the levels of", cycle, by=None)
    return summary


@transaction.atomic
def spread(cycle: ReviewCycle, *, on: date) -> list[RatingSpread]:
    """Count how managers' shared ratings lie around the needed levels; the first count stands.

    Managers with fewer than five people are taken together, and left out when even that is fewer.
    """
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    if made := list(RatingSpread.objects.filter(cycle=cycle)):
        return made
    rated: dict[int | None, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for manager, employee, gap in everybody.manager_gaps(cycle):
        rated[manager][employee].append(gap)
    small = [manager for manager, people in rated.items() if len(people) < SMALLEST_GROUP]
    together: dict[int, list[int]] = {}
    for one in small:
        together |= rated.pop(one)
    if len(together) >= SMALLEST_GROUP:
        rated[None] = defaultdict(list, together)
    return RatingSpread.objects.bulk_create(
        _spread_row(cycle, manager, people, on) for manager, people in rated.items()
    )


# --- levels by unit ---------------------------------------------------------------------------------------------------


def _people(
    version: CompetencyVersion,
    members: Sequence[Member],
    units: Sequence[Unit],
    places: Mapping[int, int],
    parents: Sequence[int],
) -> list[Person]:
    """Everybody with a level that counts and a needed one. A head is counted in the unit above: a unit's numbers are about
    those who are led there, and its head knows them."""
    found = []
    for member in members:
        line = member.line(version)
        if line.gap is None:
            continue
        place = places[member.unit]
        while units[place].head_id == member.employee and parents[place] >= 0:
            place = parents[place]
        is_context = not member.obstacles(version).isdisjoint(OF_THE_CONTEXT)
        found.append(Person(member.employee, place, member.manager, line.shortfall, is_context))
    return found


def _store(
    summary: LevelSummary,
    units: Sequence[Unit],
    parents: Sequence[int],
    versions: Sequence[CompetencyVersion],
    by_version: Mapping[int, Sequence[Person]],
) -> None:
    """Rows of the units with anybody assessed in them or below."""
    totals = {pk: gathering.totals(parents, people) for pk, people in by_version.items()}
    places = [place for place in range(len(units)) if any(total[place] for total in totals.values())]
    stored = UnitSummary.objects.bulk_create(
        (
            UnitSummary(
                summary=summary,
                unit=units[place],
                name=units[place].name,
                place=units[place].position,
                last_place=units[place].last_position,
                depth=units[place].depth,
            )
            for place in places
        ),
        batch_size=BATCH,
    )
    rows: list[UnitLevel] = []
    for version in versions:
        counted = gathering.counts(parents, by_version[version.pk], SMALLEST_GROUP)
        rows += (
            _row(unit, version, counted[place], totals[version.pk][place])
            for unit, place in zip(stored, places, strict=True)
        )
    UnitLevel.objects.bulk_create(rows, batch_size=BATCH)


def _row(unit: UnitSummary, version: CompetencyVersion, count: Count | None, assessed: int) -> UnitLevel:
    if count is None:
        hidden = UnitLevel.Hidden.FEW if assessed < SMALLEST_GROUP else UnitLevel.Hidden.NEIGHBOUR
        return UnitLevel(unit=unit, version=version, hidden=hidden)
    return UnitLevel(
        unit=unit,
        version=version,
        people=count.people,
        at_level=count.at_level,
        missing=count.missing,
        context_percent=count.context_percent,
    )


# --- how managers rated -----------------------------------------------------------------------------------------------


def _spread_row(cycle: ReviewCycle, manager: int | None, people: Mapping[int, Sequence[int]], on: date) -> RatingSpread:
    gaps = [gap for of_one in people.values() for gap in of_one]
    percents = scoring.in_steps(scoring.spread_shares(gaps), STEP)
    return RatingSpread(
        cycle=cycle,
        manager_id=manager,
        people=len(people),
        far_below_percent=percents[0],
        below_percent=percents[1],
        at_percent=percents[2],
        above_percent=percents[3],
        made_on=on,
    )
