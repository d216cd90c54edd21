"""Units, people and roles for tests. After building a tree by hand call people.tree.renumber_*."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from people.models import Employee, JobRole, RoleGrant, Unit, User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@example.org")


class JobRoleFactory(DjangoModelFactory[JobRole]):
    class Meta:
        model = JobRole
        django_get_or_create = ("key",)

    key = factory.Sequence(lambda n: f"role-{n}")
    name = factory.LazyAttribute(lambda o: o.key.replace("-", " ").capitalize())


class UnitFactory(DjangoModelFactory[Unit]):
    class Meta:
        model = Unit

    key = factory.Sequence(lambda n: f"unit-{n}")
    name = factory.LazyAttribute(lambda o: o.key.replace("-", " ").capitalize())


class EmployeeFactory(DjangoModelFactory[Employee]):
    class Meta:
        model = Employee

    number = factory.Sequence(lambda n: f"E{n:05d}")
    name = factory.Sequence(lambda n: f"Person Number{n}")
    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)


def grant(employee: Employee, role: str, *units: Any) -> RoleGrant:
    granted = RoleGrant.objects.create(user=employee.user, role=role)
    if units:
        granted.units.add(*units)
    return granted
