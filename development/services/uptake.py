"""The monthly count of learning. It is made once: what happens afterwards, backdated or taken back, moves no number."""

from __future__ import annotations

from datetime import date

from django.db.models import Count

from development.models import Enrolment, PlanItem, Uptake

SMALLEST = 5


def count(*, on: date) -> Uptake:
    """The count of this month, made now when it is the first time. People before the first of the month, from five up."""
    until = on.replace(day=1)
    if made := Uptake.objects.filter(counted_on=until).first():
        return made
    enrolled = Enrolment.objects.filter(joined_at__date__lt=until)
    completed = enrolled.filter(completed_on__lt=until)
    plans = PlanItem.objects.filter(made_at__date__lt=until)
    totals = {
        "joined an activity": enrolled.values("employee").distinct().count(),
        "completed one": completed.values("employee").distinct().count(),
        "keep a development plan": plans.values("owner").distinct().count(),
    }
    people = enrolled.values("activity").annotate(n=Count("employee", distinct=True)).order_by("-n", "activity")
    activities = {str(pk): n for pk, n in people.values_list("activity", "n") if n >= SMALLEST}
    counted = {words: n if n >= SMALLEST else None for words, n in totals.items()}
    made, _ = Uptake.objects.get_or_create(counted_on=until, defaults={"totals": counted, "activities": activities})
    return made
