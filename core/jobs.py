"""Jobs that the clock starts and that take several steps: one that fails does not keep the others from being done."""

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


def attempt(step: Callable[..., T], *about: object, **more: object) -> T | None:
    """Call the step and return its answer. Where it fails: log the exception and return None; the next run tries again."""
    try:
        return step(*about, **more)
    except Exception:  # noqa: BLE001 - logged, and nothing has changed
        names = [getattr(one, "pk", "") for one in about]
        log.exception("%s.%s could not be done: %s", step.__module__, getattr(step, "__qualname__", "step"), names)
        return None
