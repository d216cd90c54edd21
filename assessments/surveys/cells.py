"""The packed records of a release: what is shown of each measure of a unit, side by side in one byte string.

A value that may not be shown is not there: its field holds 0 or NaN and `hidden` says why. `LAYOUT` names the records
below; a change of a record is a new number with the old dtypes kept, since released rows are never rewritten.
"""

from enum import IntEnum

import numpy as np
import numpy.typing as npt

LAYOUT = 1


class Hidden(IntEnum):
    """Why a measure is absent."""

    NO = 0
    TOO_FEW = 1
    NEIGHBOUR = 2  # to protect a smaller group
    UNIT = 3  # the whole unit is hidden
    BEFORE = 4  # a change: not shown in one of the two waves
    MEMBERS = 5  # a change: fewer than k people joined or left in between
    BASELINE = 6  # a change: too few statements were asked both times


class Spread(IntEnum):
    """Whether the distribution of a statement is there."""

    SHOWN = 0
    TOO_FEW = 1  # fewer than 10 answers, here or in a group that could be worked out
    UNANIMOUS = 2  # everybody gave the same answer


CONSTRUCT = np.dtype(
    [
        ("n", "<u4"),
        ("index", "<f8"),  # 0..100, unrounded
        ("margin", "<f8"),  # half the interval, in points; 0 when everyone invited answered
        ("favourable", "<f8"),  # mean of the statements' shares, 0..1; NaN where one of them is hidden
        ("agreement", "<f8"),  # rwg(j); NaN where a statement is hidden
        ("flag", "i1"),  # 1 clearly above, -1 clearly below the rest of the organisation
        ("hidden", "u1"),
    ]
)
ITEM = np.dtype(
    [
        ("n", "<u4"),
        ("favourable", "<u4"),  # people; 0 where capped
        ("could_not_judge", "<u4"),  # people; 0 where below the share worth saying or too few
        ("counts", "<u4", 5),  # answers 1..5, after turning reversed statements; 0 where the spread is withheld
        ("cap", "i1"),  # 1: say "90% or more", -1: say "10% or less"
        ("spread", "u1"),
        ("hidden", "u1"),
    ]
)
SLIDER = np.dtype([("n", "<u4"), ("today", "<f8"), ("desired", "<f8"), ("desired_sd", "<f8"), ("hidden", "u1")])
GROUP = np.dtype([("n", "<u4"), ("mean", "<f8"), ("hidden", "u1")])  # mean of people's means, 1..5
BARRIER = np.dtype([("n", "<u4"), ("counts", "<u4", 6), ("hidden", "u1")])  # people per step, then those past all five
NUMERIC = np.dtype([("n", "<u4"), ("promoters", "<u4"), ("detractors", "<u4"), ("hidden", "u1")])
TREND = np.dtype(
    [
        ("items", "u1"),  # asked both times, on which both values rest; 0: a new baseline
        ("n_before", "<u4"),
        ("n_now", "<u4"),
        ("before", "<f8"),  # index, 0..100
        ("now", "<f8"),
        ("half", "<f8"),  # half the 95% interval of the change, in points
        ("flag", "i1"),  # 1 clearly up, -1 clearly down
        ("hidden", "u1"),
    ]
)
RECORDS = {
    1: {
        "constructs": CONSTRUCT,
        "items": ITEM,
        "sliders": SLIDER,
        "groups": GROUP,
        "barriers": BARRIER,
        "numerics": NUMERIC,
        "trends": TREND,
    }
}

Records = npt.NDArray[np.void]


def unpack(content: bytes | memoryview, kind: str, layout: int) -> Records:
    """The records of one unit, one per measure in the order of the form."""
    return np.frombuffer(bytes(content), RECORDS[layout][kind])
