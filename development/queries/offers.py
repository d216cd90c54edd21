"""What the plan suggests, as the page of an assessment offers it."""

from __future__ import annotations

from django.template.defaultfilters import pluralize
from django.urls import reverse

from assessments.reviews.offers import Offer
from development.queries.plan import suggestions_for
from people.models import Employee


def offers_for(me: Employee) -> list[Offer]:
    """The same suggestions for the page of an assessment; the person alone reads them."""
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
        for one in suggestions_for(me)[0]
    ]
