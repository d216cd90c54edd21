"""Critical moments: removing one. Adding and changing go through the catalogue form."""

from django.db import transaction

from actions.models import CriticalMoment
from core import audit
from people.models import User


@transaction.atomic
def drop_moment(moment: CriticalMoment, *, by: User) -> None:
    """Remove a moment; the audit trail keeps its words."""
    audit.record("removed", moment, by=by, changes={"behaviour": {"old": moment.behaviour, "new": None}})
    moment.delete()
