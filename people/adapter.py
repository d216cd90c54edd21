"""How django-allauth fits this product: HR adds people, links come from the settings, a stranger locks nobody out."""

import hashlib
import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from people.models import User
from people.services import accounts

DEVICE_COOKIE = "__Host-device" if settings.SESSION_COOKIE_SECURE else "wheelhouse_device"
DEVICE_DAYS = 180


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "Address and password do not fit together. Check both, or choose a new password.",
        "too_many_login_attempts": "Too many attempts. Wait five minutes, or choose a new password.",
        "invalid_password_reset": "This link has been used or is too old. Ask for a new one.",
        "incorrect_password": "That is not your password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Accounts have no user name."""

    def set_password(self, user: User, password: str) -> None:
        accounts.set_password(user, password, by=user)

    # --- mails: nothing in them comes from the request's Host header ---------------------------------------------------

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return settings.BASE_URL.rstrip("/") + path

    def format_email_subject(self, subject: str) -> str:
        return " ".join(subject.split())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        ours = {"organisation": settings.ORGANISATION_NAME, "base_url": settings.BASE_URL, "email": email}
        self.render_mail(template_prefix, email, {**context, **ours}).send()

    # --- failed attempts: counted for each account, but a browser that has signed in before has a count of its own ------
    # (OWASP's device cookie). A stranger who fails on purpose thus never locks the owner out of their own browser.

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        account = _digest(credentials.get("email", ""))
        try:
            cookie = request.get_signed_cookie(DEVICE_COOKIE, max_age=DEVICE_DAYS * 86400)
        except (KeyError, signing.BadSignature):
            return f"account:{account}"
        known, _, device = str(cookie).partition(".")
        return f"device:{device}" if known == account else f"account:{account}"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        response.set_signed_cookie(
            DEVICE_COOKIE,
            f"{_digest(user.email)}.{secrets.token_urlsafe(16)}",
            max_age=DEVICE_DAYS * 86400,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


def _digest(email: str) -> str:
    """The account as it stands in cookie and cache keys: no address in clear."""
    return hashlib.sha256(email.strip().lower().encode()).hexdigest()[:32]
