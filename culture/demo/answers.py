"""Invented survey answers: plausible, different from unit to unit, the same in every run. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from assessments.surveys.vectors import NA, Answer, Layout, Slot
from core.constructs import Construct

# Index (0 to 100) that staff and leaders come to on the whole, in the order of the seven Cs.
STAFF = (66, 61, 52, 70, 58, 64, 47)
EARLIER = (58, 60, 58, 69, 57, 62, 38)  # staff in the wave before
LEADERS = (78, 72, 74, 76, 71, 66, 63)
# Points by which parts of the demo company differ, by the start of the unit's key.
UNITS: Mapping[str, tuple[int, ...]] = {
    "service": (2, 2, 3, 4, 5, -2, 4),
    "service-north": (5, 5, 2, 7, 8, -5, -3),
    "service-keyacc": (8, 8, 8, 8, 10, 2, 11),
    "field": (-5, -1, -9, 3, -11, 3, -8),
    "sales": (6, 3, 5, -4, 4, -1, 5),
    "product": (2, -1, 1, -3, 2, 2, 2),
    "finance": (-6, -6, -2, -6, -1, -3, -2),
}
# Points by which single statements differ from their construct; they add up to nothing, so its level stays.
STATEMENTS: Mapping[str, int] = {
    **{"STR1": 14, "STR2": 5, "STR3": 1, "STR4": -5, "STR5": 2, "STR6": -17},
    **{"CHA1": 3, "CHA2": 6, "CHA3": 1, "CHA4": -12, "CHA5": 2},
    **{"CMD1": 4, "CMD2": -15, "CMD3": -3, "CMD4": 5, "CMD5": 9},
    **{"COM1": 9, "COM2": 15, "COM3": -6, "COM4": -1, "COM5": -17},
    **{"CMU1": 6, "CMU2": -10, "CMU3": -6, "CMU4": 13, "CMU5": -3},
    **{"CPY1": 7, "CPY2": -9, "CPY3": 12, "CPY4": -6, "CPY5": -4},
    **{"CSQ1": 7, "CSQ2": -13, "CSQ3": 1, "CSQ4": 10, "CSQ5": -3, "CSQ6": -2},
    **{"OUT1": 8, "OUT2": 5, "OUT3": 10},
}
# Readiness falls off along its five steps; the balance has a vision and few first steps.
READINESS: Mapping[str, int] = {
    **{"RA1": 20, "RA2": 16, "RD1": 10, "RD2": 4, "RK1": -6, "RK2": -4, "RB1": -8, "RB2": -14, "RR1": -6, "RR2": -12},
    **{"ED1": 14, "ED2": 6, "EV1": 4, "EV2": -2, "EF1": -14, "EF2": -8, "ER1": -18, "ER2": -6},
}
COULD_NOT_JUDGE: Mapping[str, float] = {"CMD1": 0.08, "CMD2": 0.23, "CMD3": 0.15, "CMD4": 0.1, "CPY4": 0.12}
PAIRS: Mapping[str, tuple[int, int]] = {  # where people see the emphasis, and where they want it
    **{"SL1": (57, 34), "SL2": (28, 55), "SL3": (41, 60), "SL4": (45, 63)},
    **{"SL5": (30, 52), "SL6": (46, 52), "SL7": (64, 47)},
}
UNIT_SPREAD = 6  # points by which units without an entry differ
PERSON_SPREAD, ANSWER_SPREAD = 0.45, 0.75  # standard deviations on the scale of 1 to 5
NOT_APPLICABLE_SHARE, OPEN_SHARE, COMMENT_SHARE = 0.04, 0.01, 0.3

# By the code of the comment question: what helps, what is in the way, what has changed since the last pulse.
COMMENTS: Mapping[str, tuple[str, ...]] = {
    "C1": (
        "Colleagues who pick up the phone when I need an answer while the customer waits.",
        "The case history is finally in one place, so nobody has to tell their story twice.",
        "Being allowed to decide small refunds myself.",
        "A team lead who listens to calls and says what went well the same day.",
        "Knowing the schools and clinics we look after by name.",
        "The Monday round where we read out what customers told us.",
        "Good drawings and a van that has the right parts.",
        "Time to finish a job properly before the next one starts.",
        "Clear promises from planning that I can pass on.",
        "People from product who come along to a site once a month.",
    ),
    "C2": (
        "Refunds over 50 need two signatures, and the customer waits a week for that.",
        "Transfer rules: I have to pass on questions that I could settle.",
        "Three handover notes for one case.",
        "Targets for the number of calls, so we hurry people off the line.",
        "We hear about delays after the customer does.",
        "The stock list says a part is there and it is not.",
        "Leaders say customers come first, then the month-end report comes first.",
        "Nobody notices when something was done well.",
        "Visits are moved without asking the crew who knows the site.",
        "Invoices that nobody can explain, me included.",
        "New releases reach customers before they reach us.",
    ),
    "CR1": (
        "Show us what it looks like in our job, not on a slide.",
        "An afternoon to practise with somebody who has done it.",
        "Take the call targets away while we learn.",
        "Tell us what stops when this starts.",
        "A name to ring when a case does not fit the new rules.",
    ),
    "CP1": (
        "Callers no longer have to repeat their case number.",
        "The promised times hold more often than in spring.",
        "Longer waits on Monday mornings since the new shift plan.",
        "Customers thank us for the monthly note on what will ship.",
    ),
}


@dataclass(frozen=True)
class Voice:
    """How one group answers: an index per construct, and how willing to write."""

    levels: tuple[int, ...]

    def of_unit(self, key: str) -> Voice:
        """The same group in one unit, by the longest entry of UNITS that its key begins with."""
        fitting = [start for start in UNITS if key == start or key.startswith(f"{start}-")]
        if fitting:
            shifts = UNITS[max(fitting, key=len)]
        else:
            invented = Random(key)
            shifts = tuple(round(invented.gauss(0, UNIT_SPREAD)) for _ in self.levels)
        return Voice(tuple(level + shift for level, shift in zip(self.levels, shifts, strict=True)))


def answers(layout: Layout, voice: Voice, random: Random) -> dict[str, Answer]:
    """One person's answers by field, as they would be submitted."""
    mood = random.gauss(0, PERSON_SPREAD)
    given: dict[str, Answer] = {}
    for slot in layout.slots:
        for field in slot.fields:
            answer = _answer(slot, field, voice, mood, random)
            if answer is not None:
                given[field] = answer
    for code in layout.comments:
        if code in COMMENTS and random.random() < COMMENT_SHARE:
            given[code] = random.choice(COMMENTS[code])
    return given


def _answer(slot: Slot, field: str, voice: Voice, mood: float, random: Random) -> Answer:
    chance = random.random()
    if chance < OPEN_SHARE:
        return None
    if chance < OPEN_SHARE + COULD_NOT_JUDGE.get(slot.code, NOT_APPLICABLE_SHARE):
        return NA
    if slot.kind == "slider":
        centre = PAIRS[slot.code][field.endswith("desired")]
        return min(100, max(0, 5 * round(random.gauss(centre, 14) / 5)))
    level = (
        voice.levels[Construct(slot.construct).number - 1] if slot.construct else sum(voice.levels) / len(voice.levels)
    )
    value = (
        1
        + (level + STATEMENTS.get(slot.code, READINESS.get(slot.code, 0))) / 25
        + mood
        + random.gauss(0, ANSWER_SPREAD)
    )
    point = min(5, max(1, round(value)))
    if slot.is_reversed:
        point = 6 - point
    return slot.lowest + round((point - 1) / 4 * (slot.highest - slot.lowest))
