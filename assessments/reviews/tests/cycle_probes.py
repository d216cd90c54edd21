"""Objects for the generated access test: the set-up of cycles, the people in them, lists of raters."""

from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.models import Assessment, Rater, ReviewCycle
from assessments.reviews.queries.raters import External
from assessments.reviews.services import participants, raters
from assessments.reviews.tests.factories import give_roles
from people.access import Role
from people.tests.probing import Probe

NAME = "With raters"


def _prepare(cast) -> None:
    """A running cycle with raters: of Eve's list one waits, one external is asked; Ed's waits; Olga is left out."""
    if ReviewCycle.objects.filter(name=NAME).exists():
        return
    give_roles(cast)
    now = timezone.now()
    today = timezone.localdate(now)
    dates = dict.fromkeys(("self_due_on", "manager_due_on", "closes_on", "named_by", "feedback_due_on"), today)
    asks = {"asks_peers": True, "asks_reports": True, "asks_externals": True}
    cycle = services.create_cycle(name=NAME, by=None, **dates, **asks)
    services.launch(cycle, by=None, at=now)
    services.create_cycle(name="In preparation", by=None, **dates)
    for person in (cast.eve, cast.ed, cast.max, cast.uma):
        external = External("Rita Novak", f"rita.{person.pk}@customer.example")
        raters.propose(_of(person), colleagues=[cast.olga], externals=[external], by=person, at=now)
    for person, decider in ((cast.eve, cast.max), (cast.max, cast.uma), (cast.uma, cast.hana)):
        raters.approve(_of(person), [_external(person)], by=decider.user, at=now)
    participants.reassign(_of(cast.sam), manager=cast.max, reason="Uma is away.", by=None, at=now)
    participants.excuse(_of(cast.olga), reason="Away.", by=None, at=now)


def _of(person) -> Assessment:
    return Assessment.objects.select_related("cycle", "employee__user").get(cycle__name=NAME, employee=person)


def _waiting(person) -> Rater:
    return Rater.objects.get(assessment=_of(person), state="proposed")


def _external(person) -> Rater:
    return Rater.objects.get(assessment=_of(person), group="external")


def _own_list(cast, viewer):
    return {"pk": _of(viewer.employee).pk} if viewer.employee else None


def _list_of_a_report(cast, viewer):
    """Uma reads Max's, Max reads Eve's, Petra looks after the helpdesk, Hana reads all; nobody else one of another."""
    found = {cast.uma: cast.max, cast.max: cast.eve, cast.petra: cast.ed, cast.hana: cast.eve}
    person = found.get(viewer.employee)
    return {"pk": _of(person).pk} if person else None


def _list_of_another(cast, viewer):
    """Of a colleague, or two levels down the line."""
    if viewer.has(Role.HR_ADMIN):
        return None
    near = viewer.employee in (cast.eve, cast.max) or viewer.has(Role.HR_PARTNER)
    return {"pk": _of(cast.ada if near else cast.eve).pk}


def _decided_by(row):
    """A row of a list that the viewer decides on: managers of their reports', Hana of Uma, who has no manager."""

    def built(cast, viewer):
        found = {cast.max: cast.eve, cast.uma: cast.max, cast.hana: cast.uma}
        person = found.get(viewer.employee)
        return {"pk": row(person).pk} if person else None

    return built


def _not_decided_by(row):
    def built(cast, viewer):
        if viewer.has(Role.HR_ADMIN):
            return None
        near = viewer.employee in (cast.eve, cast.max) or viewer.has(Role.HR_PARTNER)
        return {"pk": row(cast.uma if near else cast.eve).pk}

    return built


def _own_row(cast, viewer):
    return {"pk": _waiting(viewer.employee).pk} if viewer.employee in (cast.eve, cast.ed) else None


def _person_in_scope(cast, viewer):
    return {"pk": _of(cast.ed).pk}


def _person_by_hand(cast, viewer):
    return {"pk": _of(cast.sam).pk}


def _person_left_out(cast, viewer):
    return {"pk": _of(cast.olga).pk}


def _person_elsewhere(cast, viewer):
    return None if viewer.has(Role.HR_ADMIN) else {"pk": _of(cast.olga).pk}


def _prepared(cast, viewer):
    return {"pk": ReviewCycle.objects.get(name="In preparation").pk}


def _step(name):
    return lambda cast, viewer: {**_prepared(cast, viewer), "step": name}


def _running(cast, viewer):
    return {"pk": ReviewCycle.objects.get(name=NAME).pk}


_WHY = {"reason": "Uma asked for it."}

PROBES = {
    "reviews:cycle_setup": Probe(prepare=_prepare, in_scope=_step("audience"), data={"name": "Prepared anew"}),
    "reviews:cycle_deletion": Probe(prepare=_prepare, in_scope=_prepared),
    "reviews:cycle_dates": Probe(
        prepare=_prepare,
        in_scope=_running,
        data=lambda cast, viewer: {
            **dict.fromkeys(
                ("self_due_on", "named_by", "manager_due_on", "feedback_due_on", "closes_on"),
                timezone.localdate().isoformat(),
            ),
            "go": "look",
        },
    ),
    "reviews:participants": Probe(prepare=_prepare, in_scope=_running, variants=("?only=excused", "?q=eve")),
    "reviews:participant": Probe(prepare=_prepare, in_scope=_person_in_scope, out_of_scope=_person_elsewhere),
    "reviews:reviewer": Probe(
        prepare=_prepare,
        in_scope=_person_in_scope,
        data=lambda cast, viewer: {**_WHY, "manager": cast.sam.user.email},
    ),
    "reviews:line": Probe(prepare=_prepare, in_scope=_person_by_hand, data=_WHY),
    "reviews:leave": Probe(prepare=_prepare, in_scope=_person_in_scope, data=_WHY),
    "reviews:return": Probe(prepare=_prepare, in_scope=_person_left_out, data=_WHY),
    "reviews:my_raters": Probe(prepare=_prepare),
    "reviews:raters": Probe(prepare=_prepare, own=_own_list, in_scope=_list_of_a_report, out_of_scope=_list_of_another),
    "reviews:raters_naming": Probe(
        prepare=_prepare,
        own=lambda cast, viewer: _own_list(cast, viewer) if viewer.employee in (cast.eve, cast.ed) else None,
        out_of_scope=_list_of_another,
        data=lambda cast, viewer: {"colleagues": cast.ada.pk, "go": "send"},
    ),
    "reviews:raters_approval": Probe(
        prepare=_prepare,
        in_scope=lambda cast, viewer: {"pk": _of(cast.eve).pk} if viewer.employee == cast.max else None,
        out_of_scope=_list_of_another,
    ),
    "reviews:rater_approval": Probe(
        prepare=_prepare, in_scope=_decided_by(_waiting), out_of_scope=_not_decided_by(_waiting)
    ),
    "reviews:rater_refusal": Probe(
        prepare=_prepare,
        in_scope=_decided_by(_waiting),
        out_of_scope=_not_decided_by(_waiting),
        data={"words": "You hardly work together."},
    ),
    "reviews:rater_removal": Probe(
        prepare=_prepare, own=_own_row, in_scope=_decided_by(_external), out_of_scope=_not_decided_by(_waiting)
    ),
    "reviews:rater_invitation": Probe(
        prepare=_prepare, in_scope=_decided_by(_external), out_of_scope=_not_decided_by(_external)
    ),
}
