"""The audit trail: who may read it, what it shows, and what it keeps to itself."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from core import audit
from core.models import AuditEntry
from people.models import JobRole
from people.services import roles

TRAIL, EXPORT = "/people/audit/", "/people/audit/exports/"


@pytest.fixture
def entries(hana, eve, ed, cast):
    audit.record("changed", eve, by=hana.user, about=eve.user, changes={"site": {"old": "Leeds", "new": "York"}})
    audit.record("changed", cast.sales, by=hana.user, changes={"name": {"old": "Trade", "new": "Sales"}})
    audit.viewed(ed, by=hana.user, about=ed.user)
    audit.record("closed what was due", cast.company, by=None)


def shown(response) -> list[str]:
    return [line.what for line in response.context["lines"]]


def test_administrators_read_everything_newest_first(client_of, hana, entries):
    page = client_of(hana).get(TRAIL)

    assert shown(page) == ["Tarn Ltd", "Ed Moss", "Sales", "Eve Lind"]
    assert "York" in page.content.decode()
    assert "the system" in page.content.decode()


def test_an_auditor_reads_that_a_record_was_changed_and_not_what_to(client_of, ingrid, entries):
    page = client_of(ingrid).get(TRAIL).content.decode()

    assert "Eve Lind" in page
    assert "York" not in page
    assert "Trade" in page  # configuration is no personal matter


def test_reading_the_trail_opens_nobodys_work(client_of, hana, eve):
    """Of a goal, a review or a plan of a person the trail says that something happened, not what (access.md, rows 25 to 41)."""
    audit.record("changed", JobRole(pk=1, name="x"), by=hana.user, about=eve.user)
    AuditEntry.objects.update(subject_kind="goals.goal", subject_label="Learn to say no", changes={"level": {"new": 4}})

    page = client_of(hana).get(TRAIL).content.decode()

    assert "Learn to say no" not in page
    assert "a record (goal)" in page
    assert ">4<" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"person": "ed moss"}, ["Ed Moss"]),
        ({"person": "hana", "verb": "changed"}, ["Sales", "Eve Lind"]),
        ({"kind": "people.unit"}, ["Tarn Ltd", "Sales"]),
        ({"until": "2000-01-01"}, []),
        ({"since": "2000-01-01", "verb": "viewed"}, ["Ed Moss"]),
    ],
)
def test_filters(client_of, hana, entries, query, expected):
    assert shown(client_of(hana).get(TRAIL, query)) == expected


@pytest.mark.parametrize("query", ["?since=yesterday", "?verb=nonsense", "?page=9999", "?person=%00", "?kind[]=x"])
def test_t57_odd_filters_never_fail(client_of, hana, entries, query):
    assert client_of(hana).get(TRAIL + query).status_code == 200


def test_days_are_days_of_the_organisation(client_of, hana, cast, settings):
    settings.TIME_ZONE = "Europe/London"
    late = audit.record("late", cast.company, by=None)
    AuditEntry.objects.filter(pk=late.pk).update(at=datetime(2026, 7, 1, 0, 30, tzinfo=ZoneInfo("Europe/London")))

    assert shown(client_of(hana).get(TRAIL, {"since": date(2026, 7, 1), "until": date(2026, 7, 1)})) == ["Tarn Ltd"]


def test_t53_the_export_is_safe_for_spreadsheets_and_leaves_a_trace(client_of, hana, eve, entries):
    eve.name = "=cmd|' /C calc'!A1"
    audit.record("changed", eve, by=hana.user, about=eve.user)

    response = client_of(hana).post(EXPORT, {"verb": "changed"})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert any("'=cmd" in line for line in lines)
    assert not any(line.startswith("=") or ",=" in line for line in lines)
    assert len(lines) == 4
    assert AuditEntry.objects.filter(verb="exported the audit trail", actor=hana.user).exists()


def test_the_export_shows_the_auditor_no_more_than_the_page(client_of, ingrid, entries):
    assert "York" not in client_of(ingrid).post(EXPORT).content.decode("utf-8-sig")


def test_the_export_is_no_get(client_of, hana):
    assert client_of(hana).get(EXPORT).status_code == 405


def test_entries_are_written_and_never_changed_by_a_page(client_of, hana, eve, entries):
    before = list(AuditEntry.objects.order_by("pk").values())

    client_of(hana).get(TRAIL)

    assert list(AuditEntry.objects.order_by("pk").values()) == before


def test_own_visits_leave_no_entry(eve):
    audit.viewed(eve, by=eve.user, about=eve.user)

    assert not AuditEntry.objects.exists()


def test_many_entries_of_one_intention_are_written_together(hana, cast, django_assert_num_queries):
    with django_assert_num_queries(3):  # savepoint, insert, release
        audit.record_many((audit.Entry("added", one, one.user) for one in (cast.eve, cast.ed)), by=hana.user)

    assert AuditEntry.objects.filter(verb="added", actor=hana.user).count() == 2


def test_the_number_of_queries_does_not_grow(client_of, hana, eve, cast, django_assert_max_num_queries):
    for n in range(40):
        audit.record(f"did {n}", eve, by=hana.user, about=eve.user)
    browser = client_of(hana)

    with django_assert_max_num_queries(14):
        assert len(browser.get(TRAIL).context["lines"]) == 40


# --- what one sees of it oneself -----------------------------------------------------------------------------------------


def test_i_see_who_opened_and_changed_my_records(client_of, hana, eve, ed, entries):
    page = client_of(eve).get("/me/").content.decode()

    assert "Hana Vale" in page
    assert "York" in page
    assert "Ed Moss" not in page


def test_my_own_doings_are_not_listed_as_somebody_elses(client_of, eve):
    browser = client_of(eve)
    browser.post("/me/look/", {"theme": "dark"})

    assert "Nobody so far" in browser.get("/me/").content.decode()


def test_a_role_given_to_me_is_in_my_list(client_of, hana, eve):
    roles.grant(eve.user, "executive", by=hana.user)
    eve.user.refresh_from_db()

    assert "gave a role to" in client_of(eve).get("/me/").content.decode()
