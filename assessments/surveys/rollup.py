"""The seal: a campaign's ballots become responses and a release plan, and nothing links them to people any more.

One transaction. Killed before it commits, nothing has happened; the next run starts afresh. Killed after it, only the
key file is left, which `schedule.close_due_campaigns` destroys. docs/decisions/006-sealed-ballots.md.
"""

import logging
import random
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import transaction

from assessments.surveys import (
    ballot_box,
    ballot_keys,
    comment_pools,
    contact_release,
    inbox,
    locks,
    release,
    seal_tables,
    wave_store,
)
from assessments.surveys.ballot_box import Ballot
from assessments.surveys.ballots import SealedBallot
from assessments.surveys.band_release import BandPlan, make_bands
from assessments.surveys.cells import LAYOUT
from assessments.surveys.contact_requests import Given, Split
from assessments.surveys.models import BandRelease, Campaign, CustomerContact, UnitRelease, UnitSnapshot
from assessments.surveys.models.campaigns import MINIMUM_SOURCES, SUBMIT_GRACE
from assessments.surveys.queries import audience, links
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.segments import NO_SOURCE, Vouched
from assessments.surveys.vectors import Layout

COMMENT_GROUP = 10  # respondents behind every pool of comments
UNKNOWN = 1_000_000_000  # how many customers there are, nobody knows: no correction for having asked most of them
FETCH = 1000  # ballots at a time: they are large
log = logging.getLogger(__name__)


@transaction.atomic
def seal(campaign_pk: int, *, at: datetime) -> bool:
    """Seal an open campaign that is due; False if that is done already or its closing has just been put off.

    Raises KeyMissing, UnsafeRelease; then nothing has changed.
    """
    locks.hold(campaign_pk)
    campaign = Campaign.objects.select_for_update(of=("self",)).select_related("form").get(pk=campaign_pk)
    if campaign.state != Campaign.State.OPEN or at < campaign.closes_at + SUBMIT_GRACE:
        return False
    layout = layout_of(campaign.form)
    ballots = _opened_and_mixed(campaign, layout)
    units = list(campaign.units_at_launch.order_by("place"))
    homes = np.array([ballot.place - 1 for ballot in ballots], np.int64)
    vectors = np.frombuffer(b"".join(ballot.vector for ballot in ballots), np.uint8).reshape(len(ballots), layout.width)
    tree = tree_of(units)
    limit = _smallest_group(campaign, len(ballots))
    plan = release.make_plan(layout, tree, homes, vectors, limit)
    write_releases(plan, units, limit)
    _write_responses(campaign, plan, homes, vectors)
    split = _write_bands(campaign, layout, plan, ballots, homes, vectors)
    groups = np.array(plan.nearest, np.int64)[homes]
    wave_store.write_analysis(campaign, layout, groups, vectors)
    wave_store.write_trends(campaign, layout, plan, tree, units, vectors, groups)
    _write_comments(campaign, layout, tree, plan, ballots, homes)
    wrote = np.array([[bool(text) for text in ballot.comments] for ballot in ballots], bool)
    everyone = Given(vectors, wrote.reshape(len(ballots), len(layout.comments)))
    contact_release.open_requests(
        campaign, layout, everyone, split, is_anything_shown=bool(plan.shown.any()), on=at.date()
    )
    CustomerContact.objects.filter(campaign=campaign).delete()
    campaign.open_percent = links.open_percent(campaign) if campaign.is_for_customers else None
    seal_tables.empty_ballots_and_drafts(campaign.pk)
    seal_tables.rewrite_participation(campaign.pk)
    campaign.state, campaign.sealed_at = Campaign.State.CLOSED, at
    campaign.save(update_fields=["state", "sealed_at", "open_percent"])
    log.info("Campaign %s sealed: %s of %s units shown", campaign.pk, int(plan.shown.sum()), len(units))
    return True


def _opened_and_mixed(campaign: Campaign, layout: Layout) -> list[Ballot]:
    """All ballots in an order drawn from the system's random source."""
    keys = ballot_keys.load(campaign.key)
    sealed = SealedBallot.objects.filter(campaign_number=campaign.pk).values_list("payload", flat=True)
    ballots = ballot_box.open_all(sealed.iterator(chunk_size=FETCH), keys.private, layout)
    random.SystemRandom().shuffle(ballots)
    return ballots


def _smallest_group(campaign: Campaign, answers: int) -> int:
    """The campaign's limit; where the answers of customers stay withheld as a whole, one that nobody reaches."""
    is_withheld = campaign.is_for_customers and links.why_withheld(campaign) != ""
    return max(campaign.minimum_group, answers + 1) if is_withheld else campaign.minimum_group


def tree_of(units: list[UnitSnapshot]) -> release.Tree:
    return release.Tree(
        tuple((unit.parent_place or 0) - 1 for unit in units),
        np.array([unit.invited or UNKNOWN for unit in units], np.int64),
        tuple(unit.key for unit in units),
    )


def write_releases(plan: release.Plan, units: list[UnitSnapshot], k: int) -> None:
    few, neighbour = UnitRelease.Hidden.TOO_FEW.value, UnitRelease.Hidden.NEIGHBOUR.value
    shown = np.flatnonzero(plan.shown)
    seal_tables.write_releases(
        {
            "unit_id": (">i8", np.array([units[place].pk for place in shown], np.int64)),
            "shown_at_place": (">i4", shown + 1),
            "answers": (">i4", plan.answers[shown]),
            **{kind: ("u1", records.view(np.uint8).take(shown, axis=0)) for kind, records in plan.records().items()},
        },
        (
            (units[place].pk, few if plan.answers[place] < k else neighbour, plan.nearest[place] + 1 or None)
            for place in np.flatnonzero(~plan.shown)
        ),
        layout=LAYOUT,
    )


def _write_responses(
    campaign: Campaign, plan: release.Plan, homes: npt.NDArray[np.int64], vectors: npt.NDArray[np.uint8]
) -> None:
    """Only what may be published is kept: every answer moves to the nearest shown unit, without one it is dropped."""
    places = np.array(plan.nearest, np.int64)[homes] + 1
    kept = places > 0
    seal_tables.write_responses(campaign.pk, places[kept], vectors[kept])


def _write_bands(
    campaign: Campaign,
    layout: Layout,
    plan: release.Plan,
    ballots: list[Ballot],
    homes: npt.NDArray[np.int64],
    vectors: npt.NDArray[np.uint8],
) -> Split | None:
    """Results by attribute, where they are safe; how customers are split by the group they say they belong to."""
    if not campaign.bands or not ballots:
        return None
    vouched = _vouched(campaign, ballots)
    frozen = np.array([ballot.band - 1 for ballot in ballots], np.int64)
    rows: list[BandRelease] = []
    beside: list[npt.NDArray[np.int64]] = []
    for attribute in campaign.attributes:
        labels = audience.values_of(campaign.bands, attribute)
        places = np.array([labels.index(audience.value_in(band, attribute)) for band in campaign.bands], np.int64)
        found = make_bands(
            layout,
            plan,
            homes,
            places[frozen],
            vectors,
            labels,
            k=campaign.minimum_group,
            is_ordered=attribute == Campaign.Cut.TENURE,
            beside=beside,
            vouched=vouched,
        )
        if found is None:
            continue
        beside.append(found.into)
        rows += _band_rows(campaign, attribute, found, len(rows))
    BandRelease.objects.bulk_create(rows)
    return Split(beside[0], frozen + 1, vouched) if vouched and beside else None


def _band_rows(campaign: Campaign, attribute: str, found: BandPlan, first: int) -> list[BandRelease]:
    return [
        BandRelease(
            campaign=campaign,
            attribute=attribute,
            order=first + order,
            label=label,
            answers=int(found.answers[order]),
            layout=LAYOUT,
            constructs=found.constructs[order].tobytes(),
        )
        for order, label in enumerate(found.labels)
    ]


def _vouched(campaign: Campaign, ballots: list[Ballot]) -> Vouched | None:
    if campaign.cut_by != Campaign.Cut.ASKED:
        return None
    return Vouched.of((ballot.source or NO_SOURCE for ballot in ballots), MINIMUM_SOURCES)


def _write_comments(
    campaign: Campaign,
    layout: Layout,
    tree: release.Tree,
    plan: release.Plan,
    ballots: list[Ballot],
    homes: npt.NDArray[np.int64],
) -> None:
    """Question by question: pool, mix anew, write. No row of one question leads to a row of another."""
    respondents = np.bincount(homes, minlength=len(plan.shown)).tolist()
    rows: list[tuple[int, str, str, bytes]] = []
    for number, question in enumerate(layout.comments):
        texts = [
            (int(home), ballot.comments[number], inbox.comment_key(ballot.reply_key, question))
            for home, ballot in zip(homes, ballots, strict=True)
            if ballot.comments[number]
        ]
        written = np.bincount([home for home, *_ in texts], minlength=len(plan.shown)).tolist()
        pools = comment_pools.pools(
            tree.parents,
            respondents,
            written,
            plan.shown.tolist(),
            people=max(COMMENT_GROUP, campaign.minimum_group),
            comments=campaign.minimum_comments,
        )
        released = [(pools[home] + 1, question, text, key) for home, text, key in texts if pools[home] >= 0]
        random.SystemRandom().shuffle(released)
        rows += released
    seal_tables.write_comments(campaign.pk, rows)
