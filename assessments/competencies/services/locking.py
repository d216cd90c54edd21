"""The one order in which rows of the library are locked, so that no two changes wait for each other: first the framework,
then its competencies by primary key."""

from __future__ import annotations

from assessments.competencies.models import Framework


def lock_framework_and_competencies(framework_id: int) -> Framework:
    """The framework as it is now; until the end of the transaction nobody saves, publishes or retires in it."""
    framework = Framework.objects.select_for_update().get(pk=framework_id)
    list(framework.competencies.select_for_update().order_by("pk").values_list("pk"))
    return framework
