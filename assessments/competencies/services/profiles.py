"""Set what each role needs, as a new version of the whole grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from assessments.competencies.models import Expectation, Framework, ProfileSet, RoleProfile
from assessments.competencies.queries.profiles import Cell
from assessments.competencies.services.refusals import NotReady, Stale
from core import audit, notify
from people.models import Employee, JobRole, User


@dataclass(frozen=True)
class NewProfile:
    """One role of a new version of the grid: a cell per competency key; level 0 leaves the competency out."""

    job_role: JobRole
    name: str
    purpose: str
    cells: Mapping[str, Cell]


@transaction.atomic
def save_profiles(
    framework: Framework,
    profiles: Iterable[NewProfile],
    *,
    follows: int,
    change_note: str,
    by: User | None,
    at: datetime,
) -> ProfileSet:
    """Save the grid as the next version. `follows` is the number that was on the page, 0 for the first.

    Raises Stale when somebody saved a version in between.
    """
    Framework.objects.select_for_update().get(pk=framework.pk)
    newest = framework.profile_sets.order_by("-number").first()
    if (newest.number if newest else 0) != follows:
        assert newest is not None
        raise Stale(f"Version {newest.number} was saved while you were editing version {follows}.")
    if not change_note.strip():
        raise NotReady("Say in a sentence what changed and why; the people in these roles can read it.")
    saved = ProfileSet.objects.create(
        framework=framework, number=follows + 1, change_note=change_note.strip(), published_at=at, published_by=by
    )
    competencies = dict(framework.competencies.values_list("key", "pk"))
    rows: list[Expectation] = []
    for order, new in enumerate(profiles):
        profile = RoleProfile.objects.create(
            profile_set=saved, job_role=new.job_role, name=new.name, purpose=new.purpose, order=order
        )
        rows += [
            Expectation(
                profile=profile, competency_id=competencies[key], required_level=cell.level, is_focus=cell.is_focus
            )
            for key, cell in new.cells.items()
            if cell.level
        ]
    Expectation.objects.bulk_create(rows)
    audit.record("published", saved, by=by, changes={"note": saved.change_note})
    if newest and framework.state == Framework.State.IN_USE:
        _announce(newest, saved, at=at)
    return saved


def _announce(before: ProfileSet, saved: ProfileSet, *, at: datetime) -> None:
    """Tell everyone whose role needs something else than before."""
    was, now = _needs(before), _needs(saved)
    roles = [role for role in {*was, *now} if was.get(role) != now.get(role)]
    users = Employee.objects.active().filter(job_role__in=roles).values_list("user_id", flat=True)
    text = f"What your role needs has changed: {saved.change_note}"
    notify.tell_all(users, f"role-profiles:{saved.pk}", text[:300], reverse("competencies:expected"), at)


def _needs(profile_set: ProfileSet) -> dict[int, set[tuple[int, int, bool]]]:
    """Competency, level and focus per job role id."""
    found: dict[int, set[tuple[int, int, bool]]] = defaultdict(set)
    rows = Expectation.objects.filter(profile__profile_set=profile_set).values_list(
        "profile__job_role_id", "competency_id", "required_level", "is_focus"
    )
    for role, competency, level, is_focus in rows:
        found[role].add((competency, level, is_focus))
    return dict(found)
