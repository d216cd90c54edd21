"""The results pages: which parts of the release plan one viewer sees together, with the words around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from assessments.surveys.models import Campaign, InstrumentVersion, Item, ReleasedComment, UnitSnapshot
from assessments.surveys.queries import results as queries
from assessments.surveys.queries import statements
from assessments.surveys.queries.questions import filled
from assessments.surveys.queries.results import BandScores, ConstructScore, Gap, HeatMap, Scores, UnitResults
from assessments.surveys.queries.statements import Comments, ItemRow, SliderRow
from core.constructs import Construct
from people.access import Role, Viewer

OUTCOME = "outcome"  # statements that belong to no C: what the culture should lead to
ITEMS_ELSEWHERE = "Single statements of the whole organisation are read by executives and HR."
STRENGTHS = 2
GAPS_NAMED = 3
COMMENTS_SHOWN, COMMENTS_A_PAGE = 5, 50
_CAPPED = {"90% or more": 95, "10% or less": 5}  # where a small group's share stands among the exact ones


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
    """One group of statements to choose: a C, or the outcomes."""

    key: str
    label: str
    is_current: bool


@dataclass(frozen=True)
class Row:
    """One C of the shown group, with the same C of the groups beside it; None where that one may not be shown."""

    score: ConstructScore
    others: tuple[int | None, ...]


@dataclass(frozen=True)
class Table:
    """The seven Cs with columns for comparison: the group above, the whole organisation, the leaders."""

    name: str
    others: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class UnitPage:
    """The results explorer on one unit."""

    results: UnitResults
    table: Table
    choices: tuple[Choice, ...]
    my_place: int
    heat: HeatMap
    topics: tuple[Topic, ...]
    construct: Construct | None
    statements: tuple[Statement, ...]
    statements_hidden: str
    sliders: tuple[SliderRow, ...]
    comments: Comments
    splits: tuple[BandScores, ...]
    gaps: tuple[Gap, ...]
    leaders: Scores | None
    is_validated: bool

    @property
    def wheel_series(self) -> dict[str, list[float | None]]:
        """Viewpoint -> the seven exact values, for the chart; the table below it prints the rounded ones."""
        lines = {"employees": self.results.scores, "leaders": self.leaders}
        return {who: _values(scores) for who, scores in lines.items() if scores}

    @property
    def wheel_words(self) -> str:
        """What the chart says, for those who do not see it."""
        scores = self.results.scores.constructs if self.results.scores else ()
        told = [f"{score.construct.short} {score.index}" for score in scores if score.index is not None]
        return f"Profile of the seven Cs, {self.results.shown.name if self.results.shown else ''}. {', '.join(told)}."


@dataclass(frozen=True)
class TeamPage:
    """A manager's own unit, with what to talk about first."""

    results: UnitResults
    table: Table
    strengths: tuple[ItemRow, ...]
    gap: ItemRow | None
    comments: Comments
    units: tuple[queries.Place, ...]


@dataclass(frozen=True)
class CommentPage:
    """Comments to one question in one unit, mixed."""

    campaign: Campaign
    unit: UnitSnapshot
    question: str
    comments: Page[ReleasedComment]
    entries: tuple[statements.CommentEntry, ...]


def choices(viewer: Viewer) -> tuple[Choice, ...]:
    """Published campaigns the viewer may read, newest first. One query."""
    return tuple(Choice(top.campaign_id, top.campaign.title, top.campaign.closes_at) for top in _tops(viewer))


def unit_page(viewer: Viewer, unit: UnitSnapshot, *, topic: str = "") -> UnitPage:
    """A fixed number of queries, whatever the size of the organisation or the number of campaigns."""
    results = queries.unit_results(unit, viewer)
    hidden = "" if _may_read_statements(results, unit, viewer) else ITEMS_ELSEWHERE
    rows = () if hidden else statements.items(unit)
    current = _current_topic(topic, results, rows)
    is_whole = results.is_top and not results.hidden
    leaders = results.leaders if is_whole else None
    return UnitPage(
        results=results,
        table=_table(results, leaders),
        choices=choices(viewer),
        my_place=queries.my_place(unit.campaign, viewer),
        heat=queries.heat_map(unit, viewer),
        topics=_topics(rows, current),
        construct=Construct(current) if current in Construct.values else None,
        statements=tuple(_statement(row) for row in rows if _topic_of(row) == current),
        statements_hidden=hidden,
        sliders=statements.sliders(unit),
        comments=statements.comments(unit, viewer, most=COMMENTS_SHOWN),
        splits=queries.splits(unit.campaign) if is_whole else (),
        gaps=_largest(queries.leaders_gaps(results)) if is_whole else (),
        leaders=leaders,
        is_validated=InstrumentVersion.objects.filter(forms__campaigns=unit.campaign_id, is_validated=True).exists(),
    )


def newest(viewer: Viewer) -> UnitSnapshot | None:
    """The whole organisation in the newest campaign the viewer may read."""
    return _tops(viewer).first()


def team_page(viewer: Viewer) -> TeamPage | None:
    """The unit the viewer heads, else the one they were counted in, in the newest campaign; None before the first."""
    top = newest(viewer)
    if top is None:
        return None
    units = list(_own_units(viewer, top.campaign))
    unit = units[0] if units else top
    results = queries.unit_results(unit, viewer)
    rows = () if results.hidden else statements.items(unit)
    told = sorted((row for row in rows if row.favourable), key=_favour, reverse=True)
    return TeamPage(
        results=results,
        table=_table(results, None),
        strengths=tuple(told[:STRENGTHS]),
        gap=told[-1] if len(told) > STRENGTHS else None,
        comments=statements.comments(unit, viewer, most=COMMENTS_SHOWN),
        units=tuple(queries.Place(other.place, other.name) for other in units[1:]),
    )


def comment_page(viewer: Viewer, unit: UnitSnapshot, code: str, *, page: str | None) -> CommentPage | None:
    """All comments to one question, page by page; None where the viewer reads none here or there is no such question."""
    asked = Item.objects.filter(forms__campaigns=unit.campaign, kind=Item.Kind.COMMENT, code=code).first()
    if asked is None or not statements.may_read_comments(unit, viewer):
        return None
    found = Paginator(statements.released_comments(unit, code), COMMENTS_A_PAGE).get_page(page)
    if not found.paginator.count:
        return None
    return CommentPage(unit.campaign, unit, filled(asked.text), found, statements.comment_entries(found))


def heat_table(viewer: Viewer, unit: UnitSnapshot) -> tuple[list[str], list[list[object]]]:
    """Header and rows of the heat map for a spreadsheet; what is hidden says so in words."""
    heat = queries.heat_map(unit, viewer)
    header = ["Unit", "Answers", *(construct.short for construct in heat.constructs), "Note"]
    rows: list[list[object]] = []
    for row in heat.rows:
        cells = [score.index if score.index is not None else score.hidden for score in row.cells]
        blank = ["not shown"] * len(heat.constructs)
        answers = "not shown" if row.answers is None else row.answers
        rows.append([row.name, answers, *(cells or blank), row.hidden])
    return header, rows


def _tops(viewer: Viewer) -> QuerySet[UnitSnapshot]:
    """The top unit of each published campaign; a leaders' campaign beside a published staff one is part of that."""
    return (
        UnitSnapshot.objects.visible_to(viewer)
        .filter(place=1)
        .exclude(campaign__staff_campaigns__state=Campaign.State.PUBLISHED)
        .select_related("campaign")
        .order_by("-campaign__closes_at", "-campaign_id")
    )


def _own_units(viewer: Viewer, campaign: Campaign) -> QuerySet[UnitSnapshot]:
    """The units the viewer heads today, the largest first; for others the one they were counted in. One query."""
    units = campaign.units_at_launch.select_related("campaign").order_by("place")
    headed = Q(unit__head=viewer.employee, unit__is_active=True)
    return units.filter(headed) if units.filter(headed).exists() else units.filter(seats__employee=viewer.employee)


def _may_read_statements(results: UnitResults, unit: UnitSnapshot, viewer: Viewer) -> bool:
    """Everyone those of their own units; those of the whole organisation are for executives and HR (method.md, 14).

    Heads are counted one level up; that alone opens nothing.
    """
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE) or (results.shown and results.shown.place != 1):
        return True
    if viewer.employee is None:
        return False
    own = Q(unit=viewer.employee.unit_id) | Q(unit__head=viewer.employee)
    return UnitSnapshot.objects.filter(own, pk=unit.pk).exists()


def _largest(gaps: Sequence[Gap]) -> tuple[Gap, ...]:
    apart = sorted((gap for gap in gaps if gap.points), key=lambda gap: abs(gap.points), reverse=True)
    return tuple(apart[:GAPS_NAMED])


def _table(results: UnitResults, leaders: Scores | None) -> Table:
    shown = results.scores
    beside = {scores.name: scores for scores in (results.parent, results.organisation, leaders) if scores}
    if shown is None:
        return Table("", (), ())
    beside.pop(shown.name, None)
    rows = tuple(
        Row(score, tuple(_index(scores.of(score.construct)) for scores in beside.values()))
        for score in shown.constructs
    )
    return Table(shown.name, tuple(beside), rows)


def _index(score: ConstructScore | None) -> int | None:
    return score.index if score else None


def _current_topic(asked: str, results: UnitResults, rows: Sequence[ItemRow]) -> str:
    """The topic asked for if it has statements, else the lowest C, else the first there is."""
    known = [_topic_of(row) for row in rows]
    lowest = results.scores.lowest.value if results.scores and results.scores.lowest else ""
    return next((topic for topic in (asked, lowest) if topic in known), known[0] if known else "")


def _topics(rows: Sequence[ItemRow], current: str) -> tuple[Topic, ...]:
    labels = {**{construct.value: construct.short for construct in Construct}, OUTCOME: "Outcomes"}
    known = {_topic_of(row) for row in rows}
    return tuple(Topic(key, label, key == current) for key, label in labels.items() if key in known)


def _topic_of(row: ItemRow) -> str:
    return row.construct.value if row.construct else OUTCOME


def _statement(row: ItemRow) -> Statement:
    judged = f"{row.could_not_judge}% could not judge" if row.could_not_judge else ""
    percents = tuple(100 * share for share in row.shares or ())
    return Statement(row, percents, " · ".join(words for words in (row.note, judged) if words))


def _favour(row: ItemRow) -> int:
    return row.favourable_percent if row.favourable_percent is not None else _CAPPED[row.favourable]


def _values(scores: Scores) -> list[float | None]:
    found = {score.construct: score.index for score in scores.constructs}
    return [found.get(construct) for construct in Construct]
