"""Frameworks: the list, one framework with its clusters and levels, and putting one into use."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from assessments.competencies.forms.frameworks import (
    ClustersForm,
    FrameworkForm,
    GuidesForm,
    LevelsForm,
    NewFrameworkForm,
    OrderForm,
)
from assessments.competencies.models import Framework
from assessments.competencies.queries import frameworks as reads
from assessments.competencies.queries import texts
from assessments.competencies.services import frameworks as services
from core.errors import Conflict, DomainError
from core.respond import done
from people.access import Request, Role


def frameworks(request: Request) -> HttpResponse:
    context = {"frameworks": reads.frameworks(request.viewer), "may_edit": request.viewer.has(Role.HR_ADMIN)}
    return render(request, "competencies/frameworks.html", context)


def new(request: Request) -> HttpResponse:
    known = Framework.objects.visible_to(request.viewer)
    form = NewFrameworkForm(request.POST or None, frameworks=known)
    if form.is_valid():
        typed = form.cleaned_data
        levels = form.level_words(texts.scale_levels(typed["copy_of"]))
        framework = services.create(
            typed["name"],
            typed["purpose"],
            levels,
            copy_of=typed["copy_of"],
            by=request.viewer.actor,
            at=timezone.now(),
        )
        return done(request, _url(framework), message=f"“{framework.name}” is in preparation.")
    return render(request, "competencies/framework_new.html", {"form": form}, status=422 if form.is_bound else 200)


def framework(request: Request, key: str) -> HttpResponse:
    return _page(request, _found(request, key))


def name(request: Request, key: str) -> HttpResponse:
    found = _found(request, key)
    form = FrameworkForm(request.POST, instance=_found(request, key))
    if not form.is_valid():
        return _page(request, found, name_form=form, status=422)
    services.rename(found, **form.cleaned_data, by=request.viewer.actor)
    return done(request, _url(found), message="The name is saved.")


def clusters(request: Request, key: str) -> HttpResponse:
    found, status = _found(request, key), 422
    form = ClustersForm(request.POST, framework=found)
    if form.is_valid():
        try:
            started_from = form.cleaned_data["started_from"]
            services.save_clusters(found, form.words(), started_from=started_from, by=request.viewer.actor)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Conflict) else 422
        else:
            return done(request, _url(found), message="The clusters are saved.")
    return _page(request, found, clusters_form=form, status=status)


def levels(request: Request, key: str) -> HttpResponse:
    found, status = _found(request, key), 422
    form = LevelsForm(request.POST, levels=[])
    if form.is_valid():
        try:
            services.save_levels(
                found,
                form.words(),
                **form.cleaned_data,
                by=request.viewer.actor,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 409 if isinstance(refusal, Conflict) else 422
        else:
            return done(request, _url(found), message="The levels are saved.")
    return _page(request, found, levels_form=form, status=status)


def order(request: Request, key: str) -> HttpResponse:
    found = _found(request, key)
    form = OrderForm(request.POST, placed=reads.framework_page(found).order)
    if form.is_valid():
        try:
            services.save_order(
                found, form.keys(), started_from=form.cleaned_data["started_from"], by=request.viewer.actor
            )
            return done(request, f"{_url(found)}#order", message="The order is saved.")
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    return _page(request, found, order_form=form, status=409)


def guides(request: Request, key: str) -> HttpResponse:
    found = _found(request, key)
    form = GuidesForm(request.POST)
    if not form.is_valid():
        return _page(request, found, guides_form=form, status=422)
    services.save_guides(found, form.words(), by=request.viewer.actor)
    return done(request, _url(found), message="The guides are saved. Documents made from now on use them.")


def adoption(request: Request, key: str) -> HttpResponse:
    found = _found(request, key)
    try:
        services.adopt(found, by=request.viewer.actor, at=timezone.now())
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect(_url(found))
    return done(request, _url(found), message=f"“{found.name}” is in use. Running cycles keep what they began with.")


def removal(request: Request, key: str) -> HttpResponse:
    found = _found(request, key)
    try:
        services.discard(found, by=request.viewer.actor)
    except DomainError as refusal:
        messages.warning(request, str(refusal))
        return redirect(_url(found))
    return done(request, "competencies:frameworks", message=f"“{found.name}” is thrown away.")


def _found(request: Request, key: str) -> Framework:
    return get_object_or_404(Framework.objects.visible_to(request.viewer), key=key)


def _url(framework: Framework) -> str:
    return reverse("competencies:framework", args=[framework.key])


def _page(
    request: Request,
    framework: Framework,
    *,
    name_form: FrameworkForm | None = None,
    clusters_form: ClustersForm | None = None,
    levels_form: LevelsForm | None = None,
    guides_form: GuidesForm | None = None,
    order_form: OrderForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page = reads.framework_page(framework)
    context = {
        "page": page,
        "framework": framework,
        "may_edit": request.viewer.has(Role.HR_ADMIN),
        "name_form": name_form or FrameworkForm(instance=framework),
        "clusters_form": clusters_form or ClustersForm(None, framework=framework),
        "levels_form": levels_form or LevelsForm(None, levels=page.levels),
        "guides_form": guides_form or GuidesForm(initial=GuidesForm.initial_of(framework)),
        "order_form": order_form,
        "order_mark": texts.mark_of_order(framework),
        "clusters_mark": texts.mark_of_clusters(framework),
        "levels_mark": texts.mark_of_levels(framework),
    }
    return render(request, "competencies/framework.html", context, status=status)
