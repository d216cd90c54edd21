"""The praise balance of a manager's own team: who had no word in a while. By name, never by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from people.access import Viewer
from people.models import Employee
from recognition.balance import K
from recognition.models import Feedback, Praise
from recognition.queries import cards, figures
from recognition.queries.cards import Answer, Card
from recognition.queries.figures import Figure

RECENT, SEASON = 30, 90  # days
NEWEST = 12


@dataclass(frozen=True)
class TeamBalance:
    """Direct reports, and those whom no praise reached in 30 days that their manager may read."""

    people: int
    without: tuple[Employee, ...]

    @property
    def words(self) -> str:
        """4 of 9 not praised for 30 days."""
        if not self.without:
            return f"All {self.people} praised in the last {RECENT} days"
        return f"{len(self.without)} of {self.people} not praised for {RECENT} days"


@dataclass(frozen=True)
class TeamPage:
    balance: TeamBalance
    praised: tuple[Employee, ...]
    figures: tuple[Figure, ...]
    cards: tuple[Card, ...]
    answers: tuple[Answer, ...]
    days: int = SEASON


def team_balance(viewer: Viewer, *, on: date) -> TeamBalance | None:
    """Of direct reports; None without any. Two queries.

    Only praise that the manager may read counts, or a private thank-you would show as a number that moves.
    """
    reports, praised = _reports(viewer), _praised(viewer, on)
    if not reports:
        return None
    return TeamBalance(len(reports), tuple(one for one in reports if one.pk not in praised))


def team_page(viewer: Viewer, *, at: datetime) -> TeamPage:
    """The balance, the figures of method.md for 90 days, and the newest words that the manager may read."""
    on = timezone.localdate(at)
    reports, praised = _reports(viewer), _praised(viewer, on)
    since = on - timedelta(days=SEASON)
    seen = Praise.objects.visible_to(viewer).filter(to__manager=viewer.employee, given_at__date__gt=since)
    shared = Feedback.objects.visible_to(viewer).filter(by__manager=viewer.employee, answered_at__date__gt=since)
    thanks = figures.thanks_of(seen) if len(reports) >= K else []
    found = figures.numbers(thanks, [one.pk for one in reports], SEASON, k=1)
    return TeamPage(
        balance=TeamBalance(len(reports), tuple(one for one in reports if one.pk not in praised)),
        praised=tuple(one for one in reports if one.pk in praised),
        figures=figures.in_words(found, figures.NONE_YET if len(reports) >= K else figures.TOO_FEW),
        cards=tuple(cards.cards(seen.with_words()[:NEWEST], viewer, at=at)),
        answers=tuple(cards.answers(shared[:NEWEST], viewer, on=on)),
    )


def _reports(viewer: Viewer) -> list[Employee]:
    team = Employee.objects.active().filter(manager=viewer.employee) if viewer.employee else Employee.objects.none()
    return list(team.order_by("name", "pk").only("name", "title"))


def _praised(viewer: Viewer, on: date) -> set[int]:
    seen = Praise.objects.visible_to(viewer).filter(
        to__manager=viewer.employee, given_at__date__gt=on - timedelta(days=RECENT)
    )
    return set(seen.order_by().values_list("to", flat=True).distinct())
