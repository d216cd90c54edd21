from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import as_typed, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("007", 7),
        ("9" * 18, 10**18 - 1),
        ("9" * 19, None),
        ("", None),
        ("²", None),
        ("٣", None),
        ("-1", None),
        ("1.0", None),
        (" 1", None),
    ],
)
def test_t57_only_plain_digits_are_a_whole_number(text, number):
    assert whole_number(text) == number


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("69.9000", 1, "69.9"),
        ("69.9", 0, "69.9"),
        ("69.9432", 1, "69.9432"),
        ("70", 1, "70.0"),
        ("0.0000", 0, "0"),
        ("-0.5000", 0, "-0.5"),
        ("1.5E+6", 0, "1500000"),
    ],
)
def test_a_stated_number_has_the_digits_of_its_measure_and_those_that_were_typed(value, decimals, shown):
    assert as_typed(Decimal(value), decimals) == shown


@given(st.decimals(-(10**12), 10**12, places=4), st.integers(0, 4))
def test_a_stated_number_is_never_rounded(value, decimals):
    shown = as_typed(value, decimals)

    assert Decimal(shown) == value
    assert len(shown.partition(".")[2]) >= decimals
