"""Below the seven Cs: statements, emphasis pairs and comments of a unit, from the release plan."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from assessments.surveys import cells
from assessments.surveys.cells import Hidden, Spread
from assessments.surveys.models import CommentMessage, Item, ReleasedComment, UnitRelease, UnitSnapshot
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.questions import filled
from assessments.surveys.queries.results import hidden_words, shown_release
from assessments.surveys.queries.tags import tags_of
from assessments.surveys.scoring import whole
from assessments.surveys.vectors import Slot
from core.constructs import Construct
from people.access import Role, Viewer

STANDING: dict[str, str] = {
    CommentMessage.Sender.READER: "Answered, waiting for the writer",
    CommentMessage.Sender.WRITER: "The writer has answered",
    CommentMessage.Sender.END: "Ended by the writer",
}
OUTCOME, READINESS, BALANCE, OWN = "outcome", "readiness", "balance", "own"
TOPICS = {"outcome": OUTCOME, "readiness": READINESS, "change_equation": BALANCE}  # by how the item's block begins
SOME_SHIFT, LARGE_SHIFT, DIVIDED_SD = 10, 20, 25  # method.md, section 9


@dataclass(frozen=True)
class ItemRow:
    """One statement of one group. `distribution` holds the percentages of the answers 1..5, good to the right."""

    code: str
    text: str
    construct: Construct | None
    is_reversed: bool
    hidden: str = ""
    favourable: str = ""
    favourable_percent: int | None = None
    distribution: tuple[int, ...] | None = None
    shares: tuple[float, ...] | None = None
    n: int | None = None
    could_not_judge: int | None = None
    note: str = ""
    topic: str = ""  # the construct's key, or what else the statement belongs to: see TOPICS


@dataclass(frozen=True)
class SliderRow:
    """One pair: where people see the emphasis today and where they want it, 0 left to 100 right."""

    code: str
    left: str
    right: str
    left_short: str
    right_short: str
    hidden: str = ""
    today: int | None = None
    desired: int | None = None
    leaders_desired: int | None = None
    shift: int | None = None
    words: str = ""
    n: int | None = None


@dataclass(frozen=True)
class CommentEntry:
    """One comment; `standing` says how far a conversation about it has come, "" where there is none."""

    key: UUID
    text: str
    standing: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class CommentList:
    """Comments to one question: some of them and how many there are."""

    code: str
    question: str
    entries: tuple[CommentEntry, ...]
    count: int

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(entry.text for entry in self.entries)


@dataclass(frozen=True)
class Comments:
    """Comments in random order, question by question; `hidden` says why there are none."""

    questions: tuple[CommentList, ...]
    hidden: str

    @property
    def count(self) -> int:
        return sum(question.count for question in self.questions)


def items(
    unit: UnitSnapshot, construct: Construct | None = None, *, released: UnitRelease | None = None
) -> tuple[ItemRow, ...]:
    """Statements in the order of the form; of one construct if named. A hidden unit shows those of the unit above.

    `released` saves a query where the caller holds what `results.shown_release` found.
    """
    released = released or shown_release(unit)
    if released is None:
        return ()
    campaign = released.unit.campaign
    form = campaign.form
    asked = form.items.only("code", "text", "leader_text", "customer_text")
    texts = {item.code: item.asked_of(form.audience) for item in asked}
    records = cells.unpack(released.items, "items", released.layout)
    return tuple(
        _item_row(slot, texts[slot.code], record, campaign.minimum_group)
        for slot, record in zip(layout_of(form.pk).statements, records, strict=True)
        if construct is None or slot.construct == construct
    )


def sliders(
    unit: UnitSnapshot, leaders: UnitRelease | None, *, released: UnitRelease | None = None
) -> tuple[SliderRow, ...]:
    """Emphasis pairs with the shift people want; a hidden unit shows those of the unit above. `released` as for items.

    `leaders` is what `results.leaders_release` found, where the viewer reads it.
    """
    released = released or shown_release(unit)
    if released is None:
        return ()
    campaign = released.unit.campaign
    pairs = {item.code: item for item in campaign.form.items.filter(kind=Item.Kind.SLIDER)}
    wanted = _wanted(leaders, layout_of(leaders.unit.campaign.form_id).sliders) if leaders else {}
    return tuple(
        _slider_row(pairs[slot.code], record, wanted.get(slot.code), campaign.minimum_group)
        for slot, record in zip(
            layout_of(campaign.form_id).sliders,
            cells.unpack(released.sliders, "sliders", released.layout),
            strict=True,
        )
    )


def comments(unit: UnitSnapshot, viewer: Viewer, *, most: int | None = None) -> Comments:
    """Comments released for the unit and for those below it, at most `most` per question.

    Keys are random, so their order says nothing.
    """
    campaign = unit.campaign
    if not may_read_comments(unit, viewer):
        return Comments((), "Comments are read by the heads of larger units and by HR.")
    questions = campaign.form.items.filter(kind=Item.Kind.COMMENT).order_by("placements__order")
    all_of = [(item, released_comments(unit, item.code)) for item in questions]
    some_of = [list(found[:most]) for _, found in all_of]
    entries = iter(comment_entries(chain.from_iterable(some_of)))
    lists = [
        CommentList(
            item.code,
            filled(item.text),
            tuple(islice(entries, len(some))),
            found.count() if most else len(some),
        )
        for (item, found), some in zip(all_of, some_of, strict=True)
        if some
    ]
    nothing = (
        f"Not shown: a unit's comments need {campaign.comment_group} answers and {campaign.minimum_comments} comments."
    )
    return Comments(tuple(lists), "" if lists else nothing)


def released_comments(unit: UnitSnapshot, question: str) -> QuerySet[ReleasedComment]:
    """Comments to one question in random order. For viewers of whom may_read_comments says so."""
    places = (unit.place, unit.last_place)
    released = ReleasedComment.objects.filter(campaign_number=unit.campaign_id, place__range=places)
    return released.filter(question=question).order_by("id")


def comment_entries(comments: Iterable[ReleasedComment]) -> tuple[CommentEntry, ...]:
    """The comments with their tags and the state of the conversations about them. Two queries more."""
    listed = list(comments)
    said = (
        CommentMessage.objects.shown_to_readers()
        .filter(comment_key__in=[comment.pk for comment in listed])
        .order_by("number")
        .values_list("comment_key", "sender")
    )
    last: dict[UUID, str] = {}
    for key, sender in said:
        if last.get(key) != CommentMessage.Sender.END:
            last[key] = sender
    tags = tags_of([comment.pk for comment in listed])
    return tuple(
        CommentEntry(one.pk, one.text, STANDING.get(last.get(one.pk, ""), ""), tags.get(one.pk, ())) for one in listed
    )


def may_read_statements(unit: UnitSnapshot, viewer: Viewer, *, shown_place: int | None) -> bool:
    """Everyone those of their own units; those of the whole organisation are for executives and HR (method.md, 14).

    `shown_place` is the unit that stands in for a hidden one. Heads are counted one level up; that alone opens nothing.
    """
    if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE) or shown_place not in (None, 1):
        return True
    if viewer.employee is None or unit.unit is None or unit.place != (shown_place or unit.place):
        return False
    return viewer.employee.unit_id == unit.unit_id or viewer.employee.pk == unit.unit.head_id


def may_read_comments(unit: UnitSnapshot, viewer: Viewer) -> bool:
    """HR in their units, heads in theirs with all below, executives for the organisation (method.md, section 14)."""
    if viewer.has(Role.HR_ADMIN) or (unit.place == 1 and viewer.has(Role.EXECUTIVE)):
        return True
    scope = [*viewer.partner_units, *viewer.headed_units]
    return UnitSnapshot.objects.filter(
        campaign=unit.campaign_id, unit__in=scope, place__lte=unit.place, last_place__gte=unit.place
    ).exists()


def _item_row(slot: Slot, text: str, record: Any, k: int) -> ItemRow:
    row: dict[str, Any] = {"code": slot.code, "text": filled(text), "is_reversed": slot.is_reversed}
    row["topic"] = slot.construct or next(
        (topic for begins, topic in TOPICS.items() if slot.block.startswith(begins)), OWN
    )
    of = Construct(slot.construct) if slot.construct else None
    if record["hidden"] != Hidden.NO:
        return ItemRow(**row, construct=of, hidden=hidden_words(Hidden(int(record["hidden"])), k))
    n, not_judged, cap = int(record["n"]), int(record["could_not_judge"]), int(record["cap"])
    percent = None if cap else whole(100 * int(record["favourable"]) / n)
    counts = [int(count) for count in record["counts"]] if record["spread"] == Spread.SHOWN else None
    return ItemRow(
        **row,
        construct=of,
        favourable={1: "90% or more", -1: "10% or less"}.get(cap, f"{percent}%"),
        favourable_percent=percent,
        distribution=tuple(whole(100 * count / n) for count in counts) if counts else None,
        shares=tuple(count / n for count in counts) if counts else None,
        n=n,
        could_not_judge=whole(100 * not_judged / (n + not_judged)) if not_judged else None,
        note="Turned round: disagreeing is the good answer here" if slot.is_reversed else "",
    )


def _slider_row(pair: Item, record: Any, leaders_desired: float | None, k: int) -> SliderRow:
    poles = {name: getattr(pair, name) for name in ("code", "left", "right", "left_short", "right_short")}
    if record["hidden"] != Hidden.NO:
        return SliderRow(**poles, hidden=hidden_words(Hidden(int(record["hidden"])), k))
    today, desired, sd = float(record["today"]), float(record["desired"]), float(record["desired_sd"])
    words = shift_words(desired - today, pair.left_short, pair.right_short)
    if not math.isnan(sd) and sd > DIVIDED_SD:
        words += ". People want different things here."
    return SliderRow(
        **poles,
        today=whole(today),
        desired=whole(desired),
        leaders_desired=None if leaders_desired is None else whole(leaders_desired),
        shift=whole(desired - today),
        words=words,
        n=int(record["n"]),
    )


def shift_words(shift: float, left: str, right: str) -> str:
    """How far people want to move, and to which pole."""
    if abs(shift) < SOME_SHIFT:
        return "about right"
    size = "large shift" if abs(shift) >= LARGE_SHIFT else "some shift"
    return f"{size} toward {right if shift > 0 else left}"


def _wanted(released: UnitRelease, slots: Iterable[Slot]) -> dict[str, float]:
    """Where the leaders want the emphasis, by the pair's code."""
    records = cells.unpack(released.sliders, "sliders", released.layout)
    shown = zip(slots, records, strict=True)
    return {slot.code: float(record["desired"]) for slot, record in shown if record["hidden"] == Hidden.NO}
