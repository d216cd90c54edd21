"""Change readiness in five steps, the change balance, and the recommendation score: method.md, sections 8 and 10. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

STUCK_AT = 3.0  # a step whose mean is this or less is not taken yet
NONE, UNCLEAR = 5, 6  # barrier codes after the five steps, 0 to 4
TIPS = 15  # points of balance that tip it
BLOCKED_BELOW = 25  # a factor below this cannot be made up for
PROMOTER_FROM, DETRACTOR_TO = 9, 6
STEPS_GROUP = 10  # people from whom shares per barrier and recommendation scores are shown
WIDE_BELOW = 100  # answers below which a recommendation score has a wide margin
NOT_A_FORECAST = "A conversation aid, not a forecast."
AVERAGE_NOTE = "An average can hide people who are stuck earlier."


def barrier(steps: Sequence[float | None]) -> int:
    """The first of the five steps at 3.0 or less; NONE if all are above, UNCLEAR if one is missing before."""
    for place, score in enumerate(steps):
        if score is None:
            return UNCLEAR
        if score <= STUCK_AT:
            return place
    return NONE


def group_barrier(means: Sequence[float | None]) -> int | None:
    """The first mean at 3.0 or less; None where all are above or one before it is not shown."""
    found = barrier(means)
    return found if found < NONE else None


@dataclass(frozen=True)
class Balance:
    """Drive against resistance, 0 to 100 each; `weakest` is the place of D, V or F."""

    drive: float
    resistance: float
    factors: tuple[float, float, float]
    weakest: int

    @property
    def balance(self) -> float:
        return self.drive - self.resistance

    @property
    def words(self) -> str:
        if self.balance >= TIPS:
            return "drive outweighs resistance"
        return "resistance outweighs drive" if self.balance <= -TIPS else "finely balanced"

    @property
    def is_blocked(self) -> bool:
        return self.factors[self.weakest] < BLOCKED_BELOW


def balance(dissatisfaction: float, vision: float, first_steps: float, resistance: float) -> Balance:
    """From four means on 1 to 5: the geometric mean of D, V and F against R."""
    parts = [(mean - 1) / 4 for mean in (dissatisfaction, vision, first_steps)]
    drive = 100 * (parts[0] * parts[1] * parts[2]) ** (1 / 3)
    shown = (100 * parts[0], 100 * parts[1], 100 * parts[2])
    return Balance(drive, 100 * (resistance - 1) / 4, shown, min(range(3), key=lambda place: parts[place]))


@dataclass(frozen=True)
class Recommendation:
    """Promoters less detractors, -100 to 100, with half its interval; unrounded."""

    score: float
    standard_error: float
    margin: float

    @property
    def low(self) -> float:
        return max(-100.0, self.score - self.margin)

    @property
    def high(self) -> float:
        return min(100.0, self.score + self.margin)


def recommendation(promoters: int, detractors: int, n: int, invited: int | None = None) -> Recommendation:
    """With `invited`, the margin is that of a known group asked as a whole."""
    p, d = promoters / n, detractors / n
    error = 100 * max(0.0, (p + d - (p - d) ** 2) / n) ** 0.5
    missing = max(0, invited - n) / max(1, invited - 1) if invited is not None else 1.0
    return Recommendation(100 * (p - d), error, 1.96 * error * missing**0.5)
