"""The mails of a campaign: invitation, reminders, thanks. Whom a reminder goes to, no person sees, before or after."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from assessments.surveys import reminders
from assessments.surveys.models import Campaign
from assessments.surveys.queries import mails
from assessments.surveys.services import contacts
from core import audit, days_off, mail
from core.errors import DomainError
from people.models import User

INVITATION, REMINDER, THANKS = "survey_invitation", "survey_reminder", "survey_thanks"
TEST, TEST_AGAIN_AFTER = "survey_test", timedelta(minutes=1)
FIRST_HOUR, LAST_HOUR = 8, 18  # reminders leave in working hours


class CannotRemind(DomainError):
    """Nobody is reminded before, after, or twice on a day."""


class CannotTest(DomainError):
    """Tests are sent to an address, before the launch."""


@transaction.atomic
def send_test(campaign: Campaign, *, by: User, at: datetime) -> bool:
    """Every mail of a draft to the one who asks; False when that was done just now. It invites nobody.

    Raises CannotTest.
    """
    campaign = (
        Campaign.objects.select_for_update(of=("self",)).select_related("form__version__instrument").get(pk=campaign.pk)
    )
    if not campaign.is_draft:
        raise CannotTest("Tests are sent before the launch. This survey has been launched.")
    if not by.email:
        raise CannotTest("Your account has no e-mail address to send a test to.")
    if mail.was_queued(TEST, to=by, key_prefix=_key(campaign, ""), since=at - TEST_AGAIN_AFTER):
        return False
    for moment in mails.moments(campaign):
        key = _key(campaign, f"{moment}:{at.isoformat()}")
        mail.queue(TEST, to=by, key=key, context=mails.test_context(campaign, moment), at=at)
    audit.record("sent a test of the mails", campaign, by=by)
    return True


@transaction.atomic
def invite(campaign: Campaign, *, at: datetime) -> bool:
    """Write to everyone invited, once, when the survey is open; False when that is done or not yet due."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("form").get(pk=campaign.pk)
    if campaign.invited_at is not None or not campaign.is_open(at):
        return False
    seats = campaign.invitations.filter(employee__isnull=False)
    _write(campaign, INVITATION, seats.values_list("employee__user_id", flat=True), "invitation", at)
    campaign.invited_at = at
    campaign.save(update_fields=["invited_at"])
    return True


@transaction.atomic
def remind_if_due(campaign: Campaign, *, at: datetime) -> bool:
    """The clock's reminder. A day that was missed is made up for once, on the next working day."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("form").get(pk=campaign.pk)
    local = timezone.localtime(at)
    opens_on, closes_on = (timezone.localdate(moment) for moment in (campaign.opens_at, campaign.closes_at))
    is_due = reminders.due_on(
        local.date(),
        opens_on,
        closes_on,
        campaign.reminded_on,
        few=campaign.is_for_customers,
        off=days_off.known(),
    )
    if not (campaign.reminds and campaign.is_open(at) and is_due and FIRST_HOUR <= local.hour < LAST_HOUR):
        return False
    _remind(campaign, at)
    return True


@transaction.atomic
def remind_now(campaign: Campaign, *, by: User, at: datetime) -> None:
    """HR's reminder, at most one a day. It goes to those who have not answered, and tells nobody who they are.

    Raises CannotRemind.
    """
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("form").get(pk=campaign.pk)
    today = timezone.localdate(at)
    if not campaign.is_open(at) or campaign.invited_at is None:
        raise CannotRemind("People can be reminded while the survey is open and after they have been invited.")
    if today in (campaign.reminded_on, timezone.localdate(campaign.invited_at)):
        raise CannotRemind("People have had a mail about this survey today. Wait until tomorrow.")
    _remind(campaign, at)
    audit.record("reminded", campaign, by=by)


@transaction.atomic
def thank(campaign: Campaign, *, at: datetime) -> bool:
    """After the close: thank everyone who was invited, because nobody can see who answered. Forget who was reminded."""
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("form").get(pk=campaign.pk)
    if campaign.sealed_at is None or campaign.thanked_at is not None:
        return False
    mail.forget([REMINDER], key_prefix=_key(campaign, ""))
    contacts.forget(campaign)
    if campaign.invited_at is not None:
        seats = campaign.invitations.filter(employee__isnull=False)
        _write(campaign, THANKS, seats.values_list("employee__user_id", flat=True), "thanks", at)
    campaign.thanked_at = at
    campaign.save(update_fields=["thanked_at"])
    return True


def _remind(campaign: Campaign, at: datetime) -> None:
    today = timezone.localdate(at)
    if campaign.is_for_customers:
        contacts.remind(campaign, at=at)
    seats = campaign.invitations.filter(employee__isnull=False, answered=False)
    _write(campaign, REMINDER, seats.values_list("employee__user_id", flat=True), f"reminder:{today}", at)
    campaign.reminded_on = today
    campaign.save(update_fields=["reminded_on"])


def _write(campaign: Campaign, kind: str, users: Iterable[int], event: str, at: datetime) -> None:
    context = mails.context(campaign, kind.removeprefix("survey_"))
    mail.queue_all(kind, to=users, key=_key(campaign, event), context=context, at=at)


def _key(campaign: Campaign, event: str) -> str:
    return f"campaign:{campaign.pk}:{event}"
