"""Numbers of goals as people read them."""

from decimal import Decimal

import pytest

from goals import wording
from goals.models import GoalDetail


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("86", "86"),
        ("9500", "9500"),
        ("15000", "15,000"),
        ("-1500000.5", "-1,500,000.5"),
        ("123456789.1234", "123,456,789.1234"),
    ],
)
def test_long_numbers_are_read_in_groups(typed, read):
    assert wording.grouped(typed) == read
    assert wording.plain(Decimal(typed)) == typed  # fields and files take it as it was typed


def test_a_measure_says_large_numbers_in_groups():
    orders = GoalDetail(
        metric_type="increase", metric_unit="euros", baseline=Decimal(1_000_000), target=Decimal("2000000.5")
    )
    kept = GoalDetail(metric_type="maintain", metric_unit="euros", low=Decimal(10_000), high=Decimal(25_000))

    assert wording.strip(wording.measure(orders, Decimal(1_500_000), (0, 0))) == "1,500,000 → 2,000,000.5 euros"
    assert wording.bounds(kept) == "10,000 to 25,000 euros"
