"""Visits without a sign-in: the secret of an address travels in a cookie, so that it stays in no history and no referrer."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.cache import cache_control

VISIT_SECONDS = 30 * 86400
Step = Callable[..., HttpResponse]


def cookie(name: str) -> str:
    """What the cookie is called; over TLS the browser binds it to this host alone."""
    return ("__Host-" if settings.SESSION_COOKIE_SECURE else "wheelhouse_") + name


def remember(response: HttpResponse, name: str, value: str, seconds: int | None = None) -> None:
    """Give the browser a cookie that no script reads. Without `seconds` it ends with the browser's session."""
    response.set_cookie(
        name, value, max_age=seconds, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def unkept(step: Step) -> Step:
    """No page behind a secret stays in the browser's store."""
    return cache_control(no_store=True)(step)
