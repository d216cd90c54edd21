"""A form of a questionnaire as pages of item codes, moved about with buttons; and what it costs to answer.

Pure. Every function takes pages and returns new ones without empty pages.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from math import ceil

Pages = list[list[str]]
SECONDS = {"likert": 8, "numeric": 8, "slider": 16, "comment": 60, "prompt": 0}  # method.md names none of its own
TIMING_KEYS = {"slider": "seconds_per_slider_pair"}
TOGETHER = {"likert": "statements", "numeric": "statements", "slider": "pairs", "comment": "open questions"}
MOST_WORDS = 16
FEWEST_COMMON, COMMON_SHARE = 3, 0.5  # method.md, section 11


def moved(pages: Sequence[Sequence[str]], code: str, step: int) -> Pages:
    """The item one place up (-1) or down (+1); over the edge of its page it joins the neighbouring page."""
    found = _copied(pages)
    page, place = _place_of(found, code)
    other = place + step
    if 0 <= other < len(found[page]):
        found[page][place], found[page][other] = found[page][other], found[page][place]
    elif 0 <= page + step < len(found):
        found[page].remove(code)
        if step < 0:
            found[page - 1].append(code)
        else:
            found[page + 1].insert(0, code)
    return _copied(found)


def split(pages: Sequence[Sequence[str]], code: str) -> Pages:
    """A new page that begins with the item."""
    found = _copied(pages)
    page, place = _place_of(found, code)
    return _copied([*found[:page], found[page][:place], found[page][place:], *found[page + 1 :]])


def joined(pages: Sequence[Sequence[str]], code: str) -> Pages:
    """The item's page put together with the one before it."""
    found = _copied(pages)
    page, _ = _place_of(found, code)
    if page == 0:
        return found
    return _copied([*found[: page - 1], found[page - 1] + found[page], *found[page + 1 :]])


def without(pages: Sequence[Sequence[str]], code: str) -> Pages:
    return _copied([[other for other in page if other != code] for page in pages])


def added(pages: Sequence[Sequence[str]], code: str, kinds: Mapping[str, str], *, is_custom: bool = False) -> Pages:
    """The item after the last page of its kind; an item added here never joins a page of shipped ones."""
    found = without(pages, code)
    kind = TOGETHER.get(kinds[code], kinds[code])
    alike = [
        n for n, page in enumerate(found) if {TOGETHER.get(kinds[other], kinds[other]) for other in page} == {kind}
    ]
    order = list(TOGETHER.values())
    if alike and not is_custom:
        found[alike[-1]].append(code)
        return found
    if alike:
        place = alike[-1] + 1
    else:  # before the first page of a kind that comes later
        rank = order.index(kind) if kind in order else len(order)
        later = [n for n, page in enumerate(found) if _rank(page, kinds, order) > rank]
        place = later[0] if later else len(found)
    return [*found[:place], [code], *found[place:]]


def mixed(page: Iterable[str], kinds: Mapping[str, str]) -> bool:
    """Whether a page asks in more than one way; such a page cannot be answered with one hand."""
    return len({TOGETHER.get(kinds[code], kinds[code]) for code in page}) > 1


def minutes(kinds: Iterable[str], timing: Mapping[str, object]) -> float:
    """Estimated time of a form, to a tenth: 9.2 for the shipped full questionnaire."""
    seconds = sum(int(str(timing.get(TIMING_KEYS.get(kind, f"seconds_per_{kind}"), SECONDS[kind]))) for kind in kinds)
    return ceil(seconds / 6) / 10


def next_code(code: str, used: Iterable[str]) -> str:
    """A code of the same family that no version has ever used: STR6 -> STR7."""
    family = re.sub(r"\d+$", "", code)
    numbers = [int(rest) for other in used if other.startswith(family) and (rest := other[len(family) :]).isdigit()]
    return f"{family}{max(numbers, default=0) + 1}"


def trend_holds(common: int, larger: int) -> bool:
    """Whether a construct's trend goes on with so many items asked both times (method.md, section 11)."""
    return common >= FEWEST_COMMON and common >= COMMON_SHARE * larger


def advice(text: str) -> tuple[str, ...]:
    """What the rules for statements would say about a text. Advice, not a refusal."""
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", text.lower())
    found = []
    if len(words) > MOST_WORDS:
        found.append(f"{len(words)} words. Statements of up to {MOST_WORDS} words are answered more carefully.")
    if {"and", "or"} & set(words):
        found.append("“and” or “or” may join two claims. Ask one thing at a time.")
    if any(word == "not" or word.endswith(("n't", "n’t")) for word in words):
        found.append("“not” is easily overread. Turn the statement round instead.")
    if {"always", "never"} & set(words):
        found.append("“always” and “never” are hard to agree with honestly.")
    return tuple(found)


def _rank(page: Sequence[str], kinds: Mapping[str, str], order: Sequence[str]) -> int:
    kind = TOGETHER.get(kinds[page[0]], kinds[page[0]])
    return order.index(kind) if kind in order else len(order)


def _place_of(pages: Sequence[Sequence[str]], code: str) -> tuple[int, int]:
    return next((n, list(page).index(code)) for n, page in enumerate(pages) if code in page)


def _copied(pages: Sequence[Sequence[str]]) -> Pages:
    return [list(page) for page in pages if page]
