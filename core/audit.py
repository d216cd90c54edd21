"""The only writer of AuditEntry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import models, transaction
from django.forms import ModelForm

from core import logs
from core.models import AuditEntry


class _User(Protocol):
    pk: Any


def record(
    verb: str,
    subject: models.Model,
    *,
    by: _User | None,
    about: _User | None = None,
    changes: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction.

    `by` is the acting user, None for the system; `about` the user whose personal record is concerned, who will see it.
    """
    entry = _entry(verb, subject, by, about, changes)
    entry.save(force_insert=True)
    return entry


@dataclass(frozen=True)
class Entry:
    """One of many entries of the same intention, such as an import of people."""

    verb: str
    subject: models.Model
    about: _User | None = None
    changes: Mapping[str, Any] | None = None


def record_many(entries: Iterable[Entry], *, by: _User | None) -> None:
    """Write many entries in the caller's transaction with few statements."""
    AuditEntry.objects.bulk_create(
        (_entry(one.verb, one.subject, by, one.about, one.changes) for one in entries), batch_size=2000
    )


def viewed(subject: models.Model, *, by: _User, about: _User) -> None:
    """Log that someone opened a named person's record; one's own visits leave no trace."""
    if by.pk != about.pk:
        record("viewed", subject, by=by, about=about)


def viewed_together(records: Iterable[tuple[models.Model, _User]], *, by: _User, on: date) -> None:
    """Log that someone read several named persons' records on one page: each once a day, in two statements.

    Of one kind of record; pairs of the record and whom it is about.
    """
    read = [(subject, about) for subject, about in records if about.pk != by.pk]
    if not read:
        return
    known = set(
        AuditEntry.objects.filter(
            actor_id=by.pk,
            verb="viewed",
            subject_kind=read[0][0]._meta.label_lower,
            subject_key__in=[str(subject.pk) for subject, _ in read],
            at__date=on,
        ).values_list("subject_key", flat=True)
    )
    record_many((Entry("viewed", subject, about) for subject, about in read if str(subject.pk) not in known), by=by)


@transaction.atomic
def save_form(form: ModelForm[Any], *, by: _User, about: _User | None = None) -> models.Model:
    """Save a valid catalogue form and record the fields that changed, old and new."""
    verb = "changed" if form.instance.pk else "added"
    changes = {
        name: {"old": _plain(form.initial.get(name)), "new": _plain(form.cleaned_data.get(name))}
        for name in form.changed_data
    }
    saved: models.Model = form.save()
    record(verb, saved, by=by, about=about, changes=changes)
    return saved


def _entry(
    verb: str, subject: models.Model, by: _User | None, about: _User | None, changes: Mapping[str, Any] | None
) -> AuditEntry:
    return AuditEntry(
        verb=verb,
        actor_id=by.pk if by else None,
        about_id=about.pk if about else None,
        subject_kind=subject._meta.label_lower,
        subject_key=str(subject.pk),
        subject_label=str(subject)[:200],
        changes=dict(changes or {}),
        request_id=logs.request_id.get(),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value)
    if isinstance(value, models.QuerySet | list | tuple):
        return [str(item) for item in value]
    return value
