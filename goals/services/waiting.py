"""Large files of goals: checked and imported by the clock, one after another, with a count for whoever looks on."""

from collections.abc import Callable
from datetime import datetime

from django.core.cache import cache
from django.db.models import F, Q

from core.errors import DomainError
from goals.models import GoalImport
from goals.services import imports
from people import tree

ATTEMPTS = 3
KEPT_SECONDS = 3600


def work_off(*, at: datetime) -> int:
    """Check and import what waits, oldest first; returns how many files moved on. Safe to run twice, and at once.

    A refusal is kept for the page. After three attempts that ended without an answer (a killed worker, a fault of ours)
    the file is handed back as well, so that it cannot keep the worker busy for ever.
    """
    done = 0
    with tree.only_importer() as is_alone:
        open_files = GoalImport.objects.filter(applied_at=None, refusal="").select_related(
            "cycle", "made_by", "agreed_by"
        )
        waiting = open_files.filter(Q(checked_at=None) | Q(agreed_at__isnull=False)).order_by("made_at", "pk")
        for file in waiting if is_alone else ():
            done += _try(file, at=at)
    return done


def rows_done(file: GoalImport) -> int:
    """How far the running check or import is; 0 where nothing is known."""
    found: int = cache.get(_key(file), 0)
    return found


def _try(file: GoalImport, *, at: datetime) -> bool:
    if file.attempts >= ATTEMPTS:
        return _hand_back(file, "The work broke off several times. Nothing was changed; the log says why.")
    GoalImport.objects.filter(pk=file.pk).update(attempts=F("attempts") + 1)
    try:
        if file.checked_at is None:
            assert file.made_by is not None
            rows = list(file.lines.values_list("row", "cells"))
            imports.check(file, rows, by=file.made_by, at=at, tell=_teller(file))
            GoalImport.objects.filter(pk=file.pk).update(attempts=0)
        else:
            assert file.agreed_by is not None
            imports.apply(file, by=file.agreed_by, at=at, tell=_teller(file))
    except DomainError as refusal:
        return _hand_back(file, str(refusal))
    finally:
        cache.delete(_key(file))
    return True


def _hand_back(file: GoalImport, refusal: str) -> bool:
    GoalImport.objects.filter(pk=file.pk).update(agreed_at=None, agreed_by=None, refusal=refusal[:300])
    return False


def _teller(file: GoalImport) -> Callable[[int], None]:
    """Counts where everybody can read it at once: what the transaction writes is not seen before its end."""
    return lambda done: cache.set(_key(file), done, KEPT_SECONDS)


def _key(file: GoalImport) -> str:
    return f"goals:import:{file.pk}:done"
