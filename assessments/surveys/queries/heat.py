"""The heat map with the colour of a comparison: each unit's index against a group or a time that the reader chose."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.surveys import cells
from assessments.surveys.cells import Hidden
from assessments.surveys.models import TrendRelease, UnitSnapshot
from assessments.surveys.queries.results import ConstructScore, HeatMap, HeatRow, Scores
from assessments.surveys.scoring import signed, whole
from core.constructs import Construct

SOME, LARGE = 5, 10  # points from which a difference is coloured, and coloured fully


@dataclass(frozen=True)
class Comparator:
    key: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class Cell:
    """One C of one unit: the printed number, the difference, and the band of colour ("" for none)."""

    score: ConstructScore
    difference: str
    tone: str


@dataclass(frozen=True)
class Row:
    place: int
    name: str
    depth: int
    answers: int | None
    cells: tuple[Cell, ...]
    hidden: str


@dataclass(frozen=True)
class Heat:
    """`against` names what the colours compare with; empty: they show the bands of the index."""

    constructs: tuple[Construct, ...]
    rows: tuple[Row, ...]
    comparators: tuple[Comparator, ...]
    against: str


def coloured(heat: HeatMap, unit: UnitSnapshot, compare: str, groups: dict[str, Scores | None]) -> Heat:
    """`groups` are those that may be compared with, by key. Without a comparison the colours show the bands. One query."""
    before = _changes(heat, unit)
    named = {key: scores for key, scores in groups.items() if scores and scores.constructs}
    labels = {"": "Index", **{key: f"Against {scores.name}" for key, scores in named.items()}}
    if before:
        labels["before"] = "Change since the survey before"
    current = compare if compare in labels else ""
    reference = {score.construct: score.exact for score in named[current].constructs} if current in named else {}
    rows = tuple(
        Row(
            row.place,
            row.name,
            row.depth,
            row.answers,
            tuple(_cell(score, _difference(row, score, current, reference, before), current) for score in row.cells),
            row.hidden,
        )
        for row in heat.rows
    )
    return Heat(
        heat.constructs,
        rows,
        tuple(Comparator(key, label, key == current) for key, label in labels.items()),
        labels[current] if current else "",
    )


def _difference(
    row: HeatRow,
    score: ConstructScore,
    current: str,
    reference: dict[Construct, float | None],
    before: dict[int, dict[Construct, float]],
) -> float | None:
    if current == "before":
        return before.get(row.place, {}).get(score.construct)
    other = reference.get(score.construct)
    return None if other is None or score.exact is None else score.exact - other


def _cell(score: ConstructScore, difference: float | None, current: str) -> Cell:
    if not current or score.index is None:
        return Cell(score, "", score.band)
    if difference is None:
        return Cell(score, "no comparison", "none")
    return Cell(score, signed(difference), tone(difference))


def tone(difference: float) -> str:
    """The colour of a difference, by its displayed number."""
    points = whole(difference)
    if abs(points) < SOME:
        return "none"
    if points > 0:
        return "strong" if points >= LARGE else "good"
    return "low" if points <= -LARGE else "mixed"


def _changes(heat: HeatMap, unit: UnitSnapshot) -> dict[int, dict[Construct, float]]:
    """Place -> C -> change in points, of the units on the map that may be compared."""
    places = [row.place for row in heat.rows]
    stored = TrendRelease.objects.filter(unit__campaign=unit.campaign_id, unit__place__in=places).select_related("unit")
    return {
        trend.unit.place: {
            construct: float(record["now"]) - float(record["before"])
            for construct, record in zip(
                heat.constructs, cells.unpack(trend.constructs, "trends", trend.layout), strict=True
            )
            if record["hidden"] == Hidden.NO
        }
        for trend in stored
    }
