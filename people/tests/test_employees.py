"""What HR changes about a person: edits, moves, departures, and what is refused."""

from datetime import date

import pytest
from django.urls import reverse

from core.errors import Conflict
from core.models import AuditEntry
from people import tree
from people.models import Employee, RoleGrant, User
from people.services import employees
from people.tests.factories import EmployeeFactory, grant

TODAY = date(2026, 7, 1)


def changed(person, **facts) -> employees.Details:
    return employees.Details(**{**vars(employees.Details.of(person)), **facts})


def typed(person, **facts) -> dict:
    details = employees.Details.of(person)
    manager = details.manager
    form = {
        "name": details.name,
        "title": details.title,
        "email": details.email,
        "unit": details.unit.pk,
        "manager": f"{manager.name} ({manager.number})" if manager else "",
        "job_role": details.job_role.pk if details.job_role else "",
        "site": details.site,
        "hired_on": "",
        "version": person.version,
    }
    return {**form, **facts}


def edit_url(person) -> str:
    return reverse("people:edit", args=[person.pk])


def test_a_move_changes_unit_and_line_at_once(hana, eve, olga, cast):
    employees.edit(eve, changed(eve, unit=cast.sales, manager=cast.sam), version=eve.version, by=hana.user)

    eve.refresh_from_db()
    cast.sam.refresh_from_db()
    assert eve.unit == cast.sales
    assert set(Employee.objects.in_line_of(cast.sam)) == {eve, olga}
    entry = AuditEntry.objects.get(verb="changed", about=eve.user)
    assert entry.changes["unit"] == {"old": "Helpdesk", "new": "Sales"}
    assert entry.actor == hana.user


def test_an_edit_without_a_change_leaves_no_trace(hana, eve):
    employees.edit(eve, employees.Details.of(eve), version=eve.version, by=hana.user)

    assert not AuditEntry.objects.exists()


def test_a_manager_from_below_is_refused_with_names(hana, uma, eve):
    with pytest.raises(employees.ManagerLoop, match="Eve Lind reports to Uma Rook"):
        employees.edit(uma, changed(uma, manager=eve), version=uma.version, by=hana.user)

    assert Employee.objects.get(pk=uma.pk).manager is None


def test_t08_nobody_becomes_their_own_manager(client_of, hana, eve):
    page = client_of(hana).post(edit_url(eve), typed(eve, manager=eve.number))

    assert page.status_code == 422
    assert "cannot be their own manager" in page.content.decode()


def test_t08_a_manager_cannot_change_a_reporting_line(client_of, max, eve):
    assert client_of(max).post(edit_url(eve), typed(eve, manager=max.number)).status_code == 403


def test_t55_two_editors_the_second_is_told_and_keeps_what_was_typed(client_of, hana, eve):
    browser = client_of(hana)
    stale = typed(eve, title="Chief of calls")
    browser.post(edit_url(eve), typed(eve, title="Lead agent"))

    page = browser.post(edit_url(eve), stale)

    assert page.status_code == 409
    assert "Chief of calls" in page.content.decode()
    assert "Lead agent" in page.content.decode()
    assert Employee.objects.get(pk=eve.pk).title == "Lead agent"


def test_t55_pressing_again_after_the_warning_saves(client_of, hana, eve):
    browser = client_of(hana)
    stale = typed(eve, title="Chief of calls")
    browser.post(edit_url(eve), typed(eve, title="Lead agent"))
    page = browser.post(edit_url(eve), stale).content.decode()
    offered = page.split('name="version" value="')[1].split('"')[0]

    browser.post(edit_url(eve), {**stale, "version": offered})

    assert Employee.objects.get(pk=eve.pk).title == "Chief of calls"


def test_t55_the_verb_itself_refuses_an_old_version(hana, eve):
    with pytest.raises(Conflict):
        employees.edit(eve, changed(eve, title="x"), version=eve.version + 1, by=hana.user)


def test_t06_a_form_takes_its_own_fields_and_no_others(client_of, hana, eve):
    before = Employee.objects.filter(pk=eve.pk).values().get() | User.objects.filter(pk=eve.user_id).values().get()
    extra = {
        "number": "1",
        "is_active": "",
        "left_on": "2026-01-01",
        "line_first": 1,
        "password": "x",
        "user": 1,
        "pk": 1,
    }

    client_of(hana).post(edit_url(eve), typed(eve, title="Lead agent", **extra))

    after = Employee.objects.filter(pk=eve.pk).values().get() | User.objects.filter(pk=eve.user_id).values().get()
    assert {name for name in before if before[name] != after[name]} == {"title", "version"}


def test_another_address_signs_in_and_the_old_one_does_not(hana, eve):
    employees.edit(eve, changed(eve, email="e.lind@tarn.example"), version=eve.version, by=hana.user)

    assert User.objects.get(pk=eve.user_id).email == "e.lind@tarn.example"
    assert not User.objects.filter(email="eve@tarn.example").exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("email", "ed@tarn.example", "Somebody else already has this address"),
        ("email", "ED@tarn.example", "Somebody else already has this address"),
        ("manager", "Nobody Known", "Nobody here has this name"),
        ("name", "", "This field is required"),
        ("name", "Eve\r\nBcc: x", "cannot be seen"),
        ("name", "x" * 161, "at most 160"),
        ("unit", "999999", "Select a valid choice"),
    ],
)
def test_a_form_says_what_is_wrong(client_of, hana, eve, ed, field, value, said):
    page = client_of(hana).post(edit_url(eve), typed(eve, **{field: value}))

    assert page.status_code == 422
    assert said in page.content.decode()


def test_a_name_that_two_people_have_asks_for_the_number(client_of, hana, eve, cast):
    twins = EmployeeFactory.create_batch(2, name="Sam Twin", unit=cast.sales)

    page = client_of(hana).post(edit_url(eve), typed(eve, manager="Sam Twin")).content.decode()

    assert "More than one person" in page
    assert all(twin.number in page for twin in twins)


def test_hr_adds_somebody_with_an_account(client_of, hana, cast, max):
    form = {"number": "N1", "name": "Nia New", "email": "Nia@tarn.example", "unit": cast.helpdesk.pk, "version": 0}

    client_of(hana).post(reverse("people:add"), {**form, "manager": max.number})

    nia = Employee.objects.get(number="N1")
    assert nia.user.email == "nia@tarn.example"
    assert nia.manager == max
    assert nia.user.password.startswith("!") or not nia.user.has_usable_password()
    assert AuditEntry.objects.filter(verb="added", about=nia.user, actor=hana.user).exists()


def test_t12_markup_in_a_name_is_shown_as_text(client_of, hana, eve):
    nasty = "<img src=x onerror=alert(1)>"
    browser = client_of(hana)
    browser.post(edit_url(eve), typed(eve, name=nasty, title=nasty, site=nasty))

    for url in (
        "/people/",
        reverse("people:detail", args=[eve.pk]),
        reverse("people:record", args=[eve.pk]),
        "/people/audit/",
    ):
        page = browser.get(url).content.decode()
        assert "<img" not in page
        assert "&lt;img" in page


# --- departures --------------------------------------------------------------------------------------------------------


def test_a_leaver_hands_over_reports_and_loses_account_head_and_roles(hana, max, eve, ed, uma, cast):
    grant(max, RoleGrant.Role.EXECUTIVE)

    employees.depart(max, on=TODAY, successor=uma, by=hana.user)

    left = Employee.objects.select_related("user").get(pk=max.pk)
    cast.helpdesk.refresh_from_db()
    assert (left.is_active, left.left_on, left.user.is_active) == (False, TODAY, False)
    assert {report.manager for report in Employee.objects.filter(pk__in=[eve.pk, ed.pk])} == {uma}
    assert cast.helpdesk.head is None
    assert not left.user.role_grants.exists()
    assert AuditEntry.objects.filter(verb="marked as left", about=max.user).exists()
    assert AuditEntry.objects.filter(verb="changed", about=eve.user).exists()


def test_the_page_proposes_the_manager_above(client_of, hana, max, uma):
    page = client_of(hana).get(reverse("people:departure", args=[max.pk])).content.decode()

    assert f"Uma Rook ({uma.number})" in page
    assert "2 direct reports" in page


@pytest.mark.parametrize("successor", ["eve", "max"])
def test_reports_do_not_go_to_one_of_themselves_or_to_the_leaver(hana, max, cast, successor):
    with pytest.raises(employees.ManagerLoop):
        employees.depart(max, on=TODAY, successor=getattr(cast, successor), by=hana.user)


def test_nobody_marks_themselves_as_left(hana):
    with pytest.raises(employees.StillNeeded, match="yourself"):
        employees.depart(hana, on=TODAY, successor=None, by=hana.user)


def test_t07_the_last_hr_administrator_cannot_leave(hana, eve):
    with pytest.raises(employees.StillNeeded, match="only HR administrator"):
        employees.depart(hana, on=TODAY, successor=None, by=eve.user)


def test_a_departure_in_the_future_is_refused(client_of, hana, eve):
    page = client_of(hana).post(reverse("people:departure", args=[eve.pk]), {"on": "2999-01-01", "successor": ""})

    assert page.status_code == 422


def test_t54_a_second_press_says_that_they_have_left(client_of, hana, eve):
    url = reverse("people:departure", args=[eve.pk])
    browser = client_of(hana)
    browser.post(url, {"on": "2026-07-01", "successor": ""})

    page = browser.post(url, {"on": "2026-07-01", "successor": ""})

    assert page.status_code == 422
    assert "has left already" in page.content.decode()
    assert AuditEntry.objects.filter(verb="marked as left").count() == 1


def test_a_departure_can_be_taken_back_without_roles(client_of, hana, eve):
    grant(eve, RoleGrant.Role.EXECUTIVE)
    employees.depart(eve, on=TODAY, successor=None, by=hana.user)

    client_of(hana).post(reverse("people:reinstatement", args=[eve.pk]))

    eve.refresh_from_db()
    assert (eve.is_active, eve.left_on, User.objects.get(pk=eve.user_id).is_active) == (True, None, True)
    assert not eve.user.role_grants.exists()


def test_an_old_session_stays_ended_after_a_return(client_of, hana, eve):
    browser = client_of(eve)
    employees.depart(eve, on=TODAY, successor=None, by=hana.user)
    employees.reinstate(eve, by=hana.user)

    assert browser.get("/me/").status_code == 302


def test_numbers_of_the_line_fit_after_every_change(hana, cast, eve, max):
    employees.edit(eve, changed(eve, manager=cast.uma), version=eve.version, by=hana.user)
    employees.depart(max, on=TODAY, successor=cast.uma, by=hana.user)

    assert tree.renumber_line() == 0
    assert not cast.uma.is_above(cast.uma)
