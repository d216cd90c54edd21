from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from actions.tests import factories as action_factories
from assessments.reviews.tests.factories import give_roles, running_cycle
from assessments.surveys.models import Invitation
from assessments.surveys.tests import factories as survey_factories
from goals import rollup
from goals.models import Goal
from goals.tests import factories as goal_factories
from people import tree
from people.tests.factories import EmployeeFactory


@pytest.fixture
def page_of_manager(client_of):
    def of(manager, query=""):
        answer = client_of(manager).get(f"/team/{query}")
        assert answer.status_code == 200
        return answer.content.decode()

    return of


@pytest.fixture
def in_july():
    with time_machine.travel(goal_factories.NOON, tick=False):
        yield


@pytest.fixture
def cycle(cast, in_july):
    return goal_factories.cycle()


def test_only_managers_have_a_team_home(eve, hana, client_of):
    assert client_of(eve).get("/team/").status_code == 403
    assert client_of(hana).get("/team/").status_code == 403


def test_the_managers_own_team_goal_that_is_behind_stands_first(cast, cycle, page_of_manager):
    goal_factories.goal(cast.max, cycle, level="team", title="Fewer transfers", starts_on=goal_factories.START)
    slow = goal_factories.goal(cast.eve, cycle, title="Learn ten questions")
    goal_factories.check_in(slow, 1)

    page = page_of_manager(cast.max)

    assert page.index("Team goal, yours · 50 points behind the expected pace") < page.index(
        "Eve Lind: Learn ten questions"
    )


def test_a_goal_of_the_team_stands_with_its_progress_and_status(cast, cycle, page_of_manager, client_of):
    made = goal_factories.goal(
        cast.max, cycle, level="team", title="Fewer transfers", starts_on=goal_factories.START, constructs=["strategy"]
    )
    goal_factories.check_in(made, 30)

    on_home = page_of_manager(cast.max)
    of_the_c = client_of(cast.max).get(reverse("dashboards:construct", args=["strategy"])).content.decode()

    for page, heading in ((on_home, 'id="team-goals"'), (of_the_c, 'id="goals-heading"')):
        table = page[page.index(heading) :].split("</section>")[0]
        for words in ("Fewer transfers", "30%, expected 50%", "At risk"):
            assert words in table


def test_who_has_no_goal_is_proposed_one_from_the_table(cast, cycle, client_of):
    client, address = client_of(cast.max), reverse("dashboards:team_goals")
    page = client.get(address).content.decode()

    assert f"{reverse('goals:cascade')}?to=p{cast.eve.pk}" in page
    assert "2 people with what they work on." in page
    assert "2 people have no goal that leads up" in client.get(address, {"show": "unlinked"}).content.decode()


def test_counts_carry_their_denominator(cast, cycle, page_of_manager):
    goal_factories.check_in(goal_factories.goal(cast.eve, cycle), 60)
    goal_factories.check_in(goal_factories.goal(cast.ed, cycle), 5)

    page = page_of_manager(cast.max)

    assert "<b>1 <small>of 2</small></b>" in page
    assert "1 behind" in page
    assert "2 without a linked goal" in page


def test_the_whole_tree_counts_people_further_down(cast, cycle, page_of_manager):
    goal_factories.check_in(goal_factories.goal(cast.eve, cycle, title="Learn ten questions"), 1)

    rollup.rebuild(cycle.pk, on=goal_factories.TODAY, at=goal_factories.NOON)

    direct, whole = page_of_manager(cast.uma), page_of_manager(cast.uma, "?line=all")

    assert "Learn ten questions" not in direct
    assert "Eve Lind: Learn ten questions" in whole
    assert "10 people in Tarn Ltd with all its parts" in whole


def test_a_manager_of_one_level_is_offered_no_tree(cast, page_of_manager):
    assert "Whole tree" not in page_of_manager(cast.max)


def test_a_private_goal_is_on_no_managers_page(cast, cycle, page_of_manager):
    goal_factories.goal(cast.eve, cycle, title="Mine alone", visibility=Goal.Visibility.PRIVATE)

    assert "Mine alone" not in page_of_manager(cast.max)
    assert "Mine alone" not in page_of_manager(cast.uma, "?line=all")


def test_people_of_another_line_are_not_on_the_page(cast, cycle, page_of_manager):
    goal_factories.goal(cast.olga, cycle, title="Sell more", visibility=Goal.Visibility.LINE)

    assert "Sell more" not in page_of_manager(cast.max)


def test_p5_t46_participation_of_a_small_team_is_not_said(cast, page_of_manager):
    """Helpdesk has two members besides Max: fewer than five invited."""
    survey_factories.open_campaign(title="July pulse", form=survey_factories.form("employee_pulse"))

    page = page_of_manager(cast.max)

    assert "fewer than 5 invited, open until" in page
    assert "not shown: " not in page  # said once


def test_a_survey_of_customers_says_nothing_of_a_team(cast, page_of_manager):
    survey_factories.customer_campaign()

    assert "results of the last one are below" in page_of_manager(cast.max)


def test_p5_participation_of_a_larger_team_is_a_count(cast, page_of_manager):
    for _ in range(9):
        EmployeeFactory(unit=cast.helpdesk, manager=cast.max)
    tree.renumber_line()
    campaign = survey_factories.open_campaign(title="July pulse", form=survey_factories.form("employee_pulse"))
    Invitation.objects.filter(campaign=campaign).update(answered=True)

    assert "of 11 answered" in page_of_manager(cast.max)


def test_t48_nobody_who_has_not_answered_is_named(cast, page_of_manager):
    for _ in range(9):
        EmployeeFactory(unit=cast.helpdesk, manager=cast.max)
    tree.renumber_line()
    survey_factories.open_campaign(title="July pulse", form=survey_factories.form("employee_pulse"))

    page = page_of_manager(cast.max)

    assert "Eve Lind" not in page
    assert "Person Number" not in page


def test_t45_a_hidden_team_sees_the_words_and_its_nearest_shown_ancestor(cast, page_of_manager):
    for _ in range(8):
        EmployeeFactory(unit=cast.sales)
    campaign = survey_factories.open_campaign(title="Spring survey")
    survey_factories.answer_all(campaign, dict.fromkeys(survey_factories.statement_codes(), "4"))
    survey_factories.close(campaign)

    page = page_of_manager(cast.max)

    assert "Not shown: fewer than 5 answers." in page
    assert "The numbers below are those of Tarn Ltd" in page


def test_reviews_wait_with_their_date_and_late_ones_come_first(cast, cycle, page_of_manager):
    give_roles(cast)
    running_cycle()
    goal_factories.check_in(goal_factories.goal(cast.eve, cycle, title="Learn ten questions"), 1)

    page = page_of_manager(cast.max)
    assert page.index("Learn ten questions") < page.index("Review your team, Summer 2026")
    assert "Due Friday 31 July" in page

    with time_machine.travel(goal_factories.NOON + timedelta(days=35), tick=False):
        late = page_of_manager(cast.max)
    assert late.index("Was due Friday 31 July") < late.index("Learn ten questions")


def test_t52_a_draft_of_an_employee_moves_no_count(cast, page_of_manager, in_july):
    """Only what was shared is counted; what was begun is nobody's business."""
    give_roles(cast)
    running_cycle()

    assert "<b>0 <small>of 2 shared</small></b>" in page_of_manager(cast.max)


def test_however_many_goals_are_behind_the_first_of_every_other_kind_keeps_a_place(cast, cycle, page_of_manager):
    for number in range(15):
        goal_factories.check_in(goal_factories.goal(cast.eve, cycle, title=f"Slow goal {number}"), 1)
    action_factories.promise(
        cast.max, cast.helpdesk, title="Monday round of thanks", due_on=action_factories.in_days(5)
    )
    action_factories.promise(
        cast.max, cast.helpdesk, title="Tell what became of it", due_on=action_factories.in_days(6)
    )
    action_factories.obstacle(cast.eve, title="Refunds need two signatures")
    give_roles(cast)
    running_cycle()

    page = page_of_manager(cast.max)

    assert "Monday round of thanks" in page
    assert "Review your team, Summer 2026" in page
    assert "2 of 2 people have no linked goal" in page
    shown = page.count('class="what">Eve Lind: Slow goal')
    assert shown >= 3
    assert page.index("Slow goal") < page.index("Monday round of thanks") < page.index("no linked goal")
    assert f"{15 - shown} more goals" in page
    assert "Tell what became of it" not in page
    assert f'<a href="{reverse("actions:board")}">1 more action</a>' in page


def test_actions_due_are_a_tile_with_what_is_late(cast, cycle, page_of_manager):
    assert "promises to the team and obstacles to clear" in page_of_manager(cast.max)

    action_factories.overdue(cast.max, cast.helpdesk, title="One handover note")
    action_factories.promise(cast.max, cast.helpdesk, title="Monday round", due_on=action_factories.in_days(3))
    action_factories.promise(cast.max, cast.helpdesk, title="In autumn", due_on=action_factories.in_days(60))

    page = page_of_manager(cast.max)
    assert "<b>2 <small>within a week</small></b>" in page
    assert "<small>1 overdue</small>" in page
