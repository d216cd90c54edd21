"""Splitting a target: the parts always add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals import splitting

D = Decimal


@pytest.mark.parametrize(
    ("total", "how_many", "decimals", "found"),
    [
        ("10", 3, 0, ["4", "3", "3"]),
        ("120", 3, 0, ["40", "40", "40"]),
        ("1", 3, 2, ["0.34", "0.33", "0.33"]),
        ("-10", 3, 0, ["-3", "-3", "-4"]),
        ("0", 2, 1, ["0.0", "0.0"]),
        ("10.5", 2, 0, ["5.5", "5"]),
    ],
)
def test_equal_parts(total, how_many, decimals, found):
    assert splitting.equal(D(total), how_many, decimals) == [D(part) for part in found]


def test_shares_are_kept_to_the_last_digit():
    assert splitting.parts(D(100), [D(50), D("33.3"), D("16.7")], 0) == [D(50), D(33), D(17)]


@given(
    st.decimals(-(10**9), 10**9, places=4),
    st.lists(st.decimals(D("0.01"), 100, places=2), min_size=1, max_size=60),
    st.integers(0, 4),
)
def test_parts_add_up_to_the_total(total, shares, decimals):
    assert sum(splitting.parts(total, shares, decimals)) == total
