"""The second step of signing in: how django-allauth keeps it here, who must have one, and who hears of a change.

A code from a phone after the password, and ten codes on paper for the day the phone is gone. Everybody may have it; with
REQUIRE_SECOND_STEP those who see other people's records must (decision 014).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from people.access import PUBLIC, View, Viewer
from people.models import User
from people.queries.sign_in import has_second_step
from people.services import accounts

OPEN_WITHOUT = ("mfa_", "account_", "people:sessions")  # routes that lead to a second step, or away


def must_have_one(viewer: Viewer) -> bool:
    """HR administrators and partners, where the settings ask for it."""
    return bool(settings.SECOND_STEP_REQUIRED) and viewer.is_hr


class SecondStepAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code does not fit. Codes change every 30 seconds: wait for the next one and type it.",
        "cannot_delete_authenticator": "Your role needs a second step, so it cannot be switched off. To move to another "
        "phone, ask an HR administrator to remove it, then set it up anew.",
    }

    def get_totp_issuer(self) -> str:
        return str(settings.ORGANISATION_NAME)

    def build_totp_svg(self, url: str) -> str:
        """Nothing: the page draws the code (core.qr), and no picture leaves it as data."""
        return ""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return not must_have_one(Viewer.of(authenticator.user))

    def encrypt(self, text: str) -> str:
        """Under the secret key: a copy of the database alone makes no codes."""
        return base64.b64encode(_box(settings.SECRET_KEY).encrypt(text.encode())).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
            try:
                return _box(str(key)).decrypt(sealed).decode()
            except CryptoError:
                continue
        return base64.b32encode(b"the secret key was changed").decode()  # no code fits: set it up anew


class SecondStepMiddleware:
    """Leads those who must have a second step and have none to the page where it is set up, whatever they ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        row = getattr(view, "access_row", None)
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not settings.SECOND_STEP_REQUIRED or row is None or row.who == PUBLIC or name.startswith(OPEN_WITHOUT):
            return None
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if viewer.user is None or not must_have_one(viewer) or has_second_step(viewer.user):
            return None
        here = reverse("mfa_index")
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(here)
        messages.warning(request, "Your role opens other people's records, so it needs a second step of signing in.")
        return redirect(here)


def once_set_up(view: View) -> View:
    """A page about the second step, for those who have one; the others are led to where it is set up."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        return view(request, *args, **kwargs) if has_second_step(viewer.actor) else redirect("mfa_index")

    return shown


def note_added(sender: object, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Receiver of allauth's authenticator_added."""
    if authenticator.type == Authenticator.Type.TOTP:
        accounts.note_second_step(user, "switched on the second step of")


def note_removed(sender: object, user: User, authenticator: Authenticator, **kwargs: Any) -> None:
    """Receiver of allauth's authenticator_removed."""
    if authenticator.type == Authenticator.Type.TOTP:
        accounts.note_second_step(user, "switched off the second step of")


def note_new_codes(sender: object, user: User, **kwargs: Any) -> None:
    """Receiver of allauth's authenticator_reset."""
    accounts.note_second_step(user, "made new recovery codes for")


def _box(key: str) -> SecretBox:
    return SecretBox(hashlib.sha256(f"people.second_step:{key}".encode()).digest())
