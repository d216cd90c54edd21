"""From opened ballots to the release plan: every cell of every unit, and the masks that decide which are there.

Pure numpy. Sums are whole numbers (`scoring.exact_scale`), so the order of the answers cannot change a result.
Method: docs/method.md, sections 1 to 4. `assert_safe` checks the finished plan once more, without the code that made it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.surveys import cells, release_groups, scoring, short_measures, suppression
from assessments.surveys.cells import Hidden, Records, Spread
from assessments.surveys.masks import SPREAD_GROUP, Floats, Ints, Masks, Sums, Tree, by_column, deviation, own_sums
from assessments.surveys.short_measures import Partial
from assessments.surveys.vectors import NOT_APPLICABLE, Layout

_DECLINED = np.uint8(scoring.HIGHEST + 1)  # code of "does not apply" among the answers
_UNSAFE = "A group below the limit could be worked out from this release. Nothing was written."

Bytes = npt.NDArray[np.uint8]


class UnsafeRelease(AssertionError):
    """The finished plan would isolate a small group. Nothing is written."""


@dataclass(frozen=True)
class Plan:
    """What may be said about each unit. Records of hidden measures are blank."""

    shown: suppression.Mask
    nearest: list[int]  # itself or the nearest shown unit above, -1 for none
    answers: Ints  # respondents of the subtree, shown or not: never stored where hidden
    constructs: Records
    items: Records
    sliders: Records
    groups: Records
    barriers: Records
    numerics: Records

    def records(self) -> dict[str, Records]:
        """By kind of record, units along the first axis."""
        return {kind: getattr(self, kind) for kind in cells.RECORDS[cells.LAYOUT] if kind != "trends"}


def make_plan(layout: Layout, tree: Tree, homes: Ints, vectors: Bytes, k: int) -> Plan:
    """The plan of a campaign. `homes` holds each response's unit as a place in the tree, from 0. Raises UnsafeRelease."""
    units, vectors = len(tree.parents), by_column(vectors)
    here = np.bincount(homes, minlength=units).astype(np.int64)
    masks = Masks(tree, here, k)
    answers = statements(layout, vectors)
    own = _histogram(answers, homes, units)
    counts = tree.shape.sums(own, axis=1)
    short = short_measures.partial(layout, answers, homes, units)
    items = _items(masks, _total(own[:-1]), counts, short)
    group_scores = person_scores(layout.groups.values(), answers, group_scale(layout))
    plan = Plan(
        shown=masks.shown,
        nearest=tree.shape.nearest(masks.shown[:, None])[:, 0].tolist(),
        answers=tree.shape.sums(here),
        constructs=_constructs(layout, masks, homes, answers, items, counts),
        items=items,
        sliders=release_groups.sliders(layout, masks, homes, vectors),
        groups=release_groups.groups(masks, homes, *group_scores, group_scale(layout)),
        barriers=release_groups.barriers(layout, masks, homes, *group_scores, group_scale(layout)),
        numerics=release_groups.numerics(layout, masks, homes, vectors),
    )
    assert_safe(plan, tree, masks.counted, k, short)
    return plan


def statements(layout: Layout, vectors: Bytes) -> Bytes:
    """The statements' columns: 0 open, 1..5 with reversed statements turned, 6 does not apply."""
    columns, found = by_column(vectors), np.empty((len(layout.statements), len(vectors)), np.uint8)
    for place, slot in enumerate(layout.statements):
        given = columns[:, slot.offset]
        is_answer = (given >= scoring.LOWEST) & (given <= scoring.HIGHEST)
        turned = scoring.LOWEST + scoring.HIGHEST - given if slot.is_reversed else given
        found[place] = turned * is_answer + _DECLINED * (given == NOT_APPLICABLE)
    return found.T


def _histogram(answers: Bytes, homes: Ints, units: int) -> Ints:
    """People directly in each unit: by answer, 1 to 5 and declined, by unit and by statement."""
    codes, width = int(_DECLINED) + 1, answers.shape[1]
    counts = np.empty((width, units * codes), np.int32)
    own = (homes * codes).astype(np.min_scalar_type(units * codes))
    for statement in range(width):
        counts[statement] = np.bincount(own + answers[:, statement], minlength=units * codes)
    return np.ascontiguousarray(counts.reshape(width, units, codes)[:, :, scoring.LOWEST :].transpose(2, 1, 0))


def _items(masks: Masks, own: Ints, counts: Ints, short: list[Partial]) -> Records:
    """Statement by statement: favourable share from k answers, distribution from 10, nothing that stands for fewer.

    `own` counts valid answers directly in each unit, `counts` those of each subtree by answer, 1 to 5 and declined.
    """
    valid, not_judged = counts[:-1], counts[-1]
    n = _total(valid)
    shown = masks.of("items", own)
    spread = short_measures.without_telling(masks.shape, masks.wide_of(own, shown), n, short, masks.k)
    favourable = _total(valid[scoring.FAVOURABLE_FROM - 1 :])
    capped = shown & (n < SPREAD_GROUP)
    everybody, nobody = capped & (favourable == n), capped & (favourable == 0)
    unanimous = valid.max(axis=0) == n
    worth_saying = spread & (not_judged >= scoring.COULD_NOT_JUDGE_SHARE * np.maximum(n + not_judged, 1))

    records = np.zeros(n.shape, cells.ITEM)
    records["hidden"] = masks.reasons(shown, n)
    records["n"] = n * shown
    records["cap"] = everybody.astype(np.int8) - nobody
    records["favourable"] = favourable * (shown & ~everybody & ~nobody)
    records["could_not_judge"] = not_judged * worth_saying
    told = np.where(unanimous, np.uint8(Spread.UNANIMOUS), np.uint8(Spread.SHOWN))
    records["spread"] = np.where(spread, told, np.uint8(Spread.TOO_FEW))
    records["counts"] = np.moveaxis(valid * (spread & ~unanimous), 0, -1)
    return records


def _total(counts: Ints) -> Ints:
    return np.asarray(counts.sum(axis=0, dtype=counts.dtype))


def _constructs(layout: Layout, masks: Masks, homes: Ints, answers: Bytes, items: Records, counts: Ints) -> Records:
    """Construct by construct: mean over people of their own means, its margin, agreement, and the flag."""
    scale = construct_scale(layout)
    scores, has_score = person_scores(layout.constructs.values(), answers, scale)
    own = own_sums(homes, scores, has_score, len(masks.shown))
    sums = own.summed(masks.shape)
    shown = masks.of("constructs", own.n)
    invited = masks.tree.invited[:, None].astype(float)
    index = scoring.index(sums.mean(scale))
    sd = sums.sd(scale) * 100 / (scoring.HIGHEST - scoring.LOWEST)
    with np.errstate(invalid="ignore", divide="ignore"):
        margin = scoring.index_margin(sd, sums.n.astype(float), np.maximum(invited, sums.n))
    favourable, agreement = _from_items(layout, items, counts[:-1])

    records = np.zeros(shown.shape, cells.CONSTRUCT)
    records["hidden"] = masks.reasons(shown, sums.n)
    records["n"] = np.where(shown, sums.n, 0)
    for name, values in (("index", index), ("margin", margin), ("favourable", favourable), ("agreement", agreement)):
        records[name] = np.where(shown, values, np.nan)
    records["flag"] = np.where(shown & shown[0], _flags(sums, scale), 0)
    return records


def construct_scale(layout: Layout) -> int:
    return scoring.exact_scale(max(map(len, layout.constructs.values()), default=1))


def group_scale(layout: Layout) -> int:
    return scoring.exact_scale(max(map(len, layout.groups.values()), default=1))


def person_scores(measures: Iterable[Sequence[int]], answers: Bytes, scale: int) -> tuple[Floats, suppression.Mask]:
    """Each person's mean of each measure times `scale`, and whether they answered half of its items.

    A measure is the places of its items among the statements.
    """
    sought, people = list(map(list, measures)), len(answers)
    scores, has_score = np.zeros((len(sought), people)), np.zeros((len(sought), people), bool)
    for measure, places in enumerate(sought):
        most, enough = scoring.HIGHEST * len(places), scoring.enough_answered(len(places))
        number, sums = np.ogrid[: len(places) + 1, : most + 1]
        means = np.where(number >= enough, sums * scale // np.maximum(number, 1), 0.0)  # few different ones: looked up
        given, narrow = answers.T[places], np.min_scalar_type(means.size)
        given *= given != _DECLINED
        answered, total = (given > 0).sum(axis=0, dtype=narrow), given.sum(axis=0, dtype=narrow)
        scores[measure] = means.take(answered * narrow.type(most + 1) + total)
        has_score[measure] = answered >= enough
    return scores.T, has_score.T


def _from_items(layout: Layout, items: Records, counts: Ints) -> tuple[Floats, Floats]:
    """Favourable share and agreement of each construct, where all of its statements are shown: else a hidden one could be
    worked out from the others."""
    points = np.arange(scoring.LOWEST, scoring.HIGHEST + 1, dtype=counts.dtype)
    sums = (_total(counts), *(np.einsum("aus,a->us", counts, points**power) for power in (1, 2)))
    n, total, squares = (people.astype(np.int64) for people in sums)
    shown = items["hidden"] == Hidden.NO
    favourable, agreement = [], []
    with np.errstate(invalid="ignore", divide="ignore"):
        share = _total(counts[scoring.FAVOURABLE_FROM - 1 :]) / n
        variance = deviation(n, total, squares, 1) ** 2
        for places in map(list, layout.constructs.values()):
            whole = shown[:, places].all(axis=1)
            favourable.append(np.where(whole, share[:, places].mean(axis=1), np.nan))
            alike = scoring.agreement(variance[:, places].mean(axis=1), float(len(places)))
            agreement.append(np.where(whole, alike, np.nan))
    if not favourable:
        return np.zeros((len(items), 0)), np.zeros((len(items), 0))
    return np.stack(favourable, axis=1), np.stack(agreement, axis=1)


def _flags(sums: Sums, scale: int) -> Floats:
    """Each unit against the rest of the organisation without it; strict, because a heat map tests many cells at once."""
    rest = Sums(*(part[:1] - part for part in (sums.n, sums.total, sums.squares)))
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


def assert_safe(plan: Plan, tree: Tree, counted: dict[str, Ints], k: int, short: list[Partial]) -> None:
    """Recompute every residual of the finished plan, measure by measure. Raises UnsafeRelease."""
    released = {
        "units": plan.shown[:, None],
        "items": plan.items["hidden"] == Hidden.NO,
        "constructs": plan.constructs["hidden"] == Hidden.NO,
        "sliders": plan.sliders["hidden"] == Hidden.NO,
        "groups": plan.groups["hidden"] == Hidden.NO,
    }
    wide = {
        "items": plan.items["spread"] != Spread.TOO_FEW,
        "barriers": plan.barriers["hidden"] == Hidden.NO,
        "numerics": plan.numerics["hidden"] == Hidden.NO,
    }
    totals = {kind: tree.shape.sums(own) for kind, own in counted.items()}
    for masks, limit in ((released, k), (wide, max(SPREAD_GROUP, k))):
        for kind, mask in masks.items():
            rests = tree.shape.rests(counted[kind], mask)
            if ((rests > 0) & (rests < limit)).any() or (mask & (totals[kind] < limit)).any():
                raise UnsafeRelease(_UNSAFE)
    if short_measures.tells(tree.shape, wide["items"], totals["items"], short, k):
        raise UnsafeRelease(_UNSAFE)
