"""Customers who asked to be contacted: sealed like their ballot until the close, then opened without giving others away.

What HR reads beside a name is subtracted from the results by whoever tries. So an answer is left out of the copies where those
of the other customers would stand for too few people: statement by statement, and with it the whole construct, and comments
question by question. Distributions and comments can be subtracted too, so the limit is that of the widest thing released.
docs/decisions/022-customers-by-name.md.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
from nacl.public import PrivateKey, PublicKey, SealedBox

from assessments.surveys import release
from assessments.surveys.ballot_box import Ballot
from assessments.surveys.segments import NO_SOURCE, Vouched
from assessments.surveys.vectors import NOT_APPLICABLE, OPEN, Answer, Layout

KEEP_REQUESTS_FOR = timedelta(days=180)  # from the day they are opened

Bytes = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """What a customer typed when they ticked the box."""

    name: str
    reach_by: str


@dataclass(frozen=True)
class Given:
    """What some customers gave: a row each of answers as bytes, and of marks whether they wrote to each comment question."""

    vectors: Bytes
    wrote: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Limits:
    """How many others must stand behind what is left when the copies are subtracted, and behind a question's comments."""

    people: int
    comments: int


@dataclass(frozen=True)
class Told:
    """One opened request: who, where from (as a keyed hash), and what they answered, by field. `band`, `vouched`: what
    their ballot says of their group; only compared, never shown."""

    asked: Asked
    source: str
    answers: Mapping[str, Answer]
    band: int = 0
    vouched: bytes = NO_SOURCE


@dataclass(frozen=True)
class Split:
    """Results shown by group: the group of each ballot as released, what each ballot says of its group, and by whom sent."""

    into: Counts
    bands: Counts
    vouched: Vouched

    def of(self, told: Sequence[Told]) -> tuple[Counts, Vouched]:
        """The released groups of those who asked, whose ballots are among the others, and by whom they were sent."""
        released = dict(zip(self.bands.tolist(), self.into.tolist(), strict=True))
        theirs = np.array([released[said.band] for said in told], np.int64)
        return theirs, Vouched.of((said.vouched for said in told), self.vouched.fewest)


def seal(asked: Asked, source: str, answers: Mapping[str, Answer], public_key: bytes, ballot: Ballot) -> bytes:
    said: dict[str, object] = {
        "name": asked.name,
        "reach_by": asked.reach_by,
        "source": source,
        "answers": dict(answers),
    }
    said |= {"band": ballot.band, "vouched": (ballot.source or NO_SOURCE).hex()}
    return SealedBox(PublicKey(public_key)).encrypt(json.dumps(said, ensure_ascii=False).encode())


def unseal(payload: bytes, private_key: bytes) -> Told:
    """Raises nacl.exceptions.CryptoError for one that was not sealed to this key."""
    said = json.loads(SealedBox(PrivateKey(private_key)).decrypt(payload))
    group = said.get("band", 0), bytes.fromhex(said.get("vouched", NO_SOURCE.hex()))
    return Told(Asked(said["name"], said["reach_by"]), said["source"], said["answers"], *group)


def limits(minimum_group: int, minimum_comments: int) -> Limits:
    """Those of a campaign: a distribution needs SPREAD_GROUP answers, a pool of comments as many respondents."""
    return Limits(max(release.SPREAD_GROUP, minimum_group), minimum_comments)


def given(layout: Layout, told: Sequence[Told]) -> Given:
    """What those who asked gave, as it is counted among all."""
    rows = np.frombuffer(b"".join(layout.vector(said.answers) for said in told), np.uint8)
    wrote = [bool(said.answers.get(question)) for said in told for question in layout.comments]
    return Given(rows.reshape(len(told), layout.width), np.array(wrote, bool).reshape(len(told), len(layout.comments)))


def fields_to_show(layout: Layout, everyone: Given, theirs: Given, limit: Limits) -> set[str]:
    """Fields whose answers may stand beside a name. `everyone` are all that count, `theirs` those who asked.

    Nothing where the others are too few but somebody; else what leaves enough others, or none, at every measure.
    """
    if 0 < len(everyone.vectors) - len(theirs.vectors) < limit.people:
        return set()
    vectors, k = (everyone.vectors, theirs.vectors), limit.people
    shown = {field for field, place in _places(layout).items() if _leaves_enough(*vectors, place, k)}
    for scored in (*layout.constructs.values(), *layout.groups.values()):
        fields = {layout.statements[place].code for place in scored}
        if not fields <= shown or not _scores_leave_enough(layout, scored, *vectors, k):
            shown -= fields
    return shown | _comments_to_show(layout, everyone.wrote.sum(axis=0), theirs.wrote.sum(axis=0), limit)


def fields_beside_groups(
    layout: Layout, everyone: Given, theirs: Given, told: Sequence[Told], split: Split, limit: Limits
) -> set[str]:
    """The same in each group that is shown by itself and that somebody with a name belongs to: whoever reads the names may
    know their groups. Comments are shown by no group."""
    groups, sent = split.of(told)
    shown = set(layout.fields)
    for group in np.unique(groups):
        all_of_it, named = split.into == group, groups == group
        others = Given(everyone.vectors[all_of_it], everyone.wrote[all_of_it])
        asking = Given(theirs.vectors[named], theirs.wrote[named])
        if not split.vouched.where(all_of_it).others_are_enough(sent.where(named), limit.people):
            return set()
        shown &= fields_to_show(layout, others, asking, limit) | set(layout.comments)
    return shown


def enough_others(sources: Sequence[str], theirs: Sequence[str], fewest: int) -> bool:
    """Whether the customers who did not ask come from so many organisations, or nobody else answered."""
    others = Counter(filter(None, sources)) - Counter(filter(None, theirs))
    return len(sources) == len(theirs) or len(others) >= fewest


def _comments_to_show(layout: Layout, everyone: Counts, theirs: Counts, limit: Limits) -> set[str]:
    """Questions to which enough others wrote, or none, or all so few that none of their comments is released."""
    others = everyone - theirs
    is_safe = (others == 0) | (others >= limit.comments) | (everyone < limit.comments)
    return {question for question, safe in zip(layout.comments, is_safe, strict=True) if safe}


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
