"""What happens in a review cycle. The names below are what this app's doors and demos call by the package."""

from assessments.reviews.services.cycles import Followed, close, follow_line, launch
from assessments.reviews.services.rating import Given, rate, share
from assessments.reviews.services.refusals import NotNow, NotReady, NotYours, RatingStale, Stale
from assessments.reviews.services.setup import create_cycle, delete_cycle, update_cycle
from assessments.reviews.services.talk import acknowledge, agree

__all__ = [
    "Followed",
    "Given",
    "NotNow",
    "NotReady",
    "NotYours",
    "RatingStale",
    "Stale",
    "acknowledge",
    "agree",
    "close",
    "create_cycle",
    "delete_cycle",
    "follow_line",
    "launch",
    "rate",
    "share",
    "update_cycle",
]
