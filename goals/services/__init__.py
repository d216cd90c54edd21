"""What people do with goals. One function is one intention, one transaction and one audit entry."""

from goals.plan import GoalPlan, GuardrailPlan, MilestonePlan, PlanRefused, PremortemPlan, plan_of
from goals.services.carrying import Carried, carry_over
from goals.services.check_ins import CheckInEntry, NotYourGoal, check_in
from goals.services.cycles import activate_cycle, change_cycle, close_cycle, open_cycle
from goals.services.goals import cancel_goal, change_goal, set_goal
from goals.services.readings import correct_reading, read_guardrail

__all__ = [
    "Carried",
    "CheckInEntry",
    "GoalPlan",
    "GuardrailPlan",
    "MilestonePlan",
    "NotYourGoal",
    "PlanRefused",
    "PremortemPlan",
    "activate_cycle",
    "cancel_goal",
    "carry_over",
    "change_cycle",
    "change_goal",
    "check_in",
    "close_cycle",
    "correct_reading",
    "open_cycle",
    "plan_of",
    "read_guardrail",
    "set_goal",
]
