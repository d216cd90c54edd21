"""A large invented organisation for measurements: same strands as the demo company, everything written in bulk."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from random import Random

from django.utils import timezone

from assessments.reviews import demo as demo_reviews
from assessments.surveys.models.campaigns import MINIMUM_GROUP
from core import bulk
from culture.demo import answers, company, load
from culture.demo import people as demo_people
from culture.demo import surveys as demo_surveys
from goals import demo as goals
from goals import demo_large
from people.models import Employee, Unit

SMALLEST = 20


def build(people: int, say: Callable[[str], None], *, at: datetime) -> None:
    """Fill an empty database with `people` employees; `say` hears each strand with its seconds. Raises NotEmpty."""
    if Employee.objects.exists():
        raise load.NotEmpty("The database already holds people. Use an empty one, or --replace in demo mode.")
    for name, run in STRANDS:
        began = time.monotonic()
        said = run(people, at)
        say(f"{name}: {said} ({time.monotonic() - began:.1f} s)")
    bulk.refresh_statistics()


def _people(people: int, at: datetime) -> str:
    plan = company.large(people, timezone.localdate(at))
    demo_people.write(plan, load.content("competencies.yaml")["role_profiles"])
    return f"{len(plan.people):,} people in {len(plan.units):,} units"


def _content(_: int, __: datetime) -> str:
    return load.load_content()


def _goals(people: int, at: datetime) -> str:
    """The organisation's goals of the demo company, one goal for each unit below and one for each person."""
    on, organisation = timezone.localdate(at), Unit.objects.select_related("head").get(parent=None)
    assert organisation.head
    cycle = goals.load_organisation_goals(
        load.CONTENT / "goals.yaml", on=on, head=organisation.head, organisation=organisation, by=load.hr()
    )
    made = demo_large.grow(cycle, on=on, random=Random(people))
    top = cycle.goals.filter(detail__level="organisation").count()
    return f"{made:,} goals below {top} of the organisation"


def _surveys(people: int, at: datetime) -> str:
    """A published staff survey, beside the leaders' where there are enough of them, and an open pulse."""
    by, closed_at = load.hr(), at - demo_surveys.CLOSED_BEFORE
    leaders = None
    if Unit.objects.filter(depth__lte=1).count() >= MINIMUM_GROUP:
        leaders = demo_surveys.hold(
            by,
            "Culture survey, leaders",
            "leader_full",
            "leaders",
            closed_at - demo_surveys.LEADERS_BEFORE,
            1.0,
            answers.LEADERS,
        )
    staff = demo_surveys.hold(
        by,
        "Culture survey",
        "employee_full",
        "staff",
        closed_at,
        demo_surveys.STAFF_SHARE,
        answers.STAFF,
        beside=leaders,
    )
    demo_surveys.open_pulse(at, by=by, unanswered=load.sign_ins())
    return f"{staff.invited:,} invited, results published; a pulse is open"


def _reviews(people: int, at: datetime) -> str:
    left_open = [employee.pk for employee in load.sign_ins()]
    cycle = demo_reviews.seed(by=load.hr(), at=at - load.CYCLE_OPEN_SINCE, random=Random(people), leave_open=left_open)
    return f"{cycle}, open for {cycle.assessments.count():,} people"


STRANDS = (("people", _people), ("content", _content), ("goals", _goals), ("surveys", _surveys), ("reviews", _reviews))
