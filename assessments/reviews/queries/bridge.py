"""From a C to the competencies that carry it: where a weak C meets weak competencies. Released numbers on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from assessments.reviews.queries.levels import LevelRow, OrganisationLevels, organisation_levels
from assessments.surveys.queries import results
from assessments.surveys.queries.results import ConstructScore
from assessments.surveys.scoring import whole
from core.constructs import Construct
from people.access import Viewer

WEAK_BELOW = 65  # index and percent at level alike: the bands Low and Mixed; method.md, section 12
MOSTLY_CONTEXT = 50  # percent of the gaps


@dataclass(frozen=True)
class InTheWay:
    """The gaps in the competencies of one C, added up from what is shown of each; `untold` have too few to say.

    `rows` are the competencies behind it, the one with the most gaps first.
    """

    gaps: int
    context: int
    rows: tuple[LevelRow, ...]
    untold: int

    @property
    def context_percent(self) -> int:
        return whole(100 * self.context / self.gaps)

    @property
    def person_percent(self) -> int:
        return 100 - self.context_percent

    @property
    def words(self) -> str:
        """What to do first."""
        held = [row for row in self.rows if (row.context_percent or 0) >= MOSTLY_CONTEXT]
        if self.context_percent >= MOSTLY_CONTEXT:
            named = f" Look first at {_names(held)}." if held else ""
            return f"More training would miss most of it: mend tools, rules and targets.{named}"
        if held:
            return f"Mostly a matter of learning and practice, but not in {_names(held)}: mend what surrounds people there."
        return "Mostly a matter of learning and practice: offer both, and time for them."


@dataclass(frozen=True)
class BridgeLine:
    """One C beside its competencies. `score` is None without results; what is hidden says so itself."""

    construct: Construct
    score: ConstructScore | None
    rows: tuple[LevelRow, ...]

    @property
    def is_weak(self) -> bool:
        return self.score is not None and self.score.index is not None and self.score.index < WEAK_BELOW

    @property
    def weak_rows(self) -> list[LevelRow]:
        return [row for row in self.rows if row.percent is not None and row.percent < WEAK_BELOW]

    @property
    def meets(self) -> bool:
        """A weak C with a weak competency."""
        return self.is_weak and bool(self.weak_rows)

    @property
    def is_able(self) -> bool:
        """A weak C although people are at the levels."""
        return self.is_weak and not self.weak_rows and any(row.percent is not None for row in self.rows)

    @property
    def in_the_way(self) -> InTheWay | None:
        """Person or context, over all its competencies; None where no share is shown of any of them."""
        told = [row for row in self.rows if row.context_percent is not None]
        if not told:
            return None
        return InTheWay(
            gaps=sum(row.gaps for row in told),
            context=sum(whole(row.gaps * (row.context_percent or 0) / 100) for row in told),
            rows=tuple(sorted(told, key=lambda row: -row.gaps)),
            untold=len(self.rows) - len(told),
        )

    @property
    def words(self) -> str:
        """What to make of it, in a sentence or two."""
        if self.score is None or self.score.index is None:
            return "There is no score to set beside it."
        if not self.rows:
            return "No competency carries it."
        if all(row.percent is None for row in self.rows):
            return "The levels behind it are not shown."
        if self.meets:
            return f"A weak C meets weak competencies: {_names(self.weak_rows)}.{self._context_words}"
        if self.is_able:
            return "People are at the needed levels. Look at rules, tools and leaders before any training."
        if self.weak_rows:
            return f"It stands well, although people fall short in {_names(self.weak_rows)}."
        return "Both stand well."

    @property
    def _context_words(self) -> str:
        held = [row for row in self.weak_rows if (row.context_percent or 0) >= MOSTLY_CONTEXT]
        if not held:
            return ""
        return f" Half of the gaps or more lie with the context in {_names(held)}: training alone will not close them."


@dataclass(frozen=True)
class Bridge:
    """All seven, in their own order."""

    survey: str
    cycle: str
    people: int
    unit_pk: int
    lines: tuple[BridgeLine, ...]

    def of(self, construct: Construct) -> BridgeLine:
        return next(line for line in self.lines if line.construct == construct)

    @property
    def meetings(self) -> list[BridgeLine]:
        return [line for line in self.lines if line.meets]

    @property
    def weak(self) -> list[BridgeLine]:
        return [line for line in self.lines if line.is_weak]


def bridge(viewer: Viewer) -> Bridge | None:
    """None where the viewer may not read the levels of the whole organisation, or before a cycle has closed."""
    levels = organisation_levels(viewer)
    return bridge_between(levels, results.latest(viewer)) if levels else None


def bridge_between(levels: OrganisationLevels, newest: results.UnitResults | None) -> Bridge:
    """The same from what a page has read already."""
    scores = newest.organisation if newest else None
    return Bridge(
        survey=newest.title if newest and scores else "",
        cycle=levels.cycle_name,
        people=levels.people,
        unit_pk=levels.unit_pk,
        lines=tuple(
            BridgeLine(construct, scores.of(construct) if scores else None, tuple(levels.serving(construct)))
            for construct in Construct
        ),
    )


def _names(rows: list[LevelRow]) -> str:
    names = [row.version.name for row in rows]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
