"""The rhythm of check-ins: all goals on one page, mended words, when the next one is due."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry
from goals import queries, rhythm, services
from goals.models import CheckIn, CheckInRevision, Goal, GoalCycle
from goals.services import rewording
from goals.tests.factories import NOON, TODAY, check_in, goal
from people.access import Viewer

pytestmark = pytest.mark.django_db
ALL = "goals:check_ins"


def words(**given) -> rewording.Words:
    return rewording.Words(**{"confidence": 5, "call": "", "what_changed": "", "next_step": "", "blocker": "", **given})


def mend(entry, *, by=None, at=NOON + timedelta(hours=23), **given):
    return rewording.mend_words(entry, words(**given), by=by or entry.by, at=at)


@pytest.fixture
def entry(cycle, eve):
    return check_in(goal(eve, cycle), 40, confidence=8, what_changed="Two more phones")


def test_words_are_mended_and_the_earlier_ones_stay(entry, eve):
    mend(entry, what_changed="Three more phones")
    mend(entry, what_changed="Three more phones and a chair", confidence=4)

    entry.refresh_from_db()
    assert (entry.what_changed, entry.confidence, entry.value) == ("Three more phones and a chair", 4, 40)
    assert list(entry.revisions.values_list("what_changed", "confidence")) == [
        ("Two more phones", 8),
        ("Three more phones", 5),
    ]
    assert AuditEntry.objects.filter(verb="mended a check-in on", about=eve.user).count() == 2


def test_the_same_words_leave_no_trace(entry):
    mend(entry, what_changed="Two more phones", confidence=8)
    assert not CheckInRevision.objects.exists()


def test_words_are_mended_by_their_author_for_a_day(entry, max, eve):
    with pytest.raises(rewording.NotMendable, match="Only Eve Lind"):
        mend(entry, by=max, what_changed="x")
    with pytest.raises(rewording.NotMendable, match="24 hours"):
        mend(entry, at=NOON + timedelta(hours=24), what_changed="x")
    services.cancel_goal(entry.goal, because="Merged", by=eve.user)
    with pytest.raises(rewording.NotMendable, match="no updates"):
        mend(entry, what_changed="x")


def test_the_thread_offers_mending_to_the_author_and_shows_earlier_words_to_every_reader(cycle, eve, ed, client_of):
    mine = goal(eve, cycle, visibility=Goal.Visibility.PUBLIC)
    made = check_in(mine, 40, at=timezone.now(), measured_on=TODAY, what_changed="Frist")
    link = reverse("goals:check_in_correction", args=[made.pk])
    said = {"value": "40", "measured_on": str(TODAY), "key": str(uuid4())}

    assert link in client_of(eve).get(mine.get_absolute_url()).content.decode()
    assert link not in client_of(ed).get(mine.get_absolute_url()).content.decode()
    assert client_of(ed).get(link).status_code == 403
    assert client_of(eve).post(link, {**said, "what_changed": "First"}).status_code == 302
    shown = client_of(ed).get(mine.get_absolute_url()).content.decode()
    assert "First" in shown
    assert "Frist" in shown
    assert CheckIn.objects.get().value == 40


def row(of: Goal, **given) -> dict[str, str]:
    base = {"key": f"00000000-0000-0000-0000-{of.pk:012d}", "value": "", "what_changed": ""}
    return {f"g{of.pk}-{name}": value for name, value in {**base, **given}.items()}


@pytest.fixture
def three(eve):
    """Three goals of Eve in a cycle around today."""
    today = timezone.localdate()
    dates = {"starts_on": today - timedelta(60), "due_on": today + timedelta(60)}
    cycle = services.open_cycle(name="Now", starts_on=dates["starts_on"], ends_on=dates["due_on"], by=None)
    cycle = services.activate_cycle(cycle, by=None)
    steps = [services.MilestonePlan("First step"), services.MilestonePlan("Second step")]
    return [
        goal(eve, cycle, title="Number", **dates),
        goal(eve, cycle, title="Other", **dates),
        goal(eve, cycle, title="Steps", metric_type="milestone", milestones=steps, **dates),
    ]


def test_all_goals_are_checked_in_on_at_once_and_empty_rows_state_nothing(three, eve, client_of):
    number, other, steps = three
    first = steps.milestones.first()
    data = {**row(number, value="40", confidence="7"), **row(other), **row(steps)}
    data[f"g{steps.pk}-milestones"] = str(first.pk)

    answer = client_of(eve).post(reverse(ALL), data)

    assert answer.status_code == 302
    assert set(CheckIn.objects.values_list("goal", "value")) == {(number.pk, 40), (steps.pk, None)}
    first.refresh_from_db()
    assert first.done_on == timezone.localdate()


def test_a_bad_row_keeps_what_was_typed_while_the_good_ones_are_saved_once(three, eve, client_of):
    number, other, steps = three
    data = {**row(number, value="40"), **row(other, value="many", what_changed="Keep me"), **row(steps)}

    shown = client_of(eve).post(reverse(ALL), data)

    page = shown.content.decode()
    assert shown.status_code == 422
    assert "1 saved. 1 needs another look" in page
    assert "Enter a number, such as 69.9." in page
    assert 'value="many"' in page
    assert "Keep me" in page
    assert f"g{number.pk}-value" not in page  # saved, so not asked again
    client_of(eve).post(reverse(ALL), data)
    assert CheckIn.objects.count() == 1


def test_words_without_the_number_are_asked_for_it_and_nothing_at_all_is_said(three, eve, client_of):
    number, other, steps = three
    empty = {**row(number), **row(other), **row(steps)}

    shown = client_of(eve).post(reverse(ALL), {**empty, **row(number, what_changed="Later")}).content.decode()
    assert shown.count("Enter the number as it stands today.") == 1
    assert "Nothing was entered" in client_of(eve).post(reverse(ALL), empty).content.decode()


def test_a_stale_page_unticks_no_milestone_that_was_reached_meanwhile(three, eve, client_of):
    number, other, steps = three
    first, second = steps.milestones.all()
    opened = {**row(number, value="40"), **row(other), **row(steps, seen="")}
    check_in(steps, milestones_done=[first.pk], at=timezone.now(), measured_on=timezone.localdate())

    assert client_of(eve).post(reverse(ALL), opened).status_code == 302
    assert steps.check_ins.count() == 1
    late = {"measured_on": timezone.localdate(), "seen": "", "milestones": second.pk, "key": uuid4()}
    client_of(eve).post(reverse("goals:check_in", args=[steps.pk]), late)
    assert all(step.done_on for step in steps.milestones.all())
    taken_back = {**late, "seen": f"{first.pk} {second.pk}", "milestones": second.pk, "key": uuid4()}
    client_of(eve).post(reverse("goals:check_in", args=[steps.pk]), taken_back)
    assert [bool(step.done_on) for step in steps.milestones.all()] == [False, True]


def test_a_tick_for_the_obstacle_log_without_words_is_said_in_its_row(three, eve, client_of):
    number, other, steps = three
    data = {**row(number, value="40", to_log="on"), **row(other), **row(steps)}

    shown = client_of(eve).post(reverse(ALL), data)
    assert (shown.status_code, "Say what is in the way" in shown.content.decode()) == (422, True)


def test_t05_a_row_of_somebody_elses_goal_is_left_out(three, eve, ed, client_of):
    client_of(ed).post(reverse(ALL), row(three[0], value="40"))
    assert not CheckIn.objects.exists()


def test_t62_the_page_for_all_asks_the_database_as_often_for_three_goals_as_for_one(
    three, eve, client_of, django_assert_max_num_queries
):
    with django_assert_max_num_queries(27):
        client_of(eve).get(reverse(ALL))


def test_the_next_check_in_is_due_by_the_goals_rhythm_else_the_cycles(cycle, eve):
    mine = goal(eve, cycle)
    check_in(mine, 10, measured_on=TODAY - timedelta(8))
    rewording.set_rhythm(mine, "weekly", by=eve.user)
    mine = Goal.objects.select_related("detail", "cycle").get(pk=mine.pk)
    assert rhythm.is_due(mine, TODAY)

    rewording.set_rhythm(mine, "", by=eve.user)
    mine = Goal.objects.select_related("detail", "cycle").get(pk=mine.pk)
    assert not rhythm.is_due(mine, TODAY)
    assert rhythm.is_due(mine, TODAY + timedelta(22))

    rewording.set_cycle_rhythm(GoalCycle.objects.get(pk=cycle.pk), "weekly", by=eve.user)
    mine = Goal.objects.select_related("detail", "cycle").get(pk=mine.pk)
    assert rhythm.is_due(mine, TODAY)
    [card] = queries.my_goals(Viewer.of(eve.user), on=TODAY)
    assert card.needs == "Last update 8 days ago, wanted every week"


def test_an_unknown_rhythm_is_refused(cycle, eve, client_of):
    mine = goal(eve, cycle)
    assert client_of(eve).post(reverse("goals:rhythm", args=[mine.pk]), {"rhythm": "daily"}).status_code == 422
    with pytest.raises((DomainError, ValueError)):
        rewording.set_rhythm(mine, "daily", by=eve.user)
