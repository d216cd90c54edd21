"""Moving the last days of a running cycle. Whoever is concerned is told once; pages and clock jobs follow the new days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import externals
from assessments.reviews.models import Assessment, ReviewCycle
from assessments.reviews.queries import dates
from assessments.reviews.services.refusals import NotNow, NotReady, Stale
from core import audit, mail, notify
from core.notify import News
from people.models import User


class WrongDays(NotReady):
    """Some stages cannot end on the days chosen. `by_stage` says of each what to do."""

    def __init__(self, by_stage: Mapping[str, str]) -> None:
        super().__init__(" ".join(by_stage.values()))
        self.by_stage = by_stage


@transaction.atomic
def move_days(
    cycle: ReviewCycle, days: Mapping[str, date], *, seen: str = "", by: User | None, at: datetime
) -> ReviewCycle:
    """Let stages that have not ended end on other days, today at the earliest and in order; `days` by stage.

    `seen` is queries.dates.seen of the page that was looked at. Raises NotNow, WrongDays, NotReady when no day differs, and
    Stale when somebody else moved them meanwhile.
    """
    cycle, today = ReviewCycle.objects.select_for_update().get(pk=cycle.pk), timezone.localdate(at)
    check(cycle, days, on=today)
    if seen and seen != dates.seen(cycle):
        raise Stale("Somebody else moved the days of this cycle meanwhile. Look at the new ones, then move yours.")
    before, moved = dates.days_of(cycle), dates.changed(cycle, days)
    if not moved:
        raise NotReady("No day differs from today’s plan. Choose another day for at least one stage.")
    for name, day in moved.items():
        setattr(cycle, name, day)
    cycle.full_clean(exclude=["profile_set", "made_by"])
    cycle.save(update_fields=list(moved))
    changes = {name: {"old": before[name], "new": day} for name, day in moved.items()}
    entry = audit.record("moved the days of", cycle, by=by, changes=changes)
    _tell(cycle, moved, key=f"review-days:{entry.pk}", at=at)
    if "feedback_due_on" in moved:
        _write_to_externals(cycle, event=f"moved:{entry.pk}", at=at)
    return cycle


def check(cycle: ReviewCycle, days: Mapping[str, date], *, on: date) -> None:
    """Raises what stands in the way of these days. Part of a larger intention, and for a look before."""
    movable = dates.movable(cycle, on=on)
    if not movable:
        raise NotNow(f"Every stage of {cycle} has ended. What was not done can be taken up in the next cycle.")
    wrong = {
        name: f"“{dates.STAGES[name]}” ended meanwhile. Leave it as it is." for name in days if name not in movable
    }
    if wrong := wrong or dates.why_not(cycle, days, on=on):
        raise WrongDays(wrong)


def _tell(cycle: ReviewCycle, moved: Mapping[str, date], *, key: str, at: datetime) -> None:
    """One line each, with the days that are theirs to know."""
    reviewed = set(Assessment.objects.filter(cycle=cycle).order_by().values_list("employee__user_id", flat=True))
    news = []
    for user, stages in dates.concerned(cycle, moved).items():
        said = "; ".join(dates.NEWS[name].format(dates.said(moved[name])) for name in stages)
        url = reverse("reviews:mine" if user in reviewed else "reviews:team")
        news.append(News(user, key, f"{cycle}, new days: {said}.", url))
    notify.tell_each(news, at)


def _write_to_externals(cycle: ReviewCycle, *, event: str, at: datetime) -> None:
    """To all who are asked, each with the link they have, whether or not they have answered."""
    assert cycle.feedback_due_on is not None
    mail.queue_personal(
        externals.MOVED,
        [
            mail.Personal(
                to=rater.email,
                key=f"rater:{rater.pk}:{event}",
                context={
                    "name": rater.name,
                    "about": rater.assessment.employee.name,
                    "due": dates.said(cycle.feedback_due_on),
                    "path": externals.path(rater),
                    "button": "Answer or decline",
                },
            )
            for rater in dates.externals_of(cycle)
        ],
        at=at,
    )
