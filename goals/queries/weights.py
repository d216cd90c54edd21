"""What a weight would do to the roll-up of the goal that is supported, before it is saved."""

from dataclasses import dataclass
from datetime import date

from goals import progress, wording
from goals.models import Goal
from goals.queries.concealed import concealed
from people.access import Viewer


@dataclass(frozen=True)
class WeightPreview:
    """`before` and `after` are the parent's roll-up in words, "" where nothing counts and where the sum is withheld, since
    it would show a single goal that the viewer may not see."""

    parent: str
    others: int
    weight: int
    total: int
    before: str
    after: str
    is_withheld: bool
    is_new: bool

    @property
    def share(self) -> str:
        """Whole percent of the roll-up that this goal decides."""
        return f"{(100 * self.weight + self.total // 2) // self.total}%" if self.total else ""


def weight_preview(viewer: Viewer, parent: Goal, goal: Goal | None, weight: int, *, on: date) -> WeightPreview:
    """The parent's roll-up as it is and with `goal` (None: a new one, at its start) at `weight`; 3 queries.

    A share counts against all supporting goals, whether they have started or not; the two numbers count what counts today.
    """
    active = Goal.objects.active().filter(parent=parent).exclude(visibility=Goal.Visibility.PRIVATE)
    others = [one for one in active if goal is None or one.pk != goal.pk]
    counted = [one for one in others if one.counts_on(on) and one.progress_ppm is not None and one.weight > 0]
    own = 0 if goal is None else goal.progress_ppm if goal.is_active and goal.starts_on <= on else None
    now = [(one.weight, one.progress_ppm or 0) for one in counted]
    is_there = goal is not None and goal.parent_id == parent.pk
    before = [*now, (goal.weight, own)] if goal is not None and is_there and own is not None else now
    after = [*now, (weight, own)] if own is not None else now
    sums = [parent.pk, *([goal.pk] if goal is not None and not goal.has_metric else [])]  # both stand in `after`
    is_withheld = bool(concealed(sums, viewer, on))
    return WeightPreview(
        parent=parent.detail.title,
        others=len(others),
        weight=weight,
        total=weight + sum(one.weight for one in others),
        before="" if is_withheld else _mean(before),
        after="" if is_withheld else _mean(after),
        is_withheld=is_withheld,
        is_new=goal is None,
    )


def _mean(parts: list[tuple[int, int]]) -> str:
    weight = sum(one for one, _ in parts)
    if not weight:
        return ""
    total = sum(one * progress.clamp(ppm) for one, ppm in parts)
    return f"{wording.percent_1(progress.mean_ppm(total, weight))}%"
