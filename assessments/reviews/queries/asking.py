"""What a rater is asked, what they have answered so far, and what is missing before they can share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assessments.competencies import queries as library
from assessments.competencies.models import CompetencyVersion, Expectation, Level
from assessments.competencies.queries import LevelText
from assessments.reviews import scoring
from assessments.reviews.models import AgreedLevel, Assessment, CycleCompetency, Obstacle, Rating, Review
from assessments.reviews.queries import evidence
from assessments.reviews.queries.evidence import Evidence
from people.access import Viewer
from people.models import Employee

MINUTES_EACH = 2  # for one competency, as the pages promise


@dataclass(frozen=True)
class Asked:
    """A competency the assessment asks about. `required` is None for someone whose role has no profile."""

    version: CompetencyVersion
    required: int | None
    is_focus: bool

    @property
    def key(self) -> str:
        return self.version.competency.key


def asked(assessment: Assessment) -> list[Asked]:
    """The pinned competencies that are part of the role, in library order; all of them without a role profile."""
    pinned = (
        CycleCompetency.objects.filter(cycle=assessment.cycle_id)
        .select_related("version__competency", "version__cluster")
        .order_by("order")
    )
    needs = {
        competency: (level, is_focus)
        for competency, level, is_focus in Expectation.objects.filter(
            profile=assessment.profile_id, profile__isnull=False
        ).values_list("competency_id", "required_level", "is_focus")
    }
    if assessment.profile_id is None:
        return [Asked(pin.version, None, False) for pin in pinned]
    return [
        Asked(pin.version, *needs[pin.version.competency_id]) for pin in pinned if pin.version.competency_id in needs
    ]


def totals(assessments: Collection[Assessment]) -> dict[int, int]:
    """How many competencies each assessment asks about, in two queries for any number of them."""
    pinned: dict[int, set[int]] = defaultdict(set)
    for cycle, competency in CycleCompetency.objects.filter(
        cycle__in={assessment.cycle_id for assessment in assessments}
    ).values_list("cycle_id", "version__competency_id"):
        pinned[cycle].add(competency)
    needed: dict[int, set[int]] = defaultdict(set)
    profiles = {assessment.profile_id for assessment in assessments if assessment.profile_id}
    for profile, competency in Expectation.objects.filter(profile__in=profiles).values_list(
        "profile_id", "competency_id"
    ):
        needed[profile].add(competency)
    return {
        assessment.pk: len(
            pinned[assessment.cycle_id] & needed[assessment.profile_id]
            if assessment.profile_id
            else pinned[assessment.cycle_id]
        )
        for assessment in assessments
    }


def previous_levels(assessment: Assessment) -> dict[int, AgreedLevel]:
    """The last level agreed in an earlier cycle, by the id of the competency that it counts for today."""
    return {competency: levels[-1] for competency, levels in earlier_levels(assessment).items()}


def earlier_levels(assessment: Assessment) -> dict[int, list[AgreedLevel]]:
    """All levels agreed in earlier cycles, oldest first, by the id of the competency that they count for today."""
    earlier = (
        AgreedLevel.objects.filter(assessment__employee=assessment.employee_id)
        .exclude(assessment=assessment)
        .select_related("competency", "assessment__cycle")
        .order_by("agreed_on", "pk")
    )
    if assessment.cycle.launched_at:
        earlier = earlier.filter(assessment__cycle__launched_at__lt=assessment.cycle.launched_at)
    found: dict[int, list[AgreedLevel]] = defaultdict(list)
    for level in earlier:
        found[level.competency.counts_for_id].append(level)
    return dict(found)


def ratings_of(review: Review) -> dict[int, Rating]:
    """Stored ratings by competency version id."""
    return {rating.version_id: rating for rating in review.ratings.all()}


# --- before sharing ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SummaryRow:
    """One competency in the summary. `missing` says in words what is still needed before sharing."""

    asked: Asked
    rating: Rating | None
    missing: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """No level has been chosen yet."""
        return self.rating is None or self.rating.answer == Rating.Answer.OPEN

    @property
    def obstacles(self) -> list[str]:
        return obstacle_words(self.rating)


def summary_rows(review: Review) -> list[SummaryRow]:
    ratings = ratings_of(review)
    previous = previous_levels(review.assessment)
    rows = []
    for one in asked(review.assessment):
        rating = ratings.get(one.version.pk)
        last = previous.get(one.version.competency_id)
        rows.append(SummaryRow(one, rating, _missing(one, rating, last.level if last else None)))
    return rows


def _missing(one: Asked, rating: Rating | None, previous: int | None) -> tuple[str, ...]:
    if rating is None or rating.answer == Rating.Answer.OPEN:
        return ("a level",)
    found = []
    if scoring.needs_example(rating.level, previous) and not rating.example.strip():
        found.append("an example")
    if scoring.asks_context(rating.level, one.required) and not rating.obstacles:
        found.append("what is in the way")
    return tuple(found)


def obstacle_words(*ratings: Rating | None) -> list[str]:
    """What the raters ticked, each once, in the order of the question."""
    from_all = {key for rating in ratings if rating for key in rating.obstacles}
    return [str(obstacle.label) for obstacle in Obstacle if obstacle in from_all]


@dataclass(frozen=True)
class SummaryPage:
    review: Review
    assessment: Assessment
    rows: list[SummaryRow]
    zero: str

    @property
    def title(self) -> str:
        return title_of(self.review)

    @cached_property
    def missing(self) -> int:
        return sum(bool(row.missing) for row in self.rows)

    @property
    def first_missing(self) -> SummaryRow | None:
        return next((row for row in self.rows if row.missing), None)

    @property
    def other(self) -> Employee | None:
        """Who reads this once both have shared."""
        return self.assessment.manager if self.review.is_own else self.assessment.employee


def title_of(review: Review) -> str:
    who = "Self-assessment" if review.is_own else f"Review of {review.assessment.employee.name}"
    return f"{who}, {review.assessment.cycle.name}"


def summary_page(review: Review) -> SummaryPage:
    rows = summary_rows(review)
    return SummaryPage(review, review.assessment, rows, zero_of([row.asked for row in rows]))


def scale_of(all_asked: Iterable[Asked]) -> list[Level]:
    """The levels of the cycle's scale, 0 upward; a launch wants one scale."""
    scales = [one.version.scale_id for one in all_asked]
    return list(Level.objects.filter(scale__in=scales[:1]))


def zero_of(all_asked: Iterable[Asked]) -> str:
    """What level 0 is called."""
    return next((level.name for level in scale_of(all_asked) if level.value == 0), "")


# --- one competency ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    key: str
    name: str
    is_answered: bool
    is_here: bool


@dataclass(frozen=True)
class RatePage:
    """One competency to rate, with its place in the whole and what exists as evidence beside it."""

    review: Review
    assessment: Assessment
    steps: list[Step]
    asked: Asked
    levels: list[LevelText]
    zero: Level | None
    rating: Rating | None
    previous: AgreedLevel | None
    evidence: list[Evidence]
    own_view: Rating | None = None  # what the person shared, for their manager and in no blind cycle

    @property
    def title(self) -> str:
        return title_of(self.review)

    @property
    def own_view_words(self) -> str:
        """The person's own level in words; beside the manager's choice."""
        if self.own_view is None or self.own_view.level is None:
            return "not assessed"
        if not self.own_view.level:
            return self.zero.name.lower() if self.zero else "level 0"
        return next(f"level {one.value}, {one.name}" for one in self.levels if one.value == self.own_view.level)

    @property
    def own_view_obstacles(self) -> str:
        return ", ".join(obstacle_words(self.own_view)).lower()

    @property
    def place(self) -> int:
        return next(number for number, step in enumerate(self.steps, start=1) if step.is_here)

    @property
    def answered(self) -> int:
        return sum(step.is_answered for step in self.steps)

    @property
    def answered_percent(self) -> float:
        return 100 * self.answered / len(self.steps)

    @property
    def before(self) -> Step | None:
        return self.steps[self.place - 2] if self.place > 1 else None

    @property
    def after(self) -> Step | None:
        return self.steps[self.place] if self.place < len(self.steps) else None

    @property
    def minutes_each(self) -> int:
        return MINUTES_EACH

    @property
    def example_levels(self) -> list[int]:
        """The levels that want an example before the review can be shared."""
        last = self.previous.level if self.previous else None
        values = (0, *(level.value for level in self.levels))
        return [value for value in values if scoring.needs_example(value, last)]


def rate_page(review: Review, key: str, viewer: Viewer, *, on: date) -> RatePage | None:
    """None when the review does not ask about such a competency."""
    assessment = review.assessment
    everything = asked(assessment)
    here = next((one for one in everything if one.key == key), None)
    if here is None:
        return None
    ratings = ratings_of(review)
    version = library.with_text(CompetencyVersion.objects.filter(pk=here.version.pk)).get()
    open_ = Rating.Answer.OPEN
    return RatePage(
        review=review,
        assessment=assessment,
        steps=[
            Step(
                one.key,
                one.version.name,
                is_answered=bool((rating := ratings.get(one.version.pk)) and rating.answer != open_),
                is_here=one is here,
            )
            for one in everything
        ],
        asked=Asked(version, here.required, here.is_focus),
        levels=library.levels_of(version),
        zero=next((level for level in version.scale.levels.all() if level.value == 0), None),
        rating=ratings.get(version.pk),
        previous=previous_levels(assessment).get(version.competency_id),
        evidence=evidence.about(assessment, version.competency, viewer, on=on),
        own_view=_own_view(review, version, viewer),
    )


def _own_view(review: Review, version: CompetencyVersion, viewer: Viewer) -> Rating | None:
    """What the person shared about it, for the manager who reviews them now. Never in a blind cycle."""
    assessment, me = review.assessment, viewer.employee
    if review.is_own or assessment.cycle.is_blind or me is None or not assessment.is_reviewed_by(me):
        return None
    shared = Review.objects.shared().filter(assessment=assessment, kind=Review.Kind.SELF)
    return Rating.objects.filter(review__in=shared, version=version).first()


def first_open_key(review: Review) -> str | None:
    """Where to go on: the first competency without an answer; None when all are answered or nothing is asked."""
    ratings = ratings_of(review)
    for one in asked(review.assessment):
        rating = ratings.get(one.version.pk)
        if rating is None or rating.answer == Rating.Answer.OPEN:
            return one.key
    return None
