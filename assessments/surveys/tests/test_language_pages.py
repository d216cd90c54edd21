"""Reading and answering in another language, and what HR does so that people can."""

import io

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments.surveys import ballot_keys, language_files
from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.queries import campaigns as campaign_queries
from assessments.surveys.queries import languages as queries
from assessments.surveys.services import campaigns, mails
from assessments.surveys.services import languages as services
from assessments.surveys.tests import factories
from assessments.surveys.tests.test_answering_pages import stored, url
from assessments.surveys.tests.test_languages import everything
from assessments.surveys.views import speech
from core import mail_delivery, tables
from core.models import AuditEntry

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-AT,de;q=0.9,en;q=0.5"}
STR1 = "Ich weiß, für welche Kunden wir da sind."


@pytest.fixture
def umfrage(tarn) -> Campaign:
    """Open for everyone, in English and German, with a German name."""
    return factories.open_campaign(
        title="Spring survey", languages=["de"], translations={"de": {"title": "Umfrage im Frühling"}}
    )


@pytest.fixture
def stimme(cast) -> Campaign:
    return factories.customer_campaign(languages=["de"], translations={"de": {"title": "Die Sicht der Kunden"}})


def text_of(response) -> str:
    return response.content.decode()


# --- answering --------------------------------------------------------------------------------------------------------


def test_a_browser_that_asks_for_german_gets_the_whole_way_in_german(client, umfrage, eve):
    client.force_login(eve.user)

    intro = text_of(client.get(url("intro", umfrage), **GERMAN))
    assert '<html lang="de"' in intro
    assert "Umfrage im Frühling" in intro
    assert "Wer was sehen wird" in intro
    page = text_of(client.get(url("page", umfrage, 1), **GERMAN))
    assert STR1 in page
    assert "Stimme voll zu" in page
    assert "Seite 1 von 10" in page
    assert "I know which" not in page
    pairs = text_of(client.get(url("page", umfrage, 9), **GERMAN))
    assert "Wo wir heute stehen" in pairs
    assert "Schnell antworten" in pairs
    assert 'data-not-set="Nicht gesetzt"' in pairs

    client.post(url("page", umfrage, 1), {"STR1": "4", "sequence": "1"}, **GERMAN)
    assert "Stimme zu" in text_of(client.get(url("check", umfrage), **GERMAN))
    assert STR1 in client.get(url("answers_copy", umfrage), **GERMAN).content.decode()
    thanks = text_of(client.post(url("submission", umfrage), **GERMAN))
    assert "Ihre Antworten sind da" in thanks
    assert 'name="lang"' not in thanks


def test_what_is_pressed_wins_over_the_browser_and_is_remembered_by_it_alone(client, umfrage, eve):
    client.force_login(eve.user)
    here = url("intro", umfrage)

    answer = client.post(reverse("surveys:language"), {"lang": "de", "next": here})

    assert answer["Location"] == here
    assert client.cookies[speech.COOKIE].value == "de"
    assert client.cookies[speech.COOKIE]["httponly"]
    assert "Umfrage im Frühling" in text_of(client.get(here))
    client.post(reverse("surveys:language"), {"lang": "en-GB", "next": here}, **GERMAN)
    assert "Spring survey" in text_of(client.get(here, **GERMAN))


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_t24_a_language_leads_to_no_other_site(client, db, onward):
    assert client.post(reverse("surveys:language"), {"lang": "de", "next": onward})["Location"] == "/"


def test_pressing_a_language_on_a_page_keeps_what_stands_on_it(client, umfrage, eve):
    client.force_login(eve.user)

    answer = client.post(url("page", umfrage, 1), {"STR1": "4", "sequence": "1", "lang": "de"})

    assert answer["Location"] == url("page", umfrage, 1)
    assert stored(umfrage, eve) == {"STR1": "4"}
    assert STR1 in text_of(client.get(url("page", umfrage, 1)))


def test_a_page_that_is_refused_comes_again_in_the_new_language_with_what_was_typed(client, umfrage, eve):
    client.force_login(eve.user)

    answer = client.post(url("page", umfrage, 10), {"C1": "x" * 1001, "sequence": "1", "lang": "de"})

    assert answer.status_code == 422
    assert "Bitte kürzen Sie dies auf 1000 Zeichen" in text_of(answer)
    assert "x" * 1001 in text_of(answer)


def test_a_survey_that_offers_no_german_is_english_throughout(client, survey, eve):
    client.force_login(eve.user)

    page = text_of(client.get(url("page", survey, 1), **GERMAN))

    assert '<html lang="en-GB"' in page
    assert 'name="lang"' not in page
    assert "Page 1 of 10" in page


def test_p13_t47_the_language_is_kept_with_no_draft_ballot_participation_or_trail(client, umfrage, eve, ed, caplog):
    """One answers in English, one in German: nothing that is stored tells which."""
    given = {"STR1": "4", "sequence": "1"}
    rows = {}
    trail = AuditEntry.objects.count()
    for person, more in ((eve, {}), (ed, {"lang": "de"})):
        client.force_login(person.user)
        client.post(url("page", umfrage, 1), given | more, **(GERMAN if more else {}))
        draft = Draft.objects.get(invitation__employee=person)
        rows[person] = {
            "draft": stored(umfrage, person),
            "fields": {field.name for field in draft._meta.concrete_fields},
            "seat": Invitation.objects.filter(employee=person)
            .values("answered", "tenure_band", "site", "source")
            .get(),
            "session": {key for key, _ in client.session.items() if "lang" in key},
        }
        client.post(url("submission", umfrage))
        client.logout()

    assert rows[eve] == rows[ed]
    assert rows[eve]["session"] == set()
    assert AuditEntry.objects.count() == trail
    sizes = {len(bytes(payload)) for payload in SealedBallot.objects.values_list("payload", flat=True)}
    assert len(sizes) == 1
    assert "lang" not in caplog.text
    assert "/de" not in caplog.text


def test_p13_a_language_changes_no_code_and_no_receipt_key(client, umfrage, eve):
    keys = ballot_keys.load(umfrage.key)
    seat = Invitation.objects.get(campaign=umfrage, employee=eve)
    before = keys.code_of(keys.receipt_of(umfrage.key, seat.respondent_number))
    client.force_login(eve.user)
    client.post(url("page", umfrage, 1), {"STR1": "4", "sequence": "1", "lang": "de"})

    assert before in text_of(client.post(url("submission", umfrage)))


def test_t62_texts_of_a_language_cost_one_query_and_only_where_one_is_chosen(client, umfrage, eve):
    client.force_login(eve.user)
    client.get(url("page", umfrage, 1))
    counts = []
    for headers in ({}, GERMAN):
        with CaptureQueriesContext(connection) as queried:
            client.get(url("page", umfrage, 1), **headers)
        counts.append(len(queried))

    assert counts[1] == counts[0] + 1


# --- customers and shared devices -------------------------------------------------------------------------------------


def test_a_customer_reads_the_landing_page_in_german_and_keeps_what_was_typed(client, stimme):
    client.get(reverse("surveys:visit_arrival", args=[stimme.links.get().token]))
    landing = text_of(client.get(reverse("surveys:visit_intro"), **GERMAN))
    assert "Die Sicht der Kunden" in landing
    assert "wie wir von Ihrer Seite aus wirken" in landing
    assert "Anfangen" in landing

    pressed = client.post(reverse("surveys:visit_start"), {"organisation": "Hof Hügel", "lang": "de"})

    assert pressed.status_code == 200
    assert 'value="Hof Hügel"' in text_of(pressed)
    assert Invitation.objects.filter(campaign=stimme).count() == 0  # choosing a language takes no seat


def test_pressing_a_language_at_the_end_hands_nothing_in_and_keeps_the_name(client, stimme):
    client.get(reverse("surveys:visit_arrival", args=[stimme.links.get().token]))
    client.get(reverse("surveys:visit_intro"))
    client.post(reverse("surveys:visit_start"), {"organisation": "Hill Farm"})
    client.post(reverse("surveys:visit_page", args=[1]), {"CU-STR1": "4", "sequence": "1"})

    shown = client.post(
        reverse("surveys:visit_submission"),
        {"may_contact": "on", "contact_name": "Ines Ford", "reach_by": "", "lang": "de"},
    )

    assert shown.status_code == 200
    assert "Dürfen wir uns bei Ihnen melden?" in text_of(shown)
    assert 'value="Ines Ford"' in text_of(shown)
    assert SealedBallot.objects.count() == 0


def test_a_shared_device_forgets_the_language_between_two_people(client, umfrage):
    kiosk = reverse("surveys:kiosk", args=[umfrage.key])
    pressed = client.post(kiosk, {"code": "K7Q2", "go_on": "", "lang": "de"})
    assert "Geben Sie den Code von Ihrem Zettel ein" in text_of(pressed)
    assert 'value="K7Q2"' in text_of(pressed)
    refused = client.post(kiosk, {"code": "K7Q2-MX4D-91PT", "go_on": ""})
    assert "Dieser Code passt hier nicht" in text_of(refused)

    following = client.get(kiosk)

    assert "Type the code from your slip" in text_of(following)
    assert following.cookies[speech.COOKIE]["max-age"] == 0


def test_guests_without_a_survey_read_in_their_language_too(client, db):
    assert "Dieser Link führt zu nichts" in text_of(client.get(reverse("surveys:visit_intro"), **GERMAN))
    inbox = client.post(reverse("surveys:inbox"), {"code": "2222"}, **GERMAN)
    assert "Ein Postfach-Code hat 28 Buchstaben" in text_of(inbox)


# --- mails ------------------------------------------------------------------------------------------------------------


def test_a_mail_holds_every_language_offered_and_stores_nobodys(umfrage, eve):
    mails.invite(umfrage, at=timezone.now())
    mail_delivery.deliver_due(at=timezone.now())

    letter = next(one for one in outbox.outbox if one.to == [eve.user.email])
    assert letter.subject == "Spring survey: your view, please / Umfrage im Frühling: Ihre Sicht, bitte"
    assert "how customer-focused are we" in letter.body
    assert "wie kundenorientiert sind wir" in letter.body
    assert "Wird die Verbindung" not in letter.body
    assert "Anonym: Wenn die Umfrage schließt" in letter.body
    html = letter.alternatives[0][0]
    assert '<div lang="de">' in html
    assert html.count("<h1>") == 2


def test_a_mail_in_one_language_is_as_it_was(survey, eve):
    mails.invite(survey, at=timezone.now())
    mail_delivery.deliver_due(at=timezone.now())

    assert outbox.outbox[0].subject == "Spring survey: your view, please"
    assert "--------" not in outbox.outbox[0].body


# --- HR: languages of a version ---------------------------------------------------------------------------------------


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


def test_a_survey_prepared_again_keeps_its_languages(umfrage):
    made = campaigns.prepare_again(umfrage, by=factories.hr(), opens_at=umfrage.opens_at, closes_at=umfrage.closes_at)

    assert (made.languages, made.translations) == (umfrage.languages, umfrage.translations)


def _rows(content: bytes, kind: str) -> list[list[str]]:
    if kind == "csv":
        return [[*row, *[""] * (5 - len(row))] for row in tables.read("t.csv", content)]
    sheet = load_workbook(io.BytesIO(content)).active
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.values]


def _file(rows: list[list[str]], kind: str) -> io.BytesIO:
    made = tables.to_csv(rows[0], rows[1:]) if kind == "csv" else tables.to_xlsx([("Texts", rows[0], rows[1:])])
    file = io.BytesIO(made)
    file.name = f"t.{kind}"
    return file
