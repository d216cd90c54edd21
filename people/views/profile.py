"""The viewer's own page: details, look, who opened my records, my data."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from core import mail_choices, personal_data
from core.respond import again, done
from people.access import Request
from people.forms.imports import ThemeForm
from people.forms.mails import MailsForm
from people.queries import profile as queries
from people.services import accounts


def profile(request: Request) -> HttpResponse:
    return render(request, "people/profile.html", _page(request))


def look(request: Request) -> HttpResponse:
    form = ThemeForm(request.POST)
    if form.is_valid():
        accounts.choose_theme(request.viewer.actor, form.cleaned_data["theme"], by=request.viewer.actor)
        return done(request, reverse("people:profile"), message="The look is saved.")
    return again(request, "people/profile.html", _page(request, form=form))


def mails(request: Request) -> HttpResponse:
    """Which mails I want, topic by topic."""
    form = MailsForm(request.POST)
    if form.is_valid():
        mail_choices.choose(request.viewer.actor, form.cleaned_data)
        return done(request, f"{reverse('people:profile')}#mails", message="Your choice of mails is saved.")
    return again(request, "people/profile.html", _page(request, mails=form))


def my_data(request: Request) -> HttpResponse:
    response = JsonResponse(
        personal_data.about(request.viewer.actor), json_dumps_params={"indent": 2, "ensure_ascii": False}
    )
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def _page(request: Request, *, form: ThemeForm | None = None, mails: MailsForm | None = None) -> dict[str, object]:
    """The page; forms that were refused take the place of those that show what is stored."""
    me = request.viewer.actor
    return {
        "view": queries.profile_page(request.viewer, page=request.GET.get("page")),
        "form": form or ThemeForm(initial={"theme": me.theme}),
        "mails": mails or MailsForm(initial=mail_choices.of(me.pk)),
    }
