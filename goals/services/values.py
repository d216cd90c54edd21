"""Values from a file: tried row by row first, then kept all or none."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from core.errors import DomainError
from core.numbers import whole_number
from goals import files
from goals.models import Goal
from goals.services.check_ins import CheckInEntry, check_in
from people.models import Employee

NAMESPACE = UUID("0b5a2f7e-93c4-4b8e-8b64-0a6f5c1d2e3f")
COLUMNS = ("goal", "day", "value", "confidence", "what changed")
MOST_ROWS = 500
MOST_CONFIDENT = 10


class ValuesRefused(DomainError):
    """The file cannot be used as it is."""


class _Undo(Exception):
    """Ends the trial without keeping anything."""


@dataclass(frozen=True)
class ValueRow:
    """One row of the file with what it would do; `problems` are sentences."""

    number: int
    cells: dict[str, str]
    goal: str = ""
    problems: list[str] = field(default_factory=list)


def read_rows(table: Sequence[Sequence[str]]) -> list[tuple[int, dict[str, str]]]:
    """Row numbers as in the file, and cells by column name. Raises ValuesRefused."""
    if not table:
        raise ValuesRefused("The file is empty. Start from the template.")
    header = [name.strip().lower() for name in table[0]]
    if missing := [name for name in COLUMNS[:3] if name not in header]:
        raise ValuesRefused(f"The first row lacks: {', '.join(missing)}. Start from the template.")
    known = [(place, name) for place, name in enumerate(header) if name in COLUMNS]
    rows = [
        (number, {name: row[place] if place < len(row) else "" for place, name in known})
        for number, row in enumerate(table[1:], start=2)
    ]
    rows = [(number, cells) for number, cells in rows if cells.get("value")]
    if len(rows) > MOST_ROWS:
        raise ValuesRefused(f"The file has more than {MOST_ROWS} values. Split it into several.")
    if not rows:
        raise ValuesRefused("No row has a value yet. Fill the column “value” and upload it again.")
    return rows


def try_rows(rows: Sequence[tuple[int, dict[str, str]]], *, by: Employee, at: datetime) -> list[ValueRow]:
    """What each row would do; the very same steps as keeping them, undone at the end."""
    found: list[ValueRow] = []
    try:
        with transaction.atomic():
            goals = _goals(by)
            found = [_tried(number, cells, goals, by, at) for number, cells in rows]
            raise _Undo
    except _Undo:
        return found


@transaction.atomic
def keep_rows(rows: Sequence[tuple[int, dict[str, str]]], *, by: Employee, at: datetime) -> int:
    """Check in with every row or with none; a row that was kept before is not kept twice. Raises ValuesRefused."""
    goals = _goals(by)
    for number, cells in rows:
        tried = _tried(number, cells, goals, by, at)
        if tried.problems:
            raise ValuesRefused(f"Row {number}: {tried.problems[0]} Nothing was saved.")
    return len(rows)


def _tried(number: int, cells: dict[str, str], goals: dict[str, Goal], by: Employee, at: datetime) -> ValueRow:
    try:
        goal = _goal(cells.get("goal", ""), goals)
        entry = _entry(goal, cells)
        with transaction.atomic():
            check_in(goal, entry, by=by, at=at)
    except DomainError as refusal:
        return ValueRow(number, cells, problems=[str(refusal)])
    return ValueRow(number, cells, goal.detail.title)


def _goals(by: Employee) -> dict[str, Goal]:
    """The person's goals by number and by title; a title that two goals share names neither."""
    mine = list(Goal.objects.current().filter(owner=by).with_words())
    titles = [goal.detail.title.lower() for goal in mine]
    by_title = {title: goal for title, goal in zip(titles, mine, strict=True) if titles.count(title) == 1}
    return by_title | {str(goal.pk): goal for goal in mine}


def _goal(named: str, goals: dict[str, Goal]) -> Goal:
    goal = goals.get(named.strip().lower())
    if goal is None:
        raise ValuesRefused(f"You have no active goal “{named[:80]}”. Write its number or its title.")
    return goal


def _entry(goal: Goal, cells: dict[str, str]) -> CheckInEntry:
    day, value = _day(cells.get("day", "")), files.number(cells["value"])
    confidence = cells.get("confidence", "")
    felt = whole_number(confidence)
    if confidence and (felt is None or felt > MOST_CONFIDENT):
        raise ValuesRefused("Confidence goes from 0 to 10.")
    words = cells.get("what changed", "")
    assert value is not None  # rows without one are left out
    key = uuid5(NAMESPACE, f"{goal.pk}:{day}:{value.normalize()}:{confidence}:{words}")
    return CheckInEntry(day, value, confidence=felt, what_changed=words, key=key)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise ValuesRefused(f"“{text[:40]}” is not a day. Write it as 2026-07-01.") from None
