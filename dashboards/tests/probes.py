"""What the access test needs to know about the routes of the dashboards. people/tests/probing.py says how a probe is read."""

from goals.tests import factories
from people.tests.probing import Probe


def _prepare(cast):
    cast.goal_cycle = factories.cycle("Probed")
    factories.goal(cast.eve, cast.goal_cycle)


FILTERS = ("?line=all", "?show=behind&line=all", "?show=nonsense&page=x&cycle=y&unit=z")

PROBES = {
    "dashboards:team": Probe(variants=FILTERS, prepare=_prepare),
    "dashboards:team_goals": Probe(variants=(*FILTERS, "?show=unlinked&page=2"), prepare=_prepare),
    "dashboards:team_export": Probe(data={"format": "xlsx"}, prepare=_prepare),
    "dashboards:team_ask": Probe(variants=("?goals=1&goals=x",), data={"goals": "1", "note": ""}, prepare=_prepare),
}
