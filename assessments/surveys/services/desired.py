"""The leadership's wish: where each C should stand."""

from collections.abc import Mapping

from django.db import transaction

from assessments.surveys.models import DesiredLevel
from core import audit
from core.constructs import Construct
from people.models import Unit, User


@transaction.atomic
def set_desired(levels: Mapping[Construct, int], *, by: User) -> None:
    """Replace the whole profile; a C that is left out has no desired level any more."""
    old = {Construct(level.construct): level.index for level in DesiredLevel.objects.select_for_update()}
    if old == dict(levels):
        return
    DesiredLevel.objects.exclude(construct__in=levels).delete()
    for construct, index in levels.items():
        DesiredLevel.objects.update_or_create(construct=construct, defaults={"index": index})
    changes = {c.value: {"old": old.get(c), "new": levels.get(c)} for c in Construct if old.get(c) != levels.get(c)}
    audit.record("set the desired profile of", Unit.objects.get(parent=None), by=by, changes=changes)
