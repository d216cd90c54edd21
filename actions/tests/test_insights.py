"""Did it work: verdicts over all units, units side by side, and practices to copy."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.agreement import Verdict
from actions.models import Practice
from actions.queries import insights
from actions.queries.insights import Filters
from actions.services import practices
from actions.tests.waves import begun
from assessments.surveys.models import Sharing
from core.constructs import Construct
from core.models import AuditEntry, Notification
from goals import services as goal_services
from goals.models import Goal
from goals.tests import factories as goals
from people.access import Viewer

CONSEQUENCE = Construct.CONSEQUENCE.value


@pytest.fixture
def done(second, first, tarn, cast):
    """The helpdesk's action that moved its C, one that moved nothing, and one of a team too small to be shown."""
    return [
        begun(cast, first, title="Say thanks at once", construct=CONSEQUENCE),
        begun(cast, first, title="Read the strategy", construct="strategy"),
        begun(cast, first, title="Thank in the workshop", unit=tarn.unit("it"), construct=CONSEQUENCE),
    ]


@pytest.fixture
def goal(second, cast):
    today = timezone.localdate()
    day, end = today - timedelta(days=70), today + timedelta(days=100)
    cycle = goal_services.open_cycle(name="This year", starts_on=day, ends_on=end, by=None)
    goal_services.activate_cycle(cycle, by=None)
    own = {"level": "team", "title": "Praise weekly", "constructs": [CONSEQUENCE]}
    made = goals.goal(cast.max, cycle, unit=cast.helpdesk, starts_on=day, due_on=end, **own)
    return Goal.objects.with_words().get(pk=made.pk)


def page_of(person, **filters):
    return insights.page(Viewer.of(person.user), Filters(**filters), on=timezone.localdate())


def verdicts(page):
    return {row.title: row.worked.verdict for row in page.rows}


def test_actions_and_goals_stand_with_their_verdicts(done, goal, cast):
    found = verdicts(page_of(cast.hana))

    assert found["Say thanks at once"] is Verdict.BETTER
    assert found["Praise weekly"] is Verdict.BETTER
    assert found["Read the strategy"] is Verdict.NO_CLEAR_CHANGE
    assert found["Thank in the workshop"] in (Verdict.CANNOT_SAY, Verdict.TOO_EARLY)


def test_the_page_is_narrowed_by_c_verdict_kind_unit_and_practice(done, goal, cast):
    cast.helpdesk.refresh_from_db()
    better_only = page_of(cast.hana, construct=CONSEQUENCE, verdict="better")

    assert set(verdicts(better_only)) == {"Say thanks at once", "Praise weekly"}
    assert {count.value: count.count for count in better_only.counts}["better"] == 2
    assert set(verdicts(page_of(cast.hana, kind="goal", verdict="better"))) == {"Praise weekly"}
    assert "Thank in the workshop" not in verdicts(page_of(cast.hana, unit=cast.helpdesk))
    assert verdicts(page_of(cast.hana, practices=True)) == {}


def test_p05_t40_units_stand_side_by_side_only_where_the_plan_shows_both_waves(done, cast):
    found = page_of(cast.hana, construct=CONSEQUENCE)

    named = {row.change.name: row for row in found.beside}
    assert named["Helpdesk"].change.change.flag == "higher"
    assert (named["Helpdesk"].done, named["Sales"].done) == (1, 0)
    assert "Internal IT" not in named
    assert found.compared.missing >= 1


def test_p08_nothing_is_told_before_the_results_are_shared(done, cast):
    dates = dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), timezone.now())
    newest = page_of(cast.hana, construct=CONSEQUENCE).compared.campaign_pk
    Sharing.objects.create(campaign_id=newest, **dates, reached="")

    kept = page_of(cast.ada, construct=CONSEQUENCE)

    assert kept.compared is None
    assert all(row.worked.before is None for row in kept.rows)


def test_t44_t45_the_file_holds_the_page_and_says_hidden_in_words(done, goal, cast, client_of):
    address = reverse("actions:insights_csv") + f"?construct={CONSEQUENCE}"
    rows = list(csv.DictReader(io.StringIO(client_of(cast.hana).get(address).content.decode("utf-8-sig"))))

    told = {row["What"]: row for row in rows}
    assert set(told) == {"Say thanks at once", "Praise weekly", "Thank in the workshop"}
    assert told["Say thanks at once"]["Change"].lstrip("'") == "+33"
    assert {told["Thank in the workshop"][name] for name in ("Before", "After", "Change")} == {"not shown"}


def test_hr_marks_a_practice_and_whoever_chooses_an_action_reads_it(done, cast, client_of):
    address = reverse("actions:practice_of_action", args=[done[0].pk])
    hr = client_of(cast.hana)

    assert "more than chance would explain" in hr.get(address).content.decode()
    assert hr.post(address, {"words": ""}).status_code == 422
    assert hr.post(address, {"words": "Thank within a day."}).status_code == 302

    assert Practice.objects.get().words == "Thank within a day."
    assert AuditEntry.objects.filter(verb="marked as practice to copy").count() == 1
    assert Notification.objects.filter(to=cast.max.user, key=f"practice:action:{done[0].pk}").count() == 1
    new = client_of(cast.sam).get(reverse("actions:new") + f"?construct={CONSEQUENCE}").content.decode()
    assert "What worked elsewhere" in new
    assert "Thank within a day." in new
    assert done[0].get_absolute_url() not in new
    for reader in (cast.max, cast.sam):
        page = client_of(reader).get(reverse("dashboards:construct", args=[CONSEQUENCE])).content.decode()
        assert "Thank within a day." in page
    assert set(verdicts(page_of(cast.hana, practices=True))) == {"Say thanks at once"}

    removal = reverse("actions:practice_removal", args=[Practice.objects.get().pk])
    assert hr.post(removal).status_code == 302
    assert not Practice.objects.exists()


def test_a_persons_own_goal_and_a_dropped_action_are_no_examples(done, goal, cast):
    at = timezone.now()
    type(done[0]).objects.filter(pk=done[0].pk).update(state="dropped", closed_on=at, closing_words="No.")
    type(goal.detail).objects.filter(pk=goal.pk).update(level="individual")
    done[0].refresh_from_db()

    for subject in (done[0], Goal.objects.with_words().get(pk=goal.pk)):
        with pytest.raises(practices.NotToCopy):
            practices.mark(subject, words="Copy me.", by=cast.hana.user, at=at)


def test_partners_mark_only_in_their_units_and_others_nothing(done, cast, client_of):
    mine, far = (reverse("actions:practice_of_action", args=[action.pk]) for action in (done[0], done[2]))

    assert client_of(cast.petra).get(mine).status_code == 200
    assert client_of(cast.petra).get(far).status_code == 404
    for person in (cast.max, cast.ada):
        assert client_of(person).get(mine).status_code == 403
    assert client_of(cast.max).get(reverse("actions:insights")).status_code == 403


def test_t62_the_page_costs_the_same_for_ten_actions_as_for_three(done, goal, first, cast, client_of):
    client, address = client_of(cast.hana), reverse("actions:insights") + f"?construct={CONSEQUENCE}"

    def cost():
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = cost()
    for number in range(7):
        begun(cast, first, title=f"More {number}", construct=CONSEQUENCE)

    assert cost() == few
