"""The obstacle log: reporting with and without a name, joining in, answering, handing on, passing up, what leaders see."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions import answering, schedule
from actions.forms.obstacles import ReportForm
from actions.models import Obstacle, Voice
from actions.queries import obstacles as queries
from actions.queries import obstacles_due_for
from actions.queries.personal import about
from actions.services import obstacles
from actions.tests.factories import in_days, obstacle, overdue_obstacle
from core.models import AuditEntry, Mail, Notification
from core.working_days import next_working_day
from goals.models import Goal
from goals.tests import factories as goals
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


def test_an_answer_promises_a_day_and_the_reporter_hears_of_it(cast, client_of):
    made = obstacle(cast.eve)
    client = client_of(cast.max)
    url = reverse("actions:obstacle_answer", args=[made.pk])

    refused = client.post(url, {"state": "taken", "words": "I raise the limit."})
    assert refused.status_code == 422
    assert "Say by which day" in refused.content.decode()
    taken = {"state": "taken", "words": "I raise the limit.", "due_on": in_days(20).isoformat()}
    assert client.post(url, taken).status_code == 302

    made.refresh_from_db()
    assert (made.state, made.due_on) == (State.TAKEN, in_days(20))
    assert any("has answered" in text for text in texts(cast.eve))
    assert Mail.objects.get(kind="obstacle_answered").context["words"] == "I raise the limit."
    page = client_of(cast.olga).get(made.get_absolute_url()).content.decode()
    assert "I raise the limit." in page
    assert "Hand it on" not in page


def test_t09_only_who_answers_for_it_or_stands_above_takes_a_step(cast, client_of):
    made = obstacle(cast.eve)
    said = {"state": "cleared", "words": "It is."}
    url = reverse("actions:obstacle_answer", args=[made.pk])

    for other in (cast.eve, cast.sam, cast.hana):
        assert client_of(other).post(url, said).status_code == 403
    assert client_of(cast.uma).post(url, said).status_code == 302


def test_it_is_handed_on_and_passed_up_the_line_until_nobody_stands_above(cast, client_of):
    made = obstacle(cast.eve)
    client_of(cast.max).post(
        reverse("actions:obstacle_hand_on", args=[made.pk]), {"to": "Sam Hart", "words": "Sales signs it."}
    )
    made.refresh_from_db()
    assert made.owner == cast.sam
    assert "Answer by" in texts(cast.sam)[0]

    client_of(cast.sam).post(
        reverse("actions:obstacle_escalation", args=[made.pk]), {"words": "It needs another budget."}
    )
    made.refresh_from_db()
    assert made.owner == cast.uma
    with pytest.raises(obstacles.NotNow, match="Nobody stands above"):
        obstacles.escalate(made, words="Higher.", by=cast.uma, at=NOW())
    steps = [(step.kind, step.by, step.to) for step in made.steps.all()]
    assert steps == [("handed_on", cast.max, cast.sam), ("escalated", cast.sam, cast.uma)]
    assert set(AuditEntry.objects.filter(subject_key=str(made.pk)).values_list("verb", flat=True)) == {
        *("reported", "handed on", "escalated")
    }


def test_somebody_who_left_answers_no_more(cast):
    made = obstacle(cast.eve)
    cast.max.is_active = False
    cast.max.save(update_fields=["is_active"])

    obstacles.follow_the_line(made, at=NOW())

    made.refresh_from_db()
    assert made.owner == cast.uma
    assert "does not work here any more" in made.steps.get().words


def test_hr_takes_words_down_that_name_somebody_and_the_reporter_reads_why(cast, client_of):
    made = obstacle(cast.eve, title="X is lazy")
    url = reverse("actions:obstacle_removal", args=[made.pk])
    assert client_of(cast.max).post(url, {"words": "No."}).status_code == 403

    assert client_of(cast.hana).post(url, {"words": "It attacks a person."}).status_code == 302

    assert client_of(cast.olga).get(made.get_absolute_url()).status_code == 404
    assert "It attacks a person." in client_of(cast.eve).get(made.get_absolute_url()).content.decode()
    assert "X is lazy" not in client_of(cast.olga).get(reverse("actions:obstacles") + "?show=all").content.decode()


def test_the_clock_reminds_once_and_after_a_week_tells_who_stands_above(cast):
    made = overdue_obstacle(cast.eve, cast.max, days=8)

    for _ in range(2):
        obstacles.remind(Obstacle.objects.with_words().get(pk=made.pk), at=NOW())

    assert sum("was to be answered by" in text for text in texts(cast.max)) == 1
    assert sum("Max Berg answers for it" in text for text in texts(cast.uma)) == 1
    assert Mail.objects.filter(kind="obstacle_waiting", context__late=True).count() == 1
    schedule.keep_promises()


def test_leaders_see_what_they_owe_and_what_stands_still_below_them(cast, client_of):
    late = overdue_obstacle(cast.eve, cast.max, title="Late one")
    obstacle(cast.ed, title="Fresh one")

    page = queries.to_clear(Viewer.of(cast.max.user), on=in_days(0))
    assert [row.title for row in page.mine] == ["Late one", "Fresh one"]
    assert page.overdue == 1
    above = queries.to_clear(Viewer.of(cast.uma.user), on=in_days(0))
    assert [row.title for row in above.below] == ["Late one"]
    assert [row.title for row in obstacles_due_for(Viewer.of(cast.uma.user), on=in_days(0))] == ["Late one"]
    assert obstacles_due_for(Viewer.of(cast.olga.user), on=in_days(0)) == []

    assert "was due 5 days ago" in client_of(cast.max).get(reverse("actions:to_clear")).content.decode()
    team = client_of(cast.uma).get(reverse("dashboards:team")).content.decode()
    assert "Late one" in team
    assert "Max Berg answers for it" in team
    assert "Late one" in client_of(cast.max).get(reverse("dashboards:home")).content.decode()
    obstacles.answer(late, state="cleared", words="Done.", by=cast.max, at=NOW())
    cleared = queries.to_clear(Viewer.of(cast.max.user), on=in_days(0)).cleared
    assert (cleared.closed, cleared.cleared, cleared.in_time) == (1, 1, 0)


def test_the_list_narrows_exports_and_asks_a_fixed_number_of_questions(cast, client_of):
    obstacle(cast.eve, title="=SUM(A1)", kind="tools")
    client, url = client_of(cast.ed), reverse("actions:obstacles")
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(12):
        obstacle(cast.ed, title=f"Thing {number}", kind="rules")
    with CaptureQueriesContext(connection) as many:
        page = client.get(url).content.decode()

    assert len(many) == len(few)
    assert "13 open" in page
    assert "Thing 3" not in client.get(url + "?kind=tools").content.decode()
    assert "Thing 3" in client.get(url + "?show=mine&text=thing 3").content.decode()
    assert "'=SUM(A1)" in client.get(reverse("actions:obstacles_csv")).content.decode()
    assert "Nothing fits" in client.get(url + "?show=closed").content.decode()


def test_t12_words_are_text_on_every_page(cast, client_of):
    bad = "<script>alert(1)</script>"
    made = obstacle(cast.eve, title=bad, details=bad)
    obstacles.answer(made, state="stays", words=bad, by=cast.max, at=NOW())

    for url in (made.get_absolute_url(), reverse("actions:obstacles") + "?show=all"):
        assert bad not in client_of(cast.olga).get(url).content.decode()


def test_an_obstacle_without_a_name_can_hold_no_person(cast):
    made = Obstacle(title="x", unit=cast.helpdesk, owner=cast.max, reported_on=in_days(0), due_on=in_days(9))
    made.is_anonymous, made.reported_by = True, cast.eve

    with pytest.raises(ValidationError):
        made.validate_constraints()


def test_what_a_check_in_says_is_in_the_way_becomes_an_obstacle_by_one_tick(cast, client_of):
    low = goals.goal(cast.eve, goals.cycle())
    sent = {
        "value": "30",
        "measured_on": goals.TODAY.isoformat(),
        "blocker": "Two signatures for a refund. " * 9,
        "to_log": "on",
        "key": uuid4(),
    }
    client, url = client_of(cast.eve), reverse("goals:check_in", args=[low.pk])
    assert "Put it in the obstacle log" in client.get(url).content.decode()

    assert client.post(url, {**sent, "blocker": " "}).status_code == 422
    for _ in range(2):  # the same form sent twice
        client.post(url, sent)

    made = Obstacle.objects.get()
    assert (made.reported_by, made.owner, made.goal) == (cast.eve, cast.max, low)
    assert made.title.endswith("…")
    assert made.details.startswith("Two signatures")
    assert low.detail.title in client_of(cast.max).get(made.get_absolute_url()).content.decode()


def test_t24_an_obstacle_does_not_name_the_goal_to_those_who_cannot_see_it(cast, client_of):
    hidden = goals.goal(cast.eve, goals.cycle(), title="Only my line sees it", visibility=Goal.Visibility.LINE)
    goals.check_in(hidden, 30, blocker="Two signatures", to_log=True)
    made = Obstacle.objects.get()

    assert "Only my line" in client_of(cast.max).get(made.get_absolute_url()).content.decode()
    assert "Only my line" not in client_of(cast.olga).get(made.get_absolute_url()).content.decode()


def test_a_private_goal_offers_no_tick_and_takes_none(cast, client_of):
    private = goals.goal(cast.eve, goals.cycle(), visibility=Goal.Visibility.PRIVATE)
    page = client_of(cast.eve).get(reverse("goals:check_in", args=[private.pk])).content.decode()
    assert "obstacle log" not in page

    goals.check_in(private, 30, blocker="Two signatures", to_log=True)

    assert not Obstacle.objects.exists()


def test_the_page_for_all_check_ins_has_the_tick_too(cast, client_of):
    today = timezone.localdate()
    low = goals.goal(cast.eve, goals.cycle(), starts_on=goals.START)
    Goal.objects.filter(pk=low.pk).update(due_on=today + timedelta(days=30))
    prefix = f"g{low.pk}"
    sent = {
        f"{prefix}-value": "30",
        f"{prefix}-blocker": "No headset",
        f"{prefix}-to_log": "on",
        f"{prefix}-key": uuid4(),
    }

    client_of(cast.eve).post(reverse("goals:check_ins"), sent)

    assert Obstacle.objects.get().title == "No headset"
