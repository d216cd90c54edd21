"""What HR does so that people can read in their language: sheets, files, publication, and what a campaign offers."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments.surveys import language_files
from assessments.surveys.queries import campaigns as campaign_queries
from assessments.surveys.queries import languages as queries
from assessments.surveys.services import campaigns
from assessments.surveys.services import languages as services
from assessments.surveys.tests import factories
from assessments.surveys.tests.test_language_pages import STR1, text_of
from assessments.surveys.tests.test_languages import everything
from core import tables


@pytest.fixture
def hr(client, cast):
    client.force_login(cast.hana.user)
    return client


@pytest.fixture
def french(db):
    return services.add(factories.form().version, "fr", by=factories.hr())


def to(name, language, *more) -> str:
    version = language.version
    return reverse(f"surveys:{name}", args=[version.instrument.key, version.number, language.language, *more])


def test_hr_adds_a_language_translates_a_sheet_and_sees_what_is_missing(hr):
    version = factories.form().version
    at = reverse("surveys:instrument_version", args=[version.instrument.key, version.number])
    assert "translated, not tested on a real sample" in text_of(hr.get(at))

    hr.post(
        reverse("surveys:instrument_language_new", args=[version.instrument.key, version.number]), {"language": "fr"}
    )
    french = version.languages.get(language="fr")
    hr.post(to("instrument_translation", french, "scales"), {"scale:agree5:1": "Pas du tout d’accord"})
    refused = hr.post(
        to("instrument_translation", french, "strategy"), {"item:CU-STR1:text": "Sans nom", "item:STR1:text": "Oui"}
    )

    assert refused.status_code == 422
    assert "{org} should stand here 1 time" in text_of(refused)
    assert "Sans nom" in text_of(refused)
    page = text_of(hr.get(to("instrument_language", french) + "?sheet=scales"))
    assert "Pas du tout d’accord" in page
    assert "This program has no French words" not in page
    assert queries.row(french).done == 1
    assert "1 of " in text_of(hr.get(at))


def test_a_complete_language_is_published_offered_and_then_frozen(hr, french):
    services.translate(french, everything(french), by=factories.hr())

    hr.post(to("instrument_language_publish", french))

    french.refresh_from_db()
    assert french.is_frozen
    page = text_of(hr.get(to("instrument_language", french)))
    assert "A published language never changes" in page
    assert "<textarea" not in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_translators_file_goes_out_and_comes_in_again(hr, french, kind):
    out = hr.get(to(f"instrument_language_{kind}", french)).content
    filled = {
        line.text.key: said
        for line, said in zip(queries.lines(french), everything(french, "=Mot").values(), strict=True)
    }
    rows = _rows(out, kind)
    for row in rows[1:]:
        row[3] = filled[row[0]]
    content = _file(rows, kind)

    looked = hr.post(to("instrument_language_import", french), {"file": content})
    assert f"Take {len(filled)} translations" in text_of(looked)
    assert queries.row(french).done == 0
    carried = {"name": looked.context["file_name"], "content": looked.context["carried"], "do": "apply"}
    hr.post(to("instrument_language_import", french), carried)

    assert queries.row(french).is_complete
    again = hr.get(to(f"instrument_language_{kind}", french)).content
    plan = language_files.read(f"t.{kind}", again, queries.lines(french))
    assert (plan.errors, plan.changes) == ((), ())


def test_rows_of_a_file_that_cannot_stand_are_named_with_their_lines(french):
    content = (
        b"key,original,translation\n"
        b"item:STR1:text,I know which customers we are here to serve.,Oui\n"
        b"item:STR2:text,Something else,Non\n"
        b"item:NO:text,What?,Quoi\n"
        b"item:CU-STR1:text,{org} is clear about the limits of what it offers.,Sans nom\n"
        b"item:STR1:text,I know which customers we are here to serve.,Encore\n"
    )

    plan = language_files.read("t.csv", content, queries.lines(french))

    assert [error.where for error in plan.errors] == ["Line 3", "Line 4", "Line 5", "Line 6"]
    assert plan.given == {"item:STR1:text": "Oui"}


def test_the_preview_speaks_the_language(hr):
    version = factories.form().version
    at = reverse("surveys:instrument_preview", args=[version.instrument.key, version.number, "employee_full"])
    assert "?language=de" in text_of(hr.get(f"{at}?language=de"))

    frame = text_of(hr.get(f"{at}1/?language=de"))

    assert STR1 in frame
    assert "Seite 1 von 10" in frame
    assert 'lang="xx"' not in text_of(hr.get(f"{at}1/?language=xx"))


# --- HR: languages of a campaign --------------------------------------------------------------------------------------


def test_hr_ticks_languages_and_the_launch_check_names_what_people_read_in_english(hr, draft):
    step = reverse("surveys:campaign_setup", args=[draft.pk, "languages"])
    campaigns.update_campaign(draft, by=factories.hr(), texts={"invitation_text": "Please answer, {minutes} minutes."})
    check = reverse("surveys:campaign", args=[draft.pk])
    assert "also comes in German" in text_of(hr.get(check))

    hr.post(step, {"languages": ["de"], "de:title": "Umfrage im Herbst"})

    draft.refresh_from_db()
    assert (draft.languages, draft.translations) == (["de"], {"de": {"title": "Umfrage im Herbst"}})
    assert "German: 1 of 2 texts of this survey is missing (invitation: text)" in text_of(hr.get(check))
    hr.post(step, {"languages": ["de"], "de:title": "Umfrage im Herbst", "de:invitation_text": "Bitte antworten Sie."})
    assert "missing" not in text_of(hr.get(check))


def test_offered_languages_are_those_published_and_frozen_at_launch(tarn):
    version = factories.form().version
    services.add(version, "fr", by=factories.hr())
    drafted = factories.draft_campaign(languages=["de", "fr", "xx"])
    assert drafted.languages == ["de"]

    campaigns.launch(drafted, by=factories.hr(), at=timezone.now())

    with pytest.raises(campaigns.CampaignIsLaunched):
        campaigns.update_campaign(drafted, by=factories.hr(), languages=[])
    assert campaign_queries.simulate(drafted).warnings == ()


def test_a_survey_prepared_again_keeps_its_languages(tarn):
    umfrage = factories.open_campaign(languages=["de"], translations={"de": {"title": "Umfrage im Frühling"}})
    made = campaigns.prepare_again(umfrage, by=factories.hr(), opens_at=umfrage.opens_at, closes_at=umfrage.closes_at)

    assert (made.languages, made.translations) == (umfrage.languages, umfrage.translations)


def _rows(content: bytes, kind: str) -> list[list[str]]:
    if kind == "csv":
        return [[*row, *[""] * (5 - len(row))] for row in tables.read("t.csv", content)]
    sheet: Any = load_workbook(io.BytesIO(content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]


def _file(rows: list[list[str]], kind: str) -> io.BytesIO:
    made = tables.to_csv(rows[0], rows[1:]) if kind == "csv" else tables.to_xlsx([("Texts", rows[0], rows[1:])])
    file = io.BytesIO(made)
    file.name = f"t.{kind}"
    return file
