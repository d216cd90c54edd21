"""Goals, what is written about them, what is recorded on them, and what the roll-up keeps.

A goal is two rows: `Goal` is narrow and holds what the roll-up and every list read; `GoalDetail` holds the words and the
measure. Why: docs/decisions/010-a-goal-is-two-rows.md.
"""

from goals.models.company import Comment, Contributor, Follower
from goals.models.cycle import GoalCycle, Rhythm
from goals.models.detail import GoalDetail
from goals.models.draft import GoalDraft
from goals.models.engine import RollupEvent, RollupMark, RollupState, UnitSummary
from goals.models.files import GoalImport, GoalImportLine
from goals.models.goal import Goal
from goals.models.keeping import FinalScore, GoalReference, PremortemAnswer
from goals.models.records import CheckIn, Checkpoint, Consultation, Guardrail, GuardrailReading, Milestone
from goals.models.rhythm import CheckInReminder, CheckInRevision, StatusBook
from goals.models.template import GoalTemplate
from goals.models.tokens import ApiToken
from goals.models.weeks import GoalWeek, UnitWeek

__all__ = [
    "ApiToken",
    "CheckIn",
    "CheckInReminder",
    "CheckInRevision",
    "Checkpoint",
    "Comment",
    "Consultation",
    "Contributor",
    "FinalScore",
    "Follower",
    "Goal",
    "GoalCycle",
    "GoalDetail",
    "GoalDraft",
    "GoalImport",
    "GoalImportLine",
    "GoalReference",
    "GoalTemplate",
    "GoalWeek",
    "Guardrail",
    "GuardrailReading",
    "Milestone",
    "PremortemAnswer",
    "Rhythm",
    "RollupEvent",
    "RollupMark",
    "RollupState",
    "StatusBook",
    "UnitSummary",
    "UnitWeek",
]
