"""What people of the demo company say around their goals: a reward with its pre-mortem, comments, helpers, templates."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from uuid import NAMESPACE_URL, uuid5

from goals import services
from goals.models import Goal, GoalTemplate
from goals.plan import PremortemPlan, plan_of
from goals.services import company, templates
from people.models import Employee, User

REWARD = "At 86% with all guardrails held: an equal amount for everyone, so that nobody gains by taking a contact away."
PREMORTEM = (
    PremortemPlan("Ask only the customers who will be pleased", "Share of contacts surveyed that get an answer"),
    PremortemPlan("Leave difficult contacts out of the survey", "Contacts left out of the survey by staff"),
    PremortemPlan("Promise a customer whatever ends the call well", "Actions from reviews done on time, read by Marek"),
)
COMMENTS = (
    ("G2", "p03", "The van lists for East and West are live. I expect first visits to follow in August."),
    ("G2", "p01", "Good. Which of the three causes comes back most often?"),
    (
        "G1.1",
        "p08",
        "Half of the transfers in the North are questions about invoices. Could Bettina show us the new lines?",
    ),
    ("G1.1", "p06", "She will come to the call clinic next week."),
)
TEMPLATES = ("G1.1", "G2.1", "G1.1.1.1")


def furnish(goals: Mapping[str, Goal], people: Mapping[str, Employee], *, by: User, on: date, at: datetime) -> None:
    """Add all of it to the goals of goals.yaml, through the verbs. No number changes."""
    top = Goal.objects.with_words().select_related("cycle", "parent__detail").get(pk=goals["G1"].pk)
    plan = replace(plan_of(top), reward=REWARD, premortem=PREMORTEM)
    services.change_goal(top, plan, version=top.detail.version, by=by, on=on)
    for place, (key, ref, text) in enumerate(COMMENTS):
        company.comment(goals[key], text=text, key=uuid5(NAMESPACE_URL, f"{top.pk}:{place}"), by=people[ref], at=at)
    company.add_contributor(goals["G1.1"], people["p08"], by=people["p02"].user, at=at)
    company.add_contributor(goals["G2.1"], people["p10"], by=people["p03"].user, at=at)
    company.follow(goals["G1.1"], by=people["p17"])
    for template in (templates.template_of(goals[key]) for key in TEMPLATES):
        if not GoalTemplate.objects.filter(title=template.title).exists():
            templates.keep_template(template, by=by)
