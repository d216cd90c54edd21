"""How fresh and how right the computed numbers are: what HR looks at when somebody doubts them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from goals.models import Goal, GoalCycle, RollupMark, RollupState

LATE_SECONDS = 60  # a mark that waits longer says that neither worker nor clock is at work


@dataclass(frozen=True)
class Differing:
    title: str
    url: str


@dataclass(frozen=True)
class CycleNumbers:
    """One cycle. `waits_seconds` is the age of the oldest change that no sweep has taken up; None: nothing waits."""

    cycle: GoalCycle
    waiting: int
    waits_seconds: int | None
    rolled_up_at: datetime | None
    summarised_at: datetime | None
    proved_at: datetime | None
    drift: int | None
    differing: tuple[Differing, ...]
    is_asked: bool

    @property
    def is_late(self) -> bool:
        return self.waits_seconds is not None and self.waits_seconds > LATE_SECONDS

    @property
    def waits_words(self) -> str:
        seconds = self.waits_seconds or 0
        if seconds < 120:
            return f"{seconds} second{'' if seconds == 1 else 's'}"
        minutes = seconds // 60
        return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"


def numbers(*, at: datetime) -> list[CycleNumbers]:
    """All cycles that are not closed, and closed ones where something waits or differs; 4 queries."""
    waiting = {
        row["cycle"]: row
        for row in RollupMark.objects.order_by().values("cycle").annotate(n=Count("pk"), since=Min("queued_at"))
    }
    states = {state.cycle_id: state for state in RollupState.objects.all()}
    titles = _titles(states.values())
    found = []
    for cycle in GoalCycle.objects.all():
        state, marked = states.get(cycle.pk), waiting.get(cycle.pk)
        if not cycle.is_open and not marked and not (state and (state.drift or state.asked_at)):
            continue
        found.append(
            CycleNumbers(
                cycle,
                waiting=marked["n"] if marked else 0,
                waits_seconds=max(0, int((at - marked["since"]).total_seconds())) if marked else None,
                rolled_up_at=state.rolled_up_at if state else None,
                summarised_at=state.summarised_at if state else None,
                proved_at=state.proved_at if state else None,
                drift=state.drift if state else None,
                differing=tuple(titles[pk] for pk in state.drift_goals if pk in titles)
                if state and state.drift
                else (),
                is_asked=bool(state and state.asked_at),
            )
        )
    return found


def _titles(states: Iterable[RollupState]) -> dict[int, Differing]:
    """The differing goals by name. A private goal has no roll-up of its own, so none is ever named that HR may not see."""
    ids = [pk for state in states for pk in state.drift_goals if state.drift]
    goals = Goal.objects.filter(pk__in=ids).exclude(visibility=Goal.Visibility.PRIVATE).select_related("detail")
    return {goal.pk: Differing(goal.detail.title, goal.get_absolute_url()) for goal in goals}
