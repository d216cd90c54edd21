"""Cascading: drafts of supporting goals go to their future owners, who accept, change or decline.

A draft leaves no entry in the audit trail, which HR and auditors read: until it is accepted it belongs to two people. The
row itself says who sent and answered what and when; the accepted goal is audited like every goal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import days_off, mail, notify
from core.errors import DomainError
from core.working_days import at_work
from goals import wording
from goals.models import Goal, GoalDetail, GoalDraft
from goals.plan import parts_kept, parts_to_keep
from goals.queries.drafts import MEASURE_FIELDS, changes_words, detail_of, guardrail_words
from goals.services import goals as goal_verbs
from goals.services.goals import GoalPlan
from people.models import Employee

MOST_AT_ONCE = 60


class DraftRefused(DomainError):
    """The draft cannot be sent, or was answered already."""


@dataclass(frozen=True)
class DraftPlan:
    """A goal to propose; its owner is the addressee. The same key twice is one draft."""

    key: UUID
    plan: GoalPlan


@transaction.atomic
def send_drafts(
    parent: Goal, drafts: Sequence[DraftPlan], *, message: str, by: Employee, at: datetime
) -> list[GoalDraft]:
    """Propose goals that support `parent` to their future owners and tell each of them. All or none.

    Raises DraftRefused, PlanRefused, BadPlace.
    """
    if not 0 < len(drafts) <= MOST_AT_ONCE:
        raise DraftRefused(f"Send between 1 and {MOST_AT_ONCE} drafts at once.")
    Goal.objects.select_for_update(no_key=True, of=("self",)).get(pk=parent.pk)  # one sending at a time
    there = {draft.key: draft for draft in GoalDraft.objects.filter(key__in=[one.key for one in drafts], sent_by=by)}
    return [there.get(one.key) or _send(parent, one, message, by, at) for one in drafts]


@transaction.atomic
def accept_draft(draft: GoalDraft, plan: GoalPlan, *, by: Employee, at: datetime) -> Goal:
    """Make the draft a goal of the addressee, with what they changed in `plan`; its place stays as proposed."""
    draft = _locked(draft, by)
    if draft.goal is not None:
        return draft.goal
    proposed = plan_of_draft(draft)
    plan = replace(
        plan,
        cycle=draft.cycle,
        parent=draft.parent,
        unit=draft.unit,
        owner=by,
        level=draft.level,
        weight=draft.weight,
        reward=draft.reward,
    )
    draft.goal = goal_verbs.set_goal(plan, by=by.user)
    draft.changes = _changes(proposed, plan)
    _answer(draft, GoalDraft.State.ACCEPTED, at, ["goal", "changes"])
    said = f" and changed it: {changes_words(draft.changes)}" if draft.changes else ""
    text = f"{by.name} accepted your goal draft “{plan.title}”{said}."
    notify.tell(draft.sent_by.user, _answer_key(draft), text[:300], draft.goal.get_absolute_url(), at)
    return draft.goal


@transaction.atomic
def decline_draft(draft: GoalDraft, *, reason: str, by: Employee, at: datetime) -> GoalDraft:
    """Say no, with a sentence that the sender alone reads."""
    draft = _locked(draft, by)
    if draft.state == GoalDraft.State.DECLINED:
        return draft
    if not reason.strip():
        raise DraftRefused("Say in a sentence why, so that you can talk about it.")
    draft.reason = reason.strip()[:300]
    _answer(draft, GoalDraft.State.DECLINED, at, ["reason"])
    text = f"{by.name} declined your goal draft “{draft.title}”: {draft.reason}"
    notify.tell(draft.sent_by.user, _answer_key(draft), text[:300], draft.get_absolute_url(), at)
    return draft


@transaction.atomic
def take_back_draft(draft: GoalDraft, *, by: Employee, at: datetime) -> GoalDraft:
    """The sender thinks better of it before it is answered."""
    draft = GoalDraft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if draft.sent_by_id != by.pk:
        raise DraftRefused("Only the sender takes a draft back.")
    if draft.state == GoalDraft.State.WITHDRAWN:
        return draft
    if not draft.is_waiting:
        raise DraftRefused("The draft was answered meanwhile. Reload the page.")
    _answer(draft, GoalDraft.State.WITHDRAWN, at, [])
    return draft


def plan_of_draft(draft: GoalDraft) -> GoalPlan:
    """The goal as proposed. A person's goal starts with the line as its readers; the owner may choose otherwise."""
    is_personal = draft.level == GoalDetail.Level.INDIVIDUAL
    return GoalPlan(
        cycle=draft.cycle,
        level=draft.level,
        title=draft.title,
        customer_benefit=draft.customer_benefit,
        unit=draft.unit,
        owner=draft.sent_to,
        parent=draft.parent,
        weight=draft.weight,
        starts_on=draft.starts_on,
        due_on=draft.due_on,
        visibility=Goal.Visibility.LINE if is_personal else Goal.Visibility.PUBLIC,
        constructs=draft.constructs,
        reward=draft.reward,
        **parts_kept(draft.parts),
        **{name: getattr(draft, name) for name in MEASURE_FIELDS},
    )


def _send(parent: Goal, one: DraftPlan, message: str, by: Employee, at: datetime) -> GoalDraft:
    plan = replace(one.plan, parent=parent, cycle=parent.cycle)
    if plan.owner.pk == by.pk:
        raise DraftRefused("Your own goals need no draft: set them directly.")
    if not plan.owner.is_active:
        raise DraftRefused(f"{plan.owner.name} does not work here any more.")
    goal_verbs.refuse_bad_proposal(plan)
    draft = GoalDraft.objects.create(
        cycle=plan.cycle,
        parent=parent,
        unit=plan.unit,
        sent_by=by,
        sent_to=plan.owner,
        level=plan.level,
        title=plan.title,
        customer_benefit=plan.customer_benefit,
        constructs=list(plan.constructs),
        weight=plan.weight,
        starts_on=plan.starts_on,
        due_on=plan.due_on,
        reward=plan.reward,
        parts=parts_to_keep(plan),
        message=message.strip()[:300],
        sent_at=at,
        key=one.key,
        **{name: getattr(plan, name) for name in MEASURE_FIELDS},
    )
    _tell_addressee(draft, at)
    return draft


def _tell_addressee(draft: GoalDraft, at: datetime) -> None:
    """On the home page with the title; the mail leaves it out, as mail passes through other hands.

    It is of the same kind as reminders of check-ins, so that no count of mails says how many drafts there are.
    """
    user, url = draft.sent_to.user, draft.get_absolute_url()
    text = f"{draft.sent_by.name} sends you a goal draft: “{draft.title}”. Accept it, change it or say no."
    notify.tell(user, f"goal-draft:{draft.pk}", text[:300], url, at)
    context = {"name": draft.sent_to.first_name, "sender": draft.sent_by.name, "goals": [], "more": 0, "path": url}
    send_at = at_work(at, days_off.known())
    mail.queue(
        "goals_waiting", to=user, key=f"goal-draft:{draft.pk}", context=context, at=at, send_at=send_at, always=True
    )


def _locked(draft: GoalDraft, by: Employee) -> GoalDraft:
    found = GoalDraft.objects.select_for_update(of=("self",)).select_related(
        "cycle", "parent__detail", "parent__cycle", "unit", "sent_by__user", "sent_to__user", "goal__detail"
    )
    draft = found.get(pk=draft.pk)
    if draft.sent_to_id != by.pk:
        raise DraftRefused(f"Only {draft.sent_to.name} answers this draft.")
    if draft.state == GoalDraft.State.WITHDRAWN:
        raise DraftRefused(f"{draft.sent_by.name} took this draft back.")
    return draft


def _answer(draft: GoalDraft, state: GoalDraft.State, at: datetime, fields: list[str]) -> None:
    if draft.state not in (GoalDraft.State.WAITING, state):
        raise DraftRefused(f"This draft was {GoalDraft.State(draft.state).label.lower()} already.")
    draft.state, draft.answered_at = state, at
    draft.save(update_fields=["state", "answered_at", *fields])


def _changes(proposed: GoalPlan, accepted: GoalPlan) -> dict[str, dict[str, str]]:
    """What the owner changed, in words."""
    before, after = _picture(proposed), _picture(accepted)
    return {name: {"old": before[name], "new": after[name]} for name in before if before[name] != after[name]}


def _picture(plan: GoalPlan) -> dict[str, str]:
    detail = detail_of(plan)

    def shown(value: Any) -> str:
        return "nothing" if value is None else wording.with_unit(wording.plain(value), detail.metric_unit)

    return {
        "title": f"“{plan.title}”",
        "what the customer notices": f"“{plan.customer_benefit}”",
        "first day": wording.day(plan.starts_on),
        "due": wording.day(plan.due_on),
        "start": shown(plan.baseline),
        "target": shown(plan.target),
        "lowest": shown(plan.low),
        "highest": shown(plan.high),
        "tolerance": shown(plan.tolerance),
        "milestones": "; ".join(f"{step.title} ({step.weight})" for step in plan.milestones) or "nothing",
        "guardrails": "; ".join(guardrail_words(rail) for rail in plan.guardrails) or "nothing",
    }


def _answer_key(draft: GoalDraft) -> str:
    return f"goal-draft-answer:{draft.pk}"
