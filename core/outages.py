"""What to say when the database cannot do what a page asks: it is away, takes no changes, or somebody holds a lock.

Whatever a verb had begun has been rolled back by then, so the answer is 503 and an invitation to try again.
"""

from dataclasses import dataclass

from django.db import InterfaceError, OperationalError
from django.db.utils import Error

RETRY_AFTER_SECONDS = 5
_READ_ONLY = "25006"
_TOO_LONG = {"55P03", "57014", "40P01", "40001"}  # lock timeout, cancelled, deadlock, serialisation


@dataclass(frozen=True)
class Outage:
    """Words for the page: 503.html prints them."""

    title: str
    text: str


AWAY = Outage(
    "We cannot reach our records just now",
    "Nothing you had saved before is lost. What you have just sent may not have been saved. "
    "Go back, what you typed is still there, and send it again in a minute.",
)
READ_ONLY = Outage(
    "Nothing can be saved just now",
    "You can read everything, but our records take no changes at the moment. What you have just sent has not been saved. "
    "Go back, what you typed is still there, and send it again later.",
)
BUSY = Outage(
    "That took too long",
    "Somebody is changing the same thing. What you have just sent has not been saved. "
    "Go back, what you typed is still there, and send it again.",
)


def outage_of(error: BaseException | None) -> Outage | None:
    """The outage that this exception, or one that it came from, speaks of; None for a fault of our own."""
    while error is not None:
        if isinstance(error, Error):
            code = getattr(error.__cause__, "pgcode", None)
            if code == _READ_ONLY:
                return READ_ONLY
            if isinstance(error, OperationalError | InterfaceError):
                return BUSY if code in _TOO_LONG else AWAY
        error = error.__cause__ or error.__context__
    return None
