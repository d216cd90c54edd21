"""Languages of a questionnaire: every text that somebody who is asked reads, and what is said instead of it. Pure.

A text has a key: `item:STR1:text`, `text:employee_intro`, `scale:agree5:1`. Answers, codes and results hang on the item's
code alone, so that a language changes words and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assessments.surveys.models import Item

PLACES = ("{org}", "{change}")  # filled at run time; each stands in a translation as it does in the original
ITEM_WORDS = {  # field of an item -> what stands after its code, and how many characters a translation may have
    "text": ("", 900),
    "leader_text": ("for leaders", 900),
    "customer_text": ("for customers", 900),
    "left": ("left end", 180),
    "right": ("right end", 180),
    "left_short": ("left end, short", 60),
    "right_short": ("right end, short", 60),
}
AROUND = {  # texts around the questions
    "employee_intro": "Introduction for staff and leaders",
    "customer_intro": "Introduction for customers",
    "slider_intro": "Above the pairs",
    "senior_leaders_note": "Beside statements about leaders",
    "comment_warning": "Above open questions",
    "default_change": "What {change} stands for",
}
AROUND_LENGTH, LABEL_LENGTH = 3000, 80  # characters
AROUND_PAGE, SCALE_PAGE = "around", "scales"
Scales = Mapping[str, Mapping[str, Any]]
Words = Mapping[str, str]  # key of a text -> what is said instead


@dataclass(frozen=True)
class Text:
    """One text of a version. `page` is the sheet that a translator finds it on."""

    key: str
    page: str
    label: str
    words: str
    most: int


@dataclass(frozen=True)
class Line:
    """One text beside its translation; `made_from` is what the translation was made from, "" where there is none."""

    text: Text
    translation: str
    made_from: str

    @property
    def is_stale(self) -> bool:
        """The original has been corrected since: the translation needs a new look."""
        return bool(self.translation) and self.made_from != self.text.words

    @property
    def is_done(self) -> bool:
        return bool(self.translation) and not self.is_stale


def texts_of(texts: Mapping[str, Any], scales: Scales, items: Iterable[Item]) -> tuple[Text, ...]:
    """All texts of a version in the order of reading: around the questions, the answers offered, then item by item."""
    found = [
        Text(f"text:{key}", AROUND_PAGE, label, str(texts[key]), AROUND_LENGTH)
        for key, label in AROUND.items()
        if texts.get(key)
    ]
    for name, scale in scales.items():
        found += [
            Text(f"scale:{name}:{part}", SCALE_PAGE, label, words, LABEL_LENGTH)
            for part, label, words in _labels(scale)
        ]
    for item in items:
        for field, (which, most) in ITEM_WORDS.items():
            if words := getattr(item, field):
                label = f"{item.code}, {which}" if which else item.code
                found.append(Text(f"item:{item.code}:{field}", item.block.split(".")[0], label, words, most))
    return tuple(found)


def lines(texts: Iterable[Text], stored: Mapping[str, tuple[str, str]]) -> tuple[Line, ...]:
    """Each text beside what is stored for it: key -> (translation, what it was made from)."""
    return tuple(Line(text, *stored.get(text.key, ("", ""))) for text in texts)


def problem(text: Text, translation: str) -> str:
    """Why a translation cannot stand for a text, in a sentence; "" where it can."""
    if len(translation) > text.most:
        return f"{len(translation)} characters; at most {text.most} fit."
    for place in PLACES:
        if translation.count(place) != text.words.count(place):
            count = text.words.count(place)
            return f"{place} should stand here {count} {'time' if count == 1 else 'times'}, as in the original."
    return ""


def choice(wishes: Iterable[str], offered: Sequence[str]) -> str:
    """The first wish that is offered, exactly or in another country's variety; else the first language offered."""
    for wish in wishes:
        for same in (str.lower, _stem):
            for language in offered:
                if same(language) == same(wish):
                    return language
    return offered[0]


def say(item: Item, words: Words) -> Item:
    """The item with its words in the language; for reading, never to be saved."""
    change = words.get("text:default_change", "{change}")
    for field in ITEM_WORDS:
        said = words.get(f"item:{item.code}:{field}", getattr(item, field))
        setattr(item, field, said.replace("{change}", change))
    return item


def said_texts(texts: Mapping[str, Any], words: Words) -> Mapping[str, Any]:
    return {key: words.get(f"text:{key}", value) for key, value in texts.items()} if words else texts


def said_scales(scales: Scales, words: Words) -> Scales:
    return {name: _said_scale(name, scale, words) for name, scale in scales.items()} if words else scales


def _said_scale(name: str, scale: Mapping[str, Any], words: Words) -> Mapping[str, Any]:
    def said(part: object, label: str) -> str:
        return words.get(f"scale:{name}:{part}", label)

    found = dict(scale)
    if points := scale.get("points"):
        found["points"] = [point | {"label": said(point["value"], point["label"])} for point in points]
    for part in ("min_label", "max_label", "midpoint_label"):
        if part in scale:
            found[part] = said(part, scale[part])
    if decline := scale.get("not_applicable"):
        found["not_applicable"] = decline | {"label": said("na", decline["label"])}
    return found


def _labels(scale: Mapping[str, Any]) -> Iterator[tuple[object, str, str]]:
    """Part of the key, what a translator is told, and the words, of every label of a scale."""
    for point in scale.get("points", ()):
        yield point["value"], f"Answer {point['value']}", point["label"]
    for part, label in (("min_label", "Lowest"), ("max_label", "Highest"), ("midpoint_label", "Middle of a pair")):
        if scale.get(part):
            yield part, label, scale[part]
    if decline := scale.get("not_applicable"):
        yield "na", "When somebody cannot answer", decline["label"]


def _stem(language: str) -> str:
    return language.lower().split("-")[0]
