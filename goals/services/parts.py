"""The rows of a goal: milestones, guardrails, checkpoints, pre-mortem. Called by services.goals in its transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from goals.models import Checkpoint, Goal, Guardrail, Milestone, PremortemAnswer
from goals.models.detail import GoalDetail
from goals.models.keeping import PREMORTEM_ANSWERS
from goals.plan import GoalPlan, GuardrailPlan, MilestonePlan, PlanRefused
from goals.progress import PPM

Metric = GoalDetail.Metric


def refuse_bad_parts(plan: GoalPlan, *, is_proposal: bool = False) -> None:
    """Raise PlanRefused for milestones, guardrails, checkpoints or a pre-mortem that break a rule.

    A proposal may lack the answers of the pre-mortem: its future owner gives them.
    """
    _refuse_long_words(plan)
    if plan.metric_type == Metric.MILESTONE and not plan.milestones:
        raise PlanRefused("A goal measured by milestones needs at least one milestone.")
    _refuse_bad_checkpoints(plan)
    if plan.reward and not plan.guardrails:
        raise PlanRefused("A goal with a reward needs a guardrail: the measure that must not get worse on the way.")
    if plan.reward and not is_proposal and plan.cycle.takes_check_ins and len(plan.premortem) < PREMORTEM_ANSWERS:
        raise PlanRefused(
            "Before a goal with a reward starts, give three answers: how could someone hit this number and hurt a customer?"
        )


WORDS = (  # rows of the plan, what one of them is called, its model, and its texts
    ("milestones", "Milestone", Milestone, ("title",)),
    ("guardrails", "Guardrail", Guardrail, ("name", "unit", "why")),
    ("premortem", "Answer of the pre-mortem", PremortemAnswer, ("way", "shown_by")),
)


def _refuse_long_words(plan: GoalPlan) -> None:
    """A file may hold any text; forms have checked already."""
    for rows, called, model, names in WORDS:
        for number, row in enumerate(getattr(plan, rows), start=1):
            for name in names:
                field: Any = model._meta.get_field(name)
                if (length := len(getattr(row, name))) > field.max_length:
                    which = f"{called} {number}, {field.verbose_name}"
                    raise PlanRefused(f"{which}: {length} characters. Write at most {field.max_length}.")


def _refuse_bad_checkpoints(plan: GoalPlan) -> None:
    if plan.checkpoints and plan.metric_type not in (Metric.INCREASE, Metric.DECREASE):
        raise PlanRefused("Checkpoints belong to a number that rises or falls to a target.")
    days = [day for day, _ in plan.checkpoints]
    if len(set(days)) < len(days):
        raise PlanRefused("There is a checkpoint on this day already.")
    if any(not plan.starts_on < day < plan.due_on for day in days):
        raise PlanRefused("A checkpoint lies between the first day and the day the goal is due.")
    if any(not 0 <= expected <= PPM for _, expected in plan.checkpoints):
        raise PlanRefused("The value expected at a checkpoint lies between the start and the target.")


def keep(goal: Goal, plan: GoalPlan, *, on: date) -> None:
    """Make the rows of the goal those of the plan."""
    _keep_milestones(goal, plan.milestones if plan.metric_type == Metric.MILESTONE else (), on)
    _keep_guardrails(goal, plan.guardrails)
    goal.checkpoints.all().delete()
    points = sorted(plan.checkpoints)
    Checkpoint.objects.bulk_create(Checkpoint(goal=goal, reach_on=day, expected_ppm=ppm) for day, ppm in points)
    goal.premortem.all().delete()
    PremortemAnswer.objects.bulk_create(
        PremortemAnswer(goal=goal, order=order, way=answer.way, shown_by=answer.shown_by)
        for order, answer in enumerate(plan.premortem, start=1)
    )


def _keep_milestones(goal: Goal, plans: Sequence[MilestonePlan], on: date) -> None:
    """Make the milestones those of the plan; one that is left out is cancelled and stays on record."""
    current = {step.pk: step for step in goal.milestones.counted()}
    for order, plan in enumerate(plans):
        step = current.pop(plan.pk, None) if plan.pk else None
        step = step or Milestone(goal=goal)
        step.title, step.weight, step.due_on, step.order = plan.title, plan.weight, plan.due_on, order
        step.save()
    Milestone.objects.filter(pk__in=current).update(cancelled_on=on)


def _keep_guardrails(goal: Goal, plans: Sequence[GuardrailPlan]) -> None:
    """Make the guardrails those of the plan. One with readings cannot be left out: it would hide what it shows."""
    current = {rail.pk: rail for rail in goal.guardrails.all()}
    for plan in plans:
        rail = current.pop(plan.pk, None) if plan.pk else None
        rail = rail or Guardrail(goal=goal)
        rail.name, rail.unit, rail.op, rail.limit, rail.why = plan.name, plan.unit, plan.op, plan.limit, plan.why
        rail.is_breached = rail.value is not None and rail.breaks(rail.value)
        rail.save()
    for rail in current.values():
        if rail.read_on is not None:
            raise PlanRefused(f"The guardrail “{rail.name}” has readings and stays. Change its limit instead.")
        rail.delete()


def picture(goal: Goal) -> dict[str, Any]:
    """The rows in words, for the history."""
    return {
        "milestones": [f"{step.title} ({step.weight}, {step.due_on})" for step in goal.milestones.counted()],
        "guardrails": [f"{rail.name} {rail.op} {rail.limit.normalize():f}" for rail in goal.guardrails.all()],
        "checkpoints": [str(point) for point in goal.checkpoints.all()],
        "premortem": [answer.way for answer in goal.premortem.all()],
    }
