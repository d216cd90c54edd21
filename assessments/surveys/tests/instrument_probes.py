"""Probes of the questionnaire editor: everybody whom a route admits sees every questionnaire."""

from assessments.surveys.services import instruments
from assessments.surveys.tests import factories
from people.tests.probing import Probe


def _prepare(cast):
    cast.version = factories.form().version
    cast.drafted = instruments.start_draft(cast.version.instrument, by=factories.hr())


def _one(cast, viewer):
    return {"key": cast.version.instrument.key}


def _version(**more):
    return lambda cast, viewer: _one(cast, viewer) | {"number": cast.drafted.number} | more


def _language(cast, viewer):
    """German of the published version: there to be read, and frozen."""
    return _published(cast, viewer) | {"language": "de"}


def _draft_language(**more):
    return _version(language="de", **more)


def _published(cast, viewer):
    return _one(cast, viewer) | {"number": cast.version.number}


def _reads(**more):
    return Probe(in_scope=_version(**more), prepare=_prepare)


REVISION = {"revision": "0"}
INSTRUMENT_PROBES = {
    "surveys:instrument_new": Probe(data={"name": "Summer"}, prepare=_prepare),
    "surveys:instrument_import_new": Probe(data={"content": "e30=", "name": "q.json"}),
    "surveys:instrument": Probe(in_scope=_one, prepare=_prepare),
    "surveys:instrument_draft": Probe(in_scope=_one, prepare=_prepare),
    "surveys:instrument_version": Probe(
        in_scope=_version(), prepare=_prepare, variants=("?form=customer", "?form=nonsense")
    ),
    "surveys:instrument_discard": Probe(in_scope=_version(), prepare=_prepare, data=REVISION),
    "surveys:instrument_publish": Probe(in_scope=_version(), prepare=_prepare, data=REVISION | {"change_note": "Why"}),
    "surveys:instrument_retire": Probe(in_scope=_published, prepare=_prepare),
    "surveys:instrument_preview": Probe(
        in_scope=_version(form="customer"), prepare=_prepare, variants=("?page=2", "?page=x")
    ),
    "surveys:instrument_preview_page": _reads(form="customer", page=1),
    "surveys:instrument_item_new": Probe(
        in_scope=_version(kind="comment"), prepare=_prepare, data=REVISION | {"text": "What else?"}
    ),
    "surveys:instrument_item": Probe(
        in_scope=_version(code="C1"), prepare=_prepare, data=REVISION | {"text": "What else?", "change": "meaning"}
    ),
    "surveys:instrument_item_removal": Probe(in_scope=_version(code="STR1"), prepare=_prepare, data=REVISION),
    "surveys:instrument_texts": Probe(in_scope=_version(), prepare=_prepare, data=REVISION),
    "surveys:instrument_form_new": Probe(
        in_scope=_version(), prepare=_prepare, data=REVISION | {"name": "Short", "audience": "employee"}
    ),
    "surveys:instrument_arrangement": Probe(
        in_scope=_version(form="customer"), prepare=_prepare, data=REVISION | {"code": "CU-STR1", "do": "down"}
    ),
    "surveys:instrument_form_name": Probe(
        in_scope=_version(form="customer"), prepare=_prepare, data=REVISION | {"name": "Customers, short"}
    ),
    "surveys:instrument_form_removal": Probe(in_scope=_version(form="customer"), prepare=_prepare, data=REVISION),
    "surveys:instrument_json": _reads(),
    "surveys:instrument_csv": _reads(),
    "surveys:instrument_language_new": Probe(in_scope=_version(), prepare=_prepare, data={"language": "fr"}),
    "surveys:instrument_language": Probe(
        in_scope=_language, prepare=_prepare, variants=("?sheet=strategy", "?sheet=nonsense")
    ),
    "surveys:instrument_translation": Probe(
        in_scope=_draft_language(sheet="strategy"), prepare=_prepare, data={"item:STR1:text": "Anders"}
    ),
    "surveys:instrument_language_publish": Probe(in_scope=_draft_language(), prepare=_prepare),
    "surveys:instrument_language_removal": Probe(in_scope=_draft_language(), prepare=_prepare),
    "surveys:instrument_language_csv": Probe(in_scope=_language, prepare=_prepare),
    "surveys:instrument_language_xlsx": Probe(in_scope=_language, prepare=_prepare),
    "surveys:instrument_language_import": Probe(
        in_scope=_draft_language(), prepare=_prepare, data={"content": "a2V5", "name": "t.csv"}
    ),
    "surveys:instrument_import": Probe(
        in_scope=_version(), prepare=_prepare, data=REVISION | {"content": "e30=", "name": "q.json"}
    ),
}
