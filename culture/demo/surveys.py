"""Campaigns of the demo company: leaders first, then the staff, both published; a pulse that is open; one in preparation."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random

from django.utils import dateformat, timezone, translation

from assessments.surveys import ballot_box, ballot_keys, inbox
from assessments.surveys.ballots import SealedBallot
from assessments.surveys.models import Campaign, Form, Invitation
from assessments.surveys.queries import audience, layouts
from assessments.surveys.queries import inbox as queries
from assessments.surveys.services import campaigns, participation, tags
from assessments.surveys.services import inbox as inbox_services
from culture.demo import answers
from people.models import Employee, User

BATCH = 2000
CLOSED_BEFORE = timedelta(days=40)  # when the published surveys closed, counted back from the load
OPEN_FOR = timedelta(days=18)
WAVE_BEFORE = timedelta(days=245)  # the staff survey before it, in another season
LEADERS_BEFORE = OPEN_FOR  # the staff are asked when the leaders have answered
PULSE_OPEN_SINCE, PULSE_OPEN_FOR = timedelta(days=9), timedelta(days=14)
PREPARED_AHEAD = timedelta(days=68)
STAFF_SHARE, PULSE_SHARE = 0.87, 0.55
# Days that the pulse has been open, and the share of its answers that were in by then.
PULSE_COURSE = ((0, 0.31), (1, 0.48), (2, 0.55), (4, 0.62), (7, 0.88), (8, 0.97))
ASKED = "Thank you for telling us. What would help you most: more time, better tools, or another rule?"
ANSWERED = "Another rule. We ask customers to wait for a second signature that nobody reads."
LANGUAGES = ("de",)  # offered beside the questionnaire's own
TAGS = (("Waiting and delays", "wait, delay, hurry"), ("Rules and approvals", "rule, signature, approv, refund"))
SEASONS = ("Winter", "Spring", "Summer", "Autumn")


def load(at: datetime, *, by: User, unanswered: Collection[Employee]) -> str:
    """Run the published waves from launch to publication, open a pulse, prepare the next wave."""
    end = at - CLOSED_BEFORE
    earlier = end - WAVE_BEFORE
    hold(by, f"{season(earlier)} culture survey", "employee_full", "staff", earlier, STAFF_SHARE, answers.EARLIER)
    title = f"{season(end)} culture survey"
    leaders = hold(by, f"{title}, leaders", "leader_full", "leaders", end - LEADERS_BEFORE, 1.0, answers.LEADERS)
    staff = hold(by, title, "employee_full", "staff", end, STAFF_SHARE, answers.STAFF, beside=leaders, cut_by="both")
    for name, keywords in TAGS:
        tags.save_tag(None, by=by, name=name, keywords=keywords)
    pulse = open_pulse(at, by=by, unanswered=unanswered)
    later = at + PREPARED_AHEAD
    campaigns.create_campaign(
        by=by,
        title=f"{season(later)} culture survey",
        form=shipped_form("employee_full"),
        languages=LANGUAGES,  # its name has no German so far: the launch check says so
        audience=Campaign.Audience.STAFF,
        opens_at=later,
        closes_at=later + OPEN_FOR,
    )
    return f"{staff.title} of {staff.invited} people published beside {leaders.invited} leaders, {pulse.title} open"


def hold(
    by: User,
    title: str,
    form: str,
    audience: str,
    closes_at: datetime,
    share: float,
    levels: tuple[int, ...],
    *,
    beside: Campaign | None = None,
    cut_by: str = "",
) -> Campaign:
    """One wave from launch to publication, `share` of the invited answering."""
    opens_at = closes_at - OPEN_FOR
    campaign = campaigns.create_campaign(
        by=by,
        title=title,
        form=shipped_form(form),
        audience=audience,
        opens_at=opens_at,
        closes_at=closes_at,
        leaders_campaign=beside,
        cut_by=cut_by,
    )
    campaigns.launch(campaign, by=by, at=opens_at)
    campaign.refresh_from_db()
    codes = cast(campaign, share, answers.Voice(levels))
    closed_at = closes_at + timedelta(minutes=6)
    campaigns.close(campaign, by=None, at=closed_at)
    published = campaigns.publish(campaign, by=by, at=closed_at + timedelta(days=3))
    if beside:
        talk(codes, by=by, at=closed_at + timedelta(days=5))
    return published


def talk(codes: list[str], *, by: User, at: datetime) -> None:
    """HR asks back about one comment, and its writer answers."""
    for code in codes:
        for conversation in queries.conversations_of(code):
            comment = queries.own_comment(code, conversation.key)
            assert comment is not None
            inbox_services.answer(
                comment, text=ASKED, by=by, by_words=f"{Employee.objects.get(user=by).name}, HR", on=at.date()
            )
            inbox_services.write_back(code, comment, text=ANSWERED)
            inbox_services.tell_readers(at=at)
            return


def open_pulse(at: datetime, *, by: User, unanswered: Collection[Employee]) -> Campaign:
    """A pulse for everyone, leaders included, that about half have answered; never those in `unanswered`."""
    opens_at = timezone.localtime(at - PULSE_OPEN_SINCE).replace(hour=8, minute=0, second=0, microsecond=0)
    campaign = campaigns.create_campaign(
        by=by,
        title=f"{timezone.localtime(at):%B} pulse",
        form=shipped_form("employee_pulse"),
        languages=LANGUAGES,
        translations={"de": {"title": f"Kurzumfrage {_month_in_german(at)}"}},
        audience=Campaign.Audience.EVERYONE,
        opens_at=opens_at,
        closes_at=(opens_at + PULSE_OPEN_FOR).replace(hour=18),
    )
    campaigns.launch(campaign, by=by, at=opens_at)
    campaign.refresh_from_db()
    cast(campaign, PULSE_SHARE, answers.Voice(answers.STAFF), without=unanswered)
    answered = campaign.invitations.filter(answered=True).count()
    for days, share in PULSE_COURSE:
        on = timezone.localdate(opens_at) + timedelta(days=days)
        participation.keep(campaign, answered=round(answered * share), on=on)
    return campaign


def _month_in_german(at: datetime) -> str:
    with translation.override("de"):
        return dateformat.format(timezone.localtime(at), "F")


def cast(campaign: Campaign, share: float, voice: answers.Voice, *, without: Collection[Employee] = ()) -> list[str]:
    """Ballots as services.answering.submit would leave them, in bulk; the inbox codes of those who commented."""
    keys, layout = ballot_keys.load(campaign.key), layouts.layout_of(campaign.form)
    left_out = {employee.pk for employee in without}
    invited = Invitation.objects.filter(campaign=campaign).select_related("home", "employee")
    voters, ballots, codes = [], [], []
    for invitation in invited:
        employee = invitation.employee
        assert employee is not None
        random = Random(f"{campaign.form.key} {employee.number}")  # nobody's answers hang on the order
        if employee.pk in left_out or random.random() >= share:
            continue
        voters.append(invitation.pk)
        given = answers.answers(layout, voice.of_unit(invitation.home.key), random)
        receipt = keys.receipt_of(campaign.key, employee.pk)
        code = keys.inbox_code_of(receipt)
        comments = tuple(str(given.get(question, "")) for question in layout.comments)
        band = audience.band_of(campaign.cut_by, invitation.tenure_band, invitation.site)
        ballot = ballot_box.Ballot(
            place=invitation.home.place,
            band=campaign.bands.index(band) + 1 if campaign.bands else 0,
            vector=layout.vector(given),
            comments=comments,
            reply_key=inbox.reply_key(code),
        )
        codes += [code] if any(comments) else []
        ballots.append(
            SealedBallot(
                receipt=receipt,
                campaign_number=campaign.pk,
                payload=ballot_box.seal(ballot, bytes(campaign.public_key)),
            )
        )
    SealedBallot.objects.bulk_create(ballots, batch_size=BATCH)
    Invitation.objects.filter(pk__in=voters).update(answered=True)
    return codes


def season(moment: datetime) -> str:
    """By the calendar of the northern hemisphere, where the company is."""
    return SEASONS[timezone.localtime(moment).month % 12 // 3]


def shipped_form(key: str) -> Form:
    """A form of the questionnaire that ships, whatever other questionnaires are published beside it."""
    return Form.objects.get(key=key, version__state="published", version__instrument__key="seven-cs-default")
