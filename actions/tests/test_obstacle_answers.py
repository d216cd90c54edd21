"""Answering an obstacle, handing it on, passing it up, taking it down; what leaders see, and the list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions import schedule
from actions.models import Obstacle
from actions.queries import obstacles as queries
from actions.queries import obstacles_due_for
from actions.services import obstacles
from actions.tests.factories import in_days, obstacle, overdue_obstacle
from core.models import AuditEntry, Mail, Notification
from people.access import Viewer

State = Obstacle.State
NOW = timezone.now


def texts(person) -> list[str]:
    return list(Notification.objects.filter(to=person.user).values_list("text", flat=True))


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


def test_what_was_typed_in_a_second_tab_is_not_lost_when_the_obstacle_has_moved_on(cast, client_of):
    moved, closed = obstacle(cast.eve), obstacle(cast.ed, title="Slow tool")
    client = client_of(cast.max)
    obstacles.hand_on(moved, to=cast.sam, words="Sales signs it.", by=cast.max, at=NOW())
    obstacles.answer(closed, state="cleared", words="Faster now.", by=cast.uma, at=NOW())
    typed = {"state": "cleared", "words": "We bought a new one in May."}

    late = {one: client.post(reverse("actions:obstacle_answer", args=[one.pk]), typed) for one in (moved, closed)}

    assert {one.title: answer.status_code for one, answer in late.items()} == {moved.title: 403, "Slow tool": 422}
    for answer in late.values():
        assert "You wrote, and nobody has read it" in answer.content.decode()
        assert "We bought a new one in May." in answer.content.decode()
    assert "Sam Hart answers for this obstacle now" in late[moved].content.decode()
    assert "This obstacle is closed" in late[closed].content.decode()


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


def test_a_leader_answers_in_the_row_and_a_refusal_keeps_what_was_typed_there(cast, client_of):
    late = overdue_obstacle(cast.eve, cast.max, title="Late one")
    other = obstacle(cast.ed, title="Fresh one")
    client, page = client_of(cast.max), reverse("actions:to_clear")
    url = reverse("actions:obstacle_answer", args=[late.pk])

    closed = client.get(page).content.decode()
    assert f"?answer={late.pk}#row-{late.pk}" in closed
    assert f'action="{url}"' not in closed
    assert f'action="{url}"' not in client.get(page, {"answer": "nonsense"}).content.decode()
    opened = client.get(page, {"answer": str(late.pk)}).content.decode()
    assert opened.count(f'action="{url}"') == 1
    assert "Pass it up to Uma" in opened
    assert reverse("actions:obstacle_answer", args=[other.pk]) not in opened

    refused = client.post(url, {"state": "taken", "words": "I raise the limit.", "back": "list"})
    words = refused.content.decode()
    assert refused.status_code == 422
    assert words.index(f'id="row-{late.pk}"') < words.index("Say by which day") < words.index("Fresh one")
    assert "I raise the limit." in words

    said = {"state": "cleared", "words": "The desk approves it.", "back": "list"}
    assert client.post(url, said).headers["Location"] == page
    after = client.post(url, said).content.decode()  # a second tab: it is not in the list any more
    assert "This obstacle is closed" in after
    assert "The desk approves it." in after


def test_whoever_stands_above_answers_passes_up_and_hands_on_in_the_row(cast, client_of):
    late = overdue_obstacle(cast.eve, cast.max, title="Late one")
    client, page = client_of(cast.uma), reverse("actions:to_clear")

    no_one = {"to": "Nobody at all", "words": "Sales signs it.", "back": "list"}
    refused = client.post(reverse("actions:obstacle_hand_on", args=[late.pk]), no_one)
    assert (refused.status_code, "Sales signs it." in refused.content.decode()) == (422, True)
    empty = client.post(reverse("actions:obstacle_escalation", args=[late.pk]), {"words": "", "back": "list"})
    assert (empty.status_code, f'id="row-{late.pk}"' in empty.content.decode()) == (422, True)
    up = {"words": "It needs another budget.", "back": "list"}
    assert client.post(reverse("actions:obstacle_escalation", args=[late.pk]), up).headers["Location"] == page
    late.refresh_from_db()
    assert late.owner == cast.uma


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
