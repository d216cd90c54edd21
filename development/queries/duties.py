"""What law or safety requires of people, and whether they have done it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from development.models import Duty, Enrolment
from people.models import Employee


@dataclass(frozen=True)
class Required:
    """One duty of one person. `done_on` is the last completion since it was set; None while it is to be done."""

    duty: Duty
    done_on: date | None

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


def required_of(people: Sequence[Employee]) -> dict[int, list[Required]]:
    """By employee id, soonest first; two queries whatever their number. Wants each person's unit loaded."""
    in_force = list(Duty.objects.in_force().select_related("activity", "unit").order_by("due_on", "pk"))
    completed: dict[tuple[int, int], date] = {}
    if in_force:
        rows = Enrolment.objects.filter(employee__in=people, activity__in=[duty.activity_id for duty in in_force])
        done = rows.exclude(completed_on=None).order_by("completed_on")
        for who, activity, on in done.values_list("employee", "activity", "completed_on"):
            if on:
                completed[who, activity] = on
    found: dict[int, list[Required]] = defaultdict(list)
    for person in people:
        for duty in in_force:
            if duty.unit.position <= person.unit.position <= duty.unit.last_position:
                last = completed.get((person.pk, duty.activity_id))
                found[person.pk].append(Required(duty, last if last and last >= duty.set_on else None))
    return found
