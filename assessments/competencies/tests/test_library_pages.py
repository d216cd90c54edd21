"""What each audience reads of the library (access.md, rows 6 and 7)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.competencies import services
from assessments.competencies.models import Competency, CompetencyVersion, Framework
from assessments.competencies.queries import documents, expected_of, library_evidence
from assessments.competencies.queries import library as reads
from assessments.competencies.services import documents as document_services
from assessments.competencies.tests.factories import AT, draft_of, publish, wording
from people.models import JobRole
from people.tests.factories import EmployeeFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library", "cast")]

LIBRARY = "/competencies/"
SECRET = "Hears what nobody says."


@pytest.fixture
def agent(eve):
    eve.job_role = JobRole.objects.get(key="frontline_agent")
    eve.save(update_fields=["job_role"])
    return eve


def test_everybody_reads_the_library(client_of, cast):
    for person in (cast.eve, cast.max, cast.hana, cast.petra, cast.ada, cast.ingrid):
        page = client_of(person).get(LIBRARY)

        assert page.status_code == 200
        assert "Listening for needs" in page.text
        assert "12 competencies in use" in page.text


def test_a_long_library_and_many_documents_come_in_pages(client_of, cast, monkeypatch):
    monkeypatch.setattr(reads, "ENTRIES_PER_PAGE", 5)
    monkeypatch.setattr(documents, "DOCUMENTS_PER_PAGE", 1)
    for kind in ("job_advert", "job_description"):
        profile = documents.roles().get(job_role__key="frontline_agent")
        document_services.generate(profile, kind, only_focus=False, by=cast.hana.user, at=AT)
    client = client_of(cast.hana)

    pages = [client.get(LIBRARY, {"page": number}) for number in (1, 2, 3)]

    names = [[entry.key for group in page.context["page"].groups for entry in group.entries] for page in pages]
    assert [len(keys) for keys in names] == [5, 5, 2]
    assert len({key for keys in names for key in keys}) == 12
    assert "1 to 5 of 12" in pages[0].text
    assert "12 competencies in use" in pages[2].text
    assert "1 to 5 of" in client.get(LIBRARY, {"state": "published"}).text
    assert len(client.get("/competencies/listening/").context["library"].groups) == 4, "the list beside is whole"
    assert "2 to 2 of 2" in client.get("/competencies/documents/?page=2").text


def test_row_7_a_draft_is_read_by_hr_and_auditor_only(client_of, cast):
    draft_of("listening", definition=SECRET)
    services.add_competency(Framework.objects.get(), wording("insight", name="Secret new one"), by=None, at=AT)

    for person, reads_it in (
        (cast.eve, False),
        (cast.max, False),
        (cast.ada, False),
        (cast.hana, True),
        (cast.petra, True),
        (cast.ingrid, True),
    ):
        client = client_of(person)
        seen = client.get(LIBRARY).text + client.get(LIBRARY, {"state": "draft"}).text
        assert ("Draft waiting" in seen) is reads_it
        assert ("Secret new one" in seen) is reads_it
        assert client.get("/competencies/listening/versions/2/").status_code == (200 if reads_it else 404)
        assert client.get("/competencies/secret_new_one/").status_code == (200 if reads_it else 404)
        assert SECRET not in client.get("/competencies/listening/").text


def test_t24_search_does_not_betray_the_words_of_a_draft(client_of, cast):
    draft_of("listening", definition=SECRET)

    assert "0 found" in client_of(cast.eve).get(LIBRARY, {"q": "nobody says"}).text
    assert "1 found" in client_of(cast.hana).get(LIBRARY, {"q": "nobody says"}).text


def test_search_looks_into_names_meanings_and_indicators(client_of, cast):
    client = client_of(cast.eve)

    for word in ("Listening for", "feels, and checks", "angry or upset"):
        found = client.get(LIBRARY, {"q": word}).text
        assert "Listening for needs" in found
        assert "Owning the outcome" not in found
    assert "Nothing found" in client.get(LIBRARY, {"q": "zebra"}).text


def test_t23_an_unknown_state_shows_the_whole_library(client_of, cast):
    assert "Listening for needs" in client_of(cast.eve).get(LIBRARY, {"state": "1; drop"}).text


def test_the_list_says_how_many_roles_and_people_it_concerns(client_of, agent, cast):
    usage = reads.usage_by_competency()[Competency.objects.get(key="listening").pk]

    assert (usage.roles, usage.people) == (8, 1)
    assert "8 roles, 1 person" in client_of(cast.hana).get(LIBRARY).text


def test_a_competency_shows_its_levels_and_the_one_my_role_needs(client_of, agent):
    page = client_of(agent).get("/competencies/listening/").text

    assert "Lets the customer finish before answering." in page
    assert page.count("Needed in your role") == 1
    assert "Your role needs level 3" in page


def test_an_older_version_stays_readable_and_says_so(client_of, cast):
    publish("listening", name="Listening well")

    old = client_of(cast.eve).get("/competencies/listening/versions/1/").text

    assert "You are reading version 1" in old
    assert "Listening for needs" in old


def test_t12_words_are_escaped(client_of, cast):
    publish(
        "listening", definition="<script>alert(1)</script> & co", indicators=dict.fromkeys(range(1, 6), ("<b>x</b>",))
    )

    for url in (
        LIBRARY,
        "/competencies/listening/",
        "/competencies/listening/edit/",
        "/competencies/listening/preview/",
    ):
        page = client_of(cast.hana).get(url).text
        assert "<script>alert(1)" not in page
        assert "<b>x</b>" not in page


def test_the_list_is_narrowed_by_the_c_that_is_served(client_of, eve):
    page = client_of(eve).get(LIBRARY, {"construct": "strategy"}).text
    served = {one.name for one in CompetencyVersion.objects.published() if "strategy" in one.constructs}

    assert served
    assert f"{len(served)} found." in page
    assert all(name in page for name in served)
    assert "Listening for needs" not in page


def test_what_is_expected_of_somebody_follows_their_role(agent, olga):
    role = expected_of(agent)

    assert role is not None
    assert role.name == "Front-line service agent"
    assert {need.competency.key: need.required_level for need in role.needs}["clarity"] == 3
    assert expected_of(olga) is None


def test_a_retired_competency_is_expected_of_nobody(agent):
    services.retire(Competency.objects.get(key="clarity"), by=None, at=AT)

    assert "clarity" not in {need.competency.key for need in expected_of(agent).needs}


def test_evidence_for_the_second_step(agent):
    evidence = library_evidence()

    assert (evidence.competencies, evidence.clusters, evidence.profiles) == (12, 4, 8)
    assert evidence.profile_set_number == 1
    assert (evidence.people_with_profile, evidence.people_without_profile) == (1, 9)


@pytest.mark.parametrize(
    "url", [LIBRARY, "/competencies/listening/", "/competencies/profiles/", "/competencies/profiles/executive/"]
)
def test_each_page_costs_the_same_number_of_queries_for_more(client_of, cast, agent, url):
    def cost() -> int:
        client = client_of(cast.hana)
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    few = cost()
    EmployeeFactory.create_batch(30, unit=cast.sales, manager=cast.sam, job_role=agent.job_role)
    framework = Framework.objects.get()
    for number in range(20):
        new = services.add_competency(framework, wording("insight", name=f"Number {number}"), by=None, at=AT)
        services.publish(new.competency, started_from=new.mark, change_note="More.", by=None, at=AT)

    assert cost() == few
    assert few <= 22
