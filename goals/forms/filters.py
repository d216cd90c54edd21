"""What the goal tree is narrowed to."""

from typing import Any

from django import forms

from core.constructs import Construct
from goals import wording
from goals.models import GoalCycle, GoalDetail
from goals.progress import Status
from goals.queries.tree import Filters
from people.access import Viewer
from people.forms.fields import UnitField
from people.models import Unit

OFFERED = 200
INDENT = "\u2003"
SHOWS = [(name, name) for name in ("mine", "attention", "unlinked", "stale")]
STATUSES = [(status.value, wording.STATUS_WORDS[status]) for status in Status]


class FilterForm(forms.Form):
    """Search and filters of the tree. A value that means nothing is as good as none."""

    q = forms.CharField(label="Find a goal or person", max_length=100, required=False)
    unit = UnitField(label="Unit", queryset=Unit.objects.none(), required=False, empty_label="All units")
    construct = forms.ChoiceField(label="C", choices=[("", "All seven Cs"), *Construct.choices], required=False)
    level = forms.ChoiceField(label="Level", choices=[("", "All levels"), *GoalDetail.Level.choices], required=False)
    status = forms.ChoiceField(label="Status", choices=[("", "Any status"), *STATUSES], required=False)
    show = forms.ChoiceField(choices=[("", ""), *SHOWS], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cycles = list(GoalCycle.objects.visible_to(viewer))
        self.fields["unit"].queryset = Unit.objects.visible_to(viewer).active()  # type: ignore[attr-defined]

    @property
    def selects(self) -> list[tuple[str, str, list[tuple[str, str]], str]]:
        """Name, label, options and choice of each select."""
        constructs, statuses = self.fields["construct"], self.fields["status"]
        return [
            *self._cycles(),
            ("unit", "Unit", self._units(), self.data.get("unit", "")),
            ("level", "Level", list(self.fields["level"].choices), self.data.get("level", "")),  # type: ignore[attr-defined]
            ("construct", "C", list(constructs.choices), self.data.get("construct", "")),  # type: ignore[attr-defined]
            ("status", "Status", list(statuses.choices), self.data.get("status", "")),  # type: ignore[attr-defined]
        ]

    def _cycles(self) -> list[tuple[str, str, list[tuple[str, str]], str]]:
        """Where there is more than one."""
        if len(self.cycles) < 2:
            return []
        options = [
            (str(one.pk), one.name if one.takes_check_ins else f"{one.name} ({_state(one)})") for one in self.cycles
        ]
        return [("cycle", "Cycle", options, str(self.cycle.pk) if self.cycle else "")]

    @property
    def cycle(self) -> GoalCycle | None:
        """The one that the address names, else the active one that began last."""
        named = (one for one in self.cycles if str(one.pk) == self.data.get("cycle"))
        return next(named, None) or next((one for one in self.cycles if one.takes_check_ins), None)

    def _units(self) -> list[tuple[str, str]]:
        """The upper three levels, at most as many as one can read; deeper units are asked for by address."""
        units = self.fields["unit"].queryset.filter(depth__lte=2).order_by("depth", "position")  # type: ignore[attr-defined]
        found = sorted(units.values_list("position", "pk", "depth", "name")[:OFFERED])
        return [("", "All units"), *((str(pk), f"{INDENT * depth}{name}") for _, pk, depth, name in found)]

    @property
    def filters(self) -> Filters:
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(cycle=self.cycle, **given)


def _state(cycle: GoalCycle) -> str:
    return cycle.get_state_display().lower()
