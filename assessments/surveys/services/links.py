"""Ways in for customers, and their seats. A seat names nobody; a customer's answers go into the same sealed box."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext

from assessments.surveys import locks, seats
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.models.campaigns import SurveyLink
from core import audit
from core.errors import DomainError
from people.models import Employee, User

MOST_AT_ONCE = 2000


class LinkInvalid(DomainError):
    """The link breaks a rule; the sentence names it."""


class NoWayIn(DomainError):
    """The survey or this address is not open."""


@dataclass(frozen=True)
class Slip:
    """A code for one employee, shown once to be printed."""

    name: str
    unit: str
    code: str


@transaction.atomic
def add_link(campaign: Campaign, *, by: User, name: str, kind: str, is_public: bool, at: datetime) -> SurveyLink:
    """A new way into a customer survey. Raises LinkInvalid."""
    if not campaign.is_for_customers or campaign.sealed_at:
        raise LinkInvalid("Links are for customer surveys that have not closed.")
    link = SurveyLink(campaign=campaign, name=name, kind=kind, is_public=is_public, token=seats.new_token(), made_at=at)
    try:
        link.full_clean()
    except ValidationError as error:
        raise LinkInvalid(" ".join(error.messages)) from error
    link.save()
    audit.record("added a link", campaign, by=by, changes={"link": {"new": name}})
    return link


@transaction.atomic
def open_to_many(link: SurveyLink, *, by: User, is_public: bool) -> SurveyLink:
    """Open or close the public address. Seats that were taken stay. That of mailed links never opens."""
    link.is_public = is_public and link.kind != SurveyLink.Kind.CONTACTS
    link.save(update_fields=["is_public"])
    audit.record("opened a link" if is_public else "closed a link", link.campaign, by=by, changes={"link": link.name})
    return link


@transaction.atomic
def make_single_links(link: SurveyLink, *, by: User, count: int) -> list[str]:
    """Tokens that count once each. They are returned this once; only their hashes are kept. Raises LinkInvalid."""
    campaign = link.campaign
    if campaign.state != Campaign.State.OPEN:
        raise LinkInvalid("Single links are made after the launch and before the closing time.")
    if link.kind == SurveyLink.Kind.CONTACTS:
        raise LinkInvalid("These links are mailed, each to one contact. Make another link for a file.")
    if not 1 <= count <= MOST_AT_ONCE:
        raise LinkInvalid(f"Make between 1 and {MOST_AT_ONCE} links at a time.")
    home = campaign.units_at_launch.get(place=1)
    tokens = [seats.new_token() for _ in range(count)]
    Invitation.objects.bulk_create(
        Invitation(
            campaign=campaign,
            link=link,
            home=home,
            secret_digest=seats.digest(token),
            source=_source_of(link),
            is_handed_out=True,
        )
        for token in tokens
    )
    audit.record("made single links", campaign, by=by, changes={"link": link.name, "count": count})
    return tokens


@transaction.atomic
def take_seat(link: SurveyLink, *, said: str, at: datetime) -> str:
    """A new seat for somebody who came by a public address and pressed Start; the secret that opens it. Raises NoWayIn.

    `said` is the organisation they say they are from.
    """
    locks.share(link.campaign_id)
    campaign = Campaign.objects.get(pk=link.campaign_id)
    if not link.is_public or not campaign.is_open(at):
        raise NoWayIn(gettext("This survey is not open at the moment."))
    secret = seats.new_token()
    seat = Invitation.objects.create(
        campaign=campaign,
        link=link,
        home=campaign.units_at_launch.get(place=1),
        secret_digest=seats.digest(secret),
        source=_source_of(link) or seats.source(said),
    )
    if link.kind == SurveyLink.Kind.CONSUMERS:
        Invitation.objects.filter(pk=seat.pk).update(source=seats.source(f"seat {seat.pk}"))
    return secret


def say_source(seat: Invitation, *, said: str) -> None:
    """Keep which organisation the holder of a single link says they are from, unless the link tells it already."""
    if seat.link and not seat.source and not seat.answered:
        kind = SurveyLink.Kind(seat.link.kind)
        words = f"seat {seat.pk}" if kind is SurveyLink.Kind.CONSUMERS else said
        Invitation.objects.filter(pk=seat.pk, answered=False).update(source=seats.source(words))


@transaction.atomic
def make_codes(campaign: Campaign, *, by: User, employees: Iterable[Employee]) -> list[Slip]:
    """A code each for employees who have no e-mail at work; earlier codes of theirs stop working.

    For everyone chosen, whether they have answered or not, so that the slips tell nothing. Raises LinkInvalid.
    """
    if campaign.state != Campaign.State.OPEN or campaign.is_for_customers:
        raise LinkInvalid("Codes are made while a survey of people inside is open.")
    found = (
        Invitation.objects.select_for_update(of=("self",))
        .filter(campaign=campaign, employee__in=employees)
        .select_related("employee__unit")
        .order_by("employee__unit__position", "employee__name", "employee_id")
    )
    slips = []
    for seat in found:
        code = seats.new_code()
        Invitation.objects.filter(pk=seat.pk).update(secret_digest=seats.digest(code))
        assert seat.employee is not None
        slips.append(Slip(seat.employee.name, seat.employee.unit.name, code))
    if not slips:
        raise LinkInvalid("Nobody of those chosen is invited to this survey.")
    audit.record("made codes", campaign, by=by, changes={"count": {"new": len(slips)}})
    return slips


def _source_of(link: SurveyLink) -> str:
    return seats.source(f"link {link.pk}") if link.kind == SurveyLink.Kind.ORGANISATION else ""
