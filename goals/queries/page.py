"""Everything on one goal's page, but for the roll-up, which is goals.queries.explainer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models.expressions import RawSQL

from core.goal_chart import GoalChart
from goals import progress, wording
from goals.models import CheckIn, CheckInRevision, Goal, GoalDetail, Milestone
from goals.models.goal import GoalQuerySet
from goals.queries.course import Course, chart_of, courses_of, rails_of, values_of
from goals.queries.explainer import Explainer, explained, opened
from goals.queries.rails import Rail, rail_of, read_by
from goals.queries.rows import GoalRow, facts_of
from goals.queries.weekly import Weekly, weekly_of
from people.access import Viewer

UPDATES = 20
MOST_BELOW = 1000


@dataclass(frozen=True)
class Link:
    """A goal in the chain above; without an address when the viewer may not open it."""

    title: str
    who: str
    benefit: str
    url: str
    icon: str


@dataclass(frozen=True)
class StepRow:
    """A milestone in words."""

    title: str
    about: str
    state: str
    state_words: str


@dataclass(frozen=True)
class Earlier:
    """What a check-in said before its author corrected it; `measured_on` is empty where only words were mended."""

    until: datetime
    measured_on: date | None
    amount: str
    confidence: int | None
    what_changed: str
    next_step: str
    blocker: str


@dataclass(frozen=True)
class Update:
    """One check-in of the thread. `earlier`: the first version first."""

    by: str
    measured_on: date
    amount: str
    confidence: int | None
    call: str
    call_key: str
    what_changed: str
    next_step: str
    blocker: str
    milestones: tuple[str, ...]
    id: int = 0
    by_id: int = 0
    mend_until: datetime | None = None
    earlier: tuple[Earlier, ...] = ()


@dataclass(frozen=True)
class GoalPage:
    goal: Goal
    row: GoalRow
    chain: list[Link]
    chart: GoalChart | None
    weekly: Weekly | None
    readings: list[tuple[date, str]]
    current: str
    period: str
    about_measure: str
    milestones: list[StepRow]
    explainer: Explainer
    rails: list[Rail]
    updates: list[Update]
    has_more_updates: bool
    below: str
    behind: str
    sees: str


def goal_page(goal: Goal, viewer: Viewer, *, on: date) -> GoalPage:
    """The page of a goal fetched through visible_to with its words; a fixed number of queries."""
    found = opened(goal, viewer, on=on)
    detail, row, points = goal.detail, found.own, found.facts.checkpoints.get(goal.pk, ())
    check_ins = list(goal.check_ins.standing().select_related("by").prefetch_related("revisions")[: UPDATES + 1])
    replaced = _replaced(goal, check_ins)
    values = values_of(goal) if detail.is_numeric else []
    every_step = list(goal.milestones.all())
    milestones = [step for step in every_step if step.cancelled_on is None]
    rails = list(goal.guardrails.prefetch_related(read_by()))
    return GoalPage(
        goal=goal,
        row=row,
        chain=chain_above(goal, viewer),
        chart=chart_of(goal, row, values, milestones, points, rails_of(rails), on),
        weekly=weekly_of(found, viewer, on=on),
        readings=[(day, wording.amount(value, detail)) for day, value in values],
        current=wording.number(values[-1][1], detail) if values else "",
        period=wording.period(goal.starts_on, goal.due_on),
        about_measure=wording.about_measure(goal),
        milestones=[_step(step, on) for step in milestones],
        explainer=explained(found, on=on),
        rails=[rail_of(rail, rail.readings.all()) for rail in rails],
        updates=[_update(entry, detail, _reached(entry, every_step), replaced) for entry in check_ins[:UPDATES]],
        has_more_updates=len(check_ins) > UPDATES,
        below=_below_in_words(goal),
        behind=_behind(row),
        sees=_sees(goal),
    )


def _reached(entry: CheckIn, steps: Sequence[Milestone]) -> tuple[str, ...]:
    return tuple(step.title for step in steps if step.done_in_id == entry.pk)


# --- around the goal ----------------------------------------------------------------------------------------------------


def chain_above(goal: Goal, viewer: Viewer) -> list[Link]:
    """What the goal serves, the nearest first, up to the organisation; one query."""
    is_mine = viewer.employee is not None and goal.owner_id == viewer.employee.pk
    found = goals_above(goal).with_sight(viewer)
    return [link_of(above, shows=above.is_seen or is_mine, opens=above.is_seen) for above in found]


def goals_above(goal: Goal) -> GoalQuerySet:
    """The goals above this one with their words, the nearest first: each step up is one less deep."""
    above = RawSQL(_ABOVE, [goal.cycle_id, goal.parent_id])  # noqa: S611 - no text from outside
    return Goal.objects.with_words().filter(pk__in=above).order_by("-depth")


_ABOVE = """
WITH RECURSIVE above(cycle_id, id, parent_id) AS (
    SELECT cycle_id, id, parent_id FROM goals_goal WHERE cycle_id = %s AND id = %s
    UNION ALL
    SELECT g.cycle_id, g.id, g.parent_id FROM above a JOIN goals_goal g ON g.cycle_id = a.cycle_id AND g.id = a.parent_id)
SELECT id FROM above"""


ICONS = {
    GoalDetail.Level.ORGANISATION: "heart",
    GoalDetail.Level.DEPARTMENT: "building",
    GoalDetail.Level.TEAM: "people",
    GoalDetail.Level.INDIVIDUAL: "person",
}


def link_of(goal: Goal, *, shows: bool = True, opens: bool = True) -> Link:
    level = GoalDetail.Level(goal.detail.level)
    if not shows:
        return Link("A goal that is not shown to you", "One person", "", "", ICONS[level])
    who = goal.owner.name if level == GoalDetail.Level.INDIVIDUAL else goal.unit.name
    url = goal.get_absolute_url() if opens else ""
    return Link(goal.detail.title, who, goal.detail.customer_benefit, url, ICONS[level])


def _below_in_words(goal: Goal) -> str:
    """7 goals of 7 people below this one"""
    goals, people = _below(goal)
    if goals >= MOST_BELOW:
        return f"{MOST_BELOW:,} goals and more below this one"
    if not goals:
        return ""
    return f"{wording.count(goals, 'goal', 'goals')} of {wording.count(people, 'person', 'people')} below this one"


def _below(goal: Goal) -> tuple[int, int]:
    """Active goals below this one, and how many people own them; counting stops after MOST_BELOW."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH RECURSIVE below(id, owner_id) AS (
                   SELECT id, owner_id FROM goals_goal
                   WHERE cycle_id = %(cycle)s AND parent_id = %(goal)s AND state = {Goal.State.ACTIVE.value}
                   UNION ALL
                   SELECT g.id, g.owner_id FROM below b JOIN goals_goal g
                   ON g.cycle_id = %(cycle)s AND g.parent_id = b.id AND g.state = {Goal.State.ACTIVE.value})
               SELECT count(*), count(DISTINCT owner_id) FROM (SELECT owner_id FROM below LIMIT %(most)s) counted""",
            {"cycle": goal.cycle_id, "goal": goal.pk, "most": MOST_BELOW},
        )
        goals, people = cursor.fetchone()
        return goals, people


def _step(step: Milestone, on: date) -> StepRow:
    about = f"weight {step.weight}" + (f" · due {wording.day(step.due_on, on)}" if step.due_on else "")
    if step.done_on:
        return StepRow(step.title, about, "done", f"Done {wording.day(step.done_on, on)}")
    if step.is_late(on):
        return StepRow(step.title, about, "at_risk", f"Late since {wording.day(step.due_on or on, on)}")
    return StepRow(step.title, about, "waiting", "Open")


def _replaced(goal: Goal, entries: Iterable[CheckIn]) -> dict[int, CheckIn]:
    """What corrections have replaced, by id; no query where nothing was corrected."""
    if not any(entry.corrects_id for entry in entries):
        return {}
    found = goal.check_ins.exclude(replaced_at=None).prefetch_related("revisions")
    return {entry.pk: entry for entry in found}


def _earlier(entry: CheckIn, detail: GoalDetail, replaced: Mapping[int, CheckIn]) -> list[Earlier]:
    """Every version of a check-in but the one that stands, the first one first."""
    old = replaced.get(entry.corrects_id or 0)
    found = []
    if old is not None and old.replaced_at is not None:
        amount = "" if old.value is None else wording.amount(old.value, detail)
        found = _earlier(old, detail, replaced)
        found.append(Earlier(old.replaced_at, old.measured_on, amount, *_words(old)))
    return [*found, *(Earlier(one.replaced_at, None, "", *_words(one)) for one in entry.revisions.all())]


def _words(entry: CheckIn | CheckInRevision) -> tuple[int | None, str, str, str]:
    return entry.confidence, entry.what_changed, entry.next_step, entry.blocker


def _update(
    entry: CheckIn, detail: GoalDetail, reached: tuple[str, ...], replaced: Mapping[int, CheckIn] | None = None
) -> Update:
    return Update(
        by=entry.by.name,
        measured_on=entry.measured_on,
        amount="" if entry.value is None else wording.amount(entry.value, detail),
        confidence=entry.confidence,
        call=entry.get_call_display() if entry.call else "",
        call_key=entry.call,
        what_changed=entry.what_changed,
        next_step=entry.next_step,
        blocker=entry.blocker,
        milestones=reached,
        id=entry.pk,
        by_id=entry.by_id,
        mend_until=entry.mend_until,
        earlier=() if replaced is None else tuple(_earlier(entry, detail, replaced)),
    )


def _behind(row: GoalRow) -> str:
    if row.progress_ppm is None or row.expected_ppm is None or row.status not in progress.RUNNING:
        return ""
    return wording.points_behind(row.progress_ppm, row.expected_ppm)


def _sees(goal: Goal) -> str:
    """Who reads what is written here, with names where there are names."""
    if goal.visibility == Goal.Visibility.PRIVATE:
        return f"Only {goal.owner.name} sees this goal."
    if goal.visibility == Goal.Visibility.LINE:
        manager = goal.owner.manager
        above = f"{manager.name} and the managers above" if manager else "the managers above"
        return f"Visible to {goal.owner.name}, {above}, and HR."
    return "Visible to everyone here."


# --- beside the check-in form -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Past:
    """What an owner wants to see while checking in: the course so far, the pace, the last updates."""

    course: Course
    last: str
    hint: str
    pace: str
    rate: str
    system_says: str
    sees: str
    updates: list[Update]
    rails: list[Rail]


def so_far(goal: Goal, on: date) -> Past:
    facts = facts_of([goal], on)
    row, values, detail = facts.row(goal), values_of(goal), goal.detail
    check_ins = goal.check_ins.standing().select_related("by").prefetch_related("milestones")[:3]
    last = f"{wording.amount(values[-1][1], detail)} on {wording.day(values[-1][0], on)}" if values else ""
    source = f"{detail.metric_source}. " if detail.metric_source else ""
    target = f"target {wording.target(detail)} by {wording.day(goal.due_on, on)}."
    return Past(
        course=courses_of([goal], facts).get(goal.pk, Course()),
        last=last,
        hint=f"{source}{last + '; ' if last else ''}{target}" if detail.is_numeric else "",
        pace=_expected_value(row, detail),
        rate=_rate(goal, values, on),
        system_says=_system_says(row),
        sees=_sees(goal),
        updates=[_update(entry, detail, tuple(step.title for step in entry.milestones.all())) for entry in check_ins],
        rails=[rail_of(rail) for rail in goal.guardrails.all()],
    )


def _expected_value(row: GoalRow, detail: GoalDetail) -> str:
    """The value that the pace asks for by now, for a number; the share for milestones."""
    if row.expected_ppm is None:
        return ""
    value = detail.measure.value_at(row.expected_ppm)
    return wording.reckoned(value, detail) if value is not None else wording.percent(row.expected_ppm)


def _rate(goal: Goal, values: list[tuple[date, Decimal]], on: date) -> str:
    """To reach 76% from here it takes 1.2 points a month; you have moved 0.4."""
    detail = goal.detail
    if detail.baseline is None or detail.target is None or not values or on >= goal.due_on or on <= goal.starts_on:
        return ""
    latest = values[-1][1]
    if detail.measure.progress(latest) is None or (detail.measure.progress(latest) or 0) >= progress.PPM:
        return ""
    needed = progress.per_month(latest, detail.target, on, goal.due_on)
    moved = progress.per_month(detail.baseline, latest, goal.starts_on, on)
    unit = "points" if detail.metric_unit == "%" else detail.metric_unit
    if (detail.target > detail.baseline) == (moved > 0) and moved:
        so_far = f"so far it moved {wording.short(abs(moved))}"
    else:
        so_far = "so far it moved away" if moved else "so far it has not moved"
    return (
        f"To reach {wording.target(detail)} from here it takes {wording.short(abs(needed))} {unit} a month; {so_far}."
    )


def _system_says(row: GoalRow) -> str:
    said = wording.STATUS_WORDS[row.status].lower()
    behind = _behind(row)
    return f"By the numbers it is {said}{': ' + behind if behind else ''}. Both are shown."
