"""The leaders' mirror: how their people see what leaders say and do, beside the leaders' own view, and what they did about it.

Groups only, from the release plan. Nobody's own answers are read: leaders stand in it as the group they answered in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from actions import queries as actions
from actions.queries import Example
from assessments.surveys.models import UnitRelease, UnitSnapshot
from assessments.surveys.queries import beside, changes, explorer, results, sharing, statements
from assessments.surveys.queries.changes import Change
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.results import Scores, UnitResults
from assessments.surveys.queries.say_do import DOES, SAYS, SayDo, say_do
from assessments.surveys.queries.statements import ItemRow
from core.constructs import Construct
from people.access import Viewer

LEADERS = Construct.COMMANDER


@dataclass(frozen=True)
class Behaviour:
    """One statement about leaders: whether it is on words or deeds, and how each side sees it. `own` is None before it asks."""

    text: str
    kind: str
    people: ItemRow
    leaders: ItemRow | None


@dataclass(frozen=True)
class Side:
    """One viewpoint on the C of the leaders; hidden says so in `words`."""

    who: str
    index: int | None
    word: str
    words: str


@dataclass(frozen=True)
class Mirror:
    """`results` is None before the first survey; `behaviours_hidden` says why there are no statements."""

    results: UnitResults | None
    people: str
    sides: tuple[Side, ...]
    change: Change | None
    says: tuple[SayDo, ...]
    behaviours: tuple[Behaviour, ...]
    behaviours_hidden: str
    example: Example

    @property
    def is_empty(self) -> bool:
        return self.results is None


def mirror(viewer: Viewer, *, at: datetime) -> Mirror | None:
    """The page; None for those who do not go first. A fixed number of queries."""
    example = actions.example_of(viewer, on=timezone.localdate(at))
    if example is None:
        return None
    top = results.latest_top(viewer)
    if top is None:
        return Mirror(None, "", (), None, (), (), "", example)
    unit = _unit(viewer, top)
    found = results.unit_results(unit, viewer)
    reading = sharing.reading(viewer, top.campaign)
    released = results.shown_release(unit)
    leaders = results.leaders_release(top.campaign, viewer) if reading.gaps else None
    voice = beside.customers_release(viewer) if reading.gaps else None
    people = found.shown.name if found.shown else unit.name
    k = top.campaign.minimum_group
    hidden = explorer.statements_hidden(found, unit, viewer, reading) or ("" if found.shown else found.hidden)
    stored = [(people, released), ("Leaders themselves", leaders)] if not hidden else []
    return Mirror(
        results=found,
        people=people,
        sides=_sides(found, beside.customers_scores(voice), people, with_leaders=reading.gaps),
        change=_change(released, tuple(layout_of(top.campaign.form_id).constructs), k) if released else None,
        says=tuple(
            one
            for who, release in stored
            if release and (one := say_do(who, release, layout_of(release.unit.campaign.form_id), k))
        ),
        behaviours=() if hidden else _behaviours(released, leaders),
        behaviours_hidden=hidden,
        example=example,
    )


def _unit(viewer: Viewer, top: UnitSnapshot) -> UnitSnapshot:
    """The highest unit that the viewer leads; executives without one look at everybody."""
    led = [unit.pk for unit in viewer.headed_units]
    found = UnitSnapshot.objects.visible_to(viewer).filter(campaign=top.campaign_id, unit__in=led)
    return found.select_related("campaign", "unit").order_by("place").first() or top


def _sides(found: UnitResults, customers: Scores | None, people: str, *, with_leaders: bool) -> tuple[Side, ...]:
    whole = found.organisation if found.organisation and found.organisation.name != people else None
    named = [(people, found.scores), ("The whole organisation", whole)]
    if with_leaders:
        named += [("Leaders themselves", found.leaders), ("Customers", customers)]
    sides = []
    for who, scores in named:
        score = scores.of(LEADERS) if scores else None
        if score:
            likely = score.margin_words if score.low is not None else f"{score.n} answers"
            sides.append(Side(who, score.index, score.word, score.hidden or likely))
    return tuple(sides)


def _change(released: UnitRelease, constructs: Sequence[Construct], k: int) -> Change | None:
    found = changes.changes(released.unit, tuple(constructs), k)
    return next((change for change in found if change.construct == LEADERS), None)


def _behaviours(released: UnitRelease | None, leaders: UnitRelease | None) -> tuple[Behaviour, ...]:
    """The statements about leaders that the survey asks, words and deeds first."""
    if released is None:
        return ()
    about = set(released.unit.campaign.form.items.filter(referent="leaders").values_list("code", flat=True))
    theirs = {row.code: row for row in statements.items(leaders.unit, released=leaders)} if leaders else {}
    rows = [row for row in statements.items(released.unit, released=released) if row.code in about]
    kinds = dict.fromkeys(SAYS, "words") | dict.fromkeys(DOES, "deeds")
    order = {"words": 0, "deeds": 1, "": 2}
    found = [Behaviour(row.text, kinds.get(row.code, ""), row, theirs.get(row.code)) for row in rows]
    return tuple(sorted(found, key=lambda one: order[one.kind]))
