"""Probes of check-ins on all goals, mended words and rhythms."""

from decimal import Decimal

from goals import services
from goals.models import Goal
from goals.services import GuardrailPlan, tokens
from goals.tests import factories
from people.tests.probing import Probe


def prepare(cast):
    cast.goal_cycle = factories.cycle("Checked")
    cast.olgas_secret = factories.goal(cast.olga, cast.goal_cycle, visibility=Goal.Visibility.PRIVATE)
    cast.olgas_token = _token(cast.olga)
    cast.olgas_check_in = factories.check_in(cast.olgas_secret, 5)
    cast.olgas_reading = _reading(cast.olga, cast.goal_cycle)


def _own_goal(cast, viewer):
    return {"pk": factories.goal(viewer.employee, cast.goal_cycle).pk} if viewer.employee else None


def _own_check_in(cast, viewer):
    if viewer.employee is None:
        return None
    return {"pk": factories.check_in(factories.goal(viewer.employee, cast.goal_cycle), 5).pk}


def _hidden_goal(cast, viewer):
    return {"pk": cast.olgas_secret.pk}


def _hidden_check_in(cast, viewer):
    return {"pk": cast.olgas_check_in.pk}


def _reading(owner, cycle):
    """One reading of a guardrail that only the owner sees."""
    rail = GuardrailPlan("Reopened cases", "<=", Decimal(6), "%")
    goal = factories.goal(owner, cycle, visibility=Goal.Visibility.PRIVATE, guardrails=[rail])
    day, now = factories.TODAY, factories.NOON
    rail = goal.guardrails.get()
    return services.read_guardrail(rail, value=Decimal(3), read_on=day, note="", by=owner, at=now).pk


def _own_reading(cast, viewer):
    return {"pk": _reading(viewer.employee, cast.goal_cycle)} if viewer.employee else None


def _hidden_reading(cast, viewer):
    return {"pk": cast.olgas_reading}


def _own_token(cast, viewer):
    return {"pk": _token(viewer.employee)} if viewer.employee else None


def _foreign_token(cast, viewer):
    return {"pk": cast.olgas_token}


def _token(owner):
    return tokens.make_token("Export", by=owner, at=factories.NOON).token.pk


def _cycle(cast, viewer):
    return {"pk": cast.goal_cycle.pk}


PROBES = {
    "goals:check_ins": Probe(prepare=prepare),
    "goals:check_in_correction": Probe(own=_own_check_in, out_of_scope=_hidden_check_in, prepare=prepare),
    "goals:reading_correction": Probe(
        own=_own_reading, out_of_scope=_hidden_reading, data={"value": "three"}, prepare=prepare
    ),
    "goals:rhythm": Probe(own=_own_goal, out_of_scope=_hidden_goal, data={"rhythm": "weekly"}, prepare=prepare),
    "goals:tokens": Probe(data={"name": "Export"}),
    "goals:token_revocation": Probe(own=_own_token, out_of_scope=_foreign_token, prepare=prepare),
    "goals:values": Probe(data={"agreed": "x"}),
    "goals:cycle_rhythm": Probe(in_scope=_cycle, data={"rhythm": "weekly"}, prepare=prepare),
}
