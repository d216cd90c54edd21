"""Somebody of one level and one unit, through whose eyes HR looks at results before that level reads them."""

from __future__ import annotations

from dataclasses import dataclass

from people.access import Role, Viewer
from people.models import Unit

LEADERS, MANAGERS, EVERYONE = "leaders", "managers", "everyone"  # levels of models.sharing
NOBODY = 0  # the key of an employee who does not exist


@dataclass(frozen=True)
class Eyes(Viewer):
    """A viewer who is nobody real. `unit` is what they head, or only count in at the level of everyone; for leaders None
    stands for an executive. The dates of the one campaign's sharing plan have come for them; of others they have not."""

    level: str = EVERYONE
    unit: Unit | None = None
    place: int = 0  # of the unit in the campaign
    home_place: int = 0  # where they count: heads one level up
    campaign_pk: int = 0

    @property
    def query(self) -> str:
        """What keeps these eyes in an address."""
        return f"as={self.level}" + (f"&of={self.place}" if self.place else "")

    @property
    def roles(self) -> frozenset[Role]:
        if self.level == LEADERS and self.unit is None:
            return frozenset({Role.EMPLOYEE, Role.EXECUTIVE})
        return frozenset({Role.EMPLOYEE} if self.level == EVERYONE else {Role.EMPLOYEE, Role.MANAGER})

    @property
    def partner_units(self) -> list[Unit]:
        """What they read with all below: as a head would."""
        return [self.unit] if self.unit and self.level != EVERYONE else []
