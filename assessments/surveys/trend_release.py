"""Two waves side by side: which units may be compared, and the change of each C on the statements asked both times.

A wave is compared where both show the group and where the people who were in just one of the two are nobody or at least
k, in every unit and in what is left of a unit without the compared ones below it. Pure numpy. Method: docs/method.md,
section 11; docs/decisions/007-release-plan.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.surveys import cells, release, scoring, suppression
from assessments.surveys.cells import Hidden, Records
from assessments.surveys.masks import Floats, Ints, Sums, Tree, own_sums
from assessments.surveys.suppression import Mask, Shape
from assessments.surveys.vectors import Layout
from core.constructs import Construct

FEWEST_COMMON, COMMON_SHARE = 3, 0.5
NOWHERE = -1

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Wave:
    """One wave's answers. `homes` are places in the later wave's tree; `shown` says per unit and construct what is there."""

    layout: Layout
    homes: Ints
    vectors: Bytes
    shown: dict[Construct, Mask]


@dataclass(frozen=True)
class Members:
    """Who was asked: each person's place in the later wave's tree now and before, NOWHERE where not in that wave."""

    now: Ints
    before: Ints


def common_items(now: Layout, before: Layout, construct: Construct) -> list[str]:
    """Codes asked both times; empty where they are too few for a comparison (a new baseline)."""
    sides = [
        {
            (layout.statements[place].code, layout.statements[place].is_reversed)
            for place in layout.constructs[construct]
        }
        if construct in layout.constructs
        else set()
        for layout in (now, before)
    ]
    common = sides[0] & sides[1]
    enough = len(common) >= FEWEST_COMMON and len(common) >= COMMON_SHARE * max(map(len, sides))
    return sorted(code for code, _ in common) if enough else []


def make_trends(now: Wave, before: Wave, tree: Tree, comparable: Mask, members: Members | None, k: int) -> Records:
    """Units by constructs of the later wave. `comparable` are units that both waves hold and show."""
    shape = tree.shape
    units = safe_units(shape, comparable, members, k) if members else comparable
    records = np.zeros((len(units), len(now.layout.constructs)), cells.TREND)
    for measure, construct in enumerate(now.layout.constructs):
        column = records[:, measure]
        codes = common_items(now.layout, before.layout, construct)
        nothing = np.zeros(len(units), bool)
        both = comparable & now.shown[construct] & before.shown.get(construct, nothing)
        column["hidden"] = np.where(both, np.where(units, Hidden.NO, Hidden.MEMBERS), Hidden.BEFORE)
        if not codes:
            column["hidden"] = np.where(column["hidden"] == Hidden.NO, Hidden.BASELINE, column["hidden"])
            continue
        scale = scoring.exact_scale(len(codes))
        sides = [_sums(wave, construct, codes, scale, len(units)) for wave in (now, before)]
        shown = both & units
        while (
            True
        ):  # hiding a unit for its answers lays its members to the rest of the one above, and the other way round
            left = _both_safe(shape, [side.n for side in sides], shown, k, tree.rank)
            left = safe_units(shape, left, members, k) if members else left
            if (left == shown).all():
                break
            shown = left
        column["hidden"] = np.where((column["hidden"] == Hidden.NO) & ~shown, Hidden.NEIGHBOUR, column["hidden"])
        _fill(column, [side.summed(shape) for side in sides], shown, scale, len(codes))
    return records


def safe_units(shape: Shape, candidates: Mask, members: Members, k: int) -> Mask:
    """Candidates less those whose members of just one wave could be told apart from the rest."""
    shown = candidates.copy()
    weak_total = _weak(_changed_in_total(shape, members), k)
    shown &= ~weak_total
    while True:
        weak = shown & _weak(_changed_in_rest(shape, shown, members), k)
        if not weak.any():
            return shown
        unit = int(np.flatnonzero(weak)[-1])  # the last in pre-order lies lowest in its branch
        shown[_to_hide(shape, shown, members, unit)] = False


def _to_hide(shape: Shape, shown: Mask, members: Members, unit: int) -> int:
    """The unit itself; of the top one, the smallest compared unit right below it that can fill its rest."""
    if unit or not shown[1:].any():
        return unit
    over = shape.nearest(shown[:, None])[:, 0]
    below = [place for place in np.flatnonzero(shown) if place and over[shape.above[place]] == unit]
    sizes = shape.sums(np.bincount(members.now[members.now >= 0], minlength=len(shown)))
    return int(min(below, key=lambda place: (sizes[place], place))) if below else unit


def _weak(changed: tuple[Ints, Ints], k: int) -> Mask:
    only_now, only_before = changed
    return ((only_now > 0) & (only_now < k)) | ((only_before > 0) & (only_before < k))


def _changed_in_total(shape: Shape, members: Members) -> tuple[Ints, Ints]:
    """People of each unit with all below it who were there in just one wave."""
    count = len(shape.parents)
    stayed = (members.now >= 0) & (members.before >= 0)
    meet, before = members.now[stayed].copy(), members.before[stayed]
    while (apart := (before < meet) | (before > shape.last[meet])).any():
        meet[apart] = shape.above[meet[apart]]
    both = np.bincount(meet, minlength=count)
    sides = [np.bincount(places[places >= 0], minlength=count) for places in (members.now, members.before)]
    only_now, only_before = (shape.sums((side - both).astype(np.int64)) for side in sides)
    return only_now, only_before


def _changed_in_rest(shape: Shape, shown: Mask, members: Members) -> tuple[Ints, Ints]:
    """The same for what is left of each compared unit without the compared ones below it."""
    count = len(shape.parents)
    nearest = np.append(shape.nearest(shown[:, None])[:, 0], NOWHERE)  # the last entry stands for NOWHERE
    now, before = nearest[members.now], nearest[members.before]
    moved = now != before
    return (
        np.bincount(now[moved & (now >= 0)], minlength=count),
        np.bincount(before[moved & (before >= 0)], minlength=count),
    )


def _both_safe(shape: Shape, own: Sequence[Ints], candidates: Mask, k: int, rank: Ints) -> Mask:
    """Tighten by the answers of one wave and the other in turn until both leave it as it is."""
    shown = candidates
    while True:
        left = shown
        for counts in own:
            left = suppression.tightened(shape, counts, k, left[:, None], rank)[:, 0]
        if (left == shown).all():
            return left
        shown = left


def _sums(wave: Wave, construct: Construct, codes: list[str], scale: int, units: int) -> Sums:
    """Of the people directly in each unit, on the common statements; the half rule holds on those."""
    place_of = {wave.layout.statements[place].code: place for place in wave.layout.constructs[construct]}
    answers = release.statements(wave.layout, wave.vectors)
    scores, counted = release.person_scores([[place_of[code] for code in codes]], answers, scale)
    return own_sums(wave.homes, scores, counted, units)


def _fill(column: Records, sides: list[Sums], shown: Mask, scale: int, items: int) -> None:
    points = 100 / (scoring.HIGHEST - scoring.LOWEST)
    values: dict[str, tuple[Floats, Floats, Floats]] = {}
    with np.errstate(invalid="ignore", divide="ignore"):
        for name, side in zip(("now", "before"), sides, strict=True):
            index = np.asarray(scoring.index(side.mean(scale)[:, 0]), float)
            values[name] = index, side.sd(scale)[:, 0] * points, side.n[:, 0].astype(float)
            column[f"n_{name}"] = np.where(shown, side.n[:, 0], 0)
            column[name] = np.where(shown, index, np.nan)
        (now, sd_now, n_now), (before, sd_before, n_before) = values["now"], values["before"]
        flags = scoring.clear_difference(now, sd_now, n_now, before, sd_before, n_before, scoring.CHOSEN)
        half = scoring.difference_limit(sd_now, n_now, sd_before, n_before)
    column["flag"] = np.where(shown, flags, 0)
    column["items"] = np.where(shown, items, 0)
    column["half"] = np.where(shown & np.isfinite(half), half, np.nan)
