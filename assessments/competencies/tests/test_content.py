"""Loading the shipped library."""

import pytest

from assessments.competencies import content
from assessments.competencies.models import (
    Cluster,
    Competency,
    CompetencyVersion,
    Expectation,
    Indicator,
    Level,
    ProfileSet,
    RoleProfile,
)
from assessments.competencies.tests.factories import LIBRARY, load_library, publish
from people.models import JobRole

pytestmark = pytest.mark.django_db


def test_the_file_becomes_a_published_library(library):
    assert (library.competencies, library.profiles) == (12, 8)
    assert CompetencyVersion.objects.published().count() == 12
    assert list(Cluster.objects.values_list("key", flat=True)) == ["understand", "deliver", "improve", "lead"]
    assert list(Level.objects.values_list("value", "name"))[:3] == [
        (0, "Not shown yet"),
        (1, "Starting"),
        (2, "Applying"),
    ]


def test_a_competency_keeps_every_word_of_the_file(library):
    version = CompetencyVersion.objects.get(competency__key="listening")

    assert version.name == "Listening for needs"
    assert version.constructs == ["communication", "competency"]
    assert version.cluster.key == "understand"
    assert [i.text for i in version.indicators.filter(level=4)] == [
        "Reviews calls or visits with colleagues and points to moments where a need was missed.",
        "Changes scripts, forms or meeting guides so that better questions get asked.",
    ]
    assert len(version.interview_questions) == 2
    assert version.learning[0]["title"] == "Active listening workshop"


def test_role_profiles_are_tied_to_job_roles_by_key(library):
    agent = RoleProfile.objects.get(job_role__key="frontline_agent")

    needs = dict(agent.expectations.values_list("competency__key", "required_level"))
    assert len(needs) == 12
    assert needs["listening"] == 3
    focus = agent.expectations.filter(is_focus=True).values_list("competency__key", flat=True)
    assert set(focus) == {"listening", "clarity", "recovery"}


def test_an_existing_job_role_is_used_not_doubled(db):
    JobRole.objects.create(key="executive", name="Top team")

    load_library()

    assert JobRole.objects.get(key="executive").name == "Top team"


def test_loading_again_changes_nothing_not_even_what_hr_edited(library):
    publish("listening", name="Listening well")
    before = [model.objects.count() for model in (Competency, CompetencyVersion, Indicator, Expectation, ProfileSet)]

    report = load_library()

    assert (report.competencies, report.profiles) == (0, 0)
    after = [model.objects.count() for model in (Competency, CompetencyVersion, Indicator, Expectation, ProfileSet)]
    assert after == before
    assert CompetencyVersion.objects.published().get(competency__key="listening").name == "Listening well"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("schema: competency-library/1", "schema: something/1", "no competency library"),
        ("seven_c: [communication, competency]", "seven_c: [charisma]", "charisma"),
        ("kind: formal_training, title", "kind: osmosis, title", "osmosis"),
    ],
)
def test_a_file_it_does_not_understand_is_refused_whole(db, tmp_path, old, new, words):
    wrong = tmp_path / "library.yaml"
    wrong.write_text(LIBRARY.read_text().replace(old, new, 1))

    with pytest.raises(content.UnknownLibrary, match=words):
        content.load(wrong, by=None)

    assert not Competency.objects.exists()
