"""HR edits a competency in the browser."""

import pytest

from assessments.competencies.forms.wording import ACTIVITY_PARTS, activity_row
from assessments.competencies.models import Competency, CompetencyVersion, Framework
from assessments.competencies.queries import texts
from assessments.competencies.tests.factories import draft_of, editable, publish, wording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library", "cast")]

EDIT = "/competencies/listening/edit/"


@pytest.fixture
def hr(client_of, hana):
    return client_of(hana)


def typed(key="listening", do="save", **changed):
    """The form as the editor shows it, with some fields changed."""
    text = wording(key)
    data = {
        "name": text.name,
        "cluster": text.cluster,
        "definition": text.definition,
        "constructs": list(text.constructs),
        "job_description_sentence": text.job_description_sentence,
        "interview_questions": "\n".join(text.interview_questions),
        "started_from": editable(key).mark,
        "do": do,
        **{f"indicator_{level}": list(lines) for level, lines in text.indicators.items()},
        **{f"contrary_{level}": "\n".join(lines) for level, lines in text.contrary.items()},
        **{f"learning_{part}": [activity_row(activity)[part] for activity in text.learning] for part in ACTIVITY_PARTS},
    }
    return {**data, **changed}


def test_the_editor_shows_the_words_in_use(hr):
    page = hr.get(EDIT).text

    assert "Draws out what a customer needs, says and feels" in page
    assert "One sentence, at most 25 words. 16 used." in page
    assert page.count('name="indicator_3"') == 3
    assert "Publish version 2" in page


def test_t35_opening_the_editor_starts_no_draft(hr):
    hr.get(EDIT)

    assert not CompetencyVersion.objects.drafts().exists()


def test_saving_makes_a_draft_and_leaves_the_version_in_use(hr, hana):
    answer = hr.post(EDIT, typed(name="Listening well", indicator_1=["  One  thing. ", "", "Another."]), follow=True)

    assert "Draft saved" in answer.text
    draft = editable("listening")
    assert (draft.name, draft.saved_by, draft.number) == ("Listening well", hana.user, 2)
    assert texts.indicators_of(draft)[1] == ("One thing.", "Another.")
    assert CompetencyVersion.objects.published().get(competency__key="listening").name == "Listening for needs"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": ""}, "This field is required"),
        ({"cluster": "nowhere"}, "Select a valid choice"),
        ({"constructs": ["charisma"]}, "Select a valid choice"),
        ({"indicator_2": ["Same.", "Same."]}, "say the same"),
        ({"indicator_2": [f"Number {n}." for n in range(9)]}, "At most 8 lines"),
        ({"indicator_2": ["x" * 251]}, "longer than 250 letters"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_field_and_stays_typed(hr, changed, words):
    answer = hr.post(EDIT, typed(definition="What I typed.", **changed))

    assert answer.status_code == 422
    assert words in answer.text
    assert "What I typed." in answer.text
    assert not CompetencyVersion.objects.drafts().exists()


def test_words_nobody_can_see_are_pointed_out_and_do_not_stop_a_draft(hr):
    hr.post(EDIT, typed(indicator_4=["Always handles complaints very well."]))

    assert "“Always” and “very well” cannot be seen" in hr.get(EDIT).text


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("add-1", ["One.", "Two.", ""]),
        ("up-1-1", ["Two.", "One."]),
        ("up-1-0", ["One.", "Two."]),
        ("remove-1-0", ["Two."]),
        ("remove-1-9", ["One.", "Two."]),
        ("remove-1-²", ["One.", "Two."]),
    ],
)
def test_rows_are_moved_without_javascript_and_nothing_is_saved(hr, command, lines):
    answer = hr.post(EDIT, typed(do=command, name="Half typed", indicator_1=["One.", "Two."]))

    level = next(one for one in answer.context["form"].typed_levels() if one.level.value == 1)
    assert [line.text for line in level.lines] == lines
    assert "Half typed" in answer.text
    assert not CompetencyVersion.objects.drafts().exists()


def test_t55_f24_the_second_editor_sees_both_texts_and_keeps_what_was_typed(hr, client_of, hana):
    opened = typed(name="What I typed", definition="My own sentence.")
    draft_of("listening", by=hana.user, definition="Her sentence.")

    answer = hr.post(EDIT, opened)

    assert answer.status_code == 409
    assert "Somebody saved this competency while you were writing" in answer.text
    assert "What I typed" in answer.text
    assert "My own" in answer.text
    assert "Her" in answer.text
    assert editable("listening").definition == "Her sentence."

    again = hr.post(EDIT, {**opened, "started_from": answer.context["form"]["started_from"].value()})

    assert again.status_code == 302
    assert editable("listening").definition == "My own sentence."


def test_publishing_shows_what_changed_and_wants_a_note(hr):
    answer = hr.post(
        EDIT, typed(do="publish", definition="Draws out what a customer needs and checks it."), follow=True
    )
    assert "What changed since version 1" in answer.text
    assert "<del>" in answer.text
    url = answer.request["PATH_INFO"]
    mark = editable("listening").mark

    refused = hr.post(url, {"change_note": "", "started_from": mark})
    assert refused.status_code == 422

    done = hr.post(url, {"change_note": "Shorter.", "started_from": mark}, follow=True)
    assert "Version 2 is in use" in done.text
    assert CompetencyVersion.objects.published().get(competency__key="listening").change_note == "Shorter."


def test_an_incomplete_draft_is_refused_with_the_reason(hr):
    draft_of("listening", indicators={1: ("One.",)})

    answer = hr.post(
        "/competencies/listening/publication/", {"change_note": "Note.", "started_from": editable("listening").mark}
    )

    assert answer.status_code == 422
    assert "Missing: 2 Applying, 3 Skilled" in answer.text


def test_without_a_draft_there_is_nothing_to_publish(hr):
    assert "There is no draft to publish" in hr.get("/competencies/listening/publication/", follow=True).text


def test_a_new_competency_is_a_draft_until_published(hr, client_of, eve):
    answer = hr.post(
        "/competencies/new/",
        typed(name="Seeing the whole", started_from="", do="save"),
        follow=True,
    )

    assert "Draft saved" in answer.text
    assert client_of(eve).get("/competencies/seeing_the_whole/").status_code == 404
    assert "Seeing the whole" in hr.get("/competencies/seeing_the_whole/preview/").text


def test_t54_a_second_click_starts_no_second_competency(hr):
    new = typed(name="Seeing the whole", started_from="", do="save")

    addresses = {hr.post("/competencies/new/", new).url for _ in range(2)}

    assert addresses == {"/competencies/seeing_the_whole/edit/"}
    assert CompetencyVersion.objects.filter(name="Seeing the whole").count() == 1


def test_discarding_and_retiring(hr):
    draft_of("listening")
    hr.post("/competencies/listening/discarded-draft/", {"started_from": editable("listening").mark})
    assert not CompetencyVersion.objects.drafts().exists()

    hr.post("/competencies/listening/retirement/")
    assert editable("listening").state == "retired"

    publish("listening", name="Listening again")  # and back into use with new words
    assert editable("listening").state == "published"


def test_t55_discarding_a_draft_that_changed_is_refused(hr):
    read = draft_of("listening", name="First").mark
    draft_of("listening", name="Second")

    answer = hr.post("/competencies/listening/discarded-draft/", {"started_from": read}, follow=True)

    assert "Somebody saved this competency" in answer.text
    assert CompetencyVersion.objects.drafts().exists()


def test_t09_only_an_hr_administrator_writes(client_of, cast):
    before = list(CompetencyVersion.objects.order_by("pk").values())
    draft = typed(name="Mine now")

    for person in (cast.eve, cast.max, cast.ada, cast.ingrid, cast.petra):
        client = client_of(person)
        for url in (EDIT, "/competencies/new/", "/competencies/listening/publication/", "/competencies/profiles/edit/"):
            assert client.get(url).status_code == 403
            assert client.post(url, draft).status_code == 403
        for url in ("/competencies/listening/retirement/", "/competencies/listening/discarded-draft/"):
            assert client.post(url).status_code == 403

    assert list(CompetencyVersion.objects.order_by("pk").values()) == before
    assert Competency.objects.count() == 12
    assert Framework.objects.count() == 1


def test_t06_fields_that_are_not_in_the_form_are_ignored(hr):
    hr.post(EDIT, typed(name="Listening well", state="published", number="9", revision="7", published_at="2026-01-01"))

    draft = editable("listening")
    assert (draft.state, draft.number, draft.revision, draft.published_at) == ("draft", 2, 1, None)


def test_what_a_level_does_not_look_like_and_ways_to_learn_it_are_part_of_a_version(hr):
    activity = {"kind": "coaching", "title": " Two  talks ", "hours": "1,5", "levels": "3 2", "text": "With a coach."}
    changed = {f"learning_{part}": [text, ""] for part, text in activity.items()}

    answer = hr.post(EDIT, typed(contrary_2="Guesses. \n\nInterrupts.", **changed), follow=True)

    assert "Draft saved" in answer.text
    saved = texts.wording_of(editable("listening"))
    assert saved.contrary[2] == ("Guesses.", "Interrupts.")
    assert [str(one) for one in saved.learning] == ["Coaching: Two talks, 1.5 h, for level 2, 3. With a coach."]
    assert "Does not look like:" in hr.get("/competencies/listening/preview/").text
    assert "does not look like" in hr.get("/competencies/listening/publication/").text


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        ("hours", "a while", "write the hours as a number"),
        ("levels", "", "name the levels that it helps to reach"),
        ("levels", "²", "name the levels that it helps to reach"),
        ("kind", "bribery", "choose a kind of learning"),
    ],
)
def test_an_activity_that_cannot_be_read_is_named_with_its_remedy(hr, part, text, said):
    row = {"kind": "coaching", "title": "Two talks", "hours": "1", "levels": "2", "text": "", part: text}

    answer = hr.post(EDIT, typed(**{f"learning_{name}": [value] for name, value in row.items()}))

    assert answer.status_code == 422
    assert f"“Two talks”: {said}" in answer.text


def test_a_row_of_learning_is_added_and_removed_without_script(hr):
    before = hr.get(EDIT).text.count('name="learning_title"')

    added = hr.post(EDIT, typed(do="add-learning"))
    removed = hr.post(EDIT, typed(do="remove-learning-0"))

    assert added.text.count('name="learning_title"') == before + 1
    assert removed.text.count('name="learning_title"') == before - 1
    assert not CompetencyVersion.objects.drafts().exists()
