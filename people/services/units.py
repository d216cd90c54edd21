"""What HR does to the unit tree."""

from dataclasses import dataclass, fields

from django.db import transaction

from core import audit
from core.errors import Conflict, DomainError
from people import tree
from people.models import Employee, Unit, User


class UnitLoop(DomainError):
    """A unit would lie below itself."""


class UnitInUse(DomainError):
    """A unit with people or open units below it cannot be closed."""


class OneRoot(DomainError):
    """There is one unit at the top, the organisation."""


@dataclass(frozen=True)
class Details:
    name: str
    parent: Unit | None
    head: Employee | None
    order: int
    is_active: bool = True


@transaction.atomic
def add(key: str, details: Details, *, by: User) -> Unit:
    tree.lock_organisation()
    if details.parent is None and Unit.objects.filter(parent=None).exists():
        raise OneRoot("There is an organisation at the top already. Choose the unit above.")
    unit = Unit.objects.create(
        key=key, name=details.name, parent=details.parent, head=details.head, order=details.order
    )
    tree.renumber_units()
    audit.record("added", unit, by=by, changes=_told(None, details))
    unit.refresh_from_db()
    return unit


@transaction.atomic
def edit(unit: Unit, details: Details, *, version: int, by: User) -> Unit:
    """Rename, move or close a unit, or give it another head. Campaigns that were launched keep their snapshot.

    Raises Conflict if it was edited since `version`, UnitLoop for a parent from below, UnitInUse for a closure too early.
    """
    tree.lock_organisation()
    kept = Unit.objects.select_related("parent", "head").get(pk=unit.pk)
    if kept.version != version:
        raise Conflict(f"Somebody else changed {kept.name} while you were typing.")
    old = Details(kept.name, kept.parent, kept.head, kept.order, kept.is_active)
    if old == details:
        return kept
    _refuse_move(kept, details.parent)
    if kept.is_active and not details.is_active:
        _refuse_closure(kept)
    for field in fields(details):
        setattr(kept, field.name, getattr(details, field.name))
    kept.version += 1
    kept.save(update_fields=[*(field.name for field in fields(details)), "version"])
    tree.renumber_units()
    audit.record("changed", kept, by=by, changes=_told(old, details))
    kept.refresh_from_db()
    return kept


def _refuse_move(unit: Unit, parent: Unit | None) -> None:
    if parent is None:
        if unit.parent_id is not None:
            raise OneRoot("There is an organisation at the top already. Choose the unit above.")
        return
    parent = Unit.objects.get(pk=parent.pk)
    if unit.contains(parent):
        raise UnitLoop(f"{unit.name} cannot move below {parent.name}, which is part of {unit.name}.")
    if not parent.is_active:
        raise UnitLoop(f"{parent.name} is closed. Choose another unit above.")


def _refuse_closure(unit: Unit) -> None:
    people = Employee.objects.active().filter(unit=unit).count()
    below = unit.children.filter(is_active=True).count()
    if people or below:
        raise UnitInUse(
            f"{unit.name} still has {people} people and {below} open units directly in it. Move them first, then close it."
        )
    if unit.parent_id is None:
        raise UnitInUse("The organisation itself cannot be closed.")


def _told(old: Details | None, new: Details) -> dict[str, dict[str, str | None]]:
    return {
        field.name.replace("_", " "): {"old": _word(old, field.name), "new": _word(new, field.name)}
        for field in fields(new)
        if old is None or getattr(old, field.name) != getattr(new, field.name)
    }


def _word(details: Details | None, name: str) -> str | None:
    value = getattr(details, name) if details else None
    return None if value is None else str(value)
