"""Review cycles: people measured against the yardstick, by themselves, by their manager and, where asked, by others.

An assessment is one person in one cycle. Reviews are the named views on that person, the own and the manager's; each is
its author's alone until shared. Raters are everybody else who is asked; they are shown as groups only.
"""

from assessments.reviews.models.assessments import AgreedLevel, Assessment, AssessmentQuerySet
from assessments.reviews.models.calibration import LevelChange
from assessments.reviews.models.cycles import (
    FEWEST_IN_GROUP,
    HIGHEST_PER_RATER,
    MOST_IN_GROUP,
    MOST_PER_RATER,
    CycleCompetency,
    ReviewCycle,
)
from assessments.reviews.models.raters import LONGEST_TEXT, Feedback, FeedbackRating, Rater, RaterQuerySet
from assessments.reviews.models.reminders import CycleReminder
from assessments.reviews.models.reports import OthersComment, OthersLevel, OthersReport
from assessments.reviews.models.reviews import OF_THE_CONTEXT, OF_THE_PERSON, Obstacle, Rating, Review
from assessments.reviews.models.summaries import SMALLEST_GROUP, LevelSummary, RatingSpread, UnitLevel, UnitSummary
from assessments.reviews.models.support import LONGEST_CASE, SupportCase

__all__ = [
    "FEWEST_IN_GROUP",
    "HIGHEST_PER_RATER",
    "LONGEST_CASE",
    "LONGEST_TEXT",
    "MOST_IN_GROUP",
    "MOST_PER_RATER",
    "OF_THE_CONTEXT",
    "OF_THE_PERSON",
    "SMALLEST_GROUP",
    "AgreedLevel",
    "Assessment",
    "AssessmentQuerySet",
    "CycleCompetency",
    "CycleReminder",
    "Feedback",
    "FeedbackRating",
    "LevelChange",
    "LevelSummary",
    "Obstacle",
    "OthersComment",
    "OthersLevel",
    "OthersReport",
    "Rater",
    "RaterQuerySet",
    "Rating",
    "RatingSpread",
    "Review",
    "ReviewCycle",
    "SupportCase",
    "UnitLevel",
    "UnitSummary",
]
