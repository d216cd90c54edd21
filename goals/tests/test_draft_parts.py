"""A goal draft carries what a goal does: milestones, guardrails and a reward, whose answers its future owner gives."""

from datetime import date
from decimal import Decimal

import pytest

from goals.models import Goal, GoalDraft
from goals.plan import GuardrailPlan, MilestonePlan, PlanRefused, PremortemPlan
from goals.services import cascade
from goals.tests.factories import goal
from goals.tests.test_cascade import accept, fields, send, url

pytestmark = pytest.mark.django_db
STEPS = [MilestonePlan("Draft the wording", 2, date(2026, 5, 15)), MilestonePlan("Test it", 3)]
RAIL = GuardrailPlan("Cases that come back", "<=", Decimal("8.5"), "%", "Stops quick patches")
ANSWERS = [PremortemPlan(f"Way {number}", "Calls") for number in range(3)]


@pytest.fixture
def parent(cycle, cast):
    return goal(cast.max, cycle, level="department", title="Hold 120 reviews", target=Decimal(120))


def rows(prefix: str, *filled: dict[str, object], initial: int = 0) -> dict[str, object]:
    """A formset as a browser posts it, whose first `initial` rows were filled before."""
    posted: dict[str, object] = {f"{prefix}-TOTAL_FORMS": len(filled) + 1, f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate([*filled, {}]):
        posted |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return posted


def test_an_accepted_draft_has_the_milestones_guardrails_and_reward_of_its_plan(parent, eve):
    given = {"metric_type": "milestone", "baseline": None, "target": None}
    [draft] = send(parent, eve, **given, milestones=STEPS, guardrails=[RAIL], reward="A day off")
    assert cascade.plan_of_draft(draft).milestones == STEPS

    with pytest.raises(PlanRefused, match="three answers"):
        accept(draft)
    made = accept(draft, premortem=ANSWERS)

    assert list(made.milestones.values_list("title", "weight", "due_on")) == [
        ("Draft the wording", 2, date(2026, 5, 15)),
        ("Test it", 3, None),
    ]
    assert str(made.guardrails.get()) == "Cases that come back"
    assert (made.detail.reward, made.premortem.count(), made.own_ppm) == ("A day off", 3, 0)
    draft.refresh_from_db()
    assert draft.changes == {}  # answers are asked for, not a change


def test_the_sender_hears_which_milestones_and_guardrails_were_changed(parent, eve):
    [draft] = send(parent, eve, guardrails=[RAIL])
    accept(draft, guardrails=[GuardrailPlan("Cases that come back", "<=", Decimal(10), "%")])
    draft.refresh_from_db()
    assert draft.changes["guardrails"] == {
        "old": "Cases that come back at most 8.5%",
        "new": "Cases that come back at most 10%",
    }


def test_a_draft_with_a_reward_needs_a_guardrail_and_a_fair_one(parent, eve):
    with pytest.raises(PlanRefused, match="needs a guardrail"):
        send(parent, eve, reward="A day off")
    with pytest.raises(PlanRefused, match="questionnaire"):
        send(parent, eve, reward="A bonus for the 7 Cs score", guardrails=[RAIL])


def test_parts_are_written_in_the_wizard_and_answered_on_the_draft(parent, cast, client_of):
    to = f"p{cast.eve.pk}"
    address = url("cascade_drafts", parent.pk, f"?how=own&to={to}")
    head = client_of(cast.max)
    assert 'name="' + to + '-milestones-0-title"' in head.get(address).content.decode()
    data = fields(to, weight=1, metric_type="milestone", metric_name="Steps", reward="A day off")
    data |= rows(f"{to}-milestones", {"title": "Plan", "weight": "1"}, {"title": "Build", "weight": "3"})
    without = rows(f"{to}-guardrails", {"name": "Reopened"})

    refused = head.post(address, {**data, **without, "send": "1"})
    assert refused.status_code == 422
    assert "Say how far it may go." in refused.content.decode()
    rail = rows(f"{to}-guardrails", {"name": "Reopened", "op": "<=", "limit": "8", "unit": "%"})
    assert head.post(address, {**data, **rail, "send": "1"}).status_code == 302

    draft, eve = GoalDraft.objects.get(), client_of(cast.eve)
    page = eve.get(draft.get_absolute_url()).content.decode()
    for words in ("Build, weight 3", "Reopened at most 8%", "A day off", "It starts with three answers of yours"):
        assert words in page
    answer = {"title": "Mine", "customer_benefit": "Less waiting", "visibility": "2"}
    answer |= {"starts_on": "2026-01-01", "due_on": "2026-12-31"}
    answer |= rows("milestones", {"title": "Plan", "weight": "1"}, initial=2)  # “Build” was emptied
    link = url("draft_acceptance", draft.pk)
    refused = eve.post(link, {**answer, **rows("premortem", {"way": "Close early"})})
    assert refused.status_code == 422
    assert "three answers" in refused.content.decode()
    assert "Close early" in refused.content.decode()

    three = rows("premortem", {"way": "Close early"}, {"way": "Skip calls"}, {"way": "Pick easy cases"})
    taken = eve.post(link, {**answer, **three})
    assert taken.status_code == 302, taken.context["accept"].errors

    made = Goal.objects.get(owner=cast.eve)
    assert [step.title for step in made.milestones.counted()] == ["Plan"]
    assert made.guardrails.get().limit == 8  # rows that were not posted stay as proposed
    draft.refresh_from_db()
    assert draft.changes["milestones"] == {"old": "Plan (1); Build (3)", "new": "Plan (1)"}
