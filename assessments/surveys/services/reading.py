"""Leave a trace that a head has opened the results of a unit, as the trail of named records does."""

from assessments.surveys.models import UnitSnapshot
from assessments.surveys.queries import reading
from core import audit
from people.access import Viewer


def note(unit: UnitSnapshot, *, by: Viewer) -> None:
    """Record the first visit of the person who heads the unit today; everybody else's leaves none."""
    if by.employee is None or unit.unit is None or unit.unit.head_id != by.employee.pk:
        return
    if reading.first_read_on(unit, by.actor) is None:
        audit.record("viewed", unit, by=by.actor)
