"""Thank somebody; and what the receiver decides about it.

A private thank-you leaves nothing in the audit trail, nor does what its receiver does with it: HR reads the trail, and
access.md, row 45 gives HR nothing of it. What a team or everyone may read is written down like every other change.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from assessments.competencies.models import Competency
from core import audit, notify
from core.constructs import Construct
from core.errors import DomainError
from people.models import Employee
from recognition.models import Praise, Preference, Reach


class NotThisPerson(DomainError):
    """One cannot thank oneself, nor somebody who left."""


class TooFar(DomainError):
    """The receiver does not want to be thanked in front of so many."""


class TooLate(DomainError):
    """Words that were read for a day stay."""


class Gone(DomainError):
    """Taken back or taken down meanwhile."""


@dataclass(frozen=True)
class Words:
    """What a giver says. `reach` was chosen before the rest."""

    reach: Reach
    what: str
    construct: Construct
    done_on: date
    effect: str = ""
    competency: Competency | None = None
    is_from_customer: bool = False


@transaction.atomic
def give(to: Employee, words: Words, *, key: UUID, by: Employee, at: datetime) -> Praise:
    """Thank a colleague and tell them. The same form twice gives one. Raises NotThisPerson, TooFar."""
    if to.pk == by.pk or not to.is_active:
        raise NotThisPerson("Choose a colleague who works here.")
    if words.reach > widest(to):
        raise TooFar(f"{to.name} prefers to be thanked in front of fewer people. Choose who may read it anew.")
    praise, is_new = Praise.objects.get_or_create(
        key=key,
        defaults={
            "by": by,
            "to": to,
            "reach": words.reach,
            "source": _source(to, by, is_from_customer=words.is_from_customer),
            "what": words.what,
            "effect": words.effect,
            "construct": words.construct,
            "competency": words.competency,
            "done_on": words.done_on,
            "given_at": at,
        },
    )
    if is_new:
        if praise.reach > Reach.PERSON:
            audit.record("praised", to, by=by.user, about=to.user)
        notify.tell(to.user, f"praise:{praise.pk}", f"{by.name} thanked you", reverse("recognition:mine"), at)
    return praise


def widest(to: Employee) -> Reach:
    """How far thanks to this person may be read at most. A team needs somebody who leads it."""
    preference = Preference.objects.filter(employee=to).first()
    liked = Reach(preference.reach) if preference else Reach.TEAM
    return Reach.PERSON if liked is Reach.TEAM and to.manager_id is None else liked


@transaction.atomic
def take_back(praise: Praise, *, by: Employee, at: datetime) -> None:
    """Remove one's own words within a day. Raises TooLate, Gone.

    What was reported is kept for HR, out of everybody's sight: a report is not undone by whom it is about.
    """
    lock(praise)
    if praise.by_id != by.pk or not praise.may_be_taken_back(at):
        raise TooLate("Thanks can be taken back for a day. Talk with each other instead.")
    if praise.reach > Reach.PERSON:
        audit.record("took back praise for", praise.to, by=by.user, about=praise.to.user)
    if praise.reports.exists():
        praise.taken_down_at = at
        praise.save(update_fields=["taken_down_at"])
    else:
        praise.delete()


@transaction.atomic
def hide(praise: Praise, is_hidden: bool, *, at: datetime) -> None:
    """The receiver keeps it between the two of them, or no longer. Nobody is told. Raises Gone."""
    lock(praise)
    praise.hidden_at = at if is_hidden else None
    praise.save(update_fields=["hidden_at"])
    if praise.reach > Reach.PERSON:
        verb = "hid praise" if is_hidden else "showed praise again"
        audit.record(verb, praise, by=praise.to.user, about=praise.to.user)


@transaction.atomic
def share(praise: Praise, is_shared: bool, *, at: datetime) -> None:
    """The receiver lets today's manager read a private one, or no longer. Raises Gone."""
    lock(praise)
    praise.shared_at = at if is_shared else None
    praise.save(update_fields=["shared_at"])


def lock(praise: Praise) -> None:
    """Keep the row as it is until the end of the transaction. Raises Gone."""
    if Praise.objects.select_for_update().filter(pk=praise.pk, taken_down_at=None).first() is None:
        raise Gone("This praise is no longer there.")


@transaction.atomic
def prefer(employee: Employee, reach: Reach, forms: Collection[str]) -> Preference:
    """Say how one likes to be thanked. A narrower reach narrows what was said before, too."""
    preference, _ = Preference.objects.update_or_create(
        employee=employee, defaults={"reach": reach, "forms": sorted(forms)}
    )
    audit.record("said how they like to be thanked", employee, by=employee.user, about=employee.user)
    return preference


def _source(to: Employee, by: Employee, *, is_from_customer: bool) -> Praise.Source:
    if is_from_customer:
        return Praise.Source.CUSTOMER
    if to.manager_id == by.pk:
        return Praise.Source.MANAGER
    if by.is_above(to):
        return Praise.Source.SENIOR_LEADER
    return Praise.Source.DIRECT_REPORT if to.is_above(by) else Praise.Source.PEER
