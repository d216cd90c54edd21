"""Measures of two or three statements: when their mean beside the spread of their statements would give a few people away.

A mean over people of their own means counts a statement for more where somebody left another one out. So the mean less
the sums of the statements leaves what those people answered, as long as rounding does not swallow it. The spreads are
withheld where they are fewer than k, in a unit and in what is left of it without the units below that keep theirs.
docs/decisions/007-release-plan.md. Pure numpy.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from assessments.surveys import scoring
from assessments.surveys.masks import Ints
from assessments.surveys.suppression import Mask, Shape
from assessments.surveys.vectors import BALANCE, READINESS, Layout

LONGEST = 3  # statements; in a longer measure one person's answers move the mean too little
COARSE_FROM = 50  # answers of a unit from which a whole number of the index swallows what one person left out

Bytes = npt.NDArray[np.uint8]
Partial = tuple[list[int], Ints]  # places of the statements; people directly in each unit who answered some of them


def partial(layout: Layout, answers: Bytes, homes: Ints, units: int) -> list[Partial]:
    """Of each short measure whose mean is shown, who answered some of its statements but not all."""
    found = []
    for places in _short(layout):
        given = answers[:, places]
        answered = np.count_nonzero((given >= scoring.LOWEST) & (given <= scoring.HIGHEST), axis=1)
        some = (answered > 0) & (answered < len(places))
        found.append((places, np.bincount(homes[some], minlength=units).astype(np.int64)))
    return found


def without_telling(shape: Shape, spread: Mask, n: Ints, short: list[Partial], k: int) -> Mask:
    """The spreads that may stay. What is withheld below counts above."""
    kept = spread.copy()
    for places, own in short:
        columns, people = kept[:, places], n[:, places]
        left = np.repeat(own[:, None], len(places), axis=1)
        for level in reversed(shape.levels):
            here = left[level]
            columns[level] &= ~((here > 0) & (here < k) & (people[level] < COARSE_FROM))
            if level[0]:
                np.add.at(left, shape.above[level], np.where(columns[level], 0, here))
        kept[:, places] = columns
    return kept


def tells(shape: Shape, spread: Mask, n: Ints, short: list[Partial], k: int) -> bool:
    """Whether some spread that is shown would give fewer than k people away; `without_telling` once more, by residuals."""
    for places, own in short:
        rests = shape.rests(np.repeat(own[:, None], len(places), axis=1), spread[:, places])
        if ((rests > 0) & (rests < k) & (n[:, places] < COARSE_FROM)).any():
            return True
    return False


def _short(layout: Layout) -> Iterator[list[int]]:
    measures = [*layout.constructs.values()]
    measures += [layout.groups[key] for key in (*READINESS, *BALANCE) if key in layout.groups]
    return (list(places) for places in measures if len(places) <= LONGEST)
