"""Customers of the demo company: a published view from outside, a link that is open, and a pulse that comes again."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from assessments.surveys import ballot_box, ballot_keys, contact_files, contact_requests, seats, segments
from assessments.surveys.ballots import SealedBallot
from assessments.surveys.contact_requests import Asked
from assessments.surveys.models import Campaign, ContactRequest, Invitation, SurveyLink
from assessments.surveys.queries import layouts
from assessments.surveys.services import campaigns, contacts, links, series
from culture.demo import answers
from culture.demo.surveys import LANGUAGES, shipped_form
from people.models import User

LEVELS = (57, 59, 49, 62, 46, 60, 52)  # index of the seven Cs as customers see them
HEARD_BEFORE, OPEN_FOR = timedelta(days=46), timedelta(days=21)
LINK_OPEN_SINCE, LINK_OPEN_FOR = timedelta(days=6), timedelta(days=28)
PULSE_AHEAD_DAYS, YEAR_AHEAD_DAYS = 45, 320
WAYS_IN = {  # name of the link -> kind, and how many customers answered
    "Hillside school trust": ("organisation", 9),
    "Marlow clinics": ("organisation", 11),
    "Northgate housing": ("organisation", 8),
    "Mail after a repair": ("channel", 26),
}
MAILED = 64  # of the survey that is published: customers whom a mail was written to
GROUP_QUESTION = "How long have you been our customer?"
GROUPS = ("Less than a year", "One to five years", "Longer")
ORGANISATIONS = ("Ashby hotels", "Brook foods", "Calder college", "Dene surgery", "Elm theatre")
COMMENTS = {
    "CC1": (
        "Engineers who explain what they did in words we understand.",
        "The same person answering when we call about a running case.",
        "Coming out on the day you promised, even in the cold week.",
        "Honest advice on when a repair is not worth the money any more.",
        "The note a day before each visit.",
    ),
    "CC2": (
        "Tell us about a delay before we have to ask.",
        "One invoice we can read, please.",
        "We explain every fault three times to three people.",
        "A number that is answered after five o’clock.",
        "Ask our caretakers, not only our purchasing.",
    ),
}
COMMENT_SHARE = 0.35
PUBLIC = "Mail after a repair"
TITLES_IN_GERMAN = {"Customer view": "Die Sicht der Kunden", "How do we serve you?": "Wie gut sind wir für Sie da?"}
CONTACTS = (  # name, organisation, e-mail of whom the open survey is mailed to
    ("Ines Ford", "Ashby hotels", "ines.ford@ashby.example"),
    ("Tom Arkwright", "Ashby hotels", "tom.arkwright@ashby.example"),
    ("Nora Quist", "Brook foods", "nora.quist@brook.example"),
    ("Bela Okafor", "Calder college", "bela.okafor@calder.example"),
    ("", "Dene surgery", "practice@dene.example"),
    ("Ruth Penn", "Elm theatre", "ruth.penn@elm.example"),
)
MAY_BE_CONTACTED = {3: Asked("Ruth Penn", "ruth.penn@elm.example"), 11: Asked("Bela Okafor", "020 7946 0011")}


def load(at: datetime, *, by: User) -> str:
    """One customer survey published, one open by link, and a quarterly pulse planned."""
    asked = {"segment_question": GROUP_QUESTION, "segment_choices": list(GROUPS)}
    heard = _campaign(at - HEARD_BEFORE - OPEN_FOR, OPEN_FOR, "Customer view", by=by, **asked)
    links.add_link(heard, by=by, name=contacts.WAY_IN, kind="contacts", is_public=False, at=heard.opens_at)
    answer(heard)
    closed_at = heard.closes_at + timedelta(minutes=6)
    campaigns.close(heard, by=None, at=closed_at)
    campaigns.publish(heard, by=by, at=closed_at + timedelta(days=2))
    opened = _campaign(at - LINK_OPEN_SINCE, LINK_OPEN_FOR, "How do we serve you?", by=by)
    contacts.add(opened, [contact_files.Row(1, *row) for row in CONTACTS], by=by, at=opened.opens_at)
    series.create_series(
        by=by,
        title="Annual culture survey",
        form=shipped_form("employee_full"),
        months=12,
        first_on=timezone.localdate(at) + timedelta(days=YEAR_AHEAD_DAYS),
        audience=Campaign.Audience.STAFF,
        leaders_form=shipped_form("leader_full"),
    )
    pulse = series.create_series(
        by=by,
        title="Quarterly pulse",
        form=shipped_form("employee_pulse"),
        rotates=True,
        months=3,
        first_on=timezone.localdate(at) + timedelta(days=PULSE_AHEAD_DAYS),
    )
    return f"{heard} published, {opened} open by {opened.links.count()} links, {pulse} from {pulse.first_on:%d %B %Y}"


def public_link() -> SurveyLink | None:
    """The customer link that a visitor of the demo may try."""
    links_of_open = SurveyLink.objects.filter(campaign__state=Campaign.State.OPEN, is_public=True)
    return links_of_open.filter(name=PUBLIC, campaign__closes_at__gt=timezone.now()).first()


def _campaign(opens_at: datetime, lasts: timedelta, title: str, *, by: User, **more: Any) -> Campaign:
    opens_at = timezone.localtime(opens_at).replace(hour=9, minute=0, second=0, microsecond=0)
    campaign = campaigns.create_campaign(
        by=by,
        title=title,
        form=shipped_form("customer"),
        languages=LANGUAGES,
        translations={"de": {"title": TITLES_IN_GERMAN[title]}},
        audience=Campaign.Audience.CUSTOMERS,
        opens_at=opens_at,
        closes_at=(opens_at + lasts).replace(hour=18),
        **more,
    )
    for name, (kind, _) in WAYS_IN.items():
        links.add_link(campaign, by=by, name=name, kind=kind, is_public=True, at=opens_at)
    return campaigns.launch(campaign, by=by, at=opens_at)


def answer(campaign: Campaign) -> None:
    """Seats and ballots as services.answering.submit would leave them, in bulk."""
    home = campaign.units_at_launch.get(place=1)
    taken = [
        Invitation(campaign=campaign, link=link, home=home, answered=True, source=_source(link, number))
        for link in campaign.links.all()
        for number in range(MAILED if link.name == contacts.WAY_IN else WAYS_IN[link.name][1])
    ]
    keys, layout = ballot_keys.load(campaign.key), layouts.layout_of(campaign.form)
    ballots = []
    for number, seat in enumerate(Invitation.objects.bulk_create(taken)):
        random = Random(f"customer {number}")
        given = answers.answers(layout, answers.Voice(LEVELS), random)
        given |= {code: random.choice(said) for code, said in COMMENTS.items() if random.random() < COMMENT_SHARE}
        comments = tuple(str(given.get(code, "")) for code in layout.comments)
        band, source = _group(campaign, seat, number)
        ballot = ballot_box.Ballot(1, band, layout.vector(given), comments, source=source)
        receipt = keys.receipt_of(campaign.key, seat.respondent_number)
        payload = ballot_box.seal(ballot, bytes(campaign.public_key))
        ballots.append(SealedBallot(receipt=receipt, campaign_number=campaign.pk, payload=payload))
        if asked := MAY_BE_CONTACTED.get(number):
            copy = contact_requests.seal(asked, seat.source, given, bytes(campaign.public_key), ballot)
            ContactRequest.objects.create(campaign=campaign, payload=copy)
    SealedBallot.objects.bulk_create(ballots)


def _group(campaign: Campaign, seat: Invitation, number: int) -> tuple[int, bytes | None]:
    """In turn one of the groups, or rather not said; and whom a mail was written to."""
    if not campaign.bands:
        return 0, None
    is_mailed = seat.link is not None and seat.link.name == contacts.WAY_IN
    source = segments.source_bytes(seat.source) if is_mailed else segments.NO_SOURCE
    return number % len(campaign.bands) + 1, source


def _source(link: SurveyLink, number: int) -> str:
    if link.kind == SurveyLink.Kind.ORGANISATION:
        return seats.source(f"link {link.pk}")
    return seats.source(ORGANISATIONS[number % len(ORGANISATIONS)])
