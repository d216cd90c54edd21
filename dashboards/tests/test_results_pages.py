"""One C with its whole story, and what everyone learns of a survey."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from actions.tests import factories as action_factories
from assessments.competencies.models import CompetencyVersion
from assessments.competencies.tests.factories import load_library
from assessments.surveys.services import desired
from assessments.surveys.tests import factories
from core.constructs import Construct
from development.tests import factories as learning_factories
from goals import rollup
from goals.tests import factories as goal_factories
from people.tests.factories import EmployeeFactory


@pytest.fixture
def published(cast):
    """Consequence is the lowest C, strategy the highest."""
    EmployeeFactory.create_batch(8, unit=cast.sales)
    campaign = factories.open_campaign(title="Spring survey")
    given = dict.fromkeys(factories.statement_codes(), "4") | {f"CSQ{n}": "2" for n in range(1, 6)}
    given |= {"CSQ6": "4", "STR6": "1"} | {f"STR{n}": "5" for n in range(1, 6)}
    factories.answer_all(campaign, given)
    return factories.close(campaign)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def summary_url(campaign):
    return reverse("dashboards:summary", args=[campaign.pk])


def test_everyone_reads_three_strengths_and_three_gaps(published, cast, client_of):
    page = text(client_of(cast.eve).get(summary_url(published)))

    strengths, gaps = (
        page.split('id="gaps-heading"')[0].split('id="strengths-heading"')[1],
        page.split("gaps-heading")[2],
    )
    assert "Strategy" in strengths
    assert "Consequence" in gaps.split("</section>")[0]
    assert strengths.count("scorebox") == gaps.split("</section>")[0].count("scorebox") == 3
    assert "No leader has made a commitment yet." in page


def test_the_page_of_a_c_says_what_low_and_high_mean_and_draws_the_waves(published, cast, client_of):
    address = reverse("dashboards:construct", args=["strategy"])
    assert "no two waves that may be compared" not in text(client_of(cast.hana).get(address))
    with time_machine.travel(timezone.now() + timedelta(days=90)):
        again = factories.open_campaign(title="Autumn survey")
        factories.answer_all(again, dict.fromkeys(factories.statement_codes(), "4"))
        factories.close(again)

        page = text(client_of(cast.hana).get(address))
        own = text(client_of(cast.eve).get(address))

    assert "People work hard but cannot say for whom" in page
    chart = page.partition('class="chart time-chart"')[2].partition("</svg>")[0]
    assert chart.count("<circle") == 2
    table = page.partition("Waves, table")[2].partition("</table>")[0]
    assert table.index("Spring survey") < table.index("Autumn survey")
    assert "no two waves that may be compared" in own  # her team is too small


def test_leaders_commitments_and_the_teams_promises_stand_in_the_summary(published, cast, client_of):
    action_factories.promise(cast.uma, cast.company, kind="commitment", title="I spend a day a month on the phones")
    action_factories.promise(cast.max, cast.helpdesk, title="Thank people in the Monday round")

    page = text(client_of(cast.eve).get(summary_url(published)))

    assert "I spend a day a month on the phones" in page
    assert "Thank people in the Monday round" in page
    assert "0 of 1 done" in page


def test_p08_the_summary_of_an_open_survey_does_not_exist(cast, client_of):
    campaign = factories.open_campaign()

    assert client_of(cast.eve).get(summary_url(campaign)).status_code == 404


def test_one_c_shows_score_goals_actions_and_competencies(published, cast, hana, client_of):
    desired.set_desired({Construct.CONSEQUENCE: 80}, by=cast.ada.user)
    cycle = goal_factories.cycle()
    goal_factories.goal(cast.uma, cycle, title="Thank people soon", level="organisation", constructs=["consequence"])
    action_factories.promise(cast.max, cast.helpdesk, title="Monday round of thanks", construct="consequence")

    page = text(client_of(cast.ada).get(reverse("dashboards:construct", args=["consequence"])))

    assert "Employees" in page
    assert "55 above employees" in page  # wanted 80, answered 25
    assert "Thank people soon" in page
    assert "Monday round of thanks" in page
    assert "Good work for customers gets noticed here." in page


def test_one_c_names_what_can_be_learnt_for_it(cast, client_of):
    load_library()
    served = CompetencyVersion.objects.published().filter(constructs__contains=["communication"])[0].competency
    learning_factories.activity("Write as you speak", aims=[(served, 1), (served, 2)])
    learning_factories.activity("Nobody needs it here")

    page = text(client_of(cast.eve).get(reverse("dashboards:construct", args=["communication"])))

    assert page.count("Write as you speak") == 1
    assert "Nobody needs it here" not in page


def test_one_c_before_the_first_survey_says_what_is_missing(cast, client_of):
    page = text(client_of(cast.eve).get(reverse("dashboards:construct", args=["strategy"])))

    assert "No results yet" in page
    assert client_of(cast.eve).get(reverse("dashboards:construct", args=["courage"])).status_code == 404


def test_one_c_shows_its_goals_down_to_the_teams_with_pace_and_the_hour_of_the_numbers(cast, client_of):
    with time_machine.travel(goal_factories.NOON, tick=False):
        cycle = goal_factories.cycle()
        top = goal_factories.goal(cast.uma, cycle, title="Be there", level="organisation", constructs=["commitment"])
        part = goal_factories.goal(
            cast.max, cycle, title="Help at the first call", level="team", parent=top, constructs=["commitment"]
        )
        goal_factories.goal(cast.eve, cycle, title="One of a person", parent=part, constructs=["commitment"])
        goal_factories.check_in(part, 20)
        rollup.rebuild(cycle.pk, on=goal_factories.TODAY, at=goal_factories.NOON)
        page = text(client_of(cast.eve).get(reverse("dashboards:construct", args=["commitment"])))
        other = text(client_of(cast.eve).get(reverse("dashboards:construct", args=["competency"])))

    assert "0 of 1 goal of the organisation on pace; 0 of departments, 1 of teams" in page
    assert "Roll-ups as of today" in page
    assert "20%, expected 50%" in page
    assert "Helpdesk · Max Berg" in page
    assert "One of a person" not in page
    assert "No goal serves this C yet" in other
