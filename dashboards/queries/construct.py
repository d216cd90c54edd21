"""One C, the whole story: how it stands, where it is apart, what we do about it, and what happened after."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from actions.queries import PracticeRow, PromiseRow, actions_of_construct, practices_to_copy
from assessments.competencies.models import CompetencyVersion
from assessments.reviews import queries as reviews
from assessments.reviews.queries import BridgeLine, LevelRow
from assessments.surveys.models import UnitSnapshot
from assessments.surveys.queries import explorer, heat, results, waves
from assessments.surveys.queries.changes import Change
from assessments.surveys.queries.explorer import Meaning, Statement, UnitPage
from assessments.surveys.queries.outcome import Link
from assessments.surveys.queries.results import ConstructScore, Gap, Scores
from assessments.surveys.queries.waves import WaveChart
from assessments.surveys.scoring import whole
from core.constructs import Construct
from dashboards import wording
from development.queries.catalogue import learning_for
from goals import queries as goals
from goals.models import RollupState
from goals.queries import ConstructGoals
from people.access import Role, Viewer
from recognition import queries as recognition
from recognition.queries import ConstructShare, NewestTally

LESSONS = 5


@dataclass(frozen=True)
class Side:
    """One viewpoint on the C: its number in words, and what to say beside it."""

    who: str
    index: int | None
    band: str
    words: str


@dataclass(frozen=True)
class Competence:
    """`level` is None where the viewer reads no levels of many, or before a cycle has closed."""

    pk: int
    name: str
    key: str
    definition: str
    level: LevelRow | None


@dataclass(frozen=True)
class Lesson:
    """Something on offer for one of its competencies, and how useful people found it."""

    title: str
    url: str
    words: str


@dataclass(frozen=True)
class ConstructPage:
    """`campaign_pk` is None before the first results; goals, promises and competencies are there all the same."""

    construct: Construct
    campaign_pk: int | None
    title: str
    sides: tuple[Side, ...]
    score: ConstructScore | None
    gap: Gap | None
    change: Change | None
    alike: str
    link: Link | None
    meaning: Meaning | None
    waves: WaveChart | None
    statements: tuple[Statement, ...]
    statements_hidden: str
    goals: ConstructGoals
    goals_words: str
    running: tuple[PromiseRow, ...]
    after: tuple[PromiseRow, ...]
    practices: tuple[PracticeRow, ...]
    competencies: tuple[Competence, ...]
    learning: tuple[Lesson, ...]
    bridge: BridgeLine | None
    levels_words: str
    praise: NewestTally | None
    others: tuple[Construct, ...]
    may_promise: bool
    may_set_goals: bool

    @property
    def praise_share(self) -> ConstructShare | None:
        """What part of the praise of the newest quarter named this C, alone or with others."""
        return self.praise.share_of(self.construct) if self.praise else None

    @property
    def is_consequence(self) -> bool:
        """The C of what happens after people act: praise itself is part of its story."""
        return self.construct is Construct.CONSEQUENCE


def construct_page(viewer: Viewer, construct: Construct, *, at: datetime) -> ConstructPage:
    """A fixed number of queries."""
    today = timezone.localdate(at)
    top = results.latest_top(viewer)
    page = explorer.unit_page(viewer, top, topic=construct, units=explorer.NONE) if top else None
    promises = actions_of_construct(viewer, construct, on=today)
    row = next((row for row in page.table.rows if row.score.construct == construct), None) if page else None
    levels = reviews.organisation_levels(viewer)
    bridge = reviews.bridge_between(levels, page.results if page else None).of(construct) if levels else None
    competencies = _competencies(construct, bridge)
    return ConstructPage(
        construct=construct,
        campaign_pk=page.results.campaign_pk if page else None,
        title=page.results.title if page else "",
        sides=_sides(page, construct) if page else (),
        score=row.score if row else None,
        gap=next((gap for gap in page.gaps if gap.construct == construct), None) if page else None,
        change=row.change if row else None,
        alike=_alike(viewer, top, construct) if top and page and page.reading.units else "",
        link=page.links.of(construct) if page and page.links else None,
        meaning=page.meaning if page else None,
        waves=waves.wave_chart(viewer, top, construct, place=page.my_place) if top and page else None,
        statements=page.statements if page and page.construct == construct else (),
        statements_hidden=page.statements_hidden if page else "",
        goals=goals.goals_of_construct(construct, viewer, on=today),
        goals_words=_goals_words(timezone.localtime(at)),
        running=tuple(one for one in promises if one.verdict is None),
        after=tuple(one for one in promises if one.verdict is not None),
        competencies=competencies,
        learning=_learning(competencies),
        bridge=bridge,
        levels_words=f"Levels of {levels.cycle_name}, counted on {levels.made_on:%-d %B %Y}." if levels else "",
        praise=recognition.newest_tally(),
        practices=tuple(practices_to_copy(viewer, construct)),
        others=tuple(other for other in Construct if other != construct),
        may_promise=viewer.has(Role.MANAGER, Role.EXECUTIVE),
        may_set_goals=viewer.has(Role.HR_ADMIN, Role.EXECUTIVE),
    )


def _learning(competencies: Collection[Competence]) -> tuple[Lesson, ...]:
    found = learning_for([one.pk for one in competencies], most=LESSONS)
    return tuple(
        Lesson(one.title, one.get_absolute_url(), f"{one.get_kind_display()} · {useful.words}") for one, useful in found
    )


def _goals_words(now: datetime) -> str:
    """When the roll-ups behind the goals were made."""
    state = RollupState.objects.filter(cycle=goals.current_cycle()).first()
    if state is None or state.rolled_up_at is None:
        return ""
    return f"Roll-ups as of {wording.as_of(timezone.localtime(state.rolled_up_at), now)}."


def _sides(page: UnitPage, construct: Construct) -> tuple[Side, ...]:
    """Employees, leaders, customers and what the leadership wants, as far as each may be shown."""
    staff = _score(page.results.scores, construct)
    own = staff.exact if staff else None
    sides = [_side("Employees", staff, None)]
    sides += [
        _side(who, _score(scores, construct), own)
        for who, scores in (("Leaders", page.leaders), ("Customers", page.customers))
        if scores
    ]
    if construct in page.desired:
        wanted = page.desired[construct]
        sides.append(Side("Desired", wanted, "", _apart(wanted, own)))
    return tuple(side for side in sides if side.index is not None or side.words)


def _side(who: str, score: ConstructScore | None, against: float | None) -> Side:
    if score is None or score.exact is None:
        return Side(who, None, "", score.hidden if score else "")
    return Side(
        who, score.index, score.word, _apart(score.exact, against) if against is not None else score.margin_words
    )


def _apart(value: float, against: float | None) -> str:
    if against is None:
        return ""
    points = whole(value - against)
    return f"{abs(points)} {'above' if points > 0 else 'below'} employees" if points else "the same as employees"


def _score(scores: Scores | None, construct: Construct) -> ConstructScore | None:
    return scores.of(construct) if scores else None


def _alike(viewer: Viewer, top: UnitSnapshot, construct: Construct) -> str:
    """In how many of the shown units people see this alike."""
    alike, shown = heat.alike(top, viewer, construct)
    return f"Alike in {alike} of {shown} shown units" if shown else ""


def _competencies(construct: Construct, bridge: BridgeLine | None) -> tuple[Competence, ...]:
    levels = {row.version.competency_id: row for row in bridge.rows} if bridge else {}
    found = (
        CompetencyVersion.objects.published()
        .filter(constructs__contains=[construct])
        .select_related("competency")
        .order_by("cluster__order", "competency__order", "pk")
    )
    return tuple(
        Competence(one.competency_id, one.name, one.competency.key, one.definition, levels.get(one.competency_id))
        for one in found
    )
