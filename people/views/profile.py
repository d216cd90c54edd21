"""The viewer's own page: details, look, who opened my records, my data."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from core import personal_data
from core.respond import again, done
from people.forms.imports import ThemeForm
from people.queries import profile as queries
from people.services import accounts


def profile(request: HttpRequest) -> HttpResponse:
    return render(
        request, "people/profile.html", _page(request, ThemeForm(initial={"theme": request.viewer.user.theme}))
    )


def look(request: HttpRequest) -> HttpResponse:
    form = ThemeForm(request.POST)
    if form.is_valid():
        accounts.choose_theme(request.viewer.user, form.cleaned_data["theme"], by=request.viewer.user)
        return done(request, reverse("people:profile"), message="The look is saved.")
    return again(request, "people/profile.html", _page(request, form))


def my_data(request: HttpRequest) -> HttpResponse:
    response = JsonResponse(
        personal_data.about(request.viewer.user), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _page(request: HttpRequest, form: ThemeForm) -> dict[str, object]:
    return {"view": queries.profile_page(request.viewer, page=request.GET.get("page")), "form": form}
