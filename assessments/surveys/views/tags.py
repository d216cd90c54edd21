"""HR: the subjects of comments, with their keywords, and tags put on by hand."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from assessments.surveys.forms.tags import TagForm, TaggingForm
from assessments.surveys.models import CommentTag, UnitSnapshot
from assessments.surveys.queries import statements
from assessments.surveys.queries import tags as queries
from assessments.surveys.services import tags as services
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def tags(request: Request) -> HttpResponse:
    """All subjects, and a form for a new one."""
    return _edit(request, None)


def tag(request: Request, pk: int) -> HttpResponse:
    return _edit(request, get_object_or_404(CommentTag.objects.visible_to(request.viewer), pk=pk))


def tagging(request: Request, campaign: int, place: int, question: str) -> HttpResponse:
    """Put a tag on a comment of this page, or take it off."""
    units = UnitSnapshot.objects.visible_to(request.viewer).select_related("campaign")
    unit = get_object_or_404(units, campaign=campaign, place=place)
    form = TaggingForm(request.POST)
    if not form.is_valid():
        raise Http404("There is no such comment or tag.")
    released = statements.released_comments(unit, question)
    comment = get_object_or_404(released, pk=form.cleaned_data["comment"])
    services.set_by_hand(comment, form.cleaned_data["tag"], is_on=form.cleaned_data["is_on"], by=request.viewer.actor)
    back = reverse("surveys:unit_comments", args=[campaign, place, question])
    return done(request, back, message="The tag is on." if form.cleaned_data["is_on"] else "The tag is off.")


def _edit(request: Request, found: CommentTag | None) -> HttpResponse:
    names = ("name", "keywords", "is_active")
    initial = {name: getattr(found, name) for name in names} if found else None
    form = TagForm(request.POST or None, initial=initial)
    context = {"form": form, "tag": found, "tags": queries.all_tags()}
    if request.method == "POST":
        if form.is_valid():
            try:
                services.save_tag(found, by=request.viewer.actor, **form.cleaned_data)
            except DomainError as refusal:
                form.add_error("name", str(refusal))
            else:
                return done(request, "surveys:tags", message="Saved. The comments are gathered anew.")
        return again(request, "surveys/tags.html", context)
    return render(request, "surveys/tags.html", context)
