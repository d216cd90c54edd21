"""Fill the last column of docs/threats.md with the tests that name each promise, threat and fault.

A test names an id in its own name (test_t40_...) or in its docstring, comments or decorators ("T40"); an id in the module's
docstring counts for the whole file. --check changes nothing and fails when the table is out of date.
"""

import ast
import re
from argparse import ArgumentParser
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

TABLE = "docs/threats.md"
NOT_OURS = {".venv", "var", "staticfiles"}
_ROW = re.compile(r"^\| (?P<id>[PTF]\d+) \| (?P<what>.*?) \| (?P<tests>.*?) ?\|$")
_IN_TEXT = re.compile(r"\b([PTF]\d{1,2})\b")
_IN_NAME = re.compile(r"(?<=_)([ptf]\d{1,2})(?=_|$)")


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the table is out of date, change nothing")

    def handle(self, *, check: bool, **options: Any) -> None:
        table = Path(settings.BASE_DIR) / TABLE
        old = table.read_text(encoding="utf-8")
        tests = covered(Path(settings.BASE_DIR))
        new = "\n".join(_filled(line, tests) for line in old.splitlines()) + "\n"
        if check and new != old:
            raise CommandError(f"{TABLE} is out of date: run manage.py threat_coverage.")
        if not check:
            table.write_text(new, encoding="utf-8")
        rows = [match["id"] for line in new.splitlines() if (match := _ROW.match(line))]
        self.stdout.write(f"{sum(row in tests for row in rows)} of {len(rows)} have a test that names them.")


def covered(root: Path) -> dict[str, list[str]]:
    """Ids to the tests that name them, as path::test without the line, sorted."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path in sorted(root.rglob("test_*.py")):
        if NOT_OURS.isdisjoint(path.relative_to(root).parts):
            for name, ids in _tests_of(path):
                for identity in ids:
                    found[identity].add(f"{path.relative_to(root)}::{name}" if name else str(path.relative_to(root)))
    return {identity: sorted(names) for identity, names in found.items()}


def _tests_of(path: Path) -> Iterator[tuple[str, set[str]]]:
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    yield "", set(_IN_TEXT.findall(ast.get_docstring(tree) or ""))
    lines = source.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            while first > 0 and lines[first - 1].lstrip().startswith("#"):
                first -= 1
            text = "\n".join(lines[first : node.end_lineno])
            yield node.name, {i.upper() for i in _IN_NAME.findall(node.name)} | set(_IN_TEXT.findall(text))


def _filled(line: str, tests: dict[str, list[str]]) -> str:
    match = _ROW.match(line)
    if not match:
        return line
    names = tests.get(match["id"].upper(), [])
    shown = "<br>".join(f"`{name}`" for name in names[:4])
    more = f"<br>and {len(names) - 4} more" if len(names) > 4 else ""
    return f"| {match['id']} | {match['what']} | {shown}{more} |"
