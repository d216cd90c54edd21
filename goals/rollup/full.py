"""The roll-up of a whole cycle: all goals in by COPY, numpy level by level, changed rows out."""

from datetime import date

import numpy as np
from django.db import connection, transaction

from goals import bulk
from goals.columns import Ints, write

FEW = 500  # up to here a literal array is cheaper than a temporary table


@transaction.atomic
def recompute(cycle_id: int, on: date) -> tuple[int, int]:
    """Work every goal of the cycle out again for one day; returns (goals, rows changed).

    Safe beside check-ins without any guard: they write own_ppm, this writes supporting_ppm, and a check-in that commits
    after the read has a mark of its own, which the next sweep claims. The caller holds the cycle's lock.
    """
    tree = bulk.load_tree(cycle_id, on)
    new = bulk.supporting(tree)
    changed = new != tree["supporting"]
    _write(tree["id"][changed], new[changed])
    return len(tree), int(np.count_nonzero(changed))


def _write(ids: Ints, values: Ints) -> None:
    with connection.cursor() as cursor:
        if len(ids) == 0:
            return
        if len(ids) <= FEW:
            source = "unnest(%(ids)s::bigint[], %(values)s::int[]) new(id, ppm)"
        else:
            cursor.execute("CREATE TEMP TABLE IF NOT EXISTS rolled_up (id bigint, ppm integer) ON COMMIT DROP")
            cursor.execute("TRUNCATE rolled_up")
            write("rolled_up", {"id": (ids, 8), "ppm": (values, 4)})
            cursor.execute("ANALYZE rolled_up")
            source = "rolled_up new"
        cursor.execute(
            f"UPDATE goals_goal g SET supporting_ppm = nullif(new.ppm, {bulk.NO_DATA}) FROM {source} WHERE g.id = new.id",
            {"ids": ids.tolist(), "values": values.tolist()} if len(ids) <= FEW else None,
        )
