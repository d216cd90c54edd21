"""Customers who asked to be contacted: sealed like their ballot until the close, then opened without giving others away.

What HR reads beside a name is subtracted from the results by whoever tries. So an answer is left out of the copies where those
of the other customers would stand for fewer than k people: statement by statement, and with it the whole construct.
docs/decisions/022-customers-by-name.md.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from nacl.public import PrivateKey, PublicKey, SealedBox

from assessments.surveys import release
from assessments.surveys.vectors import NOT_APPLICABLE, OPEN, Answer, Layout

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Asked:
    """What a customer typed when they ticked the box."""

    name: str
    reach_by: str


@dataclass(frozen=True)
class Told:
    """One opened request: who, where from (as a keyed hash), and what they answered, by field."""

    asked: Asked
    source: str
    answers: Mapping[str, Answer]


def seal(asked: Asked, source: str, answers: Mapping[str, Answer], public_key: bytes) -> bytes:
    said = {"name": asked.name, "reach_by": asked.reach_by, "source": source, "answers": dict(answers)}
    return SealedBox(PublicKey(public_key)).encrypt(json.dumps(said, ensure_ascii=False).encode())


def unseal(payload: bytes, private_key: bytes) -> Told:
    """Raises nacl.exceptions.CryptoError for one that was not sealed to this key."""
    said = json.loads(SealedBox(PrivateKey(private_key)).decrypt(payload))
    return Told(Asked(said["name"], said["reach_by"]), said["source"], said["answers"])


def fields_to_show(layout: Layout, vectors: Bytes, theirs: Bytes, k: int) -> set[str]:
    """Fields whose answers may stand beside a name. `vectors` are all that count, `theirs` those who asked.

    Nothing where the others are fewer than k but somebody; else what leaves k others, or none, at every measure.
    """
    if 0 < len(vectors) - len(theirs) < k:
        return set()
    shown = {field for field, place in _places(layout).items() if _leaves_enough(vectors, theirs, place, k)}
    for scored in (*layout.constructs.values(), *layout.groups.values()):
        fields = {layout.statements[place].code for place in scored}
        if not fields <= shown or not _scores_leave_enough(layout, scored, vectors, theirs, k):
            shown -= fields
    return shown | set(layout.comments)


def enough_others(sources: Sequence[str], theirs: Sequence[str], fewest: int) -> bool:
    """Whether the customers who did not ask come from so many organisations, or nobody else answered."""
    others = Counter(filter(None, sources)) - Counter(filter(None, theirs))
    return len(sources) == len(theirs) or len(others) >= fewest


def _places(layout: Layout) -> dict[str, int]:
    return {field: slot.offset + byte for slot in layout.slots for byte, field in enumerate(slot.fields)}


def _leaves_enough(vectors: Bytes, theirs: Bytes, place: int, k: int) -> bool:
    others = _valid(vectors[:, place]) - _valid(theirs[:, place])
    return others == 0 or others >= k


def _scores_leave_enough(layout: Layout, scored: Sequence[int], vectors: Bytes, theirs: Bytes, k: int) -> bool:
    """The same for a mean over statements, which counts who answered half of them."""
    counts = [
        int(release.person_scores([scored], release.statements(layout, some), 1)[1].sum()) for some in (vectors, theirs)
    ]
    others = counts[0] - counts[1]
    return others == 0 or others >= k


def _valid(column: Bytes) -> int:
    return int(np.count_nonzero((column != OPEN) & (column != NOT_APPLICABLE)))
