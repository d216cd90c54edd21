"""The obstacle log: reporting with and without a name, and joining in."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from actions import answering, schedule
from actions.forms.obstacles import ReportForm
from actions.models import Obstacle, Voice
from actions.queries import obstacles as queries
from actions.queries.personal import about
from actions.services import obstacles
from actions.tests.factories import in_days, obstacle
from core.models import AuditEntry, Mail, Notification
from core.working_days import next_working_day
from people import tree
from people.access import Viewer
from people.tests.factories import EmployeeFactory

State = Obstacle.State
NOW = timezone.now


def at_noon(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time())) + timedelta(hours=12)


NEXT_MORNING = at_noon(next_working_day(in_days(1)))


@pytest.fixture
def desk(cast):
    """The helpdesk with enough people for one of them not to be found."""
    for number in range(4):
        EmployeeFactory.create(name=f"Desk Hand{number}", unit=cast.helpdesk, manager=cast.max)
    tree.renumber_line()
    for one in (cast.max, cast.eve, cast.ed):
        one.refresh_from_db()
    return cast


def texts(person) -> list[str]:
    return list(Notification.objects.filter(to=person.user).values_list("text", flat=True))


def test_an_obstacle_with_a_name_goes_to_whoever_leads_there_with_a_day(cast):
    made = obstacle(cast.eve, title="Refunds wait two days")

    assert made.owner == cast.max
    assert made.due_on == next_working_day(in_days(14))
    assert "Answer by" in texts(cast.max)[0]
    assert Mail.objects.get(kind="obstacle_waiting").user == cast.max.user
    assert AuditEntry.objects.get(verb="reported").actor == cast.eve.user


def test_one_chooses_among_the_heads_above_and_never_oneself(cast):
    assert [(one.unit, one.head) for one in answering.addressees(cast.eve)] == [
        (cast.helpdesk, cast.max),
        (cast.company, cast.uma),
    ]
    assert [one.head for one in answering.addressees(cast.max)] == [cast.uma]
    assert answering.addressees(cast.uma) == []


def test_t49_without_a_name_no_row_says_who_or_when(desk):
    made = obstacle(desk.eve, is_anonymous=True)
    people = {field.name for field in Obstacle._meta.get_fields() if field.related_model is type(desk.eve)}
    made.refresh_from_db()

    assert people == {"reported_by", "owner"}
    assert made.reported_by is None
    assert not [field for field in Obstacle._meta.fields if field.get_internal_type() == "DateTimeField"]
    assert not [field for field in Voice._meta.fields if field.is_relation and field.name != "obstacle"]
    assert not AuditEntry.objects.filter(subject_key=str(made.pk)).exists()
    assert not Notification.objects.exists()
    assert not Mail.objects.exists()
    assert about(desk.eve.user)["obstacles_reported"] == []


def test_t47_what_has_no_name_appears_on_the_next_working_morning_all_at_once(desk, client_of):
    first = obstacle(desk.eve, is_anonymous=True, title="Nobody may refund")
    second = obstacle(desk.ed, is_anonymous=True, title="The tool is slow")
    page = client_of(desk.eve).get(reverse("actions:obstacles")).content.decode()
    assert "Nobody may refund" not in page
    assert client_of(desk.hana).get(first.get_absolute_url()).status_code == 404
    assert obstacles.show_waiting(at=NOW()) == 0

    assert obstacles.show_waiting(at=NEXT_MORNING) == 2

    for made in (first, second):
        made.refresh_from_db()
        assert made.state == State.OPEN
        assert made.reported_on == timezone.localdate(NEXT_MORNING)
    entry = AuditEntry.objects.get(subject_key=str(first.pk))
    assert (entry.actor, entry.verb) == (None, "appeared without a name")
    assert len(texts(desk.max)) == 2
    page = client_of(desk.max).get(first.get_absolute_url()).content.decode()
    assert "Reported without a name" in page
    assert "Eve Lind" not in page


def test_t40_in_a_small_group_a_name_cannot_be_left_out(cast, client_of):
    with pytest.raises(obstacles.TooFewToHide, match="could be guessed"):
        obstacle(cast.eve, is_anonymous=True)
    sent = {"title": "Slow tool", "kind": "tools", "to": str(cast.helpdesk.pk), "name": "unnamed"}

    answer = client_of(cast.eve).post(reverse("actions:obstacle_report"), sent)

    assert answer.status_code == 422
    assert "Fewer than 5 others could have written this in Helpdesk" in answer.content.decode()
    assert not Obstacle.objects.exists()
    sent["to"] = str(cast.company.pk)
    assert client_of(cast.eve).post(reverse("actions:obstacle_report"), sent).status_code == 302
    assert Obstacle.objects.get().reported_by is None


def test_t40_whoever_reports_is_not_among_the_five_others(cast):
    for number in range(3):
        EmployeeFactory.create(name=f"Desk Hand{number}", unit=cast.helpdesk, manager=cast.max)
    helpdesk = answering.addressees(cast.eve)[0]
    assert (helpdesk.people, helpdesk.hides_a_name) == (4, False)  # five work there, Eve among them, besides Max
    with pytest.raises(obstacles.TooFewToHide, match="Fewer than 5 others"):
        obstacle(cast.eve, is_anonymous=True)

    EmployeeFactory.create(name="Desk Hand3", unit=cast.helpdesk, manager=cast.max)

    assert answering.addressees(cast.eve)[0].hides_a_name
    assert obstacle(cast.eve, is_anonymous=True).reported_by is None


@pytest.mark.parametrize("name", ["named", "unnamed"])
def test_t49_a_report_sent_twice_is_one_obstacle_and_other_words_are_another(desk, client_of, name):
    client, url = client_of(desk.eve), reverse("actions:obstacle_report")
    key = re.search(r'name="key" value="([0-9a-f-]{36})"', client.get(url).content.decode())[1]
    sent = {"title": "Slow tool", "kind": "tools", "to": str(desk.helpdesk.pk), "name": name, "key": key}

    for _ in range(2):
        assert client.post(url, sent).status_code == 302

    made = Obstacle.objects.get()
    assert str(made.pk) != key
    assert len(texts(desk.max)) == (name == "named")
    client.post(url, {**sent, "title": "Slow tool again"})
    assert Obstacle.objects.count() == 2


def test_where_nobody_could_hide_the_question_is_not_asked(cast):
    few = [answering.Addressee(cast.helpdesk, cast.max, 3)]
    form = ReportForm({"title": "Slow", "kind": "tools", "to": str(cast.helpdesk.pk)}, addressees=few)

    assert "name" not in form.fields
    assert form.is_valid()
    assert not form.report.is_anonymous


def test_t46_voices_are_counted_aloud_from_five_up_and_only_in_the_morning(desk, client_of):
    made = obstacle(desk.eve)
    for person in (desk.ed, desk.olga, desk.sam, desk.ada):
        obstacles.join(made, says_so=True, by=person)
        obstacles.join(made, says_so=True, by=person)
    row = queries.obstacle_rows([made], Viewer.of(desk.eve.user), on=in_days(0))[0]
    assert row.voices == "fewer than 5 people say so"
    assert row.says_so

    obstacles.count_voices(at=NOW())
    obstacles.join(made, says_so=True, by=desk.petra)
    obstacles.count_voices(at=NOW())

    made.refresh_from_db()
    assert made.voices == 5
    page = client_of(desk.olga).get(made.get_absolute_url()).content.decode()
    assert "5 people say so" in page
    assert "Take it back" in page
    obstacles.join(made, says_so=False, by=desk.olga)
    obstacles.count_voices(at=NEXT_MORNING)
    made.refresh_from_db()
    assert made.voices == 5  # Petra is in, Olga is out
    assert not AuditEntry.objects.filter(verb__contains="join").exists()


def test_t49_a_voice_names_nobody_and_is_gone_once_the_obstacle_is_closed(desk):
    made = obstacle(desk.eve)
    obstacles.join(made, says_so=True, by=desk.ed)
    assert all(str(desk.ed.pk) != voice.mark for voice in Voice.objects.all())

    obstacles.answer(made, state="cleared", words="The limit is 100 now.", by=desk.max, at=NOW())

    assert not Voice.objects.exists()
    made.refresh_from_db()
    assert made.closed_on == in_days(0)
    with pytest.raises(obstacles.NotNow, match="closed"):
        obstacles.join(made, says_so=True, by=desk.olga)


def test_t46_closing_keeps_the_number_of_the_morning_and_shows_no_rise(desk):
    answered, removed = obstacle(desk.eve), obstacle(desk.ed)
    early = [desk.sam, desk.olga, desk.ada, desk.petra, desk.hana]
    for made in (answered, removed):
        for person in early:
            obstacles.join(made, says_so=True, by=person)
    obstacles.count_voices(at=NOW())
    for made in (answered, removed):
        obstacles.join(made, says_so=True, by=desk.ingrid)

    obstacles.answer(answered, state="cleared", words="The limit is 100 now.", by=desk.max, at=NEXT_MORNING)
    obstacles.take_down(removed, words="It attacks a person.", by=desk.hana.user, at=NEXT_MORNING)

    for made in (answered, removed):
        made.refresh_from_db()
        assert (made.voices, made.counted_on) == (6, in_days(0))
    assert not Voice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_t49_each_morning_voices_lose_their_transaction_and_their_order(desk):
    people = [desk.ed, desk.olga, desk.sam, desk.ada, desk.petra, desk.hana, desk.ingrid, desk.uma]
    for made in (obstacle(desk.eve), obstacle(desk.ed, title="The tool is slow")):
        for person in people:
            obstacles.join(made, says_so=True, by=person)
    before = _voices_as_stored()
    assert len({number for _, number in before}) > len(people)

    schedule.keep_promises()

    after = _voices_as_stored()
    assert len({number for _, number in after}) == 1
    assert {mark for mark, _ in after} == {mark for mark, _ in before}
    assert [mark for mark, _ in after] != [mark for mark, _ in before]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (VERBOSE) actions_voice")
        assert any(f"tuples: 0 removed, {len(after)} remain" in notice for notice in connection.connection.notices)


def _voices_as_stored() -> list[tuple[str, str]]:
    """Mark and transaction number, in the order of the rows in the table's file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT mark, xmin::text FROM actions_voice ORDER BY ctid")
        return cursor.fetchall()


def test_who_answers_for_it_does_not_join_in(cast):
    with pytest.raises(obstacles.NotNow, match="You answer"):
        obstacles.join(obstacle(cast.eve), says_so=True, by=cast.max)


def test_an_obstacle_without_a_name_can_hold_no_person(cast):
    made = Obstacle(title="x", unit=cast.helpdesk, owner=cast.max, reported_on=in_days(0), due_on=in_days(9))
    made.is_anonymous, made.reported_by = True, cast.eve

    with pytest.raises(ValidationError):
        made.validate_constraints()


def test_t12_words_are_text_on_every_page(cast, client_of):
    bad = "<script>alert(1)</script>"
    made = obstacle(cast.eve, title=bad, details=bad)
    obstacles.answer(made, state="stays", words=bad, by=cast.max, at=NOW())

    for url in (made.get_absolute_url(), reverse("actions:obstacles") + "?show=all"):
        assert bad not in client_of(cast.olga).get(url).content.decode()
