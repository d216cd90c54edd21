"""The executive's page: the culture from every side, what we set out to do, the gaps that matter, promises and readiness."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from actions import queries as actions
from actions.queries import Kept
from assessments.reviews import queries as reviews
from assessments.reviews.queries import Bridge
from assessments.surveys.models import UnitRelease, UnitSnapshot
from assessments.surveys.queries import beside, outcome, results
from assessments.surveys.queries import meter as meters
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.meter import ChangeMeter
from assessments.surveys.queries.results import Scores, UnitResults
from assessments.surveys.queries.say_do import SayDo, say_do
from dashboards import wording
from dashboards.queries import sight as sights
from dashboards.queries.profile import Profile, profile
from dashboards.queries.sight import Sight
from goals import queries as goals
from goals.models import GoalCycle, RollupState
from goals.queries import ConstructGoals, Forecast, OrganisationGoal, Story
from goals.queries.stamped import stamp_of_running
from people.access import Viewer

ON_PACE = ("on_track", "achieved")
BLOCKS = 40  # promises drawn one by one; more are told in numbers alone


@dataclass(frozen=True)
class SetOut:
    """An organisation goal beside what its owner and those below expect of it."""

    goal: OrganisationGoal
    forecast: Forecast


@dataclass(frozen=True)
class Overview:
    """`says` holds what people see their leaders say and do, then what leaders see; empty where not asked."""

    lede: str
    profile: Profile
    links_words: str
    goals: tuple[SetOut, ...]
    by_construct: tuple[ConstructGoals, ...]
    stories: tuple[Story, ...]
    bridge: Bridge | None
    as_of: str
    says: tuple[SayDo, ...]
    change: ChangeMeter | None
    sight: Sight | None
    kept: Kept

    @property
    def blocks(self) -> list[str]:
        """One mark per promise whose day has come: kept, late, dropped."""
        if self.kept.due > BLOCKS:
            return []
        return ["k"] * self.kept.kept + ["l"] * self.kept.late + ["w"] * self.kept.dropped


@dataclass(frozen=True)
class _Surveys:
    """What the newest surveys say to an executive."""

    newest: UnitResults | None
    customers: Scores | None
    says: tuple[SayDo, ...]
    change: ChangeMeter | None
    sight: Sight | None


def overview(viewer: Viewer, *, at: datetime) -> Overview:
    """The page. A fixed number of queries, whatever the size of the organisation."""
    now = timezone.localtime(at)
    stamp = stamp_of_running(now.date())
    set_out = tuple(goals.organisation_goals(viewer, on=now.date()))
    expected = goals.forecasts(set_out, viewer)
    cycle = goals.current_cycle()
    surveys = _surveys(viewer, cycle)
    newest = surveys.newest
    levels = reviews.organisation_levels(viewer)
    links = outcome.links(newest.campaign_pk, newest.organisation) if newest else None
    sides = profile(newest, surveys.customers, beside.desired_levels(), links, set_out)
    kept = actions.promises_kept(viewer, on=now.date())
    said = (sides.finding, _goal_words(set_out), _kept_words(kept), f"As of {wording.short_day(now.date())}.")
    return Overview(
        lede=" ".join(filter(None, said)),
        profile=sides,
        links_words=links.words if links else "",
        goals=tuple(SetOut(goal, expected[goal.id]) for goal in set_out),
        by_construct=tuple(goals.by_construct(set_out, viewer, stamp=stamp)),
        stories=tuple(goals.different_stories(viewer, on=now.date(), stamp=stamp)),
        bridge=reviews.bridge_between(levels, newest) if levels else None,
        as_of=_as_of(cycle, now),
        says=surveys.says,
        change=surveys.change,
        sight=surveys.sight,
        kept=kept,
    )


def _surveys(viewer: Viewer, cycle: GoalCycle | None) -> _Surveys:
    """Staff, leaders, customers and readiness, each from its newest release."""
    top = results.latest_top(viewer)
    leaders = results.leaders_release(top.campaign, viewer) if top else None
    newest = results.results_beside(top, leaders, viewer) if top else None
    voice = beside.customers_release(viewer)
    asked = meters.newest_release(viewer)
    return _Surveys(
        newest=newest,
        customers=beside.customers_scores(voice),
        says=_says(top, leaders) if top else (),
        change=meters.meter(asked, layout_of(asked.unit.campaign.form_id)) if asked else None,
        sight=sights.sight(top, layout_of(top.campaign.form_id), cycle, viewer) if top else None,
    )


def _says(top: UnitSnapshot, leaders: UnitRelease | None) -> tuple[SayDo, ...]:
    """By the release of the whole organisation, then by the leaders' beside it where that is shown. One query."""
    stored = UnitRelease.objects.select_related("unit__campaign")
    staff = stored.only("hidden", "layout", "items", "unit__campaign__form", "unit__campaign__minimum_group")
    sides = (("Employees", staff.get(unit=top.pk)), ("Leaders themselves", leaders))
    found = [
        say_do(who, one, layout_of(one.unit.campaign.form_id), one.unit.campaign.minimum_group)
        for who, one in sides
        if one
    ]
    return tuple(one for one in found if one)


def _as_of(cycle: GoalCycle | None, now: datetime) -> str:
    """When the roll-up behind these goals was made."""
    state = RollupState.objects.filter(cycle=cycle).first()
    if state is None or state.rolled_up_at is None:
        return "Roll-ups have not been worked out yet."
    return f"Roll-ups as of {wording.as_of(timezone.localtime(state.rolled_up_at), now)}."


def _goal_words(set_out: tuple[OrganisationGoal, ...]) -> str:
    if not set_out:
        return "No organisation goal has been set."
    fine = sum(goal.status in ON_PACE for goal in set_out)
    return f"{fine} of {wording.counted(len(set_out), 'goal', 'goals')} {'is' if fine == 1 else 'are'} on pace."


def _kept_words(kept: Kept) -> str:
    return f"{kept.kept} of {wording.counted(kept.due, 'promise', 'promises')} kept in time." if kept.due else ""
