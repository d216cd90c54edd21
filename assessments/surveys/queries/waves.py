"""One C from wave to wave: its score each time, as far back as the waves may be compared on all their statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils import formats, timezone

from assessments.surveys import cells
from assessments.surveys.cells import Hidden
from assessments.surveys.models import Campaign, TrendRelease, UnitSnapshot
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.results import ConstructScore, unit_scores
from assessments.surveys.vectors import Layout
from core.charts import Wave
from core.constructs import Construct
from people.access import Viewer

KINDS = {True: "employees", False: "series"}  # the organisation, and a unit of it
Trends = Mapping[int, TrendRelease]  # by unit snapshot


@dataclass(frozen=True)
class WavePoint:
    """One wave of one group, shown."""

    title: str
    closed_at: datetime
    score: ConstructScore


@dataclass(frozen=True)
class WaveLine:
    """One group, the earliest wave first. `kind` is how the chart draws it."""

    name: str
    kind: str
    points: tuple[WavePoint, ...]


@dataclass(frozen=True)
class WaveRow:
    """One wave in the table below the chart, a score for each line; None where that group has none to compare."""

    title: str
    closed_at: datetime
    scores: tuple[ConstructScore | None, ...]


@dataclass(frozen=True)
class WaveChart:
    """Lines of two waves or more, and the names of groups that have none."""

    lines: tuple[WaveLine, ...]
    without: tuple[str, ...]

    @property
    def rows(self) -> tuple[WaveRow, ...]:
        """The earliest wave first."""
        waves = sorted({(point.closed_at, point.title) for line in self.lines for point in line.points})
        return tuple(
            WaveRow(title, closed_at, tuple(_score_at(line, closed_at) for line in self.lines))
            for closed_at, title in waves
        )

    @property
    def labels(self) -> list[str]:
        return [formats.date_format(timezone.localtime(row.closed_at), "M Y") for row in self.rows]

    @property
    def drawn(self) -> dict[str, dict[int, Wave]]:
        """What the chart is drawn from: by kind of line, place of the wave to score and interval."""
        return {
            line.kind: {
                place: (score.exact, score.low, score.high)
                for place, row in enumerate(self.rows)
                if (score := row.scores[number]) and score.exact is not None
            }
            for number, line in enumerate(self.lines)
        }

    @property
    def words(self) -> str:
        """Such as: Tarn Ltd 62, 66, 67; Helpdesk 58, 60"""
        return "; ".join(
            f"{line.name} {', '.join(str(point.score.index) for point in line.points)}" for line in self.lines
        )


def wave_chart(viewer: Viewer, top: UnitSnapshot, construct: Construct, *, place: int) -> WaveChart:
    """The whole organisation and the unit at `place`, the viewer's own. Three queries.

    A wave is joined to the one before where the release plan compares them for this unit and C, and where both asked the
    same statements: then the headline scores are those that the comparison rests on.
    """
    visible = UnitSnapshot.objects.visible_to(viewer)
    newest = visible.filter(campaign=top.campaign_id, place__in={1, place})
    ends = list(newest.select_related("campaign__form", "release").order_by("place"))
    stored = TrendRelease.objects.filter(unit__unit__in=[end.unit_id for end in ends], before__in=visible)
    stored = stored.filter(unit__campaign__state=Campaign.State.PUBLISHED).select_related(
        "unit__campaign__form", "before__campaign__form", "before__release"
    )
    trends = {trend.unit_id: trend for trend in stored}
    lines = [WaveLine(end.name, KINDS[end.place == 1], _points(end, trends, construct)) for end in ends]
    is_drawn = [len(line.points) > 1 for line in lines]
    return WaveChart(
        tuple(line for line, drawn in zip(lines, is_drawn, strict=True) if drawn),
        tuple(line.name for line, drawn in zip(lines, is_drawn, strict=True) if not drawn),
    )


def _score_at(line: WaveLine, closed_at: datetime) -> ConstructScore | None:
    return next((point.score for point in line.points if point.closed_at == closed_at), None)


def _points(here: UnitSnapshot, trends: Trends, construct: Construct) -> tuple[WavePoint, ...]:
    found = []
    while point := _point(here, construct):
        found.append(point)
        trend = trends.get(here.pk)
        if trend is None or not _is_joined(trend, construct):
            break
        here = trend.before
    return tuple(reversed(found))


def _point(unit: UnitSnapshot, construct: Construct) -> WavePoint | None:
    constructs = tuple(layout_of(unit.campaign.form).constructs)
    if unit.release.hidden or construct not in constructs:
        return None
    score = unit_scores(unit, constructs, unit.campaign.minimum_group).of(construct)
    if score is None or score.hidden:
        return None
    return WavePoint(unit.campaign.title, unit.campaign.closes_at, score)


def _is_joined(trend: TrendRelease, construct: Construct) -> bool:
    now, before = layout_of(trend.unit.campaign.form), layout_of(trend.before.campaign.form)
    if _codes(now, construct) != _codes(before, construct):
        return False
    records = cells.unpack(trend.constructs, "trends", trend.layout)
    return bool(records[list(now.constructs).index(construct)]["hidden"] == Hidden.NO)


def _codes(layout: Layout, construct: Construct) -> set[str]:
    return {layout.statements[place].code for place in layout.constructs.get(construct, ())}
