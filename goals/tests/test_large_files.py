"""Large files of goals: checked and imported by the clock, with a count for whoever looks on."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from goals.models import Goal, GoalImport
from goals.schedule import work_off_files
from goals.services import imports, trial, waiting
from goals.tests.factories import NOON
from goals.tests.test_files import csv_of, kinds, row, upload

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def small(monkeypatch, time_machine):
    """Three rows are a large file here."""
    time_machine.move_to(NOON)
    monkeypatch.setattr(imports, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(trial, "TOLD_EVERY", 1)


@pytest.fixture
def sheet() -> list[dict[str, str]]:
    return [row(reference=f"r{number}", title=f"Goal {number}", owner_number="") for number in range(3)]


@pytest.fixture
def good(sheet, cast) -> list[dict[str, str]]:
    return [
        {**one, "owner_number": cast.max.number, "supports": "r0" if place else ""} for place, one in enumerate(sheet)
    ]


def test_a_large_file_is_checked_and_imported_by_the_clock(good, cycle, cast, client_of):
    hana = client_of(cast.hana)
    sent = SimpleUploadedFile("goals.csv", csv_of(*good))
    assert hana.post(reverse("goals:import"), {"cycle": cycle.pk, "file": sent}).status_code == 302
    file = GoalImport.objects.get()
    assert (file.checked_at, set(kinds(file))) == (None, {"waiting"})
    report = reverse("goals:import_report", args=[file.pk])
    progress = reverse("goals:import_progress", args=[file.pk])
    page = hana.get(report).content.decode()
    assert "The file is being checked" in page
    assert reverse("goals:import_apply", args=[file.pk]) not in page
    cache.set(waiting._key(file), 2)
    assert "2 of 3 rows" in hana.get(progress, headers=HTMX).content.decode()

    work_off_files()

    file.refresh_from_db()
    assert (file.is_waiting, kinds(file), Goal.objects.exists()) == (False, ["added"] * 3, False)
    assert hana.get(progress, headers=HTMX).headers["HX-Redirect"] == report
    assert hana.get(progress).headers["Location"] == report
    assert "Import 3 rows" in hana.get(report).content.decode()
    assert hana.post(reverse("goals:import_apply", args=[file.pk])).status_code == 302
    assert "The file is being imported" in hana.get(report).content.decode()
    assert hana.post(reverse("goals:import_removal", args=[file.pk])).status_code == 422

    work_off_files()
    work_off_files()

    file.refresh_from_db()
    assert (file.applied_by, Goal.objects.count()) == (cast.hana.user, 3)
    assert Goal.objects.exclude(parent=None).count() == 2
    assert waiting.rows_done(file) == 0


def test_a_refusal_comes_back_to_the_page_and_nothing_has_changed(good, cycle, cast, client_of):
    file = upload(cycle, csv_of(*good, row(reference="r9", owner_number="nobody")), cast.hana)
    waiting.work_off(at=NOON)
    assert kinds(file).count("refused") == 1
    file.refresh_from_db()
    with pytest.raises(imports.HoldsRefusals):
        imports.agree(file, by=cast.hana.user, at=NOON)

    other = upload(cycle, csv_of(*good), cast.hana)
    waiting.work_off(at=NOON)
    other.refresh_from_db()
    imports.agree(other, by=cast.hana.user, at=NOON)
    third = upload(cycle, csv_of(*good[:2]), cast.hana)
    imports.apply(third, by=cast.hana.user, at=NOON)
    waiting.work_off(at=NOON)

    other.refresh_from_db()
    assert (other.applied_at, other.agreed_at, Goal.objects.count()) == (None, None, 2)
    assert (
        "Somebody changed goals"
        in client_of(cast.hana).get(reverse("goals:import_report", args=[other.pk])).content.decode()
    )


def test_f_a_file_whose_work_breaks_off_again_and_again_is_handed_back(good, cycle, cast, monkeypatch):
    file = upload(cycle, csv_of(*good), cast.hana)

    def breaks(*_, **__):
        raise RuntimeError("The worker dies")

    with monkeypatch.context() as patched:
        patched.setattr(imports, "check", breaks)
        for _ in range(waiting.ATTEMPTS):
            with pytest.raises(RuntimeError):
                waiting.work_off(at=NOON)
        assert waiting.work_off(at=NOON) == 0

    file.refresh_from_db()
    assert "broke off several times" in file.refusal
    assert not file.is_waiting
