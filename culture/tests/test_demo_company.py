"""The people of the demo company and of large organisations."""

from collections import Counter
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from culture.demo import SIGN_INS, company, load
from culture.demo import people as demo_people
from people.models import Employee, Unit
from people.tests.factories import EmployeeFactory

ON = date(2026, 7, 1)


@pytest.fixture(scope="module")
def content():
    return load.content("goals.yaml")


@pytest.fixture(scope="module")
def plan(content):
    return company.tarnbrook(content, ON)


@pytest.fixture
def tarnbrook(db, plan):
    demo_people.write(plan, load.content("competencies.yaml")["role_profiles"])


def test_every_unit_has_its_headcount(content, plan):
    wanted = {unit["key"]: unit["headcount"] for unit in content["company"]["units"] if "headcount" in unit}

    assert Counter(person.unit for person in plan.people) == wanted
    assert len(plan.people) == content["company"]["headcount"] == 200


def test_no_two_people_share_a_name_or_an_address(plan):
    assert len({person.name for person in plan.people}) == len({person.email for person in plan.people}) == 200


def test_the_named_people_are_where_the_file_puts_them(content, plan):
    planned = {person.name: (person.unit, person.role, person.title) for person in plan.people}

    for person in content["people"]:
        assert planned[person["name"]] == (person["unit"], person["role_profile"], person["title"])


def test_inventions_are_the_same_each_time(content, plan):
    assert company.tarnbrook(content, ON) == plan


def test_every_unit_has_a_head_and_everyone_but_the_chief_a_manager(tarnbrook):
    assert not Unit.objects.filter(head=None).exists()
    assert [person.name for person in Employee.objects.filter(manager=None)] == ["Imogen Vasko"]
    assert Unit.objects.get(key="service").head.name == "Tobias Renner"
    assert Unit.objects.get(key="service-north").head.reports.count() == 11


def test_the_whole_company_is_in_the_chiefs_line(tarnbrook):
    chief = Employee.objects.get(name="Imogen Vasko")

    assert Employee.objects.in_line_of(chief).count() == 199
    assert not Employee.objects.filter(manager__line_first__gt=F("line_first")).exists()


def test_only_the_printed_sign_ins_have_a_password(tarnbrook):
    usable = {employee.user.email for employee in Employee.objects.all() if employee.user.has_usable_password()}

    assert usable == {email for _, email, _ in SIGN_INS}


def test_the_printed_sign_ins_work(tarnbrook, client):
    assert [email for _, email, password in SIGN_INS if not client.login(email=email, password=password)] == []


def test_somebody_elses_organisation_is_left_alone(db):
    EmployeeFactory()

    with pytest.raises(CommandError, match="already holds people"):
        call_command("seed_demo")
    with pytest.raises(CommandError, match="already holds people"):
        call_command("seed", people=20)


@pytest.mark.parametrize("size", [20, 200, 1500])
def test_a_large_organisation_has_exactly_as_many_people_as_asked(size):
    planned = company.large(size, ON)

    assert len(planned.people) == len({person.email for person in planned.people}) == size
    assert {unit.key for unit in planned.units} == planned.heads.keys()
    assert {"leila.fenwick@tarnbrook.example", "owen.castellane@tarnbrook.example"} <= {p.email for p in planned.people}


def test_only_demo_mode_may_replace_everything(db):
    with pytest.raises(CommandError, match="demo mode only"):
        call_command("seed", people=20, replace=True)
