"""Which units show a measure, and sums over people by unit. Pure numpy.

Sums are whole numbers (`scoring.exact_scale`), so the order of the answers cannot change a result.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assessments.surveys import suppression
from assessments.surveys.cells import Hidden
from assessments.surveys.suppression import Mask, Shape

SPREAD_GROUP = 10  # answers below which no distribution is shown

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """The units of a campaign in pre-order: parent of each (-1 for the top), people invited in each subtree."""

    parents: tuple[int, ...]
    invited: Ints
    keys: tuple[str, ...]

    @cached_property
    def shape(self) -> Shape:
        return Shape(self.parents)

    @cached_property
    def rank(self) -> list[int]:
        """Order of the unit keys, which decides what is left of ties."""
        order = {key: rank for rank, key in enumerate(sorted(self.keys))}
        return [order[key] for key in self.keys]


@dataclass(frozen=True)
class Sums:
    """Whole-number sums over people; the first axis counts units, the second measures."""

    n: Ints
    total: Ints
    squares: Ints

    def summed(self, shape: Shape) -> "Sums":
        """From the people directly in each unit to whole subtrees."""
        return Sums(shape.sums(self.n), shape.sums(self.total), shape.sums(self.squares))

    def mean(self, scale: int) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.total / (scale * self.n)

    def sd(self, scale: int) -> Floats:
        """Sample standard deviation; NaN below two people."""
        return deviation(self.n, self.total, self.squares, scale)


class Masks:
    """Which units show a measure: the units shown at all, less what the measure's own answers forbid."""

    def __init__(self, tree: Tree, here: Ints, k: int) -> None:
        self.tree, self.shape, self.k, self.wide = tree, tree.shape, k, max(SPREAD_GROUP, k)
        own, large_enough = here[:, None], self.shape.sums(here)[:, None] >= k
        shown = suppression.tightened(self.shape, own, k, large_enough, tree.rank)
        self.shown = shown[:, 0]
        self.shown_wide = suppression.tightened(self.shape, own, self.wide, shown, tree.rank)
        self.counted = {"units": own}  # valid answers directly in each unit, for the check at the end

    def of(self, kind: str, own: Ints) -> Mask:
        """One column per measure; `own` counts its valid answers directly in each unit."""
        self.counted[kind] = own
        return suppression.tightened(
            self.shape, own, self.k, np.repeat(self.shown[:, None], own.shape[1], axis=1), self.tree.rank
        )

    def wide_of(self, own: Ints, shown: Mask) -> Mask:
        """The same for distributions, which no group below the wider limit may lie under."""
        within = shown & self.shown_wide & (self.shape.sums(own) >= self.wide)
        return suppression.tightened(self.shape, own, self.wide, within, self.tree.rank)

    def wide_only(self, kind: str, own: Ints) -> Mask:
        """For what only exists from the wider limit on, such as shares of people."""
        self.counted[kind] = own
        return self.wide_of(own, np.repeat(self.shown[:, None], own.shape[1], axis=1))

    def wide_reasons(self, mask: Mask, n: Ints) -> npt.NDArray[np.uint8]:
        """Why each cell outside a mask of the wider limit is absent."""
        absent = np.where(n < self.wide, Hidden.TOO_FEW, Hidden.NEIGHBOUR)
        return np.where(mask, Hidden.NO, np.where(self.shown[:, None], absent, Hidden.UNIT)).astype(np.uint8)

    def reasons(self, mask: Mask, n: Ints) -> npt.NDArray[np.uint8]:
        """Why each cell outside `mask` is absent."""
        absent = np.where(n < self.k, Hidden.TOO_FEW, Hidden.NEIGHBOUR)
        return np.where(mask, Hidden.NO, np.where(self.shown[:, None], absent, Hidden.UNIT)).astype(np.uint8)


def own_sums(homes: Ints, values: Ints, counted: Mask, units: int) -> Sums:
    """Per unit, of the people directly in it. Exact: float64 holds these whole numbers."""

    def by_unit(weights: Ints) -> Ints:
        columns = [np.bincount(homes, weights[:, column], units) for column in range(weights.shape[1])]
        return np.stack(columns, axis=1).astype(np.int64) if columns else np.zeros((units, 0), np.int64)

    return Sums(by_unit(counted.astype(np.int64)), by_unit(values), by_unit(values * values))


def deviation(n: Ints, total: Ints, squares: Ints, scale: int) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (n * squares - total * total) / (n * (n - 1.0))
        return np.sqrt(np.maximum(variance, 0)) / scale
