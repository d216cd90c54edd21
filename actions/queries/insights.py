"""Did it work? Actions and goals with what the surveys showed after them, and units side by side on one C."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse

from actions import wording
from actions.agreement import Verdict
from actions.models import Action, Practice
from actions.queries import worked
from actions.queries.worked import Worked
from assessments.surveys.queries import side_by_side
from assessments.surveys.queries.side_by_side import SideBySide, UnitChange
from core.constructs import Construct
from goals.models import Goal, GoalDetail
from goals.queries.concealed import veiled
from goals.queries.rows import rows_of
from people.access import Viewer
from people.models import Unit

ON_A_PAGE = 40
ACTION, GOAL = "action", "goal"
KINDS = {ACTION: "Actions", GOAL: "Goals"}


@dataclass(frozen=True)
class Filters:
    """Empty fields narrow nothing."""

    construct: str = ""
    verdict: str = ""
    kind: str = ""
    unit: Unit | None = None
    practices: bool = False


@dataclass(frozen=True)
class Insight:
    """One action or goal and one C that it serves. `standing` is how it went itself, `practice` what HR says to copy."""

    kind: str
    pk: int
    title: str
    url: str
    unit: str
    position: int
    construct: Construct
    begun_on: date
    signal: str
    standing: str
    worked: Worked
    practice: str = ""
    mark_url: str = ""

    @property
    def kind_label(self) -> str:
        return "Goal" if self.kind == GOAL else "Action"

    @property
    def begun_words(self) -> str:
        return f"began {wording.day(self.begun_on)} {self.begun_on.year}"


@dataclass(frozen=True)
class Count:
    """One verdict to choose, with how many there are."""

    value: str
    label: str
    signal: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class Beside:
    """A unit's change on the chosen C, with how many actions and goals of it or below it served that C before."""

    change: UnitChange
    done: int


@dataclass(frozen=True)
class InsightsPage:
    rows: Page[Insight]
    counts: tuple[Count, ...]
    total: int
    filters: Filters
    compared: SideBySide | None
    beside: tuple[Beside, ...]


HEADINGS = (
    *("Kind", "What", "Unit", "C", "Began", "How it went itself", "Did it work?", "Before", "After", "Change"),
    *("Likely between", "Answers before", "Answers after", "In words", "Practice to copy"),
)


def page(viewer: Viewer, filters: Filters, *, on: date, number: str | None = None) -> InsightsPage:
    """A fixed number of queries, whatever the number of actions, goals and units."""
    everything = insights(viewer, filters.construct, on=on)
    chosen = [row for row in everything if _fits(row, filters)]
    shown = [row for row in chosen if not filters.verdict or row.worked.verdict == filters.verdict]
    compared = None
    if filters.construct:
        compared = side_by_side.side_by_side(viewer, Construct(filters.construct), under=filters.unit)
    return InsightsPage(
        rows=Paginator(shown, ON_A_PAGE).get_page(number),
        counts=_counts(chosen, filters.verdict),
        total=len(chosen),
        filters=filters,
        compared=compared,
        beside=_beside(compared, everything) if compared else (),
    )


def table(viewer: Viewer, filters: Filters, *, on: date) -> list[list[object]]:
    """What the page lists, as rows under HEADINGS; in the same words where something is not shown."""
    rows = [row for row in insights(viewer, filters.construct, on=on) if _fits(row, filters)]
    return [
        [
            row.kind_label,
            row.title,
            row.unit,
            row.construct.short,
            row.begun_on.isoformat(),
            row.standing,
            row.worked.label,
            _shown(row.worked.before),
            _shown(row.worked.after),
            row.worked.change or NOT_SHOWN,
            row.worked.interval or NOT_SHOWN,
            row.worked.before_n or NOT_SHOWN,
            row.worked.after_n or NOT_SHOWN,
            row.worked.words,
            row.practice,
        ]
        for row in rows
        if not filters.verdict or row.worked.verdict == filters.verdict
    ]


NOT_SHOWN = "not shown"


def _shown(value: int | None) -> object:
    return NOT_SHOWN if value is None else value


def insights(viewer: Viewer, construct: str = "", *, on: date) -> list[Insight]:
    """Everything that has begun and can be judged by a survey, the newest first; of one C if named."""
    practices = {(one.action_id, one.goal_id): one for one in Practice.objects.all()}
    found = [*_of_actions(viewer, construct, practices, on), *_of_goals(viewer, construct, practices, on)]
    found.sort(key=lambda row: (row.begun_on, row.kind, row.pk), reverse=True)
    return found


Practices = dict[tuple[int | None, int | None], Practice]


def _of_actions(viewer: Viewer, construct: str, practices: Practices, on: date) -> list[Insight]:
    """Actions of teams that answer a survey, have begun and were not dropped."""
    asked = Action.objects.visible_to(viewer).exclude(state=Action.State.DROPPED)
    asked = asked.filter(kind=Action.Kind.TEAM, begun_on__lte=on, campaign__isnull=False)
    actions = list((asked.filter(construct=construct) if construct else asked).with_words().order_by("pk"))
    verdicts = worked.of_actions(actions, viewer)
    return [
        Insight(
            kind=ACTION,
            pk=action.pk,
            title=action.title,
            url=action.get_absolute_url(),
            unit=action.unit.name,
            position=action.unit.position,
            construct=Construct(action.construct),
            begun_on=action.begun_on,
            signal="done" if action.state == Action.State.DONE else "running",
            standing=action.get_state_display(),
            worked=verdicts[action.pk],
            **_practice(practices.get((action.pk, None)), viewer, action, verdicts[action.pk]),
        )
        for action in actions
        if action.begun_on
    ]


def _of_goals(viewer: Viewer, construct: str, practices: Practices, on: date) -> list[Insight]:
    """Goals of teams, departments and the organisation that have started and name a C; never a person's own."""
    asked = Goal.objects.visible_to(viewer).active().filter(starts_on__lte=on)
    asked = asked.exclude(visibility=Goal.Visibility.PRIVATE).exclude(detail__level=GoalDetail.Level.INDIVIDUAL)
    asked = (
        asked.filter(detail__constructs__contains=[construct]) if construct else asked.exclude(detail__constructs=[])
    )
    goals = list(asked.with_words().order_by("pk"))
    verdicts = worked.of_goals(goals, viewer)
    rows = veiled(rows_of(goals, on), viewer, on)
    return [
        Insight(
            kind=GOAL,
            pk=goal.pk,
            title=row.title,
            url=row.url,
            unit=row.unit,
            position=goal.unit.position,
            construct=served,
            begun_on=row.starts_on,
            signal=row.status_key,
            standing=row.status_words,
            worked=verdicts[goal.pk, served],
            **_practice(practices.get((None, goal.pk)), viewer, goal, verdicts[goal.pk, served]),
        )
        for goal, row in zip(goals, rows, strict=True)
        for served in row.constructs
        if not construct or served == construct
    ]


def _practice(practice: Practice | None, viewer: Viewer, subject: Action | Goal, found: Worked) -> dict[str, str]:
    """What HR says to copy, for everyone; the way to say so of what went better, for HR in the units in its care."""
    kind = GOAL if isinstance(subject, Goal) else ACTION
    may_mark = viewer.looks_after(subject.unit) and (practice or found.verdict is Verdict.BETTER)
    return {
        "practice": practice.words if practice else "",
        "mark_url": reverse(f"actions:practice_of_{kind}", args=[subject.pk]) if may_mark else "",
    }


def _fits(row: Insight, filters: Filters) -> bool:
    unit = filters.unit
    within = unit is None or unit.position <= row.position <= unit.last_position
    return within and (not filters.kind or row.kind == filters.kind) and (not filters.practices or bool(row.practice))


def _counts(rows: Sequence[Insight], current: str) -> tuple[Count, ...]:
    found = Counter(row.worked.verdict for row in rows)
    return tuple(
        Count(one.value, one.label, worked.SIGNALS[one], found[one], one.value == current)
        for one in Verdict
        if found[one]
    )


def _beside(compared: SideBySide, everything: Sequence[Insight]) -> tuple[Beside, ...]:
    begun = [row.position for row in everything if row.begun_on < compared.opened_on]
    return tuple(
        Beside(unit, sum(unit.position <= place <= unit.last_position for place in begun)) for unit in compared.rows
    )


@dataclass(frozen=True)
class PracticeRow:
    """A practice as everyone reads it; `url` only for who may open what it comes from."""

    title: str
    unit: str
    words: str
    constructs: tuple[Construct, ...] = field(default_factory=tuple)
    url: str = ""


def practices_to_copy(viewer: Viewer, construct: Construct | None = None, *, most: int = 10) -> list[PracticeRow]:
    """What HR holds up, the newest first; of one C if named. Three queries."""
    found = Practice.objects.with_words()
    if construct:
        found = found.filter(Q(action__construct=construct) | Q(goal__detail__constructs__contains=[construct]))
    listed = list(found[:most])
    actions = Action.objects.visible_to(viewer).filter(pk__in=[one.action_id for one in listed if one.action_id])
    goals = Goal.objects.visible_to(viewer).filter(pk__in=[one.goal_id for one in listed if one.goal_id])
    open_to = {(pk, None) for pk in actions.values_list("pk", flat=True)}
    seen = open_to | {(None, pk) for pk in goals.values_list("pk", flat=True)}
    return [
        PracticeRow(
            title=str(one.subject),
            unit=one.unit.name,
            words=one.words,
            constructs=_constructs(one),
            url=one.subject.get_absolute_url() if (one.action_id, one.goal_id) in seen else "",
        )
        for one in listed
    ]


def _constructs(practice: Practice) -> tuple[Construct, ...]:
    if practice.action:
        return (Construct(practice.action.construct),)
    return tuple(practice.goal.detail.construct_list) if practice.goal else ()
