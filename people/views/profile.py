"""The viewer's own page: details, look, who opened my records, my data."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from core import personal_data
from core.respond import again, done
from people.access import Request
from people.forms.imports import ThemeForm
from people.queries import profile as queries
from people.services import accounts


def profile(request: Request) -> HttpResponse:
    return render(
        request, "people/profile.html", _page(request, ThemeForm(initial={"theme": request.viewer.actor.theme}))
    )


def look(request: Request) -> HttpResponse:
    form = ThemeForm(request.POST)
    if form.is_valid():
        accounts.choose_theme(request.viewer.actor, form.cleaned_data["theme"], by=request.viewer.actor)
        return done(request, reverse("people:profile"), message="The look is saved.")
    return again(request, "people/profile.html", _page(request, form))


def my_data(request: Request) -> HttpResponse:
    response = JsonResponse(
        personal_data.about(request.viewer.actor), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _page(request: Request, form: ThemeForm) -> dict[str, object]:
    return {"view": queries.profile_page(request.viewer, page=request.GET.get("page")), "form": form}
