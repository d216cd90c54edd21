"""Languages of a questionnaire: what is to translate, what a translation may be, when it is published, what a draft keeps."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.surveys import languages
from assessments.surveys.languages import Text
from assessments.surveys.models import Form, InstrumentVersion, Translation
from assessments.surveys.queries import languages as queries
from assessments.surveys.services import instrument_items, instruments, rotation, series
from assessments.surveys.services import languages as services
from assessments.surveys.tests import factories

ASKED = Text("item:X1:text", "custom", "X1", "{org} says why {change} is needed.", 60)


@pytest.fixture
def version(db) -> InstrumentVersion:
    return factories.form().version


@pytest.fixture
def french(version):
    return services.add(version, "fr", by=factories.hr())


def everything(language, words="Mot"):
    """Something for each text, with the places of the original kept."""
    lines = queries.lines(language)
    return {
        line.text.key: " ".join([words, *(place for place in languages.PLACES if place in line.text.words)])
        for line in lines
    }


@pytest.mark.parametrize(
    ("said", "refused_for"),
    [
        ("{org} dit pourquoi {change} est nécessaire.", ""),
        ("{change}: {org} dit pourquoi.", ""),
        ("{org} dit pourquoi c'est nécessaire.", "{change} should stand here 1 time"),
        ("{org} {org}: {change}", "{org} should stand here 1 time"),
        ("{org} {change} " + "x" * 60, "at most 60 fit"),
    ],
)
def test_a_translation_keeps_the_places_of_its_original(said, refused_for):
    assert refused_for in languages.problem(ASKED, said)
    assert bool(languages.problem(ASKED, said)) == bool(refused_for)


@pytest.mark.parametrize(
    ("wishes", "chosen"),
    [
        (["de"], "de"),
        (["de-AT", "en"], "de"),
        (["fr", "en-US"], "en-GB"),
        (["DE"], "de"),
        (["nl"], "en-GB"),
        ([], "en-GB"),
    ],
)
def test_the_first_wish_that_is_offered_is_met(wishes, chosen):
    assert languages.choice(wishes, ["en-GB", "de"]) == chosen


def test_german_is_shipped_complete_and_not_called_tested(version):
    (german,) = queries.rows(version)

    assert (german.name, german.done, german.is_published) == ("German", german.total, True)
    assert german.is_validated is False
    assert german.total == len({text.key for text in queries.texts(version)}) > 150


def test_loading_again_leaves_the_language_alone(version):
    before = list(Translation.objects.values_list("pk", flat=True))

    factories.form()

    assert list(Translation.objects.values_list("pk", flat=True)) == before


def test_a_language_is_published_when_it_has_every_text(version, french):
    given = everything(french)
    services.translate(french, dict(list(given.items())[1:]), by=factories.hr())
    row = queries.row(french)
    assert (row.total - row.done, len(row.missing), row.stale) == (1, 1, ())
    with pytest.raises(services.LanguageRefused, match="texts are translated"):
        services.publish(french, by=factories.hr(), at=timezone.now())

    services.translate(french, given, by=factories.hr())
    services.publish(french, by=factories.hr(), at=timezone.now())

    assert queries.published(version.pk) == ["de", "fr"]
    with pytest.raises(services.LanguageRefused, match="never changes"):
        services.translate(french, {"item:STR1:text": "Autre"}, by=factories.hr())


def test_t30_a_published_language_is_refused_by_the_database_too(version):
    german = version.languages.get(language="de")

    for change in (
        lambda: german.translations.filter(key="item:STR1:text").update(text="Anders"),
        lambda: german.translations.first().delete(),
        lambda: Translation.objects.create(language=german, key="item:NEW:text", original="a", text="b"),
        german.delete,
    ):
        with pytest.raises(IntegrityError, match="published language"), transaction.atomic():
            change()


def test_rows_that_cannot_stand_are_named_and_nothing_is_saved(french):
    with pytest.raises(services.RowsRefused) as refused:
        services.translate(
            french, {"item:STR1:text": "Bien", "item:CU-STR1:text": "Sans nom", "item:NO:text": "x"}, by=factories.hr()
        )

    assert set(refused.value.errors) == {"item:CU-STR1:text", "item:NO:text"}
    assert french.translations.count() == 0


def test_a_draft_keeps_translations_and_a_corrected_text_asks_for_a_new_look(version):
    draft = instruments.start_draft(version.instrument, by=factories.hr())
    item = draft.items.get(code="STR1")

    instrument_items.change_item(
        item, revision=0, by=factories.hr(), change="spelling", text="I know well which customers we are here to serve."
    )

    german = draft.languages.get(language="de")
    row = queries.row(german)
    assert (german.is_frozen, row.stale, row.missing) == (False, ("STR1",), ())
    said = german.translations.get(key="item:STR1:text").text
    assert services.translate(german, {"item:STR1:text": said}, by=factories.hr()) == 0
    assert services.translate(german, {"item:STR1:text": said}, still_right=["item:STR1:text"], by=factories.hr()) == 1
    assert queries.row(german).is_complete
    with pytest.raises(services.LanguageRefused, match="Publish the version first"):
        services.publish(german, by=factories.hr(), at=timezone.now())


def test_a_new_item_under_a_new_code_has_no_translation(version):
    draft = instruments.start_draft(version.instrument, by=factories.hr())
    item = draft.items.get(code="STR1")

    changed = instrument_items.change_item(
        item, revision=0, by=factories.hr(), change="meaning", text="I know our rivals."
    )

    assert queries.row(draft.languages.get(language="de")).missing == (changed.item.code,)


def test_a_wave_that_rotates_comes_in_the_languages_of_its_questionnaire(version):
    pulse = Form.objects.get(version=version, key="employee_pulse")
    planned = series.create_series(
        by=factories.hr(), title="Pulse", form=pulse, rotates=True, first_on=timezone.localdate()
    )

    made = rotation.form_of_wave(planned, pulse, 0, at=timezone.now())

    assert queries.published(made.version_id) == ["de"]
    assert queries.row(made.version.languages.get()).is_complete


def test_a_language_is_added_once_and_never_the_one_the_questionnaire_is_in(version):
    for code in ("de", "en", "en-gb", "xx"):
        with pytest.raises(services.LanguageRefused):
            services.add(version, code, by=factories.hr())
