"""The kinds of mail and how one is written. A kind is its files in templates/emails/:

    <kind>.json          what HR reads about it, its topic, and a sample context for the preview page and the tests
    <kind>.subject.txt   one line
    <kind>.txt           the text version
    <kind>.html          the HTML version; extends emails/_layout.html

The context is plain JSON: dates come as words. `organisation` and `base_url` are always there; a `path` in the context
becomes the full address `link`, made from BASE_URL and never from a request.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import Context, loader
from django.urls import reverse

WEEKLY = "weekly_digest"  # the mail of the week (core.mail_digest)
FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"


@dataclass(frozen=True)
class Kind:
    """What HR reads about one kind of mail.

    `is_confidential`: that somebody gets it tells what nobody may know, such as that they have not answered. Pages
    and the audit trail then say neither who nor how many. `leaves_no_row`: its row is removed once it has left, because
    who has none would tell the same; whoever queues it sees to it that it is not queued twice. `topic`
    (core.models.MailChoice.Topic): what people choose it by; without one it always goes out at once.
    """

    name: str
    title: str
    when: str
    to: str
    sample: Mapping[str, Any]
    is_confidential: bool = False
    leaves_no_row: bool = False
    topic: str = ""


@dataclass(frozen=True)
class Letter:
    """One mail, written."""

    subject: str
    text: str
    html: str


def kinds() -> list[Kind]:
    """All kinds, in order of title."""
    return sorted((kind(path.stem) for path in FOLDER.glob("*.json")), key=lambda one: one.title)


@cache
def kind(name: str) -> Kind:
    """Raises LookupError for a kind that has no files."""
    try:
        facts = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LookupError(f"There is no kind of mail called {name!r}.") from None
    return Kind(name, **facts)


def write(name: str, context: Mapping[str, Any]) -> Letter:
    """Fill the three templates of a kind. Values are escaped in the HTML version and only there."""
    base_url = settings.BASE_URL.rstrip("/")
    link = base_url + context["path"] if "path" in context else ""
    choose = f"{base_url}{reverse('people:profile')}#mails" if kind(name).topic or name == WEEKLY else ""
    facts = {"link": link, "organisation": settings.ORGANISATION_NAME, "base_url": base_url, "choose": choose}
    values = {**context, **facts}
    text = _filled(f"{name}.txt", values, autoescape=False).strip()
    return Letter(
        subject=" ".join(_filled(f"{name}.subject.txt", values, autoescape=False).split()),
        text=f"{text}\n\nChoose which mails you get: {choose}\n" if choose else f"{text}\n",
        html=_filled(f"{name}.html", values, autoescape=True),
    )


def _filled(name: str, values: Mapping[str, Any], *, autoescape: bool) -> str:
    template: Any = loader.get_template(f"emails/{name}")
    language = {"LANGUAGE_CODE": settings.LANGUAGE_CODE}
    filled: str = template.template.render(Context({**values, **language}, autoescape=autoescape))
    return filled
