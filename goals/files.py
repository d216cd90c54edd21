"""A file of goals: its columns, how a goal is written in them, and how they are read.

The same columns go out and come in, so that an export can be edited and imported again. Several things in one cell stand
between semicolons, their parts between bars: `Draft the wording | 2 | 2026-05-15; Test it with customers | 3 | `.
A semicolon or bar that belongs to the words has a backslash before it.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from core.constructs import Construct
from core.errors import DomainError
from core.numbers import MOST_DECIMALS
from goals import progress, wording
from goals.models import Goal, GoalDetail, Guardrail
from goals.plan import GoalPlan, GuardrailPlan, MilestonePlan, PremortemPlan

Level, Metric = GoalDetail.Level, GoalDetail.Metric


class CellRefused(DomainError):
    """A cell says something that cannot be read; the message says what to write."""


@dataclass(frozen=True)
class Column:
    """A required column may not be emptied and is needed for a new goal."""

    name: str
    help: str
    example: str
    is_required: bool = False


COLUMNS = (
    Column("reference", "Your name for the goal, or #12 for one that is here. Never changes.", "service-1", True),
    Column("level", "One of organisation, department, team, individual.", "department", True),
    Column("title", "What will be different.", "Settle more questions in the first contact", True),
    Column("customer_benefit", "What the customer notices.", "Customers need to ask only once.", True),
    Column("unit_key", "Key of the unit; a person's goal stands in the person's unit.", "service"),
    Column("owner_number", "Employee number of the owner.", "10003", True),
    Column("supports", "Reference of the goal it supports.", "company-1"),
    Column("weight", "Among the goals that support the same one.", "2"),
    Column("visibility", "public or line. Goals of units are public.", "public"),
    Column("constructs", "Keys of the seven Cs, between semicolons.", "strategy; commitment"),
    Column("starts_on", "First day, as 2026-01-31.", "2026-01-01", True),
    Column("due_on", "Last day.", "2026-12-31", True),
    Column("metric_type", "One of increase, decrease, maintain, milestone, none.", "increase", True),
    Column("metric_name", "What is measured.", "Questions settled in the first contact"),
    Column("metric_unit", "Unit of the measure.", "%"),
    Column("decimals", "Digits after the point that are always shown: 0 to 4.", "1"),
    Column("source_kind", "own or customers.", "own"),
    Column("metric_source", "Where the number comes from.", "Helpdesk system"),
    Column("baseline", "Where it stands at the start.", "61"),
    Column("target", "Where it should be.", "70"),
    Column("low", "For maintain: at least.", ""),
    Column("high", "For maintain: at most.", ""),
    Column("tolerance", "For maintain: so far outside is off track.", ""),
    Column("checkpoints", "Expected values: day | value; ...", "2026-06-30 | 63; 2026-10-31 | 68"),
    Column("milestones", "title | weight | due; ...", "Draft the wording | 1 | 2026-05-15; Test it | 2 | "),
    Column("guardrails", "name | >= or <= | limit | unit | why; ...", "Contacts again within 7 days | <= | 12 | % | "),
    Column("reward", "What is promised; empty: nothing.", ""),
    Column("premortem", "how someone could hurt a customer | what would show it; ...", ""),
    Column("competency_key", "Competency that a development goal grows.", ""),
    Column("from_level", "Level now.", ""),
    Column("to_level", "Level to reach.", ""),
    Column("description", "How we go about it.", ""),
)
NAMES = [column.name for column in COLUMNS]
STANDING = ("status", "progress_percent", "expected_percent", "value", "checked_on")  # only go out; ignored coming in
VISIBILITIES = {"public": Goal.Visibility.PUBLIC, "line": Goal.Visibility.LINE, "private": Goal.Visibility.PRIVATE}


# --- writing ------------------------------------------------------------------------------------------------------------


def cells_of(plan: GoalPlan, *, reference: str, supports: str) -> dict[str, str]:
    """A goal in the columns of a file."""
    measure = progress.Measure(progress.MetricType(plan.metric_type), plan.baseline, plan.target)
    bends = [(day, measure.typed_at(ppm)) for day, ppm in plan.checkpoints]
    texts = {name: getattr(plan, name) for name in _PLAIN}
    numbers = {name: _number(getattr(plan, name)) for name in _NUMBERS}
    return {
        **texts,
        **numbers,
        "reference": reference,
        "supports": supports,
        "unit_key": plan.unit.key,
        "owner_number": plan.owner.number,
        "weight": str(plan.weight),
        "decimals": str(plan.decimals),
        "visibility": next(word for word, value in VISIBILITIES.items() if value == plan.visibility),
        "constructs": "; ".join(plan.constructs),
        "starts_on": plan.starts_on.isoformat(),
        "due_on": plan.due_on.isoformat(),
        "checkpoints": _joined((day.isoformat(), _number(value)) for day, value in bends),
        "milestones": _joined((step.title, str(step.weight), _day(step.due_on)) for step in plan.milestones),
        "guardrails": _joined((r.name, r.op, _number(r.limit), r.unit, r.why) for r in plan.guardrails),
        "premortem": _joined((answer.way, answer.shown_by) for answer in plan.premortem),
        "competency_key": plan.competency.key if plan.competency else "",
        "from_level": "" if plan.from_level is None else str(plan.from_level),
        "to_level": "" if plan.to_level is None else str(plan.to_level),
    }


_PLAIN = (
    *("level", "title", "customer_benefit", "metric_type", "metric_name", "metric_unit", "source_kind"),
    *("metric_source", "reward", "description"),
)
_NUMBERS = ("baseline", "target", "low", "high", "tolerance")


def _number(value: Decimal | None) -> str:
    return "" if value is None else wording.plain(round(value, MOST_DECIMALS))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _joined(things: Iterable[Sequence[str]]) -> str:
    return "; ".join(" | ".join(_escaped(part) for part in parts) for parts in things)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;|])", r"\\\1", text)


# --- reading ------------------------------------------------------------------------------------------------------------


def parts_of(text: str, most: int) -> list[list[str]]:
    """The things of a cell, each filled up to `most` parts. Raises CellRefused for more."""
    things = []
    for thing in re.split(r"(?<!\\);", text):
        if not thing.strip():
            continue
        parts = [re.sub(r"\\([\\;|])", r"\1", part.strip()) for part in re.split(r"(?<!\\)\|", thing)]
        if len(parts) > most:
            raise CellRefused(f"“{thing.strip()[:40]}” has more than {most} parts between bars.")
        things.append(parts + [""] * (most - len(parts)))
    return things


def number(text: str) -> Decimal | None:
    if not text:
        return None
    plain = text.replace("\u00a0", "").replace(" ", "").rstrip("%")
    try:
        value = Decimal(plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain)
    except InvalidOperation:
        raise CellRefused(f"“{text[:40]}” is not a number. Write it as 69.9.") from None
    if not value.is_finite() or abs(value) >= 10**12 or round(value, MOST_DECIMALS) != value:
        raise CellRefused(f"“{text[:40]}” is too long: up to 12 digits, and {MOST_DECIMALS} after the point.")
    return value


def whole(text: str, low: int, high: int) -> int | None:
    value = number(text)
    if value is None:
        return None
    if value != int(value) or not low <= value <= high:
        raise CellRefused(f"Write a whole number from {low} to {high}.")
    return int(value)


def day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CellRefused(f"“{text[:40]}” is not a date that we can read. Write it as 2026-03-31.") from None


def one_of(text: str, words: Iterable[str]) -> str:
    known = list(words)
    if text.lower() not in known:
        raise CellRefused(f"Write one of: {', '.join(known)}.")
    return text.lower()


def constructs(text: str) -> list[str]:
    return [one_of(parts[0], [construct.value for construct in Construct]) for parts in parts_of(text, 1)]


def milestones(text: str, known: Sequence[MilestonePlan]) -> list[MilestonePlan]:
    """Milestones by title: one that is there keeps what has been ticked."""
    ids = {step.title: step.pk for step in known}
    return [
        MilestonePlan(_filled(title), whole(weight, 1, 1000) or 1, day(due), ids.get(title))
        for title, weight, due in parts_of(text, 3)
    ]


def guardrails(text: str, known: Sequence[GuardrailPlan]) -> list[GuardrailPlan]:
    ids = {rail.name: rail.pk for rail in known}
    found = []
    for name, op, limit, unit, why in parts_of(text, 5):
        bound = number(limit)
        if bound is None:
            raise CellRefused(f"“{name[:40]}” needs a limit: name | >= or <= | limit.")
        found.append(GuardrailPlan(_filled(name), one_of(op, Guardrail.Op.values), bound, unit, why, ids.get(name)))
    return found


def premortem(text: str) -> list[PremortemPlan]:
    return [PremortemPlan(_filled(way), shown_by) for way, shown_by in parts_of(text, 2)]


def checkpoints(text: str, baseline: Decimal | None, target: Decimal | None) -> list[tuple[date, int]]:
    found = []
    for when, value in parts_of(text, 2):
        reach_on, expected = day(when), number(value)
        if reach_on is None or expected is None:
            raise CellRefused("A checkpoint is a day and a value: 2026-06-30 | 63.")
        if baseline is None or target is None or baseline == target:
            raise CellRefused("Checkpoints need a start and a target.")
        found.append((reach_on, progress.to_ppm(expected - baseline, target - baseline)))
    return found


def _filled(text: str) -> str:
    if not text:
        raise CellRefused("Every entry begins with its name: name | ...")
    return text
