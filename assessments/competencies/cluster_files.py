"""Clusters in a JSON file of competencies: what the file says of them, and what an import would do to those here.

A file adds and rewords clusters; those that it does not name stay, and none goes. Reads, never writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from assessments.competencies.library_files import NO_TEXT
from assessments.competencies.models import Framework
from core.tables import TableRefused

MOST, NAME, TEXT = 60, 80, 300
_KEY = re.compile(r"[-\w]{1,60}", re.ASCII)


@dataclass(frozen=True)
class ClusterRow:
    """One cluster as the file has it."""

    key: str
    name: str
    text: str


@dataclass(frozen=True)
class ClusterChange(ClusterRow):
    """One cluster that the file adds (`old_name` is empty then) or rewords."""

    old_name: str = ""
    old_text: str = ""

    @property
    def stored(self) -> dict[str, str]:
        return asdict(self)


def rows_of(data: Any) -> list[ClusterRow]:
    """The clusters of a parsed export in their order, none if it lists none. Raises TableRefused."""
    rows = data.get("clusters") or []
    if not isinstance(rows, list) or len(rows) > MOST:
        raise TableRefused(f"“clusters” is a list of at most {MOST}. Export a library to see how.")
    try:
        ordered = sorted(rows, key=lambda row: int(row.get("order") or 0))
        found = [ClusterRow(str(row["key"]), _line(row["name"]), _line(row.get("text") or "")) for row in ordered]
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise TableRefused("Each of the “clusters” needs a “key” and a “name”. Export a library to see how.") from None
    for row in found:
        _refuse_unfit(row)
    _refuse_twice("key", [row.key for row in found])
    _refuse_twice("name", [row.name.lower() for row in found])
    return found


def changes(framework: Framework, rows: Iterable[ClusterRow]) -> list[ClusterChange]:
    """What is new or worded differently. Raises TableRefused for a name that another cluster here has."""
    here = {cluster.key: cluster for cluster in framework.clusters.all()}
    after = {key: cluster.name for key, cluster in here.items()}
    found = []
    for row in rows:
        was = here.get(row.key)
        if was is None or (was.name, was.text) != (row.name, row.text):
            found.append(
                ClusterChange(**asdict(row), old_name=was.name if was else "", old_text=was.text if was else "")
            )
        after[row.key] = row.name
    _refuse_twice("name", [name.lower() for name in after.values()])
    return found


def _line(text: Any) -> str:
    return " ".join(str(text).split())


def _refuse_unfit(row: ClusterRow) -> None:
    if not _KEY.fullmatch(row.key):
        raise TableRefused(f"The cluster key “{row.key[:60]}” needs 1 to 60 letters, digits, - and _.")
    if not row.name or len(row.name) > NAME or len(row.text) > TEXT:
        raise TableRefused(f"Cluster “{row.key}”: a name of 1 to {NAME} letters, and at most {TEXT} about it.")
    if NO_TEXT.search(row.name + row.text):
        raise TableRefused(f"Cluster “{row.key}” has a character that stands for no letter. Take it out.")


def _refuse_twice(what: str, values: list[str]) -> None:
    if twice := [value for value, times in Counter(values).items() if times > 1]:
        raise TableRefused(f"Two clusters would have the {what} “{twice[0]}”. Each needs its own.")
