"""The viewer's own page."""

import json

import pytest

from core import personal_data
from core.models import AuditEntry
from people.models import RoleGrant, User
from people.tests.factories import UserFactory, grant


def test_the_look_is_kept_and_shown_by_the_server(client_of, eve):
    browser = client_of(eve)

    browser.post("/me/look/", {"theme": "dark"})

    assert User.objects.get(pk=eve.user_id).theme == "dark"
    assert 'data-bs-theme="dark"' in browser.get("/me/").content.decode()


def test_a_look_that_there_is_not_is_refused(client_of, eve):
    assert client_of(eve).post("/me/look/", {"theme": "pink"}).status_code == 422


def test_my_page_shows_my_facts_and_roles(client_of, petra):
    page = client_of(petra).get("/me/").content.decode()

    assert petra.number in page
    assert "HR partner: Helpdesk" in " ".join(page.split())


def test_an_account_of_nobody_here_has_a_page_too(client, db):
    user = UserFactory()
    RoleGrant.objects.create(user=user, role=RoleGrant.Role.AUDITOR)
    client.force_login(user)

    assert "nobody on the staff list" in client.get("/me/").content.decode()
    assert json.loads(client.get("/me/data.json").content)["people"]["employee"] is None


def test_my_data_holds_what_is_kept_about_me_and_nobody_else(client_of, hana, eve, ed):
    grant(eve, RoleGrant.Role.EXECUTIVE)
    client_of(hana).get(f"/people/{eve.pk}/record/")
    client_of(hana).get(f"/people/{ed.pk}/record/")

    response = client_of(eve).get("/me/data.json")

    data = json.loads(response.content)["people"]
    assert response["Content-Disposition"].startswith("attachment")
    assert data["employee"]["name"] == "Eve Lind"
    assert data["employee"]["manager"] == "Max Berg"
    assert data["roles"] == [{"role": "Executive", "units": []}]
    assert [entry["verb"] for entry in data["audit_entries_about_you"]] == ["viewed"]
    assert "Ed Moss" not in response.content.decode()


def test_downloading_my_data_leaves_no_trace(client_of, eve):
    client_of(eve).get("/me/data.json")

    assert not AuditEntry.objects.exists()


def test_every_app_can_add_its_part(eve, monkeypatch):
    monkeypatch.setattr(personal_data, "_providers", {})
    personal_data.register("b", lambda user: user.email)
    personal_data.register("a", lambda user: 1)

    assert personal_data.about(eve.user) == {"a": 1, "b": "eve@tarn.example"}


@pytest.mark.parametrize("size", [0, 25])
def test_the_number_of_queries_does_not_grow(client_of, hana, eve, size, django_assert_max_num_queries):
    for _ in range(size):
        client_of(hana).get(f"/people/{eve.pk}/record/")
    browser = client_of(eve)

    with django_assert_max_num_queries(14):
        browser.get("/me/")
