from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from assessments.reviews.tests.factories import give_roles, running_cycle
from assessments.surveys.tests import factories as survey_factories
from core import notify
from core.models import Notification
from development.models import PlanItem
from development.services import catalogue, coaching, enrolments, plan
from development.tests import factories as development
from goals.tests import factories as goal_factories
from people.models import RoleGrant
from people.tests.factories import UserFactory, grant
from people.tree import renumber_line

BUTTON = "btn-primary"


@pytest.fixture
def home(client_of):
    def of(employee):
        return client_of(employee).get("/").content.decode()

    return of


@pytest.fixture
def in_july():
    """The day on which the goals of the factories stand."""
    with time_machine.travel(goal_factories.NOON, tick=False):
        yield


def test_with_nothing_to_do_the_page_says_so(eve, home):
    page = home(eve)

    assert "Nothing waits for you." in page
    assert BUTTON not in page


def test_an_open_survey_waits_with_its_minutes_until_it_is_answered(cast, eve, home):
    campaign = survey_factories.open_campaign(title="July pulse", form=survey_factories.form("employee_pulse"))

    assert "One thing waits for you, about 3 minutes." in home(eve)
    assert f"/surveys/{campaign.pk}/" in home(eve)

    survey_factories.answer(survey_factories.invitation_of(campaign, eve), {"STR1": "4"})

    assert "July pulse" not in home(eve)


def test_what_is_due_first_stands_first_and_has_the_one_primary_button(cast, eve, home, in_july):
    give_roles(cast)
    running_cycle()
    survey_factories.open_campaign(title="July pulse", closes_at=timezone.now() + timedelta(days=3))

    page = home(eve)

    assert page.index("July pulse") < page.index("Self-assessment, Summer 2026")
    assert page.count(BUTTON) == 1


def test_a_review_says_two_days_before_how_soon_it_is_due(cast, eve, home):
    give_roles(cast)
    running_cycle()  # self-assessments by 17 July

    with time_machine.travel(goal_factories.NOON.replace(month=7, day=14), tick=False):
        assert "due Friday 17 July" in home(eve)
    with time_machine.travel(goal_factories.NOON.replace(month=7, day=16), tick=False):
        page = home(eve)
    assert "due tomorrow" in page
    assert 'class="sign risk"' in page


def test_a_goal_without_news_asks_for_a_check_in_and_says_for_how_long(eve, home, in_july):
    goal = goal_factories.goal(eve, goal_factories.cycle(), title="Answer within a day")
    goal_factories.check_in(goal, 10, at=goal_factories.NOON - timedelta(days=50))

    page = home(eve)

    assert "Check in on “Answer within a day”" in page
    assert "Last update 50 days ago" in page


def test_many_check_ins_are_one_row(eve, home, in_july):
    cycle = goal_factories.cycle()
    for number in range(5):
        goal_factories.goal(eve, cycle, title=f"Goal {number}")

    page = home(eve)

    assert "5 of your goals wait for a check-in" in page
    assert "One thing waits for you, about 10 minutes." in page
    assert "2 more of your goals" in page


def test_required_learning_an_offer_and_ones_own_review_day_wait_for_their_owner_alone(cast, eve, max, home):
    now = timezone.now()
    today = timezone.localdate(now)
    facts = {"ground": "safety", "reason": "Plant rooms", "due_on": today, "by": cast.hana.user, "on": today, "at": now}
    safety = development.activity("Electrical safety")
    catalogue.require(safety, cast.helpdesk, **facts)
    proposal = development.proposal(max, eve, "Call clinic")
    development.item(eve, title="Learn billing", review_on=today)
    clinic = development.activity("Call clinic")
    session = development.session(clinic, days=2)
    enrolments.join(clinic, by=eve, session=session, at=now)

    page = home(eve)
    to_do = page[: page.index("News")]
    assert "safety: Plant rooms" in to_do
    assert "Max Berg offers it · take it or leave it" in to_do
    assert "you wanted to look at it again · only you see this" in to_do
    assert "Room 1 · you have a place on" in to_do
    assert "Learn billing" not in home(max)

    enrolments.complete(safety, by=eve, on=today, usefulness=None, at=now)
    coaching.decline(proposal, at=now)
    enrolments.leave(clinic, by=eve, at=now)
    plan.set_state(PlanItem.objects.get(), "done", on=today)
    assert "Nothing waits for you." in home(eve)


def test_the_line_of_sight_leads_from_me_to_the_organisation(cast, eve, home, in_july):
    cycle = goal_factories.cycle()
    top = goal_factories.goal(cast.uma, cycle, level="organisation", title="Customers are pleased", unit=cast.company)
    team = goal_factories.goal(cast.max, cycle, level="team", title="Fewer transfers", parent=top)
    goal_factories.goal(eve, cycle, title="Learn ten questions", parent=team)

    page = home(eve)
    sight = page[page.index("How my work serves the customer") :]

    assert sight.index("Learn ten questions") < sight.index("Fewer transfers") < sight.index("Customers are pleased")


def test_reading_the_news_marks_only_ones_own(eve, ed, client_of):
    notify.tell_all([eve.user_id, ed.user_id], "results:1", "The results are out.", "", timezone.now())

    assert "Mark as read" in client_of(eve).get("/").content.decode()
    answer = client_of(eve).post("/news/reading/", follow=True)

    assert "The results are out." in answer.content.decode()
    assert "Mark as read" not in answer.content.decode()
    assert Notification.objects.get(to=ed.user).read_at is None


def test_reading_the_news_by_htmx_changes_only_the_news(eve, client_of):
    notify.tell(eve.user, "results:1", "The results are out.", "", timezone.now())

    answer = client_of(eve).post("/news/reading/", headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith("<section")


def test_t12_news_are_text_and_never_markup(eve, home):
    notify.tell(eve.user, "x", "<script>alert(1)</script>", "", timezone.now())

    assert "<script>alert(1)" not in home(eve)


def test_an_account_without_an_employee_record_sees_what_is_open_to_it(cast, client):
    user = UserFactory(email="outside@tarn.example")
    RoleGrant.objects.create(user=user, role=RoleGrant.Role.AUDITOR)
    client.force_login(user)

    page = client.get("/").content.decode()

    assert "belongs to nobody in the people list" in page
    assert "Roles and access" in page


def test_somebody_who_has_left_sees_no_home(eve, client_of):
    client = client_of(eve)
    eve.is_active = False
    eve.save(update_fields=["is_active"])

    assert client.get("/").status_code == 403


def test_rights_given_today_count_at_the_next_click(eve, client_of):
    client = client_of(eve)
    assert client.get("/programme/").status_code == 403

    grant(eve, RoleGrant.Role.HR_ADMIN)
    renumber_line()

    assert client.get("/programme/").status_code == 200
