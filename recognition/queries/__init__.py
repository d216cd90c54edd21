"""Reads of praise and feedback. The names below are what other apps may read."""

from recognition.queries.evidence import Evidence, evidence_of, named_counts
from recognition.queries.figures import ConstructShare, Figure, NewestTally, newest_tally
from recognition.queries.mine import OpenQuestion, open_questions
from recognition.queries.team import TeamBalance, team_balance

__all__ = [
    "ConstructShare",
    "Evidence",
    "Figure",
    "NewestTally",
    "OpenQuestion",
    "TeamBalance",
    "evidence_of",
    "named_counts",
    "newest_tally",
    "open_questions",
    "team_balance",
]
