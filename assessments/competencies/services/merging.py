"""Make one competency of two that say the same. Nothing that was assessed is rewritten."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments.competencies.models import Competency, CompetencyVersion, ProfileSet, RoleProfile
from assessments.competencies.queries import profiles as grids
from assessments.competencies.queries.profiles import Cell
from assessments.competencies.services import drafts
from assessments.competencies.services.locking import lock_framework_and_competencies
from assessments.competencies.services.profiles import NewProfile, save_profiles
from assessments.competencies.services.refusals import NotNow, NotReady
from core import audit
from people.models import User


@transaction.atomic
def merge(
    competency: Competency, into: Competency, *, change_note: str, by: User | None, at: datetime
) -> ProfileSet | None:
    """Let `into` take the place of `competency`: in new cycles, in the role profiles, and in what was agreed before.

    `competency` is retired and keeps its page, versions and assessments. A role that needs both needs the higher level of
    the two from now on. Returns the new role profiles, None when no role needed it.
    """
    lock_framework_and_competencies(competency.framework_id)
    competency.refresh_from_db()
    version = _check(competency, into, change_note)
    Competency.objects.filter(pk=competency.pk).update(merged_into=into)
    Competency.objects.filter(merged_into=competency).update(merged_into=into)
    drafts.retire_version(version, at=at)
    name = into.versions.issued_now().values_list("name", flat=True).get()
    audit.record("merged", version, by=by, changes={"into": name, "note": change_note.strip()})
    return _move_needs(competency, into, note=f"{version.name} merged into {name}. {change_note.strip()}", by=by, at=at)


def _check(competency: Competency, into: Competency, change_note: str) -> CompetencyVersion:
    """The version in use of the one that goes. Raises NotNow or NotReady."""
    if competency.pk == into.pk or competency.framework_id != into.framework_id:
        raise NotReady("Choose another competency of the same framework.")
    version = competency.versions.issued_now().first()
    if version is None or into.versions.issued_now().first() is None:
        raise NotNow("Only a competency in use can be merged, and only into one in use.")
    if competency.versions.drafts().exists():
        raise NotNow(f"Publish or discard the draft of “{version.name}” first.")
    if not change_note.strip():
        raise NotReady("Say in a sentence why; everyone who is assessed can read it.")
    return version


def _move_needs(
    competency: Competency, into: Competency, *, note: str, by: User | None, at: datetime
) -> ProfileSet | None:
    newest = grids.newest_profile_set(competency.framework)
    if newest is None or not newest.profiles.filter(expectations__competency=competency).exists():
        return None
    roles = RoleProfile.objects.filter(profile_set=newest).select_related("job_role")
    new = []
    for role in roles.prefetch_related("expectations__competency").order_by("order", "pk"):
        cells = {need.competency.key: Cell(need.required_level, need.is_focus) for need in role.expectations.all()}
        if moved := cells.pop(competency.key, None):
            kept = cells.get(into.key, Cell(0, False))
            cells[into.key] = Cell(max(moved.level, kept.level), moved.is_focus or kept.is_focus)
        new.append(NewProfile(role.job_role, role.name, role.purpose, cells))
    return save_profiles(competency.framework, new, follows=newest.number, change_note=note[:300], by=by, at=at)
