"""Files of rows: what is read, what is refused before it can do harm, and what a spreadsheet program makes of ours."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from core import tables
from core.tables import Limits, TableRefused


def xlsx(rows, **sheets) -> bytes:
    book = Workbook()
    first = book.worksheets[0]
    for row in rows:
        first.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def with_part(content: bytes, name: str, data: bytes) -> bytes:
    """The same archive with one part replaced or added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename != name:
                new.writestr(member, old.read(member))
        new.writestr(name, data)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,x y\n",
        b"a;b\r\n1;x y\r\n",
        b"a\tb\n1\tx y\n",
        b"\xef\xbb\xbfa,b\n1,x y",
        "a,b\n1,x y\n".encode("utf-16"),
        b'a,b\n"1"," x y "\n\n,\n',
    ],
)
def test_csv_of_every_usual_kind(content):
    assert tables.read("a.csv", content) == [["a", "b"], ["1", "x y"]]


def test_xlsx_cells_come_as_people_would_type_them():
    day, moment = datetime.fromisoformat("2024-02-29"), datetime.fromisoformat("2024-02-29 08:30")
    row = [7, 7.0, 7.5, date(2024, 2, 29), day, moment, True, None, " Ärzte "]

    read = tables.read("a.xlsx", xlsx([row], second=[["not read"]]))

    assert read == [["7", "7", "7.5", "2024-02-29", "2024-02-29", "2024-02-29 08:30:00", "yes", "", "Ärzte"]]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "a\nM\u00fcller".encode("latin-1"), "Line 2 holds a character that is not UTF-8"),
        ("a.csv", b"a\x00b", "neither a CSV nor an XLSX"),
        ("a.csv", b'a\n"open', "Line 2 is not proper CSV"),
        ("a.xlsx", b"a,b\n1,2", "not an XLSX file"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "not an XLSX file"),
        ("a.xlsx", b"PK\x03\x04 no archive", "damaged"),
        ("a.xlsx", xlsx([["a"]])[:-200], "damaged"),
        ("a.xlsx", with_part(xlsx([["a"]]), "xl/workbook.xml", b"<nonsense"), "damaged"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_remedy(name, content, said):
    with pytest.raises(TableRefused, match=said):
        tables.read(name, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a\n" * 30, "more than 9 rows"),
        (b"a,b,c,d\n", "more than 3 columns"),
        (b"a\n" + b"x" * 21, "cell of 21 characters"),
        (b"a" * 20_001, "larger than"),
        (xlsx([["a"]] * 30), "more than 9 rows"),
        (xlsx([["a"] * 4]), "more than 3 columns"),
    ],
)
def test_t18_rows_columns_cells_and_bytes_are_limited(content, said):
    small = Limits(file_bytes=20_000, rows=9, columns=3, cell_characters=20)

    with pytest.raises(TableRefused, match=said):
        tables.read("a", content, small)


def test_t18_a_small_file_that_unpacks_to_a_large_one_is_refused_unread():
    bomb = with_part(xlsx([["a"]]), "xl/worksheets/sheet1.xml", b" " * (100 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024

    with pytest.raises(TableRefused, match="unpacks to more"):
        tables.read("a.xlsx", bomb)


def test_t18_an_archive_of_many_parts_is_refused():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for n in range(201):
            archive.writestr(f"part{n}", b"")

    with pytest.raises(TableRefused, match="too many parts"):
        tables.read("a.xlsx", target.getvalue())


def test_t18_a_lone_cell_a_million_rows_down_costs_nothing():
    book = Workbook()
    book.active.cell(1, 1, "a")
    book.active.cell(1_000_000, 1, "z")
    target = io.BytesIO()
    book.save(target)

    with pytest.raises(TableRefused, match="more than 50 rows"):
        tables.read("a.xlsx", target.getvalue(), Limits(rows=50))


ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize("padding", [b"", b"<!--" + b" " * 5000 + b"-->"])
def test_t19_document_types_and_entities_are_refused(part, padding):
    data = ENTITY.replace(b"<!DOCTYPE", padding + b"<!DOCTYPE")

    with pytest.raises(TableRefused):
        tables.read("a.xlsx", with_part(xlsx([["a"]]), part, data))


FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "＝1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("text", FORMULAS)
def test_t53_no_text_of_ours_is_a_formula_in_csv(text):
    content = tables.to_csv(["a"], [[text]]).decode("utf-8-sig")

    assert content.splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize("text", [text for text in FORMULAS if text == text.strip()])
def test_t53_a_file_of_ours_comes_back_as_it_was(text):
    assert tables.read("a.csv", tables.to_csv(["a"], [[text]])) == [["a"], [text]]
    assert tables.read("a.xlsx", tables.to_xlsx([("People", ["a"], [[text]])])) == [["a"], [text]]


def test_t53_every_cell_of_our_xlsx_is_a_text():
    content = tables.to_xlsx([("People", ["a"], [[text] for text in FORMULAS]), ("Units", ["b"], [])])

    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["People", "Units"]
    assert {cell.data_type for row in book["People"].iter_rows() for cell in row} == {"s"}
