"""Reading the library: open to everyone inside."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from assessments.competencies.forms.library import LibraryForm
from assessments.competencies.models import Competency, Framework, reads_drafts
from assessments.competencies.queries import library as reads
from assessments.competencies.queries import texts
from core.search import searched
from people.access import Request, Role


def library(request: Request) -> HttpResponse:
    viewer = request.viewer
    framework = texts.chosen_framework(viewer, key := request.GET.get("framework", ""))
    if key and framework is None:
        raise Http404
    narrowed = request.GET.copy()
    narrowed["framework"] = framework.key if framework else ""
    states = {key: words for key, words in reads.FILTERS.items() if key != "draft" or reads_drafts(viewer)}
    form = LibraryForm(narrowed, states=states, frameworks=Framework.objects.visible_to(viewer))
    form.is_valid()
    search, state = searched(form.cleaned_data.get("q", "")), form.cleaned_data.get("state", "")
    construct = form.cleaned_data.get("construct", "")
    number = request.GET.get("page")
    page = reads.library(viewer, framework, search=search, state=state, construct=construct, page=number)
    context = {
        "page": page,
        "form": form,
        "is_narrowed": bool(search or state or construct),
        "may_edit": viewer.has(Role.HR_ADMIN),
    }
    return render(request, "competencies/library.html", context)


def detail(request: Request, key: str) -> HttpResponse:
    return _version(request, key, None)


def version(request: Request, key: str, number: int) -> HttpResponse:
    return _version(request, key, number)


def _version(request: Request, key: str, number: int | None) -> HttpResponse:
    viewer = request.viewer
    known = Competency.objects.visible_to(viewer).select_related("framework", "merged_into")
    competency = get_object_or_404(known, key=key)
    page = reads.competency_page(competency, viewer, number=number)
    if page is None:
        raise Http404
    return render(
        request,
        "competencies/detail.html",
        {
            "page": page,
            "competency": competency,
            "library": reads.library(viewer, competency.framework, is_whole=True),
            "may_edit": viewer.has(Role.HR_ADMIN),
        },
    )
