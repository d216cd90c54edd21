"""What people do with goals. One function is one intention, one transaction and one audit entry."""

from goals.services.check_ins import CheckInEntry, NotYourGoal, check_in, read_guardrail
from goals.services.cycles import CycleVerb, activate_cycle, close_cycle, open_cycle
from goals.services.goals import GoalPlan, GuardrailPlan, MilestonePlan, PlanRefused, cancel_goal, change_goal, set_goal

__all__ = [
    "CheckInEntry",
    "CycleVerb",
    "GoalPlan",
    "GuardrailPlan",
    "MilestonePlan",
    "NotYourGoal",
    "PlanRefused",
    "activate_cycle",
    "cancel_goal",
    "change_goal",
    "check_in",
    "close_cycle",
    "open_cycle",
    "read_guardrail",
    "set_goal",
]
