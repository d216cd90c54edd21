"""What goes with the outcome: method.md, section 6. Shapley shares of R squared, with refusals. Pure numpy.

Both sides come from the same people on the same day: these are links, never causes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EARLY = 30  # complete answers from which simple correlations are shown
WEAK_FIT, ONE_THING, ALIKE = 0.05, 1e-6, 0.85
RESAMPLES, FIRM_SHARE, TOP = 1000, 0.80, 2
_SLICE = 50  # resamples at a time
_EMPTY = 1e-12


def fewest_answers(predictors: int) -> int:
    """Complete answers needed for shares: the larger of Green's two rules."""
    return max(50 + 8 * predictors, 104 + predictors)


@dataclass(frozen=True)
class Drivers:
    """`refusal` says why there are no shares. `links` are simple correlations with their 95% interval."""

    n: int
    refusal: str = ""
    r_squared: float | None = None
    shares: tuple[float, ...] = ()  # of the explained part, adding to 1
    links: tuple[tuple[float, float, float] | None, ...] = ()
    firm: tuple[bool, ...] = ()
    alike: tuple[tuple[int, int], ...] = ()  # pairs that behave like one


def link(r: float, n: int) -> tuple[float, float]:
    """95% interval of a correlation, by Fisher's z."""
    if abs(r) >= 1 - _EMPTY:
        return r, r
    half = 1.96 / math.sqrt(n - 3)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def shapley(between: Floats, outcome: Floats) -> tuple[Floats, Floats]:
    """R squared and each predictor's share of it, for a stack of correlation matrices.

    `between` (..., m, m) holds the predictors' correlations, `outcome` (..., m) those with the outcome.
    """
    count = outcome.shape[-1]
    explained: dict[tuple[int, ...], Floats] = {(): np.zeros(outcome.shape[:-1])}
    for size in range(1, count + 1):
        for chosen in combinations(range(count), size):
            some = list(chosen)
            right = outcome[..., some]
            solved = np.linalg.solve(between[..., some, :][..., :, some], right[..., None])[..., 0]
            explained[chosen] = (right * solved).sum(axis=-1)
    shares = np.zeros(outcome.shape)
    for place in range(count):
        others = [other for other in range(count) if other != place]
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            for chosen in combinations(others, size):
                with_it = tuple(sorted((*chosen, place)))
                shares[..., place] += weight * (explained[with_it] - explained[chosen])
    return explained[tuple(range(count))], shares


def analyse(predictors: Floats, outcome: Floats, names: Sequence[str], *, seed: int) -> Drivers:
    """Complete cases in, one row per person. `seed` fixes the resamples, so that pages do not change."""
    n, count = predictors.shape
    if n < EARLY:
        return Drivers(n, "Not enough answers to say what goes with the outcome.")
    data = np.column_stack([predictors, outcome])
    spread = data.var(axis=0)
    if spread[-1] < _EMPTY or (spread[:-1] < _EMPTY).any():
        flat = "the outcome" if spread[-1] < _EMPTY else names[int(np.argmin(spread[:-1]))]
        return Drivers(n, f"Everybody answered alike on {flat}, so nothing can be linked to it.")
    correlations: Floats = np.asarray(np.corrcoef(data, rowvar=False))
    links = tuple((float(r), *link(float(r), n)) for r in correlations[-1, :-1])
    alike = tuple((a, b) for a, b in combinations(range(count), 2) if correlations[a, b] > ALIKE)
    if n < fewest_answers(count):
        return Drivers(
            n, f"Early signs: shares need {fewest_answers(count)} complete answers.", links=links, alike=alike
        )
    smallest = float(np.linalg.eigvalsh(correlations[:-1, :-1])[0])
    if smallest < ONE_THING:
        twins = max(combinations(range(count), 2), key=lambda pair: abs(correlations[pair]))
        told = " and ".join(names[place] for place in twins)
        return Drivers(n, f"{told} move as one in your answers, so their shares cannot be told apart.", links=links)
    explained, shares = shapley(correlations[:-1, :-1], correlations[-1, :-1])
    if float(explained) < WEAK_FIT:
        return Drivers(n, "The seven Cs explain too little of the outcome to share it out.", links=links, alike=alike)
    return Drivers(
        n,
        r_squared=float(explained),
        shares=tuple(float(share) for share in shares / explained),
        links=links,
        firm=_firm(data, seed),
        alike=alike,
    )


def _firm(data: Floats, seed: int) -> tuple[bool, ...]:
    """Whether each predictor is among the top two in 80% of 1,000 resamples of people."""
    random, (n, width) = np.random.default_rng(seed), data.shape
    centred = data - data.mean(axis=0)
    upper = np.triu_indices(width)
    moments = np.column_stack([centred, centred[:, upper[0]] * centred[:, upper[1]]])
    among_top = np.zeros(width - 1)
    for _ in range(RESAMPLES // _SLICE):
        drawn = np.stack([np.bincount(random.integers(0, n, n), minlength=n) for _ in range(_SLICE)]) / n
        sums = drawn.astype(float) @ moments
        means, products = sums[:, :width], np.zeros((_SLICE, width, width))
        products[:, upper[0], upper[1]] = sums[:, width:]
        products[:, upper[1], upper[0]] = sums[:, width:]
        covariance = products - means[:, :, None] * means[:, None, :]
        sd = np.sqrt(np.maximum(np.einsum("sii->si", covariance), _EMPTY))
        correlations = covariance / (sd[:, :, None] * sd[:, None, :])
        steady = correlations[:, :-1, :-1] + np.eye(width - 1) * ONE_THING  # a resample may double up
        _, shares = shapley(steady, correlations[:, -1, :-1])
        ranks = np.argsort(-shares, axis=1)[:, :TOP]
        among_top += np.bincount(ranks.ravel(), minlength=width - 1)
    return tuple(bool(share >= FIRM_SHARE) for share in among_top / RESAMPLES)


def priority(share: float, predictors: int, index: float, own_mean: float) -> str:
    """The C's field in the priority grid: how much it goes with the outcome, and how it stands."""
    if share > 1 / predictors:
        return "Look here first" if index < own_mean else "Protect"
    return "Improve when cheap" if index < own_mean else "Keep"
