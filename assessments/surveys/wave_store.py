"""What the seal stores beside the plan of a wave: its analysis, and the change since the wave before."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from assessments.surveys import analysis, cells, release, trend_release
from assessments.surveys.ballots import Response
from assessments.surveys.cells import LAYOUT, Hidden
from assessments.surveys.masks import Ints, Tree
from assessments.surveys.models import Campaign, CampaignAnalysis, Invitation, TrendRelease, UnitSnapshot
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.suppression import Mask
from assessments.surveys.trend_release import NOWHERE, Members, Wave
from assessments.surveys.vectors import Layout
from core.constructs import Construct

Bytes = npt.NDArray[np.uint8]
FETCH = 5000


def write_analysis(campaign: Campaign, layout: Layout, groups: Ints, vectors: Bytes) -> None:
    """`groups` holds the nearest shown unit of each response. The same campaign always gives the same page."""
    content = analysis.analyse(
        layout,
        groups,
        vectors,
        k=campaign.minimum_group,
        seed=campaign.pk,
        may_compare=not campaign.bands_released.exists(),
    )
    CampaignAnalysis.objects.create(campaign=campaign, content=content)


def write_trends(
    campaign: Campaign,
    layout: Layout,
    plan: release.Plan,
    tree: Tree,
    units: Sequence[UnitSnapshot],
    vectors: Bytes,
    groups: Ints,
) -> None:
    """Compare with the newest sealed wave of the same form and audience, if there is one."""
    before = previous(campaign)
    if before is None or not layout.constructs or not plan.shown[0]:
        return
    then = list(before.units_at_launch.select_related("release").order_by("place"))
    twin = matched(units, then)
    stand_in = _stand_ins(then, twin)
    earlier = layout_of(before.form)
    places, answers = _responses(before, earlier)
    is_shown_then = np.array([bool(there >= 0 and not then[there].release.hidden) for there in twin], bool)
    records = trend_release.make_trends(
        Wave(layout, groups, vectors, _shown_now(layout, plan)),
        Wave(earlier, stand_in[places], answers, _shown_then(earlier, then, twin)),
        tree,
        plan.shown & is_shown_then,
        _members(campaign, before, stand_in),
        max(campaign.minimum_group, before.minimum_group),
    )
    TrendRelease.objects.bulk_create(
        (
            TrendRelease(unit=unit, before=then[twin[place]], layout=LAYOUT, constructs=records[place].tobytes())
            for place, unit in enumerate(units)
            if plan.shown[place] and twin[place] >= 0
        ),
        batch_size=2000,
    )


def previous(campaign: Campaign) -> Campaign | None:
    """The wave before: the same questionnaire in the same form, sent to the same kind of people."""
    return (
        Campaign.objects.filter(
            form__key=campaign.form.key,
            form__version__instrument=campaign.form.version.instrument_id,
            audience=campaign.audience,
            sealed_at__isnull=False,
            closes_at__lt=campaign.closes_at,
        )
        .select_related("form")
        .order_by("-closes_at", "-pk")
        .first()
    )


def matched(now: Sequence[UnitSnapshot], before: Sequence[UnitSnapshot]) -> list[int]:
    """For each unit of the later tree its place in the earlier one from 0, NOWHERE without one.

    The same unit counts as the same group only while it stands below the same matched unit in both trees.
    """
    there = {unit.unit_id: place for place, unit in enumerate(before) if unit.unit_id}
    twin = [there.get(unit.unit_id, NOWHERE) if unit.unit_id else NOWHERE for unit in now]
    while True:
        back = {place: unit for unit, place in enumerate(twin) if place >= 0}
        known_now, known_before = set(back.values()), set(back)
        moved = [
            unit
            for unit, place in enumerate(twin)
            if place >= 0
            and _matched_above(now, unit, known_now) != back.get(_matched_above(before, place, known_before), NOWHERE)
        ]
        if not moved:
            return twin
        for unit in moved:
            twin[unit] = NOWHERE


def _matched_above(units: Sequence[UnitSnapshot], unit: int, known: set[int]) -> int:
    above = (units[unit].parent_place or 0) - 1
    while above >= 0 and above not in known:
        above = (units[above].parent_place or 0) - 1
    return above


def _stand_ins(then: Sequence[UnitSnapshot], twin: Sequence[int]) -> Ints:
    """For each unit of the earlier tree the later place of itself or the nearest matched unit above."""
    back = {place: unit for unit, place in enumerate(twin) if place >= 0}
    found = np.full(len(then), NOWHERE, np.int64)
    for place, unit in enumerate(then):
        above = (unit.parent_place or 0) - 1
        found[place] = back.get(place, found[above] if above >= 0 else NOWHERE)
    return found


def _responses(campaign: Campaign, layout: Layout) -> tuple[Ints, Bytes]:
    rows = Response.objects.filter(campaign_number=campaign.pk).values_list("place", "vector")
    found = [(place - 1, bytes(vector)) for place, vector in rows.iterator(chunk_size=FETCH)]
    vectors = np.frombuffer(b"".join(vector for _, vector in found), np.uint8).reshape(len(found), layout.width)
    return np.array([place for place, _ in found], np.int64), vectors


def _shown_now(layout: Layout, plan: release.Plan) -> dict[Construct, Mask]:
    return {c: plan.constructs["hidden"][:, place] == Hidden.NO for place, c in enumerate(layout.constructs)}


def _shown_then(layout: Layout, then: Sequence[UnitSnapshot], twin: Sequence[int]) -> dict[Construct, Mask]:
    shown = np.zeros((len(twin), len(layout.constructs)), bool)
    for unit, place in enumerate(twin):
        if place >= 0 and not then[place].release.hidden:
            released = then[place].release
            shown[unit] = cells.unpack(released.constructs, "constructs", released.layout)["hidden"] == Hidden.NO
    return {construct: shown[:, place] for place, construct in enumerate(layout.constructs)}


def _members(now: Campaign, before: Campaign, stand_in: Ints) -> Members | None:
    """Where each person was counted in either wave; None where people were not invited by name."""
    seats = Invitation.objects.filter(employee__isnull=False).values_list("employee_id", "home__place")
    here, there = dict(seats.filter(campaign=now)), dict(seats.filter(campaign=before))
    if not here or not there:
        return None
    everybody = sorted(here.keys() | there.keys())
    return Members(
        np.array([here.get(person, 0) - 1 for person in everybody], np.int64),
        np.array([stand_in[there[person] - 1] if person in there else NOWHERE for person in everybody], np.int64),
    )
