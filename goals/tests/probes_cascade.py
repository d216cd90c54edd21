"""Probes of cascading and of goal drafts: a draft is there for two people, for everybody else it looks like a missing one."""

from uuid import uuid4

from goals.models import Goal
from goals.services import cascade
from goals.tests import factories
from people.tests.probing import Probe


def prepare(cast):
    """An active cycle, an organisation goal, a department goal of Max, and a draft between Sam and Olga."""
    cast.goal_cycle = factories.cycle("Cascaded")
    cast.top_goal = factories.goal(cast.uma, cast.goal_cycle, level="organisation", unit=cast.company)
    cast.department_goal = factories.goal(cast.max, cast.goal_cycle, level="department", parent=cast.top_goal)
    cast.foreign_draft = _send(cast, cast.sam, cast.olga)
    cast.olgas_secret = factories.goal(cast.olga, cast.goal_cycle, visibility=Goal.Visibility.PRIVATE)


def _send(cast, by, to):
    plan = factories.plan(to, cast.goal_cycle, parent=cast.top_goal)
    [draft] = cascade.send_drafts(
        cast.top_goal, [cascade.DraftPlan(uuid4(), plan)], message="", by=by, at=factories.NOON
    )
    return draft


def _received(cast, viewer):
    return {"pk": _send(cast, cast.uma, viewer.employee).pk} if viewer.employee else None


def _sent(cast, viewer):
    return {"pk": _send(cast, viewer.employee, cast.olga).pk} if viewer.employee else None


def _foreign(cast, viewer):
    return {"pk": cast.foreign_draft.pk}


def _own_goal(cast, viewer):
    return {"pk": factories.goal(viewer.employee, cast.goal_cycle).pk} if viewer.employee else None


def _cascadable(cast, viewer):
    """Whoever leads people or units, or sets goals for all units, cascades the organisation's goal."""
    leads = viewer.employee and viewer.employee in (cast.max, cast.ada, cast.hana)
    return {"pk": cast.top_goal.pk} if leads else None


def _hidden(cast, viewer):
    return {"pk": cast.olgas_secret.pk}


ANSWER = {
    "title": "Answer within a day",
    "customer_benefit": "Customers wait less.",
    "starts_on": "2026-01-01",
    "due_on": "2026-12-31",
    "baseline": "0",
    "target": "100",
    "visibility": "2",
}

PROBES = {
    "goals:cascade": Probe(prepare=prepare),
    "goals:sight": Probe(prepare=prepare),
    "goals:alignment": Probe(
        variants=("?show=people", "?show=unsupported&page=9", "?show=coverage", "?show=x"), prepare=prepare
    ),
    "goals:cascade_choose": Probe(in_scope=_cascadable, out_of_scope=_hidden, prepare=prepare),
    "goals:cascade_drafts": Probe(
        in_scope=_cascadable, out_of_scope=_hidden, variants=("?how=equal&to=x", "?how=x"), prepare=prepare
    ),
    "goals:align": Probe(own=_own_goal, out_of_scope=_hidden, data={"weight": "1"}, prepare=prepare),
    "goals:drafts": Probe(prepare=prepare),
    "goals:draft": Probe(own=_received, in_scope=_sent, out_of_scope=_foreign, prepare=prepare),
    "goals:draft_acceptance": Probe(own=_received, out_of_scope=_foreign, data=ANSWER, prepare=prepare),
    "goals:draft_refusal": Probe(own=_received, out_of_scope=_foreign, data={"reason": "Not now"}, prepare=prepare),
    "goals:draft_withdrawal": Probe(in_scope=_sent, out_of_scope=_foreign, prepare=prepare),
}
