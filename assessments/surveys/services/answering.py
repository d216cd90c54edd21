"""Saving and submitting answers. The two verbs that leave no audit entry: it would link a person and an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext

from assessments.surveys import ballot_box, ballot_keys, contact_requests, inbox, locks, segments
from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.contact_requests import Asked
from assessments.surveys.models import Campaign, ContactRequest, Invitation, SurveyLink
from assessments.surveys.queries import audience, layouts
from assessments.surveys.vectors import Answer, BadAnswer, Layout
from core.errors import DomainError

__all__ = [
    "AlreadySubmitted",
    "BadAnswer",
    "NothingAnswered",
    "Receipt",
    "Saved",
    "SurveyClosed",
    "save_answers",
    "submit",
]


HANDED_IN, REPEATS_SECONDS = "surveys:handed-in:", 600


class SurveyClosed(DomainError):
    """The closing time and its five minutes of grace have passed, or the survey has not opened."""


class AlreadySubmitted(DomainError):
    """A submitted ballot cannot be changed: nobody, not even its writer, can find it again."""

    def __init__(self) -> None:
        super().__init__(
            gettext("Your answers are in already. They cannot be changed, because nobody can tell which are yours.")
        )


class NothingAnswered(DomainError):
    """An empty ballot is not sent."""

    def __init__(self) -> None:
        super().__init__(gettext("You have not answered anything yet. Answer at least one statement before you send."))


@dataclass(frozen=True)
class Saved:
    """How far a person has come: answered fields of all that the form asks."""

    answered: int
    total: int


@dataclass(frozen=True)
class Receipt:
    """The code that proves a ballot was counted, and the one that opens the conversation about its comments.

    Both are given to the call that handed in and to no later one, lead back to nobody and are not stored. `inbox` is ""
    where the form asks for no comment.
    """

    code: str = ""
    inbox: str = ""


@transaction.atomic
def save_answers(invitation: Invitation, *, answers: Mapping[str, object], sequence: int, at: datetime) -> Saved:
    """Keep answers as typed, so that the person can resume. Per field the highest sequence wins, whatever arrives when.

    A draft of another browser is not read but replaced, and a code or link never learns that the seat has answered.
    Raises SurveyClosed, AlreadySubmitted, BadAnswer, KeyMissing.
    """
    campaign = _accepting(invitation, at)
    keys = ballot_keys.load(campaign.key)
    layout = layouts.layout_of(campaign.form)
    checked = {field: layout.parsed(field, raw) for field, raw in answers.items()}
    invitation = _locked(invitation)
    if invitation.is_shown_as_answered:
        raise AlreadySubmitted
    stored = Draft.objects.open_to(invitation).first()
    draft = ballot_box.unlock_draft(bytes(stored.content), keys.draft) if stored else {}
    for field, answer in checked.items():
        if sequence >= draft.get(field, (None, sequence))[1]:
            draft[field] = (answer, sequence)
    kept = {"content": ballot_box.lock_draft(draft, keys.draft), "visit": invitation.visit or ""}
    if not Draft.objects.filter(invitation=invitation).update(**kept):
        Draft.objects.create(invitation=invitation, **kept)
    return Saved(sum(answer is not None for answer, _ in draft.values()), len(layout.fields))


@transaction.atomic
def submit(invitation: Invitation, *, at: datetime, asked: Asked | None = None, group: str = "") -> Receipt:
    """Seal the saved draft into a ballot, erase the draft and tick the invitation. A repeat gets an empty receipt.

    Whoever comes second may hold the same code or link and yet be somebody else, so nothing is said twice, and what
    they answered is discarded without a word. `asked`: a customer who may be contacted; a copy of the answers is sealed
    beside the ballot (contact_requests). `group`: their answer to the question that results are split by, "" where they
    prefer not to say. Raises SurveyClosed, NothingAnswered, KeyMissing; the draft stays in every case.
    """
    campaign = _accepting(invitation, at)
    keys = ballot_keys.load(campaign.key)
    receipt = keys.receipt_of(campaign.key, invitation.respondent_number)
    layout = layouts.layout_of(campaign.form)
    code = keys.inbox_code_of(receipt) if layout.comments else ""
    invitation = _locked(invitation)
    if invitation.is_shown_as_answered or _is_repeat(invitation):
        return Receipt()
    ballot = _ballot(campaign, invitation, keys, layout, inbox.reply_key(code) if code else inbox.NO_KEY, group)
    is_new = not invitation.answered and not SealedBallot.objects.filter(receipt=receipt).exists()
    if is_new:
        payload = ballot_box.seal(ballot, bytes(campaign.public_key))
        SealedBallot.objects.create(receipt=receipt, campaign_number=campaign.pk, payload=payload)
        if asked and campaign.is_for_customers:
            _keep_request(campaign, invitation, keys, asked, ballot)
    Invitation.objects.filter(pk=invitation.pk).update(answered=True)
    Draft.objects.filter(invitation=invitation).delete()
    if invitation.visit:
        cache.set(HANDED_IN + invitation.visit, True, REPEATS_SECONDS)  # noqa: FBT003 - the cache's own signature
    return Receipt(keys.code_of(receipt), code) if is_new else Receipt()


def _locked(invitation: Invitation) -> Invitation:
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("home", "link").get(pk=invitation.pk)
    locked.visit = invitation.visit
    return locked


def _is_repeat(invitation: Invitation) -> bool:
    """Whether the browser of a code or link handed in just now and has begun nothing since: a form that was sent twice."""
    if invitation.visit is None or Draft.objects.open_to(invitation).exists():
        return False
    return bool(cache.get(HANDED_IN + invitation.visit))


def _accepting(invitation: Invitation, at: datetime) -> Campaign:
    """The campaign, kept from being sealed until this transaction ends. Raises SurveyClosed."""
    is_sealing = not locks.share(invitation.campaign_id)
    campaign = Campaign.objects.select_related("form").get(pk=invitation.campaign_id)
    if is_sealing or not campaign.accepts_answers(at):
        raise SurveyClosed(
            gettext("This survey is closed. Answers are not taken any more.")
            if at > campaign.opens_at
            else gettext("This survey has not opened yet.")
        )
    return campaign


def _ballot(
    campaign: Campaign,
    invitation: Invitation,
    keys: ballot_keys.CampaignKeys,
    layout: Layout,
    reply_key: bytes,
    group: str,
) -> ballot_box.Ballot:
    answers = _answers(invitation, keys)
    if not answers:
        raise NothingAnswered
    is_grouped = campaign.cut_by == Campaign.Cut.ASKED
    band = audience.band_of(campaign.cut_by, invitation.tenure_band, invitation.site)
    if is_grouped:
        band = group if group in campaign.bands else segments.NOT_SAID
    return ballot_box.Ballot(
        place=invitation.home.place,
        band=campaign.bands.index(band) + 1 if band and campaign.bands else 0,
        vector=layout.vector(answers),
        comments=tuple(str(answers.get(code, "")) for code in layout.comments),
        reply_key=reply_key,
        source=_source(invitation) if is_grouped else None,
    )


def _source(invitation: Invitation) -> bytes:
    """The customer's organisation, if we wrote to them by mail: then no secret of theirs was in anybody else's hands."""
    is_mailed = invitation.link is not None and invitation.link.kind == SurveyLink.Kind.CONTACTS
    return segments.source_bytes(invitation.source) if is_mailed else segments.NO_SOURCE


def _keep_request(
    campaign: Campaign,
    invitation: Invitation,
    keys: ballot_keys.CampaignKeys,
    asked: Asked,
    ballot: ballot_box.Ballot,
) -> None:
    answers = _answers(invitation, keys)
    payload = contact_requests.seal(asked, invitation.source, answers, bytes(campaign.public_key), ballot)
    ContactRequest.objects.create(campaign=campaign, payload=payload)


def _answers(invitation: Invitation, keys: ballot_keys.CampaignKeys) -> dict[str, Answer]:
    """What the holder of the seat has answered so far, by field."""
    stored = Draft.objects.open_to(invitation).first()
    draft = ballot_box.unlock_draft(bytes(stored.content), keys.draft) if stored else {}
    return {field: answer for field, (answer, _) in draft.items() if answer is not None}
