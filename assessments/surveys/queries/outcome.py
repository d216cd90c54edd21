"""What goes with the outcome: the stored shares for HR and executives, one sentence of them for managers (method.md, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assessments.surveys import drivers
from assessments.surveys.models import CampaignAnalysis
from assessments.surveys.queries.results import Scores
from assessments.surveys.scoring import displayed, whole
from core.constructs import Construct
from people.access import Role, Viewer


@dataclass(frozen=True)
class Link:
    """One C and the outcome. `share` is empty where shares are refused."""

    construct: Construct
    share: int | None
    r: str
    interval: str
    firmness: str
    priority: str


@dataclass(frozen=True)
class Links:
    """`title` and `refusal` say what the numbers are and why some are not there."""

    title: str
    n: int
    refusal: str
    explained: int | None
    rows: tuple[Link, ...]
    alike: tuple[str, ...]
    sentence: str

    def of(self, construct: Construct) -> Link | None:
        return next((row for row in self.rows if row.construct == construct), None)

    @property
    def words(self) -> str:
        """All that managers read: which two, and how firmly; else why nothing can be said."""
        return self.sentence or self.refusal


def may_read(viewer: Viewer) -> bool:
    """Whether the numbers are the viewer's to read; managers get words (method.md, section 14)."""
    return viewer.has(Role.HR_ADMIN, Role.EXECUTIVE)


def links(campaign_pk: int, organisation: Scores | None) -> Links | None:
    """Of a whole campaign, with the field of the priority grid that each C stands in. One query.

    None where nothing was computed: the form asks no outcome, or the organisation itself is not shown.
    """
    content = CampaignAnalysis.objects.filter(campaign=campaign_pk).values_list("content", flat=True).first()
    shown = organisation.constructs if organisation else ()
    return links_in(content or {}, {score.construct: score.exact for score in shown if score.exact is not None})


def links_in(content: Mapping[str, Any], index: Mapping[Construct, float]) -> Links | None:
    """The same from what is stored; `index` holds the exact scores of the whole organisation that are shown."""
    found = content.get("drivers")
    if not found:
        return None
    constructs = [Construct(key) for key in found["constructs"]]
    rows = tuple(_link(construct, place, found, index) for place, construct in enumerate(constructs))
    return Links(
        title=_title(found),
        n=found["n"],
        refusal=found["refusal"],
        explained=whole(100 * found["r_squared"]) if found["r_squared"] is not None else None,
        rows=rows,
        alike=tuple(
            f"In your data {constructs[a].short} and {constructs[b].short} behave like one." for a, b in found["alike"]
        ),
        sentence=_sentence(rows),
    )


def _title(found: Mapping[str, Any]) -> str:
    if found["shares"]:
        return "What goes with the outcome"
    return "Early signs" if found["links"] else "No links shown"


def _link(construct: Construct, place: int, found: Mapping[str, Any], index: Mapping[Construct, float]) -> Link:
    simple = found["links"][place] if found["links"] else None
    share = found["shares"][place] if found["shares"] else None
    firm = found["firm"][place] if found["firm"] else None
    field = ""
    if share is not None and construct in index:
        own_mean = sum(index.values()) / len(index)
        field = drivers.priority(share, len(found["constructs"]), index[construct], own_mean)
    return Link(
        construct=construct,
        share=None if share is None else whole(100 * share),
        r=two(simple[0]) if simple else "",
        interval=f"{two(simple[1])} to {two(simple[2])}" if simple else "",
        firmness="" if firm is None else "firm" if firm else "tentative",
        priority=field,
    )


def _sentence(rows: tuple[Link, ...]) -> str:
    """The two that go most with the outcome; "" where shares are refused."""
    shown = sorted((row for row in rows if row.share is not None), key=lambda row: -(row.share or 0))
    if len(shown) < drivers.TOP:
        return ""
    first, second = shown[: drivers.TOP]
    firm = "firm" if first.firmness == second.firmness == "firm" else "tentative"
    return f"{first.construct.short} and {second.construct.short} go most with the outcome ({firm})."


def two(value: float | None) -> str:
    """Two decimals, as statistics are shown."""
    return "" if value is None else str(displayed(value, 2)).replace("-", "−")
