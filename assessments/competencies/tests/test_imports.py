"""Competencies come and go as files: dry run, row errors, all or nothing, safe to repeat."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.competencies import library_files
from assessments.competencies.models import Competency, CompetencyVersion, Framework, LibraryImport
from assessments.competencies.queries import files as reads
from assessments.competencies.queries import texts
from assessments.competencies.services import imports, merging
from assessments.competencies.tests.factories import AT, draft_of, editable, publish, wording
from core import tables

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library", "cast")]

NEW = {
    "name": "Bidding fairly",
    "cluster": "Improving service",
    "definition": "Offers what the customer needs at a price both can stand by.",
    "constructs": "strategy, Competency",
    **{f"level_{level}": f"Does it at {level}.\nAnd more at {level}." for level in range(1, 6)},
    "not_level_2": "Promises anything.",
    "learning": "coaching; Two bids; 1,5; 2, 3; With a coach.",
}


@pytest.fixture
def hr(client_of, hana):
    return client_of(hana)


@pytest.fixture
def upload(hana):
    def _upload(*rows, publishes=False, name="a.csv", content=None):
        header = list(dict.fromkeys(column for row in rows for column in row))
        content = content or tables.to_csv(header, [[row.get(column, "") for column in header] for row in rows])
        framework = Framework.objects.in_use().get()
        note = "From a file."
        return imports.upload(framework, name, content, publishes=publishes, change_note=note, by=hana.user, at=AT)

    return _upload


def apply(file, hana) -> bool:
    return imports.apply(file, by=hana.user, at=AT)


def problems(file) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, one.problem) for one in reads.report(file).problems]


def test_the_dry_run_changes_nothing_and_the_apply_writes_what_it_showed(upload, hana):
    file = upload(NEW, {**NEW, "name": "Listening for needs", "definition": "Hears what is meant."})
    report = reads.report(file)
    assert (report.counts["added"], report.counts["changed"], report.may_apply) == (1, 1, True)
    assert not CompetencyVersion.objects.drafts().exists()

    assert apply(file, hana)

    draft = editable("bidding_fairly")
    text = texts.wording_of(draft)
    assert (draft.state, text.cluster, text.constructs) == ("draft", "improve", ("strategy", "competency"))
    assert text.indicators[2] == ("Does it at 2.", "And more at 2.")
    assert text.contrary == {2: ("Promises anything.",)}
    assert [str(one) for one in text.learning] == ["Coaching: Two bids, 1.5 h, for level 2, 3. With a coach."]
    assert editable("listening").definition == "Hears what is meant."


def test_t55_the_same_click_and_the_same_file_twice_change_nothing(upload, hana):
    file = upload(NEW)

    assert apply(file, hana)
    assert not apply(file, hana)
    again = reads.report(upload(NEW))

    assert (again.counts["unchanged"], again.changing, again.may_apply) == (1, 0, False)


def test_a_missing_column_is_left_alone_and_an_empty_cell_empties(upload, hana):
    apply(upload({"key": "listening", "level_1": "", "interview_questions": ""}), hana)

    now = wording("listening")
    assert (1 in now.indicators, now.interview_questions) == (False, ())
    assert (2 in now.indicators, len(now.learning)) == (True, 5)


@pytest.mark.parametrize(
    ("changed", "column", "said"),
    [
        ({"name": ""}, "name", "Is empty."),
        ({"cluster": "Improving servce"}, "cluster", "no such cluster. Closest: improving service."),
        ({"constructs": "strategy, money"}, "constructs", "no C named “money”"),
        ({"level_6": "Too high."}, "level_6", "has 5 levels"),
        ({"level_1": "Same.\nSame."}, "level_1", "say the same"),
        ({"level_1": "x" * 251}, "level_1", "250 letters"),
        ({"learning": "coaching; Two bids"}, "learning", "has not all parts"),
        ({"learning": "bribes; Two; 1; 2; x"}, "learning", "no kind of learning"),
        ({"learning": "coaching; Two; long; 2; x"}, "learning", "write hours as a number"),
        ({"learning": "coaching; Two; 1; ²; x"}, "learning", "levels such as 2, 3"),
        ({"definition": "x" * 301}, "definition", "Longer than 300"),
        ({"key": "no blanks"}, "key", "Use letters, digits"),
    ],
)
def test_a_row_that_cannot_be_imported_says_where_and_what_to_do(upload, hana, changed, column, said):
    file = upload({**NEW, **changed}, {**NEW, "name": "Another"})

    (found,) = problems(file)
    assert (found[0], found[1]) == (2, column)
    assert said in found[2]
    with pytest.raises(imports.HoldsRefusals):
        apply(file, hana)
    assert not Competency.objects.filter(key="another").exists()


def test_two_rows_of_one_name_or_a_name_in_use_are_refused(upload):
    first = problems(upload(NEW, NEW))
    second = problems(upload({**NEW, "key": "bidding", "name": "Listening for needs"}))

    assert first == [(3, "name", "Row 2 has it already. Keep one of the two rows.")]
    assert "“listening” has this name" in second[0][2]


def test_what_cannot_be_published_is_said_before_anything_is_written(upload, hana):
    file = upload({**NEW, "level_4": "", "constructs": ""}, publishes=True)

    assert [(column, problem[:14]) for _, column, problem in problems(file)] == [
        ("level_4", "Needs at least"),
        ("constructs", "Name at least "),
    ]
    assert apply(upload(NEW, publishes=True), hana)
    assert CompetencyVersion.objects.published().get(name="Bidding fairly").change_note == "From a file."


def test_two_drafts_and_a_new_one_are_published_with_few_statements(upload, hana, django_assert_max_num_queries):
    for key in ("listening", "insight"):
        draft_of(key, definition=f"A new sentence on {key}.", contrary={1: ("Nothing.",)})
    rows = [{"key": key, "definition": f"Another sentence on {key}."} for key in ("listening", "insight", "recovery")]
    file = upload(*rows, publishes=True)

    with django_assert_max_num_queries(40):
        apply(file, hana)

    for key, number in (("listening", 2), ("insight", 2), ("recovery", 2)):
        now = CompetencyVersion.objects.published().get(competency__key=key)
        assert (now.number, now.definition) == (number, f"Another sentence on {key}.")
        assert now.indicators.count() == Competency.objects.get(key=key).versions.get(number=1).indicators.exclude(
            level__in=[2, 3] if key != "recovery" else [], is_contrary=True
        ).count() + (1 if key != "recovery" else 0)
    assert not CompetencyVersion.objects.drafts().exists()


def test_publishing_takes_a_waiting_draft_along(upload, hana):
    draft_of("listening", definition="Hears what is meant.")

    assert apply(upload({"key": "listening", "definition": "Hears what is meant."}, publishes=True), hana)

    assert CompetencyVersion.objects.published().get(competency__key="listening").number == 2


def test_f24_a_library_that_changed_since_the_check_is_checked_anew(upload, hana):
    file = upload({"key": "listening", "definition": "Hears what is meant."})
    publish("listening", definition="Hears more than is said.")

    with pytest.raises(imports.ChangedSince):
        apply(file, hana)

    assert file.lines.get().changes[0]["old"] == "Hears more than is said."
    assert apply(file, hana)


def test_a_competency_that_resembles_another_is_noted_and_a_merged_one_refused(upload):
    merging.merge(
        Competency.objects.get(key="insight"),
        Competency.objects.get(key="clarity"),
        change_note="Same.",
        by=None,
        at=AT,
    )
    file = upload({**NEW, "name": "Listening to needs"})
    merged = upload({"key": "insight", "definition": "New words."})

    assert file.lines.get(row=2).notes == ["Resembles “Listening for needs” (in name)."]
    assert problems(merged) == [(2, "key", "Was merged into another competency. Take the row out.")]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_an_export_comes_back_without_a_change_and_with_one(hr, upload, kind):
    publish("listening", contrary={2: ("Guesses.",), 3: ("-5 = rude",)})
    file = hr.get(f"/competencies/library.{kind}")
    assert file.status_code == 200

    report = reads.report(upload(name=f"library.{kind}", content=file.content))

    assert (report.rows, report.counts["unchanged"]) == (12, 12)


def test_t53_no_cell_of_the_export_begins_a_formula(hr):
    publish("listening", job_description_sentence="=HYPERLINK(1)")

    rows = list(csv.DictReader(io.StringIO(hr.get("/competencies/library.csv").content.decode("utf-8-sig"))))

    assert rows[0]["job_description_sentence"] == "'=HYPERLINK(1)"


def _json(**row) -> bytes:
    return json.dumps({"schema": library_files.SCHEMA, "competencies": [row]}).encode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"nmae,cluster\nx,y\n", "Did you mean “name”"),
        ("a.csv", b"definition\nx\n", "neither a column “key” nor “name”"),
        ("a.csv", b"name,name\nx,y\n", "is there twice"),
        ("a.csv", b"name\n", "a heading and no rows"),
        ("a.json", b"{", "not a JSON file in UTF-8. Line 1"),
        ("a.json", b"[" * 100_000, "not a JSON file"),
        ("a.json", b'{"schema": "other"}', "needs “schema”"),
        ("a.json", b'{"schema": "competency-library/1", "competencies": []}', "holds 1 to 2,000"),
        ("a.json", b'{"schema": "competency-library/1", "competencies": [3]}', "Competency 1 is not in the form"),
        ("a.json", _json(name="Nul \0"), "Competency 1 has a character in “name”"),
        ("a.json", _json(levels={"2": ["Fine.", "Half a pair \ud800"]}), "Competency 1 has a character in “level_2”"),
        ("a.json", _json(learning=[{"for_levels": [float("inf")]}]), "Competency 1 is not in the form"),
        ("a.xlsx", b"no zip", "not an XLSX file"),
    ],
)
def test_t18_t57_a_file_that_cannot_be_read_is_refused_with_a_remedy(hr, name, content, said):
    answer = hr.post("/competencies/imports/", {"file": SimpleUploadedFile(name, content)})

    assert answer.status_code == 422
    assert said in answer.text
    assert not LibraryImport.objects.exists()


def test_hr_mends_a_file_and_imports_it_in_the_browser(hr):
    def post(rows):
        file = SimpleUploadedFile("new.csv", tables.to_csv(list(NEW), [list(row.values()) for row in rows]))
        return hr.post("/competencies/imports/", {"file": file, "publishes": "on", "change_note": "New."}, follow=True)

    bad = post([{**NEW, "cluster": "Nowhere"}])
    assert "1 row cannot be imported" in bad.text
    assert "Import and publish" not in bad.text
    refused = hr.get(f"{bad.request['PATH_INFO']}refused.csv").content.decode("utf-8-sig")
    assert "cluster: There is no such cluster." in refused
    assert "thrown away" in hr.post(f"{bad.request['PATH_INFO']}removal/", follow=True).text

    good = post([NEW])
    assert "Import and publish: 1 row" in good.text
    assert "The file is imported." in hr.post(f"{good.request['PATH_INFO']}application/", follow=True).text
    assert "Bidding fairly" in hr.get("/competencies/").text
    assert hr.post(f"{good.request['PATH_INFO']}removal/").status_code == 422


def test_the_template_comes_in_as_it_is(hr, upload):
    template = hr.get("/competencies/imports/template.xlsx").content

    report = reads.report(upload(name="template.xlsx", content=template))

    assert (report.refused, report.counts["changed"]) == (0, 1)  # its example is the shipped “listening”


def test_publishing_wants_a_note(hr):
    file = SimpleUploadedFile("new.csv", tables.to_csv(list(NEW), [list(NEW.values())]))

    answer = hr.post("/competencies/imports/", {"file": file, "publishes": "on"})

    assert answer.status_code == 422
    assert "Say in a sentence what changed and why" in answer.text


def test_old_files_are_forgotten(upload, hana):
    kept = upload(NEW)
    apply(kept, hana)
    upload(NEW)

    assert imports.forget_old(at=AT + timedelta(days=8)) == 1
    assert imports.forget_old(at=AT + timedelta(days=31)) == 1
    assert list(LibraryImport.objects.all()) == [kept]


def test_the_json_export_has_the_form_of_the_shipped_file(hr):
    data = json.loads(hr.get("/competencies/library.json").content)

    assert (data["schema"], len(data["clusters"]), len(data["competencies"])) == (library_files.SCHEMA, 4, 12)
    assert data["competencies"][0]["levels"]["1"][0] == "Lets the customer finish before answering."


def test_clusters_come_along_in_json_added_reworded_and_never_taken(hr, upload, hana):
    data = json.loads(hr.get("/competencies/library.json").content)
    first, *others = data["clusters"]
    new = {"key": "bids", "name": "Bidding", "text": "From need to offer.", "order": 99}
    data["clusters"] = [new, {**first, "name": "Understanding anew"}]
    data["competencies"][0]["cluster"] = "bids"
    before = [(one.key, one.name) for one in Framework.objects.in_use().get().clusters.all()]

    file = upload(name="a.json", content=json.dumps(data).encode())

    page = hr.get(f"/competencies/imports/{file.pk}/").text
    assert "<ins>Bidding: From need to offer.</ins>" in page
    assert f"<del>{first['name']}" in page
    assert [(one.key, one.name) for one in Framework.objects.in_use().get().clusters.all()] == before
    assert apply(file, hana)
    after = [(one.key, one.name) for one in Framework.objects.in_use().get().clusters.all()]
    kept = [(one["key"], one["name"]) for one in others]
    assert after == [(first["key"], "Understanding anew"), *kept, ("bids", "Bidding")]
    assert editable(data["competencies"][0]["key"]).cluster.key == "bids"
    again = reads.report(upload(name="a.json", content=json.dumps(data).encode()))
    assert (again.changing, again.file.cluster_changes, again.may_apply) == (0, [], False)


def test_f24_clusters_that_changed_since_the_check_are_shown_anew(hr, upload, hana):
    data = json.loads(hr.get("/competencies/library.json").content)
    data["clusters"][0]["text"] = "Other words."
    file = upload(name="a.json", content=json.dumps(data).encode())
    assert "Import the clusters" in hr.get(f"/competencies/imports/{file.pk}/").text
    Framework.objects.in_use().get().clusters.filter(key=data["clusters"][0]["key"]).update(name="Renamed here")

    with pytest.raises(imports.ChangedSince):
        apply(file, hana)

    file.refresh_from_db()
    assert file.cluster_changes[0]["old_name"] == "Renamed here"


@pytest.mark.parametrize(
    ("clusters", "said"),
    [
        ({"a": 1}, "is a list of at most"),
        ([{"key": "a"}], "needs a “key” and a “name”"),
        ([{"key": "a b", "name": "A"}], "needs 1 to 60 letters"),
        ([{"key": "a", "name": "x" * 81}], "a name of 1 to 80 letters"),
        ([{"key": "a", "name": "Nul \0"}], "stands for no letter"),
        ([{"key": "a", "name": "One"}, {"key": "b", "name": "one"}], "would have the name “one”"),
        ([{"key": "a", "name": "Improving service"}], "would have the name “improving service”"),
    ],
)
def test_t57_clusters_that_cannot_be_taken_refuse_the_file(hr, clusters, said):
    data = json.loads(hr.get("/competencies/library.json").content) | {"clusters": clusters}
    file = SimpleUploadedFile("a.json", json.dumps(data).encode())

    answer = hr.post("/competencies/imports/", {"file": file})

    assert answer.status_code == 422
    assert said in answer.text


def test_checking_many_rows_takes_no_more_queries(upload, django_assert_max_num_queries):
    rows = [{**NEW, "name": f"Competency number {n}"} for n in range(60)]

    with django_assert_max_num_queries(25):
        upload(*rows)
