"""What is kept about one person, for "download my data"."""

from typing import Any

from assessments.reviews.models import AgreedLevel, Assessment, Rating, Review
from people.models import User


def about(user: User) -> list[dict[str, Any]]:
    """Each assessment of the user: their own review in any state, the manager's once both may be read, what was agreed.

    Reviews that the user wrote about others are those others' data and are not in it; nor is a manager's draft.
    """
    mine = Assessment.objects.filter(employee__user=user).with_states().select_related("cycle", "agreed_by__employee")
    return [_assessment(one) for one in mine.order_by("cycle_id")]


def _assessment(one: Assessment) -> dict[str, Any]:
    is_open = one.has_own and one.has_manager  # type: ignore[attr-defined]  # annotated by with_states
    reviews = one.reviews.select_related("by").prefetch_related("ratings__version")
    levels = AgreedLevel.objects.filter(assessment=one).select_related("version")
    return {
        "cycle": one.cycle.name,
        "reviews": [_review(r) for r in reviews if r.is_own or (is_open and r.is_shared)],
        "agreed_on": _iso(one.talk_on),
        "agreed_levels": {level.version.name: level.level for level in levels},
        "acknowledged_at": _iso(one.acknowledged_at),
        "statement": one.statement,
    }


def _review(review: Review) -> dict[str, Any]:
    return {
        "kind": review.get_kind_display(),
        "by": review.by.name,
        "shared_at": _iso(review.shared_at),
        "ratings": [_rating(rating) for rating in review.ratings.all()],
    }


def _rating(rating: Rating) -> dict[str, Any]:
    return {
        "competency": rating.version.name,
        "version": rating.version.number,
        "answer": rating.get_answer_display(),
        "level": rating.level,
        "example": rating.example,
        "in_the_way": rating.obstacles,
        "note": rating.obstacle_note,
    }


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
