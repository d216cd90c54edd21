"""The seven Cs from every side, for the executive's page: wheel, table, and the gaps that matter most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assessments.surveys.queries import results
from assessments.surveys.queries.outcome import Links
from assessments.surveys.queries.results import ConstructScore, Scores, UnitResults
from assessments.surveys.scoring import whole
from core.constructs import Construct
from dashboards import wording
from goals.queries import OrganisationGoal

GAPS = 3
_SIDES = {1: "one side", 2: "two sides", 3: "three sides"}


@dataclass(frozen=True)
class Gap:
    """A C far from what leadership wants, else seen differently by leaders and staff, else low; with the goals that serve it.

    `matters` says how it goes with the outcome, "" where shares are refused.
    """

    construct: Construct
    words: str
    matters: str
    goals: tuple[OrganisationGoal, ...]


@dataclass(frozen=True)
class Line:
    """One C in the table of the same numbers; None where that side has no results."""

    construct: Construct
    staff: ConstructScore
    leaders: ConstructScore | None
    customers: ConstructScore | None
    desired: int | None
    difference: str


@dataclass(frozen=True)
class Profile:
    """`finding` is the page's first sentence. Series and lines are empty before the first results."""

    finding: str
    survey_words: str = ""
    sides: str = ""
    series: tuple[tuple[str, list[float | None]], ...] = ()
    wheel_words: str = ""
    lines: tuple[Line, ...] = ()
    gaps: tuple[Gap, ...] = ()
    gap_words: str = ""

    @property
    def wheel(self) -> dict[str, list[float | None]]:
        return dict(self.series)


def profile(
    newest: UnitResults | None,
    customers: Scores | None,
    desired: dict[Construct, int],
    links: Links | None,
    set_out: tuple[OrganisationGoal, ...],
) -> Profile:
    """From what the page has read already. No query."""
    if newest is None or newest.organisation is None:
        return Profile(_finding(newest, ()))
    staff, apart = newest.organisation, results.leaders_gaps(newest)
    series = _series({"employees": staff, "leaders": newest.leaders, "customers": customers}, desired)
    gap_words, gaps = _gaps(staff, apart, desired, links)
    return Profile(
        finding=_finding(newest, apart),
        survey_words=_survey_words(newest, customers),
        sides=_SIDES.get(len(series), "four sides"),
        series=tuple(series.items()),
        wheel_words=_wheel_words(staff, series),
        lines=_lines(staff, newest.leaders, customers, desired, apart),
        gap_words=gap_words,
        gaps=tuple(
            Gap(
                construct,
                words,
                _matters(links, construct),
                tuple(goal for goal in set_out if construct in goal.constructs),
            )
            for construct, words in gaps[:GAPS]
        ),
    )


def _finding(newest: UnitResults | None, apart: tuple[results.Gap, ...]) -> str:
    """The results in one sentence that can be read aloud."""
    if newest is None or newest.organisation is None or newest.organisation.lowest is None:
        return "No survey has been published yet."
    lowest = newest.organisation.lowest.short
    higher = sum(gap.points > 0 for gap in apart)
    if apart and higher > len(apart) / 2:
        return (
            f"Less than we think: leaders rate {higher} of {len(apart)} Cs higher than staff. {lowest} is the lowest."
        )
    return f"{lowest} is the lowest of the seven."


def _survey_words(newest: UnitResults, customers: Scores | None) -> str:
    sides = [("leaders", _answers(newest.leaders)), ("customers", _answers(customers))]
    said = [f"{newest.answers} staff", *(f"{n} {who}" for who, n in sides if n)]
    return f"{newest.title}: {', '.join(said)}"


def _answers(scores: Scores | None) -> int | None:
    """How many stand behind the first C that is shown."""
    return next((score.n for score in scores.constructs if score.n), None) if scores else None


def _series(sides: dict[str, Scores | None], desired: dict[Construct, int]) -> dict[str, list[float | None]]:
    """Seven values for each viewpoint; a C that the form does not ask, or that is hidden, leaves a gap."""
    series: dict[str, list[float | None]] = {}
    for who, scores in sides.items():
        if scores:
            of = {score.construct: score.index for score in scores.constructs}
            series[who] = [of.get(construct) for construct in Construct]
    if desired:
        series["desired"] = [desired.get(construct) for construct in Construct]
    return series


def _wheel_words(staff: Scores, series: dict[str, list[float | None]]) -> str:
    shown = [f"{score.construct.short} {score.index}" for score in staff.constructs if score.index is not None]
    names = {"leaders": "the leaders' own view", "customers": "the customers' view", "desired": "what leadership wants"}
    beside = [names[who] for who in series if who in names]
    said = f" Beside it {wording.listed(beside)}." if beside else ""
    return f"Profile of the seven Cs as employees see them: {', '.join(shown)}.{said}"


def _lines(
    staff: Scores,
    leaders: Scores | None,
    customers: Scores | None,
    desired: dict[Construct, int],
    apart: tuple[results.Gap, ...],
) -> tuple[Line, ...]:
    words = {gap.construct: gap.words for gap in apart}
    return tuple(
        Line(
            score.construct,
            score,
            leaders.of(score.construct) if leaders else None,
            customers.of(score.construct) if customers else None,
            desired.get(score.construct),
            words.get(score.construct, "Not shown"),
        )
        for score in staff.constructs
    )


def _gaps(
    staff: Scores, apart: tuple[results.Gap, ...], desired: dict[Construct, int], links: Links | None
) -> tuple[str, list[tuple[Construct, str]]]:
    """How the gaps were chosen, and the gaps, the one that matters most first (method.md, section 9)."""
    shown = [score for score in staff.constructs if score.exact is not None]
    wanted = [score for score in shown if desired.get(score.construct, 0) > (score.exact or 0)]
    if wanted:
        return _wanted_gaps(wanted, desired, links)
    if apart:
        furthest = sorted(apart, key=lambda gap: (-abs(gap.points), gap.construct.number))
        said = [(gap.construct, f"Staff {gap.staff}, leaders {gap.leaders}.") for gap in furthest]
        return "Where leaders and staff see it most differently", said
    lowest = sorted(shown, key=lambda score: score.exact or 0)
    return "The lowest of the seven", [(one.construct, f"{one.index} of 100, {one.word.lower()}.") for one in lowest]


def _wanted_gaps(
    wanted: Sequence[ConstructScore], desired: dict[Construct, int], links: Links | None
) -> tuple[str, list[tuple[Construct, str]]]:
    """By the distance to what leadership wants; weighed with the link to the outcome where shares are shown of all."""
    weights = {score.construct: _weight(links, score.construct) for score in wanted}
    weighs = None not in weights.values()
    order = {}
    for score in wanted:
        distance = desired[score.construct] - (score.exact or 0)
        order[score.construct] = distance * (weights[score.construct] or 0) if weighs else distance
    far = sorted(wanted, key=lambda score: (-order[score.construct], score.construct.number))
    told = "Distance to what is wanted, times the link with the outcome" if weighs else "Furthest from what is wanted"
    return told, [(score.construct, _wanted_words(score, desired[score.construct])) for score in far]


def _wanted_words(score: ConstructScore, wanted: int) -> str:
    return f"Staff {score.index}, wanted {wanted}: {whole(wanted - (score.exact or 0))} to go."


def _weight(links: Links | None, construct: Construct) -> int | None:
    link = links.of(construct) if links else None
    return link.share if link else None


def _matters(links: Links | None, construct: Construct) -> str:
    link = links.of(construct) if links else None
    if link is None or link.share is None:
        return ""
    return " · ".join(filter(None, (f"Carries {link.share}% of the link with the outcome", link.priority)))
