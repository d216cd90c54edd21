"""What a wave says beside its scores: changes since the wave before, readiness, the change balance, recommendation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from assessments.surveys import cells, readiness
from assessments.surveys.cells import Hidden
from assessments.surveys.models import TrendRelease, UnitRelease, UnitSnapshot
from assessments.surveys.queries.questions import filled
from assessments.surveys.queries.results import hidden_words
from assessments.surveys.scoring import displayed, signed, whole
from assessments.surveys.vectors import BALANCE, READINESS, Layout
from core.constructs import Construct

FACTORS = ("Dissatisfaction with today", "Vision of what is possible", "First steps", "Resistance")
_NO_CHANGE_WORDS = {
    Hidden.BEFORE: "Not shown in both surveys, so there is nothing to compare.",
    Hidden.MEMBERS: "Not compared: a few people joined or left, and the difference could point to them.",
    Hidden.BASELINE: "New baseline: too few statements were asked both times.",
}


@dataclass(frozen=True)
class Change:
    """One C now and in the wave before, on the statements asked both times. `hidden` says why there is none."""

    construct: Construct
    since: str
    hidden: str = ""
    before: int | None = None
    now: int | None = None
    points: str = ""
    low: int | None = None
    high: int | None = None
    flag: str = ""
    words: str = ""
    basis: str = ""
    items: int | None = None
    n_before: int | None = None
    n_now: int | None = None


@dataclass(frozen=True)
class Step:
    """One of the five steps of readiness. `people` is the share held up here, from ten people on."""

    name: str
    question: str
    first_help: str
    hidden: str
    mean: str = ""
    n: int | None = None
    people: int | None = None
    is_barrier: bool = False


@dataclass(frozen=True)
class Readiness:
    """A unit's five steps. `barrier` is where most people are held up, else the first mean of 3.0 or less."""

    steps: tuple[Step, ...]
    past_all: int | None
    people_hidden: str
    barrier: Step | None
    words: str
    note: str


@dataclass(frozen=True)
class BalanceView:
    """Drive against resistance. `hidden` says why it is not there."""

    hidden: str
    drive: int | None = None
    resistance: int | None = None
    balance: str = ""
    words: str = ""
    weakest: str = ""
    is_blocked: bool = False
    factors: tuple[tuple[str, int], ...] = ()
    sentence: str = ""

    @property
    def drivers(self) -> tuple[tuple[str, int], ...]:
        """The factors without resistance."""
        return self.factors[:-1]


@dataclass(frozen=True)
class RecommendationRow:
    """One question from 0 to 10: promoters less detractors."""

    code: str
    text: str
    hidden: str
    score: str = ""
    low: str = ""
    high: str = ""
    n: int | None = None
    note: str = ""


def changes(unit: UnitSnapshot, constructs: tuple[Construct, ...], k: int) -> tuple[Change, ...]:
    """Changes of a shown unit; empty where there was no wave before. One query."""
    stored = TrendRelease.objects.select_related("before__campaign").filter(unit=unit).first()
    if stored is None:
        return ()
    records = cells.unpack(stored.constructs, "trends", stored.layout)
    title = stored.before.campaign.title
    return tuple(change(c, record, title, k) for c, record in zip(constructs, records, strict=True))


def change(construct: Construct, record: Any, since: str, k: int) -> Change:
    if record["hidden"] != Hidden.NO:
        reason = Hidden(int(record["hidden"]))
        return Change(construct, since, hidden=_NO_CHANGE_WORDS.get(reason) or hidden_words(reason, k))
    before, now, half = float(record["before"]), float(record["now"]), float(record["half"])
    points, flag, items = now - before, int(record["flag"]), int(record["items"])
    clear = f"{'up' if flag > 0 else 'down'} {abs(whole(points))} points since {since}"
    has_interval = not math.isnan(half)
    return Change(
        construct,
        since,
        before=whole(before),
        now=whole(now),
        points=signed(points),
        low=whole(points - half) if has_interval else None,
        high=whole(points + half) if has_interval else None,
        flag={1: "higher", -1: "lower"}.get(flag, ""),
        words=clear if flag else f"No clear change since {since}",
        items=items,
        basis=f"based on {items} items asked both times",
        n_before=int(record["n_before"]),
        n_now=int(record["n_now"]),
    )


def readiness_of(released: UnitRelease, layout: Layout, texts: dict[str, Any], k: int) -> Readiness | None:
    """None where the form does not ask the five steps."""
    groups = _groups(released, layout)
    if any(key not in groups for key in READINESS):
        return None
    records = [groups[key] for key in READINESS]
    means = [float(r["mean"]) if r["hidden"] == Hidden.NO else None for r in records]
    shares, past_all, people_hidden = _barrier_shares(released, max(readiness.STEPS_GROUP, k))
    held = _most_held(shares) if shares else readiness.group_barrier(means)
    elements = list(texts.get("elements", ()))
    steps = tuple(
        Step(
            name=element["name"],
            question=element["question"],
            first_help=element["first_help"],
            hidden=hidden_words(Hidden(int(record["hidden"])), k),
            mean=str(displayed(mean, 1)) if mean is not None else "",
            n=int(record["n"]) if mean is not None else None,
            people=shares[place] if shares else None,
            is_barrier=place == held,
        )
        for place, (element, record, mean) in enumerate(zip(elements, records, means, strict=True))
    )
    barrier = steps[held] if held is not None else None
    if barrier and barrier.people is not None:
        words = f"The first step that holds people back most often is {barrier.name} ({barrier.people}%)."
    elif barrier:
        words = f"The first step at 3.0 or less is {barrier.name}."
    else:
        words = "No step is at 3.0 or less." if all(mean is not None for mean in means) else "Not all steps are shown."
    return Readiness(steps, past_all, people_hidden, barrier, words, "" if shares else readiness.AVERAGE_NOTE)


def _barrier_shares(released: UnitRelease, people: int) -> tuple[list[int] | None, int | None, str]:
    """Percentages of people per step, of those past all five, and why they are not there."""
    records = cells.unpack(released.barriers, "barriers", released.layout)
    if len(records) and records[0]["hidden"] == Hidden.NO:
        n = int(records[0]["n"])
        shares = [whole(100 * int(count) / n) for count in records[0]["counts"]]
        return shares[: readiness.NONE], shares[readiness.NONE], ""
    return None, None, f"Shares of people are shown from {people} answers on."


def _most_held(shares: list[int]) -> int | None:
    """The step that holds most people; ties go to the earlier one."""
    return max(range(len(shares)), key=lambda step: (shares[step], -step)) if max(shares) else None


def balance_of(released: UnitRelease, layout: Layout, k: int) -> BalanceView | None:
    """None where the form does not ask the four factors."""
    groups = _groups(released, layout)
    if any(key not in groups for key in BALANCE):
        return None
    records = [groups[key] for key in BALANCE]
    for record in records:
        if record["hidden"] != Hidden.NO:
            return BalanceView(hidden_words(Hidden(int(record["hidden"])), k))
    found = readiness.balance(*(float(record["mean"]) for record in records))
    weakest = FACTORS[found.weakest]
    sentence = (
        f"Drive {whole(found.drive)}, resistance {whole(found.resistance)}: {found.words}. "
        f"Weakest part: {weakest}. {readiness.NOT_A_FORECAST}"
    )
    return BalanceView(
        hidden="",
        drive=whole(found.drive),
        resistance=whole(found.resistance),
        balance=signed(found.balance),
        words=found.words,
        weakest=weakest,
        is_blocked=found.is_blocked,
        factors=tuple(zip(FACTORS, (*map(whole, found.factors), whole(found.resistance)), strict=True)),
        sentence=sentence,
    )


def recommendations(
    released: UnitRelease, layout: Layout, texts: dict[str, str], invited: int, k: int
) -> tuple[RecommendationRow, ...]:
    """Questions from 0 to 10 with their texts by code."""
    records = cells.unpack(released.numerics, "numerics", released.layout)
    found = []
    for slot, record in zip(layout.numerics, records, strict=True):
        text = filled(texts.get(slot.code, slot.code))
        if record["hidden"] != Hidden.NO:
            limit = max(readiness.STEPS_GROUP, k)
            found.append(RecommendationRow(slot.code, text, hidden_words(Hidden(int(record["hidden"])), limit)))
            continue
        n = int(record["n"])
        asked = max(invited, n) if invited else None  # of customers nobody knows how many there are
        score = readiness.recommendation(int(record["promoters"]), int(record["detractors"]), n, asked)
        note = "wide margin" if n < readiness.WIDE_BELOW else ""
        found.append(
            RecommendationRow(slot.code, text, "", signed(score.score), signed(score.low), signed(score.high), n, note)
        )
    return tuple(found)


def _groups(released: UnitRelease, layout: Layout) -> dict[str, Any]:
    records = cells.unpack(released.groups, "groups", released.layout)
    return dict(zip(layout.groups, records, strict=False))
