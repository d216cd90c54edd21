"""Documents from one version of the model: what stands in them, editing, DOCX, and who reads them."""

import io

import pytest
from docx import Document as Docx

from assessments.competencies import document_text, services
from assessments.competencies.document_files import to_docx
from assessments.competencies.models import Document, RoleProfile
from assessments.competencies.queries import documents as reads
from assessments.competencies.services import documents
from assessments.competencies.tests.factories import AT, editable, publish
from people.models import JobRole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library", "cast")]

Kind = Document.Kind


@pytest.fixture
def hr(client_of, hana):
    return client_of(hana)


def made(kind: str, *, role: str = "account_manager", only_focus: bool = True) -> Document:
    profile = RoleProfile.objects.get(job_role__key=role)
    return documents.generate(profile, kind, only_focus=only_focus, by=None, at=AT)


def test_the_marks_stand_for_parts():
    text = "# A\n\nOne\ntwo\n\n- x\n- y\n1. p\n2. q\n| a | b |\n| c |\n### Z"

    assert [(part.kind, part.lines or part.rows, part.size) for part in document_text.parts(text)] == [
        ("heading", ("A",), 1),
        ("paragraph", ("One", "two"), 0),
        ("points", ("x", "y"), 0),
        ("numbered", ("p", "q"), 0),
        ("table", (("a", "b"), ("c", "")), 0),
        ("heading", ("Z",), 3),
    ]


def test_a_job_description_says_what_one_does_and_what_one_sees():
    text = made(Kind.JOB_DESCRIPTION).text

    assert text.startswith("# Account manager\n\nGrows and keeps relationships with a set of business customers.")
    assert "- Listens to customers with care, finds the need behind the request" in text
    assert "| Listening for needs | 4 Guiding, focus | Reviews calls or visits with colleagues" in text
    assert "From version 1 of the role profiles" in text


def test_an_advert_is_one_paragraph_of_the_focus_competencies():
    text = made(Kind.JOB_ADVERT).text

    assert len(document_text.parts(text)) == 1
    assert "someone who listens to customers with care" in text
    assert "Adapts service" not in text  # not a focus of this role


def test_an_interview_guide_has_questions_probes_anchors_and_a_score_sheet_without_a_total():
    publish("listening", contrary={4: ("Keeps what was heard to oneself.",)})
    text = made(Kind.INTERVIEW_GUIDE).text

    assert "## 1. Listening for needs, level 4 needed" in text
    assert "1. Tell me about a time a customer asked for one thing and needed another." in text
    assert "- What came of it for the customer, and how do you know?" in text
    assert "| 1 Starting | Lets the customer finish before answering." in text
    assert "Does not look like level 4: Keeps what was heard to oneself." in text
    assert "| Listening for needs | 4 |  |  |" in text
    assert "No total" in text
    assert text.count("### Anchors") == 3
    assert made(Kind.INTERVIEW_GUIDE, only_focus=False).text.count("### Anchors") == 12


def test_a_star_performer_interview_follows_the_prompts_of_the_framework():
    text = made(Kind.STAR_INTERVIEW).text

    assert "# Star-performer interview: Account manager" in text
    assert "1. Think of a time in the last year when you served a customer especially well." in text
    assert "- Listening for needs: Draws out what a customer needs" in text


def test_a_document_keeps_the_versions_it_came_from():
    document = made(Kind.JOB_DESCRIPTION)
    assert not reads.document_page(document).is_behind
    before = editable("listening")

    publish("listening", definition="Asks until the need is plain.")

    page = reads.document_page(document)
    assert before in page.versions
    assert page.is_behind
    assert "Asks until the need is plain." not in document.text


def test_the_docx_holds_headings_lists_and_tables():
    document = made(Kind.INTERVIEW_GUIDE)

    docx = Docx(io.BytesIO(to_docx(document.title, document.text)))

    styles = {paragraph.style.name for paragraph in docx.paragraphs}
    assert {"Heading 1", "Heading 2", "Heading 3", "List Bullet"} <= styles
    assert docx.tables[0].rows[1].cells[0].text == "1 Starting"
    assert docx.core_properties.title == "Structured interview guide: Account manager"
    assert docx.core_properties.author == ""


def test_t57_strange_characters_do_not_break_the_file():
    docx = Docx(io.BytesIO(to_docx("T\x00itle", "| a |\n|\n\x0b=1+1 <b>&amp;")))

    assert docx.core_properties.title == "Title"
    assert docx.paragraphs[-1].text == "=1+1 <b>&amp;"


def test_hr_makes_edits_and_takes_a_document_away(hr):
    profile = RoleProfile.objects.get(job_role__key="executive")
    page = hr.get("/competencies/documents/new/?role=executive").text
    assert f'<option value="{profile.pk}" selected>' in page
    answer = hr.post("/competencies/documents/new/", {"profile": profile.pk, "kind": "job_advert"}, follow=True)
    assert "We are looking for: Executive." in answer.text
    document = Document.objects.get()
    url = f"/competencies/documents/{document.pk}"

    hr.post(f"{url}/edit/", {"title": "Advert", "text": "# Come\n\n<script>x</script>", "revision": 1})

    page = hr.get(f"{url}/").text
    assert "<h2>Come</h2>" in page
    assert "&lt;script&gt;" in page
    file = hr.get(f"{url}/file.docx")
    assert file["Content-Disposition"] == 'attachment; filename="advert.docx"'
    assert hr.post(f"{url}/removal/", follow=True).status_code == 200
    assert not Document.objects.exists()


def test_t55_f24_the_second_editor_sees_what_is_saved_and_keeps_what_was_typed(hr):
    document = made(Kind.JOB_ADVERT)
    url = f"/competencies/documents/{document.pk}/edit/"
    hr.post(url, {"title": "First", "text": "Saved words.", "revision": 1})

    answer = hr.post(url, {"title": "Second", "text": "Typed words.", "revision": 1})

    assert answer.status_code == 409
    assert "Saved words." in answer.text
    assert "Typed words." in answer.text
    document.refresh_from_db()
    assert document.title == "First"
    assert hr.post(url, {"title": "Second", "text": "Typed words.", "revision": 2}).status_code == 302


def test_managers_read_and_only_hr_writes(client_of, max, eve, ada, petra):
    document = made(Kind.INTERVIEW_GUIDE)
    url = f"/competencies/documents/{document.pk}/"

    assert [client_of(one).get(url).status_code for one in (max, petra, eve, ada)] == [200, 200, 403, 403]
    assert client_of(max).get(f"{url}edit/").status_code == 403
    assert "Edit" not in client_of(max).get(url).text.split("<main")[1]


def test_a_role_without_competencies_makes_no_document():
    newest = RoleProfile.objects.first().profile_set
    role = JobRole.objects.create(key="porter", name="Porter")
    empty = RoleProfile.objects.create(profile_set=newest, job_role=role, name="Porter")

    with pytest.raises(services.NotReady, match="names no competency"):
        documents.generate(empty, Kind.JOB_ADVERT, only_focus=False, by=None, at=AT)
