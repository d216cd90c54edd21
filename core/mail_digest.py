"""The mail of the week: what people have chosen to get once a week, in one mail, on its first working day."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import days_off, mail, mail_kinds
from core.models import Mail
from core.working_days import MORNING, is_working_day

NAMED = 30  # subjects that one mail lists; the others are counted


def send_week(*, at: datetime) -> int:
    """Write to everybody for whom something of an earlier week is held, from eight o'clock on a working day; returns how many."""
    local = timezone.localtime(at)
    if local.time() < MORNING or not is_working_day(local.date(), days_off.known()):
        return 0
    monday = timezone.make_aware(datetime.combine(local.date() - timedelta(local.weekday()), time()))
    waiting = Mail.objects.held().filter(queued_at__lt=monday)
    users = list(waiting.order_by("user").values_list("user", flat=True).distinct())
    return sum(_send(user, monday, at) for user in users)


@transaction.atomic
def _send(user_id: int, monday: datetime, at: datetime) -> bool:
    """One mail for everything held for one person; False when another clock was faster."""
    waiting = Mail.objects.held().filter(user=user_id, queued_at__lt=monday).order_by("queued_at", "pk")
    held = list(waiting.select_for_update(of=("self",), skip_locked=True).select_related("user"))
    if not held:
        return False
    context = {
        "news": [_line(one) for one in held[:NAMED]],
        "more": max(0, len(held) - NAMED),
        "path": "/",
    }
    mail.queue(mail_kinds.WEEKLY, to=user_id, key=f"week:{monday.date()}", context=context, at=at)
    Mail.objects.filter(pk__in=[one.pk for one in held]).update(sent_at=at, context={}, is_held=False)
    return True


def _line(held: Mail) -> dict[str, Any]:
    return {"subject": mail_kinds.write(held.kind, held.context).subject, "path": held.context.get("path", "")}
