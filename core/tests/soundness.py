"""What every page in a browser has to be: without accessibility findings, and no wider than its window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.base import AXE_SCRIPT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

Look = tuple[int, str]  # width of the window, colour scheme
WIDE_AND_NARROW: tuple[Look, ...] = ((1280, "light"), (390, "dark"))
HEIGHT = 900
# Colours that fade into the other scheme have to be there before anybody judges them.
AT_REST = """() => document.getAnimations()
  .filter((one) => one instanceof CSSTransition)
  .forEach((one) => one.finish())"""
RUN = "axe.run({resultTypes: ['violations']}).then((found) => found.violations)"
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def in_both_schemes(width: int) -> tuple[Look, ...]:
    return (width, "light"), (width, "dark")


def faults_of(page: Page, looks: Iterable[Look] = WIDE_AND_NARROW) -> list[str]:
    """What is wrong with the page as it stands, looked at in each of these ways. Loading it once for all of them saves a lot."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # two of the words it knows
        page.evaluate(AT_REST)
        where = f"{page.url} at {width} px in {scheme}"
        found += [
            f"{where}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}" for one in page.evaluate(RUN)
        ]
        if page.evaluate(IS_TOO_WIDE):
            found.append(f"{where}: scrolls sideways")
    return found
