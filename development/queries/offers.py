"""What the catalogue holds for the gaps of an assessment, as its page offers it."""

from __future__ import annotations

from collections.abc import Sequence

from django.template.defaultfilters import pluralize
from django.urls import reverse

from assessments.reviews.offers import Gap, Offer
from development.queries.plan import suggested
from people.models import Employee


def offers_for(me: Employee, gaps: Sequence[Gap]) -> list[Offer]:
    """For the gaps of an assessment; the person alone reads them."""
    return [
        Offer(
            title=one.activity.title,
            text=one.activity.text,
            facts=f"{one.activity.get_kind_display()} · {float(one.activity.hours):g} hour{pluralize(one.activity.hours)}",
            competency=one.competency,
            level=one.level,
            url=one.activity.get_absolute_url(),
            take_url=reverse("development:take", args=[one.activity.pk]),
            fields={"competency": one.competency_id, "level": one.level},
        )
        for one in suggested(me, gaps)
    ]
