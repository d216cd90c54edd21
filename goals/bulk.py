"""All goals of a cycle at once, in numpy: the roll-up of supporting goals, and where every goal stands on a day.

The same arithmetic as goals.progress on whole columns; tests hold the two equal on random trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from goals import progress
from goals.columns import Bools, Column, Ints, days, read
from goals.models import Checkpoint, Goal, Guardrail
from goals.progress import AT_RISK_GAP, ON_TRACK_GAP, PPM, STALE_DAYS, Status

NO_DATA = -(2**31)  # stands for NULL in a 4-byte column; progress.PPM_LIMIT keeps real values away from it
STATUSES = list(Status)
CODE = {status: code for code, status in enumerate(STATUSES)}
Floats = npt.NDArray[np.float64]

_COUNTED = (
    f"(state = {Goal.State.ACTIVE.value} AND visibility <> {Goal.Visibility.PRIVATE.value} AND starts_on <= {{on}})"
)
_TREE = [
    Column("id", "id", 8),
    Column("parent", "coalesce(parent_id, 0)", 8),
    Column("weight", "weight", 4),
    Column("depth", "depth", 2),
    Column("has_metric", f"measured <> {Goal.Measured.NOT.value}", 1),
    Column("own", f"coalesce(own_ppm, {NO_DATA})", 4),
    Column("supporting", f"coalesce(supporting_ppm, {NO_DATA})", 4),
]
# Everything that standings need. COPY pays for each column, so small ones travel in one number, by this many bits.
_FLAGS = {"measured": 4, "state": 4, "visibility": 4, "is_aligned": 1}
_STANDING = [
    *(column for column in _TREE if column.name != "has_metric"),
    Column("unit", "unit_id", 8),
    Column("owner", "owner_id", 8),
    Column("starts", "starts_on", 4),
    Column("due", "due_on", 4),
    Column("checked", "coalesce(checked_on, starts_on)", 4),
    Column("flags", "measured + 16 * state + 256 * visibility + 4096 * is_aligned::int", 4),
]


class Index:
    """Finds rows by id: by a table where ids lie close together, as they do in a cycle, else by search."""

    def __init__(self, ids: Ints) -> None:
        size = len(ids)
        self.least, most = (int(ids.min()), int(ids.max())) if size else (0, 0)
        span = most - self.least + 1
        self.table = self.order = self.sorted = None
        if span <= 8 * size:
            self.table = np.full(span + 2, -1, np.int64)  # the last two: below and above all
            self.table[ids - self.least] = np.arange(size)
        else:
            self.order = np.argsort(ids, kind="stable")
            self.sorted = ids[self.order]

    def rows(self, wanted: Ints) -> Ints:
        """The row of each id, -1 for one that is not there."""
        if self.table is not None:
            return self.table[np.clip(wanted - self.least, -1, len(self.table) - 2)]
        if self.order is None or self.sorted is None or not len(self.order):
            return np.full(len(wanted), -1)
        place = np.minimum(np.searchsorted(self.sorted, wanted), len(self.order) - 1)
        return np.where(self.sorted[place] == wanted, self.order[place], -1)

    def marks(self, wanted: Ints, size: int) -> Bools:
        """Of `size` rows, which are among these ids."""
        marked = np.zeros(size, bool)
        rows = self.rows(wanted)
        marked[rows[rows >= 0]] = True
        return marked


@dataclass(frozen=True)
class Tree:
    """Columns of one cycle. `above` is the row of each goal's parent, -1 without one; `levels` are rows by depth."""

    columns: dict[str, Ints]
    index: Index
    above: Ints
    levels: Sequence[Ints]

    def __getitem__(self, name: str) -> Ints:
        return self.columns[name]

    def __len__(self) -> int:
        return len(self.above)

    def flag(self, name: str) -> Bools:
        return self.columns[name].astype(bool)

    def among(self, ids: Ints) -> Bools:
        """Which goals are among these."""
        return self.index.marks(ids, len(self))


def load_tree(cycle_id: int, on: date) -> Tree:
    return _tree(read_columns(cycle_id, on))


def read_columns(cycle_id: int, on: date) -> dict[str, Ints]:
    """What the roll-up reads: 8 narrow columns of every goal of the cycle."""
    counted = Column("counts", _COUNTED.format(on="%(on)s"), 1)
    return read([*_TREE, counted], "goals_goal WHERE cycle_id = %(cycle)s", {"cycle": cycle_id, "on": on})


def load_for_proof(cycle_id: int) -> Tree:
    """The same by the day the roll-up was made for, with the waiting marks: one statement, so one moment.

    Before the first roll-up nothing counts yet.
    """
    counted = Column("counts", _COUNTED.format(on="state_.as_of"), 1)
    marked = Column("is_marked", "id IN (SELECT goal_id FROM goals_rollupmark WHERE cycle_id = %(cycle)s)", 1)
    source = (
        "goals_goal, (SELECT coalesce(as_of, DATE '-infinity') AS as_of FROM goals_rollupstate "
        "WHERE cycle_id = %(cycle)s) state_ WHERE cycle_id = %(cycle)s"
    )
    return _tree(read([*_TREE, counted, marked], source, {"cycle": cycle_id}))


def _tree(columns: dict[str, Ints]) -> Tree:
    ids, depth = columns["id"], columns["depth"]
    index = Index(ids)
    by_depth = np.argsort(depth, kind="stable")
    bounds = np.searchsorted(depth[by_depth], np.arange(int(depth.max()) + 2)) if len(ids) else np.zeros(1, int)
    levels = [by_depth[bounds[level] : bounds[level + 1]] for level in range(len(bounds) - 1)]
    return Tree(columns, index, index.rows(columns["parent"]), levels)


# --- roll-up ------------------------------------------------------------------------------------------------------------


def supporting(tree: Tree) -> Ints:
    """The roll-up of every goal in ppm, NO_DATA where nothing counts. progress.roll_up on whole levels, deepest first."""
    weight = tree["weight"].astype(np.float64)  # sums stay whole: below 2**53
    counts, has_metric = tree.flag("counts") & (tree["weight"] > 0), tree.flag("has_metric")
    totals, weights = np.zeros(len(tree)), np.zeros(len(tree))
    result = np.full(len(tree), NO_DATA, np.int64)
    headline = tree["own"].astype(np.int64)
    for level in reversed(tree.levels):
        with_parts = level[weights[level] > 0]
        result[with_parts] = _means(totals[with_parts], weights[with_parts])
        bare = level[~has_metric[level]]
        headline[bare] = result[bare]
        up = level[(tree.above[level] >= 0) & counts[level] & (headline[level] != NO_DATA)]
        _add(totals, tree.above[up], weight[up] * np.clip(headline[up], 0, PPM))
        _add(weights, tree.above[up], weight[up])
    return result.astype(np.int32)


def _means(totals: Floats, weights: Floats) -> Ints:
    whole, weight = totals.astype(np.int64), weights.astype(np.int64)
    return (whole + weight // 2) // weight


def _add(sums: Floats, rows: Ints, values: Floats) -> None:
    """sums[rows] += values, with repeated rows; a level's parents lie close together."""
    if len(rows):
        first = int(rows.min())
        found = np.bincount(rows - first, weights=values)
        sums[first : first + len(found)] += found


# --- where every goal stands --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Standings:
    """One row per goal of the cycle. `status` and `shown` are codes into STATUSES."""

    tree: Tree
    progress: Ints
    expected: Ints
    status: Ints
    shown: Ints
    is_stale: Bools
    is_breached: Bools


def standings(cycle_id: int, on: date) -> Standings:
    """Progress, expected pace and status of every goal of the cycle on one day."""
    return standings_of(load_standing(cycle_id, on), cycle_id, on)


def load_standing(cycle_id: int, on: date) -> Tree:
    """Everything that standings are worked out from."""
    columns = read(_STANDING, "goals_goal WHERE cycle_id = %(cycle)s", {"cycle": cycle_id})
    flags = columns.pop("flags")
    for name, bits in _FLAGS.items():
        columns[name], flags = flags & ((1 << bits) - 1), flags >> bits
    measured = columns["measured"]
    is_listed = (columns["state"] == Goal.State.ACTIVE) & (columns["visibility"] != Goal.Visibility.PRIVATE)
    columns["is_listed"], columns["has_metric"] = is_listed, measured != Goal.Measured.NOT
    columns["is_kept"] = measured == Goal.Measured.KEPT
    columns["counts"] = is_listed & (columns["starts"] <= days(on))
    return _tree(columns)


def as_of_day(tree: Tree, own: Ints, on: date) -> Tree:
    """The same goals with other own numbers, on another day: what counts and how it adds up follow."""
    counts = tree.flag("is_listed") & (tree["starts"] <= days(on))
    columns = {**tree.columns, "own": own.astype(np.int32), "counts": counts.astype(np.int8)}
    then = Tree(columns, tree.index, tree.above, tree.levels)
    then.columns["supporting"] = supporting(then)
    return then


def standings_of(tree: Tree, cycle_id: int, on: date) -> Standings:
    today = days(on)
    own_pace = _expected(tree, cycle_id, on)
    reached, expected, is_complete = _headlines(tree, own_pace, today)
    status = _status(tree, reached, expected, is_complete, today)
    is_breached = tree.among(np.array(_breached(cycle_id), np.int64))
    shown = np.where(is_breached & (status == CODE[Status.ON_TRACK]), CODE[Status.AT_RISK], status)
    running = np.isin(status, [CODE[item] for item in progress.RUNNING])
    last = np.maximum(tree["starts"], tree["checked"])
    is_stale = running & tree.flag("has_metric") & (today - last >= STALE_DAYS)
    return Standings(tree, reached, expected, status, shown, is_stale, is_breached)


def _expected(tree: Tree, cycle_id: int, on: date) -> Ints:
    """Expected progress by the goal's own dates, checkpoints or milestones."""
    start, due = tree["starts"].astype(np.int64), tree["due"].astype(np.int64)
    length, gone = due - start, days(on) - start
    some = np.maximum(length, 1)
    pace = np.clip((2 * PPM * gone + some) // (2 * some), 0, PPM)
    pace = np.where(length <= 0, np.where(gone >= 0, PPM, 0), pace)
    for ids, paces in (_checkpoint_paces(cycle_id, on), _milestone_paces(cycle_id, on)):
        rows = tree.index.rows(ids)
        pace[rows[rows >= 0]] = paces[rows >= 0]
    return pace


def _headlines(tree: Tree, pace: Ints, today: int) -> tuple[Ints, Ints, Bools]:
    """Progress, expected and "complete" of each goal; one without a metric takes all three from its supporting goals."""
    has_metric, is_kept = tree.flag("has_metric"), tree.flag("is_kept")
    reached = np.where(has_metric, tree["own"], tree["supporting"]).astype(np.int64)
    expected, is_complete = pace.copy(), np.zeros(len(tree), bool)
    if has_metric.all():
        return reached, expected, is_complete
    weight = tree["weight"].astype(np.float64)
    counts = tree.flag("counts") & (weight > 0) & (reached != NO_DATA)
    over = tree["due"] < today
    full = (reached + 50) // 100 >= progress.rounded(PPM)
    achieved = np.where(is_kept, full & over, full)
    paces, weights, unfinished = (np.zeros(len(tree)) for _ in range(3))
    for level in reversed(tree.levels):
        bare = level[~has_metric[level]]
        known = bare[weights[bare] > 0]
        expected[known] = _means(paces[known], weights[known])
        is_complete[known] = unfinished[known] == 0
        achieved[bare] = is_complete[bare]
        up = level[(tree.above[level] >= 0) & counts[level]]
        part = np.where(is_kept[up], PPM, np.clip(expected[up], 0, PPM))
        _add(paces, tree.above[up], weight[up] * part)
        _add(weights, tree.above[up], weight[up])
        _add(unfinished, tree.above[up], (~achieved[up]).astype(np.float64))
    return reached, expected, is_complete


def _status(tree: Tree, reached: Ints, expected: Ints, is_complete: Bools, today: int) -> Ints:
    """progress.Standing.status on whole columns: the first row of the table that fits."""
    has_metric, is_kept, over = tree.flag("has_metric"), tree.flag("is_kept"), tree["due"] < today
    done, gap = (reached + 50) // 100, (expected + 50) // 100 - (reached + 50) // 100
    full = np.where(has_metric, done >= progress.rounded(PPM), is_complete)
    empty = reached == NO_DATA
    table: list[tuple[Bools, Status]] = [
        (tree["starts"] > today, Status.NOT_STARTED),
        (empty & over, Status.MISSED),
        (empty, Status.NO_DATA),
        (is_kept & over & full, Status.ACHIEVED),
        (is_kept & over, Status.MISSED),
        (is_kept & full, Status.ON_TRACK),
        (is_kept & (done > 0), Status.AT_RISK),
        (is_kept, Status.OFF_TRACK),
        (full, Status.ACHIEVED),
        (over, Status.MISSED),
        (gap <= ON_TRACK_GAP, Status.ON_TRACK),
        (gap <= AT_RISK_GAP, Status.AT_RISK),
    ]
    rows = [row for row, _ in table]
    codes: list[Any] = [np.int64(CODE[status]) for _, status in table]
    return np.select(rows, codes, np.int64(CODE[Status.OFF_TRACK]))


def _breached(cycle_id: int) -> list[int]:
    found = Guardrail.objects.filter(is_breached=True, goal__cycle_id=cycle_id)
    return list(found.order_by().values_list("goal_id", flat=True).distinct())


def _milestone_paces(cycle_id: int, on: date) -> tuple[Ints, Ints]:
    """progress.pace_by_milestones for every goal of the cycle that is measured by dated milestones: ids and paces."""
    due = "coalesce(sum(m.weight) FILTER (WHERE m.due_on <= %(on)s), 0)"
    columns = [
        Column("id", "g.id", 8),
        Column("pace", f"((2 * %(ppm)s::bigint * {due} + sum(m.weight)) / (2 * sum(m.weight)))::bigint", 8),
    ]
    source = """goals_goal g JOIN goals_goaldetail d ON d.goal_id = g.id AND d.metric_type = 'milestone'
        JOIN goals_milestone m ON m.goal_id = g.id AND m.cancelled_on IS NULL
        WHERE g.cycle_id = %(cycle)s GROUP BY g.id HAVING count(m.due_on) = count(*)"""
    found = read(columns, source, {"cycle": cycle_id, "on": on, "ppm": PPM})
    return found["id"], found["pace"]


def _checkpoint_paces(cycle_id: int, on: date) -> tuple[Ints, Ints]:
    rows = Checkpoint.objects.filter(goal__cycle_id=cycle_id).order_by("goal_id", "reach_on")
    found: dict[int, tuple[date, date, list[tuple[date, int]]]] = {}
    for goal, starts_on, due_on, reach_on, expected in rows.values_list(
        "goal_id", "goal__starts_on", "goal__due_on", "reach_on", "expected_ppm"
    ):
        found.setdefault(goal, (starts_on, due_on, []))[2].append((reach_on, expected))
    paces = [
        progress.pace_by_checkpoints(starts_on, due_on, points, on) for starts_on, due_on, points in found.values()
    ]
    return np.fromiter(found, np.int64), np.array(paces, np.int64)
