"""The manager's list of direct reports, and what HR sees of a cycle: states and counts, never contents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Q

from assessments.competencies.models import CompetencyVersion
from assessments.reviews.models import Assessment, AssessmentQuerySet, CycleCompetency, Rating, Review, ReviewCycle
from assessments.reviews.queries import asking, audience, dates
from assessments.reviews.queries.audience import Readiness
from assessments.reviews.queries.dates import StageRow
from assessments.reviews.queries.raters import RaterCounts, rater_counts, waiting_for
from people.access import Viewer
from people.models import Employee, Unit

State = ReviewCycle.State


# --- the manager's team -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TeamRow:
    """One direct report. `answered` and `total` are about the manager's own draft; of the employee's only "shared"."""

    assessment: Assessment
    review: Review | None
    has_own: bool
    has_manager: bool
    answered: int
    total: int
    waiting: int = 0

    @property
    def employee(self) -> Employee:
        return self.assessment.employee

    @property
    def draft_words(self) -> str:
        return f"Draft, {self.answered} of {self.total}"

    @property
    def is_ready_to_talk(self) -> bool:
        return self.has_own and self.has_manager and self.assessment.agreed_at is None


@dataclass(frozen=True)
class TeamPage:
    cycle: ReviewCycle | None
    cycles: list[ReviewCycle]
    rows: list[TeamRow]
    is_running: bool

    @property
    def of_words(self) -> str:
        return f"of {len(self.rows)}"

    @property
    def own_shared(self) -> int:
        return sum(row.has_own for row in self.rows)

    @property
    def manager_shared(self) -> int:
        return sum(row.has_manager for row in self.rows)

    @property
    def ready_to_talk(self) -> int:
        return sum(row.is_ready_to_talk for row in self.rows)

    @property
    def agreed(self) -> int:
        return sum(row.assessment.agreed_at is not None for row in self.rows)


def team_page(manager: Employee, *, on: date, cycle_id: int | None = None) -> TeamPage:
    """Direct reports of today in one cycle, the newest launched unless one is named. By name, never by level."""
    cycles = list(ReviewCycle.objects.exclude(state=State.PREPARATION).order_by("-launched_at"))
    cycle = next((one for one in cycles if cycle_id in (None, one.pk)), None)
    if cycle is None:
        return TeamPage(None, cycles, [], False)
    assessments = list(
        cycle.assessments.managed_by(manager)
        .taking_part()
        .filter(employee__is_active=True)
        .with_states()
        .select_related("employee__job_role", "employee__unit", "cycle")
        .order_by("employee__name", "pk")
    )
    answered = Count("ratings", filter=~Q(ratings__answer=Rating.Answer.OPEN))
    mine = {
        review.assessment_id: review
        for review in Review.objects.filter(assessment__in=assessments, kind=Review.Kind.MANAGER, by=manager).annotate(
            answered=answered
        )
    }
    totals = asking.totals(assessments)
    waiting = waiting_for(manager, cycle) if cycle.asks_others else {}
    rows = [
        TeamRow(
            assessment=assessment,
            review=(review := mine.get(assessment.pk)),
            has_own=assessment.has_own,  # type: ignore[attr-defined]  # annotated by with_states
            has_manager=assessment.has_manager,  # type: ignore[attr-defined]
            answered=review.answered if review else 0,
            total=totals[assessment.pk],
            waiting=waiting.get(assessment.pk, 0),
        )
        for assessment in assessments
    ]
    return TeamPage(cycle, cycles, rows, cycle.is_running(on))


# --- HR ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """How many people of a cycle have shared, were reviewed, agreed and acknowledged."""

    people: int = 0
    own: int = 0
    manager: int = 0
    agreed: int = 0
    acknowledged: int = 0


@dataclass(frozen=True)
class CycleRow:
    cycle: ReviewCycle
    counts: Counts


def cycle_rows(viewer: Viewer) -> list[CycleRow]:
    """All cycles, the newest first, with the counts of the viewer's scope in one query."""
    cycles = list(ReviewCycle.objects.visible_to(viewer).order_by("-closes_on", "-pk"))
    grouped = _with_counts(Assessment.objects.counted_for(viewer).filter(cycle__in=cycles), "cycle_id")
    return [CycleRow(cycle, grouped.get(cycle.pk, Counts())) for cycle in cycles]


@dataclass(frozen=True)
class UnitRow:
    unit: Unit
    counts: Counts


@dataclass(frozen=True)
class CyclePage:
    cycle: ReviewCycle
    counts: Counts
    units: list[UnitRow]
    pinned: list[CompetencyVersion]
    readiness: Readiness | None
    joiners: int
    movers: int
    leavers: int
    excused: int
    by_hand: int
    raters: RaterCounts | None
    stages: list[StageRow] = field(default_factory=list)

    @property
    def of_words(self) -> str:
        return f"of {self.counts.people}"

    @property
    def can_move_days(self) -> bool:
        return not all(stage.is_over for stage in self.stages)

    @property
    def has_changes(self) -> bool:
        return bool(self.joiners or self.movers or self.leavers)


def cycle_page(cycle: ReviewCycle, viewer: Viewer, *, on: date) -> CyclePage:
    everybody = Assessment.objects.counted_for(viewer).filter(cycle=cycle)
    by_unit = _with_counts(everybody, "employee__unit_id")
    pinned = CycleCompetency.objects.filter(cycle=cycle).select_related("version__competency").order_by("order")
    is_open, is_prepared = cycle.state == State.OPEN, cycle.state == State.PREPARATION
    enrolled = cycle.assessments.values("employee")
    leavers = everybody.taking_part().filter(employee__is_active=False, agreed_at=None)
    return CyclePage(
        cycle=cycle,
        counts=_sum(by_unit.values()),
        units=_by_department(by_unit),
        pinned=[pin.version for pin in pinned],
        readiness=audience.readiness(cycle, on=on) if is_prepared else None,
        joiners=audience.people_of(cycle).exclude(pk__in=enrolled).count() if is_open else 0,
        movers=cycle.assessments.out_of_line().count() if is_open else 0,
        leavers=leavers.count() if is_open else 0,
        excused=everybody.filter(is_excused=True).count(),
        by_hand=everybody.filter(is_assigned_by_hand=True).count(),
        raters=rater_counts(cycle, viewer) if cycle.asks_others and not is_prepared else None,
        stages=dates.stage_rows(cycle, on=on),
    )


def _with_counts(assessments: AssessmentQuerySet, group: str) -> dict[int, Counts]:
    rows = (
        assessments.taking_part()
        .with_states()
        .order_by()
        .values(group)
        .annotate(
            people=Count("pk"),
            own=Count("pk", filter=Q(has_own=True)),
            reviewed=Count("pk", filter=Q(has_manager=True)),
            agreed=Count("pk", filter=Q(agreed_at__isnull=False)),
            acknowledged=Count("pk", filter=Q(acknowledged_at__isnull=False)),
        )
    )
    return {
        row[group]: Counts(row["people"], row["own"], row["reviewed"], row["agreed"], row["acknowledged"])
        for row in rows
    }


def _by_department(by_unit: dict[int, Counts]) -> list[UnitRow]:
    """Sums per unit of the second depth; people placed at the root stand under the root."""
    units = list(Unit.objects.order_by("position"))
    tops = [unit for unit in units if unit.depth <= 1]
    rows = []
    for top in tops:
        inside = [unit for unit in units if (unit == top if top.depth == 0 else top.contains(unit))]
        counts = _sum(by_unit[unit.pk] for unit in inside if unit.pk in by_unit)
        if counts.people:
            rows.append(UnitRow(top, counts))
    return rows


def _sum(all_counts: Iterable[Counts]) -> Counts:
    total = Counts()
    for one in all_counts:
        total = Counts(
            total.people + one.people,
            total.own + one.own,
            total.manager + one.manager,
            total.agreed + one.agreed,
            total.acknowledged + one.acknowledged,
        )
    return total


# --- evidence for the eight steps -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CycleEvidence:
    """What shows that people are assessed: counts only."""

    open_id: int | None
    open_name: str
    people: int
    self_shared: int
    manager_shared: int
    agreed: int
    closes_on: date | None
    closed_cycles: int
    last_closed_on: date | None


def cycle_evidence(*, on: date) -> CycleEvidence:
    running = ReviewCycle.objects.open().filter(closes_on__gte=on).order_by("-launched_at").first()
    counts = _with_counts(running.assessments.all(), "cycle_id").get(running.pk, Counts()) if running else Counts()
    closed = ReviewCycle.objects.filter(state=State.CLOSED).aggregate(number=Count("pk"), last=Max("closes_on"))
    return CycleEvidence(
        open_id=running.pk if running else None,
        open_name=running.name if running else "",
        people=counts.people,
        self_shared=counts.own,
        manager_shared=counts.manager,
        agreed=counts.agreed,
        closes_on=running.closes_on if running else None,
        closed_cycles=closed["number"],
        last_closed_on=closed["last"],
    )
