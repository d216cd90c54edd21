"""The executive's page: the culture from two sides, what we set out to do, and the three largest gaps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from actions import queries as actions
from assessments.reviews import queries as reviews
from assessments.reviews.queries import Bridge
from assessments.surveys.queries import outcome, results
from assessments.surveys.queries.outcome import Links
from core.constructs import Construct
from dashboards import wording
from goals import queries as goals
from goals.models import RollupState
from goals.queries import ConstructGoals, Forecast, OrganisationGoal, Story
from goals.queries.stamped import stamp_of_running
from people.access import Viewer

GAPS = 3
ON_PACE = ("on_track", "achieved")


@dataclass(frozen=True)
class Gap:
    """A C where leaders and staff are far apart or that stands lowest, and the organisation goals that serve it.

    `matters` says how it goes with the outcome, "" where shares are refused.
    """

    construct: Construct
    words: str
    matters: str
    goals: tuple[OrganisationGoal, ...]


@dataclass(frozen=True)
class Line:
    """One C in the table of the same numbers; `leaders` is None where there are no leaders' results."""

    construct: Construct
    staff: results.ConstructScore
    leaders: results.ConstructScore | None
    difference: str


@dataclass(frozen=True)
class SetOut:
    """An organisation goal beside what its owner and those below expect of it."""

    goal: OrganisationGoal
    forecast: Forecast


@dataclass(frozen=True)
class Overview:
    lede: str
    survey_words: str
    series: dict[str, list[float | None]]
    wheel_words: str
    lines: tuple[Line, ...]
    gaps: tuple[Gap, ...]
    gap_words: str
    links_words: str
    goals: tuple[SetOut, ...]
    by_construct: tuple[ConstructGoals, ...]
    stories: tuple[Story, ...]
    bridge: Bridge | None
    as_of: str


def overview(viewer: Viewer, *, at: datetime) -> Overview:
    """The page. A fixed number of queries, whatever the size of the organisation."""
    now = timezone.localtime(at)
    stamp = stamp_of_running(now.date())
    set_out = tuple(goals.organisation_goals(viewer, on=now.date()))
    expected = goals.forecasts(set_out, viewer)
    newest = results.latest(viewer)
    levels = reviews.organisation_levels(viewer)
    apart = results.leaders_gaps(newest) if newest else ()
    links = outcome.links(newest.campaign_pk, newest.organisation) if newest else None
    as_of = f"As of {wording.short_day(now.date())}."
    return Overview(
        lede=" ".join(
            filter(None, (_finding(newest, apart), _goal_words(set_out), _kept_words(viewer, now.date()), as_of))
        ),
        as_of=_as_of(now),
        by_construct=tuple(goals.by_construct(set_out, viewer, stamp=stamp)),
        stories=tuple(goals.different_stories(viewer, on=now.date(), stamp=stamp)),
        bridge=reviews.bridge_between(levels, newest) if levels else None,
        survey_words=_survey_words(newest),
        series=_series(newest),
        wheel_words=_wheel_words(newest),
        lines=_lines(newest, apart),
        gaps=_gaps(newest, apart, links, set_out),
        links_words=links.words if links else "",
        gap_words="Where leaders and staff see it most differently" if apart else "The lowest of the seven",
        goals=tuple(SetOut(goal, expected[goal.id]) for goal in set_out),
    )


def _as_of(now: datetime) -> str:
    """When the roll-up behind these goals was made."""
    cycle = goals.current_cycle()
    state = RollupState.objects.filter(cycle=cycle).first()
    if state is None or state.rolled_up_at is None:
        return "Roll-ups have not been worked out yet."
    return f"Roll-ups as of {wording.as_of(timezone.localtime(state.rolled_up_at), now)}."


def _finding(newest: results.UnitResults | None, apart: tuple[results.Gap, ...]) -> str:
    """The results in one sentence that can be read aloud."""
    if newest is None or newest.organisation is None or newest.organisation.lowest is None:
        return "No survey has been published yet."
    lowest = newest.organisation.lowest.short
    higher = sum(gap.points > 0 for gap in apart)
    if apart and higher > len(apart) / 2:
        return (
            f"Less than we think: leaders rate {higher} of {len(apart)} Cs higher than staff. {lowest} is the lowest."
        )
    return f"{lowest} is the lowest of the seven."


def _goal_words(set_out: tuple[OrganisationGoal, ...]) -> str:
    if not set_out:
        return "No organisation goal has been set."
    fine = sum(goal.status in ON_PACE for goal in set_out)
    return f"{fine} of {wording.counted(len(set_out), 'goal', 'goals')} {'is' if fine == 1 else 'are'} on pace."


def _kept_words(viewer: Viewer, on: date) -> str:
    kept = actions.promises_kept(viewer, on=on)
    return f"{kept.kept} of {wording.counted(kept.due, 'promise', 'promises')} kept in time." if kept.due else ""


def _survey_words(newest: results.UnitResults | None) -> str:
    if newest is None:
        return ""
    leaders = next((score.n for score in newest.leaders.constructs if score.n), None) if newest.leaders else None
    return f"{newest.title}: {newest.answers} staff" + (f", {leaders} leaders" if leaders else "")


def _series(newest: results.UnitResults | None) -> dict[str, list[float | None]]:
    """Seven values for each viewpoint; a C that the form does not ask, or that is hidden, leaves a gap."""
    series = {}
    for who, scores in (("employees", newest and newest.organisation), ("leaders", newest and newest.leaders)):
        if scores:
            of: dict[Construct, float | None] = {score.construct: score.index for score in scores.constructs}
            series[who] = [of.get(construct) for construct in Construct]
    return series


def _wheel_words(newest: results.UnitResults | None) -> str:
    if newest is None or newest.organisation is None:
        return ""
    shown = [
        f"{score.construct.short} {score.index}" for score in newest.organisation.constructs if score.index is not None
    ]
    beside = " Beside it the leaders' own view." if newest.leaders else ""
    return f"Profile of the seven Cs as employees see them: {', '.join(shown)}.{beside}"


def _lines(newest: results.UnitResults | None, apart: tuple[results.Gap, ...]) -> tuple[Line, ...]:
    if newest is None or newest.organisation is None:
        return ()
    words = {gap.construct: gap.words for gap in apart}
    return tuple(
        Line(
            score.construct,
            score,
            newest.leaders.of(score.construct) if newest.leaders else None,
            words.get(score.construct, "Not shown"),
        )
        for score in newest.organisation.constructs
    )


def _gaps(
    newest: results.UnitResults | None,
    apart: tuple[results.Gap, ...],
    links: Links | None,
    set_out: tuple[OrganisationGoal, ...],
) -> tuple[Gap, ...]:
    """Where leaders and staff differ most; without leaders' results the lowest scores."""
    if newest is None or newest.organisation is None:
        return ()
    if apart:
        far = sorted(apart, key=lambda gap: (-abs(gap.points), gap.construct.number))
        found = [(gap.construct, f"Staff {gap.staff}, leaders {gap.leaders}.") for gap in far[:GAPS]]
    else:
        shown = [score for score in newest.organisation.constructs if score.exact is not None]
        shown.sort(key=lambda score: score.exact or 0)
        found = [(score.construct, f"{score.index} of 100, {score.word.lower()}.") for score in shown[:GAPS]]
    return tuple(
        Gap(
            construct,
            words,
            _matters(links, construct),
            tuple(goal for goal in set_out if construct in goal.constructs),
        )
        for construct, words in found
    )


def _matters(links: Links | None, construct: Construct) -> str:
    link = links.of(construct) if links else None
    if link is None or link.share is None:
        return ""
    return " · ".join(filter(None, (f"Carries {link.share}% of the link with the outcome", link.priority)))
