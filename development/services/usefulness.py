"""What people think of an activity, worked out in blocks: never after a single rating, so that none can be read off."""

from __future__ import annotations

from django.db.models import Avg, Count

from development.models import ENOUGH_RATINGS, Activity, Enrolment


def recount(activity: Activity) -> None:
    """Work the mean out anew when five more people have rated than at the last count. Part of enrolments.complete.

    The manager sees who completed what and when; a mean that moved on that day would tell their rating.
    """
    activity = Activity.objects.select_for_update(of=("self",)).get(pk=activity.pk)
    rated = Enrolment.objects.filter(activity=activity, usefulness__isnull=False)
    now = rated.aggregate(number=Count("pk"), mean=Avg("usefulness"))
    if now["number"] >= activity.useful_ratings + ENOUGH_RATINGS:
        activity.useful_mean, activity.useful_ratings = now["mean"], now["number"]
        activity.save(update_fields=["useful_mean", "useful_ratings"])
