"""How a goal's supporting goals add up, opened to every number behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from goals import progress, wording
from goals.models import Goal
from goals.progress import Supporting
from goals.queries.arithmetic import own_measure
from goals.queries.concealed import NOT_SHOWN, concealed, veil
from goals.queries.rows import Facts, GoalRow, facts_of
from people.access import Viewer

SPELLED_OUT = 8  # terms of the sum in one sentence
LISTED = 60  # supporting goals with a line of their own; the others share one


@dataclass(frozen=True)
class Line:
    """One line of the sum. `counts_as` is weight times clamped progress in points; "" for a goal that does not count."""

    row: GoalRow
    update: str
    progress: str
    weight: int
    counts_as: str
    why_not: str = ""
    total: int = 0  # weight times clamped progress in ppm: the lines and `Together` add up to Supporting.total exactly


@dataclass(frozen=True)
class Together:
    """Goals that share one line: too many to list, or not shown to this viewer."""

    goals: int = 0
    weight: int = 0
    counts_as: str = ""
    total: int = 0


@dataclass(frozen=True)
class Explainer:
    """What supporting goals come to, so that it can be checked by hand.

    With a single number that the viewer may not see the sum would tell it: then the sum is withheld (concealed.py).
    `own_sentences` open the goal's own measure in the same way.
    """

    lines: list[Line]
    further: Together
    hidden: Together
    supporting: Supporting | None
    is_withheld: bool
    stale: int
    most_to_gain: GoalRow | None
    tells_different_story: bool
    is_waiting: bool
    rolled_up_at: datetime | None
    own_done: str = ""
    own_expected: str = ""
    own_done_percent: float | None = None
    own_expected_percent: float | None = None
    own_sentences: tuple[str, ...] = ()

    @property
    def goals(self) -> int:
        return len(self.lines) + self.further.goals + self.hidden.goals

    @property
    def sentence(self) -> str:
        """2 × 60.0 + 55.0 + 22.2 = 197.2; divided by the weights, 4 in all: 49.3%."""
        if not self.supporting or self.is_withheld:
            return ""
        counted = [line for line in self.lines if line.counts_as]
        parts = [
            f"{line.weight} × {line.progress.rstrip('%')}" if line.weight > 1 else line.counts_as for line in counted
        ]
        parts += [rest.counts_as for rest in (self.further, self.hidden) if rest.counts_as]
        weights = "the weight" if self.supporting.weight == 1 else f"the weights, {self.supporting.weight} in all"
        if len(parts) > SPELLED_OUT:
            return f"{self.supporting.counted} goals come to {self.total}; divided by {weights}: {self.exact}."
        if len(parts) == 1 and self.supporting.weight == 1:
            return f"One goal counts, at {self.exact}."
        return f"{' + '.join(parts)} = {self.total}; divided by {weights}: {self.exact}."

    @property
    def total(self) -> str:
        return _points(self.supporting.total) if self.supporting else ""

    @property
    def exact(self) -> str:
        return f"{wording.percent_1(self.supporting.progress)}%" if self.supporting else ""

    @property
    def done(self) -> str:
        return wording.percent(self.supporting.progress) if self.supporting else ""

    @property
    def expected(self) -> str:
        return wording.percent(self.supporting.expected) if self.supporting else ""

    @property
    def done_percent(self) -> float:
        return self.supporting.progress / 10_000 if self.supporting else 0

    @property
    def expected_percent(self) -> float:
        return self.supporting.expected / 10_000 if self.supporting else 0


@dataclass(frozen=True)
class Opened:
    """A goal with what supports it, read once for everything that its page says about both.

    `own` and `rows` are veiled; `rows` are the supporting goals with a line of their own. `parts` are all that count or
    will, each with `is_seen`; `unseen` are the goals whose roll-up the viewer must not see.
    """

    goal: Goal
    own: GoalRow
    parts: list[Goal]
    rows: list[GoalRow]
    unseen: set[int]
    facts: Facts


def opened(goal: Goal, viewer: Viewer, *, on: date) -> Opened:
    """Read a goal fetched with its words, and what supports it, for one viewer; at most 8 queries, plus one for each
    level below that has no measures."""
    everything = Goal.objects.active().filter(parent=goal).exclude(visibility=Goal.Visibility.PRIVATE)
    parts = list(everything.with_sight(viewer).order_by("pk"))
    seen = [part.pk for part in parts if part.is_seen]
    unseen = concealed([goal.pk, *seen], viewer, on)
    listed = list(Goal.objects.with_words().filter(pk__in=seen[:LISTED]).order_by("pk")) if seen else []
    facts = facts_of([goal, *listed], on, {goal.pk: parts})
    own, *rows = [veil(row) if row.id in unseen else row for row in map(facts.row, [goal, *listed])]
    return Opened(goal, own, parts, rows, unseen, facts)


def explain(goal: Goal, viewer: Viewer, *, on: date) -> Explainer:
    """The roll-up of one goal for one viewer; a fixed number of queries."""
    return explained(opened(goal, viewer, on=on), on=on)


def explained(found: Opened, *, on: date) -> Explainer:
    """The same for a goal that was opened already; one query."""
    goal, own, unseen = found.goal, found.own, found.unseen
    hidden = [part for part in found.parts if not part.is_seen or (part.pk in unseen and not part.has_metric)]
    further = [part for part in found.parts if part.is_seen][LISTED:]
    supporting = found.facts.supporting.get(goal.pk)
    is_waiting, rolled_up_at = _sweep_of(goal)
    return Explainer(
        lines=[_line(row, on) for row in found.rows],
        further=_together([part for part in further if part not in hidden], on),
        hidden=_together(hidden, on),
        supporting=supporting,
        is_withheld=goal.pk in unseen,
        stale=sum(row.is_stale for row in found.rows),
        most_to_gain=_most_to_gain(found.rows, on),
        tells_different_story=goal.has_metric
        and goal.pk not in unseen
        and progress.tells_different_story(goal.own_ppm, supporting.progress if supporting else None),
        is_waiting=is_waiting,
        rolled_up_at=rolled_up_at,
        own_done=wording.percent(own.progress_ppm) if goal.has_metric else "",
        own_expected=wording.percent(own.expected_ppm),
        own_done_percent=own.done_percent,
        own_expected_percent=own.expected_percent,
        own_sentences=own_measure(goal, own, found.facts) if goal.is_active else (),
    )


def _counts(goal: Goal, on: date) -> bool:
    return goal.counts_on(on) and goal.progress_ppm is not None and goal.weight > 0


def _together(goals: Sequence[Goal], on: date) -> Together:
    counted = [goal for goal in goals if _counts(goal, on)]
    total = sum(goal.weight * progress.clamp(goal.progress_ppm or 0) for goal in counted)
    return Together(len(goals), sum(goal.weight for goal in counted), _points(total) if counted else "", total)


def _line(row: GoalRow, on: date) -> Line:
    update = wording.day(row.checked_on, on) if row.checked_on else "none yet"
    why_not = ""
    if on < row.starts_on:
        why_not = f"starts {wording.day(row.starts_on, on)}"
    elif row.status_words == NOT_SHOWN:
        why_not = "not shown"
    elif row.progress_ppm is None:
        why_not = "no data"
    elif row.weight == 0:
        why_not = "weight 0"
    if row.progress_ppm is None or why_not:
        return Line(row, update, "", row.weight, "", why_not)
    total = row.weight * progress.clamp(row.progress_ppm)
    done = f"{wording.percent_1(row.progress_ppm)}%"
    return Line(row, update, done, row.weight, _points(total), total=total)


def _points(total: int) -> str:
    """A sum of weight times ppm, in percentage points with one decimal."""
    return f"{(total + 500) // 1000 / 10:.1f}"


def _most_to_gain(rows: Sequence[GoalRow], on: date) -> GoalRow | None:
    """The counted goal that is furthest behind its pace, weight considered; None when nothing is behind."""

    def lost(row: GoalRow) -> int:
        if row.progress_ppm is None or row.expected_ppm is None or on < row.starts_on:
            return 0
        return row.weight * (row.expected_ppm - progress.clamp(row.progress_ppm))

    best = max(rows, key=lost, default=None)
    return best if best is not None and lost(best) > 0 and len(rows) > 1 else None


def _sweep_of(goal: Goal) -> tuple[bool, datetime | None]:
    """Whether a mark below this goal has not been swept yet, so that its roll-up is about to change; the last sweep."""
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH RECURSIVE above(id, parent_id) AS (
                   SELECT g.id, g.parent_id FROM goals_goal g
                   WHERE g.id IN (SELECT goal_id FROM goals_rollupmark WHERE cycle_id = %(cycle)s)
                   UNION
                   SELECT g.id, g.parent_id FROM above a JOIN goals_goal g ON g.id = a.parent_id)
               SELECT EXISTS (SELECT 1 FROM above WHERE id = %(goal)s),
                      (SELECT rolled_up_at FROM goals_rollupstate WHERE cycle_id = %(cycle)s)""",
            {"cycle": goal.cycle_id, "goal": goal.pk},
        )
        is_waiting, rolled_up_at = cursor.fetchone()
        return bool(is_waiting), rolled_up_at
