"""When people are written to: never at weekends."""

from datetime import datetime, time

from django.utils import timezone

from core.working_days import is_working_day, next_working_day

MORNING = time(8)


def at_work(at: datetime) -> datetime:
    """`at` itself on a working day of the organisation, else eight o'clock on the next one."""
    local = timezone.localtime(at)
    if is_working_day(local.date()):
        return at
    return timezone.make_aware(datetime.combine(next_working_day(local.date()), MORNING))
