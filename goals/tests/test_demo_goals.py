"""The demo company's goals: every row of `expected_results` in goals.yaml, through the loader and the real roll-up."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core import shipped
from goals import bulk, progress
from goals.models import (
    CheckIn,
    Comment,
    Consultation,
    Goal,
    GoalCycle,
    GoalDetail,
    GoalDraft,
    GoalTemplate,
    Guardrail,
    GuardrailReading,
    RollupState,
    UnitSummary,
)
from goals.progress import Status
from goals.queries import rows
from goals.tests.conftest import GOALS_YAML

EXPECTED = shipped.read(GOALS_YAML)["expected_results"]
ANCHOR = date(2026, 7, 1)


def four(ppm: int | None) -> float | None:
    return None if ppm is None else progress.rounded(ppm) / 10_000


@pytest.fixture(params=[ANCHOR, ANCHOR + timedelta(143)], ids=["on the anchor date", "143 days later"])
def loaded(request, tarnbrook):
    tarnbrook.load(request.param)
    titles = {row["title"]: row["key"] for row in tarnbrook.content["goals"]}
    names = {
        (row["key"], rail["name"]): rail["key"] for row in tarnbrook.content["goals"] for rail in row["guardrails"]
    }
    return request.param, titles, names


def test_e24_all_29_goals_stand_as_goals_yaml_expects(loaded):
    on, titles, names = loaded
    goals = list(Goal.objects.with_words())

    found = {titles[row.title]: row for row in rows.rows_of(goals, on)}
    supporting = rows.roll_ups([goal.pk for goal in goals], on)

    assert found.keys() == EXPECTED.keys()
    for key, expected in EXPECTED.items():
        row = found[key]
        assert four(row.progress_ppm) == expected["progress"], key
        assert four(row.expected_ppm) == expected["expected"], key
        assert (row.status.value, row.shown.value) == (expected["status"], expected["shown"]), key
        assert [names[key, name] for name in row.breached] == expected["guardrails_breached"], key
        rolled, wanted = supporting.get(row.id), expected["rollup"]
        assert (rolled is None) == (wanted is None), key
        if rolled:
            assert four(rolled.progress) == four(row.supporting_ppm) == wanted["progress"], key
            assert four(rolled.expected) == wanted["expected"], key
            assert rolled.status.value == wanted["status"], key
            assert row.tells_different_story == wanted["tells_different_story"], key


def test_the_same_standings_come_out_for_the_whole_cycle_at_once(loaded):
    on, titles, _ = loaded
    found = bulk.standings(GoalCycle.objects.get().pk, on)
    titled = dict(Goal.objects.values_list("pk", "detail__title"))

    for place, pk in enumerate(found.tree["id"].tolist()):
        expected = EXPECTED[titles[titled[pk]]]
        assert bulk.STATUSES[found.status[place]].value == expected["status"]
        assert bulk.STATUSES[found.shown[place]].value == expected["shown"]


def test_the_file_is_loaded_whole_and_only_once(tarnbrook):
    first = tarnbrook.load(ANCHOR)
    again = tarnbrook.load(ANCHOR)

    assert first == again
    assert (first.name, first.starts_on, first.ends_on) == ("Year 2026", date(2026, 1, 1), date(2026, 12, 31))
    given = tarnbrook.content["goals"]
    assert Goal.objects.count() == len(given) == 29
    steps = [step for row in given for step in row["metric"].get("milestones", [])]
    days_done = {
        (row["key"], step["done"]) for row in given for step in row["metric"].get("milestones", []) if step["done"]
    }
    assert CheckIn.objects.standing().count() == sum(len(row["check_ins"]) for row in given) + len(days_done)
    (wrong,) = CheckIn.objects.exclude(replaced_at=None)
    assert (wrong.value, wrong.correction.value) == (Decimal("96.9"), Decimal("69.9"))
    assert GuardrailReading.objects.exclude(replaced_at=None).get().correction.value == 96
    assert sum(1 for step in steps if step["done"]) == CheckIn.objects.exclude(milestones=None).count()
    assert Guardrail.objects.count() == sum(len(row["guardrails"]) for row in given)
    assert Guardrail.objects.filter(is_breached=True).count() == 2
    assert Consultation.objects.count() == 3
    assert all(Goal.objects.values_list("is_aligned", flat=True))


def test_unit_summaries_are_totals_of_whole_subtrees(tarnbrook):
    cycle = tarnbrook.load(ANCHOR)

    top = UnitSummary.objects.get(cycle=cycle, unit=tarnbrook.units["org"])
    shown = [Status(row["shown"]) for row in EXPECTED.values()]
    for status in Status:
        assert getattr(top, status.value) == shown.count(status), status
    assert (top.goals, top.with_data, top.breached, top.people, top.covered) == (29, 28, 2, 18, 18)
    assert top.stale == 1  # G3: last milestone on 6 May
    service = UnitSummary.objects.get(cycle=cycle, unit=tarnbrook.units["service"])
    in_service = [row for row in tarnbrook.content["goals"] if row["unit"].startswith("service")]
    assert service.goals == len(in_service)
    assert RollupState.objects.get(cycle=cycle).as_of == ANCHOR


def test_people_talk_around_their_goals_and_hr_keeps_templates(tarnbrook):
    tarnbrook.load(ANCHOR)

    top = GoalDetail.objects.get(title="More customers are pleased after every contact")
    assert (top.goal.premortem.count(), bool(top.reward)) == (3, True)
    assert Comment.objects.count() == 4
    assert GoalTemplate.objects.count() == 3
    lead, employee = GoalDraft.objects.waiting().order_by("sent_to_id")
    assert (lead.sent_to, employee.sent_to) == (tarnbrook.people["p08"], tarnbrook.people["p09"])
    assert (len(lead.parts["milestones"]), len(lead.parts["guardrails"]), employee.target) == (3, 1, 60)
