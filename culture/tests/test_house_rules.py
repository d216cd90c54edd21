"""Rules that every source file keeps, whoever writes it (T04, T10, T12, T13, T20, T21, T23, T25, T34, T38).

A new exception belongs into the lists below only after somebody has read the code and can say here why it is safe.
"""

import re
import subprocess
from collections.abc import Collection
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import FileField

ROOT = Path(settings.BASE_DIR)
OURS = ("core", "people", "assessments", "goals", "recognition", "actions", "development", "dashboards", "culture")
# Markup made in Python: every value in it is escaped or a number.
MAKES_MARKUP = {"core/templatetags/ui.py", "people/templatetags/sign_in.py"}
# Statements of their own, with values as parameters only; table and column names are the models' or constants.
WRITES_SQL = {
    "actions/dead_rows.py",
    "core/bulk.py",
    "core/digest.py",
    "core/views.py",
    "people/tree.py",
    "assessments/reviews/dead_rows.py",
    "assessments/surveys/locks.py",
    "assessments/surveys/seal_tables.py",
    "culture/management/commands/seed.py",
    "goals/",
}
# No page: mail programs know no style sheets. Its preview is served with a policy of its own.
MAIL_FRAME = {"templates/emails/_layout.html"}
# Asks of a row it has already fetched through visible_to whether it is still there.
UNSCOPED_LOOKUPS = {"assessments/competencies/views/editor.py"}


def sources(*folders: str) -> dict[str, str]:
    """Path to text of every Python file of ours, tests and migrations left out."""
    listed = subprocess.run(
        [
            "git",
            "ls-files",
            "--cached",
            "--others",
            "--exclude-standard",
            *(f"{folder}/*.py" for folder in folders or OURS),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    found = listed or [str(path.relative_to(ROOT)) for folder in OURS for path in (ROOT / folder).rglob("*.py")]
    kept = [name for name in found if not re.search(r"(^|/)(tests|migrations)/", name)]
    return {name: (ROOT / name).read_text(encoding="utf-8") for name in kept if (ROOT / name).exists()}


def holding(pattern: str, files: dict[str, str], allowed: Collection[str] = ()) -> list[str]:
    found = [name for name, text in files.items() if re.search(pattern, text)]
    return sorted(
        name for name in found if not any(name == one or one.endswith("/") and name.startswith(one) for one in allowed)
    )


def templates() -> dict[str, str]:
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")
    }


def test_there_is_something_to_look_at():
    assert len(sources()) > 100
    assert len(templates()) > 40


def test_t04_views_reach_objects_through_a_scope():
    views = {name: text for name, text in sources().items() if re.search(r"/views(/|\.py)", name)}

    unscoped = r"\.objects\.(get|all|filter|exclude|first|last|in_bulk|values\w*)\((?!.*viewer)"
    assert holding(unscoped, views, UNSCOPED_LOOKUPS) == []
    assert holding(r"get_(object|list)_or_404\(([A-Z]\w+|[A-Z]\w+\.objects),", views) == []


def test_t10_no_file_of_anybody_is_kept_or_served():
    assert settings.MEDIA_ROOT == ""
    assert [
        field for model in apps.get_models() for field in model._meta.get_fields() if isinstance(field, FileField)
    ] == []


def test_t12_t13_markup_is_made_in_known_places_only():
    assert holding(r"mark_safe|SafeString\(|html_safe|\|safe\b", sources(), MAKES_MARKUP) == []
    assert holding(r"\|\s*safe(seq)?\b|autoescape\s+off", templates()) == []


@pytest.mark.parametrize(
    "pattern", [r"<script(?![^>]*\bsrc=)(?![^>]*json)", r"\son[a-z]+\s*=\s*[\"']", r"\sstyle\s*=\s*[\"']", r"<style"]
)
def test_t14_no_page_holds_script_or_style_of_its_own(pattern):
    assert holding(pattern, templates(), MAIL_FRAME) == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?<![\w.])eval\(",
        r"(?<![\w.])exec\(",
        r"\bpickle\b",
        r"\bmarshal\b",
        r"yaml\.(unsafe_|full_)?load\(",
        r"(?<![A-Za-z])Template\(",
    ],
)
def test_t20_nothing_that_comes_from_outside_is_run(pattern):
    assert holding(pattern, sources()) == []


def test_t21_celery_takes_json_and_nothing_else():
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_SERIALIZER == "json"
    assert settings.CELERY_TASK_IGNORE_RESULT is True


@pytest.mark.parametrize("pattern", [r"\*\*\s*(self\.)?request\.", r"order_by\([^)]*request\.", r"\(\*\*dict\(request"])
def test_t23_no_name_of_a_column_comes_from_the_address(pattern):
    assert holding(pattern, sources()) == []


def test_t25_sql_is_written_in_known_places_only():
    assert holding(r"\.cursor\(\)|\.raw\(|RawSQL|\.extra\(", sources(), WRITES_SQL) == []


def test_t34_no_view_is_exempt_from_the_token():
    # people.access exempts routes of Scope.TOKEN, which read a header and no cookie; test_access_matrix tries each.
    assert holding(r"csrf_exempt|requires_csrf_token", sources(), {"people/access.py"}) == []


@pytest.mark.parametrize(
    "pattern", [r"\bimport requests\b", r"urllib\.request", r"\bhttpx\b", r"http\.client", r"\baiohttp\b"]
)
def test_t38_nothing_is_fetched_by_address(pattern):
    assert holding(pattern, sources()) == []
