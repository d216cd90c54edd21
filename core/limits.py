"""How often an address may try something: a counter in the cache, empty again after a while.

Without the cache nothing is counted and nothing is refused: a limit must not close a page.
"""

import hashlib
import hmac

from allauth.core.internal.ratelimit import get_ip
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from core.errors import DomainError


class TooOften(DomainError):
    """Asked too often from one address."""


def check(request: HttpRequest, action: str, *, times: int, seconds: int) -> None:
    """Count one try from the caller's address. Raises TooOften from the (times + 1)-th within `seconds` on."""
    who = hmac.digest(settings.SECRET_KEY.encode(), f"{action}:{get_ip(request)}".encode(), hashlib.sha256).hex()[:32]
    key = f"limit:{action}:{who}"
    cache.add(key, 0, seconds)
    try:
        tries = cache.incr(key)
    except ValueError:  # it ran out between the two lines, or there is no cache
        return
    if tries > times:
        minutes = max(1, round(seconds / 60))
        raise TooOften(
            f"Too many tries. Please wait {minutes} {'minute' if minutes == 1 else 'minutes'} and try again."
        )
