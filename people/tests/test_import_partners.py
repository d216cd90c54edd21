"""HR partners by file: which units they look after, with a look first, row errors and a way back."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from core import tables
from core.models import AuditEntry
from core.tables import TableRefused
from people.models import Employee, PeopleImport, RoleGrant
from people.queries import imports as queries
from people.services import employees, imports, roles
from people.services import undo as undoing
from people.tests.files import apply, kinds, problems

HEADER = ["employee_number", "name", "unit_keys"]
PAGE = "/people/imports/partners/"


def upload(rows, by, header=HEADER):
    content = tables.to_csv(header, rows)
    return imports.upload("partners.csv", content, by=by.user, at=timezone.now(), holds=PeopleImport.Holds.PARTNERS)


def scopes() -> dict[str, list[str]]:
    """Who looks after what: first name to keys of units."""
    grants = RoleGrant.objects.filter(role=RoleGrant.Role.HR_PARTNER).order_by("user__employee__number")
    return {grant.user.employee.number: [unit.key for unit in grant.units.all()] for grant in grants}


def take_back(file, by):
    shown = queries.undo_plan(file, by=by.user).shown
    return undoing.undo_import(file, shown=shown, by=by.user, at=timezone.now())


def test_a_file_gives_changes_and_takes_the_role_with_an_entry_for_each(company, hana):
    roles.grant(company.olga.user, "hr_partner", units=[company.sales], by=hana.user)
    rows = [["petra", "", "helpdesk; sales"], ["sam", "x", "office,company"], ["olga", "", ""], ["max", "", ""]]
    before = scopes()

    file = upload(rows, hana)

    assert scopes() == before
    assert kinds(file) == ["changed", "added", "leaving", "unchanged"]
    assert "lies below Tarn Ltd" in file.lines.get(row=3).notes[0]
    apply(file, hana)
    assert scopes() == {"petra": ["helpdesk", "sales"], "sam": ["company", "office"]}
    told = AuditEntry.objects.exclude(about=None).order_by("-pk")[:3]
    assert {one.verb for one in told} == {"changed the units of", "gave a role to", "took a role from"}
    assert kinds(upload(rows, hana)) == ["unchanged"] * 4
    assert apply(file, hana) is False


def test_rows_that_cannot_be_imported_say_why_and_keep_all_out(company, hana):
    employees.depart(company.ed, on=timezone.localdate(), successor=None, by=hana.user)
    employees.change_address(company.eve.user, "")
    rows = [["petra", "", "helpdsk"], ["nobody", "", "sales"], ["ed", "", "sales"], ["eve", "", "sales"]]
    file = upload([*rows, ["hana", "", "sales"], ["petra", "", "sales"], ["", "Anna", "sales"]], hana)

    assert problems(file) == {
        2: [("unit_keys", "“helpdsk”: There is no unit with this key. Closest: helpdesk (Helpdesk).")],
        3: [("employee_number", "Nobody here has this number.")],
        4: [("employee_number", "Has left.")],
        5: [("employee_number", "Has no e-mail, and a role needs a sign-in.")],
        6: [("employee_number", "That is you. Nobody changes their own roles; ask another HR administrator.")],
        7: [("employee_number", "Row 2 has it already. Put all units of one person into one row.")],
        8: [("employee_number", "Is empty. Number by which we know the person.")],
    }
    with pytest.raises(imports.HoldsRefusals):
        apply(file, hana)
    with pytest.raises(TableRefused, match="unit_keys"):
        upload([["petra", ""]], hana, header=HEADER[:2])
    with pytest.raises(TableRefused, match="unit_keys"):
        upload([["petra", ""]], hana, header=["employee_number", "unit_key"])


def test_f29_what_changed_after_the_check_is_shown_before_anything_is_written(company, hana):
    file = upload([["petra", "", "sales"]], hana)
    roles.change_scope(RoleGrant.objects.get(role="hr_partner"), [company.office], by=hana.user)

    with pytest.raises(imports.ChangedSince):
        apply(file, hana)

    assert scopes() == {"petra": ["office"]}


def test_a_wrong_file_is_taken_back_but_for_what_was_changed_again(company, hana):
    roles.grant(company.olga.user, "hr_partner", units=[company.sales], by=hana.user)
    before = scopes()
    rows = [["petra", "", "sales"], ["sam", "", "office"], ["olga", "", ""], ["max", "", "office"]]
    file = upload(rows, hana)
    apply(file, hana)
    grant = RoleGrant.objects.get(user=Employee.objects.get(number="max").user)
    roles.change_scope(grant, [company.helpdesk], by=hana.user)

    take_back(file, hana)

    assert scopes() == before | {"max": ["helpdesk"]}
    assert take_back(file, hana) is False


def test_the_list_of_today_goes_through_the_browser_and_back(client_of, company, hana):
    browser = client_of(hana)
    assert "Import HR partners" in browser.get("/people/roles/").content.decode()
    content = browser.get("/people/imports/partners.xlsx").content
    book = load_workbook(io.BytesIO(content))
    assert [[cell.value for cell in row] for row in book.worksheets[0]][1] == ["petra", "Petra Holm", "helpdesk"]

    same = browser.post(PAGE, {"file": SimpleUploadedFile("partners.xlsx", content)}, follow=True)
    assert "Nothing to do" in same.content.decode()
    new = tables.to_csv(HEADER, [["petra", "", "sales"]])
    report = browser.post(PAGE, {"file": SimpleUploadedFile("p.csv", new)}, follow=True)
    page, url = report.content.decode(), report.request["PATH_INFO"]
    assert "<ins>Sales (sales)</ins>" in page
    assert f'href="{PAGE}"' in page
    browser.post(f"{url}application/")
    undo = browser.get(f"{url}undo/").content.decode()
    assert "<del>Sales (sales)</del>" in undo
    assert "Removed" not in undo
    shown = queries.undo_plan(PeopleImport.objects.get(file_name="p.csv"), by=hana.user).shown
    assert "The import is taken back." in browser.post(f"{url}undo/", {"shown": shown}, follow=True).content.decode()
    assert scopes() == {"petra": ["helpdesk"]}
