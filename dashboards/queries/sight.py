"""Linked on paper, believed in: the goals' coverage of each department beside what its people say of them.

Two numbers of a group side by side. Nobody's goals are joined with anybody's answers, so a cell names units, never people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assessments.surveys import cells
from assessments.surveys.cells import Hidden
from assessments.surveys.models import Item, UnitRelease, UnitSnapshot
from assessments.surveys.scoring import whole
from assessments.surveys.vectors import Layout
from core.constructs import Construct
from goals.models import GoalCycle, UnitSummary
from people.access import Viewer

BELIEVED = "COM1"  # the one statement of the shipped questionnaire about the goals themselves
ENOUGH = 65  # percent, where "good" begins; for both sides
FEWEST = 5  # people of a unit whose coverage is said
CAPS = {1: ("90% or more", 95), -1: ("10% or less", 5)}


@dataclass(frozen=True)
class UnitSight:
    """One department: the share of its people with a goal that leads up, and the share who agree, in words."""

    name: str
    place: int
    linked: int
    agree: str


@dataclass(frozen=True)
class Sight:
    """The four fields, units in the order of the organisation; `missing` departments show one of the two not at all."""

    campaign_pk: int
    statement: str
    both: tuple[UnitSight, ...]
    paper_only: tuple[UnitSight, ...]
    heads_only: tuple[UnitSight, ...]
    neither: tuple[UnitSight, ...]
    missing: int
    enough: int = ENOUGH

    @property
    def words(self) -> str:
        """What to do about the field that holds most units."""
        fields = (
            (self.paper_only, "Explain the goals rather than link more of them."),
            (self.heads_only, "People carry the goals: link their work to them."),
            (self.neither, "Begin with the goals: fewer, and told in person."),
            (self.both, "The line holds. Keep telling what it led to."),
        )
        return max(fields, key=lambda field: len(field[0]))[1]


def sight(top: UnitSnapshot, layout: Layout, cycle: GoalCycle | None, viewer: Viewer) -> Sight | None:
    """None where the survey does not ask the statement, or before any department shows both sides. Three queries."""
    places = {
        slot.code: place for place, slot in enumerate(layout.statements) if slot.construct == Construct.COMMITMENT
    }
    if cycle is None or BELIEVED not in places:
        return None
    seen = UnitSnapshot.objects.visible_to(viewer).filter(campaign=top.campaign_id, depth=top.depth + 1)
    released = UnitRelease.objects.filter(unit__in=seen).order_by("unit__place")
    stored = list(released.values_list("unit__unit", "unit__name", "unit__place", "hidden", "layout", "items"))
    summaries = UnitSummary.objects.filter(cycle=cycle, unit__in=[unit for unit, *_ in stored if unit])
    totals = {unit: (people, covered) for unit, people, covered in summaries.values_list("unit", "people", "covered")}
    fields: dict[tuple[bool, bool], list[UnitSight]] = {}
    for unit, name, place, hidden, layout_number, items in stored:
        people, covered = totals.get(unit, (0, 0))
        if people < FEWEST or hidden:
            continue
        agree = _agree(cells.unpack(items, "items", layout_number)[places[BELIEVED]])
        if agree is None:
            continue
        linked = whole(100 * covered / people)
        found = UnitSight(name, place, linked, agree[0])
        fields.setdefault((linked >= ENOUGH, agree[1] >= ENOUGH), []).append(found)
    if not fields:
        return None
    text = Item.objects.filter(code=BELIEVED, placements__form=top.campaign.form_id).values_list("text", flat=True)
    return Sight(
        campaign_pk=top.campaign_id,
        statement=text.first() or "",
        both=tuple(fields.get((True, True), ())),
        paper_only=tuple(fields.get((True, False), ())),
        heads_only=tuple(fields.get((False, True), ())),
        neither=tuple(fields.get((False, False), ())),
        missing=len(stored) - sum(map(len, fields.values())),
    )


def _agree(record: Any) -> tuple[str, int] | None:
    """The share who agree by a released record (`cells.ITEM`), as it is said and as a number to sort by; None where hidden."""
    if record["hidden"] != Hidden.NO:
        return None
    if cap := int(record["cap"]):
        return CAPS[cap]
    percent = whole(100 * int(record["favourable"]) / int(record["n"]))
    return f"{percent}%", percent
