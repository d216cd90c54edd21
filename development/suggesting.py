"""Which activities to suggest for a gap: plain arithmetic, no Django. Source: docs/method.md, section 12."""

from collections.abc import Sequence
from dataclasses import dataclass

SUGGESTIONS = 3


@dataclass(frozen=True)
class Option:
    """An activity that fits one gap. `rank` is its place in the catalogue, most useful first."""

    pk: int
    is_formal: bool
    rank: int


@dataclass(frozen=True)
class Gap:
    """A competency below what the role needs, with the activities for the level being moved into.

    `weight` counts levels missing, doubled for a focus of the role.
    """

    weight: int
    options: Sequence[Option]


def chosen(gaps: Sequence[Gap]) -> list[tuple[int, int]]:
    """Up to three pairs of (place of the gap, activity), at least one of them not formal training when there is one.

    The largest gaps come first, equals in their order; one activity of each gap before a second of any.
    """
    order = sorted((place for place, gap in enumerate(gaps) if gap.options), key=lambda place: -gaps[place].weight)
    ranked = {place: sorted(gaps[place].options, key=lambda option: option.rank) for place in order}
    rounds = max((len(options) for options in ranked.values()), default=0)
    queue = [(place, ranked[place][turn]) for turn in range(rounds) for place in order if turn < len(ranked[place])]
    fitting: list[tuple[int, Option]] = []
    for place, option in queue:
        if option.pk not in {taken.pk for _, taken in fitting}:
            fitting.append((place, option))
    found = fitting[:SUGGESTIONS]
    if found and all(option.is_formal for _, option in found):
        other = next((pair for pair in fitting if not pair[1].is_formal), None)
        found = [*found[: SUGGESTIONS - 1], other] if other else found
    return [(place, option.pk) for place, option in found]
