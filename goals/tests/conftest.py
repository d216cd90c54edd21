"""Goals that several test files use."""

from pathlib import Path

import pytest

from core import shipped
from goals import demo
from goals.models import GoalCycle
from goals.tests import factories
from people import tree
from people.models import Employee, Unit
from people.tests.factories import EmployeeFactory, UnitFactory

GOALS_YAML = Path(__file__).resolve().parents[2] / "culture" / "content" / "goals.yaml"


class Tarnbrook:
    """The demo company's named people and units, as far as goals.yaml names them."""

    def __init__(self) -> None:
        self.content = shipped.read(GOALS_YAML)
        self.units: dict[str, Unit] = {}
        self.people: dict[str, Employee] = {}
        for order, row in enumerate(self.content["company"]["units"]):
            above = self.units.get(row["parent"])
            self.units[row["key"]] = UnitFactory.create(key=row["key"], name=row["name"], parent=above, order=order)
        for number, row in enumerate(self.content["people"]):
            chief = self.people.get("p01")
            lead = self.people.get("p08") if row["unit"] == "service-north" else None
            self.people[row["ref"]] = EmployeeFactory.create(
                name=row["name"],
                title=row["title"],
                unit=self.units[row["unit"]],
                manager=lead or chief,
                number=f"T{number}",
            )
        tree.renumber_units()
        tree.renumber_line()
        for unit in self.units.values():
            unit.refresh_from_db()
        for person in self.people.values():
            person.refresh_from_db()

    def load(self, on) -> GoalCycle:
        return demo.load_goals(
            GOALS_YAML, on=on, people_by_ref=self.people, units_by_key=self.units, by=self.people["p01"].user
        )


@pytest.fixture
def competencies(db) -> None:
    """The competencies that goals.yaml names, without words."""
    from assessments.competencies.models import Competency, Framework  # noqa: PLC0415

    framework = Framework.objects.create(key="test", name="Test")
    keys = {row["development"]["competency"] for row in shipped.read(GOALS_YAML)["goals"] if "development" in row}
    Competency.objects.bulk_create(Competency(framework=framework, key=key) for key in sorted(keys))


@pytest.fixture
def tarnbrook(competencies) -> Tarnbrook:
    return Tarnbrook()


@pytest.fixture
def cycle(db) -> GoalCycle:
    """The active cycle of 2026."""
    return factories.cycle()
