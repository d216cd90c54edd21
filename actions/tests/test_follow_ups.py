"""The question to the team: counts only, nothing below the minimum, nothing while it is open."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from actions.models import FollowUp, Seat
from actions.queries import questions_for
from actions.queries.follow_ups import team_answer
from actions.schedule import keep_promises
from actions.services import follow_ups, promises
from actions.tests.factories import in_days, overdue, promise
from core.models import AuditEntry, Mail, Notification
from core.working_days import is_working_day
from people.access import Viewer

NOW = timezone.now
FOUR = FollowUp.Answer


@pytest.fixture
def action(tarn, cast):
    """Helpdesk: Max promises, twelve people can notice."""
    cast.helpdesk.refresh_from_db()
    return promises.move(promise(cast.max), "doing", by=cast.max.user, at=NOW())


@pytest.fixture
def asked(action):
    return follow_ups.ask(action.follow_up, at=NOW())


def answered(follow_up, *choices):
    """So many of the team answer like this; then the question closes."""
    for seat, choice in zip(follow_up.seats.all(), choices, strict=False):
        follow_ups.answer(seat, choice, at=NOW())
    return team_answer(follow_ups.close(follow_up, at=NOW()))


def test_the_team_is_asked_a_month_after_it_began_on_a_working_day(action):
    planned = action.follow_up

    assert planned.asks_on >= timezone.localdate() + timedelta(days=30)
    assert is_working_day(planned.asks_on)
    assert "will be asked on" in team_answer(planned).words


def test_p12_head_and_owner_are_not_part_of_the_team_and_everyone_else_is_told(asked, cast):
    people = set(asked.seats.values_list("employee__name", flat=True))

    assert len(people) == 12
    assert "Eve Lind" in people
    assert "Max Berg" not in people
    assert Notification.objects.filter(key=f"action-asked:{asked.action_id}").count() == 12
    assert Mail.objects.filter(kind="action_question").count() == 12


@pytest.mark.django_db(transaction=True)
def test_t49_no_dead_row_joins_a_seat_to_an_answer_after_the_clock_has_closed(asked):
    for seat in asked.seats.all()[:6]:
        follow_ups.answer(seat, FOUR.CLEARLY, at=NOW())
    FollowUp.objects.update(closes_on=in_days(-1))

    keep_promises()

    with connection.cursor() as cursor:
        for table, left in (("actions_seat", 0), ("actions_followup", 1)):
            cursor.execute(f"VACUUM (VERBOSE) {table}")
            assert any(f"tuples: 0 removed, {left} remain" in notice for notice in connection.connection.notices)
            connection.connection.notices.clear()


def test_t49_no_row_joins_a_person_to_an_answer_and_closing_forgets_who_answered(asked, cast, client_of):
    url = reverse("actions:follow_up", args=[asked.action_id])
    before = AuditEntry.objects.count()
    client_of(cast.eve).post(url, {"answer": "a_little"})

    asked.refresh_from_db()
    assert (asked.a_little, Seat.objects.get(employee=cast.eve, follow_up=asked).answered) == (1, True)
    assert AuditEntry.objects.count() == before
    assert {field.name for field in Seat._meta.get_fields()} == {"id", "follow_up", "employee", "answered"}

    follow_ups.close(asked, at=NOW())

    assert not Seat.objects.exists()
    assert client_of(cast.eve).get(url).status_code == 404


def test_p8_nothing_is_shown_while_the_question_is_open(asked):
    for seat in asked.seats.all():
        follow_ups.answer(seat, FOUR.CLEARLY, at=NOW())
    asked.refresh_from_db()

    found = team_answer(asked)

    assert "Nothing is shown before" in found.words
    assert (found.noticed, found.n, found.shares) == ("", None, ())


def test_p2_below_the_minimum_of_judgements_the_page_says_so(asked):
    found = answered(asked, *[FOUR.CLEARLY] * 4, *[FOUR.CANNOT_SAY] * 6)

    assert found.hidden == "Not shown: fewer than 5 answers."
    assert (found.noticed, found.n) == ("", None)


def test_p3_from_five_a_share_from_ten_the_spread(asked):
    found = answered(asked, *[FOUR.CLEARLY] * 5, *[FOUR.A_LITTLE] * 3, *[FOUR.NOT_YET] * 2)

    assert found.noticed == "80%"
    assert [share.percent for share in found.shares] == [50, 30, 20]


@pytest.mark.parametrize(("choice", "said"), [(FOUR.CLEARLY, "90% or more"), (FOUR.NOT_YET, "10% or less")])
def test_p3_a_small_group_that_is_of_one_mind_is_capped(asked, choice, said):
    found = answered(asked, *[choice] * 6)

    assert (found.noticed, found.shares) == (said, ())


def test_p3_ten_of_one_mind_have_no_spread(asked):
    assert answered(asked, *[FOUR.CLEARLY] * 10).shares == ()


def test_a_team_below_the_minimum_is_not_asked_and_the_page_says_what_to_do(cast):
    small = promises.move(promise(cast.sam), "doing", by=cast.sam.user, at=NOW())

    found = follow_ups.ask(small.follow_up, at=NOW())

    assert found.state == "not_asked"
    assert "Ask them in person" in team_answer(found).words
    assert not Seat.objects.exists()


def test_p10_the_question_keeps_the_minimum_of_the_survey_it_answers(tarn, cast, published):
    type(published).objects.filter(pk=published.pk).update(minimum_group=8)
    published.refresh_from_db()
    made = promises.move(promise(cast.max, campaign=published), "doing", by=cast.max.user, at=NOW())

    assert made.follow_up.minimum_group == 8


def test_a_second_answer_and_a_late_one_are_refused_kindly(asked, cast, client_of):
    url = reverse("actions:follow_up", args=[asked.action_id])
    client = client_of(cast.eve)
    client.post(url, {"answer": "clearly"})

    assert client.post(url, {"answer": "not_yet"}).status_code == 422
    assert client_of(cast.ed).post(url, {}).status_code == 422
    asked.refresh_from_db()
    assert (asked.clearly, asked.not_yet) == (1, 0)

    FollowUp.objects.update(closes_on=in_days(-1))
    assert client_of(cast.ed).post(url, {"answer": "clearly"}).status_code == 422
    assert "This question has closed" in client_of(cast.ed).get(url).content.decode()


def test_what_waits_is_on_ones_own_list_only(asked, cast):
    on = timezone.localdate()

    assert [one.title for one in questions_for(Viewer.of(cast.eve.user), on=on)] == ["Call back within a day"]
    assert questions_for(Viewer.of(cast.max.user), on=on) == []
    assert questions_for(Viewer.of(cast.hana.user), on=on) == []


def test_the_clock_asks_closes_and_reminds_once_however_often_it_runs(action, cast, monkeypatch):
    late = overdue(cast.max, title="Late")
    FollowUp.objects.update(asks_on=in_days(0))
    monkeypatch.setattr("actions.schedule.is_working_day", lambda *_: True)

    keep_promises()
    keep_promises()

    action.follow_up.refresh_from_db()
    assert action.follow_up.state == "open"
    assert Notification.objects.filter(key=f"action-overdue:{late.pk}:{late.due_on}").count() == 1

    FollowUp.objects.update(closes_on=in_days(-1))
    keep_promises()
    action.follow_up.refresh_from_db()
    assert action.follow_up.state == "closed"


def test_at_weekends_nobody_is_asked_or_reminded(action, cast, monkeypatch):
    overdue(cast.max)
    FollowUp.objects.update(asks_on=in_days(0))
    monkeypatch.setattr("actions.schedule.is_working_day", lambda *_: False)

    keep_promises()

    assert FollowUp.objects.get().state == "waiting"
    assert not Mail.objects.exists()


def test_a_dropped_action_asks_nobody(action, cast):
    promises.move(action, "dropped", words="Not needed.", by=cast.max.user, at=NOW())

    assert FollowUp.objects.get().state == "not_asked"
