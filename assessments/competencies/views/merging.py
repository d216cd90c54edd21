"""Make one competency of two."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.competencies.forms.frameworks import MergeForm
from assessments.competencies.models import Competency
from assessments.competencies.queries import library as reads
from assessments.competencies.queries import resembling, texts
from assessments.competencies.services import merging
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def merge(request: Request, key: str) -> HttpResponse:
    known = Competency.objects.visible_to(request.viewer).select_related("framework")
    competency = get_object_or_404(known, key=key)
    version = texts.editable(competency)
    others = reads.in_use_but(competency)
    alike = resembling.alike(version.name, version.definition, framework=competency.framework_id, but_not=competency)
    form = MergeForm(
        request.POST or None,
        choices=[(one.competency.key, one.name) for one in others],
        initial={"into": alike[0].entry.key if alike else ""},
    )
    if form.is_valid():
        into = get_object_or_404(known, key=form.cleaned_data["into"])
        try:
            merging.merge(
                competency,
                into,
                change_note=form.cleaned_data["change_note"],
                by=request.viewer.actor,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "Merged. Role profiles and levels agreed earlier follow; earlier assessments stay as they were."
            return done(request, reverse("competencies:detail", args=[into.key]), message=said)
    usage = reads.usage_by_competency(competency.framework).get(competency.pk, reads.Usage())
    context = {"form": form, "competency": competency, "version": version, "usage": usage, "alike": alike}
    if form.is_bound:
        return again(request, "competencies/merge.html", context)
    return render(request, "competencies/merge.html", context)
