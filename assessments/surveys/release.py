"""From opened ballots to the release plan: every cell of every unit, and the masks that decide which are there.

Pure numpy. Sums are whole numbers (`scoring.exact_scale`), so the order of the answers cannot change a result.
Method: docs/method.md, sections 1 to 4. `assert_safe` checks the finished plan once more, without the code that made it.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assessments.surveys import cells, scoring, suppression
from assessments.surveys.cells import Hidden, Records, Spread
from assessments.surveys.suppression import Mask, Shape
from assessments.surveys.vectors import NOT_APPLICABLE, Layout

SPREAD_GROUP = 10  # answers below which no distribution is shown
_DECLINED = scoring.HIGHEST + 1  # code of "does not apply" among the answers
_SLICE = 25_000  # responses at a time: small temporaries
_UNANSWERED = 0

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


class UnsafeRelease(AssertionError):
    """The finished plan would isolate a small group. Nothing is written."""


@dataclass(frozen=True)
class Tree:
    """The units of a campaign in pre-order: parent of each (-1 for the top), people invited in each subtree."""

    parents: tuple[int, ...]
    invited: Ints
    keys: tuple[str, ...]

    @cached_property
    def shape(self) -> Shape:
        return Shape(self.parents)

    @property
    def rank(self) -> list[int]:
        """Order of the unit keys, which decides what is left of ties."""
        order = {key: rank for rank, key in enumerate(sorted(self.keys))}
        return [order[key] for key in self.keys]


@dataclass(frozen=True)
class Plan:
    """What may be said about each unit. Records of hidden measures are blank."""

    shown: Mask
    nearest: list[int]  # itself or the nearest shown unit above, -1 for none
    answers: Ints  # respondents of the subtree, shown or not: never stored where hidden
    constructs: Records
    items: Records
    sliders: Records


@dataclass(frozen=True)
class _Sums:
    """Whole-number sums over people; the first axis counts units, the second measures."""

    n: Ints
    total: Ints
    squares: Ints

    def summed(self, shape: Shape) -> "_Sums":
        """From the people directly in each unit to whole subtrees."""
        return _Sums(shape.sums(self.n), shape.sums(self.total), shape.sums(self.squares))

    def mean(self, scale: int) -> Floats:
        with np.errstate(invalid="ignore", divide="ignore"):
            return self.total / (scale * self.n)

    def sd(self, scale: int) -> Floats:
        """Sample standard deviation; NaN below two people."""
        return _sd(self.n, self.total, self.squares, scale)


def make_plan(layout: Layout, tree: Tree, homes: Ints, vectors: Bytes, k: int) -> Plan:
    """The plan of a campaign. `homes` holds each response's unit as a place in the tree, from 0. Raises UnsafeRelease."""
    units = len(tree.parents)
    here = np.bincount(homes, minlength=units).astype(np.int64)
    masks = _Masks(tree, here, k)
    answers = statements(layout, vectors)
    counts = tree.shape.sums(_histogram(answers, homes, units))
    items = _items(masks, counts)
    plan = Plan(
        shown=masks.shown,
        nearest=suppression.nearest_shown(tree.parents, masks.shown),
        answers=tree.shape.sums(here),
        constructs=_constructs(layout, masks, homes, answers, items, counts),
        items=items,
        sliders=_sliders(layout, masks, homes, vectors),
    )
    assert_safe(plan, tree, masks.counted, k)
    return plan


class _Masks:
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

    def reasons(self, mask: Mask, n: Ints) -> npt.NDArray[np.uint8]:
        """Why each cell outside `mask` is absent."""
        absent = np.where(n < self.k, Hidden.TOO_FEW, Hidden.NEIGHBOUR)
        return np.where(mask, Hidden.NO, np.where(self.shown[:, None], absent, Hidden.UNIT)).astype(np.uint8)


def statements(layout: Layout, vectors: Bytes) -> Bytes:
    """The statements' columns: 0 open, 1..5 with reversed statements turned, 6 does not apply."""
    codes = np.zeros((2, 256), np.uint8)
    codes[:, NOT_APPLICABLE] = _DECLINED
    for answer in range(scoring.LOWEST, scoring.HIGHEST + 1):
        codes[0, answer], codes[1, answer] = answer, scoring.recoded(answer, is_reversed=True)
    is_reversed = np.array([slot.is_reversed for slot in layout.statements], np.intp)
    return codes[is_reversed, vectors[:, [slot.offset for slot in layout.statements]]]


def _histogram(answers: Bytes, homes: Ints, units: int) -> Ints:
    """People directly in each unit by statement and answer code."""
    width, codes = answers.shape[1], _DECLINED + 1
    flat = np.zeros(units * width * codes, np.int64)
    columns = np.arange(width) * codes
    for start in range(0, len(homes), _SLICE):
        cell = homes[start : start + _SLICE, None] * (width * codes) + columns
        cell += answers[start : start + _SLICE]
        flat += np.bincount(cell.ravel(), minlength=len(flat))
    return flat.reshape(units, width, codes)


def _items(masks: _Masks, counts: Ints) -> Records:
    """Statement by statement: favourable share from k answers, distribution from 10, nothing that stands for fewer."""
    valid, not_judged = counts[:, :, 1:_DECLINED], counts[:, :, _DECLINED]
    n = valid.sum(axis=2)
    own = masks.shape.own(n)
    shown = masks.of("items", own)
    spread = masks.wide_of(own, shown)
    favourable = valid[:, :, scoring.FAVOURABLE_FROM - 1 :].sum(axis=2)
    capped = shown & (n < SPREAD_GROUP)
    cap = np.where(capped & (favourable == n), 1, np.where(capped & (favourable == 0), -1, 0))
    unanimous = valid.max(axis=2) == n
    heard = n + not_judged
    worth_saying = spread & (not_judged >= scoring.COULD_NOT_JUDGE_SHARE * np.maximum(heard, 1))

    records = np.zeros(n.shape, cells.ITEM)
    records["hidden"] = masks.reasons(shown, n)
    records["n"] = np.where(shown, n, 0)
    records["cap"] = cap
    records["favourable"] = np.where(shown & (cap == 0), favourable, 0)
    records["could_not_judge"] = np.where(worth_saying, not_judged, 0)
    records["spread"] = np.where(spread, np.where(unanimous, Spread.UNANIMOUS, Spread.SHOWN), Spread.TOO_FEW)
    records["counts"] = np.where((spread & ~unanimous)[:, :, None], valid, 0)
    return records


def _constructs(layout: Layout, masks: _Masks, homes: Ints, answers: Bytes, items: Records, counts: Ints) -> Records:
    """Construct by construct: mean over people of their own means, its margin, agreement, and the flag."""
    scale = scoring.exact_scale(max((len(places) for places in layout.constructs.values()), default=1))
    scores, has_score = person_scores(layout, answers, scale)
    own = _own_sums(homes, scores, has_score, len(masks.shown))
    sums = own.summed(masks.shape)
    shown = masks.of("constructs", own.n)
    invited = masks.tree.invited[:, None].astype(float)
    index = scoring.index(sums.mean(scale))
    sd = sums.sd(scale) * 100 / (scoring.HIGHEST - scoring.LOWEST)
    with np.errstate(invalid="ignore", divide="ignore"):
        margin = scoring.index_margin(sd, sums.n.astype(float), np.maximum(invited, sums.n))
    favourable, agreement = _from_items(layout, items, counts[:, :, 1:_DECLINED])

    records = np.zeros(shown.shape, cells.CONSTRUCT)
    records["hidden"] = masks.reasons(shown, sums.n)
    records["n"] = np.where(shown, sums.n, 0)
    for name, values in (("index", index), ("margin", margin), ("favourable", favourable), ("agreement", agreement)):
        records[name] = np.where(shown, values, np.nan)
    records["flag"] = np.where(shown & shown[0], _flags(sums, scale), 0)
    return records


def person_scores(layout: Layout, answers: Bytes, scale: int) -> tuple[Ints, Mask]:
    """Each person's mean of each construct times `scale`, and whether they answered half of its items."""
    scores = np.zeros((len(answers), len(layout.constructs)), np.int64)
    has_score = np.zeros(scores.shape, bool)
    points = np.where(answers == _DECLINED, 0, answers)
    for measure, places in enumerate(map(list, layout.constructs.values())):
        answered = np.count_nonzero(points[:, places], axis=1)
        has_score[:, measure] = answered >= scoring.enough_answered(len(places))
        total = points[:, places].sum(axis=1, dtype=np.int64)
        scores[:, measure] = np.where(has_score[:, measure], total * scale // np.maximum(answered, 1), 0)
    return scores, has_score


def _own_sums(homes: Ints, values: Ints, counted: Mask, units: int) -> _Sums:
    """Per unit, of the people directly in it. Exact: float64 holds these whole numbers."""

    def by_unit(weights: Ints) -> Ints:
        columns = [np.bincount(homes, weights[:, column], units) for column in range(weights.shape[1])]
        return np.stack(columns, axis=1).astype(np.int64) if columns else np.zeros((units, 0), np.int64)

    return _Sums(by_unit(counted.astype(np.int64)), by_unit(values), by_unit(values * values))


def _from_items(layout: Layout, items: Records, counts: Ints) -> tuple[Floats, Floats]:
    """Favourable share and agreement of each construct, where all of its statements are shown: else a hidden one could be
    worked out from the others."""
    points = np.arange(scoring.LOWEST, scoring.HIGHEST + 1)
    n, total, squares = counts.sum(axis=2), counts @ points, counts @ points**2
    favourable, agreement = [], []
    with np.errstate(invalid="ignore", divide="ignore"):
        share = counts[:, :, scoring.FAVOURABLE_FROM - 1 :].sum(axis=2) / n
        variance = _sd(n, total, squares, 1) ** 2
        for places in map(list, layout.constructs.values()):
            whole = (items["hidden"][:, places] == Hidden.NO).all(axis=1)
            favourable.append(np.where(whole, share[:, places].mean(axis=1), np.nan))
            alike = scoring.agreement(variance[:, places].mean(axis=1), float(len(places)))
            agreement.append(np.where(whole, alike, np.nan))
    if not favourable:
        return np.zeros((len(counts), 0)), np.zeros((len(counts), 0))
    return np.stack(favourable, axis=1), np.stack(agreement, axis=1)


def _flags(sums: _Sums, scale: int) -> Floats:
    """Each unit against the rest of the organisation without it; strict, because a heat map tests many cells at once."""
    rest = _Sums(*(part[:1] - part for part in (sums.n, sums.total, sums.squares)))
    points = 100 / (scoring.HIGHEST - scoring.LOWEST)
    with np.errstate(invalid="ignore", divide="ignore"):
        flags = scoring.clear_difference(
            scoring.index(sums.mean(scale)),
            sums.sd(scale) * points,
            sums.n.astype(float),
            scoring.index(rest.mean(scale)),
            rest.sd(scale) * points,
            rest.n.astype(float),
            scoring.IN_HEAT_MAP,
        )
    return np.asarray(flags, dtype=float)


def _sliders(layout: Layout, masks: _Masks, homes: Ints, vectors: Bytes) -> Records:
    """Means of both markers over the people who set both."""
    columns = [slot.offset for slot in layout.sliders]
    today = vectors[:, columns].astype(np.int64)
    desired = vectors[:, [column + 1 for column in columns]].astype(np.int64)
    both = (today > _UNANSWERED) & (desired > _UNANSWERED) & (today < NOT_APPLICABLE) & (desired < NOT_APPLICABLE)
    units = len(masks.shown)
    marks = [_own_sums(homes, np.where(both, values - 1, 0), both, units) for values in (today, desired)]
    sums = [own.summed(masks.shape) for own in marks]
    shown = masks.of("sliders", marks[0].n)
    records = np.zeros(shown.shape, cells.SLIDER)
    records["hidden"] = masks.reasons(shown, sums[0].n)
    records["n"] = np.where(shown, sums[0].n, 0)
    spread = masks.wide_of(marks[0].n, shown)
    records["today"] = np.where(shown, sums[0].mean(1), np.nan)
    records["desired"] = np.where(shown, sums[1].mean(1), np.nan)
    records["desired_sd"] = np.where(spread, sums[1].sd(1), np.nan)
    return records


def _sd(n: Ints, total: Ints, squares: Ints, scale: int) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (n * squares - total * total) / (n * (n - 1.0))
        return np.sqrt(np.maximum(variance, 0)) / scale


def assert_safe(plan: Plan, tree: Tree, counted: dict[str, Ints], k: int) -> None:
    """Recompute every residual of the finished plan, measure by measure. Raises UnsafeRelease."""
    released = {
        "units": plan.shown[:, None],
        "items": plan.items["hidden"] == Hidden.NO,
        "constructs": plan.constructs["hidden"] == Hidden.NO,
        "sliders": plan.sliders["hidden"] == Hidden.NO,
    }
    checks = [(mask, counted[kind], k) for kind, mask in released.items()]
    checks.append((plan.items["spread"] != Spread.TOO_FEW, counted["items"], max(SPREAD_GROUP, k)))
    for mask, own, limit in checks:
        rests, totals = tree.shape.rests(own, mask), tree.shape.sums(own)
        if ((rests > 0) & (rests < limit)).any() or (mask & (totals < limit)).any():
            raise UnsafeRelease("A group below the limit could be worked out from this release. Nothing was written.")
