"""Objects of the pages that read many people and of support cases, for the generated access test."""

from django.utils import timezone

from assessments.reviews.models import LevelSummary, ReviewCycle, SupportCase, UnitSummary
from assessments.reviews.services import support
from assessments.reviews.tests.factories import assessment_of
from people.access import Role
from people.models import Unit
from people.tests.probing import Probe


def prepare_summary(cast) -> None:
    """A summary of the running cycle with a row for each unit; what it holds does not matter for access."""
    if LevelSummary.objects.exists():
        return
    cycle = ReviewCycle.objects.get(state="open")
    summary = LevelSummary.objects.create(cycle=cycle, made_on=timezone.localdate(), people=10)
    UnitSummary.objects.bulk_create(
        UnitSummary(
            summary=summary,
            unit=unit,
            name=unit.name,
            place=unit.position,
            last_place=unit.last_position,
            depth=unit.depth,
        )
        for unit in Unit.objects.order_by("position")
    )


def prepare_case(cast) -> None:
    if SupportCase.objects.exists():
        return
    now = timezone.now()
    cast.case = support.open_case(cast.eve, reason="She asked.", days=3, by=cast.hana.user, at=now)
    ended = support.open_case(cast.max, reason="He asked.", days=3, by=cast.hana.user, at=now)
    cast.ended_case = support.close_case(ended, by=cast.hana.user, at=now)


def _unit(key):
    return {"pk": UnitSummary.objects.get(unit__key=key).pk}


def _readable_unit(cast, viewer):
    """HR and executives everywhere, the partner of the helpdesk there, heads in their own unit."""
    if viewer.employee in (cast.hana, cast.ada, cast.uma):
        return _unit("company")
    own = {cast.max: "helpdesk", cast.petra: "helpdesk", cast.sam: "sales"}.get(viewer.employee)
    return _unit(own) if own else None


def _other_unit(cast, viewer):
    reads_all = viewer.has(Role.HR_ADMIN, Role.EXECUTIVE) or viewer.employee == cast.uma
    return None if reads_all else _unit("office")


def _as_file(unit):
    def built(cast, viewer):
        found = unit(cast, viewer)
        return found and {**found, "kind": "xlsx"}

    return built


def _own_case(cast, viewer):
    return {"pk": cast.case.pk} if viewer.employee == cast.hana else None


def _case_of_another(cast, viewer):
    """Cases of one administrator are not another's; the cast's machine role has none."""
    return None if viewer.employee == cast.hana else {"pk": cast.case.pk}


def _case_result(cast, viewer):
    found = _own_case(cast, viewer)
    return found and {**found, "assessment": assessment_of(cast.eve).pk}


def _mismatched_result(cast, viewer):
    """Somebody else's assessment under one's own case (T03)."""
    return {"pk": cast.case.pk, "assessment": assessment_of(cast.max).pk}


def _own_result(cast, viewer):
    return {"pk": assessment_of(viewer.employee).pk} if viewer.employee else None


def _result_of_a_report(cast, viewer):
    return {"pk": assessment_of(cast.eve).pk} if viewer.employee == cast.max else None


def _result_of_another(cast, viewer):
    return {"pk": assessment_of(cast.olga if viewer.employee in (cast.eve, cast.max) else cast.eve).pk}


def probes(prepare) -> dict[str, Probe]:
    """`prepare` makes the cycle in which Eve and Max have agreed levels."""

    def with_summary(cast) -> None:
        prepare(cast)
        prepare_summary(cast)

    def with_case(cast) -> None:
        prepare(cast)
        prepare_case(cast)

    return {
        "reviews:matrix": Probe(prepare=prepare),
        "reviews:matrix_export": Probe(prepare=prepare, data={"format": "csv"}),
        "reviews:calibration": Probe(prepare=prepare),
        "reviews:level_change": Probe(
            prepare=prepare, own=_own_result, in_scope=_result_of_a_report, out_of_scope=_result_of_another
        ),
        "reviews:levels": Probe(prepare=with_summary),
        "reviews:unit_levels": Probe(prepare=with_summary, in_scope=_readable_unit, out_of_scope=_other_unit),
        "reviews:levels_export": Probe(
            prepare=with_summary,
            in_scope=_as_file(_readable_unit),
            out_of_scope=_as_file(_other_unit),
            missing={"pk": 2_000_000_000, "kind": "xlsx"},
        ),
        "reviews:cases": Probe(prepare=with_case),
        "reviews:case_new": Probe(
            prepare=with_case,
            data=lambda cast, viewer: {"subject": cast.ed.number, "reason": "He asked.", "days": "3"},
        ),
        "reviews:case": Probe(prepare=with_case, own=_own_case, out_of_scope=_case_of_another),
        "reviews:case_result": Probe(prepare=with_case, own=_case_result, out_of_scope=_mismatched_result),
        "reviews:case_close": Probe(prepare=with_case, own=_own_case, out_of_scope=_case_of_another),
    }
