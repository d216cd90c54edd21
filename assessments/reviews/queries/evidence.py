"""What exists beside a rating: facts and words about the person's work that the rater may read anyway.

Each source decides by itself what the rater reads; nothing is opened here that is closed elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.html import format_html

from assessments.competencies.models import Competency
from assessments.reviews.models import AgreedLevel, Assessment
from goals.models import CheckIn, Goal
from goals.queries import rows
from people.access import Viewer
from recognition import queries as recognition

LOOKS_BACK = timedelta(days=183)  # "the last six months" of the rating guide
MOST_WORDS, MOST_EACH = 6, 4


@dataclass(frozen=True)
class Evidence:
    """One fact: its kind (a word and an icon), the text, and when or from whom. A quote is somebody's own words."""

    kind: str
    icon: str
    text: str
    detail: str = ""
    url: str = ""
    is_quote: bool = False
    fits: bool = False


def about(assessment: Assessment, competency: Competency, viewer: Viewer, *, on: date) -> list[Evidence]:
    """Levels agreed before, praise and feedback (what names the competency first), check-ins and goals. Five queries."""
    return [
        *_levels(assessment, competency, viewer),
        *_words(assessment, competency, viewer, on),
        *_check_ins(assessment, viewer, on),
        *_goals(assessment, viewer, on),
    ]


def _levels(assessment: Assessment, competency: Competency, viewer: Viewer) -> list[Evidence]:
    """Of earlier cycles, the newest first; for the two who agree levels, and no other rater (access.md, row 28)."""
    me = viewer.employee
    if me is None or me.pk not in (assessment.employee_id, assessment.manager_id):
        return []
    same = Q(competency=competency.counts_for_id) | Q(competency__merged_into=competency.counts_for_id)
    earlier = AgreedLevel.objects.filter(same, assessment__employee=assessment.employee_id)
    if assessment.cycle.launched_at:
        earlier = earlier.filter(assessment__cycle__launched_at__lt=assessment.cycle.launched_at)
    earlier = earlier.exclude(assessment=assessment).select_related("assessment__cycle").order_by("-agreed_on", "-pk")
    return [
        Evidence(
            "Agreed before",
            "clock-history",
            f"Level {level.level}",
            f"{level.assessment.cycle.name}, {_day(level.agreed_on)}",
            fits=True,
        )
        for level in earlier[:MOST_EACH]
    ]


def _words(assessment: Assessment, competency: Competency, viewer: Viewer, on: date) -> list[Evidence]:
    found = recognition.evidence_of(
        assessment.employee, viewer, competency=competency, since=on - LOOKS_BACK, most=MOST_WORDS
    )
    return [
        Evidence(
            "Praise" if one.is_praise else "Feedback",
            "heart" if one.is_praise else "chat-left-text",
            one.text,
            f"{one.who}, {_day(one.on)}",
            is_quote=True,
            fits=one.fits,
        )
        for one in found
    ]


def _check_ins(assessment: Assessment, viewer: Viewer, on: date) -> list[Evidence]:
    """What the person wrote when checking in on goals that the rater sees, the newest first."""
    said = (
        CheckIn.objects.standing()
        .visible_to(viewer)
        .filter(by=assessment.employee_id, measured_on__gte=on - LOOKS_BACK, measured_on__lte=on)
        .exclude(what_changed="", blocker="")
        .select_related("goal__detail")
    )
    return [
        Evidence(
            "Check-in",
            "chat-square-text",
            " ".join(filter(None, (one.what_changed, f"In the way: {one.blocker}" if one.blocker else ""))),
            f"{_day(one.measured_on)}, “{one.goal.detail.title}”",
            one.goal.get_absolute_url(),
        )
        for one in said[:MOST_EACH]
    ]


def _goals(assessment: Assessment, viewer: Viewer, on: date) -> list[Evidence]:
    """The person's goals as far as the rater sees them, those updated last first."""
    goals = (
        Goal.objects.visible_to(viewer)
        .current()
        .filter(owner=assessment.employee_id, starts_on__lte=on)
        .with_words()
        .order_by("-checked_on", "pk")[:MOST_EACH]
    )
    return [_of_goal(row) for row in rows.rows_of(goals, on)]


def _of_goal(row: rows.GoalRow) -> Evidence:
    updated = f"Updated {_day(row.checked_on)}." if row.checked_on else "No update yet."
    detail = format_html("{}. {}", row.measure, updated) if row.measure else updated
    return Evidence("Goal", "bullseye", row.title, detail, row.url)


def _day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
