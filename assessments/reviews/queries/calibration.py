"""How managers rated, as spreads without a person, and the levels that were changed after the talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assessments.reviews.models import (
    SMALLEST_GROUP,
    AgreedLevel,
    Assessment,
    LevelChange,
    RatingSpread,
    ReviewCycle,
)
from people.access import Viewer


@dataclass(frozen=True)
class CalibrationPage:
    """Spreads by name of the manager, never by height. `changes` is None below five: then only that is said."""

    cycle: ReviewCycle | None
    cycles: list[ReviewCycle]
    spreads: list[RatingSpread]
    is_open: bool
    changes: int | None
    sees_changes: bool


def calibration_page(viewer: Viewer, *, on: date, cycle_id: int | None = None) -> CalibrationPage:
    """The newest cycle that calibrates, unless one is named."""
    launched = ReviewCycle.objects.exclude(state=ReviewCycle.State.PREPARATION)
    cycles = list(launched.filter(calibrates=True).order_by("-launched_at"))
    cycle = next((one for one in cycles if cycle_id in (None, one.pk)), None)
    if cycle is None:
        return CalibrationPage(None, cycles, [], False, None, viewer.is_hr)
    spreads = RatingSpread.objects.visible_to(viewer).filter(cycle=cycle).select_related("manager__unit")
    ended = not cycle.is_calibrating(on)
    changed = _people_changed(cycle) if ended and viewer.is_hr else 0
    return CalibrationPage(
        cycle=cycle,
        cycles=cycles,
        spreads=sorted(spreads, key=lambda one: (one.manager is None, one.manager.name if one.manager else "")),
        is_open=not ended,
        changes=changed if changed >= SMALLEST_GROUP else None,
        sees_changes=viewer.is_hr,
    )


def _people_changed(cycle: ReviewCycle) -> int:
    """Counted when no more can be added, so that no two days can be subtracted."""
    return LevelChange.objects.filter(assessment__cycle=cycle).values("assessment").distinct().count()


def changes_of(assessment: Assessment) -> list[LevelChange]:
    return list(assessment.level_changes.select_related("version", "by__employee"))


def agreed_of(assessment: Assessment) -> list[AgreedLevel]:
    """What may be changed, in the order of the library."""
    levels = assessment.agreed_levels.select_related("version__cluster", "competency")
    return list(levels.order_by("version__cluster__order", "competency__order", "pk"))
