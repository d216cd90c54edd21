"""The unit tree: its page, edits, moves, closures."""

import pytest
from django.urls import reverse

from core.errors import Conflict
from core.models import AuditEntry
from people import tree
from people.access import Viewer
from people.models import Unit
from people.queries import units as queries
from people.services import units

TREE = "/people/units/"


def details(unit, **facts) -> units.Details:
    kept = {name: getattr(unit, name) for name in ("name", "parent", "head", "order", "is_active")}
    return units.Details(**{**kept, **facts})


def typed(unit, **facts) -> dict:
    head = f"{unit.head.name} ({unit.head.number})" if unit.head else ""
    form = {"name": unit.name, "parent": unit.parent_id or "", "head": head, "order": unit.order, "is_active": "on"}
    return {**form, "version": unit.version, **facts}


def test_the_tree_counts_people_with_those_below(cast, eve):
    company = queries.tree(Viewer.of(eve.user))[0]

    assert (company.unit, company.people, company.people_in_all) == (cast.company, 0, 10)
    assert [(branch.unit.name, branch.people_in_all) for branch in company.children] == [
        ("Office", 5),
        ("Helpdesk", 3),
        ("Sales", 2),
    ]


def test_the_tree_page_works_without_script(client_of, eve):
    page = client_of(eve).get(TREE).content.decode()

    assert "<details" in page
    assert "<summary>" in page


def test_search_finds_units_by_name(client_of, eve):
    page = client_of(eve).get(TREE, {"q": "desk"})

    assert [unit.name for unit in page.context["found"]] == ["Helpdesk"]


def test_hr_adds_a_unit_below_another(client_of, hana, cast, eve):
    form = {
        "key": "night",
        "name": "Night desk",
        "parent": cast.helpdesk.pk,
        "head": eve.number,
        "order": 1,
        "version": 0,
    }

    client_of(hana).post(reverse("people:unit_add"), form)

    night = Unit.objects.get(key="night")
    cast.helpdesk.refresh_from_db()
    assert cast.helpdesk.contains(night)
    assert (night.head, night.depth) == (eve, 2)
    assert AuditEntry.objects.filter(verb="added", subject_label="Night desk", actor=hana.user).exists()


def test_a_unit_moves_with_all_below_it(hana, cast):
    night = units.add("night", units.Details("Night desk", cast.helpdesk, None, 1), by=hana.user)

    units.edit(cast.helpdesk, details(cast.helpdesk, parent=cast.sales), version=cast.helpdesk.version, by=hana.user)

    cast.sales.refresh_from_db()
    night.refresh_from_db()
    assert cast.sales.contains(night)
    assert night.depth == 3
    assert tree.renumber_units() == 0


def test_a_move_below_itself_is_refused_in_words(client_of, hana, cast):
    night = units.add("night", units.Details("Night desk", cast.helpdesk, None, 1), by=hana.user)
    url = reverse("people:unit_edit", args=[cast.helpdesk.pk])

    page = client_of(hana).post(url, typed(cast.helpdesk, parent=night.pk))

    assert page.status_code == 422
    assert "cannot move below Night desk" in page.content.decode()
    assert Unit.objects.get(pk=cast.helpdesk.pk).parent == cast.company


def test_there_is_one_organisation_at_the_top(hana, cast):
    with pytest.raises(units.OneRoot):
        units.add("second", units.Details("Second", None, None, 0), by=hana.user)
    with pytest.raises(units.OneRoot):
        units.edit(cast.sales, details(cast.sales, parent=None), version=1, by=hana.user)


def test_a_unit_with_people_or_units_is_not_closed(client_of, hana, cast):
    url = reverse("people:unit_edit", args=[cast.sales.pk])
    form = typed(cast.sales)
    del form["is_active"]

    page = client_of(hana).post(url, form)

    assert page.status_code == 422
    assert "still has 2 people" in page.content.decode()


def test_an_empty_unit_is_closed_and_leaves_the_tree(hana, cast):
    night = units.add("night", units.Details("Night desk", cast.helpdesk, None, 1), by=hana.user)

    units.edit(night, details(night, is_active=False), version=night.version, by=hana.user)

    assert night not in Unit.objects.active()


def test_t55_an_old_version_is_refused_with_what_is_stored(client_of, hana, cast):
    url = reverse("people:unit_edit", args=[cast.sales.pk])
    browser = client_of(hana)
    browser.post(url, typed(cast.sales, name="Sales and Service"))

    page = browser.post(url, typed(cast.sales, name="Accounts"))

    assert page.status_code == 409
    assert "Sales and Service" in page.content.decode()
    assert 'value="Accounts"' in page.content.decode()
    with pytest.raises(Conflict):
        units.edit(cast.sales, details(cast.sales, name="x"), version=1, by=hana.user)


@pytest.mark.parametrize("query", ["?parent=x", "?parent=99999999999999999999", "?parent=-1", "?parent=²", "?parent="])
def test_t57_an_odd_parent_in_the_address_is_no_parent(client_of, hana, query):
    assert client_of(hana).get(reverse("people:unit_add") + query).status_code == 200


def test_job_roles_are_a_plain_list_with_an_audit_entry(client_of, hana, eve):
    browser = client_of(hana)
    browser.post(reverse("people:job_role_add"), {"key": "planner", "name": "Planner"})
    refused = browser.post(reverse("people:job_role_add"), {"key": "planner", "name": "Planner again"})

    assert refused.status_code == 422
    assert "Planner" in browser.get(reverse("people:job_roles")).content.decode()
    browser.post(reverse("people:job_role_edit", args=[eve.job_role.pk]), {"key": "agent", "name": "Helper"})
    entry = AuditEntry.objects.get(verb="changed")
    assert entry.changes == {"name": {"old": "Service agent", "new": "Helper"}}
