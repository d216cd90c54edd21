"""Probes of what worked: HR marks practices in the units in its care. Petra looks after the helpdesk, not after sales."""

from datetime import timedelta

from django.utils import timezone

from actions.models import Practice
from actions.tests import factories
from goals import services as goal_services
from goals.tests import factories as goals
from people.access import Role
from people.tests.probing import Probe

WORDS = {"words": "Thank within a day."}


def _marked(action):
    return Practice.objects.create(action=action, words="Copy this.", marked_on=timezone.localdate())


def _prepare(cast):
    """An action and a goal each of the helpdesk and of sales, one action each held up."""
    today = timezone.localdate()
    cycle = goal_services.open_cycle(name="Now", starts_on=today, ends_on=today + timedelta(days=90), by=None)
    cycle = goal_services.activate_cycle(cycle, by=None)
    dates = {"starts_on": today, "due_on": today + timedelta(days=60), "level": "team"}
    cast.near_action, cast.far_action = factories.promise(cast.max), factories.promise(cast.sam)
    cast.near_goal = goals.goal(cast.max, cycle, unit=cast.helpdesk, **dates)
    cast.far_goal = goals.goal(cast.sam, cycle, unit=cast.sales, **dates)
    cast.near_practice, cast.far_practice = (_marked(one) for one in (cast.near_action, cast.far_action))


def _near(name):
    return lambda cast, viewer: {"pk": getattr(cast, f"near_{name}").pk}


def _far(name):
    return lambda cast, viewer: None if viewer.has(Role.HR_ADMIN) else {"pk": getattr(cast, f"far_{name}").pk}


def _probe(name, **more):
    return Probe(in_scope=_near(name), out_of_scope=_far(name), prepare=_prepare, **more)


INSIGHT_PROBES = {
    "actions:insights": Probe(
        prepare=_prepare, variants=("?construct=consequence&unit=²", "?verdict=better&practices=on", "?page=99&kind=x")
    ),
    "actions:insights_csv": Probe(prepare=_prepare, variants=("?construct=consequence",)),
    "actions:practice_of_action": _probe("action", data=WORDS),
    "actions:practice_of_goal": _probe("goal", data=WORDS),
    "actions:practice_removal": _probe("practice"),
}
