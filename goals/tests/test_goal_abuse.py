"""Goals under hostile or clumsy input: foreign ids, extra fields, markup, searches that pry, strange numbers."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from goals import services
from goals.models import CheckIn, Goal, GoalDetail, Guardrail
from goals.tests.factories import NOON, TODAY, goal
from goals.tests.test_pages import planned, stated, text_of

pytestmark = pytest.mark.django_db
RAIL = [services.GuardrailPlan("Reopened", "<=", Decimal(6), "%")]


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def mine(cycle, eve):
    return goal(eve, cycle, visibility=Goal.Visibility.LINE, guardrails=RAIL, title="Mine")


@pytest.fixture
def theirs(cycle, olga):
    steps = [services.MilestonePlan("Theirs")]
    return goal(
        olga, cycle, visibility=2, guardrails=RAIL, metric_type="milestone", milestones=steps, title="Olga's plan"
    )


def test_t02_row_ids_of_another_goal_change_nothing_there(mine, theirs, cast, client_of):
    rail, step = theirs.guardrails.get(), theirs.milestones.get()
    rows = {"guardrails-TOTAL_FORMS": 1, "guardrails-0-pk": rail.pk, "guardrails-0-name": "Taken over"}
    rows |= {"guardrails-0-op": ">=", "guardrails-0-limit": "1"}
    rows |= {"milestones-TOTAL_FORMS": 1, "milestones-0-pk": step.pk, "milestones-0-title": "Taken over"}
    form = planned(version="1", metric_type="milestone", **rows)

    client_of(cast.eve).post(reverse("goals:change", args=[mine.pk]), form)

    rail.refresh_from_db()
    step.refresh_from_db()
    assert (rail.name, rail.goal, step.title, step.goal) == ("Reopened", theirs, "Theirs", theirs)
    assert Guardrail.objects.get(name="Taken over").goal == mine


def test_t02_a_milestone_of_another_goal_cannot_be_ticked(mine, theirs, cast, client_of):
    services.change_goal(
        mine,
        services.GoalPlan(
            cycle=mine.cycle,
            level="individual",
            title="Mine",
            customer_benefit="They notice.",
            unit=mine.unit,
            owner=cast.eve,
            starts_on=mine.starts_on,
            due_on=mine.due_on,
            metric_type="milestone",
            metric_name="Steps",
            milestones=[services.MilestonePlan("Own")],
            guardrails=[services.GuardrailPlan("Reopened", "<=", Decimal(6), "%", pk=mine.guardrails.get().pk)],
        ),
        version=1,
        by=cast.eve.user,
        on=TODAY,
    )
    step = theirs.milestones.get()

    answer = client_of(cast.eve).post(reverse("goals:check_in", args=[mine.pk]), stated(value="", milestones=[step.pk]))

    step.refresh_from_db()
    assert (answer.status_code, step.done_on) == (422, None)


def test_t06_fields_that_are_not_in_the_form_are_ignored(mine, cast, client_of):
    extra = {
        "own_ppm": "1000000",
        "is_aligned": "on",
        "state": "2",
        "depth": "0",
        "cycle": "1",
        "level": "organisation",
    }

    client_of(cast.eve).post(reverse("goals:change", args=[mine.pk]), planned(version="1", **extra))

    mine.refresh_from_db()
    assert (mine.own_ppm, mine.is_aligned, mine.state) == (0, False, Goal.State.ACTIVE)
    assert GoalDetail.objects.get(pk=mine.pk).level == "individual"


def test_t12_t14_words_are_escaped_everywhere(cycle, cast, client_of):
    bad = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    rails = [services.GuardrailPlan(bad, "<=", Decimal(6), "%", bad)]
    top = goal(
        cast.max,
        cycle,
        level="team",
        title=bad,
        customer_benefit=bad,
        metric_name=bad,
        metric_unit="<b>",
        guardrails=rails,
    )
    goal(cast.eve, cycle, parent=top, title=bad, visibility=1)
    client = client_of(cast.max)
    client.post(reverse("goals:check_in", args=[top.pk]), stated(what_changed=bad, next_step=bad, blocker=bad))

    addresses = [
        reverse("goals:tree"),
        reverse("goals:tree") + "?q=" + bad,
        top.get_absolute_url(),
        reverse("goals:branch", args=[top.pk]),
        reverse("goals:mine"),
        reverse("goals:check_in", args=[top.pk]),
        reverse("goals:change", args=[top.pk]),
        reverse("goals:cancel", args=[top.pk]),
        reverse("goals:guardrail_reading", args=[top.guardrails.get().pk]),
    ]
    for address in addresses:
        page = text_of(client.get(address))
        assert "alert(1)</script>" not in page, address
        assert "<img src=x" not in page, address
        assert "<b> " not in page, address


def test_t24_a_search_betrays_no_hidden_goal(mine, theirs, cast, client_of):
    client = client_of(cast.eve)

    for query in ("?q=Olga", "?q=plan", "?show=unlinked", "?show=stale", "?status=off_track", ""):
        page = text_of(client.get(reverse("goals:tree") + query))
        assert "Olga&#x27;s plan" not in page, query
    assert "All 1" in text_of(client.get(reverse("goals:tree")))
    assert "Not linked 1" in text_of(client.get(reverse("goals:tree")))


@pytest.mark.parametrize(
    "value", ["NaN", "Infinity", "1e400", "9" * 30, "1,2,3", "--1", "", "\x00", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧"]
)
def test_t57_a_number_that_is_none_comes_back_in_words(mine, cast, client_of, value):
    answer = client_of(cast.eve).post(reverse("goals:check_in", args=[mine.pk]), stated(value=value))

    assert answer.status_code == 422
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"key": "no-uuid"},
        {"measured_on": "0001-01-01"},
        {"measured_on": "2026-02-30"},
        {"call": "splendid"},
        {"what_changed": "x" * 2001},
    ],
)
def test_t56_t57_a_check_in_that_makes_no_sense_is_refused_kindly(mine, cast, client_of, given):
    answer = client_of(cast.eve).post(reverse("goals:check_in", args=[mine.pk]), stated(**given))

    assert answer.status_code == 422
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "?page=0&q=a",
        "?page=99999999999999999999&q=a",
        "?unit=1%20OR%201",
        "?q=%00",
        "?show=mine&show=stale",
        "?construct[]=x",
        "?cycle=9",
    ],
)
def test_t23_t57_strange_addresses_are_no_crash(mine, cast, client_of, query):
    client = client_of(cast.eve)

    for name in ("tree", "mine", "new"):
        assert client.get(reverse(f"goals:{name}") + query).status_code == 200
    assert client.get(reverse("goals:branch", args=[mine.pk]) + query).status_code == 200


def test_t54_one_check_in_form_counts_once_even_with_other_words(mine, cast, client_of):
    key, address = uuid4(), reverse("goals:check_in", args=[mine.pk])
    client = client_of(cast.eve)
    for value in ("10", "20"):
        assert client.post(address, stated(value=value, key=key)).status_code == 302

    assert [entry.value for entry in CheckIn.objects.all()] == [10]


def test_t55_a_stale_form_does_not_overwrite(mine, cast, client_of):
    client, address = client_of(cast.eve), reverse("goals:change", args=[mine.pk])

    assert client.post(address, planned(version="1", title="First")).status_code == 302
    assert client.post(address, planned(version="1", title="Second")).status_code == 409
    assert GoalDetail.objects.get(pk=mine.pk).title == "First"


@pytest.mark.parametrize("text", ["²", "٣", "9" * 30])
def test_t57_what_only_looks_like_a_number_is_no_error(cycle, cast, client_of, text):
    hana, max = client_of(cast.hana), client_of(cast.max)
    goal(cast.eve, cycle)

    answers = [
        hana.get(reverse("goals:carry_over", args=[cycle.pk])),
        hana.post(reverse("goals:carry_over", args=[cycle.pk]), {"into": text}),
        hana.get(reverse("goals:template_new"), {"from": text}),
        max.get(reverse("goals:new"), {"parent": text, "cycle": text, "copy": text}),
        max.get(reverse("goals:weights"), {"parent": text, "weight": text}),
        max.get(reverse("dashboards:team_goals"), {"unit": text}),
        max.post(reverse("dashboards:team_ask"), {"goals": text}),
    ]

    assert all(answer.status_code < 500 for answer in answers)
