"""What the team home shows: five counts, where help is needed with the reason, the team's goals, and its last survey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.urls import reverse
from django.utils import timezone

from actions import queries as actions
from actions.queries import ObstacleRow, PromiseRow
from assessments.reviews import queries as reviews
from assessments.surveys.models import Campaign
from assessments.surveys.queries import campaigns, results
from dashboards import wording
from dashboards.queries.adding_up import AddingUp, adding_up
from dashboards.queries.parts import Row, Tile
from dashboards.queries.scope import TeamView
from dashboards.queries.unit_weeks import UnitWeeks, unit_weeks
from dashboards.queries.units import UnitRow, UnitTable, unit_table
from goals import queries as goals
from goals import wording as goal_words
from goals.models import GoalCycle, RollupState
from goals.progress import Need
from goals.queries import GoalRow, TeamGoals
from goals.queries.team import ICONS, TONES, need_of
from goals.queries.team_table import Show
from goals.services.asking import Asked
from people.access import Viewer
from people.models import Employee
from recognition import queries as recognition
from recognition.queries import TeamBalance

NEEDS, GOALS = 7, 8
REVIEW_BUTTONS = {"manager": "Assess", "talk": "Open", "approval": "Approve"}
ON_PACE = ("on_track", "achieved")


@dataclass(frozen=True)
class More:
    """What the attention list has no room for, with the page that lists it."""

    words: str
    url: str


@dataclass(frozen=True)
class TeamHome:
    """`people` are the direct reports or, for the whole tree, everybody below; the manager is not one of them."""

    view: TeamView
    name: str
    lede: str
    has_tree: bool
    tiles: tuple[Tile, ...]
    needs: tuple[Row, ...]
    more: tuple[More, ...]
    goals: tuple[GoalRow, ...]
    units: UnitTable
    weeks: UnitWeeks | None
    sum: AddingUp | None
    computed: str
    tree_url: str
    culture: results.OwnScores | None
    praise: TeamBalance | None


@dataclass(frozen=True)
class _Team:
    """What the parts of the page are made from, read once."""

    view: TeamView
    manager: Employee
    today: date
    goals: TeamGoals
    table_url: str
    reviews: reviews.TeamReviews
    promises: Sequence[PromiseRow]
    obstacles: Sequence[ObstacleRow]


def team_home(view: TeamView, *, at: datetime) -> TeamHome:
    """The page of one manager. A fixed number of queries, whatever the size of the tree."""
    manager, now, viewer = view.viewer.employee, timezone.localtime(at), view.viewer
    assert manager
    found = goals.team_goals(view.scope, viewer, on=view.on) if view.scope else TeamGoals()
    shown_unit = view.unit or view.heads
    table_url = reverse("dashboards:team_goals")
    today, computed = now.date(), _computed(found, now)
    team = _Team(
        view,
        manager,
        today,
        found,
        table_url,
        reviews=reviews.team_reviews(manager, on=today),
        promises=actions.due_for(viewer, on=today),
        obstacles=actions.obstacles_due_for(viewer, on=today),
    )
    needs, more = _needs(team)
    is_deep = has_tree(manager)
    opened = view.unit if view.whole else None if is_deep else view.heads  # whose stored totals are opened
    return TeamHome(
        view=view,
        name=shown_unit.name if shown_unit else "My team",
        lede=f"{_people(found.people, view)} {computed}",
        has_tree=is_deep,
        tiles=(_goals_tile(team), _linked_tile(team), _survey_tile(viewer), _review_tile(team), _due_tile(team)),
        needs=needs,
        more=more,
        goals=found.own[:GOALS],
        units=unit_table(view.scope, shown_unit, whole=view.all_units) if view.scope and shown_unit else UnitTable(),
        weeks=unit_weeks(view.scope, opened, on=view.on) if view.scope and opened else None,
        sum=adding_up(view.scope, opened, viewer, on=view.on) if view.scope and opened else None,
        computed=computed,
        tree_url=reverse("goals:tree") + (f"?unit={shown_unit.pk}" if shown_unit else ""),
        culture=results.own_scores(viewer),
        praise=recognition.team_balance(viewer, on=today),
    )


def has_tree(manager: Employee) -> bool:
    """Whether anybody stands below the direct reports."""
    return Employee.objects.active().filter(manager__manager=manager).exists()


def _people(count: int, view: TeamView) -> str:
    people = wording.counted(count, "person", "people").capitalize()
    if view.whole and view.unit:
        return f"{people} in {view.unit.name} with all its parts."
    return f"{people} in the whole tree." if view.whole else f"{people} report to you."


def _computed(team: TeamGoals, now: datetime) -> str:
    if team.computed_at is None:
        return "Goal numbers have not been worked out yet."
    return f"Numbers as of {wording.as_of(timezone.localtime(team.computed_at), now)}."


def computed(cycle: GoalCycle, at: datetime) -> str:
    """Numbers as of today, 06:15."""
    state = RollupState.objects.filter(cycle=cycle).first()
    return _computed(TeamGoals(computed_at=state.rolled_up_at if state else None), timezone.localtime(at))


@dataclass(frozen=True)
class Pill:
    label: str
    query: str
    is_current: bool


def pills(view: TeamView) -> list[Pill]:
    """The filters of the table."""
    return [Pill(one.label, view.query(show=one.value) or "?", one is view.show) for one in Show]


UNITS_HEADER = (
    *("Unit", "Head", "Goals", "On pace", "Behind", "Guardrails broken", "Not updated", "Progress %", "Expected %"),
    *("Linked people", "People"),
)
Sheet = tuple[str, Sequence[str], Iterable[Sequence[object]]]


def unit_sheets(view: TeamView) -> list[Sheet]:
    """The units below as a second sheet of the file, in the order of the organisation; none where there are none."""
    of = view.unit or view.heads
    found = unit_table(view.scope, of, whole=True) if view.scope and view.whole and of else UnitTable()
    return [("Units", UNITS_HEADER, [_unit_line(row) for row in found.rows])] if found else []


def _unit_line(row: UnitRow) -> tuple[object, ...]:
    shares = ["" if share is None else round(share, 1) for share in (row.progress_percent, row.expected_percent)]
    counts = (row.goals, row.on_pace, row.behind, row.breached, row.stale)
    return row.name, row.head, *counts, *shares, row.covered, row.people


def asked_words(asked: Asked) -> str:
    """2 people get a mail. 1 person had one today already."""
    said = []
    if asked.people:
        said.append(f"{wording.counted(asked.people, 'person gets', 'people get').capitalize()} a mail.")
    if asked.already:
        had = wording.counted(asked.already, "person", "people").capitalize()
        said.append(f"{had} had one today already; nobody gets two in a day.")
    return " ".join(said)


# --- the five counts ----------------------------------------------------------------------------------------------------


def _goals_tile(team: _Team) -> Tile:
    found = team.goals
    own = () if team.view.whole and team.view.unit else found.own
    on_pace = found.on_pace + sum(row.shown in ON_PACE for row in own)
    behind = found.behind + sum(row.needs_attention for row in own)
    stale = found.stale + sum(row.is_stale for row in own)
    sub = f"{behind or 'none'} behind" + (f", {stale} not updated" if stale else "")
    url = team.table_url + (team.view.query(show=Show.ATTENTION.value) if behind or stale else team.view.here)
    return Tile("Goals on pace", str(on_pace), f"of {found.goals + len(own)}", sub, url)


def _linked_tile(team: _Team) -> Tile:
    without = max(0, team.goals.people - team.goals.covered)
    sub = f"{without} without a linked goal" if without else "everybody has a linked goal"
    url = team.table_url + (team.view.query(show=Show.UNLINKED.value) if without else team.view.here)
    return Tile("Linked people", str(team.goals.covered), f"of {team.goals.people}", sub, url)


def _survey_tile(viewer: Viewer) -> Tile:
    """Participation while a survey of the staff is open, in the words of the surveys app: it knows what must not be said."""
    others = [Campaign.Audience.LEADERS, Campaign.Audience.CUSTOMERS]
    campaign = (
        Campaign.objects.visible_to(viewer).filter(state=Campaign.State.OPEN).exclude(audience__in=others).first()
    )
    if campaign is None:
        return Tile("Surveys", "None", "open", "results of the last one are below")
    words = campaigns.unit_participation(campaign, results.my_unit(campaign, viewer))
    closes = f"open until {wording.short_day(timezone.localtime(campaign.closes_at).date())}"
    if words[0].isdigit():
        answered, _, invited = words.partition(" ")
        return Tile(campaign.title, answered, f"{invited} answered", closes)
    why = words.removeprefix("not shown").lstrip(":, ")
    return Tile(campaign.title, "Not shown", "", f"{why}, {closes}")


def _review_tile(team: _Team) -> Tile:
    """Direct reports only: managers higher up see nothing of single assessments (access.md, row 25)."""
    progress = team.reviews.progress
    url = reverse("reviews:team")
    if progress is None:
        return Tile("Self-assessments", "None", "asked for", "no review cycle is open", url)
    sub = f"direct reports, due {wording.short_day(progress.due_on)}"
    return Tile("Self-assessments", str(progress.self_shared), f"of {progress.people} shared", sub, url)


def _due_tile(team: _Team) -> Tile:
    """Promises that the manager answers for or whose team they lead, and obstacles they owe an answer to."""
    late = sum(one.is_overdue for one in team.promises) + sum(one.is_overdue for one in team.obstacles)
    url = reverse("actions:to_clear" if team.obstacles and not team.promises else "actions:board")
    if not team.promises and not team.obstacles:
        return Tile("Actions due", "None", "within a week", "promises to the team and obstacles to clear", url)
    sub = wording.counted(len(team.obstacles), "obstacle to clear", "obstacles to clear") if team.obstacles else ""
    parts = [f"{late} overdue" if late else "none overdue", *([f"{sub} among them"] if sub else [])]
    return Tile("Actions due", str(len(team.promises) + len(team.obstacles)), "within a week", ", ".join(parts), url)


# --- where help is needed -----------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a row of the list is about; the first row of each kind always has a place in it."""

    REVIEW = "assessment"
    PROMISE = "action"
    OBSTACLE = "obstacle"
    GOAL = "goal"
    PEOPLE = "people"


def _needs(team: _Team) -> tuple[tuple[Row, ...], tuple[More, ...]]:
    """Late reviews and promises, goals behind pace or without news, the others due, people without a linked goal.

    However many goals there are, the most pressing of every other kind is among the rows.
    """
    waiting = [(Kind.REVIEW, _review_row(one)) for one in team.reviews.waiting]
    waiting += [(Kind.PROMISE, _promise_row(one)) for one in team.promises]
    waiting += [(Kind.OBSTACLE, _obstacle_row(one)) for one in team.obstacles]
    late = [pair for pair in waiting if pair[1].tone]
    in_time = [pair for pair in waiting if not pair[1].tone]
    ranked = [*late, *((Kind.GOAL, row) for row in _goal_rows(team)), *in_time]
    ranked += [(Kind.PEOPLE, row) for row in _unlinked(team)]
    firsts = {next(place for place, pair in enumerate(ranked) if pair[0] is kind) for kind, _ in ranked}
    others = [place for place in range(len(ranked)) if place not in firsts]
    chosen = sorted([*firsts, *others[: max(0, NEEDS - len(firsts))]])
    left = Counter(kind for place, (kind, _) in enumerate(ranked) if place not in set(chosen))
    left[Kind.GOAL] += team.goals.more
    return tuple(ranked[place][1] for place in chosen), _more(team, left)


def _more(team: _Team, left: Mapping[Kind, int]) -> tuple[More, ...]:
    pages = {
        Kind.GOAL: team.table_url + team.view.query(show=Show.ATTENTION.value),
        Kind.REVIEW: reverse("reviews:team"),
        Kind.PROMISE: reverse("actions:board"),
        Kind.OBSTACLE: reverse("actions:to_clear"),
    }
    return tuple(
        More(f"{left[kind]:,} more {kind.value}{'' if left[kind] == 1 else 's'}", url)
        for kind, url in pages.items()
        if left[kind]
    )


def _goal_rows(team: _Team) -> list[Row]:
    """By need; own goals first among equals."""
    own = [(need_of(row, asks=False), _own_row(row)) for row in team.goals.own]
    ranked = [(need, row) for need, row in own if need is not None]
    ranked += [(item.need, _goal_row(item)) for item in team.goals.attention]
    return [row for _, row in sorted(ranked, key=lambda pair: pair[0])]


def _goal_row(item: goals.Attention) -> Row:
    """The button asks the owner for news where the silence is the reason, else it opens the goal."""
    if item.need is Need.STALE:
        return Row(item.tone, item.icon, item.what, item.why, "Ask", ask_url(item.goal_id))
    return Row(item.tone, item.icon, item.what, item.why, "Open", item.url)


def ask_url(goal: int) -> str:
    return f"{reverse('dashboards:team_ask')}?goals={goal}"


def _promise_row(promise: PromiseRow) -> Row:
    tone = "risk" if promise.is_overdue else ""
    why = f"Promise to {promise.unit or 'the organisation'} · {promise.owner} · {promise.due_words}"
    return Row(tone, "hourglass-split", promise.title, why, "Update", promise.url)


def _obstacle_row(obstacle: ObstacleRow) -> Row:
    tone = "risk" if obstacle.is_overdue else ""
    who = "you answer for it" if obstacle.is_mine else f"{obstacle.owner} answers for it"
    why = f"In the way in {obstacle.unit} {obstacle.age} · {who} · {obstacle.due_words}"
    return Row(tone, "sign-stop", obstacle.title, why, "Answer" if obstacle.is_mine else "Open", obstacle.url)


def _own_row(row: GoalRow) -> Row:
    need = need_of(row, asks=False) or Need.STALE
    why = [f"{row.level.capitalize()} goal, yours", _pace(row), goal_words.strip(row.measure)]
    if row.breached:
        why.append(f"guardrail broken: {wording.listed(row.breached)}")
    if row.is_stale:
        why.append("no update for 45 days or more")
    url = reverse("goals:check_in", args=[row.id])
    return Row(TONES.get(need, ""), ICONS[need], row.title, " · ".join(filter(None, why)), "Check in", url)


def _pace(row: GoalRow) -> str:
    if row.progress_ppm is None or row.expected_ppm is None:
        return ""
    return goal_words.points_behind(row.progress_ppm, row.expected_ppm)


def _review_row(review: reviews.OpenReview) -> Row:
    tone = "risk" if review.is_late else ""
    why = f"{'Was due' if review.is_late else 'Due'} {wording.day(review.due_on)} · {review.why}"
    return Row(tone, "clipboard-check", review.title, why, REVIEW_BUTTONS[review.kind], review.url)


def _unlinked(team: _Team) -> list[Row]:
    without = team.goals.people - team.goals.covered
    if without <= 0:
        return []
    what = f"{without} of {wording.counted(team.goals.people, 'person has', 'people have')} no linked goal"
    why = "Nothing shows yet how their work leads to a goal of the organisation"
    url = team.table_url + team.view.query(show=Show.UNLINKED.value)
    return [Row("info", "signpost-split", what, why, "See who", url)]
