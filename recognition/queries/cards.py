"""One praise, or one question with its answer, as a page shows it: who may read it is always said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from assessments.competencies.models import Competency, CompetencyVersion
from core.constructs import Construct
from people.access import Viewer
from people.models import Employee
from recognition.models import Feedback, FeedbackQuerySet, Praise, PraiseQuerySet, Reach


@dataclass(frozen=True)
class Card:
    """Praise. `readers` names who may read it today; the flags say what the viewer may do with it."""

    pk: int
    by: Employee
    to: Employee
    what: str
    effect: str
    about: str
    construct: Construct
    is_from_customer: bool
    done_on: date
    given_on: date
    readers: str
    is_mine: bool
    is_hidden: bool
    is_private: bool
    is_shared: bool
    may_be_hidden: bool
    may_be_taken_back: bool
    may_be_reported: bool


@dataclass(frozen=True)
class Answer:
    """A question and what came of it, as the asker reads it: one that was declined looks like one that is not answered."""

    feedback: Feedback
    about: str
    is_open: bool
    readers: str

    @property
    def waits_words(self) -> str:
        until = self.feedback.until
        return f"Can be answered until {until.day} {until:%B}" if self.is_open else "No answer came"


def cards(praise: PraiseQuerySet | Iterable[Praise], viewer: Viewer, *, at: datetime) -> list[Card]:
    """For rows that came through visible_to() and with_words(); one query more, for the names of competencies."""
    rows = list(praise)
    names = names_of({one.competency for one in rows if one.competency})
    return [_card(one, names, viewer.employee, at) for one in rows]


def _card(praise: Praise, names: dict[int, str], me: Employee | None, at: datetime) -> Card:
    construct = Construct(praise.construct)
    is_mine, reach = praise.to == me, praise.reaches
    return Card(
        pk=praise.pk,
        by=praise.by,
        to=praise.to,
        what=praise.what,
        effect=praise.effect,
        about=names.get(praise.competency.pk, "") if praise.competency else "",
        construct=construct,
        is_from_customer=praise.source == Praise.Source.CUSTOMER,
        done_on=praise.done_on,
        given_on=timezone.localdate(praise.given_at),
        readers=readers(praise, me),
        is_mine=is_mine,
        is_hidden=praise.hidden_at is not None,
        is_private=reach is Reach.PERSON and praise.hidden_at is None,
        is_shared=praise.shared_at is not None,
        may_be_hidden=is_mine and (praise.reach > Reach.PERSON),
        may_be_taken_back=praise.by == me and praise.may_be_taken_back(at),
        may_be_reported=me is not None and praise.by != me,
    )


def readers(praise: Praise, me: Employee | None) -> str:
    """Who may read it today, in the eyes of `me`. That a private one is shared is said to its receiver, not to its giver."""
    to, reach = praise.to, praise.reaches
    if reach is Reach.EVERYONE:
        return "Everyone here"
    if reach is Reach.TEAM and to.manager:
        return f"The team of {to.manager.name}" if to.manager != me else "Your team"
    if praise.by == me:
        return f"{to.name} and you"
    if to != me:  # the manager it is shared with
        return f"{praise.by.name}, {to.name} and you"
    is_shared = praise.shared_at and not praise.hidden_at and to.manager
    return f"{praise.by.name}, {to.manager.name} and you" if is_shared and to.manager else f"{praise.by.name} and you"


def answers(feedback: FeedbackQuerySet, viewer: Viewer, *, on: date) -> list[Answer]:
    """Questions of the viewer, or of a report who shares the answer."""
    rows = list(feedback.select_related("by__manager", "to", "competency"))
    names = names_of({one.competency for one in rows if one.competency})
    return [
        Answer(
            one,
            names.get(one.competency.pk, "") if one.competency else "",
            not one.is_answered and one.until >= on,
            f"{one.to.name} and you" + (f", and {one.by.manager.name}" if one.shared_at and one.by.manager else ""),
        )
        for one in rows
    ]


def names_of(competencies: Iterable[Competency]) -> dict[int, str]:
    """Today's name of each: that of what it was merged into, of its newest issued version. No query for none."""
    counts_for = {one.pk: one.counts_for_id for one in competencies}
    if not counts_for:
        return {}
    versions = CompetencyVersion.objects.filter(
        competency__in=set(counts_for.values()), state__in=CompetencyVersion.ISSUED
    ).order_by("number")
    newest = dict(versions.values_list("competency_id", "name"))
    return {pk: newest.get(main, "") for pk, main in counts_for.items()}
