"""The independent disclosure audit: linear algebra over what is published, knowing nothing of residuals or trees.

Every released number is a 0/1 row over people: who was counted. A set of people can be worked out when its own row is a
linear combination of the released ones. People with equal rows cannot be told apart and form an atom.
"""

import itertools
from collections.abc import Iterable

PRIME = 2_147_483_647  # exact arithmetic: ranks modulo a large prime


def derivable_groups(released: Iterable[set[int]], k: int) -> list[set[int]]:
    """Every group of 1 to k-1 people that adding and subtracting released totals isolates. Exhaustive over atoms."""
    groups = [group for group in released if group]
    people = sorted(set().union(*groups)) if groups else []
    atoms: dict[tuple[bool, ...], set[int]] = {}
    for person in people:
        atoms.setdefault(tuple(person in group for group in groups), set()).add(person)
    patterns = list(atoms)
    rows = [[int(pattern[g]) for pattern in patterns] for g in range(len(groups))]
    basis, pivots = _row_space(rows)
    small = [place for place, pattern in enumerate(patterns) if len(atoms[pattern]) < k]
    found = []
    for count in range(1, k):
        for chosen in itertools.combinations(small, count):
            members = set().union(*(atoms[patterns[place]] for place in chosen))
            if len(members) < k and _in_space([int(p in chosen) for p in range(len(patterns))], basis, pivots):
                found.append(members)
    return found


def _row_space(rows: list[list[int]]) -> tuple[list[list[int]], list[int]]:
    """Reduced echelon form modulo PRIME, with its pivot columns."""
    work, pivots, done = [list(row) for row in rows], [], 0
    for column in range(len(rows[0]) if rows else 0):
        lead = next((r for r in range(done, len(work)) if work[r][column] % PRIME), None)
        if lead is None:
            continue
        work[done], work[lead] = work[lead], work[done]
        inverse = pow(work[done][column], PRIME - 2, PRIME)
        work[done] = [value * inverse % PRIME for value in work[done]]
        for r, row in enumerate(work):
            if r != done and row[column]:
                factor = row[column]
                work[r] = [(a - factor * b) % PRIME for a, b in zip(row, work[done], strict=True)]
        pivots.append(column)
        done += 1
    return work[:done], pivots


def _in_space(vector: list[int], basis: list[list[int]], pivots: list[int]) -> bool:
    for row, column in zip(basis, pivots, strict=True):
        if factor := vector[column]:
            vector = [(a - factor * b) % PRIME for a, b in zip(vector, row, strict=True)]
    return not any(vector)
