"""The alarm: a proof found numbers that no recomputation gives. HR hears of it on the home page and by mail, and on the home
page again once a later proof finds every number right."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from core import mail, notify
from goals.models import GoalCycle
from people.models import RoleGrant


def tell_hr(cycle: GoalCycle, goals: int, *, at: datetime) -> None:
    """Tell every HR administrator, once for each cycle and day."""
    day = timezone.localdate(at)
    key = f"rollup-wrong:{cycle.pk}:{day}"
    path, admins = reverse("goals:numbers"), _admins()
    found = "1 goal differs" if goals == 1 else f"{goals} goals differ"
    notify.tell_all(admins, key, f"The check of goal numbers found a difference: {found} in {cycle.name}.", path, at)
    context = {
        "cycle": cycle.name,
        "found": found,
        "day": f"{day.day} {day:%B %Y}",
        "button": "Look at the numbers",
        "path": path,
    }
    mail.queue_all("rollup_alarm", to=admins, key=key, context=context, at=at)


def tell_cleared(cycle: GoalCycle, *, at: datetime) -> None:
    """Tell every HR administrator that the numbers are right again."""
    text = f"The goal numbers of {cycle.name} were checked again: every one is right."
    notify.tell_all(_admins(), f"rollup-right:{cycle.pk}:{at:%Y-%m-%dT%H:%M}", text, reverse("goals:numbers"), at)


def _admins() -> list[int]:
    granted = RoleGrant.objects.filter(role=RoleGrant.Role.HR_ADMIN, user__is_active=True)
    return list(granted.values_list("user", flat=True))
