"""Did it work? Before and after, from the stored release plan, with an honest verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from actions.models import Action


@dataclass(frozen=True)
class Worked:
    verdict: str
    label: str


def of_actions(actions: Sequence[Action]) -> dict[int, Worked]:
    return {}
