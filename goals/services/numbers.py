"""What HR can do about the computed numbers: have them worked out again, have them checked."""

from datetime import datetime

from django.db import transaction

from core import audit
from goals import rollup, tasks
from goals.models import GoalCycle, RollupEvent
from people.models import User


@transaction.atomic
def ask_for_recompute(cycle: GoalCycle, *, by: User, at: datetime) -> None:
    """Have the whole cycle worked out again from check-ins, milestones and places, then checked, within seconds.

    Asking twice is one recompute.
    """
    rollup.ask(cycle.pk, at=at)
    audit.record(RollupEvent.ASKED, cycle, by=by)
    tasks.nudge(cycle.pk)


def check_now(cycle: GoalCycle, *, by: User, at: datetime) -> int:
    """The nightly check at once; returns how many goals differ. A difference tells all of HR, as at night."""
    wrong = rollup.prove(cycle.pk, at=at)
    audit.record(RollupEvent.CHECKED, cycle, by=by, changes={"differ": wrong})
    return wrong
