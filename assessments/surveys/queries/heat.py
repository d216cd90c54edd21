"""The heat map with the colour of a comparison: each unit's index against a group or a time that the reader chose."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db.models import QuerySet

from assessments.surveys import cells
from assessments.surveys.cells import Hidden
from assessments.surveys.models import TrendRelease, UnitRelease, UnitSnapshot
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.results import ConstructScore, Scores, hidden_words, unit_scores
from assessments.surveys.scoring import agreement_word, signed, whole
from core.constructs import Construct
from people.access import Viewer

UNITS_ON_A_PAGE = 60
ALIKE = ("alike", "very much alike")  # of the words of agreement
SOME, LARGE = 5, 10  # points from which a difference is coloured, and coloured fully


@dataclass(frozen=True)
class HeatRow:
    place: int
    name: str
    depth: int
    answers: int | None
    cells: tuple[ConstructScore, ...]
    hidden: str


@dataclass(frozen=True)
class HeatMap:
    """`left_out` is how many units of the two levels below are not among the rows."""

    constructs: tuple[Construct, ...]
    rows: tuple[HeatRow, ...]
    left_out: int = 0


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
    """`against` names what the colours compare with; empty: they show the bands of the index.

    `left_out` is how many units of the two levels below are not among the rows.
    """

    constructs: tuple[Construct, ...]
    rows: tuple[Row, ...]
    comparators: tuple[Comparator, ...]
    against: str
    left_out: int = 0


def heat_map(unit: UnitSnapshot, viewer: Viewer, *, whole: bool = False) -> HeatMap:
    """The unit and the two levels below it, as far as the viewer may see them, in the order of the organisation chart.

    Where these are more than a page holds, the first units of the level below; `whole` gives all of both.
    """
    constructs, k = tuple(layout_of(unit.campaign.form_id).constructs), unit.campaign.minimum_group
    below = _below(unit, viewer)
    there = below.count()
    if not whole and there > UNITS_ON_A_PAGE:
        below = below.filter(depth__lte=unit.depth + 1)[:UNITS_ON_A_PAGE]
    rows = tuple(
        HeatRow(
            place=row.place,
            name=row.name,
            depth=row.depth - unit.depth,
            answers=row.release.answers,
            cells=() if row.release.hidden else unit_scores(row, constructs, k).constructs,
            hidden=hidden_words(row.release.hidden, k),
        )
        for row in below.select_related("release").defer("release__items", "release__sliders")
    )
    return HeatMap(constructs, rows, left_out=there - len(rows))


def alike(unit: UnitSnapshot, viewer: Viewer, construct: Construct) -> tuple[int, int]:
    """In how many units of the two levels below people see this C alike, and of how many that is said. One query."""
    layout = layout_of(unit.campaign.form_id)
    if construct not in layout.constructs:
        return 0, 0
    here = list(layout.constructs).index(construct)
    stored = (
        UnitRelease.objects.filter(unit__in=_below(unit, viewer).exclude(pk=unit.pk), hidden=UnitRelease.Hidden.NO)
        .order_by()
        .values_list("constructs", "layout")
    )
    records = [cells.unpack(packed, "constructs", number)[here] for packed, number in stored]
    words = [
        agreement_word(float(record["agreement"]))
        for record in records
        if record["hidden"] == Hidden.NO and not math.isnan(float(record["agreement"]))
    ]
    return sum(word in ALIKE for word in words), len(words)


def _below(unit: UnitSnapshot, viewer: Viewer) -> QuerySet[UnitSnapshot]:
    """The unit and two levels below it, in the order of the organisation chart."""
    return (
        UnitSnapshot.objects.visible_to(viewer)
        .filter(campaign=unit.campaign_id, place__range=(unit.place, unit.last_place), depth__lte=unit.depth + 2)
        .order_by("place")
    )


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
        heat.left_out,
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
