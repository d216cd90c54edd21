"""What pages and dashboards read about goals. Frozen dataclasses out, a fixed number of queries, no writes."""

from goals.queries.constructs import (
    ConstructGoals,
    Forecast,
    Story,
    by_construct,
    different_stories,
    forecasts,
    goals_of_construct,
)
from goals.queries.drafts import DraftRow, drafts_to_answer
from goals.queries.organisation import (
    GoalEvidence,
    OrganisationGoal,
    UnitStanding,
    goal_evidence,
    organisation_goals,
    unit_summary,
)
from goals.queries.people import GoalCard, SightStep, line_of_sight, my_goals
from goals.queries.rows import GoalRow
from goals.queries.team import Attention, Scope, TeamGoals, team_goals
from goals.queries.tree import current_cycle

__all__ = [
    "Attention",
    "ConstructGoals",
    "Forecast",
    "Story",
    "by_construct",
    "different_stories",
    "forecasts",
    "goals_of_construct",
    "DraftRow",
    "GoalCard",
    "GoalEvidence",
    "GoalRow",
    "OrganisationGoal",
    "Scope",
    "SightStep",
    "TeamGoals",
    "UnitStanding",
    "current_cycle",
    "drafts_to_answer",
    "goal_evidence",
    "line_of_sight",
    "my_goals",
    "organisation_goals",
    "team_goals",
    "unit_summary",
]
