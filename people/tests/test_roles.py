"""Roles: who gives them to whom, and who never loses the last one (T07, T08)."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.models import AuditEntry
from people.models import RoleGrant, User
from people.services import roles
from people.tests.factories import grant

Role = RoleGrant.Role
ROLES, GIVE = "/people/roles/", "/people/roles/add/"


def give(client, person, role, *units):
    return client.post(GIVE, {"person": person.number, "role": role, "units": [unit.pk for unit in units]})


def test_an_administrator_gives_a_role_with_units(client_of, hana, olga, cast):
    give(client_of(hana), olga, Role.HR_PARTNER, cast.sales)

    given = RoleGrant.objects.get(user=olga.user)
    assert list(given.units.all()) == [cast.sales]
    entry = AuditEntry.objects.get(verb="gave a role to", about=olga.user)
    assert entry.changes["units"]["new"] == ["Sales"]


def test_t07_nobody_gives_or_takes_a_role_of_their_own(client_of, hana):
    browser = client_of(hana)

    given = give(browser, hana, Role.EXECUTIVE)
    taken = browser.post(reverse("people:role_revocation", args=[RoleGrant.objects.get(user=hana.user).pk]))

    assert (given.status_code, taken.status_code) == (422, 422)
    assert "Nobody changes their own roles" in given.content.decode()
    assert list(hana.user.role_grants.values_list("role", flat=True)) == [Role.HR_ADMIN]


def test_t07_the_last_administrator_stays(hana, eve):
    with pytest.raises(roles.LastAdmin):
        roles.revoke(RoleGrant.objects.get(user=hana.user), by=eve.user)


def test_t07_an_administrator_who_left_does_not_count_as_one(hana, eve, ed):
    grant(ed, Role.HR_ADMIN)
    User.objects.filter(pk=ed.user_id).update(is_active=False)

    with pytest.raises(roles.LastAdmin):
        roles.revoke(RoleGrant.objects.get(user=hana.user), by=eve.user)


def test_one_of_two_administrators_can_be_taken(client_of, hana, eve):
    second = grant(eve, Role.HR_ADMIN)

    client_of(hana).post(reverse("people:role_revocation", args=[second.pk]))

    assert not eve.user.role_grants.exists()
    assert AuditEntry.objects.filter(verb="took a role from", about=eve.user).exists()


@pytest.mark.parametrize("who", ["eve", "max", "petra", "ada", "ingrid"])
def test_t07_others_change_no_role(client_of, cast, who):
    browser = client_of(getattr(cast, who))
    given = RoleGrant.objects.get(user=cast.ada.user)

    assert give(browser, cast.eve, Role.HR_ADMIN).status_code == 403
    assert browser.post(reverse("people:role_revocation", args=[given.pk])).status_code == 403
    assert RoleGrant.objects.count() == 4


def test_t08_a_partner_does_not_widen_their_own_units(client_of, petra, cast):
    url = reverse("people:role_scope", args=[RoleGrant.objects.get(user=petra.user).pk])

    assert client_of(petra).post(url, {"units": [cast.company.pk]}).status_code == 403


def test_t08_not_even_a_partner_who_is_an_administrator_too(client_of, petra, cast):
    grant(petra, Role.HR_ADMIN)
    url = reverse("people:role_scope", args=[RoleGrant.objects.get(user=petra.user, role=Role.HR_PARTNER).pk])

    assert client_of(petra).post(url, {"units": [cast.company.pk]}).status_code == 422


def test_an_administrator_changes_the_units_of_a_partner(client_of, hana, petra, cast):
    given = RoleGrant.objects.get(user=petra.user)

    client_of(hana).post(reverse("people:role_scope", args=[given.pk]), {"units": [cast.sales.pk]})

    assert list(given.units.all()) == [cast.sales]
    assert AuditEntry.objects.get(verb="changed the units of").changes["units"] == {
        "old": ["Helpdesk"],
        "new": ["Sales"],
    }


@pytest.mark.parametrize(
    ("role", "units", "said"),
    [
        (Role.HR_PARTNER, (), "Choose the units"),
        (Role.EXECUTIVE, ("sales",), "Only HR partners"),
        ("owner", (), "valid"),
    ],
)
def test_a_role_and_its_units_must_fit(client_of, hana, olga, cast, role, units, said):
    page = give(client_of(hana), olga, role, *[getattr(cast, unit) for unit in units])

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not olga.user.role_grants.exists()


def test_t54_a_role_given_twice_is_there_once(client_of, hana, olga):
    browser = client_of(hana)
    give(browser, olga, Role.EXECUTIVE)

    assert give(browser, olga, Role.EXECUTIVE).status_code == 422
    assert olga.user.role_grants.count() == 1


def test_the_auditor_reads_roles_and_matrix(client_of, ingrid):
    browser = client_of(ingrid)

    assert "Hana Vale" in browser.get(ROLES).content.decode()
    assert "Take away" not in browser.get(ROLES).content.decode()
    assert "/people/&lt;int:pk&gt;/record/" in browser.get("/people/access/").content.decode()


def test_the_matrix_is_printed_as_json(capsys, db):
    call_command("access_matrix")

    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["people:roles"]["who"] == ["auditor", "hr_admin"]
    assert rows["healthz"]["who"] == "public"
    assert rows["people:edit"]["methods"] == ["GET", "POST"]


def test_the_operator_makes_the_first_administrator(db, capsys):
    call_command("grant_role", "First@Tarn.Example", "hr_admin")

    assert User.objects.get(email="first@tarn.example").role_grants.get().role == Role.HR_ADMIN
    with pytest.raises(CommandError, match="already"):
        call_command("grant_role", "first@tarn.example", "hr_admin")
    with pytest.raises(CommandError, match="not an e-mail"):
        call_command("grant_role", "nobody", "hr_admin")


def test_t05_a_list_of_units_with_one_that_is_none_is_refused_whole(client_of, hana, petra, cast):
    given = RoleGrant.objects.get(user=petra.user)

    page = client_of(hana).post(reverse("people:role_scope", args=[given.pk]), {"units": [cast.sales.pk, 999_999]})

    assert page.status_code == 422
    assert list(given.units.all()) == [cast.helpdesk]
