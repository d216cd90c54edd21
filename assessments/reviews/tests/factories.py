"""A running cycle and short ways to answer, share and agree."""

from datetime import UTC, date, datetime

from assessments.competencies.tests.factories import load_library
from assessments.reviews import services
from assessments.reviews.models import Assessment, Rating, Review, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.services import Given
from people.models import Employee, JobRole

AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
ON = AT.date()
DATES = {"self_due_on": date(2026, 7, 17), "manager_due_on": date(2026, 7, 31), "closes_on": date(2026, 8, 28)}


def give_roles(cast) -> None:
    """Job roles of the shipped role profiles for the cast."""
    load_library()
    roles = {role.key: role for role in JobRole.objects.all()}
    for people, key in (
        ((cast.eve, cast.ed), "frontline_agent"),
        ((cast.max,), "team_lead"),
        ((cast.olga,), "account_manager"),
        ((cast.uma, cast.sam), "people_manager"),
    ):
        for person in people:
            person.job_role = roles[key]
            person.save(update_fields=["job_role"])


def running_cycle(name: str = "Summer 2026", *, at: datetime = AT, **dates) -> ReviewCycle:
    cycle = services.create_cycle(name=name, by=None, **{**DATES, **dates})
    services.launch(cycle, by=None, at=at)
    return ReviewCycle.objects.get(pk=cycle.pk)


def assessment_of(employee: Employee, cycle: ReviewCycle | None = None) -> Assessment:
    found = Assessment.objects.filter(employee=employee).select_related("cycle", "employee", "manager")
    return found.get(cycle=cycle) if cycle else found.latest("pk")


def review_of(employee: Employee, kind: str = "self", cycle: ReviewCycle | None = None) -> Review:
    return Review.objects.select_related("assessment__cycle", "assessment__employee__user", "by__user").get(
        assessment=assessment_of(employee, cycle), kind=kind
    )


def given(level: int | None, *, example: str = "", obstacles: tuple[str, ...] = (), note: str = "") -> Given:
    answer = Rating.Answer.NOT_ASSESSED if level is None else Rating.Answer.RATED
    return Given(answer, level, example, obstacles, note)


def rate(review: Review, key: str, what: Given, *, at: datetime = AT) -> Rating:
    version = next(one.version for one in asking.asked(review.assessment) if one.key == key)
    stored = review.ratings.filter(version=version).first()
    revision = stored.revision if stored else 0
    return services.rate(review, version, what, revision=revision, by=review.by, at=at)


def answer_all(review: Review, *, at: datetime = AT, **levels: int | None) -> Review:
    """Rate every competency at the needed level, except those named."""
    for one in asking.asked(review.assessment):
        level = levels.get(one.key, one.required or 3)
        example = "A case that shows it." if level and level >= 4 else ""
        obstacles = ("rules",) if level is not None and one.required and level < one.required else ()
        rate(review, one.key, given(level, example=example, obstacles=obstacles), at=at)
    return review


def share(review: Review, *, at: datetime = AT, **levels: int | None) -> Review:
    """Answer everything and share."""
    answer_all(review, at=at, **levels)
    return services.share(review, by=review.by, at=at)


def share_both(
    employee: Employee, *, own: dict | None = None, manager: dict | None = None, at: datetime = AT
) -> Assessment:
    share(review_of(employee), at=at, **(own or {}))
    share(review_of(employee, "manager"), at=at, **(manager or {}))
    return assessment_of(employee)


def agree(assessment: Assessment, *, at: datetime = AT, **levels: int | None) -> Assessment:
    """The manager records the needed level for every competency, except those named."""
    assert assessment.manager is not None
    chosen = {one.version.competency_id: levels.get(one.key, one.required) for one in asking.asked(assessment)}
    return services.agree(
        assessment, chosen, talk_on=at.date(), revision=assessment.revision, by=assessment.manager, at=at
    )


def rate_url(review: Review, key: str = "listening", tail: str = "") -> str:
    return f"/reviews/{review.pk}/rating/{key}/{tail}"
