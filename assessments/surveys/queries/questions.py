"""One question of a questionnaire as a page needs it, with the answer so far."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext

from assessments.surveys.ballot_box import Draft
from assessments.surveys.models import Item
from assessments.surveys.vectors import COMMENT_LENGTH, MARKERS, NA, Answer


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    short: str


@dataclass(frozen=True)
class Question:
    """One thing asked, with what the person has answered so far. `value`, `today` and `desired` are "" where open."""

    field: str
    kind: str
    text: str
    options: tuple[Option, ...]
    not_applicable: str
    value: str = ""
    left: str = ""
    right: str = ""
    left_short: str = ""
    right_short: str = ""
    midpoint_label: str = ""
    today: str = ""
    desired: str = ""
    max_length: int = COMMENT_LENGTH


def question(
    item: Item, scales: Mapping[str, Mapping[str, object]], draft: Draft, *, audience: str = Item.Audience.EMPLOYEE
) -> Question:
    """One item in the audience's wording. `not_applicable` is "" where it is not offered."""
    scale = scales.get(item.scale, {})
    given = ["" if (answer := answer_in(draft, field)) is None else str(answer) for field in fields_of(item)]
    decline = str(scale.get("not_applicable", {}).get("label", "")) if scale and item.allows_na else ""  # type: ignore[attr-defined]
    if item.kind == Item.Kind.SLIDER:
        return Question(
            field=item.code,
            kind=item.kind,
            text=gettext("%(left)s or %(right)s") % {"left": item.left, "right": item.right},
            options=(),
            not_applicable=decline,
            left=item.left,
            right=item.right,
            left_short=item.left_short,
            right_short=item.right_short,
            midpoint_label=str(scale.get("midpoint_label", "")),
            today=given[0],
            desired=given[1],
        )
    return Question(
        field=item.code,
        kind=item.kind,
        text=filled(item.asked_of(audience)),
        options=_options(scale, decline),
        not_applicable=decline,
        value=given[0],
    )


def fields_of(item: Item) -> tuple[str, ...]:
    return tuple(f"{item.code}.{marker}" for marker in MARKERS) if item.kind == Item.Kind.SLIDER else (item.code,)


def answer_in(draft: Draft, field: str) -> Answer:
    return draft[field][0] if field in draft else None


def answer_words(item: Item, scales: Mapping[str, Mapping[str, object]], answer: Answer) -> str:
    if item.kind == Item.Kind.COMMENT:
        return str(answer)
    asked = question(item, scales, {})
    if answer == NA:
        return asked.not_applicable
    return next((option.label for option in asked.options if option.value == str(answer)), str(answer))


def question_text(item: Item, audience: str = Item.Audience.EMPLOYEE) -> str:
    if item.kind == Item.Kind.SLIDER:
        return pair_words(item.left_short, item.right_short)
    return filled(item.asked_of(audience))


def pair_words(left: str, right: str) -> str:
    """A pair in one line, with what its two numbers are."""
    return gettext("%(left)s (0) or %(right)s (100): today, wanted") % {"left": left, "right": right}


def filled(text: str) -> str:
    """Put the organisation's name into a text of the questionnaire."""
    return text.replace("{org}", settings.ORGANISATION_NAME).replace("{change}", "becoming more customer-focused")


def _options(scale: Mapping[str, object], decline: str) -> tuple[Option, ...]:
    """Answers in the order of the scale, "does not apply" last where it is offered; none for comments."""
    if not scale:
        return ()
    points = scale.get("points")
    if isinstance(points, list):
        found = [Option(str(point["value"]), point["label"], point["short"]) for point in points]
    else:
        labels = {scale["min"]: scale["min_label"], scale["max"]: scale["max_label"]}
        numbers = range(int(str(scale["min"])), int(str(scale["max"])) + 1)
        found = [Option(str(n), f"{n}, {labels[n]}" if n in labels else str(n), str(n)) for n in numbers]
    return (*found, Option(NA, decline, "N/A")) if decline else tuple(found)
