"""Goals of the demo company (content/goals.yaml), and goals for large made-up organisations."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from assessments.competencies.models import Competency
from core import audit, shipped
from goals import demo_drafts, demo_words, rollup, services
from goals.models import CheckIn, Consultation, Goal, GoalCycle, GoalDetail, Guardrail
from goals.services import correcting
from people.models import Employee, Unit, User

CHECK_IN_HOUR = time(9, 15)
CORRECTED_AFTER = timedelta(minutes=20)
# What was typed wrong at first, with what its author says on correcting it: the last check-in of a goal, a reading.
MISTYPED = {
    "G1.1.1": ("96.9", "Digits swapped: 69.9, not 96.9. The clinics help, transfers about invoices do not fall.")
}
MISREAD = {"G1.1.1-a": ("69", "Digits swapped: 96, not 69.")}


@dataclass(frozen=True)
class _Loader:
    """What every goal of the file is loaded with. Dates of the file move by `shift`."""

    cycle: GoalCycle
    shift: timedelta
    on: date
    people: Mapping[str, Employee]
    units: Mapping[str, Unit]
    competencies: Mapping[str, Competency]
    by: User

    def day(self, day: date) -> date:
        return day + self.shift

    def moment(self, day: date) -> datetime:
        """In the morning of that day, and never ahead of the clock."""
        return min(timezone.make_aware(datetime.combine(day, CHECK_IN_HOUR)), timezone.now())


@transaction.atomic
def load_goals(
    path: Path, *, on: date, people_by_ref: Mapping[str, Employee], units_by_key: Mapping[str, Unit], by: User
) -> GoalCycle:
    """Load everything goals.yaml says about goals, every date moved by (`on` - anchor date); roll up; return the cycle.

    Safe to repeat: a cycle that was loaded before is returned as it is.
    """
    return _load(path, on, people_by_ref, units_by_key, by, levels=[level.value for level in GoalDetail.Level])


@transaction.atomic
def load_organisation_goals(path: Path, *, on: date, head: Employee, organisation: Unit, by: User) -> GoalCycle:
    """Load only the organisation's goals of goals.yaml, all owned by `head`; for made-up organisations."""
    refs = {person["ref"]: head for person in shipped.read(path)["people"]}
    return _load(path, on, refs, {"org": organisation}, by, levels=[GoalDetail.Level.ORGANISATION.value])


def _load(
    path: Path,
    on: date,
    people: Mapping[str, Employee],
    units: Mapping[str, Unit],
    by: User,
    *,
    levels: Collection[str],
) -> GoalCycle:
    content = shipped.read(path)
    shift = on - content["anchor_date"]
    starts_on, ends_on = (content["period"][name] + shift for name in ("start", "due"))
    name = cycle_name(starts_on, ends_on)
    if cycle := GoalCycle.objects.filter(name=name).first():
        return cycle
    cycle = services.open_cycle(name=name, starts_on=starts_on, ends_on=ends_on, by=by)
    cycle = services.activate_cycle(cycle, by=by)
    competencies = {competency.key: competency for competency in Competency.objects.all()}
    loader = _Loader(cycle, shift, on, people, units, competencies, by)
    goals: dict[str, Goal] = {}
    for row in content["goals"]:
        if row["level"] in levels:
            goals[row["key"]] = _load_goal(loader, row, goals)
    for row in content.get("consulted", []):
        if row["goal"] in goals:
            goal, held_on = goals[row["goal"]], loader.day(row["date"])
            Consultation.objects.create(goal=goal, who=row["who"], held_on=held_on, outcome=row["outcome"])
    if set(levels) >= set(GoalDetail.Level.values):
        demo_drafts.send(goals, people, on=on, at=loader.moment(on))
        demo_words.furnish(goals, people, by=by, on=on, at=loader.moment(on))
    audit.record("loaded the demo goals", cycle, by=by, changes={"goals": len(goals)})
    rollup.rebuild(cycle.pk, on=on, at=timezone.now())
    rollup.rewrite(cycle.pk, on=on)
    return cycle


def cycle_name(starts_on: date, ends_on: date) -> str:
    """Year 2026, or the months when it is not a calendar year."""
    if (starts_on.month, starts_on.day, ends_on.month, ends_on.day) == (1, 1, 12, 31):
        return f"Year {starts_on.year}"
    return f"{starts_on:%B %Y} to {ends_on:%B %Y}"


def _load_goal(loader: _Loader, row: Mapping[str, Any], goals: Mapping[str, Goal]) -> Goal:
    goal = services.set_goal(_plan(loader, row, goals), by=loader.by)
    owner = loader.people[row["owner"]]
    for number, (day, value) in enumerate(row["check_ins"], start=1):
        is_last = number == len(row["check_ins"])
        own_view = _own_view(row["key"]) if is_last else {}
        entry = services.CheckInEntry(measured_on=loader.day(day), value=Decimal(str(value)), **own_view)
        if is_last and row["key"] in MISTYPED:
            _check_in_and_correct(goal, entry, *MISTYPED[row["key"]], by=owner, at=loader.moment(entry.measured_on))
        else:
            services.check_in(goal, entry, by=owner, at=loader.moment(entry.measured_on))
    steps = list(goal.milestones.all())
    dates = {
        step.pk: loader.day(given["done"]) for step, given in zip(steps, _steps(row), strict=True) if given["done"]
    }
    for day in sorted(set(dates.values())):
        done = [pk for pk, done_on in dates.items() if done_on <= day]
        entry = services.CheckInEntry(measured_on=day, milestones_done=done)
        services.check_in(goal, entry, by=owner, at=loader.moment(day))
    for rail, given in zip(goal.guardrails.all(), row["guardrails"], strict=True):
        _read(rail, given, by=owner, on=loader.on, at=loader.moment(loader.on))
    return goal


def _check_in_and_correct(
    goal: Goal, entry: services.CheckInEntry, mistyped: str, said: str, *, by: Employee, at: datetime
) -> None:
    first = replace(entry, value=Decimal(mistyped), key=uuid4())
    made = services.check_in(goal, first, by=by, at=at)
    correcting.correct(made, replace(entry, what_changed=said), by=by, at=min(at + CORRECTED_AFTER, timezone.now()))


def _read(rail: Guardrail, given: Mapping[str, Any], *, by: Employee, on: date, at: datetime) -> None:
    current = Decimal(str(given["current"]))
    mistyped, said = MISREAD.get(given["key"], (current, ""))
    made = services.read_guardrail(rail, value=Decimal(mistyped), read_on=on, note="", by=by, at=at)
    if said:
        corrected_at = min(at + CORRECTED_AFTER, timezone.now())
        services.correct_reading(made, value=current, read_on=on, note=said, by=by, at=corrected_at)


def _own_view(key: str) -> dict[str, Any]:
    """What an owner thinks, which the file leaves open: always the same for a goal, and most are confident."""
    confidence = 4 + sum(key.encode()) % 6
    call = (
        CheckIn.Call.ON_TRACK
        if confidence >= 7
        else CheckIn.Call.AT_RISK
        if confidence >= 5
        else CheckIn.Call.OFF_TRACK
    )
    return {"confidence": confidence, "call": call.value}


def _plan(loader: _Loader, row: Mapping[str, Any], goals: Mapping[str, Goal]) -> services.GoalPlan:
    metric, development = row["metric"], row.get("development") or {}
    is_personal = row["level"] == GoalDetail.Level.INDIVIDUAL
    return services.GoalPlan(
        cycle=loader.cycle,
        level=row["level"],
        title=row["title"],
        customer_benefit=row["customer_benefit"],
        unit=loader.units[row["unit"]],
        owner=loader.people[row["owner"]],
        parent=goals.get(row.get("supports", "")),
        weight=row.get("weight", 1),
        starts_on=loader.day(row["start"]),
        due_on=loader.day(row["due"]),
        visibility=Goal.Visibility.LINE if is_personal else Goal.Visibility.PUBLIC,
        constructs=row.get("seven_c", ()),
        metric_type=metric["type"],
        metric_name=metric["name"],
        metric_unit=metric.get("unit", ""),
        metric_source=metric.get("source", ""),
        decimals=metric.get("decimals", 0),
        competency=loader.competencies[development["competency"]] if development else None,
        from_level=development.get("from_level"),
        to_level=development.get("to_level"),
        milestones=[
            services.MilestonePlan(step["title"], step["weight"], loader.day(step["due"])) for step in _steps(row)
        ],
        guardrails=[
            services.GuardrailPlan(rail["name"], rail["op"], Decimal(str(rail["limit"])), rail["unit"], rail["why"])
            for rail in row["guardrails"]
        ],
        baseline=_number(metric, "baseline"),
        target=_number(metric, "target"),
        low=_number(metric, "low"),
        high=_number(metric, "high"),
        tolerance=_number(metric, "tolerance"),
    )


def _number(metric: Mapping[str, Any], name: str) -> Decimal | None:
    return None if metric.get(name) is None else Decimal(str(metric[name]))


def _steps(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(row["metric"].get("milestones", []))
