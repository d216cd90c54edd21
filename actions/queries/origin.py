"""Where an action comes from: the survey's unit, the statement and the C that the address names, checked for the viewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse

from actions import access
from assessments.surveys.models import Campaign, Item, UnitSnapshot
from assessments.surveys.queries.questions import filled
from core.constructs import Construct
from core.working_days import next_working_day
from people.access import Viewer
from people.models import Unit

USUAL_TIME = timedelta(days=42)
_LONGEST_NUMBER = 9


@dataclass(frozen=True)
class Origin:
    """Empty where nothing was named or nothing that the viewer may see."""

    campaign: Campaign | None = None
    place: UnitSnapshot | None = None
    item_code: str = ""
    item_text: str = ""
    construct: str = ""
    unit: Unit | None = None
    owner: str = ""
    back_url: str = ""

    def initial(self, today: date) -> dict[str, Any]:
        return {
            "construct": self.construct,
            "unit": self.unit.pk if self.unit else None,
            "owner": self.owner,
            "due_on": next_working_day(today + USUAL_TIME),
        }


def of(viewer: Viewer, named: Mapping[str, str]) -> Origin:
    """Read `campaign`, `place`, `item`, `construct` of an address; what means nothing is left out."""
    place = _place(viewer, named)
    item = _item(place.campaign, named.get("item", "")) if place else None
    construct = named.get("construct", "")
    if construct not in Construct.values:
        construct = ""
    units = access.units_to_promise(viewer)
    unit = units.filter(pk=place.unit_id).first() if place and place.unit_id else None
    unit = unit or units.order_by("position").first()
    return Origin(
        campaign=place.campaign if place else None,
        place=place,
        item_code=item.code if item else "",
        item_text=filled(item.text) if item else "",
        construct=(item.construct if item else "") or construct,
        unit=unit,
        owner=f"{viewer.employee.name} ({viewer.employee.number})" if viewer.employee else "",
        back_url=_back(place, named),
    )


def address(viewer: Viewer, place: UnitSnapshot) -> str:
    """Where the viewer promises something after this unit's results; "" where the unit is not theirs to promise for."""
    if place.unit_id is None or not access.units_to_promise(viewer).filter(pk=place.unit_id).exists():
        return ""
    return f"{reverse('actions:new')}?campaign={place.campaign_id}&place={place.place}"


def first_step(viewer: Viewer) -> str:
    """Where a leader promises something to everyone; "" for those who may not."""
    return reverse("actions:commitment") if access.is_leader(viewer) else ""


def _place(viewer: Viewer, named: Mapping[str, str]) -> UnitSnapshot | None:
    numbers = [named.get("campaign", ""), named.get("place", "")]
    if not all(number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER for number in numbers):
        return None
    seen = UnitSnapshot.objects.visible_to(viewer).select_related("campaign", "unit")
    return seen.filter(campaign=int(numbers[0]), place=int(numbers[1])).first()


def _item(campaign: Campaign, code: str) -> Item | None:
    return campaign.form.items.filter(code=code[:20]).exclude(construct="").first() if code else None


def _back(place: UnitSnapshot | None, named: Mapping[str, str]) -> str:
    """To the guide where the action was chosen there."""
    if place is None or named.get("from") != "guide":
        return ""
    return reverse("actions:guide", args=[place.campaign_id, place.place])
