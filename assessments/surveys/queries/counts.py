"""Counts of people, side by side, that single nobody out."""

import numpy as np

from assessments.surveys import suppression
from assessments.surveys.suppression import Counts, Mask


def counts_to_show(
    parents: list[int], here: list[int], k: int, allowed: list[bool] | None = None
) -> tuple[Mask, Counts]:
    """Which units' totals may stand side by side, and the totals."""
    if not here:
        return np.zeros(0, bool), np.zeros(0, np.int64)
    totals = suppression.Shape(tuple(parents)).sums(np.array(here, np.int64))
    return suppression.largest_safe(parents, here, k, allowed=allowed), totals
