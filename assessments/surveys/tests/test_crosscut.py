"""The directed-cut audit against brute force, and bands merged until it passes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.surveys import crosscut
from assessments.surveys.models import BandRelease
from assessments.surveys.tests import disclosure

PARIS = np.array([[50, 2], [0, 400]])  # an office of 52 with two people at another site; everyone else at that site


def margins(table):
    """People numbered cell by cell; the released totals of all rows and columns."""
    people, start = {}, 0
    for cell in np.ndindex(table.shape):
        people[cell] = set(range(start, start + int(table[cell])))
        start += int(table[cell])
    rows = [set().union(*(people[r, c] for c in range(table.shape[1]))) for r in range(table.shape[0])]
    return rows + [set().union(*(people[r, c] for r in range(table.shape[0]))) for c in range(table.shape[1])]


tables = st.tuples(st.integers(2, 4), st.integers(2, 4)).flatmap(
    lambda shape: st.lists(
        st.lists(st.sampled_from([0, 0, 0, 1, 2, 4, 7, 12]), min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@settings(max_examples=500)
@given(tables, st.integers(3, 5))
def test_t41_cut_audit_and_linear_algebra_agree(cells, k):
    table = np.array(cells)

    assert bool(crosscut.weak_cells(table, k)) == bool(disclosure.derivable_groups(margins(table), k))


def test_two_people_at_another_site_are_found():
    assert crosscut.weak_cells(PARIS, 5) == [(0, 1)]


def test_bands_that_give_somebody_away_are_withheld():
    assert crosscut.safe_bands(PARIS, ["Paris", "London"], smallest=10, k=5, is_ordered=False) is None


def test_a_small_band_of_years_joins_its_smaller_neighbour():
    table = np.array([[20, 20, 4, 30], [20, 20, 4, 30]])

    bands = crosscut.safe_bands(table, ["0-1", "2-4", "5-9", "10+"], smallest=10, k=5, is_ordered=True)

    assert bands == crosscut.Bands(("0-1", "2-4, 5-9", "10+"), (0, 1, 1, 2))


def test_small_sites_join_the_next_smallest_and_empty_ones_are_dropped():
    table = np.array([[40, 3, 0, 15], [40, 3, 0, 15]])

    bands = crosscut.safe_bands(table, ["Leeds", "York", "Hull", "Ripon"], smallest=10, k=5, is_ordered=False)

    assert bands == crosscut.Bands(("Leeds", "York, Ripon"), (0, 1, -1, 1))


def test_merged_sites_with_long_names_fit_into_their_release():
    sites = [f"Service centre {place} " + "n" * 50 for place in range(5)]

    label = crosscut.named(sites)

    assert BandRelease._meta.get_field("label").max_length == crosscut.LONGEST_LABEL
    assert label == f"{sites[0]}, {sites[1]} and 3 more"
    assert crosscut.named(["Leeds", "York"]) == "Leeds, York"
    assert crosscut.named(["n" * 200, "York"]) == "2 together"


@settings(max_examples=100)
@given(tables, st.booleans())
def test_t41_released_bands_never_isolate_a_small_group(cells, is_ordered):
    table = np.array(cells)

    bands = crosscut.safe_bands(table, [str(b) for b in range(table.shape[1])], smallest=10, k=5, is_ordered=is_ordered)

    if bands:
        into = np.array(bands.into)
        merged = np.stack([table[:, into == group].sum(axis=1) for group in range(len(bands.labels))], axis=1)
        assert merged.sum(axis=0).min() >= 10
        assert disclosure.derivable_groups(margins(merged), 5) == []


@pytest.mark.parametrize("k", [5])
def test_empty_table_is_safe(k):
    assert crosscut.weak_cells(np.zeros((3, 3), int), k) == []
