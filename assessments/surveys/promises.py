"""What was promised after earlier surveys, as a survey's own pages show it: overdue first, on the first page of the next one.

Surveys know no actions. The app that keeps promises registers one function in its AppConfig.ready(); without it the pages
say nothing about promises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from assessments.surveys.models import UnitSnapshot
from people.access import Viewer
from people.models import Employee


@dataclass(frozen=True)
class Promise:
    """One line: what, by whom, and how it stands. `state` is planned, doing, done or dropped."""

    title: str
    who: str
    state: str
    words: str
    is_overdue: bool
    is_commitment: bool
    note: str = ""
    url: str = ""


Provider = Callable[[Employee, date], Sequence[Promise]]
Door = Callable[[Viewer, UnitSnapshot], str]
FirstStep = Callable[[Viewer], str]
_providers: list[Provider] = []
_doors: list[Door] = []
_first_steps: list[FirstStep] = []


def register(provider: Provider, door: Door, first_step: FirstStep) -> None:
    """`provider` takes a person and a day, and answers what was promised to them, what is overdue first.

    `door` takes a viewer and a unit of a survey, and answers the address at which the viewer promises something after
    it, "" where they may not. The address ends so that "&item=CODE" can follow.

    `first_step` takes a viewer and answers the address at which a leader promises something to everyone, "" for others.
    """
    _providers.append(provider)
    _doors.append(door)
    _first_steps.append(first_step)


def address(viewer: Viewer, unit: UnitSnapshot) -> str:
    """Where this viewer promises something after these results; "" for those who may not."""
    return next((found for door in _doors if (found := door(viewer, unit))), "")


def leaders_address(viewer: Viewer) -> str:
    """Where this viewer goes first, with a promise to everyone; "" for those who lead nobody."""
    return next((found for first_step in _first_steps if (found := first_step(viewer))), "")


def made_to(employee: Employee | None, on: date) -> tuple[Promise, ...]:
    """All that was promised to this person; nothing for those who have no record here, such as customers."""
    if employee is None:
        return ()
    return tuple(promise for provider in _providers for promise in provider(employee, on))


def overdue_to(employee: Employee | None, on: date) -> tuple[Promise, ...]:
    """What should have been done by now and is neither done nor openly dropped."""
    return tuple(promise for promise in made_to(employee, on) if promise.is_overdue)
