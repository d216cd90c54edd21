"""Import of people in the browser: upload, report, files to take away, and files that mean harm (T15 to T18, T53, T56)."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import tables
from people import imports as rules
from people.models import Employee, ImportLine, PeopleImport
from people.tests.files import HEADER, apply, full, row, upload

PAGE = "/people/imports/"


def send(client, content: bytes, name="people.csv", follow=True):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)}, follow=follow)


def test_from_upload_to_import_in_the_browser(client_of, company, hana):
    browser = client_of(hana)

    report = send(
        browser, tables.to_csv(HEADER, [row("nia", "Nia New", unit="helpdesk"), full(company.ed, unit="sales")])
    )

    page = report.content.decode()
    assert "This is a dry run" in page
    assert "<del>Helpdesk (helpdesk)</del>" in page
    assert "<ins>Sales (sales)</ins>" in page
    assert "Import 2 rows" in page
    applied = browser.post(report.request["PATH_INFO"] + "application/", follow=True).content.decode()
    assert "Imported on" in applied
    assert Employee.objects.filter(number="nia").exists()


def test_xlsx_is_taken_as_well(client_of, company, hana):
    content = tables.to_xlsx([("People", HEADER, [row("nia", "Nia New", unit="helpdesk")])])

    assert "Import 1 row" in send(client_of(hana), content, "people.xlsx").content.decode()


def test_the_template_can_be_filled_in_and_uploaded(client_of, company, hana):
    browser = client_of(hana)
    for kind in ("csv", "xlsx"):
        template = browser.get(f"{PAGE}template.{kind}")
        assert template["Content-Disposition"].startswith("attachment")
        assert tables.read(f"t.{kind}", template.content)[0] == rules.NAMES


def test_rows_to_mend_come_as_a_file_with_the_problems(client_of, company, hana):
    browser = client_of(hana)
    report = send(browser, tables.to_csv(HEADER, [row("nia", "=1+1", unit="nowhere"), full(company.eve)]))

    assert "1 row cannot be imported" in report.content.decode()
    assert "Import 1 row" not in report.content.decode()
    mend = browser.get(report.request["PATH_INFO"] + "refused.csv").content.decode("utf-8-sig")
    assert "There is no unit with this key" in mend
    assert "'=1+1" in mend
    assert "Eve Lind" not in mend


def test_a_refused_apply_says_why(client_of, company, hana):
    browser = client_of(hana)
    report = send(browser, tables.to_csv(HEADER, [row("nia", "Nia", unit="nowhere")]))

    page = browser.post(report.request["PATH_INFO"] + "application/")

    assert page.status_code == 422
    assert "nothing was changed" in page.content.decode()


NASTY = "<script>alert(1)</script>"


def test_t15_t16_markup_in_a_file_is_shown_as_text(client_of, company, hana):
    cells = row(NASTY, NASTY, NASTY, NASTY, NASTY, NASTY, NASTY, NASTY)

    page = send(client_of(hana), tables.to_csv(HEADER, [cells]), f"{NASTY}.csv").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_t15_markup_in_a_heading_is_shown_as_text(client_of, company, hana):
    page = send(client_of(hana), tables.to_csv([NASTY], [["x"]]))

    assert page.status_code == 422
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "The file is empty"),
        ("a.csv", b"employee_number\n", "no rows"),
        ("a.csv", b"\xff\xff", "not UTF-8"),
        ("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "not UTF-8"),
        ("a.exe", b"MZ\x00\x00", "neither a CSV nor an XLSX"),
        ("a.xlsx", b"PK\x03\x04", "damaged"),
    ],
)
def test_t17_what_is_no_table_is_refused_in_words(client_of, company, hana, name, content, said):
    page = send(client_of(hana), content, name)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not PeopleImport.objects.exists()


def test_t18_a_bomb_is_refused_before_it_is_unpacked(client_of, company, hana):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (90 * 1024 * 1024))

    assert "unpacks to more" in send(client_of(hana), target.getvalue(), "a.xlsx").content.decode()


def test_t56_a_file_that_is_too_large_is_refused(client_of, company, hana):
    page = send(client_of(hana), b"a" * (8 * 1024 * 1024 + 1))

    assert page.status_code == 422
    assert "larger than 8 MB" in page.content.decode()


def test_t09_an_imported_file_is_not_thrown_away(client_of, company, hana):
    file = upload([full(company.eve)], hana)
    apply(file, hana)

    assert client_of(hana).post(reverse("people:import_removal", args=[file.pk])).status_code == 422
    assert PeopleImport.objects.filter(pk=file.pk).exists()


def test_a_file_that_is_not_wanted_is_gone_with_its_rows(client_of, company, hana):
    file = upload([full(company.eve)], hana)

    client_of(hana).post(reverse("people:import_removal", args=[file.pk]))

    assert not ImportLine.objects.exists()


def test_the_report_has_pages_and_filters_at_a_fixed_price(client_of, company, hana, django_assert_max_num_queries):
    file = upload([row(f"n{n}", "N", unit="sales") for n in range(250)] + [full(company.ed, unit="sales")], hana)
    browser, url = client_of(hana), reverse("people:import_report", args=[file.pk])

    with django_assert_max_num_queries(13):
        page = browser.get(url, {"page": 2})

    assert page.content.decode().count('<th scope="row">N</th>') == 100
    assert browser.get(url, {"only": "changed"}).content.decode().count('scope="rowgroup"') == 1
