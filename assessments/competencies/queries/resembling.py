"""Which competencies say nearly the same: asked while one is written, published or imported."""

from assessments.competencies.models import Competency, CompetencyVersion
from assessments.competencies.resemblance import Alike, Entry, resembling

State = CompetencyVersion.State


def entries(*, framework: int, but_not: Competency | None = None) -> list[Entry]:
    """Every competency of a framework that is in use or being written, by what its newest such version says."""
    versions = (
        CompetencyVersion.objects.filter(competency__framework=framework)
        .exclude(state=State.RETIRED)
        .exclude(competency=but_not)
        .order_by("competency_id", "-number")
        .values_list("competency__key", "name", "definition")
    )
    newest = {key: Entry(key, name, definition) for key, name, definition in reversed(versions)}
    return list(newest.values())


def alike(name: str, definition: str, *, framework: int, but_not: Competency | None = None) -> list[Alike]:
    """What resembles this name or definition, most alike first; empty for an empty name."""
    if not name.strip():
        return []
    return resembling(name, definition, entries(framework=framework, but_not=but_not))
