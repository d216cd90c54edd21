"""List, add and edit for the plain things that HR configures: a catalogue in a few lines.

    class JobRoles(catalogue.Catalogue):
        model, form = JobRole, JobRoleForm
        title, one = "Job roles", "job role"
        routes = catalogue.Routes("people:job_roles", "people:job_role_add", "people:job_role_edit")
        columns = (("Name", "name"), ("Key", "key"))

Map `JobRoles.list_view()`, `JobRoles.add_view()` and `JobRoles.edit_view()` through `people.access.route`. Override a method
and it has become a journey: write functions instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from core import audit
from core.respond import again, done

ROWS_PER_PAGE = 50


@dataclass(frozen=True)
class Routes:
    """Full names of the routes; `edit` takes pk."""

    list: str
    add: str
    edit: str


@dataclass(frozen=True)
class Row:
    edit_url: str
    cells: list[Any]


class Catalogue:
    model: ClassVar[type[models.Model]]
    form: ClassVar[type[ModelForm[Any]]]
    title: ClassVar[str]
    one: ClassVar[str]
    lede: ClassVar[str] = ""
    routes: ClassVar[Routes]
    columns: ClassVar[tuple[tuple[str, str], ...]]

    @classmethod
    def list_view(cls) -> Callable[..., HttpResponse]:
        def show(request: HttpRequest) -> HttpResponse:
            page = Paginator(cls._rows(request), ROWS_PER_PAGE).get_page(request.GET.get("page"))
            rows = [
                Row(reverse(cls.routes.edit, args=[one.pk]), [getattr(one, name) for _, name in cls.columns])
                for one in page
            ]
            headings = [heading for heading, _ in cls.columns]
            context = {
                "catalogue": cls,
                "rows": rows,
                "headings": headings,
                "page": page,
                "add": reverse(cls.routes.add),
            }
            return render(request, "catalogue/list.html", context)

        return show

    @classmethod
    def add_view(cls) -> Callable[..., HttpResponse]:
        def add(request: HttpRequest) -> HttpResponse:
            return cls._edited(request, None)

        return add

    @classmethod
    def edit_view(cls) -> Callable[..., HttpResponse]:
        def edit(request: HttpRequest, pk: int) -> HttpResponse:
            return cls._edited(request, get_object_or_404(cls._rows(request), pk=pk))

        return edit

    @classmethod
    def _rows(cls, request: HttpRequest) -> models.QuerySet[Any]:
        """What the viewer may see; a model without `visible_to` is the same for everyone whom the route admits."""
        manager = cls.model._default_manager
        viewer = request.viewer  # type: ignore[attr-defined]
        found = manager.visible_to(viewer) if hasattr(manager, "visible_to") else manager.all()
        return found if found.ordered else found.order_by("pk")

    @classmethod
    def _edited(cls, request: HttpRequest, instance: models.Model | None) -> HttpResponse:
        form = cls.form(request.POST or None, instance=instance)
        context = {"catalogue": cls, "form": form, "instance": instance, "list": reverse(cls.routes.list)}
        if request.method == "GET":
            return render(request, "catalogue/edit.html", context)
        if not form.is_valid():
            return again(request, "catalogue/edit.html", context)
        saved = audit.save_form(form, by=request.viewer.user)  # type: ignore[attr-defined]
        return done(request, context["list"], message=f"“{saved}” is saved.")
