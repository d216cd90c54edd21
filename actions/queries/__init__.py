"""Page-shaped reads, split by noun; here is what other apps read: promises that are due, those of one C, what was agreed."""

from actions.queries.board import (
    Kept,
    PromiseRow,
    actions_of_construct,
    commitments,
    due_for,
    promises_kept,
    promises_to,
)
from actions.queries.definition import DefinitionEvidence, definition_evidence
from actions.queries.example import Example, example_of
from actions.queries.follow_ups import questions_for
from actions.queries.guide import open_steps
from actions.queries.insights import PracticeRow, practices_to_copy
from actions.queries.obstacles import ObstacleRow, obstacles_due_for
from actions.queries.workshops import waiting_for

__all__ = [
    "DefinitionEvidence",
    "Example",
    "Kept",
    "PracticeRow",
    "ObstacleRow",
    "PromiseRow",
    "actions_of_construct",
    "commitments",
    "definition_evidence",
    "due_for",
    "example_of",
    "obstacles_due_for",
    "open_steps",
    "practices_to_copy",
    "promises_kept",
    "promises_to",
    "questions_for",
    "waiting_for",
]
