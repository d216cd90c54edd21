"""Writing a goal in the browser's terms: checkpoints, reward and pre-mortem, barred sources, the preview of a weight."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import DomainError
from goals import rollup, services
from goals.fairness import NO_RATING, NO_SURVEY
from goals.models import Goal, GoalDetail
from goals.queries.weights import weight_preview
from goals.services import GuardrailPlan, PremortemPlan
from goals.tests import factories
from goals.tests.factories import NOON, TODAY, check_in, goal, plan
from goals.tests.test_pages import planned, text_of
from people.access import Viewer

pytestmark = pytest.mark.django_db
RAIL = GuardrailPlan("Reopened cases", "<=", Decimal(6), "%")
ANSWERS = [
    PremortemPlan("Close cases early", "Reopened cases"),
    PremortemPlan("Take easy cases first", "Oldest open case"),
    PremortemPlan("Talk customers out of asking"),
]


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


def rows(prefix: str, *filled: dict[str, object]) -> dict[str, object]:
    """What a formset sends."""
    sent: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(filled), f"{prefix}-INITIAL_FORMS": 0}
    for place, row in enumerate(filled):
        sent |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return sent


# --- checkpoints --------------------------------------------------------------------------------------------------------


def test_checkpoints_are_written_as_values_and_bend_the_expected_pace(cycle, cast, client_of):
    bends = rows("checkpoints", {"reach_on": "2026-09-30", "value": "63"}, {"reach_on": "2026-11-30", "value": "84"})
    client = client_of(cast.eve)

    answer = client.post(reverse("goals:new"), planned(**bends))

    made = Goal.objects.get()
    assert answer.status_code == 302
    points = list(made.checkpoints.values_list("reach_on", "expected_ppm"))
    assert points == [(date(2026, 9, 30), 100_000), (date(2026, 11, 30), 800_000)]
    form = text_of(client.get(reverse("goals:change", args=[made.pk])))
    assert 'value="63"' in form
    assert 'value="84"' in form


@pytest.mark.parametrize(
    ("day", "value", "words"),
    [
        ("2027-03-01", "70", "between the first day and the day the goal is due"),
        ("2026-09-30", "95", "between the start and the target"),
        ("2026-09-30", "", "what the number should be by then"),
        ("", "70", "by which day"),
    ],
)
def test_a_checkpoint_off_the_way_is_refused_with_a_sentence(cycle, cast, client_of, day, value, words):
    bends = rows("checkpoints", {"reach_on": day, "value": value})

    answer = client_of(cast.eve).post(reverse("goals:new"), planned(**bends))

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not Goal.objects.exists()


def test_a_new_target_moves_the_checkpoints_with_their_values(cycle, cast, client_of):
    client = client_of(cast.eve)
    bends = rows("checkpoints", {"reach_on": "2026-09-30", "value": "75"})
    client.post(reverse("goals:new"), planned(**bends))
    made = Goal.objects.get()

    again = {**bends, "checkpoints-INITIAL_FORMS": 1, "version": "1", "target": "120"}
    client.post(reverse("goals:change", args=[made.pk]), planned(**again))

    assert made.checkpoints.get().expected_ppm == 250_000  # 75 on the way from 60 to 120


# --- what a measure and a reward are never tied to ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ({"source_kind": "survey"}, NO_SURVEY),
        ({"source_kind": "rating"}, NO_RATING),
        ({"metric_name": "Score of the 7 Cs"}, NO_SURVEY),
        ({"metric_source": "Quarterly pulse survey"}, NO_SURVEY),
        ({"reward": "A day off for the best competency ratings"}, NO_RATING),
    ],
)
def test_a_survey_score_a_pulse_or_a_rating_is_refused_with_the_text_of_the_rule(cycle, cast, client_of, given, rule):
    answer = client_of(cast.eve).post(reverse("goals:new"), planned(**given))

    assert answer.status_code == 422
    assert rule in text_of(answer)
    with pytest.raises(DomainError, match="never a rewarded metric"):
        goal(cast.eve, cycle, **given)
    assert not Goal.objects.exists()


# --- rewards ------------------------------------------------------------------------------------------------------------


def test_a_reward_needs_a_guardrail_and_three_answers_before_the_goal_starts(cycle, cast, client_of):
    with pytest.raises(DomainError, match="needs a guardrail"):
        goal(cast.eve, cycle, reward="Breakfast together", premortem=ANSWERS)
    with pytest.raises(DomainError, match="hurt a customer"):
        goal(cast.eve, cycle, reward="Breakfast together", guardrails=[RAIL], premortem=ANSWERS[:2])

    made = goal(cast.eve, cycle, reward="Breakfast together", guardrails=[RAIL], premortem=ANSWERS)
    page = text_of(client_of(cast.eve).get(made.get_absolute_url()))
    assert "Breakfast together" in page
    assert "Close cases early" in page
    assert "Oldest open case" in page
    with pytest.raises(DomainError, match="needs a guardrail"):
        services.change_goal(
            made, plan(cast.eve, cycle, reward="x", premortem=ANSWERS), version=1, by=cast.eve.user, on=TODAY
        )


def test_in_preparation_the_answers_may_still_be_missing_and_the_page_says_so(cast, client_of):
    next_year = factories.cycle("Year 2027", state="preparation")
    made = goal(cast.eve, next_year, reward="Breakfast together", guardrails=[RAIL])

    page = text_of(client_of(cast.eve).get(made.get_absolute_url()))

    assert "3 of 3 answers missing" in page
    with pytest.raises(DomainError, match="Answer within a day"):
        services.activate_cycle(next_year, by=cast.hana.user)
    answered = plan(cast.eve, next_year, reward="Breakfast together", guardrails=[RAIL], premortem=ANSWERS)
    services.change_goal(made, answered, version=1, by=cast.eve.user, on=TODAY)
    assert services.activate_cycle(next_year, by=cast.hana.user).takes_check_ins


def test_a_reward_is_on_hold_while_a_guardrail_is_broken(cycle, cast, client_of):
    made = goal(cast.eve, cycle, reward="Breakfast together", guardrails=[RAIL], premortem=ANSWERS)
    services.read_guardrail(made.guardrails.get(), value=Decimal(9), read_on=TODAY, note="", by=cast.eve, at=NOON)

    assert "Nothing is paid or given while it is" in text_of(client_of(cast.eve).get(made.get_absolute_url()))


# --- the preview of a weight --------------------------------------------------------------------------------------------


@pytest.fixture
def family(cycle, cast):
    """Max's goal, supported by Eve's (40 %, weight 2) and Ed's (100 %, weight 1)."""
    top = goal(cast.max, cycle, level="department", title="Top")
    eves = goal(cast.eve, cycle, parent=top, weight=2, title="Eve's")
    eds = goal(cast.ed, cycle, parent=top, title="Ed's")
    check_in(eves, 40)
    check_in(eds, 100)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    for one in (top, eves, eds):
        one.refresh_from_db()
    return top, eves, eds


def test_the_preview_of_a_weight_says_its_share_and_what_becomes_of_the_roll_up(family, cast):
    top, eves, _ = family
    viewer = Viewer.of(cast.max.user)

    changed = weight_preview(viewer, top, eves, 5, on=TODAY)
    added = weight_preview(viewer, top, None, 1, on=TODAY)

    assert (changed.share, changed.before, changed.after) == ("83%", "60.0%", "50.0%")  # (5*40 + 100) / 6
    assert (added.share, added.before, added.after) == ("25%", "60.0%", "45.0%")
    assert top.supporting_ppm == 600_000


def test_the_preview_stands_in_the_form_with_and_without_scripts(family, cast, client_of):
    top, eves, _ = family
    client = client_of(cast.eve)
    fragment = client.get(reverse("goals:weights"), {"goal": eves.pk, "parent": top.pk, "weight": "5"})
    form = planned(version="1", parent=top.pk, weight="5", preview="1", title="Not saved")
    page = client.post(reverse("goals:change", args=[eves.pk]), form)

    for answer in (fragment, page):
        assert answer.status_code == 200
        assert "83%" in text_of(answer)
    assert GoalDetail.objects.get(pk=eves.pk).title == "Eve's"


def test_the_preview_does_not_give_away_the_progress_of_one_hidden_goal(family, cast, client_of):
    top, eves, eds = family
    for one in (eves, eds):
        Goal.objects.filter(pk=one.pk).update(visibility=Goal.Visibility.LINE)

    page = text_of(
        client_of(cast.eve).get(reverse("goals:weights"), {"goal": eves.pk, "parent": top.pk, "weight": "5"})
    )

    assert "it would show the progress of one person" in page
    assert "50.0%" not in page
    assert "60.0%" not in page


def test_a_hidden_goal_is_no_parent_of_a_preview(family, cast, client_of):
    _, eves, _ = family
    Goal.objects.filter(pk=eves.pk).update(visibility=Goal.Visibility.LINE)

    page = text_of(client_of(cast.olga).get(reverse("goals:weights"), {"parent": eves.pk, "weight": "1"}))

    assert "Eve" not in page


# --- duplicate ----------------------------------------------------------------------------------------------------------


def test_a_goal_is_duplicated_with_its_words_and_rows_but_not_its_people_and_dates(cycle, cast, client_of):
    steps = [services.MilestonePlan("First step", 2, date(2026, 8, 1))]
    made = goal(
        cast.max, cycle, level="team", title="Try it", metric_type="milestone", milestones=steps, guardrails=[RAIL]
    )

    page = text_of(client_of(cast.sam).get(reverse("goals:new"), {"copy": made.pk}))

    assert 'value="Try it"' in page
    assert 'value="First step"' in page
    assert 'value="Reopened cases"' in page
    assert "2026-08-01" not in page
    assert "Sam Hart" in page
    assert f'name="milestones-0-pk" value="{made.milestones.get().pk}"' not in page
