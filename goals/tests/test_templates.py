"""Goal templates: HR keeps them, everybody who sets goals starts from one."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.models import AuditEntry
from goals.models import Goal, GoalTemplate
from goals.services import GuardrailPlan, MilestonePlan
from goals.services.templates import keep_template, template_of
from goals.tests.factories import NOON, goal
from goals.tests.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


def written(**given) -> dict[str, object]:
    rows = {f"{name}-{part}": 0 for name in ("milestones", "guardrails") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return {
        "title": "Answer within a day",
        "customer_benefit": "Customers wait less.",
        "level": "team",
        "metric_type": "increase",
        "metric_name": "Answers within a day",
        "metric_unit": "%",
        "decimals": "1",
        **rows,
        **given,
    }


def test_hr_keeps_a_template_and_a_goal_is_started_from_it(cycle, cast, client_of):
    client = client_of(cast.hana)
    rail = {"guardrails-TOTAL_FORMS": 1, "guardrails-0-name": "Reopened", "guardrails-0-op": "<="}
    rail |= {"guardrails-0-limit": "6,5", "guardrails-0-unit": "%"}

    assert client.post(reverse("goals:template_new"), written(**rail)).status_code == 302

    kept = GoalTemplate.objects.get()
    assert kept.guardrails == [{"name": "Reopened", "op": "<=", "limit": "6.5", "unit": "%", "why": ""}]
    assert AuditEntry.objects.filter(verb="added", subject_kind="goals.goaltemplate").exists()
    offered = text_of(client_of(cast.max).get(reverse("goals:new"), {"level": "team"}))
    assert f"?template={kept.pk}" in offered
    form = text_of(client_of(cast.max).get(reverse("goals:new"), {"template": kept.pk}))
    for words in ('value="Answer within a day"', 'value="Reopened"', 'value="6.5"'):
        assert words in form
    assert f"?template={kept.pk}" not in text_of(client_of(cast.eve).get(reverse("goals:new")))  # not her level


def test_a_template_is_changed_and_no_longer_offered(cycle, cast, client_of):
    kept = keep_template(
        GoalTemplate(title="Old", customer_benefit="x", level="individual", metric_type="none"), by=cast.hana.user
    )
    client, address = client_of(cast.hana), reverse("goals:template", args=[kept.pk])

    assert client.post(address, written(title="", level="individual")).status_code == 422
    assert client.post(address, written(level="individual", is_archived="on", version=1)).status_code == 302

    entry = AuditEntry.objects.get(verb="changed", subject_kind="goals.goaltemplate")
    assert entry.changes["title"] == {"old": "Old", "new": "Answer within a day"}
    assert "?template=" not in text_of(client_of(cast.eve).get(reverse("goals:new")))
    assert "Not offered" in text_of(client.get(reverse("goals:templates")))


def test_two_tabs_of_one_template_do_not_overwrite_each_other_unseen(cast, client_of):
    rails = [{"name": "Reopened", "op": "<=", "limit": "6.5", "unit": "%", "why": ""}]
    given = {"title": "Old", "customer_benefit": "x", "level": "team", "metric_type": "none", "guardrails": rails}
    kept = keep_template(GoalTemplate(**given), by=cast.hana.user)
    client, address = client_of(cast.hana), reverse("goals:template", args=[kept.pk])
    bare = written(title="First", metric_type="none", version=kept.version)
    steps = {"milestones-TOTAL_FORMS": 1, "milestones-0-title": "Ask ten customers", "milestones-0-weight": 2}

    assert 'name="version" value="1"' in text_of(client.get(address))
    assert client.post(address, {**bare, "metric_type": "milestone", **steps}).status_code == 302
    late = client.post(address, {**bare, "title": "Second", "description": "Typed in the other tab"})

    page = text_of(late)
    assert late.status_code == 409
    note = page.split("To save yours")[0]
    for words in ("Somebody changed this template", "First", "Ask ten customers (weight 2)"):  # now stored
        assert words in note
    for same in ("What the customer notices", "Guardrails"):  # of which nothing needs to be compared
        assert same not in note
    for typed in ('value="Second"', "Typed in the other tab", 'name="version" value="2"'):
        assert typed in page
    kept.refresh_from_db()
    assert (kept.title, kept.version) == ("First", 2)

    assert client.post(address, {**bare, "title": "Second", "version": 2}).status_code == 302
    kept.refresh_from_db()
    assert (kept.title, kept.version, kept.milestones) == ("Second", 3, [])


def test_a_template_of_a_goal_names_nobody_and_no_numbers(cycle, cast, client_of):
    rails = [GuardrailPlan("Reopened", "<=", Decimal(6), "%")]
    made = goal(
        cast.eve, cycle, metric_type="milestone", milestones=[MilestonePlan("One", 3)], guardrails=rails, title="Learn"
    )

    template = template_of(made)

    assert template.milestones == [{"title": "One", "weight": 3}]
    assert template.guardrails[0]["limit"] == "6"
    page = text_of(client_of(cast.hana).get(reverse("goals:template_new"), {"from": made.pk}))
    assert 'value="Learn"' in page


def test_no_template_is_made_of_a_private_goal_or_tied_to_a_survey_score(cycle, cast, client_of):
    secret = goal(cast.hana, cycle, visibility=Goal.Visibility.PRIVATE)
    client = client_of(cast.hana)

    assert client.get(reverse("goals:template_new"), {"from": secret.pk}).status_code == 404
    answer = client.post(reverse("goals:template_new"), written(metric_source="Quarterly pulse survey"))
    assert answer.status_code == 422
    assert "never a rewarded metric" in text_of(answer)
    assert not GoalTemplate.objects.exists()
