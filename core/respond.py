"""How a view answers after a form: go on to another page, or show the form again."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url


def done(request: HttpRequest, to: Any, *, message: str = "") -> HttpResponse:
    """The verb succeeded: redirect to `to` (anything resolve_url takes), where `message` appears."""
    if message:
        messages.success(request, message)
    return HttpResponseRedirect(resolve_url(to))


def again(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 422) -> HttpResponse:
    """The form was refused: the same page with what was typed and what to mend.

    Status 422; 409 when somebody else changed the same thing meanwhile (core.errors.Conflict).
    """
    return render(request, template, context, status=status)
