"""What the team home shows: four counts, where help is needed with the reason, the team's goals, and its last survey."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils import timezone

from assessments.reviews import queries as reviews
from assessments.surveys.models import Campaign, UnitSnapshot
from assessments.surveys.queries import campaigns, results
from dashboards import wording
from dashboards.queries.parts import Row, Tile
from goals import queries as goals
from goals import wording as goal_words
from goals.models import Goal, GoalDetail
from goals.queries import GoalRow, TeamGoals
from goals.queries.rows import rows_of
from people.access import Viewer
from people.models import Employee, Unit

NEEDS, GOALS = 7, 8
REVIEW_BUTTONS = {"manager": "Assess", "talk": "Open"}
ON_PACE = ("on_track", "achieved")
URGENCY = ("off", "risk", "")  # tones of an attention list, the most urgent first


@dataclass(frozen=True)
class TeamCulture:
    """The newest published survey where this team is counted; `hidden` says why `shown_name`'s numbers follow instead."""

    title: str
    shown_name: str
    hidden: str
    scores: tuple[results.ConstructScore, ...]


@dataclass(frozen=True)
class TeamHome:
    """`people` are the direct reports or, for the whole tree, everybody below; the manager is not one of them."""

    name: str
    lede: str
    is_whole: bool
    has_tree: bool
    tiles: tuple[Tile, ...]
    needs: tuple[Row, ...]
    more_needs: int
    goals: tuple[GoalRow, ...]
    more_goals: int
    tree_url: str
    culture: TeamCulture | None


@dataclass(frozen=True)
class _Team:
    """What the parts of the page are made from, read once."""

    viewer: Viewer
    manager: Employee
    unit: Unit | None
    on: date
    goals: TeamGoals
    own: list[GoalRow]
    tree_url: str


def team_home(viewer: Viewer, *, whole: bool, at: datetime) -> TeamHome:
    """The page of one manager. A fixed number of queries, whatever the size of the tree."""
    assert viewer.employee
    manager, now = viewer.employee, timezone.localtime(at)
    found = goals.team_goals(manager, whole=whole, on=now.date())
    unit = Unit.objects.active().filter(head=manager).order_by("position").first()
    tree_url = reverse("goals:tree") + (f"?unit={unit.pk}" if unit else "")
    team = _Team(viewer, manager, unit, now.date(), found, _own_goals(manager, now.date()), tree_url)
    needs = _needs(team)
    rows = [*team.own, *found.rows]
    return TeamHome(
        name=unit.name if unit else "My team",
        lede=f"{_people(found.people, whole)} {_computed(found, now)}",
        is_whole=whole,
        has_tree=Employee.objects.active().filter(manager__manager=manager).exists(),
        tiles=(_goals_tile(team), _linked_tile(team), _survey_tile(viewer), _review_tile(team)),
        needs=tuple(needs[:NEEDS]),
        more_needs=max(0, len(needs) - NEEDS) + found.more,
        goals=tuple(rows[:GOALS]),
        more_goals=max(0, len(rows) - GOALS) + found.more_rows,
        tree_url=tree_url,
        culture=_culture(viewer),
    )


def _own_goals(manager: Employee, on: date) -> list[GoalRow]:
    """The goals of teams, departments and the organisation that this manager answers for."""
    theirs = Goal.objects.current().filter(owner=manager).exclude(detail__level=GoalDetail.Level.INDIVIDUAL)
    return rows_of(theirs.exclude(visibility=Goal.Visibility.PRIVATE).with_words().order_by("pk"), on)


def _people(count: int, whole: bool) -> str:
    return wording.counted(count, "person", "people").capitalize() + (
        " in the whole tree." if whole else " report to you."
    )


def _computed(team: TeamGoals, now: datetime) -> str:
    if team.computed_at is None:
        return "Goal numbers have not been worked out yet."
    return f"Numbers as of {wording.as_of(timezone.localtime(team.computed_at), now)}."


# --- the four counts ----------------------------------------------------------------------------------------------------


def _goals_tile(team: _Team) -> Tile:
    found, own = team.goals, team.own
    on_pace = found.on_pace + found.achieved + sum(row.shown in ON_PACE for row in own)
    behind = found.at_risk + found.off_track + found.missed + sum(row.needs_attention for row in own)
    stale = found.stale + sum(row.is_stale for row in own)
    sub = f"{behind or 'none'} behind" + (f", {stale} not updated" if stale else "")
    return Tile("Goals on pace", str(on_pace), f"of {found.goals + len(own)}", sub, team.tree_url)


def _linked_tile(team: _Team) -> Tile:
    without = team.goals.people - team.goals.with_goal
    sub = f"{without} without one" if without else "everybody has one"
    return Tile("People with a goal", str(team.goals.with_goal), f"of {team.goals.people}", sub, team.tree_url)


def _survey_tile(viewer: Viewer) -> Tile:
    """Participation while a survey is open, in the words of the surveys app: it knows what must not be said."""
    campaign = Campaign.objects.visible_to(viewer).filter(state=Campaign.State.OPEN).first()
    if campaign is None:
        return Tile("Surveys", "None", "open", "results of the last one are below")
    words = campaigns.participation(campaign).units[results.my_place(campaign, viewer) - 1].words
    closes = f"open until {wording.short_day(timezone.localtime(campaign.closes_at).date())}"
    if words[0].isdigit():
        answered, _, invited = words.partition(" ")
        return Tile(campaign.title, answered, f"{invited} answered", closes)
    return Tile(campaign.title, "Not shown", "", f"{words}, {closes}")


def _review_tile(team: _Team) -> Tile:
    """Direct reports only: managers higher up see nothing of single assessments (security.md, matrix row 25)."""
    progress = reviews.team_progress(team.manager, on=team.on)
    url = reverse("reviews:team")
    if progress is None:
        return Tile("Self-assessments", "None", "asked for", "no review cycle is open", url)
    sub = f"direct reports, due {wording.short_day(progress.due_on)}"
    return Tile("Self-assessments", str(progress.self_shared), f"of {progress.people} shared", sub, url)


# --- where help is needed -----------------------------------------------------------------------------------------------


def _needs(team: _Team) -> list[Row]:
    """Late reviews, goals behind pace or without news, the other reviews, people without a goal."""
    waiting = [one for one in reviews.my_open_reviews(team.viewer, on=team.on) if one.kind in REVIEW_BUTTONS]
    late = [_review_row(one) for one in waiting if one.is_late]
    in_time = [_review_row(one) for one in waiting if not one.is_late]
    own = [_own_row(row) for row in team.own if row.needs_attention or row.is_stale]
    others = [Row(item.tone, item.icon, item.what, item.why, "Open", item.url) for item in team.goals.attention]
    behind = sorted([*own, *others], key=lambda row: URGENCY.index(row.tone))  # own first among equals
    return [*late, *behind, *in_time, *_without_goal(team)]


def _own_row(row: GoalRow) -> Row:
    tone = {"off_track": "off", "missed": "off", "at_risk": "risk"}.get(row.shown, "")
    icon = {"off": "arrow-down-circle", "risk": "exclamation-triangle"}.get(tone, "clock-history")
    why = [f"{row.level.capitalize()} goal, yours", _pace(row), goal_words.strip(row.measure)]
    if row.breached:
        why.append(f"guardrail broken: {wording.listed(row.breached)}")
    if row.is_stale:
        why.append("no update for 45 days or more")
    return Row(
        tone, icon, row.title, " · ".join(filter(None, why)), "Check in", reverse("goals:check_in", args=[row.id])
    )


def _pace(row: GoalRow) -> str:
    if row.progress_ppm is None or row.expected_ppm is None:
        return ""
    return goal_words.points_behind(row.progress_ppm, row.expected_ppm)


def _review_row(review: reviews.OpenReview) -> Row:
    tone = "risk" if review.is_late else ""
    why = f"{'Was due' if review.is_late else 'Due'} {wording.day(review.due_on)} · {review.why}"
    return Row(tone, "clipboard-check", review.title, why, REVIEW_BUTTONS[review.kind], review.url)


def _without_goal(team: _Team) -> list[Row]:
    without = team.goals.people - team.goals.with_goal
    if not without:
        return []
    what = f"{without} of {team.goals.people} people have no goal"
    why = "Nothing shows yet how their work leads to a goal of the organisation"
    return [Row("info", "signpost-split", what, why, "Open tree", team.tree_url)]


# --- the last survey ----------------------------------------------------------------------------------------------------


def _culture(viewer: Viewer) -> TeamCulture | None:
    top = results.latest_top(viewer)
    if top is None:
        return None
    place = results.my_place(top.campaign, viewer)
    unit = UnitSnapshot.objects.visible_to(viewer).filter(campaign=top.campaign, place=place).first()
    found = results.unit_results(unit or top, viewer)
    if not (found.scores and found.shown):
        return None
    return TeamCulture(found.title, found.shown.name, found.hidden, found.scores.constructs)
