"""Other viewpoints beside the staff's: customers, and what the leadership wants; with the gaps between them."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.surveys.models import Campaign, DesiredLevel, UnitRelease, UnitSnapshot
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.results import Scores, UnitResults, scores_of
from assessments.surveys.scoring import signed, whole
from core.constructs import Construct
from people.access import Viewer

READ_FROM = 10  # points: the customers' questions differ, so smaller gaps are not read (method.md, section 9)


@dataclass(frozen=True)
class OutsideGap:
    """Employees' index less the customers', from unrounded values; `words` are empty below ten points."""

    construct: Construct
    employees: int
    customers: int
    points: str
    words: str


def customers_release(viewer: Viewer) -> UnitRelease | None:
    """The newest published customers' results that are shared with the viewer; None where not shown."""
    return (
        UnitRelease.objects.select_related("unit__campaign")
        .only("layout", "constructs", "unit__invited", "unit__campaign__form", "unit__campaign__minimum_group")
        .filter(unit__campaign__audience=Campaign.Audience.CUSTOMERS, unit__campaign__state=Campaign.State.PUBLISHED)
        .filter(unit__in=UnitSnapshot.objects.tops_visible_to(viewer), hidden="")
        .order_by("-unit__campaign__closes_at", "-unit__campaign_id")
        .first()
    )


def customers_scores(voice: UnitRelease | None) -> Scores | None:
    """The seven Cs of what `customers_release` found."""
    return scores_of(voice, "Customers", layout_of(voice.unit.campaign.form_id)) if voice else None


def outside_gaps(shown: UnitResults, customers: Scores | None) -> tuple[OutsideGap, ...]:
    """Inside against outside for the whole organisation; only the Cs that both sides show."""
    if not (shown.organisation and customers):
        return ()
    found = []
    for outside in customers.constructs:
        inside = shown.organisation.of(outside.construct)
        if inside is None or inside.exact is None or outside.exact is None:
            continue
        points = inside.exact - outside.exact
        found.append(
            OutsideGap(outside.construct, inside.index or 0, outside.index or 0, signed(points), outside_words(points))
        )
    return tuple(found)


def outside_words(points: float) -> str:
    """How to read an outside-in gap, by its displayed number."""
    if abs(whole(points)) < READ_FROM:
        return ""
    if points > 0:
        return "We see ourselves in a better light than customers do."
    return "Customers see us in a better light than we do."


def desired_levels() -> dict[Construct, int]:
    """Where the leadership wants each C to stand; empty before it has said so. One query."""
    return {Construct(level.construct): level.index for level in DesiredLevel.objects.all()}
