"""Goal drafts that wait for an answer in the demo company: a number for an employee, milestones for a team lead."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from goals.models import Goal, GoalDetail
from goals.plan import GoalPlan, GuardrailPlan, MilestonePlan
from goals.services import cascade
from people.models import Employee

Level, Metric = GoalDetail.Level, GoalDetail.Metric


def send(goals: Mapping[str, Goal], people: Mapping[str, Employee], *, on: date, at: datetime) -> None:
    """A team lead proposes to one of the team what would help the team's goal, and gets a draft from the head above."""
    for place, (key, message, plan) in enumerate((_numbers(goals, people, on), _milestones(goals, people, on))):
        draft = cascade.DraftPlan(uuid5(NAMESPACE_URL, f"demo draft {goals[key].cycle_id} {place}"), plan)
        cascade.send_drafts(goals[key], [draft], message=message, by=goals[key].owner, at=at)


def _numbers(goals: Mapping[str, Goal], people: Mapping[str, Employee], on: date) -> tuple[str, str, GoalPlan]:
    parent, addressee = goals["G1.1.1"], people["p09"]
    plan = GoalPlan(
        cycle=parent.cycle,
        level=Level.INDIVIDUAL,
        title="Write down why a call has to be passed on",
        customer_benefit="The next caller with the same question is helped at once.",
        unit=addressee.unit,
        owner=addressee,
        starts_on=on,
        due_on=parent.due_on,
        metric_type=Metric.INCREASE,
        metric_name="Calls with a written reason",
        metric_unit="calls",
        baseline=Decimal(0),
        target=Decimal(60),
        constructs=("communication",),
    )
    return "G1.1.1", "You hear first where callers get stuck. Would this help, or is there a better number?", plan


def _milestones(goals: Mapping[str, Goal], people: Mapping[str, Employee], on: date) -> tuple[str, str, GoalPlan]:
    parent, addressee = goals["G1.1"], people["p08"]
    steps = (("List the invoice questions of two weeks", 1, 21), ("Agree the answers with Billing", 2, 49))
    plan = GoalPlan(
        cycle=parent.cycle,
        level=Level.TEAM,
        title="Settle questions about invoices on the helpdesk",
        customer_benefit="Nobody is sent to another department about a bill.",
        unit=addressee.unit,
        owner=addressee,
        starts_on=on,
        due_on=parent.due_on,
        metric_type=Metric.MILESTONE,
        metric_name="Invoice questions that the helpdesk answers itself",
        milestones=[
            *(MilestonePlan(title, weight, on + timedelta(days)) for title, weight, days in steps),
            MilestonePlan("Everyone in the North has answered ten of them", 3, parent.due_on),
        ],
        guardrails=[GuardrailPlan("Invoice answers that Billing had to put right", "<=", Decimal(3), "%", GUESSING)],
        constructs=("competency", "communication"),
    )
    return "G1.1", "Half of your transfers are about invoices. Would these steps do, and in this order?", plan


GUESSING = "Stops guessing in order to avoid a transfer."
