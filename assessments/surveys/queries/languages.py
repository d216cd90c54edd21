"""Languages of questionnaires: how far each is, a sheet to translate, and the words of one language."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.conf.locale import LANG_INFO

from assessments.surveys import campaign_texts, languages
from assessments.surveys.languages import AROUND_PAGE, SCALE_PAGE, Line, Text, Words, choice
from assessments.surveys.models import Campaign, InstrumentVersion, Translation, VersionLanguage
from core.constructs import Construct

TITLE_LENGTH, TEXT_LENGTH = 150, 3000  # characters of what HR writes for a campaign
_PAGES = {
    AROUND_PAGE: "Around the questions",
    SCALE_PAGE: "Answers offered",
    "sliders": "Pairs",
    "custom": "Added here",
}


@dataclass(frozen=True)
class Sheet:
    """One page of texts, as a translator goes through them."""

    key: str
    name: str
    texts: int
    open: int


@dataclass(frozen=True)
class LanguageRow:
    """How far one language of a version is. `missing` and `stale` are labels of texts."""

    code: str
    name: str
    is_published: bool
    is_validated: bool
    published_at: datetime | None
    done: int
    total: int
    missing: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return self.done == self.total


@dataclass(frozen=True)
class LanguagePage:
    """One language with one of its sheets opened."""

    row: LanguageRow
    sheets: tuple[Sheet, ...]
    sheet: Sheet
    lines: tuple[Line, ...]
    following: str  # key of the sheet after this one; "" on the last


@dataclass(frozen=True)
class OwnText:
    """One text that HR wrote for a campaign."""

    key: str
    label: str
    words: str
    most: int


@dataclass(frozen=True)
class Offers:
    """Languages of a campaign beside the questionnaire's `own`; `left_out` are published and not offered."""

    own: str
    names: tuple[str, ...]
    left_out: tuple[str, ...]
    gaps: tuple[str, ...]


def name_of(code: str) -> str:
    """A language's English name, such as German; a country's variety with its own."""
    known = LANG_INFO.get(code.lower()) or LANG_INFO.get(code.lower().split("-")[0])
    return str(known.get("name", code)) if known else code


def own_language(version: InstrumentVersion) -> str:
    """The language that a version is written in: English, whichever variety."""
    return name_of(version.language.split("-")[0])


def own_name_of(code: str) -> str:
    """What a language calls itself, such as Deutsch. English is never said to be British."""
    known = LANG_INFO.get(code.lower().split("-")[0]) or LANG_INFO.get(code.lower())
    return str(known.get("name_local", code)).capitalize() if known else code


def is_language(code: str) -> bool:
    """Whether a code names a language, such as one that a campaign may offer."""
    return bool(code) and name_of(code) != code


def has_interface(code: str) -> bool:
    """Whether buttons and explanations of this program come in the language, too."""
    return code.lower().split("-")[0] in {known.split("-")[0] for known, _ in settings.LANGUAGES}


def interface(code: str) -> str:
    """The language of this program's own words beside a questionnaire in `code`: the same, or else its usual one."""
    return choice([code], [known for known, _ in settings.LANGUAGES]) if has_interface(code) else settings.LANGUAGE_CODE


def addable(version: InstrumentVersion, taken: Collection[str]) -> list[tuple[str, str]]:
    """Codes and names of the languages that the version is not in yet, those of this program first."""
    own = version.language.lower().split("-")[0]
    names = {
        code: str(info["name"])
        for code, info in LANG_INFO.items()
        if "name" in info and code not in taken and code.split("-")[0] != own
    }
    ours = {code for code, _ in settings.LANGUAGES}
    return sorted(names.items(), key=lambda row: (row[0] not in ours, row[1]))


def codes(version: InstrumentVersion) -> list[str]:
    return list(version.languages.values_list("language", flat=True))


def texts(version: InstrumentVersion) -> tuple[Text, ...]:
    return languages.texts_of(version.texts, version.scales, version.items.order_by("order"))


def rows(version: InstrumentVersion) -> tuple[LanguageRow, ...]:
    """Every further language of a version with its completeness. Three queries."""
    asked = texts(version)
    found = version.languages.prefetch_related("translations").order_by("language")
    return tuple(_row(language, _lines(asked, language)) for language in found)


def row(language: VersionLanguage) -> LanguageRow:
    return _row(language, lines(language))


def lines(language: VersionLanguage) -> tuple[Line, ...]:
    """Every text of the version beside what the language says instead."""
    return _lines(texts(language.version), language)


def page(language: VersionLanguage, sheet: str) -> LanguagePage:
    """One sheet opened: the named one, else the first that is not done."""
    found = lines(language)
    sheets = _sheets(found)
    chosen = next((one for one in sheets if one.key == sheet), None)
    chosen = chosen or next((one for one in sheets if one.open), sheets[0])
    place = sheets.index(chosen)
    return LanguagePage(
        row=_row(language, found),
        sheets=sheets,
        sheet=chosen,
        lines=tuple(line for line in found if line.text.page == chosen.key),
        following=sheets[place + 1].key if place + 1 < len(sheets) else "",
    )


def published(version_pk: int) -> list[str]:
    """Codes of the languages that a campaign with this version may offer."""
    found = VersionLanguage.objects.filter(version=version_pk, state=VersionLanguage.State.PUBLISHED)
    return list(found.order_by("language").values_list("language", flat=True))


def own_texts(campaign: Campaign, code: str) -> tuple[OwnText, ...]:
    """What HR wrote for this survey and people read. The usual mails are left out where this program says them itself."""
    usual = campaign_texts.usual(for_customers=campaign.is_for_customers)
    mails = campaign.texts if has_interface(code) else {**usual, **campaign.texts}
    found = [OwnText("title", "Name of the survey", campaign.title, TITLE_LENGTH)]
    found += [
        OwnText(key, campaign_texts.LABELS[key], mails[key], TITLE_LENGTH if key.endswith("_subject") else TEXT_LENGTH)
        for key in usual
        if key in mails
    ]
    if campaign.segment_question:
        found.append(OwnText("segment_question", "Question about the group", campaign.segment_question, TITLE_LENGTH))
        found += [OwnText(f"segment:{name}", "Its answer", name, TITLE_LENGTH) for name in campaign.segment_choices]
    return tuple(found)


def offers(campaign: Campaign) -> Offers:
    """In which languages a survey can be read, and what somebody who chooses one still reads in another. One query."""
    found = published(campaign.form.version_id)
    gaps = []
    for code in campaign.languages:
        asked, said = own_texts(campaign, code), campaign.translations.get(code, {})
        missing = [text for text in asked if not said.get(text.key)]
        if missing:
            gaps.append(
                f"{name_of(code)}: {len(missing)} of {len(asked)} {'text' if len(asked) == 1 else 'texts'} of this survey "
                f"{'is' if len(missing) == 1 else 'are'} missing ({', '.join(text.label.lower() for text in missing)}); "
                f"people who choose it read {'that' if len(missing) == 1 else 'those'} in {own_language(campaign.form.version)}."
            )
        if not has_interface(code):
            gaps.append(f"{name_of(code)}: buttons and explanations around the questions come in English.")
    return Offers(
        own=own_language(campaign.form.version),
        names=tuple(name_of(code) for code in campaign.languages),
        left_out=tuple(name_of(code) for code in found if code not in campaign.languages),
        gaps=tuple(gaps),
    )


def words(version_pk: int, language: str) -> Words:
    """What one language says, by key; nothing for the version's own language. One query, none for the latter."""
    if not language:
        return {}
    said = Translation.objects.filter(language__version=version_pk, language__language=language)
    return dict(said.values_list("key", "text"))


def _lines(asked: Sequence[Text], language: VersionLanguage) -> tuple[Line, ...]:
    stored = {said.key: (said.text, said.original) for said in language.translations.all()}
    return languages.lines(asked, stored)


def _row(language: VersionLanguage, found: Sequence[Line]) -> LanguageRow:
    return LanguageRow(
        code=language.language,
        name=name_of(language.language),
        is_published=language.is_frozen,
        is_validated=language.is_validated,
        published_at=language.published_at,
        done=sum(line.is_done for line in found),
        total=len(found),
        missing=tuple(line.text.label for line in found if not line.translation),
        stale=tuple(line.text.label for line in found if line.is_stale),
    )


def _sheets(found: Sequence[Line]) -> tuple[Sheet, ...]:
    count = Counter(line.text.page for line in found)
    left = Counter(line.text.page for line in found if not line.is_done)
    return tuple(Sheet(key, page_name(key), count[key], left[key]) for key in count)


def page_name(key: str) -> str:
    if key in Construct.values:
        return Construct(key).short
    return _PAGES.get(key, key.replace("_", " ").capitalize())
