"""Goals in files: export, dry run, rows that are refused, all or nothing, and the same file twice."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import tables
from core.errors import DomainError
from core.models import AuditEntry, Notification
from goals import files, rollup, services
from goals.models import Goal, GoalImport, GoalImportLine, GoalReference
from goals.queries.export import HEADER, goal_rows
from goals.services import GuardrailPlan, imports
from goals.tests.factories import NOON, TODAY, check_in, goal
from goals.tests.test_pages import text_of
from people.access import Viewer

pytestmark = pytest.mark.django_db
LINE, PRIVATE = Goal.Visibility.LINE, Goal.Visibility.PRIVATE


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


def row(**given: str) -> dict[str, str]:
    return {
        "reference": "service-1",
        "level": "department",
        "title": "Settle more in the first contact",
        "customer_benefit": "Customers ask only once.",
        "unit_key": "helpdesk",
        "starts_on": "2026-01-01",
        "due_on": "2026-12-31",
        "metric_type": "increase",
        "metric_name": "Settled in the first contact",
        "metric_unit": "%",
        "baseline": "61",
        "target": "70,5",
        **given,
    }


def csv_of(*rows: dict[str, str]) -> bytes:
    names = [name for name in HEADER if any(name in one for one in rows)]
    return tables.to_csv(names, [[one.get(name, "") for name in names] for one in rows])


def upload(cycle, content: bytes, by, name: str = "goals.csv") -> GoalImport:
    return imports.upload(cycle, name, content, by=by.user, at=NOON)


def kinds(file: GoalImport) -> list[str]:
    return list(file.lines.values_list("kind", flat=True))


@pytest.fixture
def sheet(cast) -> list[dict[str, str]]:
    """A goal of the organisation, one of the helpdesk below it, one of Eve below that; the child stands first."""
    return [
        row(
            reference="eve-1",
            level="individual",
            title="Learn the ten questions",
            owner_number=cast.eve.number,
            unit_key="",
            supports="service-1",
            metric_type="milestone",
            metric_unit="",
            baseline="",
            target="",
            milestones="List them | 1 | 2026-03-15; Answer them; all \\; of them | 2 | ",
        ),
        row(
            owner_number=cast.max.number,
            supports="top-1",
            weight="2",
            guardrails="Contacts again within 7 days | <= | 12 | % | Stops calling it settled too soon.",
            checkpoints="2026-06-30 | 63; 2026-09-30 | 68",
        ),
        row(
            reference="top-1",
            level="organisation",
            title="More customers are pleased",
            unit_key="",
            owner_number=cast.uma.number,
            constructs="strategy; commitment",
        ),
    ]


# --- import -------------------------------------------------------------------------------------------------------------


def test_a_dry_run_changes_nothing_and_the_import_writes_all(cycle, cast, sheet):
    file = upload(cycle, csv_of(*sheet), cast.hana)

    assert kinds(file) == ["added"] * 3
    assert not Goal.objects.exists()
    assert not Notification.objects.exists()
    assert imports.apply(file, by=cast.hana.user, at=NOON)
    top, middle, low = (GoalReference.objects.get(reference=name).goal for name in ("top-1", "service-1", "eve-1"))
    assert (middle.parent, low.parent, low.unit, low.visibility) == (top, middle, cast.helpdesk, LINE)
    assert (middle.weight, middle.detail.target) == (2, Decimal("70.5"))
    assert list(middle.checkpoints.values_list("expected_ppm", flat=True)) == [210_526, 736_842]
    assert middle.guardrails.get().why == "Stops calling it settled too soon."
    assert list(low.milestones.values_list("title", "weight")) == [
        ("List them", 1),
        ("Answer them", 1),
        ("all ; of them", 2),
    ]
    assert low.is_aligned
    assert {one.to_id for one in Notification.objects.all()} == {cast.uma.user_id, cast.max.user_id, cast.eve.user_id}
    assert AuditEntry.objects.filter(verb="set").count() == 3
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    assert rollup.prove(cycle.pk, at=NOON) == 0


def test_the_same_file_twice_changes_nothing_the_second_time(cycle, cast, sheet):
    first = upload(cycle, csv_of(*sheet), cast.hana)
    imports.apply(first, by=cast.hana.user, at=NOON)

    assert not imports.apply(first, by=cast.hana.user, at=NOON)
    again = upload(cycle, csv_of(*sheet), cast.hana)
    assert kinds(again) == ["unchanged"] * 3
    assert Goal.objects.count() == 3


def test_a_changed_row_says_what_was_and_what_will_be_and_keeps_ticked_milestones(cycle, cast, sheet):
    imports.apply(upload(cycle, csv_of(*sheet), cast.hana), by=cast.hana.user, at=NOON)
    low = GoalReference.objects.get(reference="eve-1").goal
    check_in(low, milestones_done=[low.milestones.get(title="List them").pk])
    sheet[0]["milestones"] = "List them | 3 | 2026-03-15; Answer them"
    short = {"reference": "service-1", "target": "75", "supports": ""}

    file = upload(cycle, csv_of(sheet[0]), cast.hana)
    other = upload(cycle, csv_of(short), cast.hana)
    for one in (file, other):
        imports.apply(one, by=cast.hana.user, at=NOON)

    assert file.lines.get().changes["milestones"]["old"].startswith("List them | 1 | 2026-03-15; Answer them | 1 | ;")
    low.refresh_from_db()
    assert low.own_ppm == 750_000
    changes = other.lines.get().changes
    assert changes["supports"] == {"old": "More customers are pleased", "new": ""}
    assert changes["target"] == {"old": "70.5", "new": "75"}
    middle = GoalReference.objects.get(reference="service-1").goal
    assert (middle.detail.target, middle.parent, middle.weight) == (75, None, 2)
    assert middle.guardrails.count() == 1


@pytest.mark.parametrize(
    ("given", "column", "words"),
    [
        ({"owner_number": "none"}, "owner_number", "Nobody here has this number"),
        ({"unit_key": "moon"}, "unit_key", "no unit with this key"),
        ({"title": ""}, "title", "Is empty"),
        ({"level": "planet"}, "level", "organisation, department, team, individual"),
        ({"starts_on": "1.1.2026"}, "starts_on", "2026-03-31"),
        ({"baseline": "many"}, "baseline", "not a number"),
        ({"weight": "2.5"}, "weight", "whole number"),
        ({"target": "60"}, "", "side to move to"),
        ({"supports": "nowhere-1"}, "supports", "no goal of this name"),
        ({"supports": "service-1"}, "supports", "in a circle"),
        ({"visibility": "private"}, "visibility", "Only its owner"),
        ({"guardrails": "Reopened | about | 3"}, "guardrails", ">="),
        ({"guardrails": "x" * 201 + " | <= | 3"}, "", "Guardrail 1, what must not get worse: 201 characters"),
        ({"premortem": "x" * 301}, "", "Answer of the pre-mortem 1, how: 301 characters"),
        ({"checkpoints": "2026-06-30"}, "checkpoints", "a day and a value"),
        ({"competency_key": "charm"}, "competency_key", "no competency"),
        ({"metric_source": "Quarterly pulse survey"}, "", "never a rewarded metric"),
        ({"source_kind": "survey"}, "", "never a rewarded metric"),
        ({"reward": "Cake"}, "", "needs a guardrail"),
        ({"reference": "#999999"}, "reference", "no goal #999999"),
        ({"reference": ""}, "reference", "Is empty"),
        ({"constructs": "charm"}, "constructs", "strategy"),
    ],
)
def test_a_row_that_breaks_a_rule_is_named_with_column_and_remedy_and_keeps_all_out(cycle, cast, given, column, words):
    good = row(reference="good-1", owner_number=cast.max.number)
    file = upload(cycle, csv_of(good, row(**{"owner_number": cast.max.number, **given})), cast.hana)

    assert kinds(file) == ["added", "refused"]
    problem = file.lines.get(row=3).problems[0]
    assert problem["column"] == column
    assert words in problem["problem"]
    with pytest.raises(DomainError, match="cannot be imported"):
        imports.apply(file, by=cast.hana.user, at=NOON)
    assert not Goal.objects.exists()


def test_a_row_below_a_refused_one_is_refused_too(cycle, cast, sheet):
    sheet[2]["constructs"] = ""

    file = upload(cycle, csv_of(*sheet), cast.hana)

    assert kinds(file) == ["refused"] * 3
    assert "in row 4, cannot be imported" in file.lines.get(row=3).problems[0]["problem"]


def test_two_rows_of_one_name_and_unknown_columns_are_refused(cycle, cast):
    twice = csv_of(row(owner_number=cast.max.number), row(owner_number=cast.max.number, title="Again"))
    assert kinds(upload(cycle, twice, cast.hana)) == ["added", "refused"]
    for content, words in (
        (b"reference,titel\nx,y\n", "Did you mean .title."),
        (b"title\nx\n", "reference.* is missing"),
        (b"reference,title\n", "no rows"),
        (b"reference,reference\nx,y\n", "there twice"),
        (b"", "empty"),
    ):
        with pytest.raises(DomainError, match=words):
            upload(cycle, content, cast.hana)


def test_a_file_changes_no_goal_that_is_a_persons_own_or_private(cycle, cast):
    own = goal(cast.eve, cycle, visibility=LINE, title="Mine")
    secret = goal(cast.eve, cycle, visibility=PRIVATE, title="Hush")
    shared = goal(cast.max, cycle, level="team", title="Ours")
    rows = [{"reference": f"#{one.pk}", "title": "Taken over"} for one in (own, secret, shared)]

    file = upload(cycle, csv_of(*rows), cast.hana)

    assert kinds(file) == ["refused", "refused", "changed"]
    assert "Eve Lind's own" in file.lines.get(row=2).problems[0]["problem"]
    assert "Hush" not in str(list(file.lines.values()))


def test_a_file_that_would_now_do_something_else_is_shown_again(cycle, cast, sheet):
    imports.apply(upload(cycle, csv_of(*sheet), cast.hana), by=cast.hana.user, at=NOON)
    file = upload(cycle, csv_of({"reference": "service-1", "weight": "5"}), cast.hana)
    second = upload(cycle, csv_of({"reference": "service-1", "weight": "4"}), cast.hana)
    imports.apply(second, by=cast.hana.user, at=NOON)

    with pytest.raises(DomainError, match="after this check"):
        imports.apply(file, by=cast.hana.user, at=NOON)
    assert file.lines.get().changes == {"weight": {"old": "4", "new": "5"}}
    assert imports.apply(file, by=cast.hana.user, at=NOON)


def test_hr_uploads_reads_the_report_mends_and_imports_in_the_browser(cycle, cast, sheet, client_of):
    client, address = client_of(cast.hana), reverse("goals:import")
    assert "Up to 5,000 rows" in text_of(client.get(address))
    broken = [*sheet, row(reference="bad-1", owner_number="=1+1", title="<b>Bad</b>")]
    sent = SimpleUploadedFile("year.xlsx", tables.to_xlsx([("Goals", files.NAMES, _in_order(broken))]))

    answer = client.post(address, {"cycle": cycle.pk, "file": sent}, follow=True)

    page = text_of(answer)
    assert "1 row cannot be imported" in page
    assert "&lt;b&gt;Bad&lt;/b&gt;" in page
    file = GoalImport.objects.get()
    assert client.post(reverse("goals:import_apply", args=[file.pk])).status_code == 422
    mend = client.get(reverse("goals:import_refused", args=[file.pk])).content.decode("utf-8-sig")
    assert "'=1+1" in mend  # T53: no formula
    assert "Nobody here has this number" in mend
    assert client.post(reverse("goals:import_removal", args=[file.pk])).status_code == 302
    client.post(address, {"cycle": cycle.pk, "file": SimpleUploadedFile("year.csv", csv_of(*sheet))})
    file = GoalImport.objects.get()
    done = client.post(reverse("goals:import_apply", args=[file.pk]), follow=True)
    assert "The goals are imported." in text_of(done)
    assert Goal.objects.count() == 3
    assert client.post(reverse("goals:import_removal", args=[file.pk])).status_code == 422


def _in_order(rows: list[dict[str, str]]) -> list[list[str]]:
    return [[one.get(name, "") for name in files.NAMES] for one in rows]


def test_t18_a_file_with_too_many_rows_is_refused_before_it_is_tried(cycle, cast):
    with pytest.raises(DomainError, match="more than 5,?000 rows"):
        upload(cycle, b"reference\n" + b"x\n" * 5001, cast.hana)


def test_files_are_forgotten(cycle, cast, sheet):
    kept = upload(cycle, csv_of(*sheet), cast.hana)
    imports.apply(kept, by=cast.hana.user, at=NOON)
    upload(cycle, csv_of({"reference": "service-1", "weight": "5"}), cast.hana)

    imports.forget_old(at=NOON + timedelta(days=8))
    assert list(GoalImport.objects.all()) == [kept]
    imports.forget_old(at=NOON + timedelta(days=31))
    assert not GoalImportLine.objects.exists()
    assert Goal.objects.count() == 3


# --- export -------------------------------------------------------------------------------------------------------------


def exported(client, cycle) -> list[dict[str, str]]:
    answer = client.post(reverse("goals:export"), {"format": "csv", "cycle": cycle.pk})
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_an_export_holds_what_the_viewer_sees_and_comes_in_again_unchanged(cycle, cast, client_of):
    rail = GuardrailPlan("Reopened; or sent back", "<=", Decimal("6.5"), "%", "Stops | quick patches")
    top = goal(
        cast.uma, cycle, level="organisation", unit=cast.company, title="Top", guardrails=[rail], description="How"
    )
    goal(cast.max, cycle, level="department", parent=top, weight=3, title="=Middle")
    mine = goal(cast.eve, cycle, visibility=LINE, title="Low")
    goal(cast.olga, cycle, visibility=LINE, title="Olga's plan")
    goal(cast.hana, cycle, visibility=PRIVATE, title="Hush")
    check_in(mine, 40)

    seen_by_max = exported(client_of(cast.max), cycle)
    seen_by_hana = exported(client_of(cast.hana), cycle)

    assert {one["title"] for one in seen_by_max} == {"Top", "'=Middle", "Low"}
    assert {one["title"] for one in seen_by_hana} == {"Top", "'=Middle", "Low", "Olga's plan", "Hush"}
    low = next(one for one in seen_by_max if one["title"] == "Low")
    assert (low["progress_percent"], low["value"], low["status"], low["checked_on"]) == (
        "40.0",
        "40",
        "On track",
        "2026-07-01",
    )
    shared = [one for one in goal_rows(Viewer.of(cast.hana.user), cycle, on=TODAY) if one[1] != "individual"]
    file = upload(cycle, tables.to_xlsx([("Goals", HEADER, shared)]), cast.hana, "again.xlsx")
    assert kinds(file) == ["unchanged", "unchanged"]
    assert AuditEntry.objects.filter(verb="exported goals of").count() == 2


def test_t04_no_export_shows_a_private_goal_or_anothers_line_goal(cycle, cast, client_of):
    goal(cast.eve, cycle, visibility=PRIVATE, title="Hush")
    goal(cast.eve, cycle, visibility=LINE, title="Line")

    for name, seen in (("max", {"Line"}), ("hana", {"Line"}), ("petra", {"Line"}), ("olga", set()), ("ada", set())):
        assert {one["title"] for one in exported(client_of(getattr(cast, name)), cycle)} == seen, name
    assert {one["title"] for one in exported(client_of(cast.eve), cycle)} == {"Line", "Hush"}


def test_an_export_does_not_give_away_one_hidden_goal_by_its_parents_roll_up(cycle, cast, client_of):
    top = goal(cast.max, cycle, level="team", title="Ours", metric_type="none")
    low = goal(cast.eve, cycle, parent=top, visibility=LINE)
    check_in(low, 40)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    for_olga = exported(client_of(cast.olga), cycle)[0]
    for_max = next(one for one in exported(client_of(cast.max), cycle) if one["title"] == "Ours")

    assert (for_olga["progress_percent"], for_olga["status"]) == ("withheld", "withheld")
    assert for_max["progress_percent"] == "40.0"


def test_the_number_of_queries_of_an_export_does_not_grow(cycle, cast, django_assert_max_num_queries):
    for number in range(12):
        goal(cast.max, cycle, level="team", title=f"Goal {number}", guardrails=[GuardrailPlan("R", "<=", Decimal(1))])

    with django_assert_max_num_queries(16):
        assert len(goal_rows(Viewer.of(cast.hana.user), cycle, on=TODAY)) == 12


def test_a_file_of_many_rows_is_tried_while_somebody_waits(cycle, cast):
    """100 rows here; the most that a file may have take five times as long, less than a browser waits for."""
    rows = [row(reference=f"r-{n}", owner_number=cast.max.number) for n in range(100)]
    assert kinds(upload(cycle, csv_of(*rows), cast.hana)) == ["added"] * 100


def test_the_page_of_a_closed_cycle_takes_no_file(cycle, cast):
    services.close_cycle(cycle, by=None, at=NOON)
    with pytest.raises(DomainError, match="is closed"):
        upload(cycle, csv_of(row(owner_number=cast.max.number)), cast.hana)
