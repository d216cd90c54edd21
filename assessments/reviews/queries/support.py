"""What HR reads by a support case: one person's levels as the manager shared them and as they were agreed.

Not the self-assessment, the statement, drafts or what other raters wrote (access.md, rows 24 to 27 and 30).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from assessments.reviews.models import Assessment, AssessmentQuerySet, LevelChange, Review, SupportCase
from assessments.reviews.queries import results
from assessments.reviews.queries.results import ResultRow
from people.access import Viewer


@dataclass(frozen=True)
class CasesPage:
    open: list[SupportCase]
    ended: list[SupportCase]


def cases_page(viewer: Viewer, *, at: datetime) -> CasesPage:
    """The viewer's own cases, the newest first."""
    cases = list(SupportCase.objects.visible_to(viewer).select_related("subject"))
    return CasesPage([case for case in cases if case.is_open(at)], [case for case in cases if not case.is_open(at)])


@dataclass(frozen=True)
class CasePage:
    case: SupportCase
    assessments: list[Assessment]
    is_open: bool


def case_page(case: SupportCase, *, at: datetime) -> CasePage:
    """What may be opened by the case; nothing once it has ended."""
    is_open = case.is_open(at)
    assessments = readable(case, at=at).select_related("cycle").order_by("-cycle__closes_on", "-pk")
    return CasePage(case, list(assessments), is_open)


def readable(case: SupportCase, *, at: datetime) -> AssessmentQuerySet:
    """The person's assessments with a shared review of the manager or agreed levels, while the case is open."""
    if not case.is_open(at):
        return Assessment.objects.none()
    shared = Exists(Review.objects.shared().filter(assessment=OuterRef("pk"), kind=Review.Kind.MANAGER))
    return Assessment.objects.filter(Q(agreed_at__isnull=False) | Q(shared), employee=case.subject_id)


@dataclass(frozen=True)
class CaseResultPage:
    """One assessment as the case shows it: rows without anything of the self-assessment."""

    case: SupportCase
    assessment: Assessment
    rows: list[ResultRow]
    changes: list[LevelChange]
    own_shared: bool


def case_result_page(case: SupportCase, assessment: Assessment, *, on: date) -> CaseResultPage:
    """As a stranger would get it, who reads what is shared and nothing else, less the person's own side."""
    page = results.result_page(assessment, Viewer(None), on=on)
    return CaseResultPage(
        case,
        assessment,
        [ResultRow(row.asked, None, row.manager, row.agreed, None, row.earlier) for row in page.rows],
        page.changes,
        page.has_own,
    )
