"""Import of people: an apply does exactly what was shown, all of it or nothing (F29, F30, T54)."""

import pytest
from django.db import connection
from django.utils import timezone

from core import uploads
from core.errors import DomainError
from core.models import AuditEntry
from people import schedule, tree
from people.models import Employee, PeopleImport, RoleGrant, Unit, User
from people.services import employees, imports
from people.tests.factories import grant
from people.tests.files import apply, everything, full, kinds, row, upload


def test_an_apply_does_what_was_shown_with_an_entry_for_each_person(company, hana, cast):
    file = upload(
        [
            full(company.ed, unit="sales", manager="sam"),
            row("nia", "Nia New", unit="helpdesk", manager="max"),
            full(company.olga, status="left"),
        ],
        hana,
    )

    assert apply(file, hana) is True

    ed, nia, olga = (
        Employee.objects.select_related("user", "unit", "manager").get(number=n) for n in ("ed", "nia", "olga")
    )
    assert (ed.unit.key, ed.manager.number) == ("sales", "sam")
    assert (nia.unit.key, nia.user.email, nia.user.has_usable_password()) == ("helpdesk", "nia@tarn.example", False)
    assert (olga.is_active, olga.left_on, olga.user.is_active) == (False, timezone.localdate(), False)
    assert set(AuditEntry.objects.exclude(about=None).values_list("verb", "about")) == {
        ("changed", ed.user_id),
        ("added", nia.user_id),
        ("marked as left", olga.user_id),
    }
    assert AuditEntry.objects.get(verb="imported").changes == {"Changed": 1, "New": 1, "Leaving": 1}
    assert tree.renumber_line() == 0


def test_f30_the_same_file_again_has_nothing_to_do(company, hana):
    rows = [full(company.ed, unit="sales"), row("nia", "Nia New", unit="helpdesk", manager="max")]
    apply(upload(rows, hana), hana)
    before = everything()[:4]

    again = upload(rows, hana)

    assert kinds(again) == ["unchanged", "unchanged"]
    apply(again, hana)
    assert everything()[:4] == before


def test_t54_a_second_press_does_nothing_twice(company, hana):
    file = upload([row("nia", "Nia New", unit="helpdesk")], hana)
    apply(file, hana)
    before = everything()

    assert apply(file, hana) is False

    assert everything() == before


def test_one_row_that_cannot_be_imported_keeps_all_out(company, hana):
    file = upload([row("nia", "Nia New", unit="helpdesk"), row("bad", "Bad", unit="nowhere")], hana)
    before = everything()

    with pytest.raises(imports.HoldsRefusals):
        apply(file, hana)

    assert everything() == before


def test_f30_a_fault_in_the_middle_leaves_nothing_behind(company, hana, monkeypatch):
    file = upload([row(f"n{n}", "N", unit="helpdesk") for n in range(5)] + [full(company.ed, unit="sales")], hana)
    before = everything()
    monkeypatch.setattr(tree, "renumber_line", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        apply(file, hana)

    assert everything() == before


def test_f29_a_change_of_the_organisation_after_the_check_is_shown_before_anything_is_written(company, hana):
    file = upload([full(company.ed, unit="sales"), full(company.eve, title="Agent")], hana)
    company.eve.refresh_from_db()
    details = employees.Details(**{**vars(employees.Details.of(company.eve)), "title": "Agent"})
    employees.edit(company.eve, details, version=company.eve.version, by=hana.user)

    with pytest.raises(imports.ChangedSince):
        apply(file, hana)

    assert kinds(file) == ["changed", "unchanged"]
    assert Employee.objects.get(number="ed").unit.key == "helpdesk"
    assert apply(file, hana) is True


def test_a_leaver_by_file_is_signed_out_and_heads_nothing(client_of, company, hana):
    grant(company.sam, RoleGrant.Role.EXECUTIVE)
    browser = client_of(company.sam)
    assert browser.get("/me/").status_code == 200

    apply(upload([full(company.sam, status="left"), full(company.olga, manager="uma")], hana), hana)

    assert browser.get("/me/").status_code == 302
    assert Unit.objects.get(key="sales").head is None
    assert not company.sam.user.role_grants.exists()


def test_somebody_who_left_can_come_back_by_file(company, hana):
    apply(upload([full(company.olga, status="left")], hana), hana)

    apply(upload([full(company.olga, status="active")], hana), hana)

    olga = Employee.objects.get(number="olga")
    assert (olga.is_active, olga.left_on, olga.user.is_active) == (True, None, True)


def test_files_are_forgotten_in_time(company, hana):
    kept = upload([full(company.eve)], hana)
    applied = upload([full(company.eve)], hana)
    apply(applied, hana)
    now = timezone.now()

    assert imports.forget_old(at=now) == 0
    imports.forget_old(at=now + uploads.KEEP_UNAPPLIED_FOR * 1.1)
    assert not PeopleImport.objects.filter(pk=kept.pk).exists()
    imports.forget_old(at=now + uploads.KEEP_LINES_FOR * 1.1)
    assert PeopleImport.objects.filter(pk=applied.pk).exists()
    assert not applied.lines.exists()


# --- large files wait for the clock ---------------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(imports, "ROWS_AT_ONCE", 1)


def test_a_large_file_is_imported_by_the_clock(client_of, company, hana, large):
    file = upload([row("nia", "Nia New", unit="helpdesk"), full(company.eve)], hana)
    browser, url = client_of(hana), f"/people/imports/{file.pk}/"

    page = browser.post(f"{url}application/", follow=True).content.decode()
    assert "is being imported" in page
    assert "Throw away" not in page
    assert not Employee.objects.filter(number="nia").exists()
    polled = browser.get(f"{url}progress/", headers={"HX-Request": "true"})
    assert "is being imported" in polled.content.decode()

    schedule.apply_agreed_imports()

    assert Employee.objects.get(number="nia").name == "Nia New"
    assert AuditEntry.objects.get(verb="imported").actor == hana.user
    assert browser.get(f"{url}progress/", headers={"HX-Request": "true"})["HX-Redirect"] == url
    assert "Imported on" in browser.get(url).content.decode()


def test_f12_two_clocks_import_once(company, hana):
    file = upload([row("nia", "Nia New", unit="helpdesk")], hana)
    imports.agree(file, by=hana.user, at=timezone.now())

    assert imports.apply_agreed(at=timezone.now()) == 1
    assert imports.apply_agreed(at=timezone.now()) == 0
    assert AuditEntry.objects.filter(verb="imported").count() == 1


def test_a_large_file_that_no_longer_fits_comes_back_with_the_reason(client_of, company, hana):
    file = upload([full(company.ed, unit="sales"), row("nia", "Nia", email="new@tarn.example", unit="sales")], hana)
    imports.agree(file, by=hana.user, at=timezone.now())
    User.objects.create_user("new@tarn.example")

    assert imports.apply_agreed(at=timezone.now()) == 0

    page = client_of(hana).get(f"/people/imports/{file.pk}/").content.decode()
    assert "Somebody changed the organisation after this check" in page
    assert "1 row cannot be imported" in page


def test_f11_an_import_that_always_breaks_is_handed_back(company, hana, monkeypatch):
    file = upload([row("nia", "Nia New", unit="helpdesk")], hana)
    imports.agree(file, by=hana.user, at=timezone.now())
    monkeypatch.setattr(tree, "renumber_line", lambda: 1 / 0)
    for _ in range(imports.ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            imports.apply_agreed(at=timezone.now())

    imports.apply_agreed(at=timezone.now())

    file.refresh_from_db()
    assert not file.is_waiting
    assert "broke off" in file.refusal
    assert not Employee.objects.filter(number="nia").exists()


def test_a_file_that_waits_is_neither_agreed_twice_nor_thrown_away(company, hana):
    file = upload([row("nia", "Nia New", unit="helpdesk")], hana)
    for _ in range(2):
        imports.agree(file, by=hana.user, at=timezone.now())

    assert AuditEntry.objects.filter(verb="agreed to import").count() == 1
    with pytest.raises(DomainError):
        imports.discard(file, by=hana.user)


def test_a_large_file_with_a_bad_row_is_refused_at_once(company, hana):
    file = upload([row("bad", "Bad", unit="nowhere")], hana)

    with pytest.raises(imports.HoldsRefusals):
        imports.agree(file, by=hana.user, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_f12_a_second_worker_leaves_the_work_to_the_first(company, hana):
    file = upload([row("nia", "Nia New", unit="helpdesk")], hana)
    imports.agree(file, by=hana.user, at=timezone.now())
    other = connection.copy()

    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(71003)")
        assert imports.apply_agreed(at=timezone.now()) == 0
        cursor.execute("SELECT pg_advisory_unlock(71003)")
    other.close()

    assert imports.apply_agreed(at=timezone.now()) == 1
