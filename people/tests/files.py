"""Files of people for the import tests: rows, the upload, and what the check said."""

from django.utils import timezone

from core import tables
from core.models import AuditEntry
from people.models import Employee, ImportLine, RoleGrant, Unit, User
from people.services import imports

HEADER = ["employee_number", "name", "email", "unit_key", "manager_number", "job_title", "job_role_key", "status"]


def row(number, name="", email="", unit="", manager="", title="", role="", status=""):
    return [number, name, email or f"{number}@tarn.example", unit, manager, title, role, status]


def full(person: Employee, **changes) -> list[str]:
    facts = {
        "name": person.name,
        "email": person.user.email,
        "unit": person.unit.key,
        "manager": person.manager.number if person.manager else "",
        "title": person.title,
        "role": person.job_role.key if person.job_role else "",
        "status": "",
    }
    return row(person.number, **{**facts, **changes})


def upload(rows, by, header=None):
    content = tables.to_csv(header or HEADER, rows)
    return imports.upload("people.csv", content, by=by.user, at=timezone.now())


def apply(file, by) -> bool:
    return imports.apply(file, by=by.user, at=timezone.now())


def kinds(file) -> list[str]:
    return list(file.lines.values_list("kind", flat=True))


def problems(file) -> dict[int, list[tuple[str, str]]]:
    return {
        line.row: [(problem["column"], problem["problem"]) for problem in line.problems]
        for line in file.lines.filter(kind="refused")
    }


def everything() -> list:
    """All that an import may touch."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (User, Employee, Unit, RoleGrant, ImportLine, AuditEntry)
    ]
