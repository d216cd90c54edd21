"""Goal drafts in words: those a person received or sent, one draft, and what a roll-up becomes with new goals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from goals import progress, wording
from goals.models import Goal, GoalDetail, GoalDraft, Guardrail
from goals.plan import GuardrailPlan, parts_kept
from goals.queries.concealed import NOT_SHOWN
from goals.queries.explainer import explain
from people.access import Viewer

SHOWN = 50  # drafts in each list
MEASURE_FIELDS = (
    *("metric_type", "metric_name", "metric_unit", "metric_source", "decimals"),
    *("baseline", "target", "low", "high", "tolerance"),
)
STATE_KEYS = {
    GoalDraft.State.WAITING: "waiting",
    GoalDraft.State.ACCEPTED: "done",
    GoalDraft.State.DECLINED: "closed",
    GoalDraft.State.WITHDRAWN: "closed",
}


@dataclass(frozen=True)
class DraftRow:
    """One draft in a list. `who` is the other side."""

    id: int
    title: str
    url: str
    who: str
    serves: str
    measure: str
    state_key: str
    state: str
    sent_at: datetime
    said: str
    goal_url: str


@dataclass(frozen=True)
class DraftsPage:
    to_answer: list[DraftRow]
    received: list[DraftRow]
    sent: list[DraftRow]


def drafts_page(viewer: Viewer) -> DraftsPage:
    """What the viewer received and sent, the newest first; one query."""
    found = GoalDraft.objects.visible_to(viewer).select_related(
        "sent_by", "sent_to", "parent__detail", "goal__detail", "unit"
    )
    drafts = list(found[: 2 * SHOWN])
    me = viewer.employee.pk if viewer.employee else 0
    mine = [draft for draft in drafts if draft.sent_to_id == me]
    return DraftsPage(
        to_answer=[row_of(draft, viewer) for draft in mine if draft.is_waiting],
        received=[row_of(draft, viewer) for draft in mine if not draft.is_waiting],
        sent=[row_of(draft, viewer) for draft in drafts if draft.sent_by_id == me],
    )


def drafts_to_answer(viewer: Viewer) -> list[DraftRow]:
    """What waits for the viewer's answer, for the home page; one query."""
    if viewer.employee is None:
        return []
    waiting = GoalDraft.objects.waiting().filter(sent_to=viewer.employee, cycle__state__in=["preparation", "active"])
    return [row_of(draft, viewer) for draft in waiting.select_related("sent_by", "sent_to", "parent__detail", "unit")]


def asked_beside(draft: GoalDraft) -> list[tuple[str, list[str]]]:
    """What goes with the draft beside its measure, in words: heading and lines."""
    kept = parts_kept(draft.parts)
    steps = [
        f"{step.title}, weight {step.weight}{f', due {wording.day(step.due_on)}' if step.due_on else ''}"
        for step in kept["milestones"]
    ]
    rails = [f"{guardrail_words(rail)}{f'. {rail.why}' if rail.why else ''}" for rail in kept["guardrails"]]
    found = [("Milestones", steps), ("Must not get worse", rails), ("Reward", [draft.reward] if draft.reward else [])]
    return [(heading, lines) for heading, lines in found if lines]


def row_of(draft: GoalDraft, viewer: Viewer) -> DraftRow:
    is_mine = viewer.employee is not None and draft.sent_to_id == viewer.employee.pk
    return DraftRow(
        id=draft.pk,
        title=draft.title,
        url=draft.get_absolute_url(),
        who=draft.sent_by.name if is_mine else draft.sent_to.name,
        serves=draft.parent.detail.title,
        measure=measure_words(detail_of(draft)),
        state_key=STATE_KEYS[GoalDraft.State(draft.state)],
        state=GoalDraft.State(draft.state).label,
        sent_at=draft.sent_at,
        said=draft.reason or changes_words(draft.changes),
        goal_url=draft.goal.get_absolute_url() if draft.goal else "",
    )


def detail_of(source: Any) -> GoalDetail:
    """The measure of a draft or a plan as an unsaved GoalDetail, for the words."""
    return GoalDetail(**{name: getattr(source, name) for name in MEASURE_FIELDS})


def measure_words(detail: GoalDetail) -> str:
    """Answers within a day, from 40 to 60%."""
    if detail.metric_type == GoalDetail.Metric.NONE:
        return "No measure of its own: its supporting goals count"
    if detail.metric_type == GoalDetail.Metric.MAINTAIN:
        return f"{detail.metric_name}, to be kept at {wording.bounds(detail)}"
    if detail.baseline is None:
        return detail.metric_name
    return f"{detail.metric_name}, from {wording.plain(detail.baseline)} to {wording.target(detail)}"


def guardrail_words(rail: GuardrailPlan) -> str:
    """Reopened cases at most 8%"""
    bound = Guardrail.Op(rail.op).label
    return f"{rail.name} {bound} {wording.with_unit(wording.plain(rail.limit), rail.unit)}"


def changes_words(changes: dict[str, dict[str, str]]) -> str:
    """target from 60 to 50; due from 31 December to 30 November"""
    return "; ".join(f"{name} from {change['old']} to {change['new']}" for name, change in changes.items())


# --- what the roll-up becomes -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """One supporting goal with how much it counts. `today` is its progress in words."""

    title: str
    who: str
    weight: int
    percent: str
    today: str
    is_new: bool = False


@dataclass(frozen=True)
class Preview:
    """A goal's roll-up today and with further goals at their start. The sums are "" where they would give away one goal."""

    shares: list[Share] = field(default_factory=list)
    others: int = 0
    others_weight: int = 0
    now: str = ""
    then: str = ""
    is_withheld: bool = False


@dataclass(frozen=True)
class NewPart:
    title: str
    who: str
    weight: int
    starts_on: date
    begins_at_nought: bool  # a number on its way counts 0 from its first day; others count after their first check-in
    progress_ppm: int | None = None  # of a goal that is there already and changes its place
    is_concealed: bool = False  # its progress is a roll-up that would give away one goal


def preview(parent: Goal, new: Sequence[NewPart], viewer: Viewer, *, on: date) -> Preview:
    """What `parent` is made of once the new goals support it."""
    now = explain(parent, viewer, on=on)
    known = [(line.row.title, line.row.owner, line.weight, line.progress or line.why_not) for line in now.lines]
    others = now.further.goals + now.hidden.goals
    others_weight = now.further.weight + now.hidden.weight
    all_weight = sum(weight for _, _, weight, _ in known) + others_weight + sum(part.weight for part in new)

    def percent(weight: int) -> str:
        return f"{weight * 100 / all_weight:.0f}%" if all_weight else "0%"

    shares = [Share(title, who, weight, percent(weight), today) for title, who, weight, today in known]
    shares += [Share(part.title, part.who, part.weight, percent(part.weight), _today(part), True) for part in new]
    is_withheld = now.is_withheld or any(part.is_concealed for part in new)
    then = "" if is_withheld else _then(now.supporting, new, on)
    return Preview(shares, others, others_weight, now.done, then, is_withheld)


def _today(part: NewPart) -> str:
    if part.is_concealed:
        return NOT_SHOWN.lower()
    if part.progress_ppm is not None:
        return wording.percent(part.progress_ppm)
    return "at its start" if part.begins_at_nought else "counts from its first check-in"


def _then(now: progress.Supporting | None, new: Sequence[NewPart], on: date) -> str:
    counted = [
        part for part in new if part.starts_on <= on and (part.begins_at_nought or part.progress_ppm is not None)
    ]
    total = (now.total if now else 0) + sum(part.weight * progress.clamp(part.progress_ppm or 0) for part in counted)
    weight = (now.weight if now else 0) + sum(part.weight for part in counted)
    return wording.percent(progress.mean_ppm(total, weight)) if weight else ""
