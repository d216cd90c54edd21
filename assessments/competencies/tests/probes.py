"""Objects for the generated access test (people/tests/probing.py)."""

from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.competencies import services
from assessments.competencies.models import Document, Framework, LibraryImport, RoleProfile
from assessments.competencies.queries import texts
from assessments.competencies.services import documents, frameworks, imports
from assessments.competencies.services.frameworks import LevelWords
from assessments.competencies.tests.factories import AT, draft_of, editable, load_library, wording
from people.tests.probing import Probe

DRAFT_READERS = {"hr_admin", "hr_partner", "auditor"}


def _prepare(cast) -> None:
    """The shipped library, a draft of one competency in use, and a competency that was never published."""
    if Framework.objects.exists():
        return
    load_library()
    draft_of("listening")
    services.add_competency(
        Framework.objects.in_use().get(), wording("insight", name="Never published"), by=None, at=AT
    )


def _reads_drafts(viewer) -> bool:
    return not DRAFT_READERS.isdisjoint(viewer.roles)


def _published(cast, viewer):
    return {"key": "insight"}


def _unpublished(cast, viewer):
    return {"key": "never_published"}


def _hidden(cast, viewer):
    """A competency with a draft only does not exist for anybody outside HR and the works council."""
    return None if _reads_drafts(viewer) else {"key": "never_published"}


def _draft_version(cast, viewer):
    return None if _reads_drafts(viewer) else {"key": "listening", "number": 2}


def _wording_data(cast, viewer) -> dict:
    now = editable("insight")
    text = wording("insight")
    return {
        "name": "Using insight",
        "cluster": text.cluster,
        "definition": text.definition,
        "constructs": list(text.constructs),
        "started_from": now.mark,
        "do": "save",
    }


def _listening(cast, viewer):
    return {"key": "listening"}


def _grid_data(cast, viewer) -> dict:
    role = RoleProfile.objects.get(job_role__key="executive").job_role
    return {
        "follows": "1",
        "change_note": "More is needed.",
        "do": "save",
        f"level-{role.pk}-listening": "5",
    }


def _framework_in_preparation(cast, viewer):
    """Somebody else's framework in preparation exists for draft readers only."""
    _prepare(cast)
    return {"key": _second().key}


def _second() -> Framework:
    found = Framework.objects.filter(name="Second").first()
    levels = [LevelWords(name, "", "", name) for name in ("One", "Two", "Three")]
    return found or frameworks.create("Second", "", levels, copy_of=None, by=None, at=AT)


def _levels_data(cast, viewer) -> dict:
    typed = {f"level_{part}": ["A", "B", "C"] for part in ("name", "freedom", "reach", "text")}
    return {**typed, "started_from": texts.mark_of_levels(_second())}


def _order_data(cast, viewer) -> dict:
    return {"key": "x", "place": "1", "started_from": texts.mark_of_order(_second())}


def _clusters_data(cast, viewer) -> dict:
    typed = {"cluster_key": "", "cluster_name": "Serve", "cluster_text": "", "cluster_place": "1"}
    return {**typed, "started_from": texts.mark_of_clusters(_second())}


def _framework_probe(**given) -> Probe:
    return Probe(prepare=_prepare, in_scope=_framework_in_preparation, **given)


def _document(cast, viewer):
    _prepare(cast)
    return {"pk": _a_document().pk}


def _a_document() -> Document:
    profile = RoleProfile.objects.get(profile_set__framework__state="in_use", job_role__key="executive")
    kind = Document.Kind.INTERVIEW_GUIDE
    return Document.objects.first() or documents.generate(profile, kind, only_focus=True, by=None, at=AT)


def _document_data(cast, viewer) -> dict:
    return {"title": "Guide", "text": "Ask well.", "revision": _a_document().revision}


def _import(cast, viewer):
    _prepare(cast)
    return {"pk": _an_import(cast).pk}


def _an_import(cast) -> LibraryImport:
    framework = Framework.objects.in_use().get()
    given = {"publishes": False, "change_note": "", "by": cast.hana.user, "at": AT}
    file = b"key,definition\nrecovery,Puts it right.\n"
    return LibraryImport.objects.first() or imports.upload(framework, "a.csv", file, **given)


PROBES = {
    "competencies:export_csv": Probe(prepare=_prepare),
    "competencies:export_xlsx": Probe(prepare=_prepare),
    "competencies:export_json": Probe(prepare=_prepare),
    "competencies:import": Probe(
        prepare=_prepare,
        data=lambda cast, viewer: {"file": SimpleUploadedFile("a.csv", b"key,definition\nrecovery,Puts it right.\n")},
    ),
    "competencies:import_template": Probe(prepare=_prepare),
    "competencies:import_report": Probe(prepare=_prepare, in_scope=_import),
    "competencies:import_refused": Probe(prepare=_prepare, in_scope=_import),
    "competencies:import_application": Probe(prepare=_prepare, in_scope=_import),
    "competencies:import_removal": Probe(prepare=_prepare, in_scope=_import),
    "competencies:documents": Probe(prepare=_prepare),
    "competencies:document_new": Probe(
        prepare=_prepare,
        data=lambda cast, viewer: {"profile": _a_document().profile_id, "kind": "job_advert"},
        variants=("?role=executive",),
    ),
    "competencies:document": Probe(prepare=_prepare, in_scope=_document),
    "competencies:document_edit": Probe(prepare=_prepare, in_scope=_document, data=_document_data),
    "competencies:document_docx": Probe(prepare=_prepare, in_scope=_document),
    "competencies:document_removal": Probe(prepare=_prepare, in_scope=_document),
    "competencies:expected": Probe(prepare=_prepare),
    "competencies:frameworks": Probe(prepare=_prepare),
    "competencies:framework_new": Probe(prepare=_prepare, data={"name": "Third", "levels": "3"}),
    "competencies:framework": _framework_probe(),
    "competencies:framework_name": _framework_probe(data={"name": "Second", "purpose": "Trial"}),
    "competencies:framework_clusters": _framework_probe(data=_clusters_data),
    "competencies:framework_levels": _framework_probe(data=_levels_data),
    "competencies:framework_order": _framework_probe(data=_order_data),
    "competencies:framework_guides": _framework_probe(data={"purpose": "Growth", "prompts": "What was it?"}),
    "competencies:framework_adoption": _framework_probe(),
    "competencies:framework_removal": _framework_probe(),
    "competencies:merge": Probe(
        prepare=_prepare, in_scope=_published, data={"into": "clarity", "change_note": "They say the same."}
    ),
    "competencies:library": Probe(prepare=_prepare, variants=("?q=listen", "?state=draft")),
    "competencies:new": Probe(prepare=_prepare, data={"name": "x", "do": "save"}),
    "competencies:profiles": Probe(prepare=_prepare, variants=("?version=1",)),
    "competencies:profiles_edit": Probe(prepare=_prepare, data=_grid_data),
    "competencies:profile": Probe(prepare=_prepare, in_scope=lambda cast, viewer: {"key": "executive"}),
    "competencies:detail": Probe(prepare=_prepare, in_scope=_published, out_of_scope=_hidden),
    "competencies:version": Probe(
        prepare=_prepare, in_scope=lambda cast, viewer: {"key": "insight", "number": 1}, out_of_scope=_draft_version
    ),
    "competencies:edit": Probe(prepare=_prepare, in_scope=_published, data=_wording_data),
    "competencies:preview": Probe(prepare=_prepare, in_scope=_unpublished),
    "competencies:publish": Probe(
        prepare=_prepare,
        in_scope=_listening,
        data=lambda cast, viewer: {"change_note": "Clearer.", "started_from": editable("listening").mark},
    ),
    "competencies:discard": Probe(
        prepare=_prepare,
        in_scope=_listening,
        data=lambda cast, viewer: {"started_from": editable("listening").mark},
    ),
    "competencies:bring_back": Probe(prepare=_prepare, in_scope=_published),
    "competencies:retire": Probe(prepare=_prepare, in_scope=_published),
}
