"""The role grid as HR types it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.http import QueryDict

from assessments.competencies.queries.profiles import Cell, Grid
from assessments.competencies.services import NewProfile
from core.numbers import whole_number
from people.models import JobRole


@dataclass(frozen=True)
class TypedCell:
    """One cell of the grid in the editor: field names, what is chosen, and whether that differs from the saved grid."""

    level_field: str
    focus_field: str
    level: int
    is_focus: bool
    is_edited: bool
    label: str


@dataclass(frozen=True)
class TypedRow:
    name: str
    cells: list[TypedCell]


@dataclass(frozen=True)
class TypedGroup:
    name: str
    rows: list[TypedRow]


@dataclass(frozen=True)
class TypedColumn:
    role: JobRole
    name: str
    purpose: str
    people: int
    is_new: bool
    is_dropped: bool = False

    @property
    def drop_field(self) -> str:
        return f"drop-{self.role.pk}"

    @property
    def name_field(self) -> str:
        return f"name-{self.role.pk}"

    @property
    def purpose_field(self) -> str:
        return f"purpose-{self.role.pk}"


class GridForm(forms.Form):
    """The role grid as typed: two inputs per cell, named by job role and competency."""

    change_note = forms.CharField(
        label="What changed and why",
        max_length=300,
        help_text="The people in these roles can read it.",
    )
    follows = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None, *, grid: Grid, people: Mapping[int, int], base: Grid | None = None
    ) -> None:
        """`grid` is the newest; `base` the one that was on the page, when somebody saved a version in between.

        What was not touched on that page follows the newest grid: nobody takes back by accident what another one changed.
        """
        self.grid, self.people = grid, people
        number = grid.profile_set.number if grid.profile_set else 0
        super().__init__(data, initial={"follows": number})
        self.saved = grid.cells
        self.base = base.cells if base else self.saved
        self.base_columns = {column.role_id: column for column in (base or grid).columns}
        known = {column.role_id for column in grid.columns}
        self.dropped = {role for role in known if data and f"drop-{role}" in data}
        typed = data.getlist("role") if data else []
        added = {pk for text in typed if (pk := whole_number(text)) is not None} - known
        self.roles = JobRole.objects.in_bulk([*known, *added])
        self.added = [pk for pk in self.roles if pk in added]
        self.cells = {
            (role, row.key): self._typed(role, row.key)
            for role in self.roles
            for group in grid.groups
            for row in group.rows
        }

    def _typed(self, role: int, key: str) -> Cell:
        saved = self.saved.get((role, key), Cell(0, False))
        if not self.is_bound:
            return saved
        level = self.data.get(f"level-{role}-{key}", "")
        allowed = {str(step.value) for step in self.grid.levels} | {"0"}
        if level not in allowed:
            return saved
        typed = Cell(int(level), level != "0" and f"focus-{role}-{key}" in self.data)
        return saved if typed == self.base.get((role, key), Cell(0, False)) else typed

    @property
    def follows_another(self) -> bool:
        """Whether the page was opened on an older version than the newest."""
        return self.base is not self.saved

    def both_changed(self) -> list[TypedCell]:
        """Cells that were changed here and, to something else, by somebody who saved in between."""
        nothing = Cell(0, False)
        return [
            cell
            for place, cell in self._by_place()
            if self.cells[place] != self.saved.get(place, nothing) != self.base.get(place, nothing)
        ]

    def _by_place(self) -> list[tuple[tuple[int, str], TypedCell]]:
        columns = self.columns()
        return [
            ((column.role.pk, row.key), self._cell(column, row.key, row.name))
            for group in self.grid.groups
            for row in group.rows
            for column in columns
        ]

    def add_column(self) -> None:
        """Put the role chosen under "add a role" into the grid, as a copy when one was named. Nothing is saved."""
        if not self.is_valid_addition:
            return
        new = JobRole.objects.get(pk=self.data["add_role"])
        source = whole_number(self.data.get("copy_of", ""))
        self.roles[new.pk] = new
        self.added.append(new.pk)
        for group in self.grid.groups:
            for row in group.rows:
                empty = Cell(0, False)
                copied = empty if source is None else self.cells.get((source, row.key), empty)
                self.cells[new.pk, row.key] = copied

    @property
    def is_valid_addition(self) -> bool:
        chosen = whole_number(str(self.data.get("add_role", "")))
        return chosen is not None and chosen not in self.roles and JobRole.objects.filter(pk=chosen).exists()

    def free_roles(self) -> list[JobRole]:
        """Job roles that have no column yet."""
        return list(JobRole.objects.exclude(pk__in=list(self.roles)))

    def columns(self) -> list[TypedColumn]:
        known = [self._column(c.role_id, c.name, c.purpose, is_new=False) for c in self.grid.columns]
        return known + [self._column(pk, self.roles[pk].name, "", is_new=True) for pk in self.added]

    def _column(self, role: int, name: str, purpose: str, *, is_new: bool) -> TypedColumn:
        """With the name and purpose as typed; an empty name, or one that was not touched, leaves the saved one."""
        before = self.base_columns.get(role)
        if self.is_bound:
            typed = str(self.data.get(f"name-{role}", "")).strip()[:120]
            name = typed if typed and not (before and typed == before.name) else name
            typed = str(self.data.get(f"purpose-{role}", purpose)).strip()[:300]
            purpose = purpose if before and typed == before.purpose else typed
        people, is_dropped = self.people.get(role, 0), role in self.dropped
        return TypedColumn(self.roles[role], name, purpose, people, is_new=is_new, is_dropped=is_dropped)

    def renamed(self) -> bool:
        """Whether a role has another name or purpose than in the saved grid."""
        saved = {column.role_id: (column.name, column.purpose) for column in self.grid.columns}
        return any(saved.get(c.role.pk) != (c.name, c.purpose) for c in self.columns() if not c.is_new)

    def groups(self) -> list[TypedGroup]:
        columns = self.columns()
        return [
            TypedGroup(
                group.name,
                [
                    TypedRow(row.name, [self._cell(column, row.key, row.name) for column in columns])
                    for row in group.rows
                ],
            )
            for group in self.grid.groups
        ]

    def _cell(self, column: TypedColumn, key: str, name: str) -> TypedCell:
        role = column.role.pk
        cell = self.cells[role, key]
        return TypedCell(
            f"level-{role}-{key}",
            f"focus-{role}-{key}",
            cell.level,
            cell.is_focus,
            cell != self.saved.get((role, key), Cell(0, False)),
            f"{name}, {column.name}",
        )

    def edited(self) -> list[tuple[int, str]]:
        """Role and competency of every cell that differs from the saved grid."""
        return [place for place, cell in self.cells.items() if cell != self.saved.get(place, Cell(0, False))]

    def affected(self) -> list[TypedColumn]:
        roles = {role for role, _ in self.edited()} | self.dropped
        return [column for column in self.columns() if column.role.pk in roles or column.is_new]

    def profiles(self) -> list[NewProfile]:
        """Every role of the next version; one that is left out has no profile from then on."""
        return [
            NewProfile(
                column.role,
                column.name,
                column.purpose,
                {key: cell for (role, key), cell in self.cells.items() if role == column.role.pk},
            )
            for column in self.columns()
            if not column.is_dropped
        ]
