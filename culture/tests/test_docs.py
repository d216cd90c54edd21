"""A document that is wrong is a bug: what can be compared with the code is compared."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands

from culture.tests.test_house_rules import sources

ROOT = Path(settings.BASE_DIR)
READ_HERE = ["culture/settings.py", "gunicorn.conf.py"]
MARKDOWN = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def environment_variables() -> set[str]:
    code = "".join((ROOT / name).read_text() for name in READ_HERE)
    return set(re.findall(r"""(?:environ\.get|environ|flag|words)[(\[]\s*"([A-Z_]+)""", code))


def test_every_environment_variable_is_in_the_administration_guide():
    guide = (ROOT / "docs/administration.md").read_text()

    assert {name for name in environment_variables() if f"`{name}`" not in guide} == set()


def test_the_example_of_an_environment_names_variables_that_are_read():
    named = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert named <= environment_variables()


def test_every_command_in_the_administration_guide_exists():
    guide = (ROOT / "docs/administration.md").read_text()

    assert set(re.findall(r"manage\.py ([a-z_]+)", guide)) <= set(get_commands())


def test_the_table_of_threats_is_up_to_date():
    call_command("threat_coverage", "--check")


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(page):
    targets = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()) if "://" not in link]

    assert [target for target in targets if target and not (page.parent / target).exists()] == []


def test_documents_and_rows_of_the_access_table_that_code_quotes_exist():
    documents = {page.name: page.read_text() for page in MARKDOWN}
    quoted = {}
    for path, source in sources().items():
        quoted |= dict.fromkeys(re.findall(r"\b[\w-]+\.md\b", source), path)
        rows = " ".join(re.findall(r"access\.md, rows? ([\d, andto]+)", source))
        quoted |= dict.fromkeys((f"row {number}" for number in re.findall(r"\d+", rows)), path)
    rows = {f"row {number}" for number in re.findall(r"^\| (\d+) \|", documents["access.md"], re.MULTILINE)}

    assert {name: path for name, path in quoted.items() if name not in {*documents, *rows}} == {}


def test_every_direct_dependency_has_its_reason():
    record = (ROOT / "docs/decisions/002-dependencies.md").read_text().lower()
    lines = (ROOT / "requirements.in").read_text().splitlines()
    names = [re.split(r"[<>=\[ ]", line)[0].lower() for line in lines if line and not line.startswith(("#", "-"))]

    assert [name for name in names if name not in record] == []
