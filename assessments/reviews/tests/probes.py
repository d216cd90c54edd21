"""Objects for the generated access test (people/tests/probing.py)."""

from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.models import Review, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.tests import cycle_probes, feedback_probes
from assessments.reviews.tests.factories import (
    agree,
    answer_all,
    assessment_of,
    give_roles,
    review_of,
    running_cycle,
    share_both,
)
from assessments.reviews.tests.level_probes import probes as level_probes
from people.tests.probing import Probe


def _prepare(cast) -> None:
    """A running cycle: Eve and Max have agreed, Ed has answered in draft only, a second cycle is in preparation."""
    if ReviewCycle.objects.exists():
        return
    give_roles(cast)
    now = timezone.now()
    today = timezone.localdate(now)
    running_cycle(at=now, self_due_on=today, manager_due_on=today, closes_on=today)
    services.create_cycle(name="Winter", self_due_on=today, manager_due_on=today, closes_on=today, by=None)
    for person in (cast.eve, cast.max):
        share_both(person, at=now)
        agree(assessment_of(person), at=now)
    answer_all(review_of(cast.ed), at=now)


def _own_review(cast, viewer):
    return {"pk": review_of(viewer.employee).pk} if viewer.employee else None


def _somebody_elses(cast, viewer):
    """A self-assessment in draft: hidden from colleagues, the manager, HR and everybody else alike."""
    return {"pk": review_of(cast.olga if viewer.employee == cast.ed else cast.ed).pk}


def _with_key(build):
    def built(cast, viewer):
        found = build(cast, viewer)
        return found and {**found, "key": asking.asked(Review.objects.get(pk=found["pk"]).assessment)[0].key}

    return built


def _own_result(cast, viewer):
    return {"pk": assessment_of(viewer.employee).pk} if viewer.employee else None


def _result_of_a_report(cast, viewer):
    return {"pk": assessment_of(cast.eve).pk} if viewer.employee == cast.max else None


def _result_of_another(cast, viewer):
    """Nobody but the person and today's manager: not colleagues, not the manager's manager, not HR, not executives."""
    other = cast.olga if viewer.employee in (cast.eve, cast.max) else cast.eve
    return {"pk": assessment_of(other).pk}


def _running(cast, viewer):
    return {"pk": ReviewCycle.objects.get(state="open").pk}


def _prepared(cast, viewer):
    return {"pk": ReviewCycle.objects.get(state="preparation").pk}


_CYCLE = {"name": "Spring"}

PROBES = {
    **level_probes(_prepare),
    **cycle_probes.PROBES,
    **feedback_probes.PROBES,
    "reviews:mine": Probe(prepare=_prepare),
    "reviews:self": Probe(prepare=_prepare),
    "reviews:team": Probe(prepare=_prepare),
    "reviews:result": Probe(
        prepare=_prepare, own=_own_result, in_scope=_result_of_a_report, out_of_scope=_result_of_another
    ),
    "reviews:agree": Probe(
        prepare=_prepare, own=_own_result, in_scope=_result_of_a_report, out_of_scope=_result_of_another
    ),
    "reviews:acknowledge": Probe(
        prepare=_prepare,
        own=lambda cast, viewer: _own_result(cast, viewer) if viewer.employee in (cast.eve, cast.max) else None,
        out_of_scope=_result_of_another,
        data={"statement": "Read.", "revision": "1"},
    ),
    "reviews:cycles": Probe(prepare=_prepare),
    "reviews:cycle_new": Probe(prepare=_prepare, data=_CYCLE),
    "reviews:cycle": Probe(prepare=_prepare, in_scope=_running),
    "reviews:cycle_launch": Probe(prepare=_prepare, in_scope=_prepared),
    "reviews:cycle_refresh": Probe(prepare=_prepare, in_scope=_running),
    "reviews:cycle_close": Probe(prepare=_prepare, in_scope=_running),
    "reviews:review": Probe(prepare=_prepare, own=_own_review, out_of_scope=_somebody_elses),
    "reviews:summary": Probe(prepare=_prepare, own=_own_review, out_of_scope=_somebody_elses),
    "reviews:share": Probe(prepare=_prepare, own=_own_review, out_of_scope=_somebody_elses),
    "reviews:rate": Probe(
        prepare=_prepare,
        own=_with_key(_own_review),
        out_of_scope=_with_key(_somebody_elses),
        data={"level": "3", "revision": "0"},
    ),
    "reviews:autosave": Probe(
        prepare=_prepare,
        own=_with_key(_own_review),
        out_of_scope=_with_key(_somebody_elses),
        data={"level": "3", "revision": "0"},
    ),
}
