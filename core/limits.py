"""How often an address may try something: a counter in the cache, empty again after a while.

Without the cache nothing is counted and nothing is refused: a limit must not close a page.
"""

import hashlib
import hmac

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import ngettext

from core.errors import DomainError


class TooOften(DomainError):
    """Asked too often from one address."""


def check(request: HttpRequest, action: str, *, times: int, seconds: int) -> None:
    """Count one try from the caller's address. Raises TooOften from the (times + 1)-th within `seconds` on."""
    if count(request, action, seconds=seconds) > times:
        raise TooOften(_words(seconds))


def refuse(request: HttpRequest, action: str, *, times: int, seconds: int, who: str = "") -> None:
    """Raises TooOften where `times` were counted within `seconds`, without counting this time."""
    if (cache.get(_key(request, action, who)) or 0) >= times:
        raise TooOften(_words(seconds))


def count(request: HttpRequest, action: str, *, seconds: int, who: str = "") -> int:
    """Count one try and return how many there were, by the caller's address or by another name for the caller."""
    key = _key(request, action, who)
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # it ran out between the two lines, or there is no cache
        return 0


def _key(request: HttpRequest, action: str, who: str) -> str:
    named = f"{action}:{who or get_ip(request)}".encode()
    return f"limit:{action}:{hmac.digest(settings.SECRET_KEY.encode(), named, hashlib.sha256).hex()[:32]}"


def _words(seconds: int) -> str:
    minutes = max(1, round(seconds / 60))
    words = ngettext(
        "Too many tries. Please wait %(minutes)s minute and try again.",
        "Too many tries. Please wait %(minutes)s minutes and try again.",
        minutes,
    )
    return words % {"minutes": minutes}
