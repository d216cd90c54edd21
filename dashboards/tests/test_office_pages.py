"""The pages of HR and of executives."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from assessments.surveys.tests import factories as survey_factories
from development.tests import factories as learning_factories
from goals.tests import factories as goal_factories
from people.tests.factories import EmployeeFactory
from recognition.models import Tally


@pytest.fixture
def in_july():
    with time_machine.travel(goal_factories.NOON, tick=False):
        yield


@pytest.fixture
def published(cast):
    """Staff and leaders have answered; staff agree less."""
    for _ in range(8):
        EmployeeFactory(unit=cast.sales)
    campaign = survey_factories.open_campaign(title="Spring survey")
    given = dict.fromkeys(survey_factories.statement_codes(), "4") | {f"CSQ{n}": "2" for n in range(1, 7)}
    survey_factories.answer_all(campaign, given)
    return survey_factories.close(campaign)


def _text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_only_hr_sees_the_programme_and_only_executives_the_overview(cast, client_of):
    statuses = {
        person.name: (client_of(person).get("/programme/").status_code, client_of(person).get("/overview/").status_code)
        for person in (cast.hana, cast.petra, cast.ada, cast.max, cast.eve, cast.ingrid)
    }

    assert statuses == {
        "Hana Vale": (200, 403),
        "Petra Holm": (200, 403),
        "Ada Crane": (403, 200),
        "Max Berg": (403, 403),
        "Eve Lind": (403, 403),
        "Ingrid Ash": (403, 403),
    }


def test_an_empty_house_is_told_what_is_missing(cast, hana, client_of):
    page = _text(client_of(hana), "/programme/")

    assert "Nothing is agreed yet: call a round." in page
    assert "The leaders have not been asked yet" in page
    assert "No competency has been published." in page
    assert "The organisation has no goal yet." in page
    assert "No survey and no review cycle is open." in page
    assert "Nothing is on offer." in page
    assert "Too little praise in a whole quarter to say what is noticed here." in page


@pytest.mark.parametrize("address", ["/programme/", "/overview/"])
def test_no_link_is_dead(cast, published, client_of, address, in_july):
    goal_factories.goal(cast.uma, goal_factories.cycle(), level="organisation", unit=cast.company)
    client = client_of(cast.hana if address == "/programme/" else cast.ada)
    links = set(re.findall(r'href="(/[^"#]*)"', _text(client, address)))

    assert {link: client.get(link).status_code for link in links if client.get(link).status_code != 200} == {}


def test_steps_show_live_evidence(cast, hana, client_of, in_july):
    cycle = goal_factories.cycle()
    top = goal_factories.goal(cast.uma, cycle, level="organisation", unit=cast.company)
    goal_factories.check_in(top, 40)
    goal_factories.goal(cast.eve, cycle)

    page = _text(client_of(hana), "/programme/")

    assert "1 goal, 1 with a measure, 1 linked to the seven Cs" in page


def test_learning_and_praise_are_steps_with_evidence_of_their_own(cast, hana, client_of):
    learning_factories.activity()
    Tally.objects.create(
        from_on=date(2026, 4, 1),
        until_on=date(2026, 7, 1),
        people=10,
        shares=[{"constructs": ["commitment", "strategy"], "percent": 100}],
        figures=dict.fromkeys(Tally.FIGURES) | {"a_month_per_ten": 1.5},
        counted_at=datetime(2026, 7, 1, tzinfo=UTC),
    )

    page = _text(client_of(hana), "/programme/")

    assert "1 activity on offer." in page
    assert "1.5 thanks per 10 people in a month, 1 April to 30 June." in page
    assert "Named by no praise: Characteristics, Leaders, Communication, Competency and Consequence." in page


def test_p8_an_open_survey_shows_participation_only(cast, hana, client_of):
    campaign = survey_factories.open_campaign(title="July pulse", form=survey_factories.form("employee_pulse"))
    survey_factories.answer_all(campaign, {"STR1": "4"})

    page = _text(client_of(hana), "/programme/")

    assert "10 of 10, 100%" in page
    assert "Look here first" not in page


def test_t46_few_answers_are_not_counted_out(cast, hana, client_of):
    campaign = survey_factories.open_campaign(title="July pulse", form=survey_factories.form("employee_pulse"))
    survey_factories.answer(survey_factories.invitation_of(campaign, cast.eve), {"STR1": "4"})

    assert "too few of 10 to show how many answered" in _text(client_of(hana), "/programme/")


def test_the_overview_names_the_lowest_c_and_prints_every_number_of_the_wheel(published, ada, client_of):
    page = _text(client_of(ada), "/overview/")

    assert "Consequence is the lowest of the seven." in page
    label = re.search(r'aria-label="Profile of the seven Cs as employees see them: ([^"]*)"', page)
    numbers = re.findall(r"\d+", label.group(1))
    table = page[page.index("The same in numbers") :]
    assert len(numbers) == 7
    assert re.findall(r"<b>(\d+)</b> \w", table) == numbers


def test_a_pulse_that_came_later_does_not_hide_the_survey(published, ada, client_of):
    pulse = survey_factories.open_campaign(title="July pulse", form=survey_factories.form("employee_pulse"))
    survey_factories.answer_all(pulse, {"STR1": "4"})
    survey_factories.close(pulse)

    assert "Consequence is the lowest of the seven." in _text(client_of(ada), "/overview/")


def test_without_results_and_goals_the_overview_says_so(cast, ada, client_of):
    page = _text(client_of(ada), "/overview/")

    assert "No survey has been published yet. No organisation goal has been set." in page


def test_a_gap_shows_the_goals_that_serve_its_c(cast, published, ada, client_of, in_july):
    goal_factories.goal(
        cast.uma,
        goal_factories.cycle(),
        level="organisation",
        unit=cast.company,
        title="Good service is noticed",
        constructs=["consequence"],
    )

    page = _text(client_of(ada), "/overview/")
    gaps = page[page.index("Three gaps that matter most") : page.index("The same in numbers")]

    assert "Good service is noticed" in gaps
    assert gaps.count("No organisation goal serves this C yet.") == 2
