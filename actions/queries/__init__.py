"""Page-shaped reads, split by noun; here is what other apps read: promises that are due, and those of one C."""

from actions.queries.board import PromiseRow, actions_of_construct, due_for, promises_kept

__all__ = [
    "PromiseRow",
    "actions_of_construct",
    "due_for",
    "promises_kept",
]
