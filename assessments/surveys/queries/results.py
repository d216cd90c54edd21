"""What a published campaign says about a unit. Reads the release plan and nothing else: what is hidden is not there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean
from typing import Any

from django.db.models import Case, Q, Subquery, When

from assessments.surveys import cells
from assessments.surveys.cells import Hidden
from assessments.surveys.eyes import Eyes
from assessments.surveys.masks import SPREAD_GROUP
from assessments.surveys.models import Campaign, Invitation, UnitRelease, UnitSnapshot
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.scoring import LOW_RESPONSE_SHARE, agreement_word, band, whole
from assessments.surveys.vectors import Layout
from core.constructs import Construct
from people.access import Role, Viewer

NEIGHBOUR_WORDS = "Not shown, so that answers of a small neighbouring group stay private."
NO_CLEAR_DIFFERENCE = "no clear difference"
_FLAGS = {1: ("higher", "higher than the rest"), -1: ("lower", "lower than the rest")}


@dataclass(frozen=True)
class Place:
    """A unit to point at."""

    place: int
    name: str


@dataclass(frozen=True)
class ConstructScore:
    """One C of one group. Everything but `construct` and `hidden` is empty where it may not be shown."""

    construct: Construct
    hidden: str = ""
    index: int | None = None
    exact: float | None = None  # unrounded: for differences and order, never for a page
    band: str = ""
    word: str = ""
    favourable: int | None = None
    n: int | None = None
    low: int | None = None
    high: int | None = None
    margin_words: str = ""
    flag: str = ""
    flag_words: str = ""
    agreement: str = ""


@dataclass(frozen=True)
class Scores:
    """The seven Cs of one group; `overall` only where all seven are shown."""

    name: str
    constructs: tuple[ConstructScore, ...]
    overall: int | None
    overall_band: str
    overall_word: str
    lowest: Construct | None

    def of(self, construct: Construct) -> ConstructScore | None:
        return next((score for score in self.constructs if score.construct == construct), None)


@dataclass(frozen=True)
class UnitResults:
    """A unit's page. `hidden` says why its own numbers are not there; then `shown` is the unit that stands in."""

    campaign_pk: int
    title: str
    closed_at: datetime
    place: int
    name: str
    hidden: str
    shown: Place | None
    answers: int | None
    invited: int
    percent: int | None
    low_response: bool
    all_answered: bool
    sentence: str
    minimum_group: int
    trail: tuple[Place, ...]
    children: tuple[Place, ...]
    scores: Scores | None
    parent: Scores | None
    organisation: Scores | None
    leaders: Scores | None
    keep: str = ""  # of an address, while HR looks through other eyes

    @property
    def keep_only(self) -> str:
        return f"?{self.keep}" if self.keep else ""

    @property
    def keep_and(self) -> str:
        return f"{self.keep}&" if self.keep else ""

    @property
    def comment_group(self) -> int:
        """People who stand behind a comment, at least."""
        return max(SPREAD_GROUP, self.minimum_group)

    @property
    def is_top(self) -> bool:
        return self.place == 1

    @property
    def answered_words(self) -> str:
        """Such as: 167 of 193 people answered (87%). How many customers there are, nobody knows."""
        if not self.invited:
            return f"{self.answers} people answered"
        return f"{self.answers} of {self.invited} people answered ({self.percent}%)"

    @property
    def stand_in(self) -> Place | None:
        return self.shown if self.hidden else None

    @property
    def parent_name(self) -> str:
        return self.parent.name if self.parent else ""


@dataclass(frozen=True)
class Gap:
    """Leaders' index less everyone else's, from unrounded values."""

    construct: Construct
    staff: int
    leaders: int
    points: int
    words: str


@dataclass(frozen=True)
class BandScores:
    """One value of an attribute, for the whole organisation."""

    attribute: str
    label: str
    answers: int
    scores: Scores


@dataclass(frozen=True)
class Withheld:
    """An attribute of the campaign by which nothing is shown, and why."""

    attribute: str
    why: str


@dataclass(frozen=True)
class OwnScores:
    """The newest results where the viewer is counted. `hidden` says why the scores are those of a unit above."""

    title: str
    hidden: str
    scores: Scores


def my_unit(campaign: Campaign, viewer: Viewer) -> UnitSnapshot:
    """Where "my results" opens: the unit one heads, else the one counted in, else the organisation; with its release.

    One query, two for strangers to the campaign. Each of them is open to whoever reads anything of the campaign
    (UnitSnapshotQuerySet.visible_to), so it is not asked again.
    """
    units = campaign.units_at_launch.select_related("release")
    me = viewer.employee
    if me is None or viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        return units.get(place=1)
    headed = [unit.pk for unit in viewer.headed_units]
    seat = Invitation.objects.filter(campaign=campaign, employee=me).values("home")[:1]
    found = units.filter(Q(unit__in=headed) | Q(pk=Subquery(seat)) | Q(unit=me.unit_id))
    rank = Case(When(unit__in=headed, then=0), When(unit=me.unit_id, then=2), default=1)
    return found.alias(rank=rank).order_by("rank", "place").first() or units.get(place=1)


def own_scores(viewer: Viewer) -> OwnScores | None:
    """Three queries; None where nothing is published yet or not even the organisation is shown."""
    top = latest_top(viewer)
    if top is None:
        return None
    campaign, unit = top.campaign, my_unit(top.campaign, viewer)
    released = shown_release(unit)
    if released is None:
        return None
    scores = scores_of(released, released.unit.name, layout_of(campaign.form_id))
    return OwnScores(campaign.title, hidden_words(unit.release.hidden, campaign.minimum_group), scores)


def latest(viewer: Viewer) -> UnitResults | None:
    """The organisation's newest results with scores of the Cs."""
    top = latest_top(viewer)
    return unit_results(top, viewer) if top else None


def latest_top(viewer: Viewer) -> UnitSnapshot | None:
    """The organisation in the newest campaign that has scores of the Cs; a pulse asks too little for them."""
    return (
        UnitSnapshot.objects.tops_visible_to(viewer)
        .exclude(campaign__audience__in=[Campaign.Audience.LEADERS, Campaign.Audience.CUSTOMERS])
        .exclude(release__constructs=b"")
        .select_related("campaign")
        .order_by("-campaign__closes_at", "-campaign_id")
        .first()
    )


def unit_results(unit: UnitSnapshot, viewer: Viewer) -> UnitResults:
    """The page of one unit, which comes with its campaign. Three queries, whatever the size of the organisation."""
    return results_beside(unit, leaders_release(unit.campaign, viewer), viewer)


def results_beside(unit: UnitSnapshot, leaders: UnitRelease | None, viewer: Viewer) -> UnitResults:
    """The same for who holds the release that `leaders_release` found. Two queries."""
    campaign = unit.campaign
    above = UnitSnapshot.objects.filter(campaign=campaign, place__lte=unit.place, last_place__gte=unit.place)
    line = list(above.select_related("release").order_by("place"))
    unit, top = line[-1], line[0]
    constructs = tuple(layout_of(campaign.form_id).constructs)
    shown_line = [above for above in line if not above.release.hidden]
    shown = shown_line[-1] if shown_line else None
    parent = shown_line[-2] if len(shown_line) > 1 else None
    answers = unit.release.answers
    share = answers / unit.invited if answers is not None and unit.invited else None
    children = UnitSnapshot.objects.visible_to(viewer).filter(campaign=campaign, parent_place=unit.place)
    hidden = hidden_words(unit.release.hidden, campaign.minimum_group)
    return UnitResults(
        campaign_pk=campaign.pk,
        title=campaign.title,
        closed_at=campaign.closes_at,
        place=unit.place,
        name=unit.name,
        hidden=hidden,
        shown=Place(shown.place, shown.name) if shown else None,
        answers=answers,
        invited=unit.invited,
        percent=_percent(answers, unit.invited),
        low_response=share is not None and share < LOW_RESPONSE_SHARE,
        all_answered=answers == unit.invited,
        sentence=hidden or f"{_counted(answers, unit.invited)} answered. You see averages only, nobody's own answers.",
        minimum_group=campaign.minimum_group,
        trail=tuple(Place(above.place, above.name) for above in line[:-1]),
        children=tuple(Place(place, name) for place, name in children.values_list("place", "name")),
        scores=unit_scores(shown, constructs, campaign.minimum_group) if shown else None,
        parent=unit_scores(parent, constructs, campaign.minimum_group) if parent else None,
        organisation=unit_scores(top, constructs, campaign.minimum_group) if not top.release.hidden else None,
        leaders=scores_of(leaders, "Leaders", layout_of(leaders.unit.campaign.form_id)) if leaders else None,
        keep=viewer.query if isinstance(viewer, Eyes) else "",
    )


def leaders_gaps(results: UnitResults) -> tuple[Gap, ...]:
    """Leaders against everyone else, for the whole organisation; only the Cs that both sides show."""
    if not (results.organisation and results.leaders):
        return ()
    gaps = []
    for leaders in results.leaders.constructs:
        staff = results.organisation.of(leaders.construct)
        if staff is None or staff.exact is None or leaders.exact is None:
            continue
        points = whole(leaders.exact - staff.exact)
        side = "above" if points > 0 else "below"
        words = f"Leaders {abs(points)} {side} everyone else" if points else "Leaders and everyone else agree"
        gaps.append(Gap(leaders.construct, staff.index or 0, leaders.index or 0, points, words))
    return tuple(gaps)


def splits(campaign: Campaign) -> tuple[BandScores, ...]:
    """The organisation's scores by each attribute of the campaign on its own; without what the audit withheld."""
    constructs = tuple(layout_of(campaign.form_id).constructs)
    found = []
    for released in campaign.bands_released.order_by("order"):
        records = cells.unpack(released.constructs, "constructs", released.layout)
        scores = [
            _construct_score(construct, record, released.answers, campaign.minimum_group)
            for construct, record in zip(constructs, records, strict=True)
        ]
        attribute = campaign.name_of(released.attribute or campaign.cut_by)
        found.append(BandScores(attribute, released.label, released.answers, _summary(released.label, scores)))
    return tuple(found)


def withheld_splits(campaign: Campaign, shown: Sequence[BandScores]) -> tuple[Withheld, ...]:
    """The attributes of a launch that the audit withheld, in words."""
    there, k = {band.attribute for band in shown}, campaign.comment_group
    why = f"Not shown: there are not two groups of {k} people that give nobody away, beside all else that is shown."
    if campaign.is_for_customers:
        why = f"Not shown: there are not two groups of {k} people of three organisations to whom we wrote by mail."
    names = [campaign.name_of(attribute) for attribute in campaign.attributes if campaign.bands]
    return tuple(Withheld(name, why) for name in names if name not in there)


def hidden_words(hidden: str | Hidden, k: int) -> str:
    """Why a number is absent, in words; "" where it is there."""
    if hidden in (UnitRelease.Hidden.NO, Hidden.NO):
        return ""
    too_few = hidden in (UnitRelease.Hidden.TOO_FEW, Hidden.TOO_FEW)
    return f"Not shown: fewer than {k} answers." if too_few else NEIGHBOUR_WORDS


def shown_release(unit: UnitSnapshot) -> UnitRelease | None:
    """The release of a unit or, where it is hidden, of the nearest shown unit above, with the unit's campaign. One query."""
    place = UnitRelease.objects.filter(unit=unit).values("shown_at_place")
    found = UnitRelease.objects.filter(unit__campaign=unit.campaign_id, unit__place=Subquery(place))
    released = found.select_related("unit").first()
    if released:
        released.unit.campaign = unit.campaign
    return released


def leaders_release(campaign: Campaign, viewer: Viewer) -> UnitRelease | None:
    """The leaders' organisation-wide release that stands beside a staff campaign, once it is shared with the viewer.

    One query, with leaders' results or without.
    """
    tops = UnitSnapshot.objects.tops_visible_to(viewer).filter(campaign__staff_campaigns=campaign.pk)
    return UnitRelease.objects.select_related("unit__campaign").filter(unit__in=tops, hidden="").first()


def scores_of(released: UnitRelease, name: str, layout: Layout) -> Scores:
    """The seven Cs of one shown release, which comes with its unit and campaign; `layout` is that of its form."""
    campaign = released.unit.campaign
    records = cells.unpack(released.constructs, "constructs", released.layout)
    return _summary(
        name,
        [
            _construct_score(construct, record, released.unit.invited, campaign.minimum_group)
            for construct, record in zip(layout.constructs, records, strict=True)
        ],
    )


def unit_scores(unit: UnitSnapshot, constructs: Sequence[Construct], k: int) -> Scores:
    """The seven Cs of one shown unit, which comes with its release."""
    records = cells.unpack(unit.release.constructs, "constructs", unit.release.layout)
    return _summary(
        unit.name,
        [_construct_score(c, record, unit.invited, k) for c, record in zip(constructs, records, strict=True)],
    )


def _summary(name: str, scores: list[ConstructScore]) -> Scores:
    values = {score.construct: score.exact for score in scores if score.exact is not None}
    overall = fmean(values.values()) if len(values) == len(Construct) else None
    return Scores(
        name=name,
        constructs=tuple(scores),
        overall=whole(overall) if overall is not None else None,
        overall_band=band(overall).value if overall is not None else "",
        overall_word=band(overall).word if overall is not None else "",
        lowest=min(values, key=lambda construct: values[construct]) if values else None,
    )


def _construct_score(construct: Construct, record: Any, invited: int, k: int) -> ConstructScore:
    if record["hidden"] != Hidden.NO:
        return ConstructScore(construct, hidden=hidden_words(Hidden(int(record["hidden"])), k))
    value, margin, n = float(record["index"]), float(record["margin"]), int(record["n"])
    low = high = None
    words = ""
    if invited and n >= invited:
        words = "Everyone invited answered."
    elif not math.isnan(margin):
        low, high = whole(max(0.0, value - margin)), whole(min(100.0, value + margin))
        words = f"Likely between {low} and {high} had everyone answered."
    flag, flag_words = _FLAGS.get(int(record["flag"]), ("", NO_CLEAR_DIFFERENCE))
    favourable, alike = float(record["favourable"]), float(record["agreement"])
    return ConstructScore(
        construct=construct,
        index=whole(value),
        exact=value,
        band=band(value).value,
        word=band(value).word,
        favourable=None if math.isnan(favourable) else whole(100 * favourable),
        n=n,
        low=low,
        high=high,
        margin_words=words,
        flag=flag,
        flag_words=flag_words,
        agreement="" if math.isnan(alike) else agreement_word(alike),
    )


def _counted(answers: int | None, invited: int) -> str:
    return f"{answers} of {invited}" if invited else f"{answers} people"


def _percent(answers: int | None, invited: int) -> int | None:
    return whole(100 * answers / invited) if answers is not None and invited else None
