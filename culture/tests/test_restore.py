"""F32: a backup in an empty database is the same database, the product starts on it, and who was erased stays erased."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.ballots import Draft
from assessments.surveys.services import answering, links
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.tarn import answers_of, cast_ballots, grown
from core import audit, digest, personal_data
from core.models import AuditEntry, Mail, Notification
from development.models import PlanItem
from development.tests import factories as development
from devservices import paths
from goals.models import CheckIn, Goal
from goals.tests import factories as goals
from people import erasure_log
from people.models import Employee, Unit, User
from people.services import employees, erasure
from people.services.erasure import StillHere
from people.tests import files

GONE_ON = date(2026, 7, 1)


@pytest.fixture
def log(settings, tmp_path) -> Path:
    settings.ERASURE_LOG = tmp_path / "kept apart" / "erasures.jsonl"
    return settings.ERASURE_LOG


def lived(cast) -> Employee:
    """Ed with a goal, a plan, words in the trail, mail and news; then he leaves."""
    cycle = goals.cycle()
    own = goals.goal(cast.ed, cycle, title="Ed Moss calls back himself")
    goals.check_in(own, 40, what_changed="I rang Mrs Hill.")
    development.item(cast.ed)
    Notification.objects.create(to=cast.max.user, key="k", text="Ed Moss has checked in.", made_at=goals.NOON)
    Mail.objects.create(
        kind="survey_thanks", address="ed@tarn.example", key="k", queued_at=goals.NOON, due_at=goals.NOON
    )
    employees.depart(cast.ed, on=GONE_ON, successor=None, by=cast.hana.user)
    return Employee.objects.get(pk=cast.ed.pk)


def traces_of(*words: str) -> list[str]:
    """Tables that still hold one of the words, in any column."""
    connection = connections["default"]
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE ANY(%s)', [[f"%{w}%" for w in words]])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def test_nothing_names_or_describes_somebody_who_was_erased(cast, log):
    ed = lived(cast)
    told = AuditEntry.objects.count()
    words = ("Ed Moss", "ed@tarn", "Mrs Hill", ed.number)
    assert {"people_employee", "people_user", "goals_checkin", "core_auditentry"} <= set(traces_of(*words))

    assert erasure.erase(ed, by=cast.hana.user, on=GONE_ON) is True
    assert erasure.erase(ed, by=cast.hana.user, on=GONE_ON) is False

    assert traces_of(*words) == []
    assert not PlanItem.objects.filter(owner=ed).exists()
    assert CheckIn.objects.get().value == 40  # what goals above were worked out from stays
    assert Goal.objects.get().owner.name == f"Former colleague {ed.pk}"
    assert AuditEntry.objects.count() == told + 1  # the facts stay, without the name
    assert [line.user for line in erasure_log.read().lines] == [ed.user_id]
    assert "Ed" not in log.read_text()


def test_f32_whoever_shares_letters_with_the_erased_keeps_their_name_news_and_rows(cast, log):
    ed, others = lived(cast), (cast.eve, cast.sam, cast.olga)
    for other, name in zip(others, ("Ed Mosson", "Ed Moss-Hill", "Anna Ed Moss"), strict=True):
        Employee.objects.filter(pk=other.pk).update(name=name)
        Notification.objects.create(to=cast.max.user, key=name, text=f"{name} has checked in.", made_at=goals.NOON)
        audit.record("looked at", Employee.objects.get(pk=other.pk), by=None, changes={"with": [f"{name}, Ed Moss's"]})
    User.objects.filter(pk=cast.eve.user_id).update(email="joed@tarn.example")
    audit.record("signed out", User.objects.get(pk=cast.eve.user_id), by=None, changes={"cc": "ed@tarn.example."})
    file = files.upload(
        [files.row("91", "Ed Mosson", unit="sales"), files.row("92", "Ed Moss", unit="sales")], cast.hana
    )

    erasure.erase(ed, by=cast.hana.user, on=GONE_ON)

    former = f"Former colleague {ed.pk}"
    looked = AuditEntry.objects.filter(verb="looked at").order_by("pk")
    assert [one.subject_label for one in looked] == ["Ed Mosson", "Ed Moss-Hill", "Anna Ed Moss"]
    assert looked[0].changes == {"with": [f"Ed Mosson, {former}'s"]}
    assert Notification.objects.filter(to=cast.max.user).count() == 3
    assert list(file.lines.values_list("person", flat=True)) == ["Ed Mosson"]
    signed_out = AuditEntry.objects.get(verb="signed out")
    assert (signed_out.subject_label, signed_out.changes) == ("joed@tarn.example", {"cc": f"{former}."})


def test_only_leavers_are_erased_and_never_without_a_line_in_the_log(cast, log, settings, capsys):
    with pytest.raises(StillHere, match="Mark them as left first"):
        erasure.erase(cast.eve, by=cast.hana.user, on=GONE_ON)
    ed = lived(cast)
    settings.ERASURE_LOG = Path("/proc/nowhere/erasures.jsonl")
    before = digest.picture()
    with pytest.raises(erasure_log.LogUnwritable, match="Nobody was erased"):
        erasure.erase(ed, by=cast.hana.user, on=GONE_ON)
    assert digest.picture() == before
    settings.ERASURE_LOG = log

    call_command("erase_person", ed.number)
    assert "This would erase Ed Moss, Helpdesk" in capsys.readouterr().out
    call_command("erase_person", ed.number, "--yes")
    with pytest.raises(CommandError, match="Nobody has the number"):
        call_command("erase_person", ed.number, "--yes")
    with pytest.raises(employees.StillNeeded, match="Nobody knows any more"):
        employees.reinstate(Employee.objects.get(pk=ed.pk), by=cast.hana.user)
    assert Employee.objects.get(pk=ed.pk).erased_on == timezone.localdate()


def program(name: str) -> str:
    try:
        ours = paths.postgres_programs(Path(connections["default"].settings_dict["HOST"]).parent) / name
    except (OSError, paths.Refusal):
        ours = Path("/nowhere")
    found = str(ours) if ours.exists() else shutil.which(name)
    return found or pytest.skip(f"no {name} here")


def run(name: str, *argv: str | Path) -> None:
    place = connections["default"].settings_dict
    where = ["-h", place["HOST"], "-p", str(place["PORT"] or 5432), "-U", place["USER"] or "postgres"]
    done = subprocess.run([program(name), *where, *argv], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def working_on(database: str) -> Iterator[None]:
    """Let models and views of this process work on another database of the same server."""
    usual = connections["default"]
    other = usual.copy()
    other.settings_dict["NAME"] = database
    connections["default"] = other
    try:
        yield
    finally:
        other.close()
        connections["default"] = usual


@pytest.mark.django_db(transaction=True)
def test_f32_a_restored_backup_equals_the_dump_starts_and_brings_no_erased_person_back(cast, log, tmp_path, capsys):
    grown(cast)
    open_survey, done = surveys.open_campaign(title="Open"), surveys.open_campaign(title="Done")
    cast_ballots(done, answers_of)
    surveys.close(done)
    [slip] = links.make_codes(open_survey, by=cast.hana.user, employees=[cast.eve])
    answering.save_answers(
        surveys.invitation_of(open_survey, cast.eve), answers={"STR1": "2"}, sequence=1, at=timezone.now()
    )
    ed, usual = lived(cast), connections["default"]
    call_command("database_digest")
    then = tmp_path / "digest.json"
    then.write_text(capsys.readouterr().out)
    dump = tmp_path / "backup.dump"
    run("pg_dump", "--format=custom", "--no-owner", f"--file={dump}", usual.settings_dict["NAME"])
    erasure.erase(ed, by=cast.hana.user, on=GONE_ON)  # after the backup was made

    with usual.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored")
        cursor.execute("CREATE DATABASE restored")
    try:
        run("pg_restore", "--no-owner", "--exit-on-error", "--dbname=restored", dump)
        with working_on("restored"):
            call_command("database_digest", compare=str(then))
            call_command("migrate", check_unapplied=True)
            assert Client().get("/readyz").status_code in (200, 204)
            assert "Ed Moss" in Employee.objects.get(pk=ed.pk).name  # the backup knows him

            call_command("reapply_erasures")
            call_command("reapply_erasures")

            assert traces_of("Ed Moss", "ed@tarn", "Mrs Hill") == []
            assert Draft.objects.count() == 1  # an open survey goes on where it stood, and its codes still open it
            visitor = Client()
            visitor.get(reverse("surveys:visit_arrival", args=[slip.code]))
            assert "Invited as: Helpdesk" in visitor.get(reverse("surveys:visit_intro")).content.decode()
        said = capsys.readouterr().out
        assert "tables are as they were" in said
        assert "Erased again: 1.\nNobody had come back." in said
    finally:
        with usual.cursor() as cursor:
            cursor.execute("DROP DATABASE restored WITH (FORCE)")


@pytest.mark.django_db
def test_a_line_of_another_installation_erases_nobody_here(cast, log):
    stranger = User(pk=cast.eve.user_id, joined_at=timezone.now())
    erasure_log.append(stranger, on=GONE_ON)

    assert erasure.erase_again(on=GONE_ON).erased == 0
    assert Employee.objects.get(pk=cast.eve.pk).is_active


def test_f32_a_backup_older_than_the_departure_leaves_no_erased_head_manager_or_session(cast, log, client_of, capsys):
    """As if the dump had been made while Max led the helpdesk: the log knows him, the database knows no departure."""
    browser = client_of(cast.max)
    erasure_log.append(cast.max.user, on=GONE_ON)
    erasure_log.append(cast.uma.user, on=GONE_ON)  # above him; nobody above her

    call_command("reapply_erasures")

    former = Employee.objects.get(pk=cast.max.pk)
    assert (former.is_active, former.left_on, former.erased_on) == (False, GONE_ON, timezone.localdate())
    assert not User.objects.get(pk=cast.max.user_id).is_active
    assert browser.get(reverse("people:profile")).status_code == 302
    assert not Unit.objects.filter(head__erased_on__isnull=False).exists()
    assert not Employee.objects.active().filter(manager__is_active=False).exists()
    said = capsys.readouterr().out
    assert "Erased again: 2." in said
    assert f"Needs a new manager: Eve Lind ({cast.eve.number}), who has none now." in said
    assert "Needs a new head: Helpdesk." in said
    assert "Max Berg" not in said
    assert traces_of("Max Berg", "Uma Rook") == []


def test_f32_reports_go_to_whoever_stands_above_the_erased(cast, log):
    erasure_log.append(cast.max.user, on=GONE_ON)

    done = erasure.erase_again(on=GONE_ON)

    assert {person.name: str(person.manager) for person in done.without_a_manager_of_their_own()} == {
        "Ed Moss": "Uma Rook",
        "Eve Lind": "Uma Rook",
    }
    told = AuditEntry.objects.get(about=cast.eve.user)
    assert told.changes["manager"] == {"old": f"Former colleague {cast.max.pk}", "new": "Uma Rook"}
    again = erasure.erase_again(on=GONE_ON)
    assert (again.erased, again.moved) == (0, set())


def test_f32_an_erasure_that_broke_off_leaves_no_line_in_the_log(cast, log, monkeypatch):
    ed = lived(cast)

    def broken(user: User) -> None:
        raise RuntimeError("the server went down")

    monkeypatch.setattr(personal_data, "erase", broken)
    with pytest.raises(RuntimeError):
        erasure.erase(ed, by=cast.hana.user, on=GONE_ON)

    assert not log.exists()
    assert Employee.objects.get(pk=ed.pk).name == "Ed Moss"


@pytest.mark.parametrize("way", ["by hand", "by a file"])
def test_f32_a_line_about_somebody_who_was_taken_back_later_erases_nobody_and_is_said(cast, log, capsys, way):
    ed = lived(cast)
    erasure_log.append(ed.user, on=GONE_ON)  # of an erasure that never came to its end
    if way == "by hand":
        employees.reinstate(ed, by=cast.hana.user)
    else:
        files.apply(files.upload([files.full(ed, status="active")], cast.hana), cast.hana)

    call_command("reapply_erasures")

    back = Employee.objects.get(pk=ed.pk)
    assert (back.name, back.is_active) == ("Ed Moss", True)
    assert f"NOT erased: Ed Moss ({ed.number}) is in the log, but was taken back later." in capsys.readouterr().out


def test_f32_a_torn_line_is_named_and_hides_no_other(cast, log, capsys):
    ed = lived(cast)
    log.parent.mkdir()
    log.write_text('{"user": 7, "joined_')
    erasure_log.append(ed.user, on=GONE_ON)

    call_command("reapply_erasures")

    said = capsys.readouterr().out
    assert "Erased again: 1." in said
    assert "Line 1 of ERASURE_LOG cannot be read" in said
    assert Employee.objects.get(pk=ed.pk).erased_on


@pytest.mark.django_db
def test_f32_the_digest_is_of_every_row_whatever_their_order():
    def digest_of(*rows: tuple[str, str]) -> tuple[int, str]:
        Session.objects.all().delete()
        for key, data in rows:
            Session.objects.create(session_key=key, session_data=data, expire_date=goals.NOON)
        return digest.picture()["django_session"]

    first, second = ("ärger", "x"), ("Zeit a", "y\nz")
    assert digest_of(first, second) == digest_of(second, first)
    assert digest_of(first, second) != digest_of(first)
    assert digest_of(first, second) != digest_of(first, ("Zeit a", "y\nZ"))
    with connections["default"].cursor() as cursor:  # what it is, in the order of bytes
        cursor.execute("SELECT md5(t::text) FROM django_session t")
        hashes = sorted(row[0] for row in cursor.fetchall())
    assert digest.picture()["django_session"] == (2, hashlib.md5("".join(hashes).encode()).hexdigest())  # noqa: S324
