"""Praise and feedback beside a rating: what the rater may read anyway, what fits the competency first."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from assessments.competencies.models import Competency
from people.access import Viewer
from people.models import Employee
from recognition.models import Feedback, Praise


@dataclass(frozen=True)
class Evidence:
    """Somebody's words about a person's work."""

    is_praise: bool
    text: str
    who: str
    on: date
    fits: bool


def evidence_of(person: Employee, viewer: Viewer, *, competency: Competency, since: date, most: int) -> list[Evidence]:
    """The person's praise and answered feedback that the viewer reads anyway, what names the competency first.

    A merged competency counts for the one that took its place. Two queries.
    """
    praise = Praise.objects.visible_to(viewer).filter(to=person, given_at__date__gte=since)
    said = Feedback.objects.visible_to(viewer).filter(by=person, answered_at__date__gte=since)
    found = [
        Evidence(True, one.what, _giver(one), timezone.localdate(one.given_at), _fits(one.competency, competency))
        for one in praise.select_related("by", "competency")
    ]
    found += [
        Evidence(
            False, _words(one), one.to.name, timezone.localdate(one.answered_at), _fits(one.competency, competency)
        )
        for one in said.select_related("to", "competency")
    ]
    found.sort(key=lambda one: (not one.fits, -one.on.toordinal()))
    return found[:most]


def named_counts(person: Employee, viewer: Viewer, *, since: date) -> Counter[int]:
    """How many of the same words name each competency, by the id of the one that counts today. Two queries."""
    praise = Praise.objects.visible_to(viewer).filter(to=person, given_at__date__gte=since)
    said = Feedback.objects.visible_to(viewer).filter(by=person, answered_at__date__gte=since)
    columns = ("competency_id", "competency__merged_into_id")
    rows = [*praise.values_list(*columns), *said.values_list(*columns)]
    return Counter(into or named for named, into in rows if named)


def _fits(named: Competency | None, competency: Competency) -> bool:
    return named is not None and named.counts_for_id == competency.counts_for_id


def _giver(praise: Praise) -> str:
    is_passed_on = praise.source == Praise.Source.CUSTOMER
    return f"A customer, passed on by {praise.by.name}" if is_passed_on else praise.by.name


def _words(feedback: Feedback) -> str:
    return " ".join(filter(None, (feedback.keep, f"To try: {feedback.try_next}" if feedback.try_next else "")))
