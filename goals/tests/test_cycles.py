"""Cycles: scores that closing freezes, and goals that are carried over."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import Q
from django.urls import reverse

from core.errors import DomainError
from core.models import AuditEntry
from goals import services
from goals.models import CheckIn, Contributor, FinalScore, Goal, GoalCycle, GoalDetail
from goals.progress import Status
from goals.queries.rows import rows_of
from goals.services import GuardrailPlan, MilestonePlan, PremortemPlan
from goals.tests.factories import NOON, TODAY, check_in, goal, plan
from goals.tests.test_pages import text_of

pytestmark = pytest.mark.django_db
RAIL = GuardrailPlan("Reopened cases", "<=", Decimal(6), "%", "Stops quick patches.")
LATER = date(2027, 3, 1)


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def company(cycle, cast):
    """A goal of each kind below the organisation's; Eve's stands at 40 of 100, with a guardrail."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    middle = goal(cast.max, cycle, level="department", parent=top, title="Middle", metric_type="none")
    low = goal(cast.eve, cycle, parent=middle, title="Low", guardrails=[RAIL], weight=3)
    check_in(low, 40)
    return top, middle, low


@pytest.fixture
def next_year(db) -> GoalCycle:
    return services.open_cycle(name="Year 2027", starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31), by=None)


# --- closing ------------------------------------------------------------------------------------------------------------


def test_closing_keeps_where_every_goal_stands(company, cycle, cast):
    low = company[2]
    services.read_guardrail(low.guardrails.get(), value=Decimal(9), read_on=TODAY, note="", by=cast.eve, at=NOON)
    secret = goal(
        cast.ed, cycle, visibility=Goal.Visibility.PRIVATE, metric_type="milestone", milestones=[MilestonePlan("One")]
    )

    closed = services.close_cycle(cycle, by=cast.hana.user, at=NOON)

    assert (closed.state, closed.closed_on) == (GoalCycle.State.CLOSED, TODAY)
    goals = list(Goal.objects.with_words().filter(pk__in=[*(one.pk for one in company), secret.pk]).order_by("pk"))
    for one, row in zip(goals, rows_of(goals, TODAY), strict=True):
        final = one.final
        found = (
            final.progress_ppm,
            final.expected_ppm,
            final.supporting_ppm,
            Status(final.status),
            Status(final.shown),
        )
        assert found == (row.progress_ppm, row.expected_ppm, row.supporting_ppm, row.status, row.shown), row.title
    assert Goal.objects.get(pk=low.pk).final.is_breached
    assert Goal.objects.get(pk=company[1].pk).final.supporting_ppm == 400_000


def test_scores_stay_whatever_day_it_is(company, cycle, cast, client_of, time_machine):
    services.close_cycle(cycle, by=None, at=NOON)
    before = text_of(client_of(cast.eve).get(company[2].get_absolute_url()))
    time_machine.move_to(NOON + timedelta(days=400))
    client = client_of(cast.eve)

    after = text_of(client.get(company[2].get_absolute_url()))

    assert "was closed on 1 July 2026" in after
    for words in ("10 points behind the expected pace", "Final score: on track"):
        assert words in before
        assert words in after
    assert "40% done, 50% expected" in text_of(client.get(reverse("goals:mine"), {"cycle": cycle.pk}))
    assert FinalScore.objects.get(goal=company[2]).scored_on == TODAY


def test_a_closed_cycle_takes_no_check_in_change_or_reading(company, cycle, cast):
    low = company[2]
    services.close_cycle(cycle, by=None, at=NOON)

    refused = [
        lambda: check_in(low, 50),
        lambda: services.change_goal(low, plan(cast.eve, cycle), version=1, by=cast.eve.user, on=TODAY),
        lambda: services.cancel_goal(low, because="Late", by=cast.eve.user),
        lambda: services.read_guardrail(
            low.guardrails.get(), value=Decimal(1), read_on=TODAY, note="", by=cast.eve, at=NOON
        ),
        lambda: goal(cast.ed, cycle),
        lambda: services.change_cycle(
            cycle, name="Other", starts_on=cycle.starts_on, ends_on=cycle.ends_on, rhythm="weekly", by=None
        ),
        lambda: services.close_cycle(cycle, by=None, at=NOON),
    ]
    for verb in refused:
        with pytest.raises(DomainError, match="closed|not active"):
            verb()
    assert CheckIn.objects.count() == 1


def test_the_tree_shows_any_cycle_and_a_closed_one_as_it_was(company, cycle, next_year, cast, client_of, time_machine):
    goal(
        cast.uma,
        next_year,
        level="organisation",
        unit=cast.company,
        title="What comes next",
        starts_on=LATER,
        due_on=LATER,
    )
    services.close_cycle(cycle, by=None, at=NOON)
    time_machine.move_to(NOON + timedelta(days=400))
    eve, tree = client_of(cast.eve), reverse("goals:tree")

    assert f"{tree}?cycle={next_year.pk}" in text_of(eve.get(tree))  # none is active
    coming = text_of(eve.get(tree, {"cycle": next_year.pk}))
    assert ("What comes next" in coming, "Top" in coming, "is in preparation" in coming) == (True, False, True)
    was = text_of(eve.get(tree, {"cycle": cycle.pk}))
    assert ("40%, expected 50%" in was, "was closed on 1 July 2026" in was, "What comes next" in was) == (
        True,
        True,
        False,
    )
    assert "40%, expected 50%" in text_of(eve.get(reverse("goals:branch", args=[company[1].pk])))
    assert "on 1 July 2026" in text_of(eve.get(reverse("goals:tree_print"), {"cycle": cycle.pk}))


def test_t55_a_stale_page_of_a_cycle_does_not_overwrite(cycle, cast, client_of):
    hana, address = client_of(cast.hana), reverse("goals:cycle", args=[cycle.pk])
    seen = hana.get(address).context["form"]["stamp"].value()
    said = {"name": "Year one", "starts_on": "2026-01-01", "ends_on": "2026-12-31", "rhythm": "monthly", "stamp": seen}

    assert hana.post(address, said).status_code == 302
    late = hana.post(address, {**said, "name": "Year 2026", "ends_on": "2026-11-30", "rhythm": "weekly"})
    assert (late.status_code, "Year one" in text_of(late), "2026-11-30" in text_of(late)) == (409, True, True)
    assert "Every month" in text_of(late).split("To save yours")[0]
    fresh = late.context["now"]["stamp"].value()
    assert hana.post(address, {**said, "name": "Mine", "stamp": fresh}).status_code == 302
    assert GoalCycle.objects.get(pk=cycle.pk).name == "Mine"


def test_t09_a_cycle_moves_forward_only(cycle, next_year):
    with pytest.raises(DomainError, match="not active"):
        services.close_cycle(next_year, by=None, at=NOON)
    with pytest.raises(DomainError, match="not in preparation"):
        services.activate_cycle(cycle, by=None)
    closed = services.close_cycle(cycle, by=None, at=NOON)
    with pytest.raises(DomainError, match="not in preparation"):
        services.activate_cycle(closed, by=None)


def test_hr_reads_what_closing_means_and_how_the_cycle_ended(company, cycle, cast, client_of):
    client, address = client_of(cast.hana), reverse("goals:cycle_close", args=[cycle.pk])
    asked = text_of(client.get(address))

    assert "2 goals</b> never had a check-in" not in asked  # Middle has no measure of its own
    assert "1 goal</b> never had a check-in" in asked
    assert "is still to come" in asked
    assert client.post(address).status_code == 302
    page = text_of(client.get(reverse("goals:cycle", args=[cycle.pk])))
    assert "How it ended" in page
    assert "Scores are those of 1 July 2026" in page


def test_hr_changes_name_days_and_rhythm(cycle, cast, client_of):
    form = {"name": "This year", "starts_on": "2026-01-01", "ends_on": "2027-01-31", "rhythm": "weekly"}
    client, address = client_of(cast.hana), reverse("goals:cycle", args=[cycle.pk])

    assert client.post(address, form).status_code == 302
    assert client.post(address, {**form, "ends_on": "2025-01-01"}).status_code == 422

    cycle.refresh_from_db()
    assert (cycle.name, cycle.ends_on, cycle.rhythm) == ("This year", date(2027, 1, 31), "weekly")
    assert AuditEntry.objects.get(verb="changed", changes__has_key="rhythm").changes["rhythm"]["new"] == "weekly"


# --- carrying over ------------------------------------------------------------------------------------------------------


def carry(source, into, goals, *, fresh=True, by):
    return services.carry_over(source, into, goals=[one.pk for one in goals], from_where_it_stands=fresh, by=by.user)


def test_goals_are_carried_over_with_measure_guardrails_and_links(company, cycle, next_year, cast):
    top, middle, low = company
    Contributor.objects.create(goal=low, employee=cast.ed)

    carried = carry(cycle, next_year, company, by=cast.hana)

    assert [one.detail.title for one in carried.goals] == ["Top", "Middle", "Low"]
    new = Goal.objects.select_related("detail", "parent__detail").get(detail__carried_from=low)
    assert (new.parent.detail.title, new.weight, new.owner, new.is_aligned) == ("Middle", 3, cast.eve, True)
    assert (new.starts_on, new.due_on) == (date(2027, 1, 1), date(2027, 12, 31))
    assert (new.detail.baseline, new.detail.target) == (40, 100)
    assert list(new.guardrails.values_list("name", "value")) == [("Reopened cases", None)]
    assert new.contributors.get().employee == cast.ed
    assert new.checked_on is None


def test_carried_over_anew_a_goal_begins_as_it_once_did(company, cycle, next_year, cast):
    carried = carry(cycle, next_year, [company[2]], fresh=False, by=cast.hana)

    assert carried.goals[0].detail.baseline == 0
    assert carried.goals[0].parent is None


def test_carrying_over_twice_makes_a_goal_once_and_links_to_what_is_there(company, cycle, next_year, cast):
    carry(cycle, next_year, company[:2], by=cast.hana)

    second = carry(cycle, next_year, company, by=cast.hana)

    assert [one.detail.title for one in second.goals] == ["Low"]
    assert second.goals[0].parent.detail.carried_from == company[1]
    assert Goal.objects.filter(cycle=next_year).count() == 3


def test_open_milestones_are_carried_and_move_into_the_new_cycle(cycle, next_year, cast):
    steps = [MilestonePlan("Done", due_on=date(2026, 3, 1)), MilestonePlan("Open", 4, date(2026, 10, 1))]
    made = goal(cast.eve, cycle, metric_type="milestone", milestones=steps)
    check_in(made, milestones_done=[made.milestones.get(title="Done").pk])

    carried = carry(cycle, next_year, [made], by=cast.hana)

    assert list(carried.goals[0].milestones.values_list("title", "weight", "due_on")) == [
        ("Open", 4, date(2027, 10, 1))
    ]


def test_a_goal_of_who_has_left_goes_to_the_head_of_the_unit(company, cycle, next_year, cast):
    cast.eve.is_active = False
    cast.eve.save(update_fields=["is_active"])

    assert carry(cycle, next_year, [company[2]], by=cast.hana).goals[0].owner == cast.max


def test_a_reward_is_carried_over_with_its_answers(cycle, next_year, cast):
    answers = [PremortemPlan(way) for way in ("One", "Two", "Three")]
    made = goal(cast.eve, cycle, reward="Breakfast", guardrails=[RAIL], premortem=answers)

    new = carry(cycle, next_year, [made], by=cast.hana).goals[0]

    assert new.detail.reward == "Breakfast"
    assert new.premortem.count() == 3


def test_t05_a_list_with_a_goal_of_another_cycle_or_a_hidden_one_is_refused_whole(
    company, cycle, next_year, cast, client_of
):
    secret = goal(cast.ed, cycle, visibility=Goal.Visibility.PRIVATE)
    other = goal(cast.ed, next_year)
    client, address = client_of(cast.hana), reverse("goals:carry_over", args=[cycle.pk])
    form = {"into": next_year.pk, "start": "here"}

    for stranger in (secret, other):
        answer = client.post(address, {**form, "goals": [company[0].pk, stranger.pk]})
        assert answer.status_code == 422
        assert "not in the cycle any more" in text_of(answer)
    with pytest.raises(DomainError, match="not in the cycle"):
        carry(cycle, next_year, [company[0], other], by=cast.hana)
    assert not GoalDetail.objects.filter(~Q(carried_from=None)).exists()


def test_hr_chooses_what_is_carried_over_and_the_old_goal_says_where_it_went(
    company, cycle, next_year, cast, client_of
):
    client, address = client_of(cast.hana), reverse("goals:carry_over", args=[cycle.pk])
    services.close_cycle(cycle, by=None, at=NOON)
    asked = text_of(client.get(address))
    assert "Final score" in asked
    assert asked.count(" checked") >= 3

    assert client.post(address, {"into": next_year.pk, "start": "here"}).status_code == 422
    answer = client.post(address, {"into": next_year.pk, "start": "here", "goals": [one.pk for one in company]})

    assert answer.status_code == 302
    assert "Carried over already" in text_of(client.get(address))
    assert "Carried over to" in text_of(client.get(company[0].get_absolute_url()))
    new = Goal.objects.get(detail__carried_from=company[0])
    assert "Carried over from" in text_of(client.get(new.get_absolute_url()))
