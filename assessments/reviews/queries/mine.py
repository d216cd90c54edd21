"""What is expected of the viewer, and their assessments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from assessments.competencies import queries as library
from assessments.competencies.queries import LevelText, RoleNeeds
from assessments.reviews.models import AgreedLevel, Assessment, Rating, Review
from assessments.reviews.queries import asking
from assessments.reviews.queries.evidence import LOOKS_BACK
from people.access import Viewer
from people.models import Employee
from recognition import queries as recognition


@dataclass(frozen=True)
class MyRow:
    """What the role needs in one competency, its indicators, the last level on record, and how many words name it."""

    key: str
    name: str
    definition: str
    required: int
    is_focus: bool
    levels: list[LevelText]
    evidence: int
    last: int | None
    last_words: str


@dataclass(frozen=True)
class MyAssessment:
    """One assessment of the viewer in the list: newest first."""

    assessment: Assessment
    review: Review
    answered: int
    total: int
    has_manager: bool

    @property
    def is_running(self) -> bool:
        return self.assessment.cycle.state == self.assessment.cycle.State.OPEN

    @property
    def minutes_left(self) -> int:
        return (self.total - self.answered) * asking.MINUTES_EACH


@dataclass(frozen=True)
class MyPage:
    employee: Employee
    role: RoleNeeds | None
    rows: list[MyRow]
    assessments: list[MyAssessment]

    @property
    def current(self) -> MyAssessment | None:
        return next((one for one in self.assessments if one.is_running), None)


def my_page(employee: Employee, *, evidence: Mapping[int, int] | None = None) -> MyPage:
    """What is expected of the viewer, and their assessments. `evidence` is of `evidence_counts`, for the page that shows it."""
    role = library.expected_of(employee)
    last = _last_levels(employee)
    rows = [
        MyRow(
            need.competency.key,
            need.version.name,
            need.version.definition,
            need.required_level,
            need.is_focus,
            [level for level in library.levels_of(need.version) if level.value <= need.required_level],
            (evidence or {}).get(need.competency.pk, 0),
            *last.get(need.competency.pk, (None, "")),
        )
        for need in (role.needs if role else [])
    ]
    return MyPage(employee, role, rows, my_assessments(employee))


def evidence_counts(viewer: Viewer, *, on: date) -> Mapping[int, int]:
    """Praise to the viewer and feedback they asked for in the last six months that name a competency, by its id."""
    me = viewer.employee
    return recognition.named_counts(me, viewer, since=on - LOOKS_BACK) if me else {}


def my_assessments(employee: Employee) -> list[MyAssessment]:
    """Newest cycle first, with how far one's own answers have come."""
    reviews = (
        Review.objects.filter(assessment__employee=employee, kind=Review.Kind.SELF, by=employee)
        .select_related("assessment__cycle", "assessment__employee", "assessment__manager")
        .prefetch_related("ratings")
        .order_by("-assessment__cycle__closes_on", "-pk")
    )
    totals = asking.totals([review.assessment for review in reviews])
    shared = set(
        Review.objects.shared()
        .filter(assessment__employee=employee, kind=Review.Kind.MANAGER)
        .values_list("assessment_id", flat=True)
    )
    return [
        MyAssessment(
            review.assessment,
            review,
            sum(rating.answer != Rating.Answer.OPEN for rating in review.ratings.all()),
            totals[review.assessment_id],
            review.assessment_id in shared,
        )
        for review in reviews
    ]


def _last_levels(employee: Employee) -> dict[int, tuple[int, str]]:
    """By competency: the newest agreed level, else the manager's view once both have shared, else one's own shared view."""
    found: dict[int, tuple[int, str]] = {}
    mine = Assessment.objects.filter(employee=employee)
    readable = Q(review__kind=Review.Kind.SELF) | Q(review__assessment__in=mine.open_to_both())
    views = Rating.objects.filter(readable, review__assessment__in=mine, review__state=Review.State.SHARED)
    # The newest cycle last, and in it the manager's view after one's own.
    in_order = views.order_by("review__assessment__cycle__launched_at", "-review__kind", "pk")
    for rating in in_order.select_related("version__competency", "review"):
        if rating.level is not None:
            words = "your own view" if rating.review.is_own else "your manager’s view"
            found[rating.version.competency.counts_for_id] = (rating.level, words)
    levels = AgreedLevel.objects.filter(assessment__employee=employee).select_related("competency")
    for agreed in levels.order_by("agreed_on", "pk"):
        found[agreed.competency.counts_for_id] = (agreed.level, "agreed")
    return found
