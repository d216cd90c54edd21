"""F31: a file is made whole before its first byte leaves. What breaks on the way is an error page and never half a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from actions.tests.factories import promise
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.tarn import answers_of, cast_ballots, grown
from core import tables
from culture.tests.test_house_rules import holding, sources


@pytest.fixture
def published(cast):
    grown(cast)
    survey = surveys.open_campaign(title="Spring survey")
    cast_ballots(survey, answers_of)
    return surveys.close(survey)


EXPORTS: tuple[tuple[str, str, Callable[[Any], dict[str, int]]], ...] = (
    ("hana", "surveys:export_csv", lambda survey: {"campaign": survey.pk, "place": 1}),
    ("hana", "surveys:export_xlsx", lambda survey: {"campaign": survey.pk, "place": 1}),
    ("max", "actions:board_csv", lambda survey: {}),
)


class Torn(Exception):
    """The process is killed, the disk is full, a row cannot be read: something in the middle of the rows."""


def torn(written: Any, *, after: int) -> Any:
    """Whatever writes a cell, until it does not."""
    cells = count()

    def write(*args: Any) -> Any:
        if next(cells) == after:
            raise Torn
        return written(*args)

    return write


def test_f31_no_file_is_streamed_or_put_together_by_a_job():
    assert holding(r"StreamingHttpResponse|FileResponse|streaming_content", sources()) == []
    jobs = {name: text for name, text in sources().items() if re.search(r"/(tasks|schedule)\.py$", name)}
    assert holding(r"to_csv|to_xlsx|Content-Disposition", jobs) == []


@pytest.mark.parametrize(("who", "name", "arguments"), EXPORTS, ids=[name for _, name, _ in EXPORTS])
def test_f31_an_export_that_breaks_offers_no_part_of_a_file_and_can_be_asked_for_again(
    published, cast, monkeypatch, who, name, arguments
):
    promise(cast.max)
    client = Client(raise_request_exception=False)
    client.force_login(getattr(cast, who).user)
    address = reverse(name, kwargs=arguments(published))
    whole = client.get(address)
    assert "attachment" in whole.headers["Content-Disposition"]
    assert int(whole.headers["Content-Length"]) == len(whole.content)  # a browser knows when it was cut off

    for name in ("guarded", "_text_cell"):
        monkeypatch.setattr(tables, name, torn(getattr(tables, name), after=20))
    broken = client.get(address)
    assert broken.status_code == 500
    assert "Content-Disposition" not in broken.headers
    assert broken.headers["Content-Type"].startswith("text/html")

    monkeypatch.undo()
    assert client.get(address).status_code == 200
