"""Before launch: which values of the attribute would be merged, or whether it would be withheld, if everybody answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assessments.surveys import crosscut, suppression
from assessments.surveys.models import Campaign
from assessments.surveys.queries import audience
from assessments.surveys.queries.audience import Seating
from assessments.surveys.release import SPREAD_GROUP
from assessments.surveys.suppression import Mask

MOST_CELLS = 3000  # units times values that the exact audit takes a moment for; more are merged by size alone
WITHHELD = "Would not be shown: fewer than two groups would be left that give nobody away."
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


def split(campaign: Campaign, seating: Seating, shown: Mask) -> SimulatedSplit | None:
    """None without an attribute. `shown` says which units of the seating would be published."""
    labels = audience.band_labels(seating, campaign.cut_by)
    if not labels:
        return None
    smallest = max(SPREAD_GROUP, campaign.minimum_group)
    attribute = str(Campaign.Cut(campaign.cut_by).label)
    table = _table(campaign, seating, shown, labels)
    is_exact = table.size <= MOST_CELLS
    found = None
    if shown[0]:
        found = crosscut.safe_bands(
            table if is_exact else table.sum(axis=0, keepdims=True),
            labels,
            smallest=smallest,
            k=campaign.minimum_group,
            is_ordered=campaign.cut_by == Campaign.Cut.TENURE,
        )
    if found is None:
        return SimulatedSplit(attribute, smallest, (), WITHHELD)
    people = table.sum(axis=0).tolist()
    bands = tuple(
        SimulatedBand(
            label,
            sum(people[value] for value, into in enumerate(found.into) if into == place),
            tuple((labels[value], people[value]) for value, into in enumerate(found.into) if into == place),
        )
        for place, label in enumerate(found.labels)
    )
    return SimulatedSplit(attribute, smallest, bands, FEWER if is_exact else f"{BY_SIZE} {FEWER}")


def _table(campaign: Campaign, seating: Seating, shown: Mask, labels: Sequence[str]) -> Table:
    """People by nearest published unit and value, as the release would count them."""
    nearest = suppression.nearest_shown(seating.parents, shown)
    table = np.zeros((len(seating.nodes), len(labels)), np.int64)
    for seat in seating.seats:
        value = audience.band_of(campaign.cut_by, seat.tenure_band, seat.site)
        if nearest[seat.home] >= 0:
            table[nearest[seat.home], labels.index(value)] += 1
    return table[table.sum(axis=1) > 0]
