"""How long a session lives: the signal that marks its beginning and the middleware that ends it."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpRequest, HttpResponse

from core.outages import outage_of

BEGAN, SEEN = "began_at_seconds", "seen_at_seconds"
_MARK_EVERY_SECONDS = 300  # coarse on purpose: one write in five minutes, and no record of when somebody worked


def mark_beginning(sender: object, request: HttpRequest, **kwargs: Any) -> None:
    """Receiver of Django's user_logged_in."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


class SessionLifeMiddleware:
    """Ends a session that is too old or has been idle too long; both limits stand in the settings."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if SESSION_KEY in session:
            now = int(time.time())
            began, seen = session.get(BEGAN, now), session.get(SEEN, now)
            if now - began > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif now - seen > _MARK_EVERY_SECONDS and not request.path.startswith(settings.SESSION_UNMARKED_PATHS):
                _mark_seen(session, now)
        return self.get_response(request)


def _mark_seen(session: SessionBase, now: int) -> None:
    """At once and not with the answer, so that a database that takes no changes does not keep anybody from reading."""
    session[SEEN] = now
    try:
        session.save()
    except UpdateError as error:
        if outage_of(error) is None:
            raise SessionInterrupted("This session was ended in another window.") from error
    session.modified = False
