"""Waiting for something to come about. Long patience costs nothing while all is well, and a busy machine needs it."""

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0  # seconds


def wait_for(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> float:
    """Poll until it is true; returns after how many seconds. Fails with: `what`: not within ..."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, f"{what}: not within {patience:.0f} s"
        time.sleep(0.05)
    return time.monotonic() - began
