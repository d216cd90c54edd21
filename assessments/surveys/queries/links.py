"""Ways into a survey without a sign-in: what HR sees of links, and whom a secret seats."""

from dataclasses import dataclass
from math import ceil

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from assessments.surveys import languages, seats
from assessments.surveys.ballots import Draft
from assessments.surveys.languages import Words
from assessments.surveys.models import Campaign, Invitation, Item
from assessments.surveys.models.campaigns import MINIMUM_GROUP, MINIMUM_SOURCES, SurveyLink
from assessments.surveys.queries.counts import counts_to_show
from assessments.surveys.queries.questions import filled
from assessments.surveys.scoring import whole

A_FEW, ALL_BUT_A_FEW = 1, 99  # in place of a percentage that would count fewer people than the smallest group


@dataclass(frozen=True)
class LinkRow:
    """One link as HR sees it. `answered` is in words, so that no small group is counted."""

    pk: int
    name: str
    kind: str
    is_public: bool
    url: str
    answered: str
    is_mailed: bool = False


@dataclass(frozen=True)
class Outline:
    """What somebody who comes by link reads before the first question."""

    text: str
    minutes: int
    statements: int
    comments: int


def outline(campaign: Campaign, words: Words) -> Outline:
    kinds = list(campaign.form.items.values_list("kind", flat=True))
    return Outline(
        text=filled(languages.said_texts(campaign.form.version.texts, words).get("customer_intro", "")),
        minutes=ceil(campaign.form.minutes),
        statements=kinds.count(Item.Kind.LIKERT) + kinds.count(Item.Kind.NUMERIC),
        comments=kinds.count(Item.Kind.COMMENT),
    )


def rows(campaign: Campaign) -> list[LinkRow]:
    """The links of a customer survey, with answers counted where no group below the limit can be worked out."""
    if not campaign.is_for_customers:
        return []
    links = list(campaign.links.annotate(answers=Count("seats", filter=Q(seats__answered=True))))
    k = campaign.minimum_group
    shown, _ = counts_to_show([-1, *(0 for _ in links)], [0, *(link.answers for link in links)], k)
    return [
        LinkRow(
            pk=link.pk,
            name=link.name,
            kind=link.get_kind_display(),
            is_public=link.is_public,
            url=address_of(link.token),
            answered=_words(link.answers, k, may_show=bool(may_show)),
            is_mailed=link.kind == SurveyLink.Kind.CONTACTS,
        )
        for link, may_show in zip(links, shown[1:], strict=True)
    ]


def address_of(secret: str) -> str:
    """The full address that a secret is handed out as."""
    return settings.BASE_URL.rstrip("/") + reverse("surveys:visit_arrival", args=[secret])


def kiosk_address(campaign: Campaign) -> str:
    """Where a shared device asks for a code."""
    return settings.BASE_URL.rstrip("/") + reverse("surveys:kiosk", args=[campaign.key])


def public_link(token: str) -> SurveyLink | None:
    """The link of a public address whose survey has been launched, open or not."""
    links = SurveyLink.objects.select_related("campaign__form__version")
    return links.filter(token=token).exclude(campaign__state=Campaign.State.DRAFT).first() if token else None


def seat_of(secret: str, key: str = "") -> Invitation | None:
    """The seat that a token or code opens, for the browser with this key."""
    found = Invitation.objects.select_related("campaign__form__version", "home", "link")
    seat = found.filter(secret_digest=seats.digest(secret)).first() if secret else None
    if seat:
        seat.visit = seats.mark(seat.pk, key)
    return seat


def has_draft(seat: Invitation) -> bool:
    """Whether the holder of the seat, in this browser, has begun and not handed in."""
    return Draft.objects.open_to(seat).exists()


def enough_sources(campaign: Campaign) -> bool:
    """Whether customers of at least three organisations have answered (method.md, section 2)."""
    answered = campaign.invitations.filter(answered=True).exclude(source="")
    return answered.values("source").distinct().count() >= MINIMUM_SOURCES


def enough_at_large(campaign: Campaign) -> bool:
    """Whether five answers came by ways whose secrets nobody inside has held (docs/decisions/007)."""
    answered = campaign.invitations.filter(answered=True, is_handed_out=False)
    return answered.count() >= MINIMUM_GROUP


def open_percent(campaign: Campaign) -> int:
    """Share of the answers that came by an open address, before the seal forgets it: 0, tens, or 100.

    1 for a few and 99 for all but a few, where either side has fewer people than the smallest group.
    """
    answered, by_mail = Q(answered=True), Q(is_handed_out=True) | Q(link__kind=SurveyLink.Kind.CONTACTS)
    counts = campaign.invitations.aggregate(
        all=Count("pk", filter=answered), others=Count("pk", filter=answered & by_mail)
    )
    others = counts["others"]
    came = counts["all"] - others
    if came == 0 or others == 0:
        return 100 if came else 0
    if min(came, others) < campaign.minimum_group:
        return A_FEW if came < others else ALL_BUT_A_FEW
    return min(90, max(10, 10 * whole(10 * came / counts["all"])))


def open_words(campaign: Campaign) -> str:
    """What readers of the results are told about open addresses; "" where no answer came by one."""
    shares = {A_FEW: "A few", ALL_BUT_A_FEW: "All but a few", 100: "All"}
    share = campaign.open_percent
    if not share:
        return ""
    return (
        f"{shares.get(share) or f'About {share}%'} of the answers came by an open address. Whoever has it can answer more than "
        "once, and nobody can tell."
    )


def why_withheld(campaign: Campaign) -> str:
    """Why the results of a customer survey stay hidden as a whole although people have answered; "" where they do not."""
    if not enough_sources(campaign):
        return f"Fewer than {MINIMUM_SOURCES} customer organisations have answered."
    if not enough_at_large(campaign):
        return (
            f"Fewer than {MINIMUM_GROUP} answers came by the public addresses or by our mails. Answers by downloaded links "
            "alone could be the work of whoever downloaded them."
        )
    return ""


def _words(answered: int, k: int, *, may_show: bool) -> str:
    if may_show and answered >= k:
        return str(answered)
    return "none yet" if answered == 0 and may_show else f"fewer than {k}" if answered < k else "not shown"
