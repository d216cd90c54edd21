"""pytest on servers of its own. Loaded by `-p` in pytest.ini: settings are read before any conftest.py."""

import atexit
import contextlib
import os

from devservices import private

_stack = contextlib.ExitStack()


def _start() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's sync API runs an event loop in the test's thread
    if os.environ.get("PYTEST_XDIST_WORKER"):
        return  # the controller has started them and set the environment
    for name in ("DATABASE_URL", "REDIS_URL"):
        # Never the servers that the shell happens to name: tests flush what they are given.
        os.environ.pop(name, None)
        if given := os.environ.get(f"TEST_{name}"):
            os.environ[name] = given
    _stack.enter_context(private.servers("test"))
    atexit.register(_stack.close)


_start()
