"""What is kept about one person, for "download my data"."""

from collections import Counter
from typing import Any

from assessments.reviews.models import AgreedLevel, Assessment, OthersReport, Rating, Review, SupportCase
from assessments.reviews.queries import others
from people.models import User


def about(user: User) -> list[dict[str, Any]]:
    """Each assessment of the user: their own review in any state, the manager's once both may be read, what was agreed.

    Reviews that the user wrote about others are those others' data and are not in it; nor is a manager's draft. Raters are
    in it as numbers and what they said as the groups of the report: never by name (GDPR, article 15).
    """
    mine = Assessment.objects.filter(employee__user=user).with_states().select_related("cycle", "agreed_by__employee")
    return [_assessment(one) for one in mine.order_by("cycle_id")]


def support_cases(user: User) -> list[dict[str, Any]]:
    """When HR could read the user's assessments, who, and why."""
    cases = SupportCase.objects.filter(subject__user=user).select_related("opened_by__employee").order_by("opened_at")
    return [
        {
            "by": case.opened_by.employee.name if hasattr(case.opened_by, "employee") else case.opened_by.email,
            "reason": case.reason,
            "opened_at": _iso(case.opened_at),
            "ended_at": _iso(case.closed_at or case.ends_at),
        }
        for case in cases
    ]


def _assessment(one: Assessment) -> dict[str, Any]:
    is_open = one.has_own and one.has_manager  # type: ignore[attr-defined]  # annotated by with_states
    reviews = one.reviews.select_related("by").prefetch_related("ratings__version")
    levels = AgreedLevel.objects.filter(assessment=one).select_related("version")
    return {
        "cycle": one.cycle.name,
        "reviews": [_review(r) for r in reviews if r.is_own or (is_open and r.is_shared)],
        "raters": Counter(f"{rater.get_group_display()}: {rater.get_state_display()}" for rater in one.raters.all()),
        "others": _others(one) if one.has_own or one.cycle.state == one.cycle.State.CLOSED else None,  # type: ignore[attr-defined]
        "agreed_on": _iso(one.talk_on),
        "agreed_levels": {level.version.name: level.level for level in levels},
        "acknowledged_at": _iso(one.acknowledged_at),
        "changed_after_the_talk": [
            {
                "competency": change.version.name,
                "from": change.from_level,
                "to": change.to_level,
                "reason": change.reason,
                "at": _iso(change.at),
            }
            for change in one.level_changes.select_related("version")
        ],
        "statement": one.statement,
    }


def _others(one: Assessment) -> dict[str, Any] | None:
    """The report of others, once every report of the cycle is made."""
    report = OthersReport.objects.filter(assessment=one).first() if one.cycle.released_at else None
    if report is None:
        return None
    levels = report.levels.select_related("version")
    return {
        "levels": [
            {
                "competency": level.version.name,
                "group": level.get_group_display(),
                "level": others.level_words(level.level_hundredths),
            }
            for level in levels
        ],
        "comments": [
            {"question": comment.get_question_display(), "text": comment.text} for comment in report.comments.all()
        ],
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
