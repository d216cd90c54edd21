from development.models.catalogue import BEST, ENOUGH_RATINGS, Activity, Aim, Duty, Enrolment, Session, Uptake
from development.models.coaching import KEPT_FOR, CoachingNote, Proposal
from development.models.plan import Entry, PlanItem, Step

__all__ = [
    "BEST",
    "ENOUGH_RATINGS",
    "KEPT_FOR",
    "Activity",
    "Aim",
    "CoachingNote",
    "Duty",
    "Enrolment",
    "Entry",
    "PlanItem",
    "Proposal",
    "Session",
    "Step",
    "Uptake",
]
