"""Write what a file of HR partners says, and take it back; both are parts of a larger intention (imports, undo)."""

from collections.abc import Iterable, Sequence
from typing import cast

from people.imports import Draft
from people.models import RoleGrant, Unit, User
from people.partners import UNITS, Partner, ids
from people.services import roles
from people.undo import Step, Written


def write(drafts: Iterable[Draft], *, by: User) -> dict[str, Written]:
    """Give, change and take the role row by row, each with its entry in the trail; returns what was replaced."""
    replaced = {}
    for draft in cast(Iterable[Partner], drafts):
        if draft.changes and draft.person:
            _let(draft.person.user, draft.units, by=by)
            facts = {UNITS: (ids(draft.today), ids(draft.units or None))}
            replaced[draft.number] = Written(draft.person.user_id, facts)
    return replaced


def put_back(steps: Iterable[Step], *, by: User) -> None:
    for step in steps:
        assert step.person is not None
        _let(step.person.user, list(Unit.objects.filter(pk__in=step.back[UNITS] or [])), by=by)


def _let(user: User, units: Sequence[Unit], *, by: User) -> None:
    """Let the user look after these units from now on; none: after nothing."""
    given = RoleGrant.objects.filter(user=user, role=RoleGrant.Role.HR_PARTNER).first()
    if given is None:
        roles.grant(user, RoleGrant.Role.HR_PARTNER, units=units, by=by)
    elif units:
        roles.change_scope(given, units, by=by)
    else:
        roles.revoke(given, by=by)
