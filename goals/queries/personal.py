"""What is kept about one person, for "download my data"."""

from typing import Any

from django.db.models import Q

from goals.models import ApiToken, CheckIn, Comment, Contributor, Follower, Goal, GoalDraft, GuardrailReading
from goals.plan import plan_of
from people.models import Employee, User


def about(user: User) -> dict[str, Any]:
    """Goals the user owns in any state with their check-ins, and what the user wrote, read or follows elsewhere."""
    me = Employee.objects.filter(user=user).first()
    if me is None:
        return {}
    rows = ("milestones", "guardrails", "checkpoints", "premortem", "check_ins__revisions", "contributors__employee")
    owned = Goal.objects.filter(owner=me).with_words().select_related("cycle", "parent__detail", "detail__competency")
    comments = Comment.objects.filter(by=me).select_related("goal__detail")
    readings = GuardrailReading.objects.filter(by=me).select_related("guardrail")
    return {
        "goals": [_goal(goal) for goal in owned.prefetch_related(*rows).order_by("pk")],
        "comments": [
            {"goal": said.goal.detail.title, "at": said.made_at.isoformat(), "text": said.text} for said in comments
        ],
        "guardrail_readings": [
            {
                "guardrail": one.guardrail.name,
                "on": one.read_on.isoformat(),
                "value": str(one.value),
                "note": one.note,
                "replaced_by_a_correction": one.replaced_at.isoformat() if one.replaced_at else None,
            }
            for one in readings
        ],
        "contributes_to": _titles(Contributor.objects.filter(employee=me)),
        "follows": _titles(Follower.objects.filter(employee=me)),
        "tokens": [_token(one) for one in ApiToken.objects.filter(owner=me).order_by("pk")],
        "drafts": [_draft(one, me) for one in GoalDraft.objects.filter(Q(sent_to=me) | Q(sent_by=me)).order_by("pk")],
    }


def _token(token: ApiToken) -> dict[str, Any]:
    return {
        "name": token.name,
        "made_at": token.made_at.isoformat(),
        "works_until": token.ends_on.isoformat(),
        "last_used_on": token.last_used_on.isoformat() if token.last_used_on else "",
        "revoked": token.revoked_at is not None,
    }


def _draft(draft: GoalDraft, me: Employee) -> dict[str, Any]:
    return {
        "title": draft.title,
        "milestones": [step["title"] for step in draft.parts.get("milestones", ())],
        "guardrails": [rail["name"] for rail in draft.parts.get("guardrails", ())],
        "reward": draft.reward,
        "role": "sent to you" if draft.sent_to_id == me.pk else "sent by you",
        "sent_at": draft.sent_at.isoformat(),
        "state": draft.get_state_display(),
        "message": draft.message,
        "reason": draft.reason,
    }


def _goal(goal: Goal) -> dict[str, Any]:
    plan, detail = plan_of(goal), goal.detail
    return {
        "title": detail.title,
        "cycle": goal.cycle.name,
        "level": detail.get_level_display(),
        "customer_benefit": detail.customer_benefit,
        "description": detail.description,
        "supports": str(goal.parent or ""),
        "visibility": goal.get_visibility_display(),
        "starts_on": goal.starts_on.isoformat(),
        "due_on": goal.due_on.isoformat(),
        "measure": {
            "kind": detail.get_metric_type_display(),
            "name": detail.metric_name,
            "baseline": _text(plan.baseline),
            "target": _text(plan.target),
        },
        "grows_competency": detail.competency.key if detail.competency else "",
        "reward": detail.reward,
        "premortem": [answer.way for answer in plan.premortem],
        "milestones": [step.title for step in plan.milestones],
        "guardrails": [rail.name for rail in plan.guardrails],
        "contributors": [one.employee.name for one in goal.contributors.all()],
        "withdrawn_because": detail.cancelled_because,
        "check_ins": [_check_in(entry) for entry in goal.check_ins.all()],
    }


def _check_in(entry: CheckIn) -> dict[str, Any]:
    return {
        "on": entry.measured_on.isoformat(),
        "value": _text(entry.value),
        "replaced_by_a_correction": entry.replaced_at.isoformat() if entry.replaced_at else None,
        "confidence": entry.confidence,
        "own_call": entry.call,
        "what_changed": entry.what_changed,
        "next_step": entry.next_step,
        "blocker": entry.blocker,
        "earlier_words": [
            {"until": old.replaced_at.isoformat(), "what_changed": old.what_changed, "blocker": old.blocker}
            for old in entry.revisions.all()
        ],
    }


def _titles(rows: Any) -> list[str]:
    return list(rows.order_by("pk").values_list("goal__detail__title", flat=True))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
