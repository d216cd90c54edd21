"""The list of raters about one person: the person names, the manager approves, HR reads."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from assessments.reviews.forms import NamingForm, WordsForm
from assessments.reviews.models import Assessment, Rater
from assessments.reviews.queries import raters as reads
from assessments.reviews.queries.raters import RatersPage
from assessments.reviews.services import raters as services
from core.errors import DomainError
from core.respond import again, done
from core.search import searched
from people.access import Request


def my_raters(request: Request) -> HttpResponse:
    """The list of the newest running cycle that asks others."""
    mine = reads.newest_list(request.viewer.me, on=timezone.localdate())
    if mine is None:
        messages.info(request, "No running cycle asks others about you.")
        return redirect("reviews:mine")
    return redirect("reviews:raters", mine)


def raters(request: Request, pk: int) -> HttpResponse:
    page = _page(request, pk)
    return render(request, "reviews/raters.html", _context(page, _form(request, page)))


def naming(request: Request, pk: int) -> HttpResponse:
    """Names from the person wait for approval; the manager's own are asked at once.

    `go=search` only looks people up, `go=look` as which groups those named and ticked would be shown.
    """
    page = _page(request, pk)
    form = _form(request, page, is_bound=True)
    if (go := request.POST.get("go")) in ("search", "look"):
        return _look(request, pk, form, is_search=go == "search")
    if form.is_valid():
        people = list(form.cleaned_data["colleagues"].select_related("user"))
        try:
            if page.sees == "own":
                named = services.propose(
                    page.assessment,
                    colleagues=people,
                    externals=form.externals(),
                    by=page.assessment.employee,
                    at=timezone.now(),
                )
            else:
                named = services.add(
                    page.assessment,
                    colleagues=people,
                    externals=form.externals(),
                    by=request.viewer.actor,
                    at=timezone.now(),
                )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return done(request, _to(page), message=_said(page, named))
    page = _page(request, pk, ticked=form.ticked(), externals=form.external_count())
    return again(request, "reviews/raters.html", _context(page, form))


def approval_of_all(request: Request, pk: int) -> HttpResponse:
    page = _page(request, pk)
    return _decide(
        request,
        page.assessment,
        lambda: services.approve(
            page.assessment, [row.rater for row in page.waiting], by=request.viewer.actor, at=timezone.now()
        ),
        "Approved. They have been asked.",
    )


def approval(request: Request, pk: int) -> HttpResponse:
    rater = _rater(request, pk)
    return _decide(
        request,
        rater.assessment,
        lambda: services.approve(rater.assessment, [rater], by=request.viewer.actor, at=timezone.now()),
        f"{rater.who} has been asked.",
    )


def refusal(request: Request, pk: int) -> HttpResponse:
    rater = _rater(request, pk)
    form = WordsForm(request.POST)
    words = form.cleaned_data["words"] if form.is_valid() else ""
    return _decide(
        request,
        rater.assessment,
        lambda: services.refuse(rater, words=words, by=request.viewer.actor, at=timezone.now()),
        f"Not approved. {rater.assessment.employee.first_name} reads why.",
    )


def removal(request: Request, pk: int) -> HttpResponse:
    """The person takes a waiting name back; the manager takes somebody off who was asked."""
    rater = _rater(request, pk)
    me = request.viewer.employee
    if me and rater.assessment.employee_id == me.pk:
        return _decide(request, rater.assessment, lambda: services.withdraw(rater, by=me), "The name was taken back.")
    return _decide(
        request,
        rater.assessment,
        lambda: services.remove(rater, by=request.viewer.actor, at=timezone.now()),
        f"{rater.who} is no longer asked.",
    )


def invitation(request: Request, pk: int) -> HttpResponse:
    rater = _rater(request, pk)
    return _decide(
        request,
        rater.assessment,
        lambda: services.invite_again(rater, by=request.viewer.actor, at=timezone.now()),
        f"A new link is on its way to {rater.email}. The one before opens nothing any more.",
    )


def _look(request: Request, pk: int, form: NamingForm, *, is_search: bool) -> HttpResponse:
    """The page with what was typed and ticked; the groups alone for the page's own call."""
    text = searched(request.POST.get("search", "")) if is_search else ""
    page = _page(request, pk, searched=text, ticked=form.ticked(), externals=form.external_count())
    if request.htmx and not is_search:
        return render(request, "reviews/_groups.html", {"page": page})
    typed = {name: request.POST.get(name, "")[:200] for name in form.fields if name.startswith("external")}
    return render(request, "reviews/raters.html", _context(page, _form(request, page, typed=typed)))


# --- helpers ----------------------------------------------------------------------------------------------------------


def _decide(request: Request, assessment: Assessment, verb: Callable[[], object], message: str) -> HttpResponse:
    try:
        verb()
    except DomainError as refused:
        messages.warning(request, str(refused))
        return redirect("reviews:raters", pk=assessment.pk)
    return done(request, redirect("reviews:raters", pk=assessment.pk).url, message=message)


def _page(
    request: Request, pk: int, *, searched: str = "", ticked: list[int] | None = None, externals: int = 0
) -> RatersPage:
    assessment = get_object_or_404(
        Assessment.objects.lists_open_to(request.viewer).select_related(
            "cycle", "employee__user", "employee__job_role", "manager__user"
        ),
        pk=pk,
    )
    page = reads.raters_page(
        assessment,
        request.viewer,
        on=timezone.localdate(),
        searched=searched,
        ticked=ticked or (),
        externals=externals,
    )
    request.stands_under = {"own": "reviews:mine", "manager": "reviews:team"}.get(page.sees, "reviews:cycles")
    return page


def _rater(request: Request, pk: int) -> Rater:
    found = Rater.objects.on_lists_of(request.viewer).select_related("assessment__employee__user", "employee")
    return get_object_or_404(found, pk=pk)


def _form(
    request: Request, page: RatersPage, *, is_bound: bool = False, typed: dict[str, str] | None = None
) -> NamingForm:
    data = request.POST if is_bound else None
    return NamingForm(data, initial=typed, viewer=request.viewer, assessment=page.assessment)


def _context(page: RatersPage, form: NamingForm) -> dict[str, object]:
    return {"page": page, "form": form}


def _to(page: RatersPage) -> str:
    return redirect("reviews:raters", pk=page.assessment.pk).url


def _said(page: RatersPage, named: int) -> str:
    if not named:
        return "Everybody ticked is on the list already."
    if page.sees != "own":
        return f"{named} added and asked."
    decider = page.assessment.manager
    return f"{named} sent to {decider.name if decider else 'HR'} for approval."
