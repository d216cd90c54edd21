"""From answers to scores, margins and words: method.md, sections 1, 3 and 4. No Django, no clock, no rounding before display.

The statistical functions take single numbers or numpy arrays alike.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from math import ceil, lcm
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

FAVOURABLE_FROM, NEUTRAL = 4, 3
LOWEST, HIGHEST = 1, 5
FLAG_POINTS = 5  # a difference below this many index points is never flagged
FLAG_GROUP = 10  # both groups need this many people
CHOSEN, IN_HEAT_MAP = 0.975, 0.995  # quantiles: a comparison the reader chose; one of many cells
COULD_NOT_JUDGE_SHARE = 0.20
LOW_RESPONSE_SHARE = 0.50

Numbers = float | npt.NDArray[np.float64]


class Band(StrEnum):
    """Reading aid for a score, taken from the displayed whole number so that word and number never clash."""

    LOW = "low"
    MIXED = "mixed"
    GOOD = "good"
    STRONG = "strong"

    @property
    def word(self) -> str:
        return self.value.capitalize()


def recoded(answer: int, *, is_reversed: bool) -> int:
    """The answer on a scale where 5 is good for customers."""
    return LOWEST + HIGHEST - answer if is_reversed else answer


def enough_answered(items: int) -> int:
    """How many of a construct's items a person must answer for a score: half, rounded up."""
    return ceil(items / 2)


def person_score(answers: Sequence[int | None]) -> float | None:
    """Mean of a person's recoded answers to one construct, 1..5; None below half of the items. None = N/A or open."""
    given = [answer for answer in answers if answer is not None]
    return sum(given) / len(given) if given and len(given) >= enough_answered(len(answers)) else None


def exact_scale(most_items: int) -> int:
    """A factor that turns every mean of up to `most_items` whole answers into a whole number: sums become exact."""
    return lcm(*range(1, max(1, most_items) + 1))


def index(mean: Numbers) -> Numbers:
    """0 to 100 from a mean on 1..5."""
    return (mean - LOWEST) / (HIGHEST - LOWEST) * 100


def displayed(value: float, decimals: int = 0) -> Decimal:
    """Round once, at the end, half away from zero. Rounds to 9 decimals first: 71.5 may be stored as 71.49999999999."""
    exact = Decimal(repr(round(float(value), 9)))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def whole(value: float) -> int:
    return int(displayed(value))


def band(value: float) -> Band:
    """0-49 low, 50-64 mixed, 65-79 good, 80-100 strong, by the displayed whole number."""
    shown = whole(value)
    if shown < 50:
        return Band.LOW
    if shown < 65:
        return Band.MIXED
    return Band.GOOD if shown < 80 else Band.STRONG


def signed(difference: float) -> str:
    """A difference of unrounded values with its sign, as displayed: "+1", "−3", "0"."""
    shown = whole(difference)
    return f"+{shown}" if shown > 0 else f"−{-shown}" if shown < 0 else "0"


def wilson(favourable: int, answers: int, invited: int | None = None, z: float = 1.96) -> tuple[float, float]:
    """Interval for a share (method.md 3.1). With `invited`, corrected for a group that was asked as a whole."""
    share, n = favourable / answers, float(answers)
    if invited is not None:
        if answers >= invited:
            return share, share
        n = n * (invited - 1) / (invited - n)
    scale = 1 + z * z / n
    centre = (share + z * z / (2 * n)) / scale
    half = z / scale * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return centre - half, centre + half


def t_quantile(q: float, df: Numbers) -> Numbers:
    """Student's t by its series in 1/df (method.md 3.4): off by less than 0.0002 from df 9, 0.01 at df 4."""
    z = NormalDist().inv_cdf(q)
    return (
        z
        + (z**3 + z) / (4 * df)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * df**4)
    )


def index_margin(sd: Numbers, answers: Numbers, invited: Numbers) -> Numbers:
    """Half the interval of an index (method.md 3.2): `sd` of person indexes (ddof 1); 0 when everyone invited answered."""
    missing = np.maximum(invited - answers, 0) / np.maximum(invited - 1, 1)
    return np.asarray(t_quantile(CHOSEN, answers - 1) * sd / answers**0.5 * missing**0.5)


def difference_limit(sd1: Numbers, n1: Numbers, sd2: Numbers, n2: Numbers, q: float = CHOSEN) -> Numbers:
    """The smallest difference of two means that Welch's test calls clear; infinite where nothing varies."""
    part1, part2 = np.asarray(sd1**2 / n1), np.asarray(sd2**2 / n2)
    variance = part1 + part2
    with np.errstate(divide="ignore", invalid="ignore"):
        df = variance**2 / (part1**2 / (n1 - 1) + part2**2 / (n2 - 1))
        return np.where(variance > 0, t_quantile(q, df) * variance**0.5, np.inf)


def clear_difference(
    mean1: Numbers, sd1: Numbers, n1: Numbers, mean2: Numbers, sd2: Numbers, n2: Numbers, q: float = CHOSEN
) -> Numbers:
    """1 where the first group's index is clearly higher, -1 where clearly lower, else 0 (method.md 3.4)."""
    gap = np.asarray(mean1 - mean2)
    with np.errstate(invalid="ignore"):
        is_clear = np.asarray((np.minimum(n1, n2) >= FLAG_GROUP) & (np.abs(gap) >= FLAG_POINTS))
        spread1, people1, spread2, people2 = (
            np.broadcast_to(part, gap.shape)[is_clear] for part in (sd1, n1, sd2, n2)
        )  # the costly part, only where it can matter
        is_clear[is_clear] = np.abs(gap[is_clear]) > difference_limit(spread1, people1, spread2, people2, q)
    return np.where(is_clear, np.sign(gap), 0)


def agreement(mean_variance: Numbers, items: Numbers) -> Numbers:
    """rwg(j) of a unit: how alike its people answer a construct's items, 0..1 (method.md 4). 2 is the variance of chance."""
    q = np.minimum(mean_variance / 2, 1)
    return np.asarray(items * (1 - q) / (items * (1 - q) + q))


def agreement_word(value: float) -> str:
    """How people see it, from the value rounded to two decimals."""
    shown = displayed(value, 2)
    for limit, word in ((".30", "very differently"), (".50", "differently"), (".70", "partly alike"), (".90", "alike")):
        if shown <= Decimal(limit):
            return word
    return "very much alike"
