"""A competency that says nearly the same as another one is pointed out in words, never refused."""

import pytest

from assessments.competencies.models import CompetencyVersion
from assessments.competencies.queries import resembling as reads
from assessments.competencies.resemblance import Entry, resembling, trigrams
from assessments.competencies.tests.factories import draft_of, wording

LISTENING = Entry("listening", "Listening for needs", "Draws out what a customer needs and checks understanding.")
RECOVERY = Entry("recovery", "Putting things right", "Owns a failure, repairs it and wins trust back.")


def test_trigrams_are_counted_as_postgresql_counts_them():
    assert trigrams("Cat") == {"  c", " ca", "cat", "at "}
    assert trigrams("") == frozenset()


@pytest.mark.parametrize(
    ("name", "definition", "found"),
    [
        ("Listening to needs", "", [("listening", ("name",))]),
        ("needs LISTENING for", "", [("listening", ("name",))]),
        ("Asking well", "Draws out what a customer needs and checks it.", [("listening", ("meaning",))]),
        ("Putting it right", "Owns a failure and repairs it, and wins trust.", [("recovery", ("name", "meaning"))]),
        ("Budgeting", "Plans and keeps a budget.", []),
        ("", "", []),
    ],
)
def test_names_and_meanings_are_compared(name, definition, found):
    assert [(one.entry.key, one.parts) for one in resembling(name, definition, [LISTENING, RECOVERY])] == found


@pytest.mark.django_db
@pytest.mark.usefixtures("library")
def test_the_shipped_library_resembles_itself_nowhere():
    for version in CompetencyVersion.objects.published().select_related("competency"):
        framework = version.competency.framework_id
        assert not reads.alike(version.name, version.definition, framework=framework, but_not=version.competency), (
            version.name
        )


@pytest.mark.django_db
@pytest.mark.usefixtures("library", "cast")
def test_the_editor_and_the_publication_name_what_a_text_resembles(client_of, hana):
    hr = client_of(hana)
    draft_of("insight", name="Listening for the needs", definition=wording("insight").definition)

    for page in ("/competencies/insight/edit/", "/competencies/insight/publication/"):
        text = " ".join(hr.get(page).text.split())
        assert "This resembles another competency." in text
        assert '<a href="/competencies/listening/">Listening for needs</a> (in name)' in text
    assert "This resembles" not in hr.get("/competencies/recovery/edit/").text
