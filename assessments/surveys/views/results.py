"""Results: the stored release plan, the same for every viewer, each within their scope."""

from __future__ import annotations

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify

from assessments.surveys import promises
from assessments.surveys.models import UnitSnapshot
from assessments.surveys.queries import comment_pages, explorer, exports, previews, team
from assessments.surveys.services import reading
from core.tables import CSV_TYPE, XLSX_TYPE, to_csv, to_xlsx
from people.access import Request, Viewer

TOP = 1  # place of the whole organisation


def results(request: Request) -> HttpResponse:
    """The newest published campaign, the whole organisation first."""
    top = explorer.newest(request.viewer)
    return _explorer(request, top) if top else render(request, "surveys/no_results.html")


def campaign_results(request: Request, campaign: int) -> HttpResponse:
    return _explorer(request, _unit(request, campaign, TOP))


def unit_results(request: Request, campaign: int, place: int) -> HttpResponse:
    return _explorer(request, _unit(request, campaign, place))


def team_results(request: Request) -> HttpResponse:
    """A manager's own unit in the newest published campaign; one too small shows the unit above."""
    page = team.team_page(request.viewer)
    if page is None:
        return render(request, "surveys/no_results.html", {"for_team": True})
    unit = _unit(request, page.results.campaign_pk, page.results.place)
    reading.note(unit, by=request.viewer)
    context = {"page": page, "act_url": promises.address(request.viewer, unit)}
    return render(request, "surveys/team_results.html", context)


def team_preview(request: Request, campaign: int) -> HttpResponse:
    """HR sees the page above as whoever heads a unit will see it; of those who head none it says so."""
    top = _unit(request, campaign, TOP)
    viewer = previews.eyes(request.viewer, top.campaign, {"as": previews.MANAGERS} | request.GET.dict())
    preview = previews.preview(viewer, top)
    if preview is None:
        raise Http404("Choose whose eyes to look through.")
    page = team.team_page(viewer, top) if preview.heads_a_unit else None
    if page is None:
        return render(request, "surveys/preview_closed.html", {"preview": preview, "unit": top, "no_team": True})
    return render(request, "surveys/team_results.html", {"page": page, "act_url": "", "preview": preview})


def unit_comments(request: Request, campaign: int, place: int, question: str) -> HttpResponse:
    """Every released comment to one question. Nothing narrows them down but the unit."""
    unit = _unit(request, campaign, place)
    page = comment_pages.comment_page(
        _eyes(request, unit), unit, question, page=request.GET.get("page"), tag=request.GET.get("tag", "")
    )
    if page is None:
        raise Http404("No comments are shown here.")
    return render(request, "surveys/comments.html", {"page": page})


def heat_map_csv(request: Request, campaign: int, place: int) -> HttpResponse:
    """The heat map as a table. It holds what the page holds: hidden cells are words here, too."""
    unit = _unit(request, campaign, place)
    return _file(to_csv(*explorer.heat_table(_eyes(request, unit), unit)), CSV_TYPE, f"{slugify(unit.name)}.csv")


def export_csv(request: Request, campaign: int, place: int) -> HttpResponse:
    """Everything on the page, one line per figure."""
    page = _whole_page(request, campaign, place)
    return _file(to_csv(exports.HEADER, exports.lines(page)), CSV_TYPE, f"{slugify(page.results.name)}.csv")


def export_xlsx(request: Request, campaign: int, place: int) -> HttpResponse:
    page = _whole_page(request, campaign, place)
    content = to_xlsx([("Results", exports.HEADER, exports.lines(page))])
    return _file(content, XLSX_TYPE, f"{slugify(page.results.name)}.xlsx")


def export_json(request: Request, campaign: int, place: int) -> HttpResponse:
    """The same figures for machines."""
    return JsonResponse(exports.as_data(_whole_page(request, campaign, place)))


def unit_print(request: Request, campaign: int, place: int) -> HttpResponse:
    """Everything on paper: all statements, no navigation. Browsers save it as PDF."""
    return render(request, "surveys/results_print.html", {"page": _whole_page(request, campaign, place)})


def _whole_page(request: Request, campaign: int, place: int) -> explorer.UnitPage:
    unit = _unit(request, campaign, place)
    return explorer.unit_page(_eyes(request, unit), unit, topic=explorer.ALL, units=explorer.ALL)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="results-{name}"'
    return response


def _unit(request: Request, campaign: int, place: int) -> UnitSnapshot:
    return get_object_or_404(
        UnitSnapshot.objects.visible_to(request.viewer).select_related("campaign__form__version", "unit"),
        campaign=campaign,
        place=place,
    )


def _eyes(request: Request, unit: UnitSnapshot) -> Viewer:
    """The viewer, or whom HR looks as; what these could not open, they do not get."""
    viewer = previews.eyes(request.viewer, unit.campaign, request.GET.dict())
    if viewer is not request.viewer and not previews.may_open(viewer, unit):
        raise Http404("At this level the unit is not open.")
    return viewer


def _explorer(request: Request, unit: UnitSnapshot) -> HttpResponse:
    viewer = previews.eyes(request.viewer, unit.campaign, request.GET.dict())
    preview = previews.preview(viewer, unit)
    if preview and not preview.sees_it:
        return render(request, "surveys/preview_closed.html", {"preview": preview, "unit": unit})
    chosen = _choices(request)
    page = explorer.unit_page(viewer, unit, **chosen)
    reading.note(unit, by=request.viewer)
    units = explorer.ALL if chosen["units"] == explorer.ALL else ""
    act_url = "" if preview else promises.address(request.viewer, unit)
    return render(
        request, "surveys/results.html", {"page": page, "act_url": act_url, "units": units, "preview": preview}
    )


def _choices(request: Request) -> dict[str, str]:
    """What the reader chose on the page. Unknown words count as nothing chosen."""
    return {name: request.GET.get(name, "") for name in ("topic", "compare", "units")}
