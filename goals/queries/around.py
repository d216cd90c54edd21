"""What stands around a goal on its page: who helps and follows, comments, the pre-mortem, the reward, its history."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from assessments.competencies.models import CompetencyVersion
from core.models import AuditEntry
from goals import wording
from goals.models import (
    Consultation,
    Contributor,
    FinalScore,
    Follower,
    Goal,
    GoalDetail,
    Guardrail,
    PremortemAnswer,
    Rhythm,
)
from goals.models.keeping import PREMORTEM_ANSWERS
from goals.progress import Status
from goals.queries.concealed import NOT_SHOWN, concealed
from people.access import Viewer
from people.models import Employee

SHOWN_COMMENTS = 100
SHOWN_CHANGES = 50
HIDDEN_GOAL = "a goal that is not shown to you"
CHANGING = ("set", "changed", "withdrew", "imported")


@dataclass(frozen=True)
class Said:
    """One comment. `is_mine`: the viewer may take it back."""

    id: int
    by: str
    at: datetime
    text: str
    is_mine: bool


@dataclass(frozen=True)
class FieldChange:
    """One thing that changed, in words; "nothing" for what was or is empty."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    at: datetime
    by: str
    did: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class Carried:
    """The same goal in another cycle."""

    url: str
    cycle: str


@dataclass(frozen=True)
class Around:
    contributors: list[str]
    followers: int
    is_following: bool
    comments: list[Said]
    is_cut: bool
    premortem: list[tuple[str, str]]
    missing_answers: int
    reward: str
    is_on_hold: bool
    history: list[Change]
    carried_from: Carried | None
    carried_to: list[Carried]
    final: FinalScore | None
    final_words: str
    consultations: list[tuple[str, date, str]]
    competency: str

    @property
    def follower_words(self) -> str:
        return wording.count(self.followers, "person follows", "people follow") if self.followers else "Nobody follows"


def around(goal: Goal, viewer: Viewer) -> Around:
    """Everything around one goal that was fetched through visible_to; a fixed number of queries."""
    me = viewer.employee.pk if viewer.employee else None
    said = list(goal.comments.select_related("by").order_by("-made_at", "-pk")[: SHOWN_COMMENTS + 1])
    beside = _beside(goal, viewer)
    reward, final = goal.detail.reward, getattr(goal, "final", None)
    return Around(
        contributors=beside["helpers"],
        followers=beside["follower_count"],
        is_following=beside["is_following"],
        comments=[
            Said(one.pk, one.by.name, one.made_at, one.text, one.by_id == me) for one in reversed(said[:SHOWN_COMMENTS])
        ],
        is_cut=len(said) > SHOWN_COMMENTS,
        premortem=[(answer["way"], answer["shown_by"]) for answer in beside["answers"]],
        missing_answers=max(PREMORTEM_ANSWERS - len(beside["answers"]), 0) if reward else 0,
        reward=reward,
        is_on_hold=bool(reward) and beside["is_broken"],
        history=history(goal, viewer),
        carried_from=next(map(_carried, beside["came_from"]), None),
        carried_to=[_carried(one) for one in beside["went_to"]],
        final=final,
        final_words=_final_words(goal, final, viewer),
        consultations=[(one["who"], date.fromisoformat(one["held_on"]), one["outcome"]) for one in beside["asked"]],
        competency=beside["competency"] or "",
    )


def _beside(goal: Goal, viewer: Viewer) -> dict[str, Any]:
    """The small rows of one goal, each kind as a list, in one query."""
    me, seen = viewer.employee, Goal.objects.visible_to(viewer)
    of_goal = {"goal": OuterRef("pk")}
    cycle = JSONObject(id="pk", cycle="cycle__name")
    followers = Follower.objects.filter(**of_goal).order_by()
    versions = CompetencyVersion.objects.filter(competency=OuterRef("detail__competency")).order_by("-number")
    found = Goal.objects.filter(pk=goal.pk).values(
        helpers=ArraySubquery(
            Contributor.objects.filter(**of_goal).order_by("employee__name").values("employee__name")
        ),
        follower_count=Coalesce(Subquery(followers.values("goal").annotate(count=Count("pk")).values("count")), 0),
        is_following=Exists(followers.filter(employee=me.pk if me else None)),
        answers=ArraySubquery(
            PremortemAnswer.objects.filter(**of_goal).values(answer=JSONObject(way="way", shown_by="shown_by"))
        ),
        asked=ArraySubquery(
            Consultation.objects.filter(**of_goal).values(
                one=JSONObject(who="who", held_on="held_on", outcome="outcome")
            )
        ),
        is_broken=Exists(Guardrail.objects.filter(**of_goal, is_breached=True)),
        came_from=ArraySubquery(seen.filter(pk=OuterRef("detail__carried_from")).values(one=cycle)),
        went_to=ArraySubquery(seen.filter(detail__carried_from=OuterRef("pk")).order_by("pk").values(one=cycle)),
        competency=Subquery(versions.values("name")[:1]),
    )
    return dict(found.get())


def _carried(one: dict[str, Any]) -> Carried:
    return Carried(reverse("goals:detail", args=[one["id"]]), one["cycle"])


def _final_words(goal: Goal, final: FinalScore | None, viewer: Viewer) -> str:
    if final is None:
        return ""
    if not goal.has_metric and concealed([goal.pk], viewer, final.scored_on):
        return NOT_SHOWN
    return wording.STATUS_WORDS[Status(final.status)]


def helpers_of(goal: Goal) -> QuerySet[Employee]:
    """Who contributes to a goal that was fetched through visible_to."""
    return Employee.objects.filter(contributions__goal=goal).select_related("unit").order_by("name")


# --- history ------------------------------------------------------------------------------------------------------------

LABELS = {
    "customer_benefit": "what the customer notices",
    "parent": "supports",
    "starts_on": "first day",
    "due_on": "due",
    "visibility": "who sees it",
    "metric_type": "kind of measure",
    "metric_name": "what is measured",
    "metric_unit": "unit of the measure",
    "source_kind": "kind of source",
    "metric_source": "where the number comes from",
    "baseline": "start",
    "low": "at least",
    "high": "at most",
    "constructs": "the seven Cs",
    "premortem": "pre-mortem",
    "rhythm": "check-ins",
    "description": "how we go about it",
    "from_level": "level now",
    "to_level": "level to reach",
}
CHOICES: dict[str, dict[str, str]] = {
    "visibility": {str(value): str(label) for value, label in Goal.Visibility.choices},
    "metric_type": {str(value): str(label) for value, label in GoalDetail.Metric.choices},
    "source_kind": {str(value): str(label) for value, label in GoalDetail.Source.choices},
    "rhythm": {str(value): str(label) for value, label in Rhythm.choices},
    "level": {str(value): str(label) for value, label in GoalDetail.Level.choices},
}
DID = {"set": "set the goal", "changed": "changed", "withdrew": "withdrew the goal", "imported": "changed by a file"}
_NUMBERS = {"baseline", "target", "low", "high", "tolerance"}


def history(goal: Goal, viewer: Viewer) -> list[Change]:
    """Who changed what about the goal, newest first; check-ins and readings stand in the thread.

    The owner reads everything. Others read what happened since the goal was last private, and of the goals that it
    supported only the names of those that they may see.
    """
    about = AuditEntry.objects.filter(subject_kind=Goal._meta.label_lower, subject_key=str(goal.pk))
    entries = list(about.filter(verb__in=CHANGING).select_related("actor__employee")[:SHOWN_CHANGES])
    if viewer.employee is None or viewer.employee.pk != goal.owner_id:
        entries = _without_hidden_parents(_since_private(entries), goal, viewer)
    return [
        Change(
            entry.at,
            _actor(entry),
            DID.get(entry.verb, entry.verb),
            tuple(_field(name, change) for name, change in entry.changes.items() if _is_change(change)),
        )
        for entry in entries
    ]


def _actor(entry: AuditEntry) -> str:
    employee = getattr(entry.actor, "employee", None)
    return employee.name if employee else "The system"


def _since_private(entries: list[AuditEntry]) -> list[AuditEntry]:
    """Up to the day on which the goal was opened; of that change only that it was opened."""
    private = str(Goal.Visibility.PRIVATE.value)
    for place, entry in enumerate(entries):
        sight = entry.changes.get("visibility")
        if isinstance(sight, dict) and str(sight.get("old")) == private != str(sight.get("new")):
            entry.changes = {"visibility": sight}
            return entries[: place + 1]
    return entries


def _without_hidden_parents(entries: list[AuditEntry], goal: Goal, viewer: Viewer) -> list[AuditEntry]:
    """An entry keeps the title of the goal that was supported; one query says which of them the viewer may see."""
    told = [entry for entry in entries if _is_change(entry.changes.get("parent"))]
    titles = {title for entry in told for title in _titles(entry.changes["parent"])}
    seen = Goal.objects.visible_to(viewer).filter(cycle=goal.cycle_id, detail__title__in=titles)
    shown = set(seen.values_list("detail__title", flat=True))
    for entry in told:
        parent = entry.changes["parent"]
        if isinstance(parent, dict):
            entry.changes["parent"] = {key: _parent(title, shown) for key, title in parent.items()}
        else:
            entry.changes["parent"] = _parent(parent, shown)
    return entries


def _titles(parent: object) -> list[str]:
    return [str(one) for one in (parent.values() if isinstance(parent, dict) else [parent]) if one]


def _parent(title: object, shown: set[str]) -> object:
    return title if not title or title in shown else HIDDEN_GOAL


def _is_change(change: object) -> bool:
    return not (change is None or change == "" or change == [])


def _field(name: str, change: object) -> FieldChange:
    label = LABELS.get(name, name.replace("_", " "))
    if isinstance(change, dict) and "old" in change:
        return FieldChange(label, _words(name, change["old"]), _words(name, change["new"]))
    return FieldChange(label, "", _words(name, change))


def _words(name: str, value: object) -> str:
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    text = CHOICES.get(name, {}).get(str(value), str(value))
    return (text.rstrip("0").rstrip(".") if "." in text else text) if name in _NUMBERS else text
