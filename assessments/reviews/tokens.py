"""Links for externals who are asked about a person. Only a keyed hash is stored: the database alone opens no form."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime

from django.utils.crypto import salted_hmac


def token_of(rater: int, asked_at: datetime) -> str:
    """The secret of one asking: 256 bits that nobody guesses who has not the secret key of this installation.

    It is not kept, and made again for a reminder, so that the link of the first mail goes on working. Asking anew, at
    another moment, makes another one.
    """
    asked = f"{rater}:{asked_at.astimezone(UTC).isoformat()}"
    secret = salted_hmac("assessments.reviews.links", asked, algorithm="sha256").digest()
    return urlsafe_b64encode(secret).rstrip(b"=").decode()


def digest(token: str) -> str:
    """What is stored of a token."""
    return salted_hmac("assessments.reviews.tokens", token, algorithm="sha256").hexdigest()
