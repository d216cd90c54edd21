"""How a door answers after a form: a fragment for HTMX, a redirect or the whole page for everyone else."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url


def done(
    request: HttpRequest,
    to: Any,
    *,
    message: str = "",
    fragment: str = "",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """The verb succeeded: show the fragment in place, or go to `to` (anything resolve_url takes)."""
    if fragment and getattr(request, "htmx", False):
        return render(request, fragment, {**(context or {}), "message": message})
    if message:
        messages.success(request, message)
    return HttpResponseRedirect(resolve_url(to))


def again(
    request: HttpRequest, template: str, context: dict[str, Any], *, fragment: str = "", status: int = 422
) -> HttpResponse:
    """The form was refused: the same page (or fragment) with what was typed and what to mend.

    Status 422; 409 when somebody else changed the same thing meanwhile (core.errors.Conflict).
    """
    chosen = fragment if fragment and getattr(request, "htmx", False) else template
    return render(request, chosen, context, status=status)
