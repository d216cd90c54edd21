"""Pages of goals: what they say, what they refuse, and that their number of queries does not grow."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from goals import rollup, services
from goals.models import CheckIn, Goal, GoalCycle, GoalDetail, RollupMark
from goals.tests import factories
from goals.tests.factories import NOON, TODAY, check_in, goal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def company(cycle, cast):
    """Organisation, department and Eve's goal below one another, with a check-in and a roll-up."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    middle = goal(cast.max, cycle, level="department", parent=top, title="Middle")
    low = goal(cast.eve, cycle, parent=middle, visibility=Goal.Visibility.LINE, title="Low")
    check_in(
        low, 30, what_changed="Two more phones", next_step="Ask Max", blocker="No headset", confidence=4, call="at_risk"
    )
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return top, middle, low


def text_of(response) -> str:
    return response.content.decode()


# --- reading ------------------------------------------------------------------------------------------------------------


def test_the_tree_shows_goals_below_one_another_and_counts_what_needs_a_look(company, cast, client_of):
    page = text_of(client_of(cast.max).get(reverse("goals:tree")))

    assert page.index("Top") < page.index("Middle") < page.index("Low")
    assert "All 3" in page
    assert "Need attention 3" in page  # all three are behind on 1 July
    assert "50%, expected 50%" not in page
    assert "30%, expected 50%" in page


@pytest.mark.parametrize(
    ("query", "found", "left_out"),
    [
        ("?show=mine", ["Top", "Middle", "Low"], []),  # mine and what they serve
        ("?q=midd", ["Top", "Middle"], ["Low</a>"]),  # a random token of a form may hold three letters
        ("?q=eve", ["Low"], []),
        ("?construct=strategy", ["Top"], ["Middle", "Low</a>"]),
        ("?construct=competency", ["No goal fits"], ["Top</a>"]),
        ("?status=achieved", ["No goal fits"], []),
        ("?show=unlinked", ["No goal fits"], []),
        ("?show=nonsense&unit=x&status=y", ["Top", "Low"], ["No goal fits"]),
    ],
)
def test_the_tree_is_narrowed_by_filters_and_keeps_what_the_matches_serve(
    company, cast, client_of, query, found, left_out
):
    page = text_of(client_of(cast.eve).get(reverse("goals:tree") + query))

    for words in found:
        assert words in page
    for words in left_out:
        assert words not in page


def test_a_unit_stands_for_its_whole_subtree(company, cast, client_of):
    client = client_of(cast.eve)

    assert "Middle" in text_of(client.get(reverse("goals:tree"), {"unit": cast.helpdesk.pk}))
    assert "No goal fits" in text_of(client.get(reverse("goals:tree"), {"unit": cast.sales.pk}))


def test_the_goal_page_explains_the_roll_up_so_that_it_adds_up(company, cast, client_of, cycle):
    _, middle, _ = company
    goal(cast.ed, cycle, parent=middle, weight=3, title="Second")
    later = goal(cast.ed, cycle, parent=middle, starts_on=TODAY + timedelta(1), title="Later")
    rollup.sweep(cycle.pk, on=TODAY, at=NOON)

    page = text_of(client_of(cast.max).get(middle.get_absolute_url()))

    assert "30.0 divided by 4 weights" in page
    assert "7.5%" in page
    assert "starts 2 July" in page
    assert later.detail.title in page
    assert "Top" in page  # the chain above
    middle.refresh_from_db()
    assert middle.supporting_ppm == 75_000


def test_the_thread_shows_what_was_said(company, cast, client_of):
    page = text_of(client_of(cast.max).get(company[2].get_absolute_url()))

    for words in ("Two more phones", "Ask Max", "No headset", "confidence 4 of 10", "own call: at risk"):
        assert words in page


def test_a_goal_without_a_measure_shows_its_supporting_goals_as_its_progress(cycle, cast, client_of):
    bare = goal(cast.max, cycle, level="team", metric_type="none", metric_name="", title="Bare")
    check_in(goal(cast.eve, cycle, parent=bare, visibility=1), 60)
    rollup.sweep(cycle.pk, on=TODAY, at=NOON)

    page = text_of(client_of(cast.max).get(bare.get_absolute_url()))

    assert "This goal has no measure of its own" in page
    assert "10 points ahead of the expected pace" in page
    assert "On track" in page


def test_my_goals_say_when_a_check_in_is_wanted(company, cast, client_of, time_machine):
    time_machine.move_to(NOON + timedelta(50))
    page = text_of(client_of(cast.eve).get(reverse("goals:mine")))

    assert "Last update 50 days ago" in page
    assert "Supports" in page
    assert "How my work serves the customer" in page


def test_every_page_says_what_to_do_when_there_is_nothing(db, cast, client_of):
    assert "No goal cycle is active" in text_of(client_of(cast.eve).get(reverse("goals:tree")))
    assert "HR opens it" in text_of(client_of(cast.eve).get(reverse("goals:new")))
    assert "Open one" in text_of(client_of(cast.hana).get(reverse("goals:tree")))
    assert "You have no goal" in text_of(client_of(cast.eve).get(reverse("goals:mine")))
    factories.cycle()
    assert "Set the first one" in text_of(client_of(cast.eve).get(reverse("goals:tree")))


# --- checking in --------------------------------------------------------------------------------------------------------


def stated(**given) -> dict[str, object]:
    return {"value": "40", "measured_on": "2026-07-01", "confidence": "6", "key": uuid4(), **given}


def test_a_check_in_shows_the_new_value_at_once_and_says_that_the_rest_follows(company, cast, client_of):
    top, middle, low = company
    client = client_of(cast.eve)

    answer = client.post(reverse("goals:check_in", args=[low.pk]), stated(), follow=True)

    assert "40% is in. The goals it supports follow in a few seconds." in text_of(answer)
    assert "40%, expected 50%" in text_of(client.get(reverse("goals:tree")))
    above = text_of(client_of(cast.max).get(middle.get_absolute_url()))
    assert "Being worked out again" in above
    rollup.sweep(low.cycle_id, on=TODAY, at=NOON)
    above = text_of(client_of(cast.max).get(middle.get_absolute_url()))
    assert "Being worked out again" not in above
    assert "40.0 divided by 1 weight" in above


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"value": ""}, "Enter the number as it stands today"),
        ({"value": "a lot"}, "Enter a number, such as 69.9"),
        ({"measured_on": "2026-07-02"}, "The day lies ahead"),
        ({"confidence": "11"}, "not one of the available choices"),
    ],
)
def test_a_check_in_that_cannot_be_saved_comes_back_with_what_to_mend(company, cast, client_of, given, words):
    answer = client_of(cast.eve).post(
        reverse("goals:check_in", args=[company[2].pk]), stated(what_changed="Keep my words", **given)
    )

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "Keep my words" in text_of(answer)
    assert CheckIn.objects.count() == 1


def test_f21_the_same_form_sent_twice_is_one_check_in(company, cast, client_of):
    form, address = stated(value="41,5"), reverse("goals:check_in", args=[company[2].pk])
    client = client_of(cast.eve)

    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert CheckIn.objects.filter(value="41.5").count() == 1


def test_a_guardrail_reading_changes_the_status_that_is_shown(cycle, cast, client_of):
    rail = services.GuardrailPlan("Reopened", "<=", factories.Decimal(6), "%")
    guarded = goal(cast.max, cycle, level="team", guardrails=[rail])
    check_in(guarded, 60)
    client, address = client_of(cast.max), reverse("goals:guardrail_reading", args=[guarded.guardrails.get().pk])

    client.post(address, {"value": "7.5", "read_on": "2026-07-01", "key": uuid4()})

    page = text_of(client.get(guarded.get_absolute_url()))
    assert "At risk: guardrail" in page
    assert "7.5%" in page
    assert client.post(address, {"value": "", "read_on": "2026-07-01", "key": uuid4()}).status_code == 422


# --- setting ------------------------------------------------------------------------------------------------------------


def planned(**given) -> dict[str, object]:
    """What the form sends for a goal of one person."""
    parts = ("milestones", "guardrails", "checkpoints", "premortem")
    rows = {f"{name}-{part}": 0 for name in parts for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {
        "title": "Call back within a day",
        "customer_benefit": "Nobody waits for news.",
        "owner": "Eve Lind",
        "starts_on": "2026-07-01",
        "due_on": "2026-12-31",
        "weight": "1",
        "visibility": "2",
        "metric_type": "increase",
        "metric_name": "Calls returned",
        "metric_unit": "%",
        "decimals": "0",
        "baseline": "60",
        "target": "90",
        "version": "0",
        **rows,
        **given,
    }


def test_an_employee_sets_a_goal_that_supports_the_departments(company, cast, client_of):
    client = client_of(cast.eve)
    form = planned(
        parent=company[1].pk,
        **{
            "guardrails-TOTAL_FORMS": 2,
            "guardrails-0-name": "Calls cut short",
            "guardrails-0-op": "<=",
            "guardrails-0-limit": "5",
            "guardrails-1-name": "",
            "guardrails-1-op": ">=",
        },
    )

    answer = client.post(reverse("goals:new") + "?level=individual", form)

    made = Goal.objects.get(detail__title="Call back within a day")
    assert answer.url == made.get_absolute_url()
    assert (made.parent, made.unit, made.is_aligned, made.own_ppm) == (company[1], cast.helpdesk, True, 0)
    assert made.guardrails.get().name == "Calls cut short"
    assert RollupMark.objects.filter(goal_id=made.pk).exists()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"target": "50"}, "needs a target above 60. For one that should fall, choose “Lower a number”"),
        ({"metric_type": "decrease"}, "needs a target below 60. For one that should rise, choose “Raise a number”"),
        ({"target": ""}, "Say where it should be"),
        ({"metric_type": "maintain"}, "Give at least one bound"),
        ({"metric_type": "maintain", "low": "9", "high": "8", "tolerance": "1"}, "lies below the lowest, 9"),
        ({"metric_type": "maintain", "low": "9"}, "how far outside still counts as at risk"),
        ({"metric_type": "milestone"}, "needs at least one milestone"),
        ({"metric_name": ""}, "Say what is measured"),
        ({"due_on": "2026-06-01"}, "due on its first day or later"),
        ({"owner": "Olga Finn"}, "Nobody here has this name"),
        ({"parent": "999999"}, "Select a valid choice"),
    ],
)
def test_a_goal_that_breaks_a_rule_comes_back_with_a_kind_sentence(company, cast, client_of, given, words):
    answer = client_of(cast.eve).post(reverse("goals:new") + "?level=individual", planned(**given))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Goal.objects.count() == 3


def test_an_organisation_goal_needs_a_construct_and_somebody_who_may_set_it(company, cast, client_of):
    address = reverse("goals:new") + "?level=organisation"

    assert client_of(cast.eve).get(address).status_code == 403
    answer = client_of(cast.ada).post(address, planned(owner="Ada Crane"))
    assert answer.status_code == 422
    assert "at least one of the seven Cs" in text_of(answer)
    assert client_of(cast.ada).post(address, planned(owner="Ada Crane", constructs=["commitment"])).status_code == 302


def test_a_milestone_goal_is_set_and_ticked_in_the_browser(company, cast, client_of):
    client = client_of(cast.eve)
    rows = {"milestones-TOTAL_FORMS": 2, "milestones-0-title": "First", "milestones-0-weight": "1"}
    rows |= {"milestones-1-title": "Second", "milestones-1-weight": "3", "milestones-1-due_on": "2026-11-01"}
    client.post(reverse("goals:new") + "?level=individual", planned(metric_type="milestone", **rows))
    made = Goal.objects.get(detail__metric_type="milestone")
    second = made.milestones.last()

    client.post(reverse("goals:check_in", args=[made.pk]), stated(milestones=[second.pk]))

    made.refresh_from_db()
    assert made.own_ppm == 750_000
    assert "1 of 2 milestones" in text_of(client.get(reverse("goals:mine")))


def test_f24_who_saves_second_sees_what_is_stored_and_keeps_what_was_typed(company, cast, client_of):
    low = company[2]
    client, address = client_of(cast.eve), reverse("goals:change", args=[low.pk])
    form = planned(version="1", title="Mine", baseline="0", target="100", parent=company[1].pk)
    services.change_goal(
        low, factories.plan(cast.eve, low.cycle, title="Theirs"), version=1, by=cast.max.user, on=TODAY
    )

    answer = client.post(address, form)

    assert answer.status_code == 409
    assert "Theirs" in text_of(answer)
    assert 'value="Mine"' in text_of(answer)
    assert client.post(address, {**form, "version": "2"}).status_code == 302
    assert GoalDetail.objects.get(pk=low.pk).title == "Mine"


def test_what_was_typed_more_exactly_than_the_measure_stands_on_every_page_as_typed(cycle, cast, client_of):
    made = goal(cast.eve, cycle, decimals=1, title="Exact")
    client = client_of(cast.eve)
    said = {"value": "69,9432", "measured_on": TODAY.isoformat(), "key": uuid4()}

    assert client.post(reverse("goals:check_in", args=[made.pk]), said).status_code == 302

    detail = text_of(client.get(made.get_absolute_url()))
    for words in ("69.9432%", "69.9432 is 69.9432 of it", "49.7%"):  # stated, on the chart, and expected by today
        assert words in detail
    assert "69.9432%" in text_of(client.get(reverse("goals:mine")))
    assert "69.9432%" in text_of(client_of(cast.max).get(reverse("dashboards:team_goals")))
    too_exact = client.post(reverse("goals:check_in", args=[made.pk]), {**said, "value": "69.94321", "key": uuid4()})
    assert too_exact.status_code == 422
    assert "4 after the point" in text_of(too_exact)


def test_my_goals_say_first_what_waits_for_a_check_in(cycle, cast, client_of):
    fresh = goal(cast.eve, cycle, title="Fresh", due_on=TODAY + timedelta(days=30))
    check_in(fresh, 30)
    client, address = client_of(cast.eve), reverse("goals:mine")
    assert "Nothing waits for a check-in" in text_of(client.get(address))

    goal(cast.eve, cycle, title="Silent")

    page = text_of(client.get(address))
    assert "1 of 2 waits for a check-in" in " ".join(page.split())
    assert page.index("Silent</a>") < page.index("Fresh</a>")  # though it is due later


def test_withdrawing_asks_for_a_reason(company, cast, client_of):
    address = reverse("goals:cancel", args=[company[1].pk])
    client = client_of(cast.max)

    assert client.post(address, {"because": ""}).status_code == 422
    assert client.post(address, {"because": "Another way was found"}).status_code == 302
    assert "Another way was found" in text_of(client.get(company[1].get_absolute_url()))


def test_hr_opens_activates_and_closes_a_cycle(db, cast, client_of):
    client, address = client_of(cast.hana), reverse("goals:cycles")
    form = {"name": "Year 2027", "starts_on": "2027-01-01", "ends_on": "2027-12-31", "rhythm": "monthly"}

    assert client.post(address, {**form, "ends_on": "2026-12-31"}).status_code == 422
    assert client.post(address, form).status_code == 302
    made = GoalCycle.objects.get()
    assert client.post(reverse("goals:cycle_activate", args=[made.pk])).status_code == 302
    assert client.post(reverse("goals:cycle_activate", args=[made.pk])).status_code == 422
    assert client.post(reverse("goals:cycle_close", args=[made.pk])).status_code == 302
    assert client.post(address, form).status_code == 422  # one name, one cycle
