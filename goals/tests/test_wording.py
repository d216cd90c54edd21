"""Numbers of goals as people read them."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from goals import progress, wording
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


def test_a_number_typed_more_exactly_than_its_measure_is_shown_as_typed_and_a_reckoned_one_is_rounded():
    share = GoalDetail(
        metric_type="increase", metric_unit="%", decimals=1, baseline=Decimal("78.25"), target=Decimal(86)
    )

    assert wording.amount(Decimal("82.9432"), share) == "82.9432%"
    assert wording.amount(Decimal("82.0000"), share) == "82.0%"
    assert wording.reckoned(Decimal("82.96"), share) == "83.0%"
    assert wording.strip(wording.measure(share, None, (0, 0))) == "78.25% → 86%"
    assert wording.moved_away(share, Decimal("78.2")) == "moved away by 0.05"


@given(
    st.decimals(-1000, 1000, places=2),
    st.decimals(-1000, 1000, places=2),
    st.decimals(-1000, 1000, places=2),
)
def test_a_checkpoint_is_read_back_as_it_was_typed(baseline, target, typed):
    assume(baseline != target and abs(target - baseline) * 100 < progress.PPM)
    assume(min(baseline, target) <= typed <= max(baseline, target))
    measure = progress.Measure(progress.MetricType.INCREASE, baseline, target)

    assert measure.typed_at(progress.to_ppm(typed - baseline, target - baseline)) == typed
