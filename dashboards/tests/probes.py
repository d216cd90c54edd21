"""What the access test needs to know about the routes of the dashboards. people/tests/probing.py says how a probe is read."""

from assessments.surveys.tests import factories as survey_factories
from goals.tests import factories
from people.tests.probing import Probe


def _prepare(cast):
    cast.goal_cycle = factories.cycle("Probed")
    factories.goal(cast.eve, cast.goal_cycle)


def _results(cast):
    cast.survey = survey_factories.open_campaign(title="Spring survey")
    given = dict.fromkeys(survey_factories.statement_codes(), "4")
    survey_factories.answer_all(cast.survey, given)
    survey_factories.close(cast.survey)
    cast.unpublished = survey_factories.open_campaign(title="Still open")


FILTERS = ("?line=all", "?show=behind&line=all", "?show=nonsense&page=x&cycle=y&unit=z")

PROBES = {
    "dashboards:construct": Probe(
        in_scope=lambda cast, viewer: {"key": "strategy"},
        missing={"key": "courage"},
        out_of_scope=lambda cast, viewer: {"key": "outcome"},
        prepare=_results,
    ),
    "dashboards:summary": Probe(
        in_scope=lambda cast, viewer: {"campaign": cast.survey.pk},
        out_of_scope=lambda cast, viewer: {"campaign": cast.unpublished.pk},
        prepare=_results,
    ),
    "dashboards:team": Probe(variants=FILTERS, prepare=_prepare),
    "dashboards:team_sum": Probe(variants=("?unit=z&cycle=y",), prepare=_prepare),
    "dashboards:team_goals": Probe(variants=(*FILTERS, "?show=unlinked&page=2"), prepare=_prepare),
    "dashboards:team_export": Probe(data={"format": "xlsx"}, prepare=_prepare),
    "dashboards:team_ask": Probe(variants=("?goals=1&goals=x",), data={"goals": "1", "note": ""}, prepare=_prepare),
}
