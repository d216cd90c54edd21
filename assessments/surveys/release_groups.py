"""What a form asks beside the seven Cs: emphasis pairs, readiness steps, the change balance, outcomes, 0 to 10 scales.

Pure numpy, with the masks of `release`. Method: docs/method.md, sections 6, 8, 9 and 10.
"""

import numpy as np
import numpy.typing as npt

from assessments.surveys import cells, readiness
from assessments.surveys.cells import Records
from assessments.surveys.masks import Floats, Ints, Masks, by_unit, number_by_unit, own_sums
from assessments.surveys.suppression import Mask
from assessments.surveys.vectors import NOT_APPLICABLE, READINESS, Layout

_UNANSWERED = 0

Bytes = npt.NDArray[np.uint8]


def sliders(layout: Layout, masks: Masks, homes: Ints, vectors: Bytes) -> Records:
    """Means of both markers over the people who set both."""
    columns = np.array([slot.offset for slot in layout.sliders], np.int64)
    today, desired = vectors.T[columns], vectors.T[columns + 1]
    both = (np.minimum(today, desired) > _UNANSWERED) & (np.maximum(today, desired) < NOT_APPLICABLE)
    today, desired = (today - 1) * both, (desired - 1) * both
    units = len(masks.shown)
    own = own_sums(homes, desired.T, both.T, units)
    sums, today_total = own.summed(masks.shape), masks.shape.sums(by_unit(homes, today.T, units))
    shown = masks.of("sliders", own.n)
    spread = masks.wide_of(own.n, shown)
    records = np.zeros(shown.shape, cells.SLIDER)
    records["hidden"] = masks.reasons(shown, sums.n)
    records["n"] = np.where(shown, sums.n, 0)
    with np.errstate(invalid="ignore"):
        records["today"] = np.where(shown, today_total / sums.n, np.nan)
    records["desired"] = np.where(shown, sums.mean(1), np.nan)
    records["desired_sd"] = np.where(spread, sums.sd(1), np.nan)
    return records


def groups(masks: Masks, homes: Ints, scores: Floats, has_score: Mask, scale: int) -> Records:
    """Means over people of their own means: each step of readiness, each factor of the balance, the outcome."""
    own = own_sums(homes, scores, has_score, len(masks.shown))
    sums = own.summed(masks.shape)
    shown = masks.of("groups", own.n)
    records = np.zeros(shown.shape, cells.GROUP)
    records["hidden"] = masks.reasons(shown, sums.n)
    records["n"] = np.where(shown, sums.n, 0)
    records["mean"] = np.where(shown, sums.mean(scale), np.nan)
    return records


def barriers(layout: Layout, masks: Masks, homes: Ints, scores: Floats, has_score: Mask, scale: int) -> Records:
    """How many people are held up at which step, from ten of whom it can be told. One record, or none at all."""
    steps = [place for place, key in enumerate(layout.groups) if key in READINESS]
    units = len(masks.shown)
    if len(steps) < len(READINESS):
        masks.counted["barriers"] = np.zeros((units, 0), np.int64)
        return np.zeros((units, 0), cells.BARRIER)
    held = _barrier_of(scores[:, steps] <= readiness.STUCK_AT * scale, has_score[:, steps])
    codes = readiness.UNCLEAR  # those before it can be told
    told = held < codes
    own = np.bincount(homes[told] * codes + held[told], minlength=units * codes).reshape(units, codes)
    counts, people = masks.shape.sums(own), own.sum(axis=1, keepdims=True)
    shown = masks.wide_only("barriers", people)
    records = np.zeros(shown.shape, cells.BARRIER)
    records["hidden"] = masks.wide_reasons(shown, masks.shape.sums(people))
    records["n"] = np.where(shown, masks.shape.sums(people), 0)
    records["counts"] = np.where(shown[:, :, None], counts[:, None, :], 0)
    return records


def _barrier_of(is_stuck: Mask, has_score: Mask) -> Ints:
    """`readiness.barrier` for many people at once; the columns are the steps in order."""
    held = np.full(len(is_stuck), readiness.NONE, np.int64)
    for step in range(is_stuck.shape[1] - 1, -1, -1):
        held = np.where(has_score[:, step], np.where(is_stuck[:, step], step, held), readiness.UNCLEAR)
    return held


def numerics(layout: Layout, masks: Masks, homes: Ints, vectors: Bytes) -> Records:
    """Promoters and detractors of each question from 0 to 10, from ten answers."""
    columns = [slot.offset for slot in layout.numerics]
    stored = vectors[:, columns]
    given = (stored > _UNANSWERED) & (stored < NOT_APPLICABLE)
    value = stored.astype(np.int64) - 1
    kinds = (given, given & (value >= readiness.PROMOTER_FROM), given & (value <= readiness.DETRACTOR_TO))
    n, promoters, detractors = (number_by_unit(homes, kind, len(masks.shown)) for kind in kinds)
    shown = masks.wide_only("numerics", n)
    records = np.zeros(shown.shape, cells.NUMERIC)
    records["hidden"] = masks.wide_reasons(shown, masks.shape.sums(n))
    for name, own in (("n", n), ("promoters", promoters), ("detractors", detractors)):
        records[name] = np.where(shown, masks.shape.sums(own), 0)
    return records
