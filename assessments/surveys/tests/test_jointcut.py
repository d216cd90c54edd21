"""Units and two attributes side by side: no group below k may be worked out from all totals together."""

from itertools import product

import numpy as np
import pytest

from assessments.surveys import crosscut, jointcut


def derivable(partitions, k):
    """By brute force: every group of fewer than k people whose indicator is a sum of one number per class."""
    cells, people = np.unique(np.stack(partitions, axis=1), axis=0, return_counts=True)
    classes = [np.unique(column, return_inverse=True)[1] for column in cells.T]
    matrix = np.concatenate([np.eye(column.max() + 1)[column] for column in classes], axis=1)
    rank = np.linalg.matrix_rank(matrix)
    for chosen in product((0, 1), repeat=len(cells)):
        group = np.array(chosen)
        if not 0 < (group * people).sum() < k:
            continue
        if np.linalg.matrix_rank(np.column_stack([matrix, group])) == rank:
            return True
    return False


def drawn(random, people, sizes):
    return [random.integers(0, size, people) for size in sizes]


@pytest.mark.parametrize("seed", range(60))
def test_t47_what_the_check_calls_safe_brute_force_cannot_break(seed):
    random = np.random.default_rng(seed)
    k = int(random.integers(3, 6))
    partitions = drawn(random, int(random.integers(12, 60)), (2, 2, int(random.integers(2, 4))))

    if jointcut.is_safe(partitions, k):
        assert not derivable(partitions, k)


def test_the_check_says_safe_often_enough_to_be_of_use():
    random = np.random.default_rng(1)
    found = [jointcut.is_safe(drawn(random, 180, (8, 4, 3)), 5) for _ in range(8)]

    assert sum(found) >= 6


def test_t47_two_people_between_two_attributes_are_found():
    units = np.repeat([0, 1], 26)
    long_here = np.array([1] * 20 + [0] * 6 + [1] * 20 + [0] * 6)
    site = long_here.copy()
    site[:2] = 0  # two who have been here long work at the other site

    assert crosscut.weak_cells(_table(long_here, site), 5)
    assert not jointcut.is_safe([units, long_here, site], 5)


def _table(first, second):
    table = np.zeros((first.max() + 1, second.max() + 1), np.int64)
    np.add.at(table, (first, second), 1)
    return table


def test_more_combinations_than_can_be_checked_count_as_unsafe(monkeypatch):
    monkeypatch.setattr(jointcut, "MOST_CELLS", 3)

    assert not jointcut.is_safe(drawn(np.random.default_rng(0), 500, (2, 2, 2)), 5)
