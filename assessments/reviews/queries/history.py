"""Agreed levels of one person over the cycles, as their result page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assessments.competencies.models import CompetencyVersion
from assessments.reviews.models import AgreedLevel, Assessment

MOST_CYCLES = 4  # columns beside the cycle of the page


@dataclass(frozen=True)
class Column:
    """One cycle in which levels were agreed."""

    cycle: str
    agreed_on: date


@dataclass(frozen=True)
class HistoryRow:
    """One competency over the cycles; None where no level was agreed."""

    version: CompetencyVersion
    cells: list[tuple[Column, int | None]]
    has_moved_up: bool


@dataclass(frozen=True)
class History:
    """Oldest cycle first. Empty when nothing was agreed before the cycle of the page."""

    columns: list[Column]
    rows: list[HistoryRow]

    @property
    def moved_up(self) -> list[HistoryRow]:
        return [row for row in self.rows if row.has_moved_up]


@dataclass(frozen=True)
class Agreed:
    """All levels agreed for one competency: earlier ones oldest first, and the one of the cycle of the page."""

    version: CompetencyVersion
    earlier: Sequence[AgreedLevel]
    now: AgreedLevel | None
    has_moved_up: bool


def history(assessment: Assessment, competencies: Sequence[Agreed]) -> History:
    """No query: wants the cycles of the earlier levels loaded."""
    cycles: dict[int, Column] = {}
    for one in competencies:
        for level in one.earlier:
            cycles[level.assessment_id] = Column(level.assessment.cycle.name, level.agreed_on)
    shown = sorted(cycles, key=lambda pk: (cycles[pk].agreed_on, pk))[-MOST_CYCLES:]
    if not shown:
        return History([], [])
    columns = [cycles[pk] for pk in shown]
    if assessment.agreed_at and assessment.talk_on:
        columns.append(Column(assessment.cycle.name, assessment.talk_on))
    rows = []
    for one in competencies:
        by_cycle = {level.assessment_id: level.level for level in one.earlier}
        levels = [by_cycle.get(pk) for pk in shown]
        if assessment.agreed_at and assessment.talk_on:
            levels.append(one.now.level if one.now else None)
        if any(level is not None for level in levels):
            rows.append(HistoryRow(one.version, list(zip(columns, levels, strict=True)), one.has_moved_up))
    return History(columns, rows)
