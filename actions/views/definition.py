"""What was agreed, for everyone, and the critical moments."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from actions.forms.moments import MomentForm
from actions.models import CriticalMoment
from actions.queries import definition as queries
from actions.services import definition as services
from core import audit
from core.respond import again, done
from core.tables import CSV_TYPE, to_csv
from people.access import Request, Role


def strategy(request: Request) -> HttpResponse:
    page = queries.strategy(request.viewer, on=timezone.localdate())
    return render(request, "actions/strategy.html", {"page": page})


def text_history(request: Request, prompt: str) -> HttpResponse:
    """Every version of one agreed text."""
    texts = queries.history(request.viewer, prompt)
    if not texts:
        raise Http404("Nothing was agreed on this.")
    return render(request, "actions/text_history.html", {"texts": texts, "newest": texts[0]})


def moments(request: Request) -> HttpResponse:
    context = {"roles": queries.moments(request.viewer), "may_edit": request.viewer.has(Role.HR_ADMIN)}
    return render(request, "actions/moments.html", context)


def moments_csv(request: Request) -> HttpResponse:
    headings = ["Role", "Moment", "Where it works", "Behaviour", "Competency", "C"]
    rows = [
        [
            group.role,
            row.moment.task,
            row.moment.get_reach_display(),
            row.moment.behaviour,
            row.competency,
            row.moment.get_construct_display(),
        ]
        for group in queries.moments(request.viewer)
        for row in group.rows
    ]
    response = HttpResponse(to_csv(headings, rows), content_type=CSV_TYPE)
    response["Content-Disposition"] = 'attachment; filename="critical-moments.csv"'
    return response


def moment_add(request: Request) -> HttpResponse:
    return _edited(request, None)


def moment_edit(request: Request, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(CriticalMoment.objects.visible_to(request.viewer), pk=pk))


def moment_removal(request: Request, pk: int) -> HttpResponse:
    moment = get_object_or_404(CriticalMoment.objects.visible_to(request.viewer), pk=pk)
    services.drop_moment(moment, by=request.viewer.actor)
    return done(request, "actions:moments", message=f"“{moment.task}” is removed.")


def _edited(request: Request, moment: CriticalMoment | None) -> HttpResponse:
    form = MomentForm(request.POST or None, instance=moment)
    context = {"form": form, "moment": moment}
    if request.method == "GET":
        return render(request, "actions/moment_edit.html", context)
    if not form.is_valid():
        return again(request, "actions/moment_edit.html", context)
    saved = audit.save_form(form, by=request.viewer.actor)
    return done(request, "actions:moments", message=f"“{saved}” is saved.")
