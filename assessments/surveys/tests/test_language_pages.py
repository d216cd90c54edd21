"""Reading and answering in another language, and what HR does so that people can."""

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import ballot_keys
from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.services import mails
from assessments.surveys.tests import factories
from assessments.surveys.tests.test_answering_pages import stored, url
from assessments.surveys.views import speech
from core import mail_delivery
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
