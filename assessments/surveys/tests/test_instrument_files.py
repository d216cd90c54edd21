"""Questionnaires as files: what goes out comes back in, and what cannot be taken is named."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.surveys import instrument_files as files
from assessments.surveys.models import InstrumentVersion, Item
from assessments.surveys.queries import instruments as queries
from assessments.surveys.queries import languages as language_queries
from assessments.surveys.services import instrument_files as file_services
from assessments.surveys.services import instrument_items as items
from assessments.surveys.services import instruments as services
from assessments.surveys.tests import factories


@pytest.fixture
def shipped(db) -> InstrumentVersion:
    return factories.form().version


@pytest.fixture
def by(db):
    return factories.hr()


@pytest.fixture
def draft(shipped, by) -> InstrumentVersion:
    return services.start_draft(shipped.instrument, by=by)


def now(draft: InstrumentVersion) -> int:
    return InstrumentVersion.objects.get(pk=draft.pk).revision


def item(draft: InstrumentVersion, code: str) -> Item:
    return draft.items.get(code=code)


def content_of(version: InstrumentVersion, kind: str) -> files.Content:
    if kind == "json":
        return files.read("q.json", files.to_json(version).encode())
    return files.read("q.csv", files.to_csv(version))


def everything(version: InstrumentVersion) -> tuple[object, ...]:
    return (
        queries._content(version),
        version.texts,
        sorted(version.items.values_list("code", "block", "facet", "scale")),
    )


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_an_export_taken_in_again_changes_nothing(draft, by, kind):
    before = everything(draft)
    content = content_of(draft, kind)

    plan = file_services.look(draft, content)
    file_services.apply(draft, content, revision=now(draft), by=by)

    assert plan.does_nothing, (plan.errors, plan.changed)
    draft.refresh_from_db()
    assert everything(draft) == before


def test_a_json_file_begins_a_questionnaire_of_ones_own(shipped, by):
    made = file_services.begin(content_of(shipped, "json"), name="Bought elsewhere", by=by)

    assert made.instrument.is_own
    assert everything(made)[0] == everything(shipped)[0]
    assert [f.key for f in made.forms.order_by("pk")] == [f.key for f in shipped.forms.order_by("pk")]


def csv_of(draft: InstrumentVersion, **changed: str) -> files.Content:
    """The items with the first line of the header's columns changed in STR1's row, and other rows added."""
    rows = [dict(zip(files.COLUMNS, row, strict=False)) for row in files.tables.read("q.csv", files.to_csv(draft))[1:]]
    first = next(row for row in rows if row["code"] == "STR1")
    first.update(changed)
    table = [[row.get(name, "") for name in files.COLUMNS] for row in rows]
    return files.read("q.csv", files.tables.to_csv(files.COLUMNS, table))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "Other words."}, "raise text_version to 2"),
        ({"is_reversed": "yes"}, "needs a code of its own"),
        ({"construct": "commitment"}, "needs a code of its own"),
        ({"code": "STR9"}, "would enter a construct score"),
        ({"kind": "essay"}, "The kind is one of"),
        ({"code": "STR2"}, "STR2 stands in line"),
        ({"text": ""}, "Write what is asked"),
        ({"forms": "nowhere:1"}, "no form “nowhere”"),
        ({"forms": "employee_full"}, "written as key:page"),
        ({"forms": "customer:1"}, "no wording for those"),
        ({"allows_na": "maybe"}, "allows_na is yes or no"),
        ({"text_version": "x"}, "whole number"),
        ({"left_short": "x" * 41}, "at most 40 fit"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_nothing_is_changed(draft, by, changed, words):
    before, content = everything(draft), csv_of(draft, **changed)

    with pytest.raises(file_services.RowsRefused) as refusal:
        file_services.apply(draft, content, revision=now(draft), by=by)

    assert any(words in error.message and error.where for error in refusal.value.errors), refusal.value.errors
    assert everything(draft) == before


def test_a_correction_by_file_with_a_higher_text_version_is_taken(draft, by):
    content = csv_of(draft, text="I know whom we serve.", text_version="2")

    assert [line.code for line in file_services.look(draft, content).changed] == ["STR1"]
    file_services.apply(draft, content, revision=now(draft), by=by)
    assert (item(draft, "STR1").text, item(draft, "STR1").text_version) == ("I know whom we serve.", 2)


def test_t53_an_item_worded_like_a_formula_comes_back_as_it_went(draft, by):
    text = '=HYPERLINK("x")'
    items.add_item(draft, revision=now(draft), by=by, forms=[], kind="comment", text=text)

    assert f"'{text[:5]}".encode() in files.to_csv(draft)
    assert {row.code: row.fields["text"] for row in content_of(draft, "csv").items}["OWN1"] == text


KEYS = st.sampled_from(["items", "forms", "code", "kind", "text", "key"])
leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=5)
things = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(things)
def test_t57_whatever_stands_in_a_json_file_is_refused_in_words(thing):
    raw = {"schema": files.SCHEMA, "items": thing, "forms": thing, "texts": thing}

    found = files.read("q.json", json.dumps(raw).encode())

    assert found.errors


@pytest.mark.parametrize("content", [b"{", b'{"schema": "other"}', b"\xff\xfe{", b"", b"a,b\n1,2", b"[" * 100_000])
def test_t57_what_is_no_questionnaire_is_refused_as_a_whole(content):
    with pytest.raises(files.DomainError):
        files.read("q.json" if content[:1] in (b"{", b"[") else "q.csv", content)


def test_an_item_of_a_file_enters_no_group_of_the_shipped_ones_unless_it_takes_a_place(draft, by):
    raw = json.loads(files.to_json(draft))
    new = {"kind": "likert", "audience": "employee", "block": "outcome_employee", "forms": {"employee_full": 8}}
    raw["items"] += [
        new | {"code": "MINE1", "text": "The canteen is good."},
        new | {"code": "OUT4", "text": "I am proud of us.", "replaces": "OUT1"},
    ]
    raw["items"] = [row for row in raw["items"] if row["code"] != "OUT1"]

    content = files.read("q.json", json.dumps(raw).encode())
    file_services.apply(draft, content, revision=now(draft), by=by)

    assert list(
        draft.items.filter(code__in=["MINE1", "OUT4"]).values_list("code", "block", "is_custom").order_by("code")
    ) == [
        ("MINE1", "custom", True),
        ("OUT4", "outcome_employee", False),
    ]


def test_languages_travel_in_the_json_file_and_what_cannot_stand_is_named(shipped, draft, by):
    draft.languages.all().delete()
    content = files.read("q.json", files.to_json(shipped).encode())
    german = dict(content.languages["de"])

    assert file_services.look(draft, content).languages == (f"German: {len(german)} texts",)
    file_services.apply(draft, content, revision=now(draft), by=by)
    assert language_queries.row(draft.languages.get(language="de")).is_complete

    content.languages["de"] |= {"item:GONE:text": "Was?", "text:no": "Was?", "item:CU-STR1:text": "Ohne Namen"}
    errors = [error.where for error in file_services.look(draft, content).errors]
    assert errors == ["de, item:CU-STR1:text", "de, text:no"]
