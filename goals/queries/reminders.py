"""Which goals wait for a check-in by their rhythm, and whose they are."""

from datetime import date, timedelta

from django.db.models import Case, CharField, F, Q, When
from django.db.models.functions import Coalesce, Greatest

from goals.models import Goal, Rhythm
from goals.models.goal import GoalQuerySet
from goals.progress import PPM


def due_goals(on: date) -> GoalQuerySet:
    """Running goals with a measure whose last check-in is older than their rhythm; reached ones are left in peace."""
    goals = Goal.objects.current().filter(starts_on__lte=on, due_on__gte=on, owner__is_active=True)
    goals = goals.exclude(measured=Goal.Measured.NOT).exclude(measured=Goal.Measured.PACED, own_ppm__gte=PPM)
    goals = goals.annotate(
        every=Case(
            When(detail__rhythm="", then=F("cycle__rhythm")), default=F("detail__rhythm"), output_field=CharField()
        ),
        last=Greatest("starts_on", Coalesce("checked_on", "starts_on")),
    )
    late = Q(pk__in=[])
    for rhythm in Rhythm:
        late |= Q(every=rhythm.value, last__lte=on - timedelta(days=rhythm.days))
    found: GoalQuerySet = goals.filter(late)
    return found


def goals_to_remind_of(on: date) -> GoalQuerySet:
    """Due goals of which the owner was not reminded for a period of the goal's rhythm."""
    fresh = Q(reminder=None)
    for rhythm in Rhythm:
        fresh |= Q(every=rhythm.value, reminder__reminded_on__lte=on - timedelta(days=rhythm.days))
    found: GoalQuerySet = due_goals(on).filter(fresh)
    return found


def owners_to_remind(on: date, *, most: int) -> list[int]:
    waiting = goals_to_remind_of(on).order_by("owner").values_list("owner", flat=True).distinct()
    return list(waiting[:most])
