"""The levels of a manager's own team, people by competencies, and what holds people back. Named: the manager rates them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from assessments.competencies.models import CompetencyVersion, Expectation
from assessments.reviews import scoring
from assessments.reviews.models import (
    OF_THE_CONTEXT,
    SMALLEST_GROUP,
    AgreedLevel,
    Assessment,
    AssessmentQuerySet,
    CycleCompetency,
    Obstacle,
    Rating,
    RatingSpread,
    Review,
    ReviewCycle,
    UnitSummary,
)
from assessments.reviews.scoring import Line, Source
from people.models import Employee

_WORDS = {str(obstacle): str(obstacle.label).lower() for obstacle in Obstacle}
_TONES = {-1: "mixed", 0: "good"}


@dataclass(frozen=True)
class Cell:
    """One person in one competency. `is_asked` is False where the competency is no part of the role."""

    line: Line
    source: Source | None
    obstacles: frozenset[str]
    is_asked: bool = True

    @property
    def level(self) -> int | None:
        return self.line.level

    @property
    def required(self) -> int | None:
        return self.line.required

    @property
    def tone(self) -> str:
        """Which of the four colours: two below, one below, at the needed level, above it."""
        if self.level is None or self.line.gap is None:
            return "none"
        return "strong" if self.line.gap > 0 else _TONES.get(self.line.gap, "low")

    @property
    def gap_words(self) -> str:
        gap = self.line.gap
        if gap is None:
            return ""
        return f"{abs(gap)} {'below' if gap < 0 else 'above'}" if gap else "as needed"

    @property
    def source_words(self) -> str:
        """Whose level it is."""
        words = {Source.AGREED: "agreed", Source.MANAGER: "your view", Source.OWN: "own view"}
        return words[self.source] if self.source else ""

    @property
    def is_gap(self) -> bool:
        return self.line.shortfall > 0

    @property
    def is_put_down_to_context(self) -> bool:
        return not self.obstacles.isdisjoint(OF_THE_CONTEXT)

    @property
    def obstacle_words(self) -> str:
        return ", ".join(_WORDS[key] for key in _WORDS if key in self.obstacles)


@dataclass(frozen=True)
class PersonRow:
    """One person. `waits_for` says in words why no level can be read yet."""

    assessment: Assessment
    cells: list[Cell]
    is_open: bool
    waits_for: str

    @property
    def employee(self) -> Employee:
        return self.assessment.employee

    @property
    def source_words(self) -> str:
        """Whose levels most of them are; a cell says so only where it is another's."""
        sources = [cell.source_words for cell in self.cells if cell.level is not None]
        return max(sources, key=sources.count, default="")

    @property
    def has_levels(self) -> bool:
        return any(cell.level is not None for cell in self.cells)


@dataclass(frozen=True)
class Gaps:
    """Who is below the needed level, in one competency or in all, and what is in the way."""

    name: str
    key: str
    people: list[tuple[Employee, Cell]]
    assessed: int

    @property
    def has_share(self) -> bool:
        """A share says something from five people up."""
        return len({person.pk for person, _ in self.people}) >= SMALLEST_GROUP

    @property
    def in_context(self) -> int:
        return sum(cell.is_put_down_to_context for _, cell in self.people)

    @property
    def context_percent(self) -> float:
        return 100 * self.in_context / len(self.people)

    @property
    def mostly(self) -> str:
        """The two context answers ticked most."""
        ticked = Counter(key for _, cell in self.people for key in cell.obstacles if key in OF_THE_CONTEXT)
        most = sorted(ticked, key=lambda key: (-ticked[key], list(_WORDS).index(key)))[:2]
        return " and ".join(_WORDS[key] for key in most)


@dataclass(frozen=True)
class MatrixPage:
    cycle: ReviewCycle | None
    cycles: list[ReviewCycle]
    columns: list[CompetencyVersion]
    rows: list[PersonRow]
    sees_spreads: bool = False
    sees_levels: bool = False

    @property
    def readable(self) -> list[PersonRow]:
        return [row for row in self.rows if row.has_levels]

    @cached_property
    def gaps(self) -> list[Gaps]:
        """Competencies in which somebody is below the needed level, in the order of the library."""
        found = [self._gaps_of(place, version) for place, version in enumerate(self.columns)]
        return [gaps for gaps in found if gaps.people]

    @cached_property
    def together(self) -> Gaps:
        people = [pair for gaps in self.gaps for pair in gaps.people]
        return Gaps("", "", people, sum(cell.line.gap is not None for row in self.rows for cell in row.cells))

    @property
    def people_words(self) -> str:
        return f"of {len(self.rows)}"

    @property
    def gap_words(self) -> str:
        return f"of {len(self.together.people)}"

    @property
    def assessed_words(self) -> str:
        return f"of {self.together.assessed} levels"

    def _gaps_of(self, place: int, version: CompetencyVersion) -> Gaps:
        column = [(row.employee, row.cells[place]) for row in self.rows]
        return Gaps(
            version.name,
            version.competency.key,
            [pair for pair in column if pair[1].is_gap],
            sum(cell.line.gap is not None for _, cell in column),
        )


def matrix_page(manager: Employee, *, cycle_id: int | None = None) -> MatrixPage:
    """Direct reports of today in one cycle: by name, never by level. Nine queries, whatever the size of the team.

    The newest cycle with a level to read, unless one is named.
    """
    cycles = list(ReviewCycle.objects.exclude(state=ReviewCycle.State.PREPARATION).order_by("-launched_at"))
    cycle = next((one for one in cycles if one.pk == cycle_id), None)
    if cycle_id is None and cycles:
        known = _with_something(manager)
        cycle = next((one for one in cycles if one.pk in known), cycles[0])
    if cycle is None:
        return MatrixPage(None, cycles, [], [])
    assessments = list(
        team_of(manager, cycle).select_related("employee__job_role", "employee__user", "cycle", "manager")
    )
    pins = [
        pin.version
        for pin in CycleCompetency.objects.filter(cycle=cycle).select_related("version__competency").order_by("order")
    ]
    needs = _needs(assessments)
    columns = [version for version in pins if any(_is_asked(assessment, version, needs) for assessment in assessments)]
    agreed = _agreed(assessments)
    ratings = _ratings(assessments, manager)
    rows = [
        PersonRow(
            assessment,
            [_cell(assessment, version, needs, agreed, ratings) for version in columns],
            is_open=assessment.has_own and assessment.has_manager,  # type: ignore[attr-defined]  # with_states
            waits_for=_waits_for(assessment),
        )
        for assessment in assessments
    ]
    return MatrixPage(
        cycle,
        cycles,
        columns,
        rows,
        sees_spreads=RatingSpread.objects.filter(cycle=cycle, manager__manager=manager).exists(),
        sees_levels=UnitSummary.objects.filter(unit__head=manager, unit__is_active=True).exists(),
    )


def team_of(manager: Employee, cycle: ReviewCycle) -> AssessmentQuerySet:
    """Those whom the manager reviews in the cycle, by name."""
    mine = Assessment.objects.filter(cycle=cycle).managed_by(manager).taking_part()
    return mine.filter(employee__is_active=True).with_states().order_by("employee__name", "pk")


def _with_something(manager: Employee) -> set[int]:
    """Cycles in which the manager has shared a review of, or agreed levels with, somebody of today's team."""
    reviewed = Exists(Review.objects.shared().filter(assessment=OuterRef("pk"), kind=Review.Kind.MANAGER, by=manager))
    mine = Assessment.objects.managed_by(manager).filter(Q(agreed_at__isnull=False) | Q(reviewed))
    return set(mine.order_by().values_list("cycle_id", flat=True).distinct())


Needs = Mapping[int, Mapping[int, tuple[int, bool]]]  # profile -> competency -> needed level, is focus
Views = Mapping[tuple[int, int], list[Rating]]  # (assessment, version) -> the shared ratings that may be read


def _needs(assessments: Collection[Assessment]) -> Needs:
    found: dict[int, dict[int, tuple[int, bool]]] = defaultdict(dict)
    profiles = {assessment.profile_id for assessment in assessments}
    for profile, competency, level, is_focus in Expectation.objects.filter(profile__in=profiles - {None}).values_list(
        "profile_id", "competency_id", "required_level", "is_focus"
    ):
        found[profile][competency] = (level, is_focus)
    return found


def _is_asked(assessment: Assessment, version: CompetencyVersion, needs: Needs) -> bool:
    return assessment.profile_id is None or version.competency_id in needs[assessment.profile_id]


def _agreed(assessments: Collection[Assessment]) -> dict[tuple[int, int], int]:
    levels = AgreedLevel.objects.filter(assessment__in=assessments)
    return {
        (one, competency): level for one, competency, level in levels.values_list("assessment", "competency", "level")
    }


def _ratings(assessments: Collection[Assessment], manager: Employee) -> Views:
    """Shared ratings that the manager may read: both views of an open pair, and always the manager's own."""
    ratings = Rating.objects.filter(
        review__assessment__in=assessments, review__state=Review.State.SHARED
    ).select_related("review")
    readable = {assessment.pk: reads_both(assessment) for assessment in assessments}
    reads_own = {assessment.pk: reads_self_assessment(assessment) for assessment in assessments}
    found: dict[tuple[int, int], list[Rating]] = defaultdict(list)
    for rating in ratings:
        review = rating.review
        is_readable = reads_own[review.assessment_id] if review.is_own else readable[review.assessment_id]
        if is_readable or review.by_id == manager.pk:
            found[review.assessment_id, rating.version_id].append(rating)
    return found


def reads_both(assessment: Assessment) -> bool:
    """Wants an assessment of `with_states`."""
    return bool(assessment.has_own and assessment.has_manager)  # type: ignore[attr-defined]


def reads_self_assessment(assessment: Assessment) -> bool:
    """Whether the manager may read the shared self-assessment: in a blind cycle only after sharing too (access.md, row 25)."""
    return reads_both(assessment) or bool(assessment.has_own and not assessment.cycle.is_blind)  # type: ignore[attr-defined]


def _cell(
    assessment: Assessment,
    version: CompetencyVersion,
    needs: Needs,
    agreed: Mapping[tuple[int, int], int],
    ratings: Views,
) -> Cell:
    if not _is_asked(assessment, version, needs):
        return Cell(Line(None, None), None, frozenset(), is_asked=False)
    views = ratings.get((assessment.pk, version.pk), [])
    own = next((rating.level for rating in views if rating.review.is_own), None)
    manager = next((rating.level for rating in views if not rating.review.is_own), None)
    level, source = scoring.counting_level(agreed.get((assessment.pk, version.competency_id)), manager, own)
    needed = needs[assessment.profile_id] if assessment.profile_id else {}
    required, is_focus = needed.get(version.competency_id, (None, False))
    return Cell(Line(level, required, is_focus), source, frozenset(key for rating in views for key in rating.obstacles))


def _waits_for(assessment: Assessment) -> str:
    if not assessment.has_manager:  # type: ignore[attr-defined]
        return "your review is not shared yet"
    return "" if assessment.has_own else "the self-assessment is not shared yet"  # type: ignore[attr-defined]
