"""Which parts of a campaign's results somebody reads: leaders first, then managers, then everyone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assessments.surveys.eyes import Eyes
from assessments.surveys.models import Campaign, Section, Sharing
from assessments.surveys.models.campaigns import LEADERS_DEPTH
from people.access import Role, Viewer

Level = Sharing.Level


@dataclass(frozen=True)
class Reading:
    """What one viewer reads of a campaign beside the scores."""

    sections: frozenset[str]

    def has(self, section: str) -> bool:
        return section in self.sections

    # Templates ask by name.
    @property
    def units(self) -> bool:
        return self.has(Section.UNITS)

    @property
    def statements(self) -> bool:
        return self.has(Section.STATEMENTS)

    @property
    def emphasis(self) -> bool:
        return self.has(Section.EMPHASIS)

    @property
    def gaps(self) -> bool:
        return self.has(Section.GAPS)

    @property
    def change(self) -> bool:
        return self.has(Section.CHANGE)

    @property
    def split(self) -> bool:
        return self.has(Section.SPLIT)

    @property
    def comments(self) -> bool:
        return self.has(Section.COMMENTS)


def level_of(viewer: Viewer) -> Level:
    """Executives, HR and the heads of the organisation and its departments first, then all other heads and partners."""
    if isinstance(viewer, Eyes):
        return Level(viewer.level)
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
        return Level.LEADERS
    if any(unit.depth <= LEADERS_DEPTH for unit in viewer.headed_units):
        return Level.LEADERS
    return Level.MANAGERS if viewer.headed_units or viewer.has(Role.HR_PARTNER) else Level.EVERYONE


def reading(viewer: Viewer, campaign: Campaign) -> Reading:
    """What the viewer's level reads."""
    sharing = Sharing.objects.filter(campaign=campaign).first()
    if sharing is None:
        return Reading(frozenset(Section.values))
    return Reading(sharing.sections_of(level_of(viewer)))


def readings(viewer: Viewer, campaigns: Collection[int]) -> dict[int, Reading]:
    """The same for many campaigns, by primary key. Two queries."""
    plans = Sharing.objects.in_bulk(list(campaigns))
    level = level_of(viewer) if plans else Level.EVERYONE
    every = frozenset(Section.values)
    return {pk: Reading(plans[pk].sections_of(level) if pk in plans else every) for pk in campaigns}
