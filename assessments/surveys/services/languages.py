"""Verbs of a version's further languages: add, translate, publish, leave out."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.conf.locale import LANG_INFO
from django.db import transaction

from assessments.surveys import languages
from assessments.surveys.languages import Line
from assessments.surveys.models import InstrumentVersion, Translation, VersionLanguage
from assessments.surveys.queries import languages as queries
from core import audit
from core.errors import DomainError
from people.models import User

State = VersionLanguage.State


class LanguageRefused(DomainError):
    """The language cannot be had, changed or published; the sentence says why."""


class RowsRefused(DomainError):
    """Some translations cannot stand, so none was saved. `errors` holds a sentence by key of the text."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("Nothing was saved. Mend what is marked below; what you typed is still here.")
        self.errors = errors


@transaction.atomic
def add(version: InstrumentVersion, language: str, *, by: User) -> VersionLanguage:
    """Begin a language, of a draft or of a version in use: it changes no meaning. Raises LanguageRefused."""
    if language not in LANG_INFO:
        raise LanguageRefused("Choose a language from the list.")
    if language not in dict(queries.addable(version, queries.codes(version))):
        raise LanguageRefused(f"This version is in {queries.name_of(language)} already.")
    added = VersionLanguage.objects.create(version=version, language=language)
    audit.record("added a language", version, by=by, changes={"language": language})
    return added


@transaction.atomic
def translate(
    language: VersionLanguage, given: Mapping[str, str], *, still_right: Collection[str] = (), by: User
) -> int:
    """Keep translations by key; returns how many changed. "" takes one away, a key that is left out stays as it is.

    `still_right`: keys whose original was corrected and whose translation fits all the same. Raises RowsRefused,
    LanguageRefused.
    """
    language = _locked(language)
    found = {line.text.key: line for line in queries.lines(language)}
    tidy = {key: words.replace("\r\n", "\n").replace("\x00", "").strip() for key, words in given.items()}
    errors = {
        key: words
        for key, said in tidy.items()
        if (words := "There is no such text." if key not in found else _problem(found[key], said))
    }
    if errors:
        raise RowsRefused(errors)
    changed = {key: said for key, said in tidy.items() if _changes(found[key], said, is_right=key in still_right)}
    _keep(language, changed, found)
    if changed:
        audit.record(
            "translated", language.version, by=by, changes={"language": language.language, "texts": sorted(changed)}
        )
    return len(changed)


@transaction.atomic
def publish(language: VersionLanguage, *, by: User | None, at: datetime) -> VersionLanguage:
    """Let campaigns offer the language; from now on it never changes. Raises LanguageRefused."""
    language = _locked(language)
    if not language.version.is_frozen:
        raise LanguageRefused("Publish the version first: until then its texts may change.")
    row = queries.row(language)
    if not row.is_complete:
        raise LanguageRefused(f"{row.done} of {row.total} texts are translated. Publish the language when it has all.")
    language.state, language.published_at = State.PUBLISHED, at
    language.save(update_fields=["state", "published_at"])
    audit.record("published a language", language.version, by=by, changes={"language": language.language})
    return language


@transaction.atomic
def remove(language: VersionLanguage, *, by: User) -> None:
    """Throw a language away that was never published. Raises LanguageRefused."""
    language = _locked(language)
    audit.record("removed a language", language.version, by=by, changes={"language": language.language})
    language.delete()


def copy(version: InstrumentVersion, draft: InstrumentVersion, *, published_at: datetime | None = None) -> None:
    """Give a copy of a version its languages. A text that is corrected later asks for a new look by itself.

    `published_at`: for a copy that asks a part of the same, word for word, and is in use at once: its published languages
    are published, too. Part of a larger intention.
    """
    for language in version.languages.prefetch_related("translations"):
        if published_at and not language.is_frozen:
            continue
        copied = VersionLanguage.objects.create(version=draft, language=language.language)
        kept = {text.key for text in queries.texts(draft)}
        Translation.objects.bulk_create(
            Translation(language=copied, key=said.key, original=said.original, text=said.text)
            for said in language.translations.all()
            if said.key in kept
        )
        if published_at:
            copied.state, copied.published_at = State.PUBLISHED, published_at
            copied.save(update_fields=["state", "published_at"])


def take_in(draft: InstrumentVersion, code: str, given: Mapping[str, str]) -> None:
    """What a file says in a language, of texts as they now are; what it leaves out stays. Part of a larger intention."""
    language, _ = VersionLanguage.objects.get_or_create(version=draft, language=code)
    found = {line.text.key: line for line in queries.lines(language)}
    fitting = {key: said for key, said in given.items() if said and key in found}
    changed = {key: said for key, said in fitting.items() if _changes(found[key], said, is_right=True)}
    _keep(language, changed, found)


def _locked(language: VersionLanguage) -> VersionLanguage:
    found = VersionLanguage.objects.select_for_update(of=("self",)).select_related("version__instrument")
    locked = found.get(pk=language.pk)
    if locked.is_frozen:
        raise LanguageRefused("A published language never changes. Correct it in the next version.")
    return locked


def _problem(line: Line, said: str) -> str:
    return languages.problem(line.text, said) if said else ""


def _changes(line: Line, said: str, *, is_right: bool) -> bool:
    return said != line.translation or (line.is_stale and is_right)


def _keep(language: VersionLanguage, changed: Mapping[str, str], found: Mapping[str, Line]) -> None:
    language.translations.filter(key__in=changed).delete()
    Translation.objects.bulk_create(
        Translation(language=language, key=key, original=found[key].text.words, text=said)
        for key, said in changed.items()
        if said
    )
