"""Before launch: which values of the attributes would be merged, or whether it would be withheld, if everybody answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.surveys import crosscut, jointcut, suppression
from assessments.surveys.models import Campaign
from assessments.surveys.queries import audience
from assessments.surveys.queries.audience import Seating
from assessments.surveys.release import SPREAD_GROUP
from assessments.surveys.suppression import Mask

MOST_CELLS = 3000  # units times values that the exact audit takes a moment for; more are merged by size alone
WITHHELD = "Would not be shown: fewer than two groups would be left that give nobody away."
WITHHELD_BESIDE = "Would not be shown: beside the units and the first attribute it would give somebody away."
BY_SIZE = (
    "By size alone: this organisation is too large to try the exact check here. It is made when the survey closes."
)
FEWER = "With fewer answers more values are merged. What is shown is decided when the survey closes."

Table = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SimulatedBand:
    """One group as it would be shown; `values` are those it is made of, with the people in each."""

    label: str
    people: int
    values: tuple[tuple[str, int], ...]

    @property
    def is_merged(self) -> bool:
        return len(self.values) > 1

    @property
    def made_of(self) -> str:
        """Leeds (14) and York (4)"""
        parts = [f"{label} ({people})" for label, people in self.values]
        return f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]


@dataclass(frozen=True)
class SimulatedSplit:
    """`bands` is empty where the attribute would be withheld."""

    attribute: str
    smallest: int
    bands: tuple[SimulatedBand, ...]
    note: str

    @property
    def merged(self) -> tuple[SimulatedBand, ...]:
        return tuple(band for band in self.bands if band.is_merged)


def splits(campaign: Campaign, seating: Seating, shown: Mask) -> tuple[SimulatedSplit, ...]:
    """One for each attribute, in the order in which the release tries them. `shown`: the units that would be published."""
    found: list[SimulatedSplit] = []
    beside: list[Table] = []
    parts = np.array(suppression.nearest_shown(seating.parents, shown), np.int64)
    parts = parts[[seat.home for seat in seating.seats]] if seating.seats else parts[:0]
    for attribute in campaign.attributes if seating.seats else ():
        labels = audience.band_labels(seating, attribute)
        values = [audience.band_of(attribute, seat.tenure_band, seat.site) for seat in seating.seats]
        bands = np.array([labels.index(str(value)) for value in values], np.int64)
        merged, note = _merged(campaign, attribute, labels, parts, bands, beside)
        if merged is None:
            found.append(SimulatedSplit(str(attribute.label), _smallest(campaign), (), note))
            continue
        beside.append(np.array(merged.into)[bands])
        found.append(
            SimulatedSplit(str(attribute.label), _smallest(campaign), _shown_bands(merged, labels, bands), note)
        )
    return tuple(found)


def _merged(
    campaign: Campaign, attribute: Campaign.Cut, labels: Sequence[str], parts: Table, bands: Table, beside: list[Table]
) -> tuple[crosscut.Bands | None, str]:
    """The bands as the release would merge them, with what to say about it; by size alone where the audit takes long."""
    if (parts < 0).any():
        return None, WITHHELD
    _, rows = np.unique(parts, return_inverse=True)
    table = np.bincount(rows * len(labels) + bands, minlength=(rows.max() + 1) * len(labels))
    table = table.reshape(rows.max() + 1, len(labels))
    is_exact = table.size <= MOST_CELLS
    found = crosscut.safe_bands(
        table if is_exact else table.sum(axis=0, keepdims=True),
        labels,
        smallest=_smallest(campaign),
        k=campaign.minimum_group,
        is_ordered=attribute == Campaign.Cut.TENURE,
        is_safe_with=(lambda into: jointcut.is_safe([parts, *beside, np.array(into)[bands]], campaign.minimum_group))
        if beside
        else None,
    )
    if found is None:
        return None, WITHHELD_BESIDE if beside else WITHHELD
    return found, FEWER if is_exact else f"{BY_SIZE} {FEWER}"


def _smallest(campaign: Campaign) -> int:
    return max(SPREAD_GROUP, campaign.minimum_group)


def _shown_bands(merged: crosscut.Bands, labels: Sequence[str], bands: Table) -> tuple[SimulatedBand, ...]:
    people = np.bincount(bands, minlength=len(labels)).tolist()
    members = [
        [value for value, into in enumerate(merged.into) if into == place] for place in range(len(merged.labels))
    ]
    return tuple(
        SimulatedBand(
            label, sum(people[value] for value in values), tuple((labels[value], people[value]) for value in values)
        )
        for label, values in zip(merged.labels, members, strict=True)
    )
