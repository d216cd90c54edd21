"""Taking an import back: all that nobody has built on goes back as it was, the rest stays with its reason."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry
from people import tree, undo
from people.imports import NAMES
from people.models import UNDO_WITHIN, Employee, RoleGrant, Unit, User
from people.queries import imports as queries
from people.services import employees, imports, roles, units
from people.services import undo as services
from people.tests.factories import grant
from people.tests.files import apply, everything, full, row, upload


def imported(rows, by):
    file = upload(rows, by)
    apply(file, by)
    return file


def take_back(file, by, *, later=timedelta()):
    return services.undo_import(file, shown=look(file, by).shown, by=by.user, at=timezone.now() + later)


def look(file, by):
    return undo.plan(file, by=by.user)


def organisation() -> list:
    """People, accounts, units and roles, without what counts up by itself and where a role's row stands."""
    people, users = (list(model.objects.order_by("pk").values()) for model in (Employee, User))
    for one in people:
        del one["version"]
    for one in users:
        del one["session_epoch"]
    granted = RoleGrant.objects.order_by("user", "role").values_list("user", "role", "units")
    return [people, users, list(Unit.objects.order_by("pk").values()), list(granted)]


def stays(file, by) -> list[tuple[int, str, str]]:
    return [(s.line.row, column, why) for s in look(file, by).staying for column, why in s.stays.items()]


def edit(person, by, **changes):
    person.refresh_from_db()
    details = employees.Details(**{**vars(employees.Details.of(person)), **changes})
    return employees.edit(person, details, version=person.version, by=by.user)


def test_a_wrong_file_is_taken_back_as_if_it_had_never_been(company, hana):
    grant(company.sam, RoleGrant.Role.HR_PARTNER, company.sales, company.office)
    before = organisation()
    without_address = full(company.eve)
    without_address[2] = ""
    file = imported(
        [
            without_address,
            row("boss", "New Boss", unit="sales", manager="uma"),
            row("nia", "Nia New", unit="helpdesk", manager="boss"),
            full(company.ed, unit="sales", manager="boss", name="Ed Wrong", title="Wrong", role=""),
            full(company.olga, manager="uma", email="wrong@tarn.example"),
            full(company.sam, status="left"),
        ],
        hana,
    )

    assert take_back(file, hana) is True

    assert organisation() == before
    assert tree.renumber_line() == 0
    entry = AuditEntry.objects.get(verb="undid the import")
    assert entry.changes == {"put back": 4, "removed": 2, "stay in part or whole": 0}
    told = AuditEntry.objects.filter(pk__lt=entry.pk).order_by("-pk")[:6]
    assert {(one.verb, one.about) for one in told} >= {("changed", company.ed.user), ("took back", company.sam.user)}
    assert AuditEntry.objects.filter(verb="removed").count() == 2


def test_every_column_of_the_file_can_go_back(company):
    written_apart = {"employee_number", "email", "hired_on", "status"}

    for column in set(NAMES) - {"employee_number"}:
        undo.fact_of(company.ed, column)
    assert set(NAMES) - written_apart == set(services.FIELD_OF)


def test_t54_a_second_press_does_nothing_twice(company, hana):
    file = imported([full(company.ed, unit="sales")], hana)
    shown = look(file, hana).shown
    take_back(file, hana)
    before = everything()

    assert services.undo_import(file, shown=shown, by=hana.user, at=timezone.now()) is False
    assert everything() == before


def test_what_was_changed_again_stays_and_the_rest_goes_back(company, hana):
    file = imported([full(company.ed, unit="sales", title="Wrong", manager="sam")], hana)
    edit(company.ed, hana, title="Right")

    assert stays(file, hana) == [(2, "job_title", "Was changed again since; the newer one stays.")]
    take_back(file, hana)

    ed = Employee.objects.select_related("unit", "manager").get(number="ed")
    assert (ed.unit.key, ed.manager.number, ed.title) == ("helpdesk", "max", "Right")


def test_f29_an_undo_that_would_do_something_else_than_was_shown_is_shown_anew(company, hana):
    file = imported([full(company.ed, unit="sales", title="Wrong")], hana)
    shown = look(file, hana).shown
    edit(company.ed, hana, title="Right")
    before = everything()

    with pytest.raises(imports.ChangedSince):
        services.undo_import(file, shown=shown, by=hana.user, at=timezone.now())

    assert everything() == before


def test_somebody_new_stays_once_the_row_was_made_use_of(company, hana):
    file = imported(
        [row(name, name.title(), unit="sales") for name in ("nia", "pia", "ria", "tia", "via", "zia")], hana
    )
    nia, pia, ria, tia, _, zia = (Employee.objects.get(number=n) for n in ("nia", "pia", "ria", "tia", "via", "zia"))
    roles.grant(nia.user, RoleGrant.Role.EXECUTIVE, by=hana.user)
    pia.user.set_password("a password of her own")
    pia.user.save()
    edit(ria, hana, title="Agent")
    edit(company.ed, hana, manager=tia)
    upload(
        [row("x", "X", unit="sales")], zia
    )  # stands for whatever points at an account: nobody loses a goal or a review

    assert [(row, why.partition(".")[0]) for row, _, why in stays(file, hana)] == [
        (2, "Has been given a role since"),
        (3, "Has chosen a password already"),
        (4, "Was changed again since"),
        (5, "Ed Moss reports to them"),
    ]
    page = queries.undo_page(file, by=hana.user, at=timezone.now())
    assert (page.going, page.put_back, page.removed, page.left) == (2, 0, 1, 1)
    take_back(file, hana)

    assert not Employee.objects.filter(number="via").exists()
    assert Employee.objects.active().filter(number__in=["nia", "pia", "ria", "tia"]).count() == 4
    zia.refresh_from_db()
    assert (zia.is_active, zia.left_on, zia.user.is_active) == (False, timezone.localdate(), False)


def test_a_departure_is_not_taken_back_below_somebody_who_is_gone(company, hana):
    company.olga.refresh_from_db()
    file = imported([full(company.olga, status="left"), full(company.eve, manager="sam")], hana)
    employees.depart(company.max, on=date(2026, 7, 1), successor=company.uma, by=hana.user)
    edit(company.eve, hana, manager=company.sam)
    employees.depart(company.sam, on=date(2026, 7, 1), successor=None, by=hana.user)

    said = {column: why for _, column, why in stays(file, hana)}

    assert said["status"] == "Their manager has left since. Take them back on their page."
    assert said["manager_number"] == "Was changed again since; the newer one stays."
    with pytest.raises(services.NothingGoesBack):
        take_back(file, hana)


def test_nobody_goes_back_to_a_closed_unit(company, hana):
    extra = units.add("desk-2", units.Details("Desk 2", company.company, None, 9), by=hana.user)
    edit(company.ed, hana, unit=extra)
    file = imported([full(company.max, manager="sam"), full(company.ed, unit="sales", manager="max")], hana)
    extra.refresh_from_db()
    units.edit(
        extra, units.Details("Desk 2", company.company, None, 9, is_active=False), version=extra.version, by=hana.user
    )

    assert stays(file, hana) == [(3, "unit_key", "That unit has been closed since.")]


def test_a_circle_is_not_put_back(company, hana):
    file = imported([full(company.max, manager="sam")], hana)
    edit(company.sam, hana, manager=None)
    edit(company.uma, hana, manager=Employee.objects.get(number="max"))

    assert stays(file, hana) == [(2, "manager_number", "Would make a circle in the reporting line.")]


def test_who_came_back_by_file_leaves_again_unless_needed(company, hana):
    employees.depart(company.olga, on=date(2026, 7, 1), successor=None, by=hana.user)
    employees.depart(company.ed, on=date(2026, 7, 2), successor=None, by=hana.user)
    file = imported([full(company.olga, status="active"), full(company.ed, status="active")], hana)
    edit(company.eve, hana, manager=Employee.objects.get(number="ed"))

    assert stays(file, hana) == [(3, "status", "Is the manager of Eve Lind by now.")]
    take_back(file, hana)

    olga = Employee.objects.select_related("user").get(number="olga")
    assert (olga.is_active, olga.left_on, olga.user.is_active) == (False, date(2026, 7, 1), False)
    assert Employee.objects.get(number="ed").is_active


def test_an_address_that_somebody_took_since_stays_away(company, hana):
    file = imported([full(company.olga, email="wrong@tarn.example")], hana)
    edit(company.ed, hana, email="olga@tarn.example")

    assert stays(file, hana) == [(2, "email", "Somebody else has that address by now.")]


def test_after_a_week_it_is_too_late(company, hana):
    file = imported([full(company.ed, unit="sales")], hana)

    with pytest.raises(services.TooLate):
        take_back(file, hana, later=UNDO_WITHIN * 1.01)
    with pytest.raises(DomainError):
        take_back(upload([full(company.ed, unit="office")], hana), hana)


def test_t52_nothing_of_somebody_removed_is_left_for_auditors(client_of, company, hana, ingrid):
    file = imported([row("nia", "Nia New", unit="sales", title="Secret title")], hana)
    take_back(file, hana)

    page = client_of(ingrid).get("/people/audit/").content.decode()

    assert "Secret title" not in page
    assert "nia@tarn.example" not in page


def test_from_the_report_to_the_undo_in_the_browser(client_of, company, hana, django_assert_max_num_queries):
    file = imported(
        [full(company.ed, unit="sales"), full(company.eve, title="X"), row("nia", "Nia", unit="sales")], hana
    )
    edit(company.eve, hana, title="Y")
    browser, url = client_of(hana), f"/people/imports/{file.pk}/"
    assert "Undo this import" in browser.get(url).content.decode()

    with django_assert_max_num_queries(140):
        page = browser.get(f"{url}undo/").content.decode()

    assert "Take back 2 rows" in page
    assert "Was changed again since" in page
    assert "<del>Sales (sales)</del>" in page
    refused = browser.post(f"{url}undo/", {"shown": "something older"})
    assert (refused.status_code, "after you looked" in refused.content.decode()) == (422, True)
    done = browser.post(f"{url}undo/", {"shown": look(file, hana).shown}, follow=True).content.decode()
    assert "The import is taken back." in done
    assert "Taken back on" in done
    assert "Undo this import" not in done
    assert "was taken back on" in browser.get(f"{url}undo/").content.decode()
