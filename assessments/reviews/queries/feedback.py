"""What a rater is asked about a colleague or supplier, and what they have answered. Read by the rater alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from assessments.competencies import queries as library
from assessments.competencies.models import CompetencyVersion, Level
from assessments.competencies.queries import LevelText
from assessments.reviews import tokens
from assessments.reviews.models import Assessment, Feedback, FeedbackRating, Rater, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.queries.asking import Asked
from people.models import Employee

MOST_FOR_EXTERNALS = 5  # competencies an external is asked about: a few minutes, focus first
MINUTES_PER_FIVE = 3


def asked_of(rater: Rater) -> list[Asked]:
    """The competencies of the person's role; for externals a few of them, those in focus first."""
    everything = asking.asked(rater.assessment)
    if not rater.is_external:
        return everything
    chosen = sorted(everything, key=lambda one: not one.is_focus)[:MOST_FOR_EXTERNALS]
    return [one for one in everything if one in chosen]


@dataclass(frozen=True)
class Question:
    """One competency on the form, with its levels and what the rater has answered."""

    version: CompetencyVersion
    levels: list[LevelText]
    zero: Level | None
    rating: FeedbackRating | None

    @property
    def pk(self) -> int:
        return self.version.pk

    @property
    def revision(self) -> int:
        return self.rating.revision if self.rating else 0

    @property
    def is_answered(self) -> bool:
        return self.rating is not None

    @property
    def level(self) -> int | None:
        return self.rating.level if self.rating else None

    @property
    def answer_words(self) -> str:
        """The answer as its author reads it back."""
        if self.rating is None:
            return "left open"
        names = {level.value: level.name for level in self.levels}
        if self.zero:
            names[self.zero.value] = self.zero.name
        return "cannot judge" if self.level is None else f"{self.level} {names.get(self.level, '')}"


@dataclass(frozen=True)
class FeedbackPage:
    """The form of one rater. `feedback` is None before the first save."""

    rater: Rater
    questions: list[Question]
    feedback: Feedback | None
    is_writable: bool

    @property
    def assessment(self) -> Assessment:
        return self.rater.assessment

    @property
    def about(self) -> Employee:
        return self.assessment.employee

    @property
    def cycle(self) -> ReviewCycle:
        return self.assessment.cycle

    @property
    def is_submitted(self) -> bool:
        return self.feedback is not None and self.feedback.is_submitted

    @property
    def words_revision(self) -> int:
        return self.feedback.revision if self.feedback else 0

    @cached_property
    def answered(self) -> int:
        return sum(question.is_answered for question in self.questions)

    @property
    def minutes(self) -> int:
        return max(2, -(-len(self.questions) * MINUTES_PER_FIVE // 5))

    def question(self, version: int) -> Question | None:
        return next((one for one in self.questions if one.pk == version), None)


def page(rater: Rater, *, on: date) -> FeedbackPage:
    """A handful of queries whatever the number of competencies. Wants the rater's assessment, person and cycle."""
    feedback = Feedback.objects.filter(rater=rater).prefetch_related("ratings").first()
    ratings = {one.version_id: one for one in feedback.ratings.all()} if feedback else {}
    order = [one.version.pk for one in asked_of(rater)]
    versions = library.with_text(CompetencyVersion.objects.filter(pk__in=order)).in_bulk()
    return FeedbackPage(
        rater=rater,
        questions=[
            Question(
                version := versions[pk],
                library.levels_of(version),
                next((level for level in version.scale.levels.all() if level.value == 0), None),
                ratings.get(pk),
            )
            for pk in order
        ],
        feedback=feedback,
        is_writable=rater.is_asked and rater.assessment.cycle.takes_feedback(on),
    )


def rater_of_token(token: str) -> Rater | None:
    """Whom a link opens the form for; None for a link that opens nothing, or nothing any more."""
    asked = Rater.objects.asked().select_related("assessment__cycle", "assessment__employee")
    return asked.filter(token_digest=tokens.digest(token)).first() if token else None


# --- what waits for a colleague ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Assignment:
    """One person whom the viewer is asked about."""

    rater: Rater
    is_submitted: bool
    has_begun: bool

    @property
    def about(self) -> Employee:
        return self.rater.assessment.employee

    @property
    def cycle(self) -> ReviewCycle:
        return self.rater.assessment.cycle


def assignments(me: Employee, *, on: date) -> list[Assignment]:
    """Whom the viewer is asked about in running cycles, soonest first; nothing once the reports are being made."""
    asked = (
        Rater.objects.asked()
        .filter(
            employee=me,
            assessment__cycle__state=ReviewCycle.State.OPEN,
            assessment__is_excused=False,
            assessment__cycle__released_at=None,
            assessment__cycle__feedback_due_on__gte=on,
            assessment__cycle__closes_on__gte=on,
        )
        .select_related("assessment__cycle", "assessment__employee__job_role", "feedback")
        .order_by("assessment__cycle__feedback_due_on", "assessment__employee__name", "pk")
    )
    found = []
    for rater in asked:
        feedback: Feedback | None = getattr(rater, "feedback", None)
        found.append(Assignment(rater, feedback is not None and feedback.is_submitted, feedback is not None))
    return found
