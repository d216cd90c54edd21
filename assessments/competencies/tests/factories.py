"""The shipped library for tests, and short ways to change a competency."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from assessments.competencies import content, services
from assessments.competencies.models import Competency, CompetencyVersion
from assessments.competencies.queries import texts
from assessments.competencies.wording import Wording

LIBRARY = Path(settings.BASE_DIR) / "culture" / "content" / "competencies.yaml"
AT = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def load_library() -> content.LoadReport:
    return content.load(LIBRARY, by=None)


def wording(key: str, **changed) -> Wording:
    """What an editor of this competency starts from, with some parts changed."""
    return replace(texts.wording_of(editable(key)), **changed)


def editable(key: str) -> CompetencyVersion:
    return texts.editable(Competency.objects.get(key=key))


def draft_of(key: str, *, by=None, **changed) -> CompetencyVersion:
    """Save a draft with these changes."""
    now = editable(key)
    return services.save_draft(
        now.competency,
        wording(key, **(changed or {"definition": "Another sentence."})),
        started_from=now.mark,
        by=by,
        at=AT,
    )


def publish(key: str, *, by=None, **changed) -> CompetencyVersion:
    """Save these changes and put them into use."""
    draft = draft_of(key, by=by, **changed)
    return services.publish(draft.competency, started_from=draft.mark, change_note="Clearer words.", by=by, at=AT)
