"""Why something in a review cycle is refused; each message says what to do."""

from assessments.reviews.models import Rating
from core.errors import Conflict, DomainError


class NotNow(DomainError):
    """The cycle or the review is in a state that does not allow this."""


class NotReady(DomainError):
    """Something is missing before this can be done."""


class NotYours(DomainError):
    """Somebody else is the one who may do this."""


class Stale(Conflict):
    """The page is older than what is stored. Nothing was written."""


class RatingStale(Stale):
    """Another device saved this rating in between."""

    def __init__(self, stored: Rating) -> None:
        super().__init__("You saved another answer here since this page was opened. Choose which one to keep.")
        self.stored = stored
