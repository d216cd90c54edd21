"""HR's journeys through the model in a real browser: edit and publish, mend an import, take away an interview guide."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document as Docx
from playwright.sync_api import expect

from assessments.competencies.queries import texts
from assessments.competencies.tests.factories import editable
from assessments.competencies.tests.test_imports import NEW
from core import tables

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("library", "cast")]


def clean(page: Page) -> None:
    """No accessibility findings on this page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_hr_edits_a_competency_with_levels_and_publishes_with_a_diff(page_of, hana):
    page = page_of(hana.user)
    page.goto("/competencies/listening/edit/")
    page.get_by_label("Level 2, indicator 1").fill("Asks open questions and waits for the answer.")
    page.get_by_role("button", name="Add indicator to level 2").click()
    page.get_by_label("Level 2, indicator 3").fill("Notes what was agreed.")
    page.get_by_label("Does not look like level 2").fill("Guesses what is meant.")
    page.get_by_label("Title").first.fill("Listening lab")
    clean(page)
    page.get_by_role("button", name="Save draft", exact=True).last.click()
    expect(page.get_by_text("Draft saved.")).to_be_visible()

    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publish version 2")
    expect(page.locator("ins", has_text="Notes what was agreed.")).to_be_visible()
    expect(page.locator("ins", has_text="Guesses what is meant.")).to_be_visible()
    page.get_by_label("What changed and why").fill("Customers said we guess.")
    clean(page)
    page.get_by_role("button", name="Publish version 2").click()

    expect(page.get_by_text("Version 2 is in use.")).to_be_visible()
    expect(page.get_by_text("Customers said we guess.")).to_be_visible()
    now = texts.wording_of(editable("listening"))
    assert now.indicators[2][-1] == "Notes what was agreed."
    assert (now.contrary[2], now.learning[0].title) == (("Guesses what is meant.",), "Listening lab")


def test_hr_mends_a_file_that_was_refused_and_imports_it(page_of, hana):
    page = page_of(hana.user)
    page.goto("/competencies/imports/")
    clean(page)
    upload(page, {**NEW, "cluster": "Improving servce"})

    expect(page.get_by_role("heading", name="1 row cannot be imported")).to_be_visible()
    expect(page.get_by_text("There is no such cluster. Closest: improving service.")).to_be_visible()
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    clean(page)
    page.get_by_role("link", name="Upload another file").click()
    upload(page, NEW)
    page.get_by_role("button", name="Import as drafts: 1 row").click()

    expect(page.get_by_text("The file is imported.")).to_be_visible()
    assert editable("bidding_fairly").is_draft


def upload(page: Page, row: dict[str, str]) -> None:
    content = tables.to_csv(list(row), [list(row.values())])
    page.get_by_label("CSV, XLSX or JSON file").set_input_files(
        {"name": "new.csv", "mimeType": "text/csv", "buffer": content}
    )
    page.get_by_role("button", name="Check the file").click()


def test_hr_makes_an_interview_guide_edits_it_and_takes_it_away_as_docx(page_of, hana):
    page = page_of(hana.user)
    page.goto("/competencies/documents/new/?role=team_lead")
    page.get_by_label("Structured interview guide").check()
    clean(page)
    page.get_by_role("button", name="Make the document").click()
    expect(page.get_by_role("heading", name="Score sheet")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    clean(page)

    page.get_by_role("link", name="Edit", exact=True).click()
    text = page.get_by_label("Text")
    text.fill("# Our guide\n\n" + text.input_value())
    page.get_by_role("button", name="Save").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()

    file = download.value
    assert file.suggested_filename == "structured-interview-guide-service-team-lead.docx"
    docx = Docx(io.BytesIO(file.path().read_bytes()))
    assert docx.paragraphs[0].text == "Our guide"
    assert docx.tables[-1].rows[0].cells[0].text == "Competency"
