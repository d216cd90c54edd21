"""Links for externals who are asked about a person. Only a keyed hash is stored: the database alone opens no form."""

import secrets

from django.utils.crypto import salted_hmac


def new_token() -> str:
    """256 random bits for an address."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token."""
    return salted_hmac("assessments.reviews.tokens", token, algorithm="sha256").hexdigest()
