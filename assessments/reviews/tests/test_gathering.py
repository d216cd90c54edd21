"""Counts of many: whoever adds and subtracts what is shown, knowing their own reports, learns of no group below five."""

from random import Random

import pytest

from assessments.reviews import gathering
from assessments.reviews.gathering import Count, Person
from assessments.surveys.suppression import nearest_shown

K = 5


def people(*groups, manager=None):
    """(place, how many at level, how many one level below) each."""
    found = []
    for place, at_level, below in groups:
        for missing in [0] * at_level + [1] * below:
            found.append(Person(len(found) + 1, place, manager, missing))
    return found


def organisation(random):
    """Up to nine units, up to forty people with managers among them, some of whom sit in the unit above."""
    parents, path = [-1], [0]
    for place in range(1, random.randint(2, 9)):  # in pre-order: below the unit before, or below one above it
        path = path[: random.randint(1, len(path))]
        parents.append(path[-1])
        path.append(place)
    size = random.randint(0, 40)
    return parents, [
        Person(
            key,
            random.randrange(len(parents)),
            random.choice([None, random.randint(1, 6), random.randint(1, 3)]),
            random.choice([0, 0, 0, 1, 2]),
            random.random() < 0.5,
        )
        for key in range(1, size + 1)
    ]


def derivable(parents, shown, members):
    """Every group that shown units leave when any of the shown ones right below are taken off: sets of people."""
    nearest = nearest_shown(parents, shown)
    over = [nearest[parent] if parent >= 0 else -1 for parent in parents]

    def inside(unit):
        found = set()
        for person in members:
            place = person.place
            while place >= 0 and place != unit:
                place = parents[place]
            if place == unit:
                found.add(person)
        return found

    for unit in range(len(parents)):
        if not shown[unit]:
            continue
        below = [child for child in range(len(parents)) if shown[child] and child != unit and over[child] == unit]
        for mask in range(1 << len(below)):
            taken = [child for bit, child in enumerate(below) if mask >> bit & 1]
            yield unit, taken, inside(unit).difference(*map(inside, taken))


def nobody_is_left_on_one_side(counts, unit, taken, group):
    """Not by what is shown either: what each manager cannot know of a block has somebody at level and somebody below."""
    at_level = counts[unit].at_level - sum(counts[child].at_level for child in taken)
    missing = counts[unit].missing - sum(counts[child].missing for child in taken)
    for manager in {person.manager for person in group} - {None}:
        known = {person for person in group if manager in (person.manager, person.key)}
        if others := len(group) - len(known):
            others_at = at_level - sum(person.is_at_level for person in known)
            assert 0 < others_at < others
            assert missing - sum(person.missing for person in known) >= others - others_at


@pytest.mark.parametrize("seed", range(60))
def test_t40_t41_no_group_below_five_is_left_by_subtracting_what_is_shown(seed):
    parents, everybody = organisation(Random(seed))
    counts = gathering.counts(parents, everybody, K)
    shown = [count is not None for count in counts]

    every = list(derivable(parents, shown, everybody))
    for unit, taken, group in every:
        assert not group or len(group) >= K
        for manager in {person.manager for person in group} - {None}:
            left = {person for person in group if person.manager != manager}
            assert not left - {person for person in left if person.key == manager} or len(left) >= K
        whole = len(taken) == max((len(other) for above, other, _ in every if above == unit), default=0)
        if group and whole:  # a block
            nobody_is_left_on_one_side(counts, unit, taken, group)
        at_level = counts[unit].at_level - sum(counts[child].at_level for child in taken)
        said = counts[unit].people - sum(counts[child].people for child in taken)
        assert said == len(group)
        if group:
            assert 0 < at_level < said  # nobody is given away by a group in which all stand alike


@pytest.mark.parametrize("seed", range(60))
def test_t41_gaps_and_their_context_are_hidden_by_their_own_numbers(seed):
    parents, everybody = organisation(Random(1000 + seed))
    for count in gathering.counts(parents, everybody, K):
        if count and count.context_percent is not None:
            below = count.people - count.at_level
            assert below >= K
            assert 0 < count.context_percent < 100
            assert any(
                round(100 * held / below) in (count.context_percent, count.context_percent - 1) for held in range(below)
            )


def test_a_company_with_a_small_team_hides_it_and_a_neighbour():
    # company; two departments; the first with teams of 6 and 3
    parents = [-1, 0, 1, 1, 0]
    everybody = people((2, 4, 2), (3, 2, 1), (4, 5, 4))

    company, first, six, three, second = gathering.counts(parents, everybody, K)

    assert company == Count(18, 11, 7, 14)
    assert (first.people, second.people) == (9, 9)
    assert three is None
    assert six is None  # it would leave the three


def test_a_group_in_which_all_stand_alike_counts_one_on_either_side():
    assert gathering.counts([-1], people((0, 6, 0)), K) == [Count(6, 5, 1, None)]
    assert gathering.counts([-1], people((0, 0, 6)), K)[0].at_level == 1
    assert gathering.counts([-1], people((0, 5, 1)), K) == gathering.counts([-1], people((0, 6, 0)), K)


def test_what_a_manager_knows_of_the_own_reports_leaves_nobody_alone():
    parents = [-1, 0, 0]
    reports = people((1, 4, 3), manager=77)
    guest = Person(8, 1, 5, 0)
    others = [Person(key, 2, 4, key % 2) for key in range(20, 30)]

    with_guest = gathering.counts(parents, [*reports, guest, *others], K)
    assert with_guest[1] is None, "their manager would read the guest's level off it"
    assert gathering.counts(parents, [*reports, *others], K)[1].people == 7


def test_t41_those_beside_the_own_reports_are_not_shown_when_all_of_them_stand_alike():
    """Ten people: the manager's own five all at level, and then the other five would each be known to be below."""
    own = people((0, 5, 0), manager=77)
    beside = [Person(key, 0, 78, 1) for key in range(20, 24)]

    assert gathering.counts([-1], [*own, *beside, Person(24, 0, 78, 1)], K) == [None]
    mixed = [Person(key, 0, 78 if key < 27 else 79, key % 2) for key in range(20, 34)]
    assert gathering.counts([-1], [*own, *mixed], K)[0].at_level == 12


def test_the_share_put_down_to_context_starts_at_five_gaps():
    few = [Person(key, 0, None, 1 if key < 4 else 0, True) for key in range(12)]
    many = [Person(key, 0, None, 1 if key < 8 else 0, key < 5) for key in range(12)]

    assert gathering.counts([-1], few, K)[0].context_percent is None
    assert gathering.counts([-1], many, K)[0].context_percent == 63
