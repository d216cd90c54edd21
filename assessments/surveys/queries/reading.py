"""Who has opened the results of a unit they lead, from the audit trail."""

from datetime import date

from django.utils import timezone

from assessments.surveys.models import UnitSnapshot
from core.models import AuditEntry
from people.models import User


def first_read_on(unit: UnitSnapshot, user: User) -> date | None:
    """The day on which this person first opened the unit's results; None before."""
    entries = AuditEntry.objects.filter(
        verb="viewed", actor=user, subject_kind=unit._meta.label_lower, subject_key=str(unit.pk)
    )
    first = entries.order_by("at").values_list("at", flat=True).first()
    return timezone.localdate(first) if first else None
