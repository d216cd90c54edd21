"""Goals, what is written about them, what is recorded on them, and what the roll-up keeps.

A goal is two rows: `Goal` is narrow and holds what the roll-up and every list read; `GoalDetail` holds the words and the
measure. Why: docs/decisions/010-a-goal-is-two-rows.md.
"""

from goals.models.cycle import GoalCycle
from goals.models.detail import GoalDetail
from goals.models.engine import RollupMark, RollupState, UnitSummary
from goals.models.goal import Goal
from goals.models.records import CheckIn, Checkpoint, Consultation, Guardrail, GuardrailReading, Milestone

__all__ = [
    "CheckIn",
    "Checkpoint",
    "Consultation",
    "Goal",
    "GoalCycle",
    "GoalDetail",
    "Guardrail",
    "GuardrailReading",
    "Milestone",
    "RollupMark",
    "RollupState",
    "UnitSummary",
]
