"""Answers as bytes: one place per statement, two per slider, in the order of a frozen form.

0 is open, 255 "does not apply"; a statement is stored as answered (1..5), scales that start at 0 one higher. Positions
belong to the form's published version, so a vector never needs the item table of a later day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext

from core.constructs import Construct
from core.errors import DomainError

OPEN, NOT_APPLICABLE = 0, 255
NA = "na"  # "does not apply" as it comes from a page
COMMENT_LENGTH = 1000  # characters
COMMENT_BYTES = 2000  # UTF-8; every comment takes this room in a ballot, so that its length says nothing
MARKERS = ("today", "desired")
READINESS = tuple(  # blocks of the five steps, in their order
    f"readiness.{step}" for step in ("awareness", "desire", "knowledge", "ability", "reinforcement")
)
BALANCE = tuple(f"change_equation.{factor}" for factor in ("dissatisfaction", "vision", "first_steps", "resistance"))
OUTCOMES = ("outcome_employee", "outcome_customer")
FEWEST_ITEMS = 2  # a construct asked with a single statement has no score, only the statement's result

Answer = int | str | None  # a point of the scale, "na", a comment's text; None where cleared


class BadAnswer(DomainError):
    """Something that this form does not ask, or a value outside its scale."""


@dataclass(frozen=True)
class Slot:
    """One item's place in the vector."""

    code: str
    kind: str  # likert, numeric or slider
    construct: str
    is_reversed: bool
    lowest: int
    highest: int
    offset: int
    allows_na: bool = True
    block: str = ""  # items asked together, such as one step of readiness

    @property
    def shift(self) -> int:
        """What is added before storing, so that 0 stays free for "open"."""
        return 1 - self.lowest

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of the inputs on a page, one per byte."""
        return tuple(f"{self.code}.{marker}" for marker in MARKERS) if self.kind == "slider" else (self.code,)


@dataclass(frozen=True)
class Layout:
    """The frozen order of a form: its slots and the codes of its comment questions."""

    slots: tuple[Slot, ...]
    comments: tuple[str, ...]

    @cached_property
    def _places(self) -> dict[str, tuple[int, Slot]]:
        return {field: (slot.offset + byte, slot) for slot in self.slots for byte, field in enumerate(slot.fields)}

    @cached_property
    def width(self) -> int:
        return sum(len(slot.fields) for slot in self.slots)

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self._places, *self.comments)

    @cached_property
    def statements(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.kind == "likert")

    @cached_property
    def sliders(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.kind == "slider")

    @cached_property
    def numerics(self) -> tuple[Slot, ...]:
        return tuple(slot for slot in self.slots if slot.kind == "numeric")

    @cached_property
    def groups(self) -> dict[str, tuple[int, ...]]:
        """Blocks with a mean of their own beside the Cs: readiness, balance, outcome; places among `statements`."""
        found = {
            block: tuple(n for n, slot in enumerate(self.statements) if slot.block == block)
            for block in (*READINESS, *BALANCE, *OUTCOMES)
        }
        return {block: items for block, items in found.items() if len(items) >= FEWEST_ITEMS}

    @cached_property
    def constructs(self) -> dict[Construct, tuple[int, ...]]:
        """The constructs that get a score, each with the places of its items among `statements`."""
        found = {
            construct: tuple(n for n, slot in enumerate(self.statements) if slot.construct == construct)
            for construct in Construct
        }
        return {construct: items for construct, items in found.items() if len(items) >= FEWEST_ITEMS}

    def parsed(self, field: str, raw: object) -> Answer:
        """One answer from a page. Raises BadAnswer."""
        text = str(raw if raw is not None else "").strip()
        if field in self.comments:
            return _comment(text)
        if field not in self._places:
            raise BadAnswer(gettext("This survey has no such question."))
        slot = self._places[field][1]
        if text == NA and not slot.allows_na:
            raise BadAnswer(gettext("This one has no “does not apply”. Choose an answer or leave it open."))
        if text in ("", NA):
            return text or None
        if not text.isascii() or not text.isdigit() or not slot.lowest <= int(text) <= slot.highest:
            raise BadAnswer(gettext("That is not one of the answers offered. Please choose again."))
        return int(text)

    def vector(self, answers: Mapping[str, Answer]) -> bytes:
        """Checked answers by field as bytes; comments are left out."""
        stored = bytearray(self.width)
        for field, answer in answers.items():
            if field in self._places and answer is not None:
                offset, slot = self._places[field]
                stored[offset] = NOT_APPLICABLE if answer == NA else int(answer) + slot.shift
        return bytes(stored)


def _comment(text: str) -> str | None:
    if len(text) > COMMENT_LENGTH or len(text.encode()) > COMMENT_BYTES:
        words = gettext("A comment can hold %(characters)s characters. Please shorten it.")
        raise BadAnswer(words % {"characters": COMMENT_LENGTH})
    return text.replace("\x00", "") or None
