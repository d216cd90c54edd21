"""What becomes of the answers of peers, reports and externals: groups of at least three, else folded. No Django.

Two steps. `plan` looks at how many were asked, which the person knows anyway, and puts groups that could never be shown
together with others. `fold` looks at how many answered one competency: a part below the limit joins the other parts below
it, or is not shown at all. So every number rests on `fewest` answers or more, no rater counts in two numbers of one
competency, and any rater could change places with everybody else of the part without a number changing: nobody learns
whether one named rater has answered. Externals are asked about fewer competencies, so they never join a group that could
be shown without them: where one competency is shown and the next is not, the difference would be them.
Source: docs/method.md, section 12.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

FEWEST = 3  # the least that a cycle may ask for
NOTABLE = 100  # hundredths of a level between one's own view and that of the others: one level


class Part(StrEnum):
    """Under which name answers are shown. The first three are the groups that are asked."""

    PEERS = "peers"
    REPORTS = "reports"
    EXTERNALS = "externals"
    OTHERS = "others"


GROUPS = (Part.PEERS, Part.REPORTS, Part.EXTERNALS)


@dataclass(frozen=True)
class View:
    """What one part says about one competency: how many answered, and their mean in hundredths of a level."""

    part: Part
    raters: int
    hundredths: int


def plan(asked: Mapping[Part, int], fewest: int = FEWEST) -> dict[Part, Part]:
    """Under which part each group that was asked is shown, by numbers asked. Groups nobody was asked in are absent.

    Small groups go into "others"; where those are too few together, all colleagues do and externals stay by themselves.
    """
    counts = {group: asked[group] for group in GROUPS if asked.get(group)}
    small = {group for group, count in counts.items() if count < fewest}
    few = small - {Part.EXTERNALS}
    if not few or sum(counts[group] for group in few) >= fewest:
        others = few
    elif sum(counts[group] for group in small) >= fewest:
        others = small
    else:
        others = set(counts) - {Part.EXTERNALS}
    return {group: Part.OTHERS if group in others else group for group in counts}


def countable(asked: Mapping[Part, int], fewest: int = FEWEST) -> dict[Part, Part]:
    """The groups of the plan in whose part enough are asked. Answers of the others are never looked at."""
    parts = plan(asked, fewest)
    sizes = {part: sum(asked[group] for group in parts if parts[group] is part) for part in parts.values()}
    return {group: part for group, part in parts.items() if sizes[part] >= fewest}


def fold(answers: Mapping[Part, Sequence[int]], fewest: int = FEWEST) -> list[View]:
    """What is shown of the levels that countable parts gave for one competency; empty when nothing may be.

    A part below the limit on its own is left out: it is then as if nobody of it had answered.
    """
    shown = {part: list(levels) for part, levels in answers.items() if len(levels) >= fewest}
    few = [part for part, levels in answers.items() if 0 < len(levels) < fewest]
    rest = [level for part in few for level in answers[part]]
    if len(rest) >= fewest and Part.OTHERS not in shown:
        shown[Part.OTHERS] = rest
    return [View(part, len(shown[part]), _mean(shown[part])) for part in Part if part in shown]


def together(views: Collection[View]) -> int | None:
    """The mean of all answers that are shown, in hundredths; made of the shown numbers and nothing else."""
    raters = sum(view.raters for view in views)
    return _rounded(sum(view.raters * view.hundredths for view in views), raters) if raters else None


def is_blind_spot(own: int | None, others: int | None) -> bool:
    """One's own level lies a whole level or more above what the others see. `others` in hundredths."""
    return own is not None and others is not None and own * 100 - others >= NOTABLE


def is_hidden_strength(own: int | None, others: int | None) -> bool:
    """The others see a whole level or more above one's own. `others` in hundredths."""
    return own is not None and others is not None and others - own * 100 >= NOTABLE


def _mean(levels: Sequence[int]) -> int:
    return _rounded(100 * sum(levels), len(levels))


def _rounded(total: int, count: int) -> int:
    """Halves upward, in whole numbers."""
    return (2 * total + count) // (2 * count)
