"""Levels of many by unit: what the summary of a closed cycle holds and nothing else. What is hidden is not there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assessments.competencies.models import CompetencyVersion
from assessments.reviews.models import CycleCompetency, ReviewCycle, UnitLevel, UnitSummary
from assessments.surveys.scoring import band, whole
from core.constructs import Construct
from people.access import Viewer

NOBODY = "Nobody was assessed."


@dataclass(frozen=True)
class LevelRow:
    """One competency in one unit. `hidden` says in words why there are no numbers."""

    version: CompetencyVersion
    hidden: str
    people: int | None = None
    at_level: int | None = None
    missing: int | None = None
    context_percent: int | None = None

    @property
    def exact(self) -> float | None:
        """Percent at the needed level, unrounded: for order, never for a page."""
        return 100 * self.at_level / self.people if self.people and self.at_level is not None else None

    @property
    def percent(self) -> int | None:
        return None if self.exact is None else whole(self.exact)

    @property
    def gaps(self) -> int:
        """People below the needed level."""
        return self.people - self.at_level if self.people and self.at_level is not None else 0

    @property
    def tone(self) -> str:
        """The colour of the same bands as everywhere."""
        return "hid" if self.exact is None else str(band(self.exact))

    @property
    def mean_missing(self) -> float | None:
        return self.missing / self.people if self.people and self.missing is not None else None


@dataclass(frozen=True)
class UnitRow:
    unit: UnitSummary
    cells: list[LevelRow]

    @property
    def is_hidden(self) -> bool:
        return all(cell.hidden for cell in self.cells)

    @property
    def hidden(self) -> str:
        """One reason for the whole row: that of most competencies."""
        reasons = [cell.hidden for cell in self.cells]
        return max(reasons, key=reasons.count, default=NOBODY)


@dataclass(frozen=True)
class LevelsPage:
    """One unit of one cycle, and the units right below it. `above` are those over it that the viewer may open."""

    unit: UnitSummary
    cycle: ReviewCycle
    made_on: date
    rows: list[LevelRow]
    below: list[UnitRow]
    above: list[UnitSummary]
    others: list[UnitSummary]

    @property
    def is_hidden(self) -> bool:
        return all(row.hidden for row in self.rows)

    @property
    def is_newest_top(self) -> bool:
        """The whole organisation in the newest summary, which stands beside the newest survey."""
        return self.unit.depth == 0 and self.others[0] == self.unit

    @property
    def versions(self) -> list[CompetencyVersion]:
        return [row.version for row in self.rows]

    @property
    def heat(self) -> list[UnitRow]:
        return [UnitRow(self.unit, self.rows), *self.below]


def newest_unit(viewer: Viewer) -> UnitSummary | None:
    """Where the page opens: the topmost unit that the viewer may read, in the newest summary."""
    return UnitSummary.objects.visible_to(viewer).order_by("-summary__made_on", "-summary_id", "depth", "place").first()


def levels_page(unit: UnitSummary, viewer: Viewer) -> LevelsPage:
    """Wants a unit with its summary and cycle. Five queries, whatever the size of the organisation."""
    visible = UnitSummary.objects.visible_to(viewer)
    same = visible.filter(summary=unit.summary_id)
    inside = same.filter(place__gt=unit.place, place__lte=unit.last_place, depth=unit.depth + 1)
    below = list(inside.order_by("place"))
    versions = _versions(unit.summary.cycle_id)
    cells = _cells([unit, *below], versions)
    return LevelsPage(
        unit=unit,
        cycle=unit.summary.cycle,
        made_on=unit.summary.made_on,
        rows=cells[unit.pk],
        below=[UnitRow(one, cells[one.pk]) for one in below],
        above=list(same.filter(place__lt=unit.place, last_place__gte=unit.place).order_by("place")),
        others=list(visible.filter(unit=unit.unit_id).select_related("summary__cycle").order_by("-summary_id")),
    )


def _versions(cycle: int) -> list[CompetencyVersion]:
    pins = CycleCompetency.objects.filter(cycle=cycle).select_related("version__competency", "version__cluster")
    return [pin.version for pin in pins.order_by("order")]


def _cells(units: Sequence[UnitSummary], versions: Sequence[CompetencyVersion]) -> dict[int, list[LevelRow]]:
    stored = {(one.unit_id, one.version_id): one for one in UnitLevel.objects.filter(unit__in=units)}
    return {unit.pk: [_row(version, stored.get((unit.pk, version.pk))) for version in versions] for unit in units}


def _row(version: CompetencyVersion, level: UnitLevel | None) -> LevelRow:
    if level is None:
        return LevelRow(version, NOBODY)
    if level.hidden:
        return LevelRow(version, str(level.get_hidden_display()))
    return LevelRow(version, "", level.people, level.at_level, level.missing, level.context_percent)


# --- the whole organisation, for pages of other apps ------------------------------------------------------------------


@dataclass(frozen=True)
class OrganisationLevels:
    """The newest closed cycle for everybody it assessed; a cycle may have asked a part of the organisation only."""

    cycle_name: str
    people: int
    made_on: date
    unit_pk: int
    rows: list[LevelRow]

    def serving(self, construct: Construct) -> list[LevelRow]:
        """The competencies that carry one C, in the order of the library."""
        return [row for row in self.rows if construct in row.version.constructs]


def organisation_levels(viewer: Viewer) -> OrganisationLevels | None:
    """None where the viewer may not read the whole organisation, or before a cycle has closed."""
    top = (
        UnitSummary.objects.visible_to(viewer)
        .filter(depth=0)
        .select_related("summary__cycle")
        .order_by("-summary__made_on", "-summary_id")
        .first()
    )
    if top is None:
        return None
    versions = _versions(top.summary.cycle_id)
    return OrganisationLevels(
        top.summary.cycle.name, top.summary.people, top.summary.made_on, top.pk, _cells([top], versions)[top.pk]
    )
