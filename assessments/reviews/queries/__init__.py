"""Reads of review cycles. The names below are what other apps may read."""

from assessments.reviews.queries.bridge import Bridge, BridgeLine, bridge_between
from assessments.reviews.queries.cycles import CycleEvidence, cycle_evidence
from assessments.reviews.queries.levels import LevelRow, organisation_levels
from assessments.reviews.queries.todo import OpenReview, TeamProgress, TeamReviews, my_open_reviews, team_reviews

__all__ = [
    "Bridge",
    "BridgeLine",
    "CycleEvidence",
    "LevelRow",
    "OpenReview",
    "TeamProgress",
    "TeamReviews",
    "bridge_between",
    "cycle_evidence",
    "my_open_reviews",
    "organisation_levels",
    "team_reviews",
]
