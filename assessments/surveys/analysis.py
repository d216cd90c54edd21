"""What HR reads about a whole campaign: whether the questionnaire holds, what goes with the outcome, answer quality.

Computed with the release plan, for the whole organisation, and stored as plain data. Pure numpy. Method: docs/method.md,
sections 5 to 7.
"""

from dataclasses import asdict
from typing import Any

import numpy as np
import numpy.typing as npt

from assessments.surveys import crosscut, drivers, release, reliability, scoring
from assessments.surveys.masks import Floats, Ints
from assessments.surveys.suppression import Mask
from assessments.surveys.vectors import NOT_APPLICABLE, OUTCOMES, Layout

ALIKE_FROM = 30  # answered statements from which the same answer throughout is doubtful
ALIKE_STATEMENTS = 37  # of the full questionnaire; shorter forms say nothing about this

Bytes = npt.NDArray[np.uint8]
Content = dict[str, Any]


def analyse(layout: Layout, groups: Ints, vectors: Bytes, *, k: int, seed: int, may_compare: bool) -> Content:
    """`groups` holds each response's nearest shown unit, `may_compare` whether no attribute is released beside it.

    Keys: reliability, units, drivers, quality. Empty where the organisation itself is not shown.
    """
    if not len(vectors) or (groups < 0).any():
        return {}
    answers = release.statements(layout, vectors)
    scale = release.construct_scale(layout)
    scores, has_score = release.person_scores(layout.constructs.values(), answers, scale)
    return {
        "reliability": [
            _reliability(layout, construct.value, places, answers) for construct, places in layout.constructs.items()
        ],
        "units": _units(layout, groups, scores / scale, has_score),
        "drivers": _drivers(layout, answers, scores / scale, has_score, seed),
        "quality": _quality(layout, groups, vectors, scores, has_score, scale, k=k, may_compare=may_compare),
    }


def _reliability(layout: Layout, construct: str, places: tuple[int, ...], answers: Bytes) -> Content:
    given = answers[:, list(places)]
    complete = given[((given >= scoring.LOWEST) & (given <= scoring.HIGHEST)).all(axis=1)].astype(float)
    n = len(complete)
    has_alpha = n >= reliability.ALPHA_ANSWERS
    has_omega = n >= reliability.OMEGA_ANSWERS and len(places) >= reliability.OMEGA_ITEMS
    rest = reliability.item_rest(complete) if has_alpha else [None] * len(places)
    return {
        "construct": construct,
        "n": n,
        "alpha": reliability.alpha(complete) if has_alpha else None,
        "omega": reliability.omega(complete) if has_omega else None,
        "items": [{"code": layout.statements[place].code, "r": r} for place, r in zip(places, rest, strict=True)],
    }


def _units(layout: Layout, groups: Ints, scores: npt.NDArray[np.float64], has_score: Mask) -> list[Content]:
    """ICC over the disjoint groups of the release: each shown unit without the shown ones below it."""
    found = []
    for measure, construct in enumerate(layout.constructs):
        counted = has_score[:, measure]
        own, values = groups[counted], scores[counted, measure]
        sizes = np.bincount(own).astype(float)
        totals, squares = (np.bincount(own, values**power).astype(float) for power in (1, 2))
        large = sizes >= reliability.ICC_GROUP
        enough = int(large.sum()) >= reliability.ICC_UNITS
        first, second = reliability.icc_of(sizes[large], totals[large], squares[large]) if enough else (None, None)
        found.append({"construct": construct.value, "units": int(large.sum()), "icc1": first, "icc2": second})
    return found


def _drivers(
    layout: Layout, answers: Bytes, scores: npt.NDArray[np.float64], has_score: Mask, seed: int
) -> Content | None:
    """None where the form has no outcome or fewer than two constructs."""
    outcome = next((layout.groups[key] for key in OUTCOMES if key in layout.groups), None)
    if outcome is None or len(layout.constructs) < 2:  # noqa: PLR2004
        return None
    result, has_result = release.person_scores([outcome], answers, release.group_scale(layout))
    complete = has_score.all(axis=1) & has_result[:, 0]
    names = [construct.short for construct in layout.constructs]
    found = drivers.analyse(scores[complete], result[complete, 0].astype(float), names, seed=seed)
    return asdict(found) | {"constructs": [construct.value for construct in layout.constructs]}


def _quality(
    layout: Layout,
    groups: Ints,
    vectors: Bytes,
    scores: Floats,
    has_score: Mask,
    scale: int,
    *,
    k: int,
    may_compare: bool,
) -> Content:
    """How many gave the same answer throughout; the scores without them where nobody is singled out by the difference."""
    doubtful = _alike(layout, vectors)
    n, count = len(vectors), int(doubtful.sum())
    if not _is_told(groups, doubtful, k):
        return {"n": n, "doubtful": None, "fewer_than": k, "without": None}
    without = None
    if may_compare and count:
        without = [
            _index_without(groups, doubtful, scores[:, m], has_score[:, m], scale, k) for m in range(scores.shape[1])
        ]
    return {"n": n, "doubtful": count, "fewer_than": None, "without": without}


def _alike(layout: Layout, vectors: Bytes) -> Mask:
    """Responses with one and the same raw answer to all of at least thirty statements of the Cs."""
    columns = [slot.offset for slot in layout.statements if slot.construct]
    if len(columns) < ALIKE_STATEMENTS:
        return np.zeros(len(vectors), bool)
    given = vectors[:, columns]
    answered = (given >= scoring.LOWEST) & (given <= scoring.HIGHEST) & (given != NOT_APPLICABLE)
    highest, lowest = np.where(answered, given, 0).max(axis=1), np.where(answered, given, 255).min(axis=1)
    return (answered.sum(axis=1) >= ALIKE_FROM) & (highest == lowest)


def _is_told(groups: Ints, doubtful: Mask, k: int) -> bool:
    """Whether the count itself may be said: nobody, or at least k on both sides."""
    count = int(doubtful.sum())
    return count == 0 or (count >= k and len(doubtful) - count >= k)


def _index_without(groups: Ints, doubtful: Mask, scores: Floats, counted: Mask, scale: int, k: int) -> float | None:
    """None where the audit finds a group that totals with and without them would single out."""
    table = np.zeros((int(groups.max()) + 1, 2), np.int64)
    np.add.at(table, (groups[counted], doubtful[counted].astype(int)), 1)
    sizes = table.sum(axis=0)
    if ((sizes > 0) & (sizes < k)).any() or sizes[0] == 0 or crosscut.weak_cells(table, k):
        return None
    kept = counted & ~doubtful
    return float(scoring.index(scores[kept].sum() / (scale * kept.sum())))
