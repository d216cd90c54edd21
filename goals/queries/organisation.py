"""The organisation's goals, stored totals of a unit, and the evidence for the HR checklist."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q

from core.constructs import Construct
from goals import progress, wording
from goals.models import CheckIn, Goal, GoalCycle, GoalDetail, Guardrail, RollupMark, RollupState, UnitSummary
from goals.queries.concealed import veiled
from goals.queries.course import Course, courses_of
from goals.queries.rows import GoalRow, facts_of
from goals.queries.tree import current_cycle
from people.access import Viewer
from people.models import Unit

Level = GoalDetail.Level


@dataclass(frozen=True)
class UnitStanding:
    """Stored totals of a unit and everything below it in the active cycle. Shares are 0..1, None without data."""

    goals: int
    progress_share: float | None
    expected_share: float | None
    on_pace: int
    at_risk: int
    off_track: int
    missed: int
    achieved: int
    not_started: int
    no_data: int
    stale: int
    breached: int
    people: int
    covered: int
    as_of: date
    computed_at: datetime

    @property
    def coverage_share(self) -> float | None:
        """Active employees with a goal that leads up to an organisation goal."""
        return self.covered / self.people if self.people else None


def unit_summary(unit: Unit) -> UnitStanding | None:
    """One row, whatever the size of the unit; None while nothing was computed."""
    found = UnitSummary.objects.filter(unit=unit, cycle__state=GoalCycle.State.ACTIVE)
    row = found.order_by("-cycle__starts_on").first()
    if row is None:
        return None
    whole = row.with_data * progress.PPM
    return UnitStanding(
        goals=row.goals,
        progress_share=row.progress_sum / whole if whole else None,
        expected_share=row.expected_sum / whole if whole else None,
        on_pace=row.on_track,
        at_risk=row.at_risk,
        off_track=row.off_track,
        missed=row.missed,
        achieved=row.achieved,
        not_started=row.not_started,
        no_data=row.no_data,
        stale=row.stale,
        breached=row.breached,
        people=row.people,
        covered=row.covered,
        as_of=row.as_of,
        computed_at=row.computed_at,
    )


@dataclass(frozen=True)
class OrganisationGoal:
    """An organisation goal for dashboards: its own measure and its supporting goals side by side."""

    id: int
    title: str
    url: str
    benefit: str
    constructs: tuple[Construct, ...]
    owner: str
    measure: str
    due: str
    done_percent: float | None
    expected_percent: float | None
    progress_words: str
    no_pace: str
    status: str
    status_words: str
    supporting_share: float | None
    tells_different_story: bool
    is_stale: bool
    guardrails: int
    breached: tuple[str, ...]
    values: tuple[float, ...]
    pace: tuple[float, ...]


def organisation_goals(viewer: Viewer, *, on: date) -> list[OrganisationGoal]:
    """The organisation's goals in the active cycles, in the order they were set."""
    return organisation_goals_beside((), viewer, on=on)[0]


def organisation_goals_beside(
    others: Iterable[Goal], viewer: Viewer, *, on: date
) -> tuple[list[OrganisationGoal], list[GoalRow]]:
    """The same with rows of other goals, read `with_words`: what all of them are worked out from is fetched once."""
    visible = Goal.objects.visible_to(viewer).current().filter(detail__level=Level.ORGANISATION)
    goals = list(visible.with_words().annotate(rails=Count("guardrails")).order_by("pk"))
    all_goals = [*goals, *others]
    facts = facts_of(all_goals, on)
    courses, rows = courses_of(goals, facts), veiled([facts.row(goal) for goal in all_goals], viewer, on)
    found = []
    for goal, row in zip(goals, rows, strict=False):
        course = courses.get(goal.pk, Course())
        found.append(
            OrganisationGoal(
                id=row.id,
                title=row.title,
                url=row.url,
                benefit=row.benefit,
                constructs=row.constructs,
                owner=row.owner,
                measure=row.measure,
                due=f"by {wording.day(row.due_on, on)}",
                done_percent=row.done_percent,
                expected_percent=row.expected_percent,
                progress_words=row.progress_words,
                no_pace=row.no_pace,
                status=row.status_key,
                status_words=row.status_words,
                supporting_share=_share(row.supporting_ppm),
                tells_different_story=row.tells_different_story,
                is_stale=row.is_stale,
                guardrails=goal.rails,
                breached=row.breached,
                values=course.values,
                pace=course.pace,
            )
        )
    return found, rows[len(goals) :]


def _share(ppm: int | None) -> float | None:
    return None if ppm is None else progress.clamp(ppm) / progress.PPM


@dataclass(frozen=True)
class GoalEvidence:
    """Evidence for steps 5 to 7 of the HR checklist, counted over the active cycle. No person is named."""

    cycle_name: str = ""
    organisation_goals: int = 0
    with_target: int = 0
    with_construct: int = 0
    consulted: int = 0
    department_goals: int = 0
    team_goals: int = 0
    individual_goals: int = 0
    unaligned: int = 0
    coverage_share: float | None = None
    check_ins_30_days: int = 0
    stale: int = 0
    guardrails: int = 0
    breached: int = 0
    as_of: date | None = None
    computed_at: datetime | None = None
    drift: int | None = None
    proved_at: datetime | None = None
    waits_since: datetime | None = None  # the oldest change that no sweep has taken up


def goal_evidence(*, on: date) -> GoalEvidence:
    """What is alive in the goals strand; empty without an active cycle."""
    cycle = current_cycle()
    if cycle is None:
        return GoalEvidence()
    top = Q(detail__level=Level.ORGANISATION)
    goals = Goal.objects.active().filter(cycle=cycle).exclude(visibility=Goal.Visibility.PRIVATE)
    counts = goals.aggregate(
        organisation_goals=Count("pk", distinct=True, filter=top),
        with_target=Count("pk", distinct=True, filter=top & ~Q(detail__metric_type=GoalDetail.Metric.NONE)),
        with_construct=Count("pk", distinct=True, filter=top & Q(detail__constructs__len__gt=0)),
        consulted=Count("pk", filter=top & Q(consultations__isnull=False), distinct=True),
        department_goals=Count("pk", filter=Q(detail__level=Level.DEPARTMENT), distinct=True),
        team_goals=Count("pk", filter=Q(detail__level=Level.TEAM), distinct=True),
        individual_goals=Count("pk", filter=Q(detail__level=Level.INDIVIDUAL), distinct=True),
        unaligned=Count("pk", filter=Q(is_aligned=False), distinct=True),
    )
    rails = Guardrail.objects.filter(goal__in=goals).aggregate(
        guardrails=Count("pk"), breached=Count("pk", filter=Q(is_breached=True))
    )
    state = RollupState.objects.filter(cycle=cycle).first()
    whole = UnitSummary.objects.filter(cycle=cycle, unit__parent=None).first()
    recent = CheckIn.objects.standing().filter(goal__cycle=cycle, measured_on__gt=on - timedelta(30)).count()
    return GoalEvidence(
        cycle_name=cycle.name,
        check_ins_30_days=recent,
        coverage_share=whole.covered / whole.people if whole and whole.people else None,
        stale=whole.stale if whole else 0,
        as_of=state.as_of if state else None,
        computed_at=state.rolled_up_at if state else None,
        drift=state.drift if state else None,
        proved_at=state.proved_at if state else None,
        waits_since=RollupMark.objects.aggregate(since=Min("queued_at"))["since"],
        **counts,
        **rails,
    )
