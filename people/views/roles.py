"""Who has which role, who may open what, and what was done."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from core import tables
from core.errors import DomainError
from core.respond import again, done
from people.access import Request, Role
from people.forms.roles import AuditFilter, GrantForm, ScopeForm
from people.models import RoleGrant
from people.queries import audit, matrix
from people.queries import roles as queries
from people.services import roles


def grants(request: Request) -> HttpResponse:
    return render(request, "people/roles.html", {"view": queries.roles_page(request.viewer)})


def grant(request: Request) -> HttpResponse:
    form = GrantForm(request.POST or None, viewer=request.viewer)
    if request.method == "GET":
        return render(request, "people/role_grant.html", {"form": form})
    if form.is_valid():
        chosen = form.cleaned_data
        try:
            given = roles.grant(
                chosen["person"].user, chosen["role"], units=list(chosen["units"]), by=request.viewer.actor
            )
            said = f"{chosen['person'].name} is {given.get_role_display()} from the next sign-in on."
            return done(request, reverse("people:roles"), message=said)
        except roles.NoScope as refusal:
            form.add_error("units", str(refusal))
        except DomainError as refusal:
            form.add_error("person", str(refusal))
    return again(request, "people/role_grant.html", {"form": form})


def scope(request: Request, pk: int) -> HttpResponse:
    partners = RoleGrant.objects.visible_to(request.viewer).filter(role=RoleGrant.Role.HR_PARTNER)
    given = get_object_or_404(partners.select_related("user__employee"), pk=pk)
    form = ScopeForm(request.POST or None, viewer=request.viewer, given=given)
    context = {"form": form, "given": given, "name": queries.name_of(given.user)}
    if request.method == "GET":
        return render(request, "people/role_scope.html", context)
    if form.is_valid():
        try:
            roles.change_scope(given, list(form.cleaned_data["units"]), by=request.viewer.actor)
            return done(request, reverse("people:roles"), message="The units are saved.")
        except DomainError as refusal:
            form.add_error("units", str(refusal))
    return again(request, "people/role_scope.html", context)


def revocation(request: Request, pk: int) -> HttpResponse:
    given = get_object_or_404(RoleGrant.objects.visible_to(request.viewer).select_related("user__employee"), pk=pk)
    try:
        roles.revoke(given, by=request.viewer.actor)
    except DomainError as refusal:
        context = {"view": queries.roles_page(request.viewer), "refusal": refusal}
        return again(request, "people/roles.html", context)
    said = f"{queries.name_of(given.user)} is no longer {given.get_role_display()}."
    return done(request, reverse("people:roles"), message=said)


def access_matrix(request: Request) -> HttpResponse:
    return render(request, "people/matrix.html", {"areas": matrix.areas(), "roles": list(Role)})


def trail(request: Request) -> HttpResponse:
    form = AuditFilter(request.GET or None)
    page, lines = audit.trail(request.viewer, form.filters, page=request.GET.get("page"))
    return render(request, "people/audit.html", {"form": form, "page": page, "lines": lines})


def trail_export(request: Request) -> HttpResponse:
    """The entries that match the filters, as CSV; taking them away is itself an entry."""
    rows = [
        [line.at.isoformat(), line.who, line.verb, line.what, line.about, _changes(line)]
        for line in audit.export(request.viewer, AuditFilter(request.POST or None).filters)
    ]
    roles.note_export(len(rows), by=request.viewer.actor)
    content = tables.to_csv(["at", "who", "did", "to", "about", "changes"], rows)
    headers = {"Content-Disposition": 'attachment; filename="audit-trail.csv"'}
    return HttpResponse(content, content_type=tables.CSV_TYPE, headers=headers)


def _changes(line: audit.Line) -> str:
    if not line.are_values_shown:
        return ", ".join(change.name for change in line.changes)
    return "; ".join(f"{change.name}: {change.old or '-'} > {change.new or '-'}" for change in line.changes)
