"""Is the questionnaire sound, and do units differ: method.md, sections 5 and 7. For HR only. Pure numpy.

Rows are people, columns the recoded items of one construct; complete cases only, sample variances.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assessments.surveys.scoring import displayed

Floats = npt.NDArray[np.float64]

ALPHA_ANSWERS, OMEGA_ANSWERS, OMEGA_ITEMS = 30, 100, 4  # fewest complete answers; fewest items
ICC_UNITS, ICC_GROUP = 8, 5  # units needed, and answers in each
WEAK_ITEM, RETIRE_REVERSED = 0.30, 0.20  # item-rest correlations
_CONVERGED, _ROUNDS = 1e-9, 10_000
_EMPTY = 1e-12  # a variance below this is none


def alpha(items: Floats) -> float | None:
    """Cronbach's alpha; None where the total does not vary."""
    count = items.shape[1]
    total = float(items.sum(axis=1).var(ddof=1))
    if total < _EMPTY or count < 2:
        return None
    return count / (count - 1) * (1 - float(items.var(axis=0, ddof=1).sum()) / total)


def item_rest(items: Floats) -> list[float | None]:
    """Correlation of each item with the mean of the others; None where one of them does not vary."""
    found: list[float | None] = []
    for place in range(items.shape[1]):
        rest = np.delete(items, place, axis=1).mean(axis=1)
        item = items[:, place]
        varies = item.var() > _EMPTY and rest.var() > _EMPTY
        found.append(float(np.corrcoef(item, rest)[0, 1]) if varies else None)
    return found


def omega_of(loadings: Sequence[float]) -> float:
    """McDonald's omega of standardised loadings on one factor."""
    common = sum(loadings) ** 2
    return common / (common + sum(1 - loading**2 for loading in loadings))


def loadings(correlations: Floats) -> list[float] | None:
    """One factor by principal axes, repeated to 1e-9; None where it does not converge or an item exceeds 1."""
    if np.linalg.eigvalsh(correlations)[0] < _CONVERGED:
        return None
    shared = 1 - 1 / np.diag(np.linalg.inv(correlations))
    for _ in range(_ROUNDS):
        reduced = correlations.copy()
        np.fill_diagonal(reduced, shared)
        values, vectors = np.linalg.eigh(reduced)
        if values[-1] <= 0:
            return None
        found = vectors[:, -1] * np.sqrt(values[-1])
        if (found**2 > 1).any():
            return None
        if np.abs(found**2 - shared).max() < _CONVERGED:
            return [float(value) for value in (found if found.sum() >= 0 else -found)]
        shared = found**2
    return None


def omega(items: Floats) -> float | None:
    """Omega of the answers; None where an item does not vary or no single factor is found."""
    if items.shape[1] < 2 or (items.var(axis=0) < _EMPTY).any():
        return None
    found = loadings(np.asarray(np.corrcoef(items, rowvar=False)))
    return omega_of(found) if found else None


def icc(groups: Sequence[Floats]) -> tuple[float | None, float | None]:
    """ICC(1) and ICC(2) by one-way analysis of variance over disjoint groups; None where undefined, negative as it is."""
    sizes = np.array([len(group) for group in groups], float)
    totals, squares = (np.array([float((group**power).sum()) for group in groups]) for power in (1, 2))
    return icc_of(sizes, totals, squares)


def icc_of(sizes: Floats, totals: Floats, squares: Floats) -> tuple[float | None, float | None]:
    """The same from the number of people of each group, the sum of their scores and of the squares."""
    people, count = sizes.sum(), len(sizes)
    if count < 2 or people <= count:
        return None, None
    between = float((totals**2 / sizes).sum() - totals.sum() ** 2 / people) / (count - 1)
    within = float(squares.sum() - (totals**2 / sizes).sum()) / (people - count)
    size = (people - float((sizes**2).sum()) / people) / (count - 1)
    spread = between + (size - 1) * within
    first = None if abs(spread) < _EMPTY else (between - within) / spread
    return first, None if between < _EMPTY else (between - within) / between


def alpha_words(value: float | None) -> str:
    if value is None:
        return "Everybody gave the same total, so it cannot be said."
    if value < 0:
        return "Check the reverse item."
    shown = float(displayed(value, 2))
    if shown < 0.60:
        return "Read the items one by one, not the total."
    if shown < 0.70:
        return "Usable with care."
    return "Hangs together." if shown < 0.90 else "Items may repeat each other."


def item_words(value: float | None, *, is_reversed: bool) -> str:
    """What to think of an item's fit; "" where it is fine."""
    if value is None:
        return "Everybody answered alike."
    if is_reversed and value < RETIRE_REVERSED:
        return "Does not fit well with the others: propose to retire it."
    return "Does not fit well with the others." if value < WEAK_ITEM else ""


def icc_words(first: float | None, second: float | None) -> str:
    if first is not None and first < 0.05:
        return "Units look alike on this C. Act for the whole organisation."
    if second is None or second < 0.70:
        return "Unit averages are not firm enough to rank."
    return "Unit averages are firm enough to compare."
