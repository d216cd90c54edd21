"""Reminders by rhythm, and news of a status that has worsened: once, never at weekends, never to anybody else."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import mail_kinds
from core.models import Mail, Notification
from goals import rollup, services
from goals.models import CheckInReminder, Goal, StatusBook
from goals.services import reminders, rewording, worsening
from goals.tests.factories import TODAY, check_in, goal
from people import tree
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
SATURDAY = date(2026, 7, 4)


@pytest.fixture
def crowd(cast):
    """Twelve more people below Max."""
    people = [EmployeeFactory.create(unit=cast.helpdesk, manager=cast.max) for _ in range(12)]
    tree.renumber_line()
    return people


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), LONDON)


def remind(on: date = TODAY) -> int:
    return reminders.remind_owners(on=on, at=noon(on))


def mails(kind: str = "goals_waiting") -> list[Mail]:
    return list(Mail.objects.filter(kind=kind).order_by("pk"))


def test_one_mail_names_all_due_goals_of_a_person_and_no_fresh_one(cycle, eve):
    for title, days in (("Old", 40), ("Fresh", 5), ("Older", 60)):
        check_in(goal(eve, cycle, title=title), 5, measured_on=TODAY - timedelta(days))
    goal(eve, cycle, title="Never")

    assert remind() == 1
    [mail] = mails()
    assert mail.user == eve.user
    assert [line.split(":")[0] for line in mail.context["goals"]] == ["Old", "Older", "Never"]


def test_a_goal_is_named_again_only_after_another_period(cycle, eve):
    mine = goal(eve, cycle)
    rewording.set_rhythm(mine, "weekly", by=eve.user)

    days = [TODAY + timedelta(days) for days in range(12)]
    reminded = [day for day in days if remind(day)]

    assert reminded == [TODAY, TODAY + timedelta(7)]
    assert remind(reminded[-1]) == 0
    assert len(mails()) == 2


def test_a_monthly_goal_is_not_named_every_week_beside_a_weekly_one(cycle, eve):
    rewording.set_rhythm(goal(eve, cycle, title="Weekly"), "weekly", by=eve.user)
    rewording.set_rhythm(goal(eve, cycle, title="Monthly"), "monthly", by=eve.user)
    for weeks in range(6):
        remind(TODAY + timedelta(7 * weeks))

    named = [[line.split(":")[0] for line in mail.context["goals"]] for mail in mails()]
    assert [len(titles) for titles in named].count(2) == 2
    assert all("Weekly" in titles for titles in named)
    assert len(named) == 6


def test_a_mail_names_twenty_goals_and_counts_the_others(cycle, eve):
    for number in range(23):
        goal(eve, cycle, title=f"Goal {number}")
    remind()

    [mail] = mails()
    assert (len(mail.context["goals"]), mail.context["more"]) == (20, 3)
    assert CheckInReminder.objects.count() == 23
    assert "23 of your goals wait" in mail_kinds.write("goals_waiting", mail.context).text
    assert remind() == 0


def test_t62_many_owners_are_reminded_with_as_many_statements_as_one(cycle, eve, crowd):
    goal(eve, cycle)
    with CaptureQueriesContext(connection) as one:
        remind()
    for person in crowd:
        for number in range(3):
            goal(person, cycle, title=f"Goal {number}")
    with CaptureQueriesContext(connection) as many:
        assert remind() == len(crowd)

    assert len(many) == len(one)
    assert len(mails()) == len(crowd) + 1


def test_many_batches_reach_everybody_once(cycle, crowd, monkeypatch):
    monkeypatch.setattr(reminders, "BATCH", 5)
    for person in crowd:
        goal(person, cycle)

    assert remind() == len(crowd)
    assert {mail.user_id for mail in mails()} == {person.user_id for person in crowd}


def test_f12_two_clocks_at_once_send_one_mail(cycle, eve):
    goal(eve, cycle)
    reminders.remind([eve.pk], on=TODAY, at=noon(TODAY))
    reminders.remind([eve.pk], on=TODAY, at=noon(TODAY))

    assert len(mails()) == 1


def test_nobody_is_reminded_at_weekends_and_monday_catches_up(cycle, eve):
    mine = goal(eve, cycle)
    check_in(mine, 5, measured_on=SATURDAY - timedelta(30), at=noon(SATURDAY))

    assert remind(SATURDAY - timedelta(1)) == 0  # not due yet
    assert remind(SATURDAY) == 0
    assert remind(SATURDAY + timedelta(1)) == 0
    assert remind(SATURDAY + timedelta(2)) == 1


def test_goals_that_need_no_check_in_are_left_in_peace(cycle, eve, ed):
    check_in(goal(eve, cycle, title="Reached"), 100, measured_on=TODAY - timedelta(60))
    goal(eve, cycle, title="Later", starts_on=TODAY + timedelta(3))
    goal(eve, cycle, title="Over", due_on=TODAY - timedelta(3))
    goal(eve, cycle, title="No measure", metric_type="none")
    services.cancel_goal(goal(eve, cycle, title="Withdrawn"), because="Merged", by=eve.user)
    goal(ed, cycle, title="Left")
    ed.is_active = False
    ed.save(update_fields=["is_active"])

    assert remind() == 0


def test_a_private_goal_is_not_named_in_a_mail(cycle, eve):
    goal(eve, cycle, title="Zebra", visibility=Goal.Visibility.PRIVATE)
    remind()

    assert "Zebra" not in str(mails()[0].context)


# --- a status that has worsened -----------------------------------------------------------------------------------------


def look(cycle, on: date = TODAY, *, hour: int = 12) -> int:
    rollup.rebuild(cycle.pk, on=on, at=datetime.combine(on, time(hour), LONDON))
    return worsening.tell_worsened(cycle.pk, on=on, at=datetime.combine(on, time(hour, 1), LONDON))


@pytest.fixture
def well(cycle, eve):
    """Eve's goal, half done half way through the year, and a first look at it."""
    mine = goal(eve, cycle, title="Zebra", visibility=Goal.Visibility.LINE)
    check_in(mine, 50)
    assert look(cycle) == 0  # the first look takes notes
    return mine


def test_the_owner_and_the_manager_are_told_once_and_nobody_else(well, cycle, eve, max):
    check_in(well, 10)

    assert look(cycle, hour=13) == 1
    assert look(cycle, hour=14) == 0

    told = Notification.objects.filter(key__startswith="goal-worsened")
    assert {note.to_id: note.text for note in told} == {
        eve.user.pk: "Your goal “Zebra” is off track now: 10%, expected 50%.",
        max.user.pk: "Eve Lind's goal “Zebra” is off track now: 10%, expected 50%.",
    }
    assert {mail.user_id for mail in mails("goal_worsened")} == {eve.user.pk, max.user.pk}


def test_a_status_that_flaps_within_a_day_is_told_once(well, cycle):
    for hour, value in enumerate((10, 50, 10, 50, 10), start=13):
        check_in(well, value)
        look(cycle, hour=hour)

    assert Notification.objects.filter(key__startswith="goal-worsened").count() == 2
    assert len(mails("goal_worsened")) == 2


def test_what_improves_is_not_told_and_what_worsens_by_the_calendar_is(well, cycle):
    check_in(well, 60)
    assert look(cycle, hour=13) == 0
    assert look(cycle, date(2026, 10, 1)) == 1  # 75% expected


def test_a_weekend_waits_for_monday(well, cycle):
    check_in(well, 10, at=noon(SATURDAY))
    assert look(cycle, SATURDAY) == 0
    assert look(cycle, SATURDAY + timedelta(2)) == 1


def test_private_and_new_goals_are_not_told(well, cycle, eve):
    goal(eve, cycle, title="New", starts_on=date(2026, 1, 1))
    secret = goal(eve, cycle, title="Secret", visibility=Goal.Visibility.PRIVATE)
    check_in(secret, 60)
    look(cycle, hour=13)
    check_in(secret, 0)
    assert look(cycle, hour=14) == 0


def test_nothing_is_compared_while_the_numbers_are_of_another_day(well, cycle):
    check_in(well, 10)
    assert worsening.tell_worsened(cycle.pk, on=TODAY + timedelta(1), at=noon(TODAY + timedelta(1))) == 0
    assert StatusBook.objects.get().taken_on == TODAY


def test_t62_many_worsened_goals_are_told_with_as_many_statements_as_one(well, cycle, crowd):
    check_in(well, 10)
    with CaptureQueriesContext(connection) as one:
        look(cycle, hour=13)
    for person in crowd:
        for number in range(3):
            check_in(goal(person, cycle, title=f"Goal {number}"), 50)
    look(cycle, hour=14)
    for low in Goal.objects.filter(owner__in=crowd):
        check_in(low, 10)
    with CaptureQueriesContext(connection) as many:
        assert look(cycle, hour=15) == 36

    assert len(many) <= len(one) + 1  # one more marks row of the rebuild at most
    assert {mail.user_id for mail in mails("goal_worsened")} >= {person.user_id for person in crowd}


def test_a_manager_reads_twenty_worsened_goals_and_how_many_more(well, cycle, crowd, max, monkeypatch):
    monkeypatch.setattr(worsening, "PEOPLE_AT_ONCE", 5)
    monkeypatch.setattr(worsening, "GOALS_AT_ONCE", 7)
    for person in crowd:
        for number in range(2):
            check_in(goal(person, cycle, title=f"Goal {number}"), 50)
    look(cycle, hour=13)
    for low in Goal.objects.filter(owner__in=crowd):
        check_in(low, 10)

    assert look(cycle, hour=14) == 24
    to_max = Notification.objects.filter(to=max.user)
    assert to_max.filter(key__startswith="goal-worsened:").count() == 20
    assert to_max.get(key__startswith="goals-worsened-more").text.startswith("4 more goals are")
    [mail] = [mail for mail in mails("goal_worsened") if mail.user == max.user]
    assert (len(mail.context["goals"]), mail.context["more"]) == (20, 4)
    assert mail_kinds.write("goal_worsened", mail.context).subject == "24 goals are doing worse"
    told = Notification.objects.filter(to__in=[person.user for person in crowd])
    assert told.count() == 24
