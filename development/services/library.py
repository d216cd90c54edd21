"""The learning that published competencies name comes into the catalogue, once for each."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max

from assessments.competencies.models import HIGHEST_LEVEL, Framework
from development.models import Activity
from development.queries import library
from development.services import catalogue
from people.models import User


@transaction.atomic
def take_over(*, by: User | None) -> int:
    """Add the learning that the published competencies name and the catalogue has not met; returns how many were new.

    Safe to repeat: what HR has changed or withdrawn since stays as it is.
    """
    list(Framework.objects.in_use().select_for_update())  # the clock and a click wait for each other
    order = Activity.objects.aggregate(last=Max("order"))["last"] or 0
    found = library.not_taken_over()
    for place, one in enumerate(found, start=1):
        facts = {name: one.entry[name] for name in ("title", "text", "kind", "hours")}
        aims = [(one.competency, level) for level in one.entry["for_levels"] if 1 <= level <= HIGHEST_LEVEL]
        catalogue.made(facts, aims, by, "offered", source_key=one.source_key, order=order + place)
    return len(found)
