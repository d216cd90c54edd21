"""What a person and their manager read: expectations, both views side by side, agreed levels, gaps."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from assessments.competencies.models import LearningKind
from assessments.reviews import folding, offers, scoring
from assessments.reviews.models import OF_THE_CONTEXT, AgreedLevel, Assessment, LevelChange, Rating, Review
from assessments.reviews.offers import Gap, Offer
from assessments.reviews.queries import asking
from assessments.reviews.queries.asking import Asked
from assessments.reviews.queries.history import Agreed, History, history
from assessments.reviews.queries.others import Cell, Others, level_words, others_of
from assessments.reviews.scoring import Line, Source
from people.access import Viewer


@dataclass(frozen=True)
class ResultRow:
    """One competency with both views. Ratings are None for a view that this page does not show."""

    asked: Asked
    own: Rating | None
    manager: Rating | None
    agreed: AgreedLevel | None
    others: int | None = None  # what the others see together, in hundredths of a level
    earlier: tuple[AgreedLevel, ...] = ()  # all levels agreed in cycles before, oldest first

    @property
    def own_level(self) -> int | None:
        return self.own.level if self.own else None

    @property
    def manager_level(self) -> int | None:
        return self.manager.level if self.manager else None

    @cached_property
    def counting(self) -> tuple[int | None, Source | None]:
        agreed = self.agreed.level if self.agreed else None
        return scoring.counting_level(agreed, self.manager_level, self.own_level)

    @property
    def line(self) -> Line:
        return Line(self.counting[0], self.asked.required, self.asked.is_focus)

    @property
    def level(self) -> int | None:
        return self.counting[0]

    @property
    def is_proposal(self) -> bool:
        """A level nobody has agreed yet."""
        return self.level is not None and self.counting[1] is not Source.AGREED

    @property
    def is_worth_talking_about(self) -> bool:
        return scoring.is_worth_talking_about(self.own_level, self.manager_level)

    @property
    def others_words(self) -> str:
        return level_words(self.others) if self.others is not None else ""

    @property
    def is_blind_spot(self) -> bool:
        return folding.is_blind_spot(self.own_level, self.others)

    @property
    def is_hidden_strength(self) -> bool:
        return folding.is_hidden_strength(self.own_level, self.others)

    @property
    def obstacles(self) -> list[str]:
        return asking.obstacle_words(self.own, self.manager)

    @property
    def is_put_down_to_context(self) -> bool:
        ticked = {key for rating in (self.own, self.manager) if rating for key in rating.obstacles}
        return not ticked.isdisjoint(OF_THE_CONTEXT)

    @property
    def source_words(self) -> str:
        return self.counting[1].value if self.counting[1] else ""

    @property
    def examples(self) -> list[tuple[str, str]]:
        """Whose example, and its words."""
        pairs = (("the self-assessment", self.own), ("the manager", self.manager))
        return [(who, rating.example) for who, rating in pairs if rating and rating.example]

    @property
    def notes(self) -> list[str]:
        """What they wrote about the obstacles."""
        return [rating.obstacle_note for rating in (self.own, self.manager) if rating and rating.obstacle_note]

    @property
    def previous(self) -> AgreedLevel | None:
        return self.earlier[-1] if self.earlier else None

    @property
    def has_moved_up(self) -> bool:
        if not self.agreed:
            return False
        dated = [(one.level, one.agreed_on) for one in self.earlier]
        return scoring.has_moved_up(self.agreed.level, self.agreed.agreed_on, dated)


@dataclass(frozen=True)
class Suggestion:
    """Learning for the competency with the largest gap; offers, not orders."""

    row: ResultRow
    to_level: int
    activities: list[Any]


@dataclass(frozen=True)
class ResultPage:
    """An assessment as its person or its manager reads it."""

    assessment: Assessment
    is_own: bool
    has_own: bool
    has_manager: bool
    rows: list[ResultRow]
    zero: str
    my_review: Review | None
    is_running: bool
    others: Others
    changes: list[LevelChange]
    is_calibrating: bool
    offers: list[Offer]  # for the person's own eyes

    @property
    def may_calibrate(self) -> bool:
        """Whether the manager may change an agreed level, and then only with a reason."""
        is_settled = self.assessment.acknowledged_at is not None or not self.is_running
        return not self.is_own and self.is_calibrating and self.assessment.agreed_at is not None and is_settled

    @property
    def title(self) -> str:
        who = "Your assessment" if self.is_own else self.assessment.employee.name
        return f"{who}, {self.assessment.cycle.name}"

    @property
    def is_open(self) -> bool:
        """Both views are on the page."""
        return self.has_own and self.has_manager

    @property
    def shows_own_only(self) -> bool:
        """Someone without a manager reads their own shared view."""
        return self.is_own and self.has_own and not self.has_manager and self.assessment.manager is None

    @property
    def may_state(self) -> bool:
        """Whether the person can still acknowledge or change their statement."""
        return self.is_own and self.is_running and self.assessment.agreed_at is not None

    @property
    def shows_rows(self) -> bool:
        """Whether there is anything to show: both views, one's own without a manager, or a report that is not blind."""
        return self.is_open or self.shows_own_only or self.shows_own_early

    @property
    def shows_own_early(self) -> bool:
        """The manager reads the shared self-assessment before their own review is shared: the cycle is not blind."""
        return not self.is_own and self.has_own and not self.has_manager and not self.assessment.cycle.is_blind

    @property
    def waiting_words(self) -> str:
        """Who has yet to share, as far as the viewer may know."""
        other = self.assessment.manager if self.is_own else self.assessment.employee
        has_mine = self.has_own if self.is_own else self.has_manager or not self.assessment.cycle.is_blind
        if not has_mine:
            return "Not shown: you have not shared your view yet."
        return f"Not shown: {other.name if other else 'the other side'} has not shared yet."

    @cached_property
    def needed(self) -> list[ResultRow]:
        return [row for row in self.rows if row.line.counts]

    @property
    def assessed(self) -> list[ResultRow]:
        return [row for row in self.needed if row.level is not None]

    @property
    def source_words(self) -> str:
        """Whose level counts in most rows; a row says so only where it is another's."""
        if self.assessment.agreed_at:
            return Source.AGREED.value
        return Source.MANAGER.value if self.is_open else Source.OWN.value

    @property
    def bar_words(self) -> str:
        if self.assessment.agreed_at:
            return "agreed level"
        if self.is_open:
            return f"{Source.MANAGER.value if self.is_own else 'your view'}, a proposal until you agree it"
        return "your own view" if self.is_own else f"{self.assessment.employee.first_name}'s own view"

    @property
    def assessed_words(self) -> str:
        return f"of {len(self.assessed)}"

    @property
    def not_assessed_words(self) -> str:
        left = len(self.needed) - len(self.assessed)
        return f"{left} not assessed" if left else "all assessed"

    @property
    def focus_words(self) -> str:
        return f"of {len(self.focus_rows)} at level"

    @property
    def focus_names(self) -> str:
        return ", ".join(row.asked.version.name for row in self.focus_rows)

    @property
    def gaps_words(self) -> str:
        return f"of {len(self.gaps)}"

    @property
    def moved_up_names(self) -> str:
        return ", ".join(row.asked.version.name for row in self.moved_up)

    @property
    def talking_points(self) -> list[ResultRow]:
        return [row for row in self.rows if row.is_worth_talking_about]

    @property
    def at_level(self) -> int:
        return sum(row.line.shortfall == 0 for row in self.assessed)

    @property
    def focus_rows(self) -> list[ResultRow]:
        return [row for row in self.needed if row.asked.is_focus]

    @property
    def focus_at_level(self) -> int:
        return sum(row.level is not None and row.line.shortfall == 0 for row in self.focus_rows)

    @cached_property
    def gaps(self) -> list[ResultRow]:
        return [row for row in self.needed if row.line.shortfall]

    @property
    def context_gaps(self) -> list[ResultRow]:
        return [row for row in self.gaps if row.is_put_down_to_context]

    @property
    def context_words(self) -> str:
        """The context answers behind the gaps, most frequent first."""
        counted = Counter(
            word
            for row in self.context_gaps
            for word in row.obstacles
            if word in {str(obstacle.label) for obstacle in OF_THE_CONTEXT}
        )
        return ", ".join(word.lower() for word, _ in counted.most_common())

    @property
    def moved_up(self) -> list[ResultRow]:
        return [row for row in self.rows if row.has_moved_up]

    @property
    def has_history(self) -> bool:
        return any(row.previous for row in self.rows)

    @cached_property
    def history(self) -> History:
        return history(
            self.assessment,
            [Agreed(row.asked.version, row.earlier, row.agreed, row.has_moved_up) for row in self.rows],
        )

    @property
    def shows_own_view(self) -> bool:
        """Whether the own ratings stand on this page for this reader."""
        return self.is_own or self.is_open or self.shows_own_early

    @property
    def others_rows(self) -> list[tuple[ResultRow, list[Cell]]]:
        return [(row, self.others.cells(row.asked.version.pk)) for row in self.rows]

    @property
    def seen_differently(self) -> list[ResultRow]:
        """Where one's own view and that of the others lie a level or more apart."""
        return [row for row in self.rows if row.is_blind_spot or row.is_hidden_strength]

    @property
    def fit_share(self) -> Decimal | None:
        return scoring.fit_share(row.line for row in self.rows)

    @cached_property
    def suggestion(self) -> Suggestion | None:
        place = scoring.suggested_focus([row.line for row in self.rows])
        if place is None:
            return None
        row = self.rows[place]
        level = row.level or 0
        activities = scoring.suggested_learning(row.asked.version.learning, level)
        named = [{**one, "kind_words": LearningKind(one["kind"]).label} for one in activities]
        return Suggestion(row, level + 1, named)


def result_page(assessment: Assessment, viewer: Viewer, *, on: date) -> ResultPage:
    """Until both have shared, the page holds the viewer's own view only."""
    reviews = [
        review
        for review in Review.objects.filter(assessment=assessment).of_record().prefetch_related("ratings")
        if review.is_shared or (viewer.employee and review.by_id == viewer.employee.pk)
    ]
    own = next((review for review in reviews if review.is_own), None)
    manager = next((review for review in reviews if not review.is_own), None)
    has_own, has_manager = bool(own and own.is_shared), bool(manager and manager.is_shared)
    is_own = viewer.employee is not None and assessment.employee_id == viewer.employee.pk
    is_open = has_own and has_manager
    mine = next((one for one in reviews if viewer.employee and one.by_id == viewer.employee.pk), None)
    sees_own = is_own or is_open or (has_own and not assessment.cycle.is_blind)
    own_ratings = asking.ratings_of(own) if own and sees_own else {}
    manager_ratings = asking.ratings_of(manager) if manager and (is_open or not (is_own or sees_own)) else {}
    everything = asking.asked(assessment)
    seen = others_of(assessment, is_own=is_own, has_own=has_own, on=on)
    rows = _rows(assessment, everything, own_ratings, manager_ratings, seen)
    return ResultPage(
        assessment=assessment,
        is_own=is_own,
        has_own=has_own,
        has_manager=has_manager,
        rows=rows,
        zero=asking.zero_of(everything),
        my_review=mine,
        is_running=assessment.cycle.is_running(on),
        others=seen,
        changes=list(assessment.level_changes.select_related("version", "by__employee")),
        is_calibrating=assessment.cycle.is_calibrating(on),
        offers=_offers(assessment, rows) if is_own and has_own else [],
    )


def _offers(assessment: Assessment, rows: list[ResultRow]) -> list[Offer]:
    """For the gaps of the newest assessment; what would have fitted one of years ago is nobody's gap of today."""
    launched_at = assessment.cycle.launched_at
    newer = Assessment.objects.filter(employee=assessment.employee_id, cycle__launched_at__gt=launched_at)
    if newer.exists():
        return []
    gaps = [
        Gap(row.asked.version.competency.counts_for_id, row.asked.version.name, row.level, required, row.asked.is_focus)
        for row in rows
        if row.line.shortfall and row.level is not None and (required := row.asked.required)
    ]
    return offers.for_person(assessment.employee, gaps)


def _rows(
    assessment: Assessment,
    everything: list[Asked],
    own: dict[int, Rating],
    manager: dict[int, Rating],
    seen: Others,
) -> list[ResultRow]:
    agreed = {level.competency_id: level for level in assessment.agreed_levels.all()}
    earlier = asking.earlier_levels(assessment)
    return [
        ResultRow(
            one,
            own.get(one.version.pk),
            manager.get(one.version.pk),
            agreed.get(one.version.competency_id),
            seen.together(one.version.pk),
            tuple(earlier.get(one.version.competency_id, ())),
        )
        for one in everything
    ]
