"""Keep the translations of the pages that somebody who is asked reads: `make messages` gathers, merges and compiles.

Gathers every marked text of the respondents' templates and of the Python behind them into locale/<language>/LC_MESSAGES/
django.po, keeps what is translated, and writes django.mo, which Django reads. Needs no gettext tools of the system.
`--check` writes nothing and names what is missing, stale or not marked.
"""

import ast
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
from babel.messages import Catalog, mofile, pofile

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("de",)
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
PYTHON = ("assessments/surveys", "core")
TEMPLATES = (
    *("sheet.html", "base.html", "surveys/sheet.html", "surveys/_languages.html"),
    *(
        f"surveys/{name}.html"
        for name in (
            *(
                "intro",
                "page",
                "check",
                "thanks",
                "too_late",
                "unavailable",
                "visit",
                "visit_unknown",
                "kiosk",
                "inbox",
            ),
            *("_pair", "_numeric", "_comment_field", "_may_contact", "_conversation", "_lines", "_group"),
        )
    ),
    *(f"emails/{name}" for name in ("_survey_words.html", "_survey_words.txt")),
)
SHELL = {"base.html"}  # holds the menu of those who are signed in, too, which stays English
MARKED = {"gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "_": 1, "ngettext": 2}
_BLOCK = re.compile(r"{%\s*(comment|blocktranslate).*?{%\s*end\1\s*%}", re.DOTALL)
_TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
_SEEN = re.compile(r"""(?:aria-label|title|alt|placeholder|data-some|data-none|data-label)="([^"]*)\"""")
_MARKUP = re.compile(r"<(?:script|style).*?</(?:script|style)>|<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2,}")
Message = tuple[str, ...]  # the text, or singular and plural


def main(arguments: list[str]) -> list[str]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "culture.settings")
    django.setup()
    found = dict(messages())
    faults = [fault for name in existing() if name not in SHELL for fault in unmarked(name)]
    for language in LANGUAGES:
        path = ROOT / "locale" / language / "LC_MESSAGES" / "django.po"
        kept = (
            pofile.read_po(io.BytesIO(path.read_bytes()), locale=language)
            if path.exists()
            else Catalog(locale=language)
        )
        fresh = merged(found, kept, language)
        faults += [
            f"{path.name} of {language} lacks: {message.id}" for message in fresh if message.id and not is_said(message)
        ]
        if "--check" not in arguments:
            write(fresh, path)
            continue
        gone = {message.id for message in kept if message.id} - {message.id for message in fresh if message.id}
        faults += [f"{path.name} of {language} holds what no page says: {words}" for words in gone]
        if compiled(kept) != path.with_suffix(".mo").read_bytes():
            faults.append(f"django.mo of {language} is not what django.po says: run make messages")
    return faults


def messages() -> Iterator[tuple[Message, str]]:
    """Every marked text with the file that holds it."""
    for name in existing():
        for message in of_template(name):
            yield message, f"templates/{name}"
    for folder in PYTHON:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "tests" not in path.parts and "migrations" not in path.parts:
                for message in of_python(path):
                    yield message, str(path.relative_to(ROOT))


def existing() -> list[str]:
    return [name for name in TEMPLATES if (ROOT / "templates" / name).exists()]


def of_template(name: str) -> Iterator[Message]:
    from django.template.loader import get_template  # noqa: PLC0415 - Django is set up by now
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode  # noqa: PLC0415

    for node in nodes(get_template(name).template.nodelist):  # type: ignore[attr-defined]
        if isinstance(node, TranslateNode):
            yield (str(node.filter_expression.var.literal),)
        elif isinstance(node, BlockTranslateNode):
            texts = [node.render_token_list(tokens)[0] for tokens in (node.singular, node.plural) if tokens]
            yield tuple(" ".join(text.split()) if node.trimmed else text for text in texts)


def nodes(found: Iterable[Any]) -> Iterator[Any]:
    """Every node below; Django's own walk leaves out what block tags made in Python hold."""
    for node in found:
        yield node
        for attribute in {*getattr(node, "child_nodelists", ()), "nodelist"}:
            yield from nodes(getattr(node, attribute, None) or ())


def of_python(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKED:
            constants = [part.value for part in node.args[: MARKED[node.func.id]] if isinstance(part, ast.Constant)]
            if texts := tuple(text for text in constants if isinstance(text, str)):
                yield texts


def unmarked(name: str) -> list[str]:
    """Words of a template that a person sees and nobody can translate."""
    source = _BLOCK.sub("", (ROOT / "templates" / name).read_text(encoding="utf-8"))
    bare = _TAGS.sub("", source)
    said = [
        *_SEEN.findall(bare),
        *re.sub(r"<(?:script|style).*?</(?:script|style)>|<[^>]*>", " ", bare, flags=re.DOTALL).split("\n"),
    ]
    return [
        f"{name} says what is not marked: {words.strip()}" for words in said if _WORD.search(words.replace("&amp;", ""))
    ]


def merged(found: dict[Message, str], kept: Catalog, language: str) -> Catalog:
    """A catalogue of what is said today with the translations there are."""
    fresh = Catalog(locale=language, project="Wheelhouse", version="1", charset="utf-8", fuzzy=False)
    for message, place in sorted(found.items()):
        key = message[0] if len(message) == 1 else message
        before = kept.get(message[0])
        same = before is not None and isinstance(before.id, str) == (len(message) == 1)
        flags = {"python-format"} if re.search(r"%\(\w+\)s", message[0]) else set()
        fresh.add(key, before.string if before is not None and same else None, locations=[(place, 0)], flags=flags)
    return fresh


def is_said(message: object) -> bool:
    string = message.string  # type: ignore[attr-defined]
    return bool(string) and all(string) if isinstance(string, tuple | list) else bool(string)


def write(catalog: Catalog, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    target = io.BytesIO()
    pofile.write_po(target, catalog, width=120, omit_header=False, include_lineno=False)
    lines = target.getvalue().decode().splitlines(keepends=True)
    path.write_text(
        "".join(line for line in lines if not line.startswith(('"POT-Creation', '"PO-Revision', '"Generated-By')))
    )
    path.with_suffix(".mo").write_bytes(
        compiled(pofile.read_po(io.BytesIO(path.read_bytes()), locale=str(catalog.locale)))
    )


def compiled(catalog: Catalog) -> bytes:
    """The bytes that Django reads; the same for the same texts, whatever the day."""
    catalog.creation_date = catalog.revision_date = BEGINNING
    target = io.BytesIO()
    mofile.write_mo(target, catalog)
    return target.getvalue()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit("\n".join(main(sys.argv[1:])) or None)
