"""Which units show a measure, and sums over people by unit. Pure numpy.

Sums are whole numbers (`scoring.exact_scale`), so the order of the answers cannot change a result.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from assessments.surveys import suppression
from assessments.surveys.cells import Hidden
from assessments.surveys.suppression import Mask, Shape

SPREAD_GROUP = 10  # answers below which no distribution is shown
_SLICE = 4096  # rows that stay in the processor's cache

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
    def rank(self) -> Ints:
        """Order of the unit keys, which decides what is left of ties."""
        rank = np.empty(len(self.keys), np.int64)
        rank[sorted(range(len(rank)), key=self.keys.__getitem__)] = np.arange(len(rank))
        return rank


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
        return suppression.tightened(self.shape, own, self.wide, shown & self.shown_wide, self.tree.rank)

    def wide_only(self, kind: str, own: Ints) -> Mask:
        """For what only exists from the wider limit on, such as shares of people."""
        self.counted[kind] = own
        return self.wide_of(own, np.repeat(self.shown[:, None], own.shape[1], axis=1))

    def wide_reasons(self, mask: Mask, n: Ints) -> npt.NDArray[np.uint8]:
        """Why each cell outside a mask of the wider limit is absent."""
        return self._reasons(mask, n, self.wide)

    def reasons(self, mask: Mask, n: Ints) -> npt.NDArray[np.uint8]:
        """Why each cell outside `mask` is absent."""
        return self._reasons(mask, n, self.k)

    def _reasons(self, mask: Mask, n: Ints, limit: int) -> npt.NDArray[np.uint8]:
        reasons = np.where(n < limit, np.uint8(Hidden.TOO_FEW), np.uint8(Hidden.NEIGHBOUR))
        reasons[~self.shown] = Hidden.UNIT
        return reasons * ~mask  # Hidden.NO is 0


def own_sums(homes: Ints, values: npt.NDArray[Any], counted: Mask, units: int) -> Sums:
    """Per unit, of the people directly in it; the columns are measures, people who are not counted have the value 0."""
    points = values.astype(np.float64, copy=False)
    return Sums(
        number_by_unit(homes, counted, units), by_unit(homes, points, units), by_unit(homes, points * points, units)
    )


def number_by_unit(homes: Ints, counted: Mask, units: int) -> Ints:
    """How many are counted of the people directly in each unit: all less the few who are not."""
    here = np.bincount(homes, minlength=units)
    missing = [np.bincount(homes[~column], minlength=units) for column in counted.T]
    return here[:, None] - np.stack(missing, axis=1) if missing else np.zeros((units, 0), np.int64)


def by_unit(homes: Ints, values: npt.NDArray[Any], units: int) -> Ints:
    """Sums over the people directly in each unit. Exact: float64 holds these whole numbers."""
    sums = np.zeros((units, values.shape[1]), np.int64)
    for column in range(values.shape[1]):
        sums[:, column] = np.bincount(homes, values[:, column], units)
    return sums


def by_column(table: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same table with each column in one piece of memory.

    Slice by slice: numpy would walk through the whole of a long table once for every column.
    """
    if table.flags.f_contiguous:
        return table
    turned = np.empty_like(table, order="F")
    for first in range(0, len(table), _SLICE):
        turned[first : first + _SLICE] = table[first : first + _SLICE]
    return turned


def deviation(n: Ints, total: Ints, squares: Ints, scale: int) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (n * squares - total * total) / (n * (n - 1.0))
        return np.sqrt(np.maximum(variance, 0)) / scale
