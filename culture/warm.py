"""What the web process does before its first visitor."""

import gc
import importlib

ALLOCATIONS = 50_000  # more than a page makes: the garbage collector comes between pages, not within them


def warm() -> None:
    """Import the pages, and let the garbage collector leave alone what was imported: looking at all of it stops a page for
    80 ms, and makes forked processes copy memory that they share."""
    importlib.import_module("culture.urls")
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 20, 50)
