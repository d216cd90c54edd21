"""Ballots and drafts as sealed bytes. Every ballot of a form has the same length, whatever was answered or written."""

import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from assessments.surveys.inbox import NO_KEY
from assessments.surveys.segments import SOURCE_BYTES
from assessments.surveys.vectors import COMMENT_BYTES, Answer, Layout

_HEAD = struct.Struct(">BIH")  # format, place of the unit, band of the attribute (0: none)
_LENGTH = struct.Struct(">H")
_WITH_SOURCE = 3  # of a survey that asks customers for their group
_FORMAT, _WITHOUT_REPLY_KEY = 2, 1  # ballots handed in before there were inbox codes open as they always did


@dataclass(frozen=True)
class Ballot:
    """One person's answers, without the person: the unit and the band they count in, the vector, their comments."""

    place: int
    band: int  # place in the campaign's bands from 1; 0 without an attribute
    vector: bytes
    comments: tuple[str, ...]  # one per comment question, "" where nothing was written
    reply_key: bytes = NO_KEY  # 32 bytes: hash of the writer's inbox code
    source: bytes | None = None  # where customers are asked for their group: see `segments`; None in every other survey


def pack(ballot: Ballot) -> bytes:
    written = b"".join(
        _LENGTH.pack(len(text)) + text.ljust(COMMENT_BYTES, b"\0") for text in map(str.encode, ballot.comments)
    )
    number = _FORMAT if ballot.source is None else _WITH_SOURCE
    head = _HEAD.pack(number, ballot.place, ballot.band) + ballot.reply_key + (ballot.source or b"")
    return head + ballot.vector + written


def unpack(payload: bytes, layout: Layout) -> Ballot:
    """Raises ValueError when the payload was not packed for this layout."""
    room = _LENGTH.size + COMMENT_BYTES
    number, place, band = _HEAD.unpack_from(payload)
    keyed = _HEAD.size + (0 if number == _WITHOUT_REPLY_KEY else len(NO_KEY))
    head = keyed + (SOURCE_BYTES if number == _WITH_SOURCE else 0)
    start = head + layout.width
    known = (_FORMAT, _WITHOUT_REPLY_KEY, _WITH_SOURCE)
    if number not in known or len(payload) != start + room * len(layout.comments):
        raise ValueError("The ballot does not fit the form of its campaign.")
    comments = []
    for offset in range(start, len(payload), room):
        (length,) = _LENGTH.unpack_from(payload, offset)
        comments.append(payload[offset + _LENGTH.size : offset + _LENGTH.size + length].decode())
    reply_key, source = payload[_HEAD.size : keyed] or NO_KEY, payload[keyed:head] or None
    return Ballot(place, band, payload[head:start], tuple(comments), reply_key, source)


def seal(ballot: Ballot, public_key: bytes) -> bytes:
    return SealedBox(PublicKey(public_key)).encrypt(pack(ballot))


def open_all(payloads: Iterable[bytes | memoryview], private_key: bytes, layout: Layout) -> list[Ballot]:
    """Open sealed ballots. Raises nacl.exceptions.CryptoError for one that was not sealed to this key."""
    box = SealedBox(PrivateKey(private_key))
    return [unpack(box.decrypt(bytes(payload)), layout) for payload in payloads]


Draft = dict[str, tuple[Answer, int]]  # field -> (answer, sequence of the save)


def lock_draft(draft: Draft, draft_key: bytes) -> bytes:
    return bytes(SecretBox(draft_key).encrypt(json.dumps(draft, ensure_ascii=False).encode()))


def unlock_draft(content: bytes, draft_key: bytes) -> Draft:
    stored = json.loads(SecretBox(draft_key).decrypt(content))
    return {field: (answer, sequence) for field, (answer, sequence) in stored.items()}
