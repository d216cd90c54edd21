"""All levels of a cycle at once, for counting. Nothing here reaches a page: services.summaries makes counts of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import F, QuerySet

from assessments.competencies.models import CompetencyVersion, Expectation
from assessments.reviews import scoring
from assessments.reviews.models import AgreedLevel, CycleCompetency, Rating, Review, ReviewCycle
from assessments.reviews.scoring import Line

Needs = dict[int, tuple[int, bool]]  # competency -> needed level, is focus


@dataclass
class Member:
    """One person of the cycle: agreed levels by competency, shared ratings by version."""

    employee: int
    unit: int
    manager: int | None
    needs: Needs
    agreed: dict[int, int] = field(default_factory=dict)
    own: dict[int, int | None] = field(default_factory=dict)
    reviewed: dict[int, int | None] = field(default_factory=dict)
    ticked: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))

    def line(self, version: CompetencyVersion) -> Line:
        """The level that counts: agreed, else the manager's, else the shared own one. Drafts never count."""
        views = self.reviewed.get(version.pk), self.own.get(version.pk)
        level, _ = scoring.counting_level(self.agreed.get(version.competency_id), *views)
        required, is_focus = self.needs.get(version.competency_id, (None, False))
        return Line(level, required, is_focus)

    def obstacles(self, version: CompetencyVersion) -> set[str]:
        return self.ticked.get(version.pk, set())


def versions(cycle: ReviewCycle) -> list[CompetencyVersion]:
    """What the cycle pinned, in the order of the library."""
    pins = CycleCompetency.objects.filter(cycle=cycle).select_related("version__competency")
    return [pin.version for pin in pins.order_by("order")]


def members(cycle: ReviewCycle) -> list[Member]:
    """Everybody who takes part and works here, with what was shared and agreed. Four queries for any number of people."""
    needs = _needs(cycle)
    taking_part = cycle.assessments.taking_part().filter(employee__is_active=True)
    found = {
        pk: Member(employee, unit, manager, needs.get(profile, {}) if profile else {})
        for pk, employee, unit, manager, profile in taking_part.values_list(
            "pk", "employee_id", "employee__unit_id", "manager_id", "profile_id"
        )
    }
    ratings = _shared(cycle).values_list("review__assessment", "review__kind", "version", "level", "obstacles")
    for assessment, kind, version, level, obstacles in ratings.iterator():
        if member := found.get(assessment):
            (member.own if kind == Review.Kind.SELF else member.reviewed)[version] = level
            member.ticked[version].update(obstacles)
    levels = AgreedLevel.objects.filter(assessment__cycle=cycle)
    for assessment, competency, level in levels.values_list("assessment", "competency", "level").iterator():
        if member := found.get(assessment):
            member.agreed[competency] = level
    return list(found.values())


def manager_gaps(cycle: ReviewCycle) -> Iterator[tuple[int, int, int]]:
    """Of each rating that a manager shared: the manager, whom it is about, and its distance from the needed level."""
    needs = _needs(cycle)
    ratings = _shared(cycle).filter(review__kind=Review.Kind.MANAGER, review__by=F("review__assessment__manager"))
    for manager, employee, profile, competency, level in ratings.filter(
        level__isnull=False, review__assessment__is_excused=False
    ).values_list(
        "review__by", "review__assessment__employee", "review__assessment__profile", "version__competency", "level"
    ):
        required, _ = needs.get(profile, {}).get(competency, (0, False))
        if required and level is not None:
            yield manager, employee, level - required


def _shared(cycle: ReviewCycle) -> QuerySet[Rating]:
    return Rating.objects.filter(review__assessment__cycle=cycle, review__state=Review.State.SHARED)


def _needs(cycle: ReviewCycle) -> dict[int, Needs]:
    found: dict[int, Needs] = defaultdict(dict)
    expected = Expectation.objects.filter(profile__profile_set=cycle.profile_set_id)
    for profile, competency, level, is_focus in expected.values_list(
        "profile_id", "competency_id", "required_level", "is_focus"
    ):
        found[profile][competency] = (level, is_focus)
    return found
