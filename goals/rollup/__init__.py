"""Recomputes what supporting goals come to, and the totals of units. The only writer of computed columns.

Everything is recomputed from stored rows and never incremented, so every step may run twice, and a lost or repeated
message changes nothing: marks in the database say what is due. How and why: docs/goals.md.
"""

from goals.rollup.full import recompute
from goals.rollup.marks import mark, wait_for_lock
from goals.rollup.proof import prove
from goals.rollup.summaries import summarise
from goals.rollup.sweeping import Swept, ask, cycles_of_another_day, due_cycles, rebuild, sweep
from goals.rollup.weeks import rewrite

__all__ = [
    "Swept",
    "ask",
    "cycles_of_another_day",
    "due_cycles",
    "mark",
    "prove",
    "rebuild",
    "recompute",
    "rewrite",
    "summarise",
    "sweep",
    "wait_for_lock",
]
