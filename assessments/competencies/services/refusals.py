"""Why a change of the library is refused; each message says what to do."""

from core.errors import Conflict, DomainError


class Stale(Conflict):
    """Somebody saved in between. Nothing was written; the page shows both texts."""


class NotNow(DomainError):
    """The version is in a state that does not allow this."""


class NotReady(DomainError):
    """Something is missing before the draft can be published."""


class NothingChanged(DomainError):
    """There is nothing to save."""
