"""Objects for the generated access test: being asked about a colleague, and the report that comes of it."""

from django.utils import timezone

from assessments.reviews.models import Rater
from assessments.reviews.tests import cycle_probes
from assessments.reviews.tests.raters import TOKEN, ask
from people.models import Employee
from people.tests.probing import Probe


def _prepare(cast) -> None:
    """Everybody is asked about Sam, and Sam about Ada."""
    cycle_probes._prepare(cast)
    if not Rater.objects.filter(assessment__employee=cast.sam).exists():
        for person in Employee.objects.exclude(pk=cast.sam.pk):
            ask(cycle_probes._of(cast.sam), person, at=timezone.now())
        ask(cycle_probes._of(cast.ada), cast.sam, at=timezone.now())


def _own(cast, viewer):
    """A form of the viewer's own."""
    return {"pk": Rater.objects.get(employee=viewer.employee, assessment=_about(cast, viewer.employee)).pk}


def _of_another(cast, viewer):
    """A colleague's form: hidden from the person, the manager, HR and everybody else alike."""
    other = cast.olga if viewer.employee == cast.ed else cast.ed
    return {"pk": Rater.objects.get(employee=other, assessment=_about(cast, other)).pk}


def _about(cast, rater):
    return cycle_probes._of(cast.ada if rater == cast.sam else cast.sam)


def _when_employed(build):
    return lambda cast, viewer: build(cast, viewer) if viewer.employee else None


def _own_result(cast, viewer):
    return {"pk": cycle_probes._of(viewer.employee).pk}


def _result_of_a_report(cast, viewer):
    return {"pk": cycle_probes._of(cast.eve).pk} if viewer.employee == cast.max else None


def _result_of_another(cast, viewer):
    return {"pk": cycle_probes._of(cast.ada if viewer.employee in (cast.eve, cast.max) else cast.eve).pk}


def _form(**more) -> Probe:
    return Probe(prepare=_prepare, own=_when_employed(_own), out_of_scope=_of_another, **more)


WORDS = {"words-revision": "0", "words-keep_doing": "Rings back.", "words-try_next": ""}
PROBES = {
    "reviews:feedback_form": _form(data=WORDS),
    "reviews:feedback_part": _form(data={**WORDS, "part": "words"}),
    "reviews:feedback_submission": _form(data=WORDS),
    "reviews:feedback_withdrawal": _form(),
    "reviews:feedback_refusal": _form(data={"reason": "We hardly meet."}),
    "reviews:pass_on": Probe(
        prepare=_prepare,
        own=_when_employed(_own_result),
        in_scope=_result_of_a_report,
        out_of_scope=_result_of_another,
    ),
    "feedback:form": Probe(prepare=_prepare, data=WORDS),
    "feedback:part": Probe(prepare=_prepare, data={**WORDS, "part": "words"}),
    "feedback:arrival": Probe(prepare=_prepare, own=lambda cast, viewer: {"token": TOKEN}, has_no_404=True),
}
