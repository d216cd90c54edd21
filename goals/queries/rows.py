"""Where given goals stand on a day, in words and numbers: the row that every page about goals is made of."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.constructs import Construct
from goals import progress, wording
from goals.models import CheckIn, Checkpoint, Goal, GoalDetail, Guardrail, Milestone
from goals.progress import Part, Standing, Status, Step, Supporting

Parts = Mapping[int, Sequence[Goal]]  # goal to what supports it


@dataclass(frozen=True)
class GoalRow:
    """One goal on one day. Shares are None where there is no data or no pace."""

    id: int
    parent_id: int | None
    title: str
    url: str
    benefit: str
    level: str
    unit: str
    unit_id: int
    owner: str
    owner_id: int
    weight: int
    constructs: tuple[Construct, ...]
    measure: str
    moved_away: str
    starts_on: date
    due_on: date
    checked_on: date | None
    progress_ppm: int | None
    expected_ppm: int | None
    supporting_ppm: int | None
    status: Status
    shown: Status
    status_words: str
    is_stale: bool
    is_private: bool
    is_linked: bool
    has_metric: bool
    breached: tuple[str, ...]

    @property
    def status_key(self) -> str:
        """Key of the pill (core.templatetags.ui)."""
        return wording.STATUS_KEYS.get(self.shown, self.shown.value)

    @property
    def done_percent(self) -> float | None:
        """Clamped, for the bar; None for a kept value, which has no bar, and for no data."""
        if self.progress_ppm is None or self.expected_ppm is None:
            return None
        return progress.clamp(self.progress_ppm) / 10_000

    @property
    def expected_percent(self) -> float | None:
        return None if self.expected_ppm is None else self.expected_ppm / 10_000

    @property
    def progress_words(self) -> str:
        """24%, expected 50%"""
        if self.progress_ppm is None or self.expected_ppm is None:
            return ""
        return f"{wording.percent(self.progress_ppm)}, expected {wording.percent(self.expected_ppm)}"

    @property
    def no_pace(self) -> str:
        """Why there is no bar, in words; "" where there is one."""
        if self.done_percent is not None:
            return ""
        return "No data yet" if self.progress_ppm is None else "Kept, not driven: no pace"

    @property
    def tells_different_story(self) -> bool:
        return self.has_metric and progress.tells_different_story(self.progress_ppm, self.supporting_ppm)

    @property
    def needs_attention(self) -> bool:
        return self.shown in progress.NEEDS_ATTENTION


@dataclass(frozen=True)
class Facts:
    """What the rows of some goals are worked out from, fetched once for all of them."""

    on: date
    values: Mapping[int, Decimal]
    steps: Mapping[int, Sequence[Step]]
    checkpoints: Mapping[int, Sequence[tuple[date, int]]]
    breached: Mapping[int, Sequence[str]]
    supporting: Mapping[int, Supporting]
    family: "Family"

    def expected(self, goal: Goal) -> int | None:
        """Expected pace: None for a kept value; of a goal without a metric what its supporting goals expect."""
        if goal.is_kept:
            return None
        if not goal.has_metric:
            rolled = self.supporting.get(goal.pk)
            return rolled.expected if rolled else None
        return own_pace(goal, self.steps.get(goal.pk, ()), self.checkpoints.get(goal.pk, ()), self.on)

    def standing(self, goal: Goal) -> Standing:
        rolled = None if goal.has_metric else self.supporting.get(goal.pk)
        return Standing(
            goal.starts_on,
            goal.due_on,
            goal.progress_ppm,
            self.expected(goal),
            is_kept=goal.is_kept,
            has_metric=goal.has_metric,
            is_complete=bool(rolled and rolled.is_complete),
        )

    def row(self, goal: Goal) -> GoalRow:
        detail, standing = goal.detail, self.standing(goal)
        status, breached = standing.status(self.on), tuple(self.breached.get(goal.pk, ()))
        shown = progress.shown(status, is_breached=bool(breached))
        steps, value = self.steps.get(goal.pk, ()), self.values.get(goal.pk)
        stale = goal.has_metric and progress.is_stale(
            status, starts_on=goal.starts_on, checked_on=goal.checked_on, on=self.on
        )
        return GoalRow(
            id=goal.pk,
            parent_id=goal.parent_id,
            title=detail.title,
            url=goal.get_absolute_url(),
            benefit=detail.customer_benefit,
            level=detail.level,
            unit=goal.unit.name,
            unit_id=goal.unit_id,
            owner=goal.owner.name,
            owner_id=goal.owner_id,
            weight=goal.weight,
            constructs=tuple(detail.construct_list),
            measure=wording.measure(detail, value, (sum(1 for step in steps if step.done_on), len(steps))),
            moved_away=wording.moved_away(detail, value),
            starts_on=goal.starts_on,
            due_on=goal.due_on,
            checked_on=goal.checked_on,
            progress_ppm=standing.progress,
            expected_ppm=standing.expected,
            supporting_ppm=goal.supporting_ppm,
            status=status,
            shown=shown,
            status_words=wording.status_words(shown, status, is_breached=bool(breached)),
            is_stale=stale,
            is_private=goal.visibility == Goal.Visibility.PRIVATE,
            is_linked=goal.is_aligned,
            has_metric=goal.has_metric,
            breached=breached,
        )


def rows_of(goals: Iterable[Goal], on: date) -> list[GoalRow]:
    """Rows of goals fetched with `with_words()`, in their order; at most 5 queries however many."""
    goals = list(goals)
    facts = facts_of(goals, on)
    return [facts.row(goal) for goal in goals]


def facts_of(goals: Sequence[Goal], on: date, parts: Parts | None = None) -> Facts:
    """What the rows of these goals need. `parts`: what supports some of them, where it was read already; their roll-ups
    are worked out too. At most 4 queries, plus one for each level without measures."""
    ids, parts = [goal.pk for goal in goals], parts or {}
    family = Family({*(goal.pk for goal in goals if not goal.has_metric), *parts}, on, parts)
    everyone = {*ids, *family.ids}
    steps, checkpoints = steps_of(everyone), checkpoints_of(everyone)
    return Facts(
        on,
        values=latest_values([goal.pk for goal in goals if goal.detail.is_numeric]),
        steps=steps,
        checkpoints=checkpoints,
        breached=breached_of(ids),
        supporting=family.roll_ups(steps, checkpoints),
        family=family,
    )


def own_pace(goal: Goal, steps: Sequence[Step], points: Sequence[tuple[date, int]], on: date) -> int:
    """Expected progress of a goal on the way to a target: by milestones, by checkpoints, or along a straight line."""
    by_steps = progress.pace_by_milestones(steps, on) if steps else None
    if by_steps is not None:
        return by_steps
    if points:
        return progress.pace_by_checkpoints(goal.starts_on, goal.due_on, points, on)
    return progress.linear_pace(goal.starts_on, goal.due_on, on)


def latest_values(ids: Collection[int]) -> dict[int, Decimal]:
    """The value of the latest check-in of each goal that has one."""
    if not ids:
        return {}
    latest = (
        CheckIn.objects.standing().filter(goal__in=ids, value__isnull=False).order_by("goal_id", "-measured_on", "-pk")
    )
    return {
        goal: value for goal, value in latest.distinct("goal_id").values_list("goal_id", "value") if value is not None
    }


def steps_of(ids: Collection[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = defaultdict(list)
    if ids:
        measured = Milestone.objects.counted().filter(goal__detail__metric_type=GoalDetail.Metric.MILESTONE)
        for step in measured.filter(goal__in=ids):
            found[step.goal_id].append(step.step)
    return found


def checkpoints_of(ids: Collection[int]) -> dict[int, list[tuple[date, int]]]:
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for point in Checkpoint.objects.filter(goal__in=ids):
        found[point.goal_id].append((point.reach_on, point.expected_ppm))
    return found


def breached_of(ids: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for goal, name in Guardrail.objects.filter(goal__in=ids, is_breached=True).values_list("goal_id", "name"):
        found[goal].append(name)
    return found


def roll_ups(ids: Collection[int], on: date) -> dict[int, Supporting]:
    """What the supporting goals of each of these goals come to, expected pace and completeness included.

    A goal without a metric takes its pace from its own supporting goals, so those are followed down until measures are
    reached. Goals where nothing counts are absent. At most 3 queries, plus one for each level without measures.
    """
    family = Family(ids, on, {})
    return family.roll_ups(steps_of(family.ids), checkpoints_of(family.ids))


class Family:
    """Supporting goals that count on a day, by parent, down to those with a measure of their own."""

    def __init__(self, ids: Collection[int], on: date, parts: Parts) -> None:
        self.asked, self.on = set(ids), on
        self.children: dict[int, list[Goal]] = defaultdict(list)
        found = [goal for pk, known in parts.items() if pk in self.asked for goal in known if goal.counts_on(on)]
        wanted = [*self.asked.difference(parts), *self._adopt(found)]
        while wanted:
            wanted = self._adopt(Goal.objects.counted(on).filter(parent__in=wanted))

    def _adopt(self, goals: Iterable[Goal]) -> list[int]:
        """Take these in; returns those among them that have to be followed down."""
        bare = []
        for goal in goals:
            self.children[goal.parent_id or 0].append(goal)
            if not goal.has_metric and goal.pk not in self.asked:
                bare.append(goal.pk)
        return bare

    @property
    def ids(self) -> list[int]:
        return [goal.pk for goals in self.children.values() for goal in goals]

    def roll_ups(
        self, steps: Mapping[int, Sequence[Step]], checkpoints: Mapping[int, Sequence[tuple[date, int]]]
    ) -> dict[int, Supporting]:
        known: dict[int, Supporting | None] = {}

        def supporting(goal: int) -> Supporting | None:
            if goal not in known:
                known[goal] = progress.roll_up(part(child) for child in self.children.get(goal, ()))
            return known[goal]

        def part(goal: Goal) -> Part:
            rolled = None if goal.has_metric else supporting(goal.pk)
            if goal.is_kept:
                expected = None
            elif goal.has_metric:
                expected = own_pace(goal, steps.get(goal.pk, ()), checkpoints.get(goal.pk, ()), self.on)
            else:
                expected = rolled.expected if rolled else 0
            standing = Standing(
                goal.starts_on,
                goal.due_on,
                goal.progress_ppm,
                expected,
                is_kept=goal.is_kept,
                has_metric=goal.has_metric,
                is_complete=bool(rolled and rolled.is_complete),
            )
            return Part(goal.weight, goal.progress_ppm, expected, standing.status(self.on) is Status.ACHIEVED)

        return {goal: rolled for goal in self.asked if (rolled := supporting(goal)) is not None}

    def pace(
        self,
        goal: int,
        steps: Mapping[int, Sequence[Step]],
        checkpoints: Mapping[int, Sequence[tuple[date, int]]],
        day: date,
    ) -> int | None:
        """What the supporting goals of a goal expected together on an earlier or later day, by their weights and dates
        of now; None where none of them had begun."""
        total = weight = 0
        for child in self.children.get(goal, ()):
            if child.starts_on > day or child.progress_ppm is None:
                continue
            if child.is_kept:
                expected: int | None = progress.PPM
            elif child.has_metric:
                expected = own_pace(child, steps.get(child.pk, ()), checkpoints.get(child.pk, ()), day)
            else:
                expected = self.pace(child.pk, steps, checkpoints, day)
            if expected is not None:
                total, weight = total + child.weight * progress.clamp(expected), weight + child.weight
        return progress.mean_ppm(total, weight) if weight else None
