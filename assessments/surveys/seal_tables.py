"""The raw SQL of the seal, in one place to be reviewed. Every statement runs in the caller's one transaction.

After it, all rows of a campaign's participation carry the same transaction number and stand in the order of the
employees' numbers; ballots and drafts are in a new, empty file; answers carry new random keys in random order. Nothing
that PostgreSQL keeps on a row tells which answer is whose (docs/decisions/006-sealed-ballots.md; tests/test_anonymity.py).
"""

import io
import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

_COPY_HEAD = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
_COPY_END = struct.pack(">h", -1)
_NULL = struct.pack(">i", -1)
_KEY_BYTES = 16

Columns = Mapping[str, tuple[str, npt.NDArray[Any]]]  # by name: numpy type of a value or of its bytes, and the values


def write_responses(campaign_pk: int, places: npt.NDArray[np.int64], vectors: npt.NDArray[np.uint8]) -> None:
    """Binary COPY of all responses, in the (random) order given."""
    columns: Columns = {
        "id": ("u1", _random_keys(len(places))),
        "campaign_number": (">i8", np.full(len(places), campaign_pk)),
        "place": (">i4", places),
        "vector": ("u1", vectors),
    }
    _copy("surveys_response", tuple(columns), _equal_rows(columns))


def write_comments(campaign_pk: int, comments: Sequence[tuple[int, str, str, bytes]]) -> None:
    """Binary COPY of (place, question, text, inbox) rows, in the order given."""
    keys = _random_keys(len(comments))
    number = struct.pack(">q", campaign_pk)
    rows = (
        (key.tobytes(), number, struct.pack(">i", place), question.encode(), text.encode(), inbox)
        for key, (place, question, text, inbox) in zip(keys, comments, strict=True)
    )
    _copy("surveys_releasedcomment", ("id", "campaign_number", "place", "question", "text", "inbox"), _packed(rows))


def write_releases(shown: Columns, hidden: Iterable[tuple[int, str, int | None]], *, layout: int) -> None:
    """Binary COPY of the shown units, given as columns, and of the hidden ones: unit, why, and where it is shown instead."""
    count = len(shown["unit_id"][1])
    columns: Columns = {**shown, "layout": (">i2", np.full(count, layout)), "hidden": ("u1", np.zeros((count, 0)))}
    nothing = dict.fromkeys(columns, b"")
    rest = (
        {
            **nothing,
            "unit_id": struct.pack(">q", unit),
            "shown_at_place": None if shown_at is None else struct.pack(">i", shown_at),
            "answers": None,
            "layout": struct.pack(">h", layout),
            "hidden": why.encode(),
        }
        for unit, why, shown_at in hidden
    )
    _copy("surveys_unitrelease", tuple(columns), _equal_rows(columns), _packed(tuple(row.values()) for row in rest))


def rewrite_participation(campaign_pk: int) -> None:
    """Write the campaign's seats anew, in the order of the employees, without the attributes of the launch and without the
    codes and links that opened them.

    Seats of employees keep their keys; those of links get new ones, in random order, so that an older backup cannot tell
    which they were. The versions left behind vanish with `vacuum_participation`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            """CREATE TEMPORARY TABLE seal_invitations ON COMMIT DROP AS
               SELECT id, campaign_id, employee_id, link_id, home_id, answered
               FROM surveys_invitation WHERE campaign_id = %s""",
            [campaign_pk],
        )
        cursor.execute("DELETE FROM surveys_invitation WHERE campaign_id = %s", [campaign_pk])
        cursor.execute(
            """INSERT INTO surveys_invitation
                      (id, campaign_id, employee_id, link_id, home_id, answered, source, tenure_band, site)
               SELECT CASE WHEN employee_id IS NULL
                           THEN nextval(pg_get_serial_sequence('surveys_invitation', 'id')) ELSE id END,
                      campaign_id, employee_id, link_id, home_id, answered, '', '', ''
               FROM (SELECT * FROM seal_invitations ORDER BY employee_id, random()) mixed"""
        )
        cursor.execute("DROP TABLE seal_invitations")


def empty_ballots_and_drafts(campaign_pk: int) -> None:
    """Drop the files that held the campaign's ballots and drafts; those of other open campaigns move to the new ones."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to run cannot be truncated
        cursor.execute("LOCK TABLE surveys_draft, surveys_sealedballot IN ACCESS EXCLUSIVE MODE")
        cursor.execute(
            """CREATE TEMPORARY TABLE seal_ballots ON COMMIT DROP AS
               SELECT receipt, campaign_number, payload FROM surveys_sealedballot WHERE campaign_number <> %s""",
            [campaign_pk],
        )
        cursor.execute(
            """CREATE TEMPORARY TABLE seal_drafts ON COMMIT DROP AS
               SELECT invitation_id, content, visit FROM surveys_draft
               WHERE invitation_id NOT IN (SELECT id FROM surveys_invitation WHERE campaign_id = %s)""",
            [campaign_pk],
        )
        cursor.execute("TRUNCATE surveys_sealedballot, surveys_draft")
        cursor.execute(
            """INSERT INTO surveys_sealedballot (receipt, campaign_number, payload)
               SELECT receipt, campaign_number, payload FROM seal_ballots ORDER BY receipt"""
        )
        cursor.execute(
            """INSERT INTO surveys_draft (invitation_id, content, visit)
               SELECT invitation_id, content, visit FROM seal_drafts ORDER BY invitation_id"""
        )
        cursor.execute("DROP TABLE seal_ballots, seal_drafts")


def vacuum_participation() -> None:
    """Remove what the seal left behind: seats, contacts, sealed requests. Does nothing inside a transaction, as in tests."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM surveys_invitation, surveys_customercontact, surveys_contactrequest")


def _random_keys(count: int) -> npt.NDArray[np.uint8]:
    """Random UUIDs (version 4) as bytes."""
    keys = np.frombuffer(os.urandom(count * _KEY_BYTES), np.uint8).reshape(count, _KEY_BYTES).copy()
    keys[:, 6] = keys[:, 6] & 0x0F | 0x40
    keys[:, 8] = keys[:, 8] & 0x3F | 0x80
    return keys


def _equal_rows(columns: Columns) -> memoryview:
    """Rows of columns without NULL, each of one width; the second axis of a table counts bytes."""
    kinds = [(name, kind, table.shape[1:]) for name, (kind, table) in columns.items()]
    lengths = [(f"length of {name}", ">i4") for name in columns]
    fields = [field for pair in zip(lengths, kinds, strict=True) for field in pair]
    rows = np.empty(len(next(iter(columns.values()))[1]), np.dtype([("fields", ">i2"), *fields]))
    rows["fields"] = len(columns)
    for name, (_, table) in columns.items():
        rows[f"length of {name}"], rows[name] = rows.dtype[name].itemsize, table
    return rows.view(np.uint8).data


def _packed(rows: Iterable[Sequence[bytes | None]]) -> bytes:
    content = bytearray()
    for row in rows:
        content += struct.pack(">h", len(row))
        for value in row:
            content += _NULL if value is None else struct.pack(">i", len(value)) + value
    return bytes(content)


def _copy(table: str, columns: Sequence[str], *rows: bytes | memoryview) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)",  # names from this module only
            io.BytesIO(b"".join((_COPY_HEAD, *rows, _COPY_END))),
        )
