"""What exists beside a rating: facts about the person's work that the rater may read anyway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html

from assessments.reviews.models import Assessment
from goals.models import Goal
from goals.queries import rows
from people.access import Viewer

MONTHS = 6  # "the last six months" of the rating guide
MOST = 8


@dataclass(frozen=True)
class Evidence:
    """One fact: its kind (a word and an icon), the text, and when or from whom."""

    kind: str
    icon: str
    text: str
    detail: str = ""
    url: str = ""


def about(assessment: Assessment, viewer: Viewer, *, on: date) -> list[Evidence]:
    """The person's goals as far as the rater may see them, those updated last first."""
    goals = (
        Goal.objects.visible_to(viewer)
        .current()
        .filter(owner=assessment.employee_id, starts_on__lte=on)
        .with_words()
        .order_by("-checked_on", "pk")[:MOST]
    )
    return [_of_goal(row) for row in rows.rows_of(goals, on)]


def _of_goal(row: rows.GoalRow) -> Evidence:
    updated = f"Updated {row.checked_on:%-d %B}." if row.checked_on else "No update yet."
    detail = format_html("{}. {}", row.measure, updated) if row.measure else updated
    return Evidence("Goal", "bullseye", row.title, detail, row.url)
