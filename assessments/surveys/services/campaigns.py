"""Verbs of a campaign's life: set up, change, launch, put off, close, publish."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import formats, timezone

from assessments.surveys import ballot_keys, rollup, segments
from assessments.surveys.models import Campaign, Form, InstrumentVersion, Invitation, Item, UnitSnapshot
from assessments.surveys.models.campaigns import MINIMUM_CUSTOMERS, SUBMIT_GRACE
from assessments.surveys.queries import audience as audience_queries
from assessments.surveys.queries import languages as language_queries
from assessments.surveys.queries import links
from assessments.surveys.queries.audience import Seating
from assessments.surveys.services import sharing, tags
from core import audit, notify
from core.errors import DomainError
from people.models import Employee, JobRole, RoleGrant, Unit, User

SET_UP_ONCE = (
    *("title", "audience", "new_joiners_days", "without_leavers", "without_sites", "reminds", "texts"),
    *("minimum_group", "minimum_comments", "cut_by", "segment_question", "segment_choices"),
    *("languages", "translations"),
)


class CampaignInvalid(DomainError):
    """The set-up breaks a rule; the sentence names it."""


class CampaignIsLaunched(DomainError):
    """Only a draft can be changed."""

    def __init__(self) -> None:
        super().__init__("This survey has been launched. Its questions, people and limits are fixed.")


class CannotLaunch(DomainError):
    """Something is missing before people can be invited."""


class NotYetClosable(DomainError):
    """A survey closes at the time that people were told."""


@transaction.atomic
def create_campaign(
    *,
    by: User | None,
    title: str,
    form: Form,
    audience: str,
    opens_at: datetime,
    closes_at: datetime,
    units: Iterable[Unit] = (),
    without_roles: Iterable[JobRole] = (),
    **more: object,
) -> Campaign:
    """Set up a draft; `more` are further fields of Campaign. Raises CampaignInvalid."""
    if audience == Campaign.Audience.CUSTOMERS:
        more.setdefault("minimum_group", MINIMUM_CUSTOMERS)
    campaign = Campaign(title=title, form=form, audience=audience, opens_at=opens_at, closes_at=closes_at, **more)
    _fit_split(campaign)
    _fit_languages(campaign)
    _check(campaign)
    campaign.save()
    campaign.units.set(units)
    campaign.without_roles.set(without_roles)
    audit.record("added", campaign, by=by, changes={"title": title, "smallest group": campaign.minimum_group})
    return campaign


@transaction.atomic
def prepare_again(campaign: Campaign, *, by: User, opens_at: datetime, closes_at: datetime) -> Campaign:
    """A draft like a campaign there is: its people, limits and words, the newest version of its questionnaire, other dates.

    Not its links, contacts or leaders' survey, which belong to the one time it was held.
    """
    kept = {name: getattr(campaign, name) for name in SET_UP_ONCE}
    return create_campaign(
        by=by,
        form=campaign.form.newest(),
        opens_at=opens_at,
        closes_at=closes_at,
        units=campaign.units.active(),
        without_roles=campaign.without_roles.all(),
        **kept,
    )


@transaction.atomic
def update_campaign(campaign: Campaign, *, by: User, **fields: Any) -> Campaign:
    """Change a draft's fields, sets of units and job roles among them. Raises CampaignIsLaunched, CampaignInvalid."""
    campaign = _locked_draft(campaign)
    changes: dict[str, object] = {}
    chosen = {name: fields.pop(name) for name in ("units", "without_roles") if name in fields}
    for name, value in fields.items():
        if (old := getattr(campaign, name)) != value:
            changes[name] = {"old": str(old), "new": str(value)}
            setattr(campaign, name, value)
    if campaign.is_for_customers and campaign.minimum_group < MINIMUM_CUSTOMERS:
        campaign.minimum_group = MINIMUM_CUSTOMERS
    _fit_split(campaign)
    _fit_languages(campaign)
    _check(campaign)
    kept = ("minimum_group", "cut_by", "segment_question", "segment_choices", "languages")
    campaign.save(update_fields=[*fields, *kept])
    for name, things in chosen.items():
        getattr(campaign, name).set(things)
        changes[name] = {"new": ", ".join(map(str, things))}
    audit.record("changed", campaign, by=by, changes=changes)
    return campaign


@transaction.atomic
def delete_draft(campaign: Campaign, *, by: User) -> None:
    """Raises CampaignIsLaunched."""
    campaign = _locked_draft(campaign)
    audit.record("deleted", campaign, by=by)
    campaign.delete()


@transaction.atomic
def launch(campaign: Campaign, *, by: User | None, at: datetime) -> Campaign:
    """Freeze the set-up, the unit tree and everybody's seat, make the keys and invite. Raises CannotLaunch."""
    campaign = _locked_draft(campaign)
    seating = audience_queries.seating(campaign, on=at.date())
    _check_launch(campaign, seating, at)
    _fit_split(campaign)
    campaign.public_key = ballot_keys.create(campaign.key).public
    campaign.bands = audience_queries.bands_of(campaign, seating)
    campaign.state, campaign.launched_at, campaign.invited = Campaign.State.OPEN, at, len(seating.seats)
    campaign.save(update_fields=["public_key", "cut_by", "bands", "state", "launched_at", "invited"])
    units = _freeze_units(campaign, seating)
    Invitation.objects.bulk_create(
        (
            Invitation(
                campaign=campaign,
                employee_id=seat.employee_pk,
                home=units[seat.home],
                tenure_band=seat.tenure_band,
                site=seat.site,
            )
            for seat in seating.seats
        ),
        batch_size=2000,
    )
    audit.record("launched", campaign, by=by, changes={"invited": campaign.invited, "limit": campaign.minimum_group})
    return campaign


@transaction.atomic
def put_off_closing(campaign: Campaign, *, by: User, closes_at: datetime) -> Campaign:
    """Give people more time; less is refused with CampaignInvalid."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.state != Campaign.State.OPEN:
        raise CampaignInvalid("Only a survey that is open can be given more time.")
    if closes_at <= campaign.closes_at:
        raise CampaignInvalid("The closing time can be put off, not brought forward: people were told the other one.")
    following = campaign.staff_campaigns.exclude(state=Campaign.State.DRAFT).filter(opens_at__lt=closes_at).first()
    if following:
        raise CampaignInvalid(
            f"Leaders go first: {following} opens on {_words(following.opens_at)}, so this one closes by then at the latest."
        )
    old, campaign.closes_at = campaign.closes_at, closes_at
    campaign.save(update_fields=["closes_at"])
    audit.record("put off", campaign, by=by, changes={"closes at": {"old": str(old), "new": str(closes_at)}})
    return campaign


@transaction.atomic
def close(campaign: Campaign, *, by: User | None, at: datetime) -> Campaign:
    """Seal the answers and compute the release plan, once. Raises NotYetClosable, KeyMissing; nothing is lost by either.

    A campaign that is sealed already is left as it is.
    """
    if at < campaign.closes_at + SUBMIT_GRACE:
        raise NotYetClosable(f"This survey is open until {campaign.closes_at:%d %B %Y, %H:%M} UTC.")
    withheld = links.why_withheld(campaign) if campaign.is_for_customers and not campaign.sealed_at else ""
    if rollup.seal(campaign.pk, at=at):
        audit.record("closed", campaign, by=by, changes={"withheld because": withheld} if withheld else None)
        _tell_hr_of_customers(campaign, withheld, at)
        tags.gather_campaign(campaign.pk)
        transaction.on_commit(lambda: ballot_keys.destroy(campaign.key))
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def publish(campaign: Campaign, *, by: User | None, at: datetime) -> Campaign:
    """Let everyone read the release plan, each within their scope, and tell them. Raises CampaignInvalid before the seal."""
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if campaign.state == Campaign.State.PUBLISHED:
        return campaign
    if campaign.state != Campaign.State.CLOSED:
        raise CampaignInvalid("Results are published after the survey has closed.")
    campaign.state, campaign.published_at = Campaign.State.PUBLISHED, at
    campaign.save(update_fields=["state", "published_at"])
    audit.record("published", campaign, by=by)
    if sharing.open_due(campaign, at=at):
        return campaign
    if campaign.audience != Campaign.Audience.LEADERS:  # the leaders' view stands beside the staff's results
        notify.tell_all(
            Employee.objects.active().values_list("user_id", flat=True),
            f"results-released:{campaign.pk}",
            f"The results of “{campaign.title}” are out. See your unit and the whole organisation.",
            reverse("surveys:campaign_results", args=[campaign.pk]),
            at,
        )
    return campaign


def _tell_hr_of_customers(campaign: Campaign, withheld: str, at: datetime) -> None:
    """News for HR administrators after a customer survey: who asked to be contacted, and why nothing is shown."""
    admins = RoleGrant.objects.filter(role=RoleGrant.Role.HR_ADMIN).values_list("user_id", flat=True)
    if asked := campaign.contact_requests.count():
        people = "customer asks" if asked == 1 else "customers ask"
        url = reverse("surveys:contact_requests", args=[campaign.pk])
        notify.tell_all(
            admins, f"contact-requests:{campaign.pk}", f"{campaign.title}: {asked} {people} to be contacted.", url, at
        )
    if withheld:
        url = reverse("surveys:campaign", args=[campaign.pk])
        notify.tell_all(
            admins, f"withheld:{campaign.pk}", f"{campaign.title}: results stay hidden. {withheld}"[:300], url, at
        )


def _locked_draft(campaign: Campaign) -> Campaign:
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not campaign.is_draft:
        raise CampaignIsLaunched
    return campaign


def _fit_split(campaign: Campaign) -> None:
    """Customers have no years of service and no site: only what they are asked can split their results. Staff are not asked."""
    if campaign.is_for_customers:
        campaign.cut_by = Campaign.Cut.ASKED if campaign.segment_question else Campaign.Cut.NONE
        return
    campaign.segment_question, campaign.segment_choices = "", []
    if campaign.cut_by == Campaign.Cut.ASKED:
        campaign.cut_by = Campaign.Cut.NONE


def _fit_languages(campaign: Campaign) -> None:
    """Only what is published for the version can be offered: another questionnaire may come in fewer languages."""
    known = language_queries.published(campaign.form.version_id) if campaign.languages else []
    campaign.languages = [code for code in known if code in campaign.languages]


def _check(campaign: Campaign) -> None:
    try:
        campaign.full_clean(exclude=["public_key", "bands"])
        segments.check(campaign.segment_question, campaign.segment_choices)
    except ValidationError as error:
        raise CampaignInvalid(" ".join(error.messages)) from error
    except segments.BadChoices as error:
        raise CampaignInvalid(str(error)) from error


def _check_launch(campaign: Campaign, seating: Seating, at: datetime) -> None:
    if campaign.form.version.state != InstrumentVersion.State.PUBLISHED:
        raise CannotLaunch("This questionnaire is not published, so it cannot be sent out.")
    if campaign.form.items.filter(kind=Item.Kind.PROMPT).exists():
        raise CannotLaunch(f"{campaign.form} is a workbook: it is filled in by name, not as an anonymous survey.")
    if campaign.closes_at <= at:
        raise CannotLaunch("The closing time is past. Choose a later one.")
    if campaign.is_for_customers:
        _check_customers(campaign)
    elif len(seating.seats) < campaign.minimum_group:
        raise CannotLaunch(
            f"Only {len(seating.seats)} people would be invited. Results need at least {campaign.minimum_group} answers."
        )
    if campaign.leaders_campaign:
        _check_leaders_first(campaign, campaign.leaders_campaign)


def _check_customers(campaign: Campaign) -> None:
    if campaign.form.audience != Item.Audience.CUSTOMER:
        raise CannotLaunch(f"{campaign.form} asks people inside. Choose a questionnaire for customers.")
    if not campaign.links.exists():
        raise CannotLaunch("Customers come by link: make at least one link, or add contacts, before you launch.")


def _check_leaders_first(campaign: Campaign, leaders: Campaign) -> None:
    """The database holds this too: trigger leaders_go_first on surveys_campaign."""
    if leaders.is_draft:
        raise CannotLaunch(f"Leaders go first: launch {leaders} before this one.")
    if campaign.opens_at < leaders.closes_at:
        raise CannotLaunch(
            f"Leaders go first: {leaders} closes on {_words(leaders.closes_at)}. Open this one then or later."
        )


def _words(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "j F Y, H:i")


def _freeze_units(campaign: Campaign, seating: Seating) -> list[UnitSnapshot]:
    here = seating.invited_here
    invited, last = list(here), list(range(len(here)))
    for place in range(len(here) - 1, 0, -1):
        parent = seating.nodes[place].parent
        invited[parent] += invited[place]
        last[parent] = max(last[parent], last[place])
    return UnitSnapshot.objects.bulk_create(
        (
            UnitSnapshot(
                campaign=campaign,
                unit_id=node.unit_pk or None,
                key=node.key,
                name=node.name,
                place=place + 1,
                last_place=last[place] + 1,
                parent_place=node.parent + 1 if node.parent >= 0 else None,
                depth=node.depth,
                invited_here=here[place],
                invited=invited[place],
            )
            for place, node in enumerate(seating.nodes)
        ),
        batch_size=2000,
    )
