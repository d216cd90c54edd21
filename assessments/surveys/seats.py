"""Secrets that open a seat without a sign-in: links for customers, codes for staff without e-mail.

Only a keyed hash is stored: the database alone opens no seat, not even by trying all codes.
"""

import secrets

from django.utils.crypto import salted_hmac

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0, O, 1 and I
_CODE = 12  # 60 bits, typed by hand; attempts are limited by address and in all
_GROUP = 4


def new_token() -> str:
    """256 random bits for an address."""
    return secrets.token_urlsafe(32)


def new_code() -> str:
    """A code to type, such as K7Q2-MX4D-91PT."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_CODE))
    return "-".join(letters[place : place + _GROUP] for place in range(0, _CODE, _GROUP))


def typed(code: str) -> str:
    """A code as somebody typed it, in the form it was made: capitals in groups of four."""
    letters = "".join(letter for letter in code.upper() if letter in _LETTERS)[:_CODE]
    return "-".join(letters[place : place + _GROUP] for place in range(0, len(letters), _GROUP))


def digest(secret: str) -> str:
    """What is stored of a token or code."""
    return salted_hmac("assessments.surveys.seats", secret, algorithm="sha256").hexdigest()


def mark(seat: int, key: str) -> str:
    """What is stored of a browser's key with the draft of a seat. Without a key it is new each time: it opens no draft."""
    return salted_hmac("assessments.surveys.visits", f"{seat}:{key or new_token()}", algorithm="sha256").hexdigest()


def is_code(secret: str) -> bool:
    """Whether a secret is a code for staff; a token of a customer's link is longer."""
    return len(secret) < 2 * _CODE


def source(words: str) -> str:
    """What is stored of a customer organisation's name: enough to count different ones until the survey closes."""
    plain = " ".join(words.casefold().split())
    return salted_hmac("assessments.surveys.sources", plain, algorithm="sha256").hexdigest() if plain else ""
