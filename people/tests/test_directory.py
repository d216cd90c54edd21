"""The directory: who finds whom, by what, and at what cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry
from people import tree
from people.models import Employee, RoleGrant
from people.tests.factories import EmployeeFactory, UnitFactory, UserFactory, grant

LIST = "/people/"


def names(response) -> set[str]:
    return {person.name for person in response.context["page"]}


def test_everybody_finds_everybody_who_works_here(client_of, eve, cast):
    found = names(client_of(eve).get(LIST))

    assert {"Eve Lind", "Olga Finn", "Uma Rook"} <= found
    assert len(found) == Employee.objects.count()


@pytest.mark.parametrize(
    ("text", "expected"),
    [("eve", {"Eve Lind"}), ("LIND", {"Eve Lind"}), ("sales", {"Sam Hart", "Olga Finn"}), ("eve sales", set())],
)
def test_search_looks_at_name_title_and_unit(client_of, ed, text, expected):
    assert names(client_of(ed).get(LIST, {"q": text})) == expected


def test_t24_search_does_not_look_at_private_facts(client_of, ed, eve):
    Employee.objects.filter(pk=eve.pk).update(site="Leeds", number="X777")
    browser = client_of(ed)

    for private in (eve.user.email, "X777", "Leeds"):
        assert names(browser.get(LIST, {"q": private})) == set()


def test_a_unit_stands_for_all_below_it(client_of, ed, cast):
    browser = client_of(ed)

    assert names(browser.get(LIST, {"unit": cast.sales.pk})) == {"Sam Hart", "Olga Finn"}
    assert len(names(browser.get(LIST, {"unit": cast.company.pk}))) == Employee.objects.count()


@pytest.mark.parametrize(
    "query", ["?unit=abc", "?unit=999999", "?q=%00", "?page=x", "?page=-1", "?q=a&q=b", "?unit[]=1"]
)
def test_t57_an_odd_address_filters_nothing_or_little_and_never_fails(client_of, ed, query):
    assert client_of(ed).get(LIST + query).status_code == 200


def test_leavers_are_found_by_hr_only(client_of, ed, hana, cast):
    gone = EmployeeFactory(name="Gone Girl", unit=cast.sales, is_active=False)

    assert gone.name not in names(client_of(ed).get(LIST, {"left": "on"}))
    assert gone.name not in names(client_of(hana).get(LIST))
    assert gone.name in names(client_of(hana).get(LIST, {"left": "on"}))


def test_an_auditor_who_does_not_work_here_sees_units_and_no_people(client, cast):
    auditor = UserFactory()
    RoleGrant.objects.create(user=auditor, role=RoleGrant.Role.AUDITOR)
    client.force_login(auditor)

    assert client.get(LIST).status_code == 403
    page = client.get(reverse("people:unit", args=[cast.helpdesk.pk]))
    assert page.status_code == 200
    assert "Eve Lind" not in page.content.decode()


def test_the_page_of_a_person_shows_place_and_line_and_nothing_private(client_of, ed, eve):
    Employee.objects.filter(pk=eve.pk).update(site="Leeds", hired_on="2020-02-02", number="X777")

    page = client_of(ed).get(reverse("people:detail", args=[eve.pk])).content.decode()

    assert "Max Berg" in page
    assert "Uma Rook" in page
    for private in (eve.user.email, "X777", "Leeds", "2020"):
        assert private not in page


def test_pages_of_the_directory_leave_no_trace(client_of, hana, eve):
    client_of(hana).get(reverse("people:detail", args=[eve.pk]))

    assert not AuditEntry.objects.exists()


def test_suggestions_fit_what_is_typed(client_of, hana, eve):
    response = client_of(hana).get(reverse("people:options"), {"manager": "eve li"})

    assert f"Eve Lind ({eve.number})" in response.content.decode()
    assert "Ed Moss" not in response.content.decode()


@pytest.mark.parametrize("route", ["people:list", "people:units", "people:unit", "people:detail"])
def test_the_number_of_queries_does_not_grow_with_the_organisation(client_of, ed, cast, route):
    subject = {"people:unit": [cast.company.pk], "people:detail": [cast.uma.pk]}.get(route, [])
    browser, url = client_of(ed), reverse(route, args=subject)
    EmployeeFactory(unit=cast.company, manager=cast.uma)
    few = _queries(browser, url)

    for n in range(30):
        unit = UnitFactory(parent=cast.company, order=10 + n)
        EmployeeFactory.create_batch(3, unit=unit, manager=cast.uma)
        EmployeeFactory(unit=cast.company, manager=cast.uma)
    tree.renumber_units()
    tree.renumber_line()

    assert _queries(browser, url) == few
    assert few <= 16


def _queries(browser, url) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(url).status_code == 200
    return len(seen)


# --- the record --------------------------------------------------------------------------------------------------------


def record_of(person) -> str:
    return reverse("people:record", args=[person.pk])


def test_my_own_record_is_open_to_me_and_leaves_no_trace(client_of, eve):
    page = client_of(eve).get(record_of(eve))

    assert eve.number in page.content.decode()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("reader", ["max", "ed", "ada", "ingrid", "uma"])
def test_the_record_is_closed_to_colleagues_managers_executives_and_auditors(client_of, cast, eve, reader):
    assert client_of(getattr(cast, reader)).get(record_of(eve)).status_code == 404


def test_hr_opens_a_record_in_scope_and_the_person_can_see_that(client_of, hana, petra, eve, olga):
    assert client_of(hana).get(record_of(eve)).status_code == 200
    assert client_of(petra).get(record_of(eve)).status_code == 200
    assert client_of(petra).get(record_of(olga)).status_code == 404

    entries = AuditEntry.objects.filter(verb="viewed", about=eve.user).order_by("pk")
    assert [entry.actor for entry in entries] == [hana.user, petra.user]
    assert not AuditEntry.objects.filter(about=olga.user).exists()


def test_roles_on_a_record_are_for_the_person_and_the_administrator(client_of, hana, petra, eve):
    grant(eve, RoleGrant.Role.EXECUTIVE)

    assert "Executive" in client_of(hana).get(record_of(eve)).content.decode()
    assert "Executive" in client_of(eve).get(record_of(eve)).content.decode()
    assert "Executive" not in client_of(petra).get(record_of(eve)).content.decode()


def test_changed_rights_count_on_the_next_request(client_of, petra, eve, cast):
    browser = client_of(petra)
    assert browser.get(record_of(eve)).status_code == 200

    RoleGrant.objects.get(user=petra.user).units.set([cast.sales])

    assert browser.get(record_of(eve)).status_code == 404
