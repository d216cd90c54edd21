"""Import of people: what the check says row by row (F29, T07, T22)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import tables
from people import imports as rules
from people import tree
from people.models import Employee, User
from people.tests.files import apply, everything, full, kinds, problems, row, upload


def test_the_check_says_what_each_row_would_do_and_changes_nothing(company, hana):
    before = everything()[:4]

    file = upload(
        [
            full(company.eve),
            full(company.ed, unit="sales", manager="sam", role="lead"),
            row("nia", "Nia New", unit="helpdesk", manager="max", title="Agent", role="agent"),
            full(company.olga, status="left"),
            row("bad", "Bad Row", unit="helpdsk"),
        ],
        hana,
    )

    assert kinds(file) == ["unchanged", "changed", "added", "leaving", "refused"]
    changed = file.lines.get(person="Ed Moss")
    assert changed.changes == {
        "unit_key": {"old": "Helpdesk (helpdesk)", "new": "Sales (sales)"},
        "manager_number": {"old": "Max Berg (max)", "new": "Sam Hart (sam)"},
        "job_role_key": {"old": "Service agent (agent)", "new": "Team lead (lead)"},
    }
    assert "Counts in the new unit from the next survey on." in changed.notes
    assert everything()[:4] == before


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"unit": "helpdsk"}, "unit_key", "Closest: helpdesk (Helpdesk)"),
        ({"unit": "Sales"}, "unit_key", "Closest: sales (Sales)"),
        ({"unit": ""}, "unit_key", "Is empty"),
        ({"role": "agnet"}, "job_role_key", "Closest: agent (Service agent)"),
        ({"manager": "nobody"}, "manager_number", "Nobody has this number"),
        ({"manager": "nia"}, "manager_number", "Nobody is their own manager"),
        ({"email": "not an address"}, "email", "not an e-mail address"),
        ({"email": "EVE@tarn.example"}, "email", "Somebody else here has this address"),
        ({"name": ""}, "name", "Is empty"),
        ({"name": "Nia\nBcc: x"}, "name", "cannot be seen"),
        ({"name": "x" * 161}, "name", "Longer than 160"),
        ({"status": "gone"}, "status", "Write active or left"),
        ({"status": "left"}, "status", "nobody can leave"),
    ],
)
def test_what_is_wrong_with_a_row_and_how_to_mend_it(company, hana, change, column, said):
    good = {"name": "Nia New", "unit": "helpdesk", "manager": "max"}

    file = upload([row("nia", **{**good, **change})], hana)

    found = [problem for name, problem in problems(file)[2] if name == column]
    assert any(said in problem for problem in found), problems(file)


def test_a_row_with_several_faults_names_them_all(company, hana):
    file = upload([row("nia", name="", email="x", unit="y", manager="z")], hana)

    assert {column for column, _ in problems(file)[2]} == {"name", "email", "unit_key", "manager_number"}


def test_numbers_and_addresses_stand_once_in_a_file(company, hana):
    file = upload(
        [
            full(company.eve),
            full(company.eve),
            row("a", "A", "n@x.example", "sales"),
            row("b", "B", "N@x.example", "sales"),
        ],
        hana,
    )

    assert problems(file) == {
        3: [
            ("employee_number", "Row 2 has it already. Keep one of the two rows."),
            ("email", "Row 2 has it already. Keep one of the two rows."),
        ],
        5: [("email", "Row 4 has it already. Keep one of the two rows.")],
    }


def test_managers_may_stand_below_their_reports_in_the_file(company, hana):
    file = upload(
        [
            row("c", "Cy", unit="sales", manager="b"),
            row("b", "Bo", unit="sales", manager="a"),
            row("a", "Al", unit="sales", manager="sam"),
        ],
        hana,
    )
    apply(file, hana)

    cy = Employee.objects.get(number="c")
    assert (cy.manager.number, cy.manager.manager.number) == ("b", "a")
    assert Employee.objects.get(number="uma").is_above(cy)


def test_f29_a_circle_is_refused_and_named(company, hana):
    file = upload([full(company.uma, manager="eve")], hana)

    ((column, said),) = problems(file)[2]
    assert column == "manager_number"
    assert "Uma Rook reports to Eve Lind" in said
    assert "Max Berg reports to Uma Rook" in said


def test_f29_a_circle_within_the_file_is_refused_on_each_of_its_rows(company, hana):
    rows = [row(n, n.upper(), unit="sales", manager=m) for n, m in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))]

    assert sorted(problems(upload(rows, hana))) == [2, 3, 4]


def test_two_managers_may_change_places(company, hana):
    """Max and Eve swap: neither new line is a circle once both are written."""
    apply(upload([full(company.max, manager="eve"), full(company.eve, manager="uma")], hana), hana)

    assert Employee.objects.get(number="max").manager.number == "eve"
    assert tree.renumber_line() == 0


def test_a_leaver_with_reports_needs_another_manager_for_them(company, hana):
    alone = upload([full(company.max, status="left")], hana)
    assert problems(alone) == {
        2: [("status", "Is still the manager of Ed Moss, Eve Lind. Name another manager for them.")]
    }

    together = upload(
        [full(company.max, status="left"), full(company.eve, manager="sam"), full(company.ed, status="left")], hana
    )
    apply(together, hana)

    assert Employee.objects.get(number="eve").manager.number == "sam"
    assert not User.objects.get(pk=company.max.user_id).is_active


def test_nobody_is_put_under_a_leaver(company, hana):
    file = upload([full(company.sam, status="left"), full(company.olga, manager="sam")], hana)

    assert ("manager_number", "Sam Hart has left or leaves with this file. Name somebody else.") in problems(file)[3]


def test_t07_neither_oneself_nor_the_last_administrator_leaves_by_file(company, hana, eve):
    assert "yourself" in problems(upload([full(company.hana, status="left")], hana))[2][0][1]

    drafts = rules.check([(2, {"employee_number": "hana", "status": "left"})], by=eve.user)
    assert "only HR administrator" in drafts[0].problems[0]["problem"]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["employe_number", "name"], "Did you mean “employee_number”"),
        (["employee_number", "Vorname"], "we do not know"),
        (["name", "email"], "“employee_number” is missing"),
        (["employee_number", "name", "name"], "is there twice"),
    ],
)
def test_a_wrong_heading_is_refused_with_a_suggestion(company, hana, header, said):
    with pytest.raises(tables.TableRefused, match=said):
        upload([["1", "x", "y"]], hana, header=header)


@pytest.mark.parametrize("header", ["Employee Number", "employee-number", " EMPLOYEE_NUMBER "])
def test_headings_are_read_kindly(company, hana, header):
    assert kinds(upload([["eve"]], hana, header=[header])) == ["unchanged"]


def test_a_column_that_is_not_there_changes_nothing_and_an_empty_cell_empties(company, hana):
    Employee.objects.filter(number="eve").update(title="Agent", site="Leeds")

    apply(upload([["eve", ""]], hana, header=["employee_number", "job_title"]), hana)

    eve = Employee.objects.get(number="eve")
    assert (eve.title, eve.site, eve.manager.number) == ("", "Leeds", "max")


def test_the_check_costs_the_same_queries_for_any_number_of_rows(company, hana):
    def cost(rows: int) -> int:
        lines = [
            (n, {"employee_number": f"n{n}", "name": "N", "email": f"n{n}@x.example", "unit_key": "sales"})
            for n in range(rows)
        ]
        with CaptureQueriesContext(connection) as seen:
            rules.check(lines, by=hana.user)
        return len(seen)

    assert cost(2) == cost(500)
