"""The unit tree and the page of one unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.paginator import Page, Paginator
from django.db.models import Count

from people.access import Role, Viewer
from people.models import Employee, Unit
from people.queries.directory import PEOPLE_PER_PAGE

OPEN_DEPTH = 2  # branches deeper than this start folded


@dataclass(frozen=True)
class Branch:
    """A unit with those below it. `people` counts its own, `people_in_all` with everyone below."""

    unit: Unit
    people: int
    people_in_all: int
    children: list[Branch] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.unit.depth < OPEN_DEPTH


@dataclass(frozen=True)
class UnitPage:
    unit: Unit
    path: list[Unit]
    children: list[Branch]
    people: Page[Employee] | None
    people_in_all: int
    may_edit: bool


def tree(viewer: Viewer) -> list[Branch]:
    """The whole tree in two queries; more than one root only while the organisation is being built."""
    units = list(Unit.objects.visible_to(viewer).active().select_related("head"))
    return _grow(units, _headcounts())


def found(viewer: Viewer, text: str) -> list[Unit]:
    """Units whose name holds every word."""
    units = Unit.objects.visible_to(viewer).active().select_related("head", "parent")
    for word in text.split():
        units = units.filter(name__icontains=word)
    return list(units)


def unit_page(viewer: Viewer, unit: Unit, *, page: str | None = None) -> UnitPage:
    below = list(Unit.objects.subtree_of(unit).active().select_related("head"))
    branches = _grow([one for one in below if one.pk != unit.pk], _headcounts())
    own = Employee.objects.visible_to(viewer).active().filter(unit=unit).select_related("job_role", "unit", "manager")
    return UnitPage(
        unit=unit,
        path=list(Unit.objects.ancestors_of(unit)),
        children=branches,
        people=Paginator(own.order_by("name", "pk"), PEOPLE_PER_PAGE).get_page(page) if viewer.sees_people else None,
        people_in_all=Employee.objects.active().in_units(Unit.objects.subtree_of(unit)).count(),
        may_edit=viewer.has(Role.HR_ADMIN),
    )


def _headcounts() -> Counter[int]:
    rows = Employee.objects.active().order_by().values_list("unit").annotate(people=Count("pk"))
    return Counter(dict(rows))


def _grow(units: Iterable[Unit], headcounts: Counter[int]) -> list[Branch]:
    """Nest units that come in pre-order."""
    roots: list[Branch] = []
    open_branches: list[Branch] = []
    ordered = list(units)
    totals = _totals(ordered, headcounts)
    for unit in ordered:
        branch = Branch(unit, headcounts[unit.pk], totals[unit.pk])
        while open_branches and not open_branches[-1].unit.contains(unit):
            open_branches.pop()
        (open_branches[-1].children if open_branches else roots).append(branch)
        open_branches.append(branch)
    return roots


def _totals(units: list[Unit], headcounts: Counter[int]) -> Counter[int]:
    totals: Counter[int] = Counter()
    above: list[Unit] = []
    for unit in units:
        while above and not above[-1].contains(unit):
            above.pop()
        above.append(unit)
        for one in above:
            totals[one.pk] += headcounts[unit.pk]
    return totals
