"""Whose numbers a manager looks at: direct reports or the whole tree, one unit of it, one cycle. Read from the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from core.numbers import whole_number
from core.search import searched
from goals.models import GoalCycle
from goals.queries.team import Scope
from goals.queries.team_table import Show
from people.access import Viewer
from people.models import Unit


class NotYourUnit(LookupError):
    """The unit does not exist or is not the manager's to look into."""


@dataclass(frozen=True)
class TeamView:
    """What the address asks for. `scope` is None while there is no cycle; `path` are the units above the chosen one."""

    viewer: Viewer
    scope: Scope | None
    whole: bool
    heads: Unit | None
    unit: Unit | None
    path: tuple[Unit, ...]
    cycles: tuple[GoalCycle, ...]
    show: Show
    on: date
    search: str = ""
    all_units: bool = False  # however many there are right below

    @property
    def cycle(self) -> GoalCycle | None:
        return self.scope.cycle if self.scope else None

    def query(self, **changed: object) -> str:
        """The address of the same view with something changed; None leaves a part out."""
        kept = {name: value for name, value in {**self._parts(), **changed}.items() if value not in (None, "")}
        return f"?{urlencode(kept)}" if kept else ""

    def _parts(self) -> dict[str, object]:
        return {
            "line": "all" if self.whole else None,
            "unit": self.unit.pk if self.unit and self.unit != self.heads else None,
            "cycle": self.cycle.pk if self.cycle and self.cycle != self.cycles[0] else None,
            "show": self.show.value or None,
            "q": self.search or None,
        }

    @property
    def with_all_units(self) -> str:
        return self.query(units="all")

    @property
    def as_direct(self) -> str:
        return self.query(line=None, unit=None)

    @property
    def as_whole(self) -> str:
        return self.query(line="all", unit=None)

    @property
    def here(self) -> str:
        return self.query()

    @property
    def everybody(self) -> str:
        return self.query(show=None, q=None) or "?"

    @property
    def without_search(self) -> str:
        return self.query(q=None) or "?"

    @property
    def ask_all(self) -> str:
        """The same view as a choice of everybody whom it shows, for asking them for news."""
        return self.query(all="yes")

    @property
    def hidden_fields(self) -> dict[str, object]:
        """What a form that changes the cycle carries along."""
        return {name: value for name, value in self._parts().items() if value and name != "cycle"}

    @property
    def fields_beside_search(self) -> dict[str, object]:
        """What a search carries along."""
        return {name: value for name, value in self._parts().items() if value and name != "q"}


def team_view(viewer: Viewer, asked: Mapping[str, str], *, on: date) -> TeamView:
    """Read the address; what makes no sense is passed over. Raises NotYourUnit."""
    assert viewer.employee
    headed = viewer.headed_units
    heads = headed[0] if headed else None
    unit, path = _unit(asked.get("unit", ""), headed)
    whole = asked.get("line") == "all" or unit is not None
    cycles = list(GoalCycle.objects.visible_to(viewer).exclude(state=GoalCycle.State.PREPARATION))
    cycles.sort(
        key=lambda cycle: cycle.state != GoalCycle.State.ACTIVE
    )  # stable: the running ones first, the newest first
    cycle = next((one for one in cycles if str(one.pk) == asked.get("cycle")), cycles[0] if cycles else None)
    chosen = unit or (heads if whole else None)
    scope = Scope(viewer.employee, cycle, whole=whole, unit=chosen) if cycle else None
    show = next((one for one in Show if one.value == asked.get("show", "")), Show.ALL)
    day = cycle.day_of_scores(on) if cycle else on
    search = searched(asked.get("q", ""))
    all_units = asked.get("units") == "all"
    return TeamView(viewer, scope, whole, heads, chosen, path, tuple(cycles), show, day, search, all_units)


def _unit(asked: str, headed: list[Unit]) -> tuple[Unit | None, tuple[Unit, ...]]:
    """The unit that was asked for, and the units above it up to the one that is headed. One query or two."""
    if (pk := whole_number(asked)) is None:
        return None, ()
    unit = Unit.objects.active().filter(pk=pk).first()
    top = next((one for one in headed if unit and one.contains(unit)), None)
    if unit is None or top is None:
        raise NotYourUnit
    above = Unit.objects.ancestors_of(unit).filter(position__gte=top.position)
    return unit, tuple(above)
