"""Results by the attributes of a campaign, each on its own, for the whole organisation, where they give nobody away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.surveys import cells, crosscut, jointcut, release, scoring
from assessments.surveys.cells import Hidden, Records
from assessments.surveys.vectors import Layout

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class BandPlan:
    """Bands after merging, the people in each, and their construct records; `into` is each person's band."""

    labels: tuple[str, ...]
    answers: Ints
    constructs: Records
    into: Ints


def make_bands(
    layout: Layout,
    plan: release.Plan,
    homes: Ints,
    bands: Ints,
    vectors: npt.NDArray[np.uint8],
    labels: Sequence[str],
    *,
    k: int,
    is_ordered: bool,
    beside: Sequence[Ints] = (),
) -> BandPlan | None:
    """None where the audit against the published units leaves fewer than two bands. `bands` are places in `labels`.

    A construct is given for all bands or for none: its own answers must pass the same audit. `beside` are the bands of
    attributes that are released already (`BandPlan.into`): units and all attributes must be safe together.
    """
    if not plan.shown[0] or len(labels) < 2:
        return None
    parts = np.array(plan.nearest)[homes]
    smallest = max(release.SPREAD_GROUP, k)
    merged = crosscut.safe_bands(
        _table(parts, bands, len(plan.shown), len(labels)),
        labels,
        smallest=smallest,
        k=k,
        is_ordered=is_ordered,
        is_safe_with=(lambda into: jointcut.is_safe([parts, *beside, np.array(into)[bands]], k)) if beside else None,
    )
    if merged is None:
        return None
    into = np.array(merged.into)[bands]
    scale = release.construct_scale(layout)
    scores, has_score = release.person_scores(layout.constructs.values(), release.statements(layout, vectors), scale)
    records = np.zeros((len(merged.labels), len(layout.constructs)), cells.CONSTRUCT)
    for name in ("index", "margin", "favourable", "agreement"):
        records[name] = np.nan
    for measure in range(len(layout.constructs)):
        counted = has_score[:, measure]
        table = _table(parts[counted], into[counted], len(plan.shown), len(merged.labels))
        n = table.sum(axis=0)
        answered = [parts[counted], *(other[counted] for other in beside), into[counted]]
        if n.min() < smallest or crosscut.weak_cells(table, k) or (beside and not jointcut.is_safe(answered, k)):
            records["hidden"][:, measure] = Hidden.NEIGHBOUR
            continue
        total = np.bincount(into[counted], scores[counted, measure], len(merged.labels))
        records["n"][:, measure] = n
        records["index"][:, measure] = scoring.index(total / (scale * n))
    return BandPlan(merged.labels, np.bincount(into, minlength=len(merged.labels)), records, into)


def _table(parts: Ints, bands: Ints, units: int, columns: int) -> Ints:
    return np.bincount(parts * columns + bands, minlength=units * columns).reshape(units, columns)
