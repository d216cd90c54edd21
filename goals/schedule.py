"""What the clock does for goals. The beat table is in culture/celery.py; two clocks at once do no harm."""

from celery import shared_task
from django.utils import timezone

from goals import rollup
from goals.models import GoalCycle
from goals.services import imports, reminders, waiting, worsening

FIRST_HOUR, LAST_HOUR = 8, 18  # of the organisation's day, in which people are written to


@shared_task(ignore_result=True)
def sweep_all() -> None:
    """Every few seconds: sweep whatever is due, so that a lost message costs seconds."""
    for cycle_id in rollup.due_cycles():
        rollup.sweep(cycle_id, on=timezone.localdate(), at=timezone.now())


@shared_task(ignore_result=True)
def roll_up_new_day() -> None:
    """Soon after midnight of the organisation: prove yesterday's numbers, then work out the new day."""
    today = timezone.localdate()
    for cycle_id in rollup.cycles_of_another_day(today):
        rollup.sweep(cycle_id, on=today, at=timezone.now())


@shared_task(ignore_result=True)
def remind_owners() -> None:
    """On working days, in working hours: one mail to everybody whose check-ins are due."""
    now = timezone.localtime()
    if FIRST_HOUR <= now.hour < LAST_HOUR:
        reminders.remind_owners(on=now.date(), at=now)


@shared_task(ignore_result=True)
def tell_worsened() -> None:
    """On working days, in working hours: tell owners and their managers whose goals are doing worse than at the last look."""
    now = timezone.localtime()
    if not FIRST_HOUR <= now.hour < LAST_HOUR:
        return
    for cycle_id in GoalCycle.objects.active().values_list("pk", flat=True):
        worsening.tell_worsened(cycle_id, on=now.date(), at=now)


@shared_task(ignore_result=True)
def work_off_files() -> None:
    """Every few seconds: check and import the large files of goals that wait."""
    waiting.work_off(at=timezone.now())


@shared_task(ignore_result=True)
def forget_old_files() -> None:
    """Uploaded files name people: those that were not imported go after a week, the rows of the others after a month."""
    imports.forget_old(at=timezone.now())
