"""Goals for a large made-up organisation: one per unit and one per person, in bulk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.utils import timezone

from goals import progress, rollup
from goals.models import CheckIn, Goal, GoalCycle, GoalDetail, Guardrail
from people.models import Employee, Unit

BATCH = 2000
Level = GoalDetail.Level


@dataclass(frozen=True)
class Kind:
    """A goal as it is met in many places. `start` and `target` are the measure's."""

    title: str
    benefit: str
    metric: str
    unit: str
    start: int
    target: int


FOR_UNITS = (
    Kind(
        "Answer every request within a day",
        "Customers know the same day where they stand.",
        "Requests answered within a day",
        "%",
        70,
        92,
    ),
    Kind(
        "Settle more matters in the first contact",
        "Customers need to ask only once.",
        "Matters settled in the first contact",
        "%",
        58,
        70,
    ),
    Kind("Hold the dates we promise", "Customers can plan around our word.", "Promised dates held", "%", 81, 95),
    Kind(
        "Have fewer cases come back",
        "A matter that is settled stays settled.",
        "Cases reopened within 30 days",
        "%",
        12,
        6,
    ),
    Kind("Shorten the wait for a solution", "Customers wait less.", "Hours to a solution, median", "hours", 30, 20),
)
FOR_PEOPLE = (
    Kind(
        "Visit customers and bring back what I saw",
        "Customers are heard where they work.",
        "Visits noted and shared",
        "visits",
        0,
        8,
    ),
    Kind(
        "Learn the questions I pass on most", "I can answer them myself.", "Question types I can settle", "types", 0, 10
    ),
    Kind(
        "Write shorter, clearer letters",
        "Customers understand the letter at once.",
        "Letters rewritten and tested",
        "letters",
        0,
        12,
    ),
    Kind(
        "Call back everyone who complained",
        "Nobody is left waiting for news.",
        "Complaints called back within two days",
        "%",
        60,
        95,
    ),
    Kind(
        "Share one good idea from a customer each month", "Ideas of customers are used.", "Ideas shared", "ideas", 0, 10
    ),
    Kind(
        "Watch colleagues serve and swap notes",
        "Service gets better week by week.",
        "Contacts watched together",
        "contacts",
        0,
        20,
    ),
)


@transaction.atomic
def grow(cycle: GoalCycle, *, on: date, random: Random) -> int:
    """One goal for every unit below the organisation and for every person without one, with check-ins; rolled up.

    Unit goals support their parent unit's goal, people's goals their unit's. Returns how many goals were made.
    """
    seeds = _Seeds(cycle, on, random)
    anchors = _anchors(cycle)
    made = 0
    for depth, units in _by_depth(Unit.objects.active().exclude(parent=None).select_related("head")):
        level = Level.DEPARTMENT if depth == 1 else Level.TEAM
        missing = [unit for unit in units if unit.pk not in anchors]
        plans = [_Plan(unit, seeds.owner_of(unit), level, anchors.get(unit.parent_id or 0, [])) for unit in missing]
        for goal in seeds.plant([plan for plan in plans if plan.owner], FOR_UNITS):
            anchors.setdefault(goal.unit_id, []).append(goal)
            made += 1
    idle = Employee.objects.active().exclude(goals__cycle=cycle).select_related("unit").order_by("unit__position", "pk")
    plans = [_Plan(person.unit, person, Level.INDIVIDUAL, anchors.get(person.unit_id, [])) for person in idle]
    made += len(seeds.plant(plans, FOR_PEOPLE))
    rollup.rebuild(cycle.pk, on=on, at=timezone.now())
    rollup.rewrite(cycle.pk, on=on)
    return made


@dataclass(frozen=True)
class _Plan:
    unit: Unit
    owner: Employee | None
    level: Level
    parents: Sequence[Goal]


class _Seeds:
    def __init__(self, cycle: GoalCycle, on: date, random: Random) -> None:
        self.cycle, self.on, self.random = cycle, on, random
        self._leaders = {person.unit_id: person for person in Employee.objects.active().order_by("-pk")}

    def owner_of(self, unit: Unit) -> Employee | None:
        return unit.head or self._leaders.get(unit.pk)

    def plant(self, plans: Sequence[_Plan], kinds: Sequence[Kind]) -> list[Goal]:
        """Store the goals of one level with words, check-ins and guardrails; siblings lie together."""
        chosen = [self.random.choice(kinds) for _ in plans]
        values = [self._values(kind) for kind in chosen]
        goals = Goal.objects.bulk_create(
            [self._goal(plan, kind, stated) for plan, kind, stated in zip(plans, chosen, values, strict=True)], BATCH
        )
        GoalDetail.objects.bulk_create(
            [_detail(goal, plan, kind) for goal, plan, kind in zip(goals, plans, chosen, strict=True)], BATCH
        )
        check_ins = [
            self._check_in(goal, kind, day, value)
            for goal, kind, stated in zip(goals, chosen, values, strict=True)
            for day, value in stated
        ]
        CheckIn.objects.bulk_create(check_ins, BATCH)
        watched = [goal for goal, plan in zip(goals, plans, strict=True) if plan.level != Level.INDIVIDUAL]
        Guardrail.objects.bulk_create([self._guardrail(goal) for goal in watched], BATCH)
        return goals

    def _goal(self, plan: _Plan, kind: Kind, stated: Sequence[tuple[date, Decimal]]) -> Goal:
        """Mostly linked and updated lately; a few stand alone or have been silent for long."""
        is_person = plan.level == Level.INDIVIDUAL
        parent = self.random.choice(plan.parents) if plan.parents and self.random.random() > 0.03 else None
        assert plan.owner is not None
        return Goal(
            cycle=self.cycle,
            parent=parent,
            unit=plan.unit,
            owner=plan.owner,
            weight=1 if is_person else self.random.choice([1, 1, 2, 3]),
            starts_on=self.cycle.starts_on,
            due_on=self.cycle.ends_on,
            visibility=Goal.Visibility.LINE if is_person else Goal.Visibility.PUBLIC,
            measured=Goal.Measured.PACED,
            depth=parent.depth + 1 if parent else 0,
            is_aligned=bool(parent and parent.is_aligned),
            own_ppm=_ppm(kind, stated[-1][1]) if stated else 0,
            checked_on=stated[-1][0] if stated else None,
        )

    def _values(self, kind: Kind) -> list[tuple[date, Decimal]]:
        """Up to four check-ins on the way, around the expected pace."""
        gone = max((min(self.on, self.cycle.ends_on) - self.cycle.starts_on).days, 0)
        silent = self.random.choice([0, 3, 7, 14, 21, 30, 60])
        days = sorted({gone - silent - step * 35 for step in range(4)})
        pace = self.random.uniform(0.5, 1.25)
        whole = max((self.cycle.ends_on - self.cycle.starts_on).days, 1)
        return [
            (
                self.cycle.starts_on + timedelta(day),
                _measured(kind, min(pace * day / whole, 1.1)),
            )
            for day in days
            if day > 0
        ]

    def _check_in(self, goal: Goal, kind: Kind, day: date, value: Decimal) -> CheckIn:
        at = timezone.make_aware(datetime.combine(day, time(9)))
        confidence, ppm = self.random.randint(3, 9), _ppm(kind, value)
        return CheckIn(
            goal=goal, by=goal.owner, measured_on=day, made_at=at, value=value, progress_ppm=ppm, confidence=confidence
        )

    def _guardrail(self, goal: Goal) -> Guardrail:
        value = Decimal(self.random.randint(30, 72)) / 10
        return Guardrail(
            goal=goal,
            name="Customers who contact us again on the same matter",
            unit="%",
            op=Guardrail.Op.AT_MOST,
            limit=Decimal(7),
            why="Stops us from calling a matter settled too soon.",
            value=value,
            read_on=self.on,
            is_breached=value > 7,
        )


def _detail(goal: Goal, plan: _Plan, kind: Kind) -> GoalDetail:
    return GoalDetail(
        goal=goal,
        level=plan.level,
        title=kind.title,
        customer_benefit=kind.benefit,
        metric_type=GoalDetail.Metric.INCREASE if kind.target > kind.start else GoalDetail.Metric.DECREASE,
        metric_name=kind.metric,
        metric_unit=kind.unit,
        decimals=_decimals(kind),
        baseline=Decimal(kind.start),
        target=Decimal(kind.target),
    )


def _measured(kind: Kind, share: float) -> Decimal:
    """The value at this share of the way, as exact as its measure is."""
    return Decimal(f"{kind.start + (kind.target - kind.start) * share:.{_decimals(kind)}f}")


def _decimals(kind: Kind) -> int:
    return 1 if kind.unit in ("%", "hours") else 0


def _ppm(kind: Kind, value: Decimal) -> int:
    return progress.to_ppm(value - kind.start, kind.target - kind.start)


def _anchors(cycle: GoalCycle) -> dict[int, list[Goal]]:
    """Goals that others may support, by unit."""
    found: dict[int, list[Goal]] = {}
    for goal in Goal.objects.active().filter(cycle=cycle).exclude(detail__level=Level.INDIVIDUAL).order_by("pk"):
        found.setdefault(goal.unit_id, []).append(goal)
    return found


def _by_depth(units: Iterable[Unit]) -> list[tuple[int, list[Unit]]]:
    levels: dict[int, list[Unit]] = {}
    for unit in units:
        levels.setdefault(unit.depth, []).append(unit)
    return sorted(levels.items())
