"""Steps of a job that the clock starts: one that fails does not keep the others from being done."""

import logging
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


def tried(step: Callable[..., T], *about: object, **more: object) -> T | None:
    """What the step answers. What is wrong with one stays with it: logged, and tried again when the job comes again."""
    try:
        return step(*about, **more)
    except Exception:  # noqa: BLE001 - logged, and nothing has changed
        names = [getattr(one, "pk", "") for one in about]
        log.exception("%s.%s could not be done: %s", step.__module__, getattr(step, "__qualname__", "step"), names)
        return None
