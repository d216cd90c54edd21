"""The audit trail: for HR administrators and auditors, and for each person what concerns their own record."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from core.models import AuditEntry
from people.access import Role, Viewer
from people.models import User

ENTRIES_PER_PAGE = 50
EXPORT_ROWS = 10_000


@dataclass(frozen=True)
class Change:
    """One field; `old` and `new` are empty where the reader may know that it changed and not what to."""

    name: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Line:
    """One entry in words."""

    at: datetime
    who: str
    verb: str
    what: str
    about: str
    changes: list[Change] = field(default_factory=list)
    are_values_shown: bool = True


@dataclass(frozen=True)
class Filters:
    """What the page's filters ask for; empty means everything."""

    person: str = ""
    verb: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


def trail(viewer: Viewer, filters: Filters, *, page: str | None = None) -> tuple[Page[AuditEntry], list[Line]]:
    found = Paginator(_matching(filters), ENTRIES_PER_PAGE).get_page(page)
    return found, [_line(entry, viewer) for entry in found]


def export(viewer: Viewer, filters: Filters) -> Iterable[Line]:
    """The newest entries that match, at most EXPORT_ROWS."""
    return (_line(entry, viewer) for entry in _matching(filters)[:EXPORT_ROWS])


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct())


def kinds() -> list[str]:
    return list(AuditEntry.objects.order_by("subject_kind").values_list("subject_kind", flat=True).distinct())


def about(user: User) -> QuerySet[AuditEntry]:
    """What others did with the user's record, newest first."""
    return _entries().filter(about=user).exclude(actor=user)


def own_line(entry: AuditEntry) -> Line:
    """An entry as the person concerned reads it: everything."""
    return Line(entry.at, _name(entry.actor), entry.verb, entry.subject_label, "", _changes(entry, with_values=True))


def _entries() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.select_related("actor__employee", "about__employee").order_by("-at", "-pk")


def _matching(filters: Filters) -> QuerySet[AuditEntry]:
    found = _entries()
    for word in filters.person.split():
        found = found.filter(
            Q(actor__employee__name__icontains=word)
            | Q(actor__email__icontains=word)
            | Q(about__employee__name__icontains=word)
            | Q(about__email__icontains=word)
        )
    if filters.verb:
        found = found.filter(verb=filters.verb)
    if filters.kind:
        found = found.filter(subject_kind=filters.kind)
    if filters.since:
        found = found.filter(at__date__gte=filters.since)
    if filters.until:
        found = found.filter(at__date__lte=filters.until)
    return found


def _line(entry: AuditEntry, viewer: Viewer) -> Line:
    """Reading the trail opens no record: of somebody's reviews, goals and plans it shows that, not what.

    Values are shown of configuration, and to HR administrators of the facts that HR keeps.
    """
    is_hr_fact = entry.subject_kind.startswith(("people.", "core."))
    is_personal = entry.about_id is not None
    with_values = not is_personal or (is_hr_fact and viewer.has(Role.HR_ADMIN))
    kind = entry.subject_kind.rpartition(".")[2]
    what = entry.subject_label if is_hr_fact or not is_personal else f"a record ({kind})"
    return Line(
        at=entry.at,
        who=_name(entry.actor),
        verb=entry.verb,
        what=what,
        about=_name(entry.about) if entry.about_id else "",
        changes=_changes(entry, with_values=with_values),
        are_values_shown=with_values,
    )


def _changes(entry: AuditEntry, *, with_values: bool) -> list[Change]:
    changes = []
    for name, change in entry.changes.items():
        if not with_values:
            changes.append(Change(name))
        elif isinstance(change, dict) and {"old", "new"} & change.keys():
            changes.append(Change(name, _words(change.get("old")), _words(change.get("new"))))
        else:
            changes.append(Change(name, "", _words(change)))
    return changes


def _words(value: Any) -> str:
    if value is None or value == "":
        return "(empty)"
    if isinstance(value, list):
        return ", ".join(_words(item) for item in value)
    return str(value)


def _name(user: User | None) -> str:
    if user is None:
        return "the system"
    return user.employee.name if hasattr(user, "employee") else user.email
