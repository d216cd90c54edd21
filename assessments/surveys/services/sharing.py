"""Verbs of sharing results: plan who reads from when, and open the next level when its date has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from assessments.surveys.models import Campaign, Section, Sharing
from assessments.surveys.models.campaigns import LEADERS_DEPTH
from core import audit, notify
from core.errors import DomainError
from people.models import Employee, RoleGrant, Unit, User

Level = Sharing.Level
ORDER = (Level.NOBODY, Level.LEADERS, Level.MANAGERS, Level.EVERYONE)


class SharingRefused(DomainError):
    """The plan breaks a rule; the sentence says which."""


@transaction.atomic
def plan(
    campaign: Campaign,
    *,
    by: User,
    at: datetime,
    leaders_at: datetime,
    managers_at: datetime,
    everyone_at: datetime,
    manager_sections: Collection[str],
    everyone_sections: Collection[str],
) -> Sharing:
    """Set or change the plan, and open what is due. What somebody reads already is not taken back: SharingRefused."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.state == Campaign.State.DRAFT:
        raise SharingRefused("Launch the survey first. Results can be planned from then on.")
    if not leaders_at <= managers_at <= everyone_at:
        raise SharingRefused("Leaders come first, then managers, then everyone. Put the dates in that order.")
    sharing = Sharing.objects.filter(campaign=campaign).first()
    if campaign.is_published and (sharing is None or sharing.reached == Level.EVERYONE):
        raise SharingRefused("Everyone reads these results already, and that cannot be taken back.")
    old_sections = sharing.manager_sections if sharing else []
    if sharing and sharing.reached == Level.MANAGERS and not set(old_sections) <= set(manager_sections):
        raise SharingRefused("Managers read these parts already. You can add parts, not take them back.")
    sharing = sharing or Sharing(campaign=campaign)
    dates = {"leaders_at": leaders_at, "managers_at": managers_at, "everyone_at": everyone_at}
    sections = {"manager_sections": _known(manager_sections), "everyone_sections": _known(everyone_sections)}
    changes = {name: {"new": str(value)} for name, value in (dates | sections).items()}
    for name, value in (dates | sections).items():
        setattr(sharing, name, value)
    sharing.save()
    audit.record("planned the sharing of", campaign, by=by, changes=changes)
    if campaign.is_published:
        open_due(campaign, at=at)
        sharing.refresh_from_db()
    return sharing


@transaction.atomic
def open_due(campaign: Campaign, *, at: datetime) -> bool:
    """Move a published campaign to the widest level whose date has come, and tell those who read it from now on.

    False without a plan: then everyone reads from publication on.
    """
    sharing = Sharing.objects.select_for_update().filter(campaign=campaign).first()
    if sharing is None:
        return False
    old, new = sharing.reached, sharing.level_at(at)
    if ORDER.index(Level(new)) > ORDER.index(Level(old)):
        sharing.reached = new
        sharing.save(update_fields=["reached"])
        audit.record("shared", campaign, by=None, changes={"with": {"old": Level(old).label, "new": Level(new).label}})
        notify.tell_all(
            readers(new).values_list("user_id", flat=True),
            f"results-released:{campaign.pk}",
            f"You can read the results of “{campaign.title}”.",
            reverse("surveys:campaign_results", args=[campaign.pk]),
            at,
        )
    return True


def readers(level: str) -> QuerySet[Employee]:
    """Everybody who reads at that level. Notifications are keyed by campaign, so nobody is told twice."""
    people = Employee.objects.active()
    if level == Level.EVERYONE:
        return people
    units = Unit.objects.active().exclude(head=None)
    if level == Level.LEADERS:
        units = units.filter(depth__lte=LEADERS_DEPTH)
    roles = [RoleGrant.Role.EXECUTIVE, *([RoleGrant.Role.HR_PARTNER] if level == Level.MANAGERS else [])]
    granted = RoleGrant.objects.filter(role__in=roles).values("user")
    return people.filter(pk__in=units.values("head")) | people.filter(user__in=granted)


def _known(sections: Collection[str]) -> list[str]:
    return [section for section in Section.values if section in sections]
