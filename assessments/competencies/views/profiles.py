"""What each role needs: the grid for all, its next version by HR."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.competencies import services
from assessments.competencies.forms.profiles import GridForm
from assessments.competencies.models import Framework, ProfileSet, RoleProfile
from assessments.competencies.queries import expected as expectations
from assessments.competencies.queries import profiles as reads
from assessments.competencies.queries import texts
from core.errors import DomainError
from core.numbers import whole_number
from core.respond import done
from people.access import Request, Role


def profiles(request: Request) -> HttpResponse:
    asked = request.GET.get("version", "")
    framework = _framework(request)
    grid = reads.profile_grid(framework, number=whole_number(asked))
    if asked and (grid.profile_set is None or str(grid.profile_set.number) != asked):
        raise Http404
    return render(
        request,
        "competencies/profiles.html",
        {
            "grid": grid,
            "history": ProfileSet.objects.visible_to(request.viewer).filter(framework=framework),
            "framework": framework,
            "reads_documents": request.viewer.is_hr or request.viewer.has(Role.MANAGER),
            "frameworks": Framework.objects.visible_to(request.viewer),
            "changes": reads.profile_changes(grid.profile_set),
            "may_edit": request.viewer.has(Role.HR_ADMIN),
        },
    )


def profile(request: Request, key: str) -> HttpResponse:
    found = get_object_or_404(
        RoleProfile.objects.select_related("profile_set", "job_role"),
        profile_set=reads.newest_profile_set(),
        job_role__key=key,
    )
    return render(
        request,
        "competencies/profile.html",
        {
            "needs": reads.needs_of(found),
            "people": reads.people_by_role().get(found.job_role_id, 0),
            "may_make": request.viewer.is_hr,
        },
    )


def profiles_edit(request: Request) -> HttpResponse:
    framework = _framework(request)
    if framework is None:
        raise Http404
    grid = reads.profile_grid(framework)
    data = request.POST if request.method == "POST" else None
    base = reads.older_grid(framework, grid, number=whole_number(request.POST.get("follows", "")))
    form = GridForm(data, grid=grid, people=reads.people_by_role(), base=base)
    command = request.POST.get("do", "")
    if command == "add":
        form.add_column()
    elif command == "save" and form.is_valid():
        try:
            saved = _save(request, framework, form)
        except services.Stale as refusal:
            messages.warning(request, f"{refusal} Nothing of yours is lost: look at both below, then save.")
            return _grid_page(request, form, status=409)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            to = f"{reverse('competencies:profiles')}?framework={framework.key}"
            return done(request, to, message=_said(saved))
    return _grid_page(request, form, status=422 if command == "save" else 200)


def expected(request: Request) -> HttpResponse:
    """What the viewer's own role needs, with the next level in sight."""
    employee = request.viewer.me
    return render(request, "competencies/expected.html", {"page": expectations.expected_page(employee)})


def _framework(request: Request) -> Framework | None:
    key = request.GET.get("framework", "")
    framework = texts.chosen_framework(request.viewer, key)
    if key and framework is None:
        raise Http404
    return framework


def _said(saved: ProfileSet) -> str:
    is_used = saved.framework.state == Framework.State.IN_USE
    return f"Role profiles, version {saved.number}, are {'in use' if is_used else 'saved'}."


def _save(request: Request, framework: Framework, form: GridForm) -> ProfileSet:
    if not form.edited() and not form.added and not form.dropped and not form.renamed():
        raise services.NothingChanged("Nothing has changed.")
    return services.save_profiles(
        framework,
        form.profiles(),
        follows=form.cleaned_data["follows"],
        change_note=form.cleaned_data["change_note"],
        by=request.viewer.user,
        at=timezone.now(),
    )


def _grid_page(request: Request, form: GridForm, *, status: int = 200) -> HttpResponse:
    number = form.grid.profile_set.number if form.grid.profile_set else 0
    affected = form.affected()
    context = {
        "form": form,
        "grid": form.grid,
        "number": number,
        "next_number": number + 1,
        "edited": len(form.edited()),
        "affected": affected,
        "affected_people": sum(column.people for column in affected),
        "meanwhile": reads.profile_changes(form.grid.profile_set) if form.follows_another else [],
        "both_changed": form.both_changed() if form.follows_another else [],
    }
    return render(request, "competencies/profiles_edit.html", context, status=status)
