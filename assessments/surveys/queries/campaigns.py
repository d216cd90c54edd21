"""What HR sees of a campaign: set-up, the simulation before launch, participation. Never an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from assessments.surveys import ballot_keys, reminders, suppression
from assessments.surveys.models import Campaign, Item, UnitSnapshot
from assessments.surveys.models.campaigns import CampaignQuerySet
from assessments.surveys.queries import audience, simulated_bands
from assessments.surveys.queries.audience import Seating
from assessments.surveys.queries.counts import counts_to_show
from assessments.surveys.queries.simulated_bands import SimulatedSplit
from assessments.surveys.release import SPREAD_GROUP
from assessments.surveys.scoring import whole
from assessments.surveys.suppression import Counts
from core import days_off
from core.models import NOWHERE
from people.access import Role, Viewer
from people.models import Employee

ANSWERING_SHARE = 0.80
LONG_OPEN = 120  # days; longer is rarely meant
_MOST_RUNS, _FEWEST_RUNS, _RUN_BUDGET = 200, 10, 20_000  # units times runs
HIDDEN_FEW, HIDDEN_NEIGHBOUR = "few", "neighbour"
TOO_FEW, NEIGHBOUR = -1, -2  # in place of a count that is not shown
COUNTED_AT_ONCE = 2_000  # invited people up to whom every page counts anew
COUNT_KEPT = 60  # seconds, for larger campaigns


@dataclass(frozen=True)
class CampaignRow:
    """One line of HR's list. `answered` is None below the smallest group shown."""

    pk: int
    title: str
    audience: str
    state: str
    state_label: str
    opens_at: datetime
    closes_at: datetime
    invited: int
    answered: int | None
    percent: int | None
    problem: str


@dataclass(frozen=True)
class CampaignDetail:
    """The set-up of one campaign in words."""

    row: CampaignRow
    form: str
    minutes: int
    minimum_group: int
    units: tuple[str, ...]
    left_out: tuple[str, ...]
    leaders_title: str
    cut: str


@dataclass(frozen=True)
class SimulatedUnit:
    """What would be shown of a unit. `hidden` holds even if everybody answers; `shown_percent` counts the trial runs."""

    name: str
    depth: int
    invited: int
    hidden: str
    reason: str
    shown_percent: int
    comments: str
    counted_with: str  # the unit whose results hold these people instead; "" where the unit is shown

    @property
    def why(self) -> str:
        return f"{self.reason}; its people count in {self.counted_with}" if self.counted_with else self.reason


@dataclass(frozen=True)
class Simulation:
    """A launch tried out: nothing is stored and nobody is told."""

    invited: int
    without_mail: int  # of them, people who have no e-mail and need a code on paper
    minutes: int
    statements: int
    minimum_group: int
    answering_percent: int
    runs: int
    units: tuple[SimulatedUnit, ...]
    splits: tuple[SimulatedSplit, ...]
    warnings: tuple[str, ...]  # what may be a slip: texts that are not there, a survey that is open for very long

    @property
    def reached_words(self) -> str:
        """Such as: 198 by mail, 5 by a code on paper"""
        if not self.without_mail:
            return "as the organisation is today"
        return f"{self.invited - self.without_mail} by mail, {self.without_mail} by a code on paper"

    @property
    def hidden(self) -> tuple[SimulatedUnit, ...]:
        return tuple(unit for unit in self.units if unit.hidden)


@dataclass(frozen=True)
class ParticipationRow:
    name: str
    depth: int
    invited: int
    words: str


@dataclass(frozen=True)
class Participation:
    """How many have answered, by unit where that singles nobody out. `answered` is None below the limit."""

    invited: int
    answered: int | None
    percent: int | None
    words: str
    units: tuple[ParticipationRow, ...]


def campaign_rows(viewer: Viewer) -> list[CampaignRow]:
    """Every campaign the viewer may know of, newest first. One query."""
    return [row_of(campaign, campaign.answered) for campaign in counted(Campaign.objects.visible_to(viewer))]


def counted(campaigns: CampaignQuerySet) -> QuerySet[Any]:
    """Newest first: said here, because a count takes the model's own order away."""
    found = campaigns.annotate(answered=Count("invitations", filter=Q(invitations__answered=True)))
    return found.order_by("-opens_at", "-pk")


def campaign_detail(campaign: Campaign) -> CampaignDetail:
    """The set-up in words."""
    cut = Campaign.Cut(campaign.cut_by)
    return CampaignDetail(
        row=row_of(campaign, campaign.invitations.filter(answered=True).count()),
        form=campaign.form.name,
        minutes=ceil(campaign.form.minutes),
        minimum_group=campaign.minimum_group,
        units=tuple(campaign.units.values_list("name", flat=True)),
        left_out=_left_out(campaign),
        leaders_title=campaign.leaders_campaign.title if campaign.leaders_campaign else "",
        cut=campaign.name_of(cut) if cut else "",
    )


def _left_out(campaign: Campaign) -> tuple[str, ...]:
    """Whom the set-up leaves out, in words."""
    found = []
    if campaign.new_joiners_days:
        found.append(f"who joined in the last {campaign.new_joiners_days} days")
    if campaign.without_leavers and not campaign.is_for_customers:
        found.append("who leaves before it closes")
    found += [f"job role {role}" for role in campaign.without_roles.all()]
    return tuple(found + [f"site {site}" for site in campaign.without_sites])


def reminder_days(campaign: Campaign) -> tuple[date, ...]:
    """The days on which those who have not answered are reminded; none where that is switched off."""
    if not campaign.reminds or (campaign.is_for_customers and not campaign.contacts.exists()):
        return ()
    opens_on, closes_on = timezone.localdate(campaign.opens_at), timezone.localdate(campaign.closes_at)
    return reminders.days(opens_on, closes_on, few=campaign.is_for_customers, off=days_off.known())


def simulate(campaign: Campaign) -> Simulation:
    """Try out a draft's launch as of now: which units would be hidden if everybody answers, and how often at 80%."""
    seating = audience.seating(campaign, on=timezone.localdate())
    here, parents, k = seating.invited_here, seating.parents, campaign.minimum_group
    shown, invited = counts_to_show(parents, here, k)
    runs = max(_FEWEST_RUNS, min(_MOST_RUNS, _RUN_BUDGET // max(1, len(here))))
    shares = _shown_shares(parents, here, k, runs)
    nearest = suppression.nearest_shown(parents, shown)
    units = []
    for place, node in enumerate(seating.nodes):
        people, is_shown = int(invited[place]), bool(shown[place])
        small = [seating.nodes[other].name for other in _small_beside(parents, invited, k, place)]
        units.append(
            SimulatedUnit(
                name=node.name,
                depth=node.depth,
                invited=people,
                hidden="" if is_shown else HIDDEN_FEW if people < k else HIDDEN_NEIGHBOUR,
                reason=_reason(is_shown, people, k, small),
                shown_percent=whole(100 * shares[place]),
                comments=_comment_words(is_shown, people, k),
                counted_with="" if is_shown or nearest[place] < 0 else seating.nodes[nearest[place]].name,
            )
        )
    return Simulation(
        invited=len(seating.seats),
        without_mail=_without_mail(seating),
        minutes=ceil(campaign.form.minutes),
        statements=campaign.form.items.filter(kind__in=(Item.Kind.LIKERT, Item.Kind.NUMERIC)).count(),
        minimum_group=k,
        answering_percent=whole(100 * ANSWERING_SHARE),
        runs=runs,
        units=tuple(units),
        splits=simulated_bands.splits(campaign, seating, shown),
        warnings=_warnings(campaign),
    )


def _without_mail(seating: Seating) -> int:
    asked = {seat.employee_pk for seat in seating.seats}
    return len(asked.intersection(Employee.objects.active().without_address().values_list("pk", flat=True)))


def without_mail(campaign: Campaign) -> int:
    """How many of those invited have no e-mail; whether they have answered does not matter."""
    return campaign.invitations.filter(employee__user__email__endswith=NOWHERE).count()


def _warnings(campaign: Campaign) -> tuple[str, ...]:
    """A closing time far away, and what people would read in words that are not meant for them, or not at all."""
    found = []
    days = (campaign.closes_at - campaign.opens_at).days
    if days > LONG_OPEN:
        found.append(f"It stays open for {days:,} days. Is the year of the closing time right?")
    if campaign.is_for_customers:
        of_staff = campaign.form.items.exclude(audience=Item.Audience.CUSTOMER).filter(customer_text="")
        if count := of_staff.count():
            found.append(f"{count} questions have no wording for customers: they would read the employees’ one.")
    intro = "customer_intro" if campaign.is_for_customers else "employee_intro"
    if not campaign.form.version.texts.get(intro):
        found.append("The questionnaire has no introduction.")
    return tuple(found)


def participation(campaign: Campaign, viewer: Viewer | None = None) -> Participation:
    """Answered of invited, in all and by unit, while open and after. Two queries.

    A unit's count is given only where no group of fewer than `minimum_group` answers can be worked out from all counts
    together. HR partners see the units they look after.
    """
    counts, k = _counts(campaign), campaign.minimum_group
    units = list(campaign.units_at_launch.order_by("place"))
    tops = _tops_in_scope(units, viewer)
    known = None if counts.total == TOO_FEW else counts.total
    return Participation(
        invited=campaign.invited,
        answered=known,
        percent=_percent(known, campaign.invited),
        words=_count_words(known, campaign.invited, k),
        units=tuple(
            ParticipationRow(unit.name, unit.depth, unit.invited, _participation_words(unit, said, k))
            for unit, said in zip(units, counts.by_place, strict=True)
            if any(top.contains(unit.place) for top in tops)
        ),
    )


def unit_participation(campaign: Campaign, unit: UnitSnapshot) -> str:
    """The words of `participation` for one unit of it."""
    return _participation_words(unit, _counts(campaign).by_place[unit.place - 1], campaign.minimum_group)


@dataclass(frozen=True)
class _Counts:
    """How many answered, in all and by place; TOO_FEW or NEIGHBOUR where that is not shown."""

    total: int
    by_place: list[int]


def _counts(campaign: Campaign) -> _Counts:
    """A large campaign is counted once a minute at most: which counts may stand together is worked out from all of them."""
    if campaign.invited <= COUNTED_AT_ONCE:
        return _count(campaign)
    found = cache.get_or_set(f"participation:{campaign.pk}", lambda: _count(campaign), COUNT_KEPT)
    assert isinstance(found, _Counts)
    return found


def _count(campaign: Campaign) -> _Counts:
    units = list(
        campaign.units_at_launch.order_by("place")
        .annotate(answered_here=Count("seats", filter=Q(seats__answered=True)))
        .values_list("parent_place", "invited", "answered_here")
    )
    k, here = campaign.minimum_group, [answered for _, _, answered in units]
    parents = [(parent or 0) - 1 for parent, _, _ in units]
    shown, answered = counts_to_show(parents, here, k, [invited >= k for _, invited, _ in units])
    said = np.where(shown, answered, np.where(answered < k, TOO_FEW, NEIGHBOUR))
    return _Counts(sum(here) if sum(here) >= k else TOO_FEW, said.tolist())


def row_of(campaign: Campaign, answered: int) -> CampaignRow:
    """One line; the count is left out below the smallest group shown."""
    known = answered if answered >= campaign.minimum_group else None
    problem = ""
    if campaign.state == Campaign.State.OPEN and not ballot_keys.exist(campaign.key):
        problem = "The key of this survey is not on this server: answers cannot be saved. Put the key file back."
    return CampaignRow(
        pk=campaign.pk,
        title=campaign.title,
        audience=campaign.get_audience_display().split(":")[0],
        state=campaign.state,
        state_label=campaign.get_state_display(),
        opens_at=campaign.opens_at,
        closes_at=campaign.closes_at,
        invited=campaign.invited,
        answered=known,
        percent=_percent(known, campaign.invited),
        problem=problem,
    )


def _percent(answered: int | None, invited: int) -> int | None:
    return whole(100 * answered / invited) if answered is not None and invited else None


def _count_words(answered: int | None, invited: int, k: int) -> str:
    if not invited:  # customers: nobody knows how many there are
        return f"fewer than {k}" if answered is None else str(answered)
    return f"{answered} of {invited}" if answered is not None else f"fewer than {k} of {invited}"


def _participation_words(unit: UnitSnapshot, said: int, k: int) -> str:
    if unit.invited < k:
        return f"not shown: fewer than {k} invited"
    if said >= 0:
        return _count_words(said, unit.invited, k)
    return (
        f"fewer than {k} of {unit.invited}" if said == TOO_FEW else "not shown, to protect a small neighbouring group"
    )


def _tops_in_scope(units: Sequence[UnitSnapshot], viewer: Viewer | None) -> list[UnitSnapshot]:
    """The units whose parts the viewer may read about."""
    if viewer is None or viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        return list(units[:1])
    partner_of = {scope.pk for scope in viewer.partner_units}
    return [unit for unit in units if unit.unit_id in partner_of]


def _shown_shares(parents: list[int], here: list[int], k: int, runs: int) -> list[float]:
    """Share of trial runs that show each unit, when everybody answers with the same chance."""
    random = np.random.default_rng(0)  # the same page shows the same numbers
    counts = np.zeros(len(here))
    for _ in range(runs if here else 0):
        counts += suppression.largest_safe(parents, random.binomial(here, ANSWERING_SHARE).tolist(), k)
    return (counts / runs).tolist()


def _small_beside(parents: list[int], invited: Counts, k: int, place: int) -> list[int]:
    """Small units beside a hidden one, for whose sake it is hidden."""
    return [other for other in range(len(parents)) if parents[other] == parents[place] and 0 < invited[other] < k]


def _reason(is_shown: bool, invited: int, k: int, small_neighbours: list[str]) -> str:
    if is_shown:
        return "Shown if enough people answer"
    if invited < k:
        return "Hidden, too small"
    return f"Hidden with {', '.join(small_neighbours)}" if small_neighbours else "Hidden to protect a small group"


def _comment_words(is_shown: bool, invited: int, k: int) -> str:
    if not is_shown or invited < max(SPREAD_GROUP, k):
        return "Shown with a larger unit"
    return "Shown if enough people answer"
