"""Several attributes beside the published units: whether all their totals together give a small group away.

Every person stands in one class of each partition: the residual group of a published unit, and one band of each attribute.
Published are the totals of all classes. A group can be worked out from them only if its indicator x (1 for its people, else
0) is a sum of one number per class. Then x(a) + x(b) = x(c) + x(d) wherever the people of the cells c and d have between them
the same classes as those of a and b. The check assumes a small cell in a group of fewer than k people and follows these
equations: each one that is broken names cells of which one must belong to the group too, until every way has led to k people
or more. A way that the equations leave open counts as unsafe, so the check errs on the safe side (docs/method.md, section 2).
For one attribute `crosscut` is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
MOST_CELLS = 1200  # occupied combinations up to which the check takes seconds
MOST_STEPS = 60_000  # of the search in all; more counts as unsafe
_NO_CELL = -1


def is_safe(partitions: Sequence[Ints], k: int) -> bool:
    """Whether nobody below k can be singled out. `partitions` hold each person's class, one array for each partition."""
    cells, people = np.unique(np.stack(list(partitions), axis=1), axis=0, return_counts=True)
    if len(cells) > MOST_CELLS:
        return False
    return _Search(cells.astype(np.int64), people.astype(np.int64), k).finds_nothing()


@dataclass
class _Search:
    cells: Ints  # one row per occupied combination
    people: Ints
    k: int
    steps: int = 0
    numbers: dict[tuple[int, ...], int] = field(default_factory=dict)
    _swaps: dict[int, Ints] = field(default_factory=dict)

    def finds_nothing(self) -> bool:
        self.numbers = {tuple(cell): number for number, cell in enumerate(self.cells.tolist())}
        return not any(self._grows({cell}) for cell in np.flatnonzero(self.people < self.k).tolist())

    def _grows(self, chosen: set[int]) -> bool:
        """Whether some group of fewer than k people may hold these cells."""
        self.steps += 1
        room = self.k - 1 - int(self.people[list(chosen)].sum())
        if room < 0:
            return False
        if self.steps > MOST_STEPS:
            return True
        ways = self._fewest_ways(chosen, room)
        if ways is None:
            return True
        return any(self._grows(chosen | {cell}) for cell in ways)

    def _fewest_ways(self, chosen: set[int], room: int) -> list[int] | None:
        """Of a broken equation the cells that could mend it, of the equation with fewest; None where none is broken."""
        inside = np.zeros(len(self.cells) + 1, np.int64)
        inside[list(chosen)] = 1
        fits = np.append(self.people <= room, False) & (inside == 0)  # noqa: FBT003 - an array of truths
        best: list[int] | None = None
        for cell in chosen:
            other, left, right = self._equations(cell).T
            excess = 1 + inside[other] - inside[left] - inside[right]
            for sign, columns in ((1, (left, right)), (-1, (other,))):
                broken = np.flatnonzero(np.sign(excess) == sign)
                if not len(broken):
                    continue
                counts = sum(fits[column[broken]].astype(int) for column in columns)
                first = broken[int(np.argmin(counts))]
                ways = sorted({int(column[first]) for column in columns if fits[column[first]]})
                if best is None or len(ways) < len(best):
                    best = ways
                if not best:
                    return best
        return best

    def _equations(self, cell: int) -> Ints:
        """Rows (b, c, d) with x(cell) + x(b) = x(c) + x(d): b and the cell with some classes exchanged, all occupied."""
        if cell not in self._swaps:
            width = self.cells.shape[1]
            rows = []
            for exchanged in range(1, 2 ** (width - 1)):
                mask = np.array([bool(exchanged >> place & 1) for place in range(width)])
                for other, classes in enumerate(self.cells):
                    left = tuple(np.where(mask, classes, self.cells[cell]).tolist())
                    right = tuple(np.where(mask, self.cells[cell], classes).tolist())
                    c, d = self.numbers.get(left, _NO_CELL), self.numbers.get(right, _NO_CELL)
                    if c >= 0 and d >= 0 and cell not in (c, d):
                        rows.append((other, c, d))
            self._swaps[cell] = np.array(rows, np.int64).reshape(-1, 3)
        return self._swaps[cell]
