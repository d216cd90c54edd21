"""Pages that read many people's levels: the manager's own team by name, everybody else as counts."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify

from assessments.reviews.models import UnitSummary
from assessments.reviews.queries import bridge as bridge_reads
from assessments.reviews.queries import level_files
from assessments.reviews.queries import levels as levels_reads
from assessments.reviews.queries import matrix as matrix_reads
from assessments.reviews.queries.level_files import Table
from core import audit, tables
from core.numbers import whole_number
from people.access import Request

FILE_TYPES = {"csv": tables.CSV_TYPE, "xlsx": tables.XLSX_TYPE}


def matrix(request: Request) -> HttpResponse:
    """Levels of the manager's own team. Each reading is written into the record of whoever was read about."""
    return render(request, "reviews/matrix.html", {"page": _team(request, request.GET.get("cycle", ""))})


def matrix_export(request: Request) -> HttpResponse:
    """The same as a file, with the same entries in the records and one more: it carries people's levels away."""
    kind = _kind(request.POST.get("format", ""))
    page = _team(request, request.POST.get("cycle", ""))
    if page.cycle is None:
        raise Http404
    changes = {"people": len(page.readable), "file": kind}
    audit.record("exported the team's levels of", page.cycle, by=request.viewer.actor, changes=changes)
    return _file(kind, level_files.team_lines(page), level_files.team_tables(page), f"team-{page.cycle.name}")


def levels(request: Request) -> HttpResponse:
    """Levels of many start at the topmost unit that the viewer may read."""
    unit = levels_reads.newest_unit(request.viewer)
    if unit is None:
        return render(request, "reviews/levels_none.html")
    return redirect("reviews:unit_levels", pk=unit.pk)


def unit_levels(request: Request, pk: int) -> HttpResponse:
    visible = UnitSummary.objects.visible_to(request.viewer).select_related("summary__cycle", "unit")
    page = levels_reads.levels_page(get_object_or_404(visible, pk=pk), request.viewer)
    bridge = bridge_reads.bridge(request.viewer) if page.is_newest_top else None
    return render(request, "reviews/levels.html", {"page": page, "bridge": bridge})


def levels_export(request: Request, pk: int, kind: str) -> HttpResponse:
    """The same as a file: what is hidden on the page is hidden here, in the same words."""
    visible = UnitSummary.objects.visible_to(request.viewer).select_related("summary__cycle", "unit")
    page = levels_reads.levels_page(get_object_or_404(visible, pk=pk), request.viewer)
    lines, sheets = level_files.level_lines(page), level_files.level_tables(page)
    return _file(_kind(kind), lines, sheets, f"levels-{page.unit.name}")


def _team(request: Request, asked: str) -> matrix_reads.MatrixPage:
    page = matrix_reads.matrix_page(request.viewer.me, cycle_id=_number(asked))
    if asked and page.cycle is None:
        raise Http404
    read = [(row.assessment, row.employee.user) for row in page.readable]
    audit.viewed_together(read, by=request.viewer.actor, on=timezone.localdate())
    return page


def _kind(asked: str) -> str:
    if asked not in FILE_TYPES:
        raise Http404
    return asked


def _file(kind: str, lines: Table, sheets: list[Table], name: str) -> HttpResponse:
    """The lines as CSV, all sheets as XLSX."""
    content = tables.to_xlsx(sheets) if kind == "xlsx" else tables.to_csv(lines[1], lines[2])
    response = HttpResponse(content, content_type=FILE_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{kind}"'
    return response


def _number(asked: str) -> int | None:
    """The number asked for; 0, which is nobody's, for something that is no number."""
    if not asked:
        return None
    return whole_number(asked) or 0
