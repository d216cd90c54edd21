"""Results by the attributes of a campaign, each on its own, for the whole organisation, where they give nobody away."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.surveys import cells, crosscut, jointcut, release, scoring
from assessments.surveys.cells import Hidden, Records
from assessments.surveys.segments import Vouched
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
    vouched: Vouched | None = None,
) -> BandPlan | None:
    """None where the audit against the published units leaves fewer than two bands. `bands` are places in `labels`.

    A construct is given for all bands or for none: its own answers must pass the same audit. `beside` are the bands of
    attributes that are released already (`BandPlan.into`): units and all attributes must be safe together. `vouched`: of
    customers, who choose their band themselves, enough of each must have been written to by us.
    """
    if not plan.shown[0] or len(labels) < 2:
        return None
    audit = _Audit(np.array(plan.nearest)[homes], beside, vouched, k, max(release.SPREAD_GROUP, k))
    merged = crosscut.safe_bands(
        audit.table(bands, len(labels)),
        labels,
        smallest=audit.smallest,
        k=k,
        is_ordered=is_ordered,
        is_safe_with=lambda into: audit.is_safe_beside(np.array(into)[bands]),
    )
    if merged is None:
        return None
    into, count = np.array(merged.into)[bands], len(merged.labels)
    return BandPlan(
        merged.labels, np.bincount(into, minlength=count), _records(layout, audit, into, count, vectors), into
    )


@dataclass(frozen=True)
class _Audit:
    """What stands beside the bands. `parts` are the published units that people count in."""

    parts: Ints
    beside: Sequence[Ints]
    vouched: Vouched | None
    k: int
    smallest: int

    def table(self, bands: Ints, columns: int) -> Ints:
        rows = int(self.parts.max(initial=0)) + 1
        return np.bincount(self.parts * columns + bands, minlength=rows * columns).reshape(rows, columns)

    def is_safe_beside(self, bands: Ints) -> bool:
        """Beside the other attributes, and with enough people in each band whom we wrote to."""
        if self.beside and not jointcut.is_safe([self.parts, *self.beside, bands], self.k):
            return False
        return self.vouched is None or self.vouched.are_enough(bands, self.smallest)

    def of(self, counted: npt.NDArray[np.bool_]) -> "_Audit":
        """The same for those who answered one construct."""
        vouched = self.vouched.where(counted) if self.vouched else None
        return _Audit(self.parts[counted], [bands[counted] for bands in self.beside], vouched, self.k, self.smallest)


def _records(layout: Layout, audit: _Audit, into: Ints, count: int, vectors: npt.NDArray[np.uint8]) -> Records:
    scale = release.construct_scale(layout)
    scores, has_score = release.person_scores(layout.constructs.values(), release.statements(layout, vectors), scale)
    records = np.zeros((count, len(layout.constructs)), cells.CONSTRUCT)
    for name in ("index", "margin", "favourable", "agreement"):
        records[name] = np.nan
    for measure in range(len(layout.constructs)):
        counted = has_score[:, measure]
        answered, bands = audit.of(counted), into[counted]
        table = answered.table(bands, count)
        n = table.sum(axis=0)
        if n.min() < audit.smallest or crosscut.weak_cells(table, audit.k) or not answered.is_safe_beside(bands):
            records["hidden"][:, measure] = Hidden.NEIGHBOUR
            continue
        total = np.bincount(bands, scores[counted, measure], count)
        records["n"][:, measure] = n
        records["index"][:, measure] = scoring.index(total / (scale * n))
    return records
