"""What we learned: the page of results for everyone, with what was promised and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from actions.queries import PromiseRow
from actions.queries.board import commitments, promises_to
from assessments.surveys.models import UnitSnapshot
from assessments.surveys.queries import explorer
from assessments.surveys.queries.explorer import Row, UnitPage
from people.access import Viewer

NAMED = 3  # strengths, gaps
FEWEST = 2 * NAMED  # Cs shown, so that nothing is a strength and a gap at once
LOOK_BACK = timedelta(days=550)  # promises of the wave before


@dataclass(frozen=True)
class SummaryPage:
    """`strengths` and `gaps` are the three highest and lowest Cs of the whole organisation; empty where too few are shown."""

    page: UnitPage
    strengths: tuple[Row, ...]
    gaps: tuple[Row, ...]
    commitments: tuple[PromiseRow, ...]
    promises: tuple[PromiseRow, ...]
    kept: int
    my_place: int


def summary_page(viewer: Viewer, top: UnitSnapshot, *, at: datetime) -> SummaryPage:
    """A fixed number of queries. `top` is the whole organisation of a campaign that the viewer may read."""
    today = timezone.localdate(at)
    page = explorer.unit_page(viewer, top)
    shown = sorted(
        (row for row in page.table.rows if row.score.exact is not None),
        key=lambda row: (-(row.score.exact or 0), row.score.construct.number),
    )
    enough = len(shown) >= FEWEST
    since = timezone.localdate(page.results.closed_at) - LOOK_BACK
    promises = promises_to(viewer.employee, on=today, since=since, viewer=viewer) if viewer.employee else []
    own = [row for row in promises if not row.is_commitment]
    return SummaryPage(
        page=page,
        strengths=tuple(shown[:NAMED]) if enough else (),
        gaps=tuple(reversed(shown[-NAMED:])) if enough else (),
        commitments=tuple(commitments(on=today)),
        promises=tuple(own),
        kept=sum(row.state == "done" for row in own),
        my_place=page.my_place,
    )
