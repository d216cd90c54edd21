"""What a person who is invited sees: their invitations, the introduction, the pages, their own draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import ceil
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext, gettext_noop

from assessments.surveys import ballot_box, ballot_keys, languages
from assessments.surveys.ballots import Draft
from assessments.surveys.languages import Words
from assessments.surveys.models import Campaign, Form, Invitation, Item, Placement
from assessments.surveys.queries.questions import (
    Question,
    answer_in,
    answer_words,
    fields_of,
    filled,
    question,
    question_text,
)
from core.constructs import Construct
from people.access import Viewer
from people.models import Unit

_SECONDS = {"likert": 8, "numeric": 8, "slider": 16, "comment": 60}  # where the version names no times of its own
_TIMING_KEYS = {"slider": "seconds_per_slider_pair"}
_INTRODUCTIONS: dict[str, str] = {Item.Audience.CUSTOMER: "customer_intro"}
_NOW = gettext_noop("Say how things are now, not how you would like them to be.")
_AS_WRITTEN: Words = {}  # the questionnaire's own language


@dataclass(frozen=True)
class InvitationCard:
    """One line of the list of surveys. No time of answering: none is stored."""

    pk: int
    campaign_pk: int
    title: str
    minutes: int
    opens_at: datetime
    closes_at: datetime
    answered: bool
    has_draft: bool
    counted_in: str


@dataclass(frozen=True)
class Watcher:
    """Who sees what of the results, and what never."""

    who: str
    sees: str
    never: str


@dataclass(frozen=True)
class Intro:
    """The page before the first question."""

    title: str
    organisation: str
    text: str
    minutes: int
    statements: int
    pairs: int
    comments: int
    opens_at: datetime
    closes_at: datetime
    has_draft: bool
    next_page: int
    counted_in: str
    counted_here: int
    minimum_group: int
    comment_group: int
    watchers: tuple[Watcher, ...]


@dataclass(frozen=True)
class Page:
    """One page: one construct, the pairs, or the comments. `sequence` is the latest save among its answers."""

    number: int
    of: int
    kind: str
    construct: Construct | None
    lead: str
    notes: tuple[str, ...]
    questions: tuple[Question, ...]
    done_percent: int
    minutes_left: int
    sequence: int


@dataclass(frozen=True)
class PageCheck:
    """How much of a page is still open."""

    number: int
    questions: int
    open: int


@dataclass(frozen=True)
class Check:
    """The last look before handing in."""

    answered: int
    total: int
    pages: tuple[PageCheck, ...]

    @property
    def open(self) -> int:
        return self.total - self.answered


@dataclass(frozen=True)
class DraftLine:
    question: str
    answer: str


def my_invitations(viewer: Viewer, *, at: datetime) -> list[InvitationCard]:
    """Surveys that are open to the viewer, those still to answer first. One query."""
    invitations = (
        Invitation.objects.visible_to(viewer)
        .filter(campaign__state=Campaign.State.OPEN, campaign__opens_at__lte=at, campaign__closes_at__gt=at)
        .select_related("campaign__form", "home")
        .annotate(has_draft=Exists(Draft.objects.filter(invitation=OuterRef("pk"))))
        .order_by("answered", "campaign__closes_at", "pk")
    )
    return [
        InvitationCard(
            pk=invitation.pk,
            campaign_pk=invitation.campaign_id,
            title=invitation.campaign.title,
            minutes=ceil(invitation.campaign.form.minutes),
            opens_at=invitation.campaign.opens_at,
            closes_at=invitation.campaign.closes_at,
            answered=invitation.answered,
            has_draft=invitation.has_draft,
            counted_in=invitation.home.name,
        )
        for invitation in invitations
    ]


def intro(invitation: Invitation, words: Words = _AS_WRITTEN) -> Intro:
    """Everything a person needs to know before they trust us with an answer, in the language of `words`."""
    campaign, form = invitation.campaign, invitation.campaign.form
    pages = _pages_of(form)
    texts = languages.said_texts(form.version.texts, words)
    kinds = [placement.item.kind for page in pages for placement in page]
    draft = _draft(invitation)
    return Intro(
        title=campaign.title,
        organisation=settings.ORGANISATION_NAME,
        text=filled(texts.get(_INTRODUCTIONS.get(form.audience, "employee_intro"), "")),
        minutes=ceil(form.minutes),
        statements=kinds.count(Item.Kind.LIKERT) + kinds.count(Item.Kind.NUMERIC),
        pairs=kinds.count(Item.Kind.SLIDER),
        comments=kinds.count(Item.Kind.COMMENT),
        opens_at=campaign.opens_at,
        closes_at=campaign.closes_at,
        has_draft=bool(draft),
        next_page=_first_open(pages, draft),
        counted_in=invitation.home.name,
        counted_here=invitation.home.invited,
        minimum_group=campaign.minimum_group,
        comment_group=campaign.comment_group,
        watchers=_watchers(invitation),
    )


def page(invitation: Invitation, number: int, words: Words = _AS_WRITTEN) -> Page | None:
    """One page with the person's answers so far; None where the form has no such page. Raises KeyMissing.

    Statements stand in an order of the person's own, the same at every visit; it is worked out, not stored.
    """
    form = invitation.campaign.form
    pages, scales = _pages_of(form, words), languages.said_scales(form.version.scales, words)
    if not 1 <= number <= len(pages):
        return None
    draft = _draft(invitation)
    placements = pages[number - 1]
    kind = placements[0].item.kind
    if kind in (Item.Kind.LIKERT, Item.Kind.NUMERIC):
        placements = sorted(placements, key=lambda p: sha256(f"{invitation.pk}:{p.item.code}".encode()).digest())
    questions = tuple(question(placement.item, scales, draft, audience=form.audience) for placement in placements)
    fields = {field for placement in placements for field in fields_of(placement.item)}
    latest = max((sequence for field, (_, sequence) in draft.items() if field in fields), default=0)
    texts = languages.said_texts(form.version.texts, words)
    return _page(number, pages, placements, questions, texts, sequence=latest)


def preview(form: Form, number: int, words: Words = _AS_WRITTEN) -> Page | None:
    """A page as somebody meets it who has answered nothing, in the order of the form; None where there is none."""
    pages, scales = _pages_of(form, words), languages.said_scales(form.version.scales, words)
    if not 1 <= number <= len(pages):
        return None
    placements = pages[number - 1]
    questions = tuple(question(p.item, scales, {}, audience=form.audience) for p in placements)
    texts = languages.said_texts(form.version.texts, words)
    return _page(number, pages, placements, questions, texts, sequence=0)


def page_or_404(invitation: Invitation, number: int, words: Words = _AS_WRITTEN) -> Page:
    found = page(invitation, number, words)
    if found is None:
        raise Http404("This questionnaire has no such page.")
    return found


def check(invitation: Invitation) -> Check:
    """How far the person has come, page by page. A pair counts as answered with both markers set."""
    draft = _draft(invitation)
    pages = []
    for number, placements in enumerate(_pages_of(invitation.campaign.form), start=1):
        is_open = [not _is_answered(placement.item, draft) for placement in placements]
        pages.append(PageCheck(number, len(is_open), sum(is_open)))
    total = sum(page.questions for page in pages)
    return Check(total - sum(page.open for page in pages), total, tuple(pages))


def draft_lines(invitation: Invitation, words: Words = _AS_WRITTEN) -> tuple[DraftLine, ...]:
    """The person's own draft in words; empty after submitting and after the seal."""
    draft = _draft(invitation)
    form = invitation.campaign.form
    scales = languages.said_scales(form.version.scales, words)
    lines = []
    for placement in (placement for placements in _pages_of(form, words) for placement in placements):
        item = placement.item
        given = [
            answer_words(item, scales, draft[field][0])
            for field in fields_of(item)
            if answer_in(draft, field) is not None
        ]
        if given:
            lines.append(DraftLine(question_text(item, form.audience), " · ".join(given)))
    return tuple(lines)


def _page(
    number: int,
    pages: Sequence[Sequence[Placement]],
    placements: Sequence[Placement],
    questions: tuple[Question, ...],
    texts: Mapping[str, Any],
    *,
    sequence: int,
) -> Page:
    first = placements[0].item
    return Page(
        number=number,
        of=len(pages),
        kind={"slider": "sliders", "comment": "comments"}.get(first.kind, "statements"),
        construct=Construct(first.construct) if first.construct else None,
        lead=_lead(first.kind, texts),
        notes=_notes(placements, texts),
        questions=questions,
        done_percent=100 * (number - 1) // len(pages),
        minutes_left=_minutes(pages[number - 1 :], texts.get("timing", {})),
        sequence=sequence,
    )


def _pages_of(form: Form, words: Words = _AS_WRITTEN) -> list[list[Placement]]:
    pages: dict[int, list[Placement]] = {}
    for placement in form.placements.select_related("item").order_by("order"):
        if words:
            languages.say(placement.item, words)
        pages.setdefault(placement.page, []).append(placement)
    return [pages[number] for number in sorted(pages)]


def _draft(invitation: Invitation) -> ballot_box.Draft:
    stored = Draft.objects.open_to(invitation).first()
    if stored is None:
        return {}
    return ballot_box.unlock_draft(bytes(stored.content), ballot_keys.load(invitation.campaign.key).draft)


def _is_answered(item: Item, draft: ballot_box.Draft) -> bool:
    return all(answer_in(draft, field) is not None for field in fields_of(item))


def _first_open(pages: Sequence[Sequence[Placement]], draft: ballot_box.Draft) -> int:
    """Where to go on: the page after the last one with an answer, or the first one that is not complete."""
    if not draft:
        return 1
    open_pages = [
        number
        for number, page in enumerate(pages, start=1)
        if not any(answer_in(draft, field) is not None for placement in page for field in fields_of(placement.item))
    ]
    incomplete = [
        number
        for number, page in enumerate(pages, start=1)
        if not all(_is_answered(placement.item, draft) for placement in page)
    ]
    return min(open_pages or incomplete or [len(pages)])


def _lead(kind: str, texts: Mapping[str, str]) -> str:
    if kind == Item.Kind.SLIDER:
        return filled(texts.get("slider_intro", ""))
    return "" if kind == Item.Kind.COMMENT else gettext(_NOW)


def _notes(placements: Sequence[Placement], texts: Mapping[str, str]) -> tuple[str, ...]:
    notes = []
    if any(placement.item.referent == "leaders" for placement in placements):
        notes.append(filled(texts.get("senior_leaders_note", "")))
    if placements[0].item.kind == Item.Kind.COMMENT:
        notes.append(filled(texts.get("comment_warning", "")))
    return tuple(notes)


def _minutes(pages: Sequence[Sequence[Placement]], timing: Mapping[str, int]) -> int:
    def seconds(kind: str) -> int:
        return int(timing.get(_TIMING_KEYS.get(kind, f"seconds_per_{kind}"), _SECONDS[kind]))

    return ceil(sum(seconds(placement.item.kind) for page in pages for placement in page) / 60)


def _watchers(invitation: Invitation) -> tuple[Watcher, ...]:
    """Who sees what, by name where it is the heads of one's own units. One query."""
    campaign, home = invitation.campaign, invitation.home
    said = {"limit": campaign.minimum_group, "more": campaign.comment_group, "organisation": settings.ORGANISATION_NAME}
    watchers = [
        Watcher(
            gettext("You and all colleagues"),
            gettext("Results of %(organisation)s as a whole, and of your own team if %(limit)s or more answer") % said,
            gettext("Anyone's answers"),
        )
    ]
    above = campaign.units_at_launch.filter(place__lte=home.place, last_place__gte=home.place).values("unit")
    heads = Unit.objects.filter(pk__in=above, parent__isnull=False).select_related("head").order_by("-position")
    for unit in heads:
        if unit.head and unit.head_id != invitation.employee_id:
            here = said | {"name": unit.head.name, "unit": unit.name}
            watchers.append(
                Watcher(
                    gettext("%(name)s, head of %(unit)s") % here,
                    gettext("Scores of %(unit)s if %(limit)s or more answer; comments if %(more)s or more answer")
                    % here,
                    gettext("Who wrote what, or when"),
                )
            )
    scores = gettext("Scores of %(organisation)s and its units, same limits") % said
    watchers.append(Watcher(gettext("Executives"), scores, gettext("Single answers")))
    exports = gettext("Single answers; they cannot be exported")
    watchers.append(Watcher(gettext("HR"), gettext("Scores of all groups, same limits"), exports))
    return tuple(watchers)
