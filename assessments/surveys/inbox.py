"""The code by which somebody comes back to their comment, and what is stored of it: a hash per question.

The code is derived when a ballot is handed in and shown once. The ballot carries its hash, sealed; after the seal each
released comment keeps a hash of that and the question. So neither a code nor a link between one person's comments can be
read from the database (docs/decisions/020-comment-inbox.md).
"""

import hashlib
import hmac

from django.utils.translation import gettext

from core.errors import DomainError

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32, without 0, O, 1 and I
LENGTH, GROUP = 28, 4  # 140 bits
NO_KEY = bytes(32)


class BadCode(DomainError):
    """Not a code that this product gives out."""

    def __init__(self) -> None:
        words = gettext("An inbox code has %(length)s letters and digits. Please check it, or copy it anew.")
        super().__init__(words % {"length": LENGTH})


def code(secret: bytes, receipt: bytes) -> str:
    """The inbox code of a ballot: the same at every repeat while the campaign's secret exists, and of nobody else."""
    digest = hmac.digest(secret, b"inbox:" + receipt, hashlib.sha256)
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:LENGTH])
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def reply_key(typed: str) -> bytes:
    """What a ballot carries of a code. Takes it with or without dashes and spaces, in any case. Raises BadCode."""
    letters = "".join(typed.upper().split()).replace("-", "")
    if len(letters) != LENGTH or set(letters) - set(LETTERS):
        raise BadCode
    return hashlib.sha256(b"wheelhouse inbox:" + letters.encode()).digest()


def comment_key(key: bytes, question: str) -> bytes:
    """What is stored beside a comment; b"" for a ballot without a code."""
    return b"" if key == NO_KEY else hmac.digest(key, b"comment:" + question.encode(), hashlib.sha256)
