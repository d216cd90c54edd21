"""The results pages: which parts of the release plan one viewer sees together, with the words around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from assessments.surveys.models import Campaign, Item, UnitRelease, UnitSnapshot
from assessments.surveys.queries import beside, changes, outcome, sharing, statements
from assessments.surveys.queries import links as ways_in
from assessments.surveys.queries import results as queries
from assessments.surveys.queries.beside import OutsideGap
from assessments.surveys.queries.changes import BalanceView, Change, Readiness, RecommendationRow
from assessments.surveys.queries.findings import Finding, standing_out
from assessments.surveys.queries.heat import Heat, coloured, heat_map
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.outcome import Links
from assessments.surveys.queries.results import BandScores, ConstructScore, Gap, Scores, UnitResults, Withheld
from assessments.surveys.queries.sharing import Reading
from assessments.surveys.queries.statements import Comments, ItemRow, SliderRow
from core.constructs import Construct
from people.access import Role, Viewer

ALL = "all"  # every statement, or every unit, at once: for paper and files
NONE = "none"
NO_MAP = Heat((), (), (), "")
OTHER_TOPICS = {  # statements that belong to no C, with what they are
    statements.OUTCOME: (
        "Outcomes",
        "What a customer-focused culture should lead to: pride, recommendation and staying.",
    ),
    statements.READINESS: ("Change readiness", "Five steps that people take one after the other."),
    statements.BALANCE: ("Change balance", "What drives the change, and what holds it back."),
    statements.OWN: ("Own questions", "Added by your organisation: each is read on its own and enters no score."),
}
ITEMS_ELSEWHERE = "Single statements of the whole organisation are read by executives and HR."
NOT_SHARED = "This part is not shared with you yet."
NO_COMMENTS = Comments((), NOT_SHARED)
GAPS_NAMED = 3
COMMENTS_SHOWN = 5


@dataclass(frozen=True)
class Choice:
    """One published campaign to choose."""

    pk: int
    title: str
    closed_at: datetime


@dataclass(frozen=True)
class Statement:
    """One statement with its bar in percent, unfavourable first, and what must be said about it."""

    row: ItemRow
    percents: tuple[float, ...]
    remark: str


@dataclass(frozen=True)
class Topic:
    """One group of statements to choose: a C, or what else was asked; `words` say what that is."""

    key: str
    label: str
    words: str
    is_current: bool


@dataclass(frozen=True)
class Row:
    """One C of the shown group, with the same C of the groups beside it; None where that one may not be shown."""

    score: ConstructScore
    others: tuple[int | None, ...]
    change: Change | None = None


@dataclass(frozen=True)
class Table:
    """The seven Cs with columns for comparison: the group above, the whole organisation, the leaders."""

    name: str
    others: tuple[str, ...]
    rows: tuple[Row, ...]
    since: str = ""


@dataclass(frozen=True)
class Meaning:
    """What low and high mean for the chosen C, in the words of the questionnaire."""

    low: str
    high: str


@dataclass(frozen=True)
class UnitPage:
    """The results explorer on one unit."""

    results: UnitResults
    reading: Reading
    table: Table
    choices: tuple[Choice, ...]
    my_place: int
    heat: Heat
    topics: tuple[Topic, ...]
    construct: Construct | None
    statements: tuple[Statement, ...]
    statements_hidden: str
    sliders: tuple[SliderRow, ...]
    comments: Comments
    splits: tuple[BandScores, ...]
    withheld: tuple[Withheld, ...]
    meaning: Meaning | None
    open_words: str
    gaps: tuple[Gap, ...]
    leaders: Scores | None
    customers: Scores | None
    outside: tuple[OutsideGap, ...]
    desired: dict[Construct, int]
    readiness: Readiness | None
    balance: BalanceView | None
    recommendations: tuple[RecommendationRow, ...]
    links: Links | None
    standing_out: tuple[Finding, ...]
    is_validated: bool
    audience: Campaign.Audience
    is_hr: bool
    is_executive: bool

    @property
    def topic(self) -> Topic | None:
        """The group of statements that is shown."""
        return next((topic for topic in self.topics if topic.is_current), None)

    @property
    def viewpoints(self) -> str:
        """How many sides the picture shows, in words."""
        return {1: "", 2: ", seen from two sides", 3: ", seen from three sides"}.get(
            len(self.wheel_series), ", seen from four sides"
        )

    @property
    def own(self) -> str:
        """Whose answers these are, as a viewpoint of the chart."""
        return {Campaign.Audience.CUSTOMERS: "customers", Campaign.Audience.LEADERS: "leaders"}.get(
            self.audience, "employees"
        )

    @property
    def wheel_series(self) -> dict[str, list[float | None]]:
        """Viewpoint -> the seven exact values, for the chart; the table below it prints the rounded ones."""
        lines = {self.own: self.results.scores}
        lines |= {who: scores for who, scores in (("leaders", self.leaders), ("customers", self.customers)) if scores}
        series = {who: _values(scores) for who, scores in lines.items() if scores}
        if self.desired and self.results.is_top:
            series["desired"] = [self.desired.get(construct) for construct in Construct]
        return series

    @property
    def wheel_words(self) -> str:
        """What the chart says, for those who do not see it."""
        scores = self.results.scores.constructs if self.results.scores else ()
        told = [f"{score.construct.short} {score.index}" for score in scores if score.index is not None]
        return f"Profile of the seven Cs, {self.results.shown.name if self.results.shown else ''}. {', '.join(told)}."


def choices(viewer: Viewer) -> tuple[Choice, ...]:
    """Published campaigns the viewer may read, newest first. One query."""
    told = _tops(viewer).values_list("campaign", "campaign__title", "campaign__closes_at")
    return tuple(Choice(*one) for one in told)


def unit_page(viewer: Viewer, unit: UnitSnapshot, *, topic: str = "", compare: str = "", units: str = "") -> UnitPage:
    """Of a unit with its campaign, form and version. A fixed number of queries, whatever the size of the organisation or
    the number of campaigns.

    `units` is ALL for a whole map, else a map that fits on a page; NONE leaves out what the page of one C has no room for:
    the map, the emphasis, the split and the comments.
    """
    campaign = unit.campaign
    of_leaders = queries.leaders_release(campaign, viewer)
    results = queries.results_beside(unit, of_leaders, viewer)
    reading = sharing.reading(viewer, campaign)
    hidden = statements_hidden(results, unit, viewer, reading)
    released = queries.shown_release(unit)
    rows = () if hidden else statements.items(unit, released=released)
    current = _current_topic(topic, results, rows)
    is_whole = results.is_top and not results.hidden
    leaders = results.leaders if is_whole and reading.gaps else None
    is_of_staff = campaign.audience not in (Campaign.Audience.CUSTOMERS, Campaign.Audience.LEADERS)
    outside_view = is_whole and reading.gaps and is_of_staff
    voice = beside.customers_release(viewer) if outside_view else None
    layout, k, texts = layout_of(campaign.form_id), campaign.minimum_group, campaign.form.version.texts
    customers = beside.customers_scores(voice)
    gaps = _largest(queries.leaders_gaps(results)) if leaders else ()
    outside = beside.outside_gaps(results, customers)
    since = changes_of(released, tuple(layout.constructs), k)
    asked = {}
    if layout.numerics:
        asked = dict(campaign.form.items.filter(kind=Item.Kind.NUMERIC).values_list("code", "text"))
    told, has_room = released if reading.change else None, units != NONE
    has_split = is_whole and reading.split and has_room
    splits = queries.splits(campaign) if has_split else ()
    return UnitPage(
        results=results,
        reading=reading,
        table=table(results, leaders, customers, since),
        choices=choices(viewer),
        my_place=queries.my_unit(campaign, viewer).place,
        heat=_heat(viewer, unit, results, leaders, compare, units) if reading.units and has_room else NO_MAP,
        topics=_topics(rows, current),
        construct=Construct(current) if current in Construct.values else None,
        statements=tuple(_statement(row) for row in rows if topic == ALL or row.topic == current),
        statements_hidden=hidden,
        sliders=statements.sliders(unit, of_leaders if reading.gaps else None, released=released)
        if reading.emphasis and has_room
        else (),
        comments=statements.comments(unit, viewer, most=COMMENTS_SHOWN)
        if reading.comments and has_room
        else NO_COMMENTS,
        splits=splits,
        withheld=queries.withheld_splits(campaign, splits) if has_split else (),
        open_words=ways_in.open_words(campaign) if is_whole else "",
        meaning=_meaning(campaign.form.version.constructs.get(topic if topic in Construct.values else current, {})),
        gaps=gaps,
        leaders=leaders,
        customers=customers,
        outside=outside,
        desired=beside.desired_levels() if is_whole and reading.gaps else {},
        readiness=changes.readiness_of(told, layout, texts, k) if told else None,
        balance=changes.balance_of(told, layout, k) if told else None,
        recommendations=changes.recommendations(told, layout, asked, told.unit.invited, k) if told else (),
        links=outcome.links(campaign.pk, results.organisation) if is_whole and outcome.may_read(viewer) else None,
        standing_out=standing_out(gaps, outside, since),
        is_validated=campaign.form.version.is_validated,
        audience=Campaign.Audience(campaign.audience),
        is_hr=viewer.has(Role.HR_ADMIN),
        is_executive=viewer.has(Role.EXECUTIVE),
    )


def _meaning(said: Mapping[str, str]) -> Meaning | None:
    low, high = said.get("low_means", ""), said.get("high_means", "")
    return Meaning(low, high) if low or high else None


def _heat(
    viewer: Viewer, unit: UnitSnapshot, results: UnitResults, leaders: Scores | None, compare: str, units: str
) -> Heat:
    groups = {"organisation": results.organisation, "parent": results.parent, "leaders": leaders}
    if results.parent and results.organisation and results.parent.name == results.organisation.name:
        groups["parent"] = None
    return coloured(heat_map(unit, viewer, whole=units == ALL), unit, compare, groups)


def changes_of(released: UnitRelease | None, constructs: tuple[Construct, ...], k: int) -> tuple[Change, ...]:
    return changes.changes(released.unit, constructs, k) if released else ()


def newest(viewer: Viewer) -> UnitSnapshot | None:
    """The whole organisation in the newest campaign the viewer may read; customers' own surveys are chosen by hand."""
    tops = _tops(viewer)
    return tops.exclude(campaign__audience=Campaign.Audience.CUSTOMERS).first() or tops.first()


def heat_table(viewer: Viewer, unit: UnitSnapshot) -> tuple[list[str], list[list[object]]]:
    """Header and rows of the heat map for a spreadsheet; what is hidden says so in words."""
    heat = heat_map(unit, viewer, whole=True)
    header = ["Unit", "Answers", *(construct.short for construct in heat.constructs), "Note"]
    rows: list[list[object]] = []
    if not sharing.reading(viewer, unit.campaign).units:
        return header, [[unit.name, *["not shown"] * (len(heat.constructs) + 1), NOT_SHARED]]
    for row in heat.rows:
        cells = [score.index if score.index is not None else score.hidden for score in row.cells]
        blank = ["not shown"] * len(heat.constructs)
        answers = "not shown" if row.answers is None else row.answers
        rows.append([row.name, answers, *(cells or blank), row.hidden])
    return header, rows


def _tops(viewer: Viewer) -> QuerySet[UnitSnapshot]:
    """The top unit of each published campaign; a leaders' campaign beside a published staff one is part of that."""
    return (
        UnitSnapshot.objects.tops_visible_to(viewer)
        .exclude(campaign__staff_campaigns__state=Campaign.State.PUBLISHED)
        .select_related("campaign__form__version")
        .order_by("-campaign__closes_at", "-campaign_id")
    )


def statements_hidden(results: UnitResults, unit: UnitSnapshot, viewer: Viewer, reading: Reading) -> str:
    """Why the viewer reads no single statements of this unit; "" where they do."""
    if not reading.statements:
        return NOT_SHARED
    shown_place = results.shown.place if results.shown else None
    return "" if statements.may_read_statements(unit, viewer, shown_place=shown_place) else ITEMS_ELSEWHERE


def _largest(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    apart = sorted((gap for gap in gaps if gap.points), key=lambda gap: abs(gap.points), reverse=True)
    return tuple(apart[:GAPS_NAMED])


def table(results: UnitResults, leaders: Scores | None, customers: Scores | None, since: tuple[Change, ...]) -> Table:
    shown = results.scores
    beside = {scores.name: scores for scores in (results.parent, results.organisation, leaders, customers) if scores}
    if shown is None:
        return Table("", (), ())
    beside.pop(shown.name, None)
    changed = {change.construct: change for change in since}
    rows = tuple(
        Row(
            score,
            tuple(_index(scores.of(score.construct)) for scores in beside.values()),
            changed.get(score.construct),
        )
        for score in shown.constructs
    )
    return Table(shown.name, tuple(beside), rows, since[0].since if since else "")


def _index(score: ConstructScore | None) -> int | None:
    return score.index if score else None


def _current_topic(asked: str, results: UnitResults, rows: Sequence[ItemRow]) -> str:
    """The topic asked for if it has statements, else the lowest C, else the first there is."""
    known = [row.topic for row in rows]
    lowest = results.scores.lowest.value if results.scores and results.scores.lowest else ""
    return next((topic for topic in (asked, lowest) if topic in known), known[0] if known else "")


def _topics(rows: Sequence[ItemRow], current: str) -> tuple[Topic, ...]:
    labels = {construct.value: (construct.short, construct.definition) for construct in Construct} | OTHER_TOPICS
    known = {row.topic for row in rows}
    return tuple(Topic(key, *words, key == current) for key, words in labels.items() if key in known)


def _statement(row: ItemRow) -> Statement:
    judged = f"{row.could_not_judge}% could not judge" if row.could_not_judge else ""
    percents = tuple(100 * share for share in row.shares or ())
    return Statement(row, percents, " · ".join(words for words in (row.note, judged) if words))


def _values(scores: Scores) -> list[float | None]:
    found = {score.construct: score.index for score in scores.constructs}
    return [found.get(construct) for construct in Construct]
