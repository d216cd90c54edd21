"""Customers whom a survey is mailed to. Who of them has answered, no person learns, and no column tells."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import ballot_keys, seats
from assessments.surveys.contact_files import Row, check
from assessments.surveys.contact_requests import KEEP_REQUESTS_FOR
from assessments.surveys.models import Campaign, ContactRequest, CustomerContact, Invitation, SurveyLink
from assessments.surveys.queries import mails
from core import audit, mail
from core.errors import DomainError
from people.models import User

INVITATION, REMINDER = "survey_customer_invitation", "survey_customer_reminder"
WAY_IN = "Mailed by us"
BATCH = 2000


class ContactsRefused(DomainError):
    """These contacts cannot be taken; the sentence says why."""


@transaction.atomic
def add(campaign: Campaign, rows: Sequence[Row], *, by: User, at: datetime) -> int:
    """Take in contacts, all of them or none; returns how many are new. Those that are there stay as they are.

    They are written to when the survey opens, or within minutes while it is open. Raises ContactsRefused.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not campaign.is_for_customers or campaign.sealed_at or campaign.closes_at <= at:
        raise ContactsRefused("Contacts are for customer surveys that have not closed.")
    known = set(campaign.contacts.values_list("email", flat=True))
    cells = [(row.number, {"name": row.name, "organisation": row.organisation, "email": row.email}) for row in rows]
    checked = check(cells, known)
    if any(row.problems for row in checked):
        raise ContactsRefused("Some rows cannot be taken, so nothing was added. Mend them and upload again.")
    new = [row for row in checked if not row.is_known]
    CustomerContact.objects.bulk_create(
        (
            CustomerContact(campaign=campaign, name=row.name, organisation=row.organisation, email=row.email)
            for row in new
        ),
        batch_size=BATCH,
    )
    if new:
        _way_in(campaign, at)
        audit.record("added contacts", campaign, by=by, changes={"count": {"new": len(new)}})
    return len(new)


@transaction.atomic
def remove(contact: CustomerContact, *, by: User) -> None:
    """Write to them no more. A link that has been sent still opens, so that nothing tells whether it was used."""
    audit.record("removed a contact", contact.campaign, by=by)
    mail.forget([INVITATION, REMINDER], key_prefix=_key(contact.campaign, f"{contact.pk}:"))
    contact.delete()


@transaction.atomic
def invite(campaign: Campaign, *, at: datetime) -> bool:
    """Give every new contact a seat and write to them; False when there is nobody to write to.

    Seats are made in a random order and with a secret that is stored nowhere. The mails have an order of their own: the
    n-th mail does not open the n-th seat.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("form").get(pk=campaign.pk)
    new = list(campaign.contacts.filter(is_invited=False))
    if not new or not campaign.is_open(at):
        return False
    random.SystemRandom().shuffle(new)
    keys = ballot_keys.load(campaign.key)
    link, home = _way_in(campaign, at), campaign.units_at_launch.get(place=1)
    Invitation.objects.bulk_create(
        (
            Invitation(
                campaign=campaign,
                link=link,
                home=home,
                secret_digest=seats.digest(keys.contact_secret(contact.pk)),
                source=seats.source(contact.organisation),
            )
            for contact in new
        ),
        batch_size=BATCH,
    )
    campaign.contacts.filter(pk__in=[contact.pk for contact in new]).update(is_invited=True)
    _write(campaign, INVITATION, new, "invitation", at, keys)
    return True


def remind(campaign: Campaign, *, at: datetime) -> None:
    """Write again to those whose seat has not answered. Part of a larger intention: services.mails.

    A reminder that has left leaves no row behind. That nobody gets two on a day, services.mails sees to.
    """
    keys = ballot_keys.load(campaign.key)
    waiting = set(
        Invitation.objects.filter(campaign=campaign, link__kind=SurveyLink.Kind.CONTACTS, answered=False).values_list(
            "secret_digest", flat=True
        )
    )
    invited = campaign.contacts.filter(is_invited=True)
    silent = [contact for contact in invited if seats.digest(keys.contact_secret(contact.pk)) in waiting]
    _write(campaign, REMINDER, silent, f"reminder:{timezone.localdate(at)}", at, keys)


def forget(campaign: Campaign) -> None:
    """After the close: no contact and no mail to one is left. Part of a larger intention: services.mails."""
    mail.forget([INVITATION, REMINDER], key_prefix=_key(campaign, ""))
    campaign.contacts.all().delete()


@transaction.atomic
def settle(request: ContactRequest, *, by: User) -> None:
    """Somebody has spoken with the customer, or need not: erase what they typed and the copy of their answers."""
    audit.record("erased a request of", request.campaign, by=by)
    request.delete()


def forget_old_requests(*, at: datetime) -> int:
    """Erase requests that nobody has erased by hand for half a year."""
    return ContactRequest.objects.filter(opened_on__lt=timezone.localdate(at) - KEEP_REQUESTS_FOR).delete()[0]


def _write(
    campaign: Campaign,
    kind: str,
    contacts: Iterable[CustomerContact],
    event: str,
    at: datetime,
    keys: ballot_keys.CampaignKeys,
) -> None:
    """One mail each, with a link of its own, in the order of the contacts' random keys, which tells nothing about seats.

    The mail's key names the contact first, so that removing one finds all of theirs.
    """
    same = mails.customer_context(campaign, kind.removeprefix("survey_customer_"))
    letters = (
        mail.Personal(
            to=contact.email,
            key=_key(campaign, f"{contact.pk}:{event}"),
            context=same
            | {
                "name": contact.name,
                "path": reverse("surveys:visit_arrival", args=[keys.contact_secret(contact.pk)]),
            },
        )
        for contact in sorted(contacts, key=lambda one: one.pk)
    )
    mail.queue_personal(kind, letters, at=at)


def _way_in(campaign: Campaign, at: datetime) -> SurveyLink:
    """The link that seats of contacts belong to. Its own address opens nothing."""
    link, _ = SurveyLink.objects.get_or_create(
        campaign=campaign,
        kind=SurveyLink.Kind.CONTACTS,
        defaults={"name": WAY_IN, "token": seats.new_token(), "is_public": False, "made_at": at},
    )
    return link


def _key(campaign: Campaign, event: str) -> str:
    return f"contacts:{campaign.pk}:{event}"
