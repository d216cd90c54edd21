"""Reads of review cycles. The names below are what other apps may read."""

from assessments.reviews.queries.cycles import CycleEvidence, cycle_evidence
from assessments.reviews.queries.todo import OpenReview, TeamProgress, my_open_reviews, team_progress

__all__ = ["CycleEvidence", "OpenReview", "TeamProgress", "cycle_evidence", "my_open_reviews", "team_progress"]
