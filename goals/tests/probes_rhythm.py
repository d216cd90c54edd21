"""Probes of check-ins on all goals, mended words and rhythms."""

from goals.models import Goal
from goals.tests import factories
from people.tests.probing import Probe


def prepare(cast):
    cast.goal_cycle = factories.cycle("Checked")
    cast.olgas_secret = factories.goal(cast.olga, cast.goal_cycle, visibility=Goal.Visibility.PRIVATE)
    cast.olgas_check_in = factories.check_in(cast.olgas_secret, 5)


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


def _cycle(cast, viewer):
    return {"pk": cast.goal_cycle.pk}


PROBES = {
    "goals:check_ins": Probe(prepare=prepare),
    "goals:check_in_words": Probe(own=_own_check_in, out_of_scope=_hidden_check_in, prepare=prepare),
    "goals:rhythm": Probe(own=_own_goal, out_of_scope=_hidden_goal, data={"rhythm": "weekly"}, prepare=prepare),
    "goals:cycle_rhythm": Probe(in_scope=_cycle, data={"rhythm": "weekly"}, prepare=prepare),
}
