"""Goals by C, what their owners expect of them, and where supporting goals and results tell different stories."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db.models import F, Value
from django.db.models.functions import Abs, Greatest, Least

from core.constructs import Construct
from goals import progress
from goals.models import CheckIn, Goal, GoalDetail
from goals.progress import PPM
from goals.queries import serving, stamped
from goals.queries.concealed import concealed
from goals.queries.organisation import OrganisationGoal, organisation_goals_beside
from goals.queries.rows import GoalRow
from people.access import Viewer

Level = GoalDetail.Level
Call = CheckIn.Call
ON_PACE = ("on_track", "achieved")
STORIES = 5  # goals that the list of different stories names
OF_A_CONSTRUCT = 12  # goals of departments and teams that the page of one C names


@dataclass(frozen=True)
class Forecast:
    """What owners say themselves, by their latest check-ins: for the goal, and for the goals that support it directly."""

    call: str
    call_key: str
    confidence: int | None
    calls: dict[str, int]
    asked: int
    mean_confidence: float | None

    @property
    def own_words(self) -> str:
        """On track, confidence 7 of 10"""
        said = [self.call] if self.call else []
        if self.confidence is not None:
            said.append(f"{'confidence' if said else 'Confidence'} {self.confidence} of 10")
        return ", ".join(said) or "Not said yet"

    @property
    def below_words(self) -> str:
        """Below: 3 of 5 say on track, mean confidence 6.4"""
        if not self.asked:
            return ""
        words = f"Below: {self.calls.get(Call.ON_TRACK.value, 0)} of {self.asked} say on track"
        if self.mean_confidence is not None:
            words += f", mean confidence {self.mean_confidence:.1f}"
        return words


@dataclass(frozen=True)
class ConstructGoals:
    """One C: the organisation's goals that serve it with their owners' forecast, and how many stand below."""

    construct: Construct
    goals: tuple[OrganisationGoal, ...]
    departments: int
    teams: int
    others: tuple[GoalRow, ...] = ()
    more: int = 0

    @property
    def on_pace(self) -> int:
        return sum(goal.status in ON_PACE for goal in self.goals)


@dataclass(frozen=True)
class Story:
    """A goal whose own measure and supporting goals lie 25 points or more apart. Percent, clamped."""

    title: str
    url: str
    owner: str
    own_percent: int
    supporting_percent: int

    @property
    def why(self) -> str:
        """Result 73%, supporting goals 35%. The result moves without its supporting goals. ..."""
        return f"Result {self.own_percent}%, supporting goals {self.supporting_percent}%. {self._words}"

    @property
    def _words(self) -> str:
        if self.own_percent < self.supporting_percent:
            return "The supporting goals move, the result does not. Check whether they are the right levers."
        return "The result moves without its supporting goals. Check what really drives it."


def forecasts(goals: Collection[OrganisationGoal], viewer: Viewer) -> dict[int, Forecast]:
    """The owners' own view of each goal, from goals open to the viewer; 2 queries."""
    ids = {goal.id for goal in goals}
    seen = Goal.objects.visible_to(viewer).active().exclude(visibility=Goal.Visibility.PRIVATE)
    below = dict(seen.filter(parent__in=ids).values_list("pk", "parent_id"))
    latest = (
        CheckIn.objects.standing()
        .filter(goal__in=[*ids, *below])
        .order_by("goal_id", "-measured_on", "-pk")
        .distinct("goal_id")
    )
    entries = {entry.goal_id: entry for entry in latest}
    told: dict[int, list[CheckIn]] = defaultdict(list)
    for goal, parent in below.items():
        if parent is not None and goal in entries and (entries[goal].call or entries[goal].confidence is not None):
            told[parent].append(entries[goal])
    return {goal: _forecast(entries.get(goal), told[goal]) for goal in ids}


def _forecast(own: CheckIn | None, below: list[CheckIn]) -> Forecast:
    sure = [entry.confidence for entry in below if entry.confidence is not None]
    return Forecast(
        call=own.get_call_display() if own and own.call else "",
        call_key=own.call if own else "",
        confidence=own.confidence if own else None,
        calls=dict(Counter(entry.call for entry in below if entry.call)),
        asked=sum(bool(entry.call) for entry in below),
        mean_confidence=sum(sure) / len(sure) if sure else None,
    )


def by_construct(goals: Collection[OrganisationGoal], viewer: Viewer, *, stamp: str) -> list[ConstructGoals]:
    """Every C with the organisation's goals that serve it, in the order of the seven; 1 query at most."""
    found = stamped.kept(f"by_c:{stamped.scope_of(viewer)}", stamp, lambda: _shared_counts(viewer))
    departments, teams = found["departments"].tolist(), found["teams"].tolist()
    return [
        ConstructGoals(
            construct,
            tuple(goal for goal in goals if construct in goal.constructs),
            departments[place],
            teams[place],
        )
        for place, construct in enumerate(Construct)
    ]


def _shared_counts(viewer: Viewer) -> stamped.Columns:
    """Goals of departments and of teams that serve each C."""
    counts = serving.counts() if viewer.is_inside else {}
    return {
        name: np.array([counts.get((construct.value, level.value), 0) for construct in Construct], np.int64)
        for name, level in (("departments", Level.DEPARTMENT), ("teams", Level.TEAM))
    }


def goals_of_construct(construct: Construct, viewer: Viewer, *, on: date) -> ConstructGoals:
    """What is set out to be done for one C: the organisation's goals, then those of departments and teams, a dozen of them."""
    found = serving.goals_below(construct.value) if viewer.is_inside else {}
    below = Goal.objects.visible_to(viewer).filter(pk__in=list(found)).order_by("unit__position", "pk")
    top, others = organisation_goals_beside(below.with_words()[:OF_A_CONSTRUCT], viewer, on=on)
    levels = Counter(found.values())
    return ConstructGoals(
        construct,
        tuple(goal for goal in top if construct in goal.constructs),
        levels[Level.DEPARTMENT.value],
        levels[Level.TEAM.value],
        tuple(others),
        max(0, len(found) - len(others)),
    )


def different_stories(viewer: Viewer, *, on: date, stamp: str) -> list[Story]:
    """Shared goals where the measure and the supporting goals part, the widest gap first; 4 queries at most."""
    found = stamped.kept(f"stories:{stamped.scope_of(viewer)}", stamp, lambda: _widest_gaps(viewer))
    pairs = {pk: (own, rolled) for pk, own, rolled in zip(*(found[name].tolist() for name in _GAP), strict=True)}
    wanted = list(pairs) or [0]  # asked in any case, so that the page always takes as many queries
    goals = Goal.objects.visible_to(viewer).with_words().in_bulk(wanted)
    hidden = concealed(wanted, viewer, on)
    return [_story(goals[pk], *pairs[pk]) for pk in pairs if pk in goals and pk not in hidden][:STORIES]


_GAP = ("id", "own", "supporting")


def _widest_gaps(viewer: Viewer) -> stamped.Columns:
    """The database sorts out by the exact gap; what counts is the gap between the numbers as they are shown."""
    shared = Goal.objects.visible_to(viewer).current().exclude(detail__level=Level.INDIVIDUAL)
    both = shared.exclude(measured=Goal.Measured.NOT).filter(own_ppm__isnull=False, supporting_ppm__isnull=False)
    gap = Abs(Greatest(Least(F("own_ppm"), Value(progress.PPM)), Value(0)) - F("supporting_ppm"))
    widest = both.annotate(gap=gap).filter(gap__gt=100 * (progress.STORY_GAP - 1)).order_by("-gap", "pk")
    numbers = widest.values_list("pk", "own_ppm", "supporting_ppm")[: 2 * STORIES]
    known = [(pk, progress.clamp(own or 0), rolled or 0) for pk, own, rolled in numbers]
    apart = [(pk, own, rolled) for pk, own, rolled in known if progress.tells_different_story(own, rolled)]
    apart.sort(key=lambda one: (-abs(one[1] - one[2]), one[0]))
    columns = zip(*apart, strict=True) if apart else ((), (), ())
    return {name: np.array(values, np.int64) for name, values in zip(_GAP, columns, strict=True)}


def _story(goal: Goal, own: int, supporting: int) -> Story:
    return Story(
        goal.detail.title, f"{goal.get_absolute_url()}#rollup", goal.owner.name, _percent(own), _percent(supporting)
    )


def _percent(ppm: int) -> int:
    return (100 * ppm + PPM // 2) // PPM
