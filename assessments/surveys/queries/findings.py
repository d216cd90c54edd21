"""What stands out on a page of results, in one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.surveys.queries.beside import OutsideGap
from assessments.surveys.queries.changes import Change
from assessments.surveys.queries.results import Gap
from core.constructs import Construct


@dataclass(frozen=True)
class Finding:
    """One thing that stands out, in one line."""

    construct: Construct
    words: str


def standing_out(gaps: Sequence[Gap], outside: Sequence[OutsideGap], since: Sequence[Change]) -> tuple[Finding, ...]:
    """The widest gap between leaders and staff, the widest read gap to the customers, and clear changes."""
    found = [Finding(gap.construct, f"{gap.words}.") for gap in gaps[:1]]
    apart = sorted((gap for gap in outside if gap.words), key=lambda gap: -abs(gap.employees - gap.customers))
    found += [Finding(gap.construct, f"{gap.words} ({gap.points})") for gap in apart[:1]]
    found += [
        Finding(change.construct, f"{change.words[0].upper()}{change.words[1:]}.") for change in since if change.flag
    ]
    return tuple(found)
