"""Before and after: what a unit's C or statement was in the wave before something began, and in the first one well after.

Read from the stored release plan: a pair of waves is looked at only where the plan itself compares them for that unit
and C (method.md, section 11; the same rule for clear differences as everywhere, section 3.4). Each viewer gets the
values of units whose results they may open, from the day on which these are shared with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from assessments.surveys import cells, scoring
from assessments.surveys.cells import Hidden, Spread
from assessments.surveys.models import Campaign, TrendRelease, UnitRelease, UnitSnapshot
from assessments.surveys.queries import changes, sharing, statements
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.sharing import Reading
from assessments.surveys.vectors import Layout
from core.constructs import Construct
from people.access import Viewer

POINTS = 100 / (scoring.HIGHEST - scoring.LOWEST)
SPREADS_NEEDED = "Statements are compared from 10 answers on that are not all alike."
NOT_YOURS = "The results of this unit are not shared with you, or not yet."
STATEMENTS_NOT_YOURS = "Single statements of this unit are not shared with you, or not yet."


@dataclass(frozen=True)
class Asked:
    """What somebody wants to know: of this unit, on this C or this statement, after this day."""

    unit_id: int
    construct: Construct
    item_code: str
    not_before: date


@dataclass(frozen=True)
class Since:
    """Both values with the change. `hidden` says why there are none; `flag` is 1 up, -1 down, 0 no clear change."""

    before_title: str
    now_title: str
    hidden: str = ""
    before: int | None = None
    now: int | None = None
    points: str = ""
    low: int | None = None
    high: int | None = None
    flag: int = 0
    n_before: int = 0
    n_now: int = 0
    basis: str = ""
    everyone: str = ""  # the change of the whole organisation meanwhile, with its sign


def measured(questions: Sequence[Asked], viewer: Viewer) -> list[Since | None]:
    """One answer per question, None where no wave was taken since. A fixed number of queries per form in use."""
    if not questions:
        return []
    with_items = any(question.item_code for question in questions)
    book = _Book.of({question.unit_id for question in questions}, viewer, with_items)
    return [book.since(question) for question in questions]


@dataclass
class _Book:
    """The stored comparisons of some units, read once."""

    viewer: Viewer
    waves: dict[int, list[TrendRelease]]  # by unit, the earliest first
    visible: frozenset[int]  # unit snapshots whose results the viewer may open
    readings: dict[int, Reading]  # what the viewer reads beside the scores, by campaign
    tops: dict[int, TrendRelease]  # the whole organisation's by campaign
    releases: dict[int, UnitRelease]  # by unit snapshot, both sides of each comparison

    @classmethod
    def of(cls, units: set[int], viewer: Viewer, with_items: bool) -> _Book:
        forms = ("unit__campaign__form", "before__campaign__form")
        trends = TrendRelease.objects.select_related(*forms, "unit__unit", "before__unit")
        published = trends.filter(unit__campaign__state=Campaign.State.PUBLISHED)
        waves = list(published.filter(unit__unit__in=units).order_by("unit__campaign__opens_at", "unit__campaign_id"))
        by_unit: dict[int, list[TrendRelease]] = defaultdict(list)
        for trend in waves:
            by_unit[trend.unit.unit_id or 0].append(trend)
        campaigns = {trend.unit.campaign_id for trend in waves}
        tops = {top.unit.campaign_id: top for top in published.filter(unit__campaign__in=campaigns, unit__place=1)}
        places = {place for trend in waves for place in (trend.unit_id, trend.before_id)}
        with_items = with_items and bool(places)
        both = campaigns | {trend.before.campaign_id for trend in waves}
        return cls(
            viewer=viewer,
            waves=by_unit,
            visible=frozenset(
                UnitSnapshot.objects.visible_to(viewer).filter(pk__in=places).values_list("pk", flat=True)
            ),
            readings=sharing.readings(viewer, both) if with_items else {},
            tops=tops,
            releases=UnitRelease.objects.in_bulk(list(places)) if with_items else {},
        )

    def since(self, question: Asked) -> Since | None:
        trend = self._first_after(question)
        if trend is None:
            return None
        now, before = trend.unit.campaign, trend.before.campaign
        if trend.unit_id not in self.visible:
            return Since(before.title, now.title, hidden=NOT_YOURS)
        if question.construct not in self._layout(now).constructs:
            return None
        change = self._change(trend, question.construct)
        if change.hidden:
            return Since(before.title, now.title, hidden=change.hidden)
        if question.item_code:
            return self._of_item(trend, question.item_code)
        top = self.tops.get(now.pk)
        return Since(
            before.title,
            now.title,
            before=change.before,
            now=change.now,
            points=change.points,
            low=change.low,
            high=change.high,
            flag={"higher": 1, "lower": -1}.get(change.flag, 0),
            n_before=change.n_before or 0,
            n_now=change.n_now or 0,
            basis=change.basis,
            everyone=self._change(top, question.construct).points if top and top.pk != trend.pk else "",
        )

    def _first_after(self, question: Asked) -> TrendRelease | None:
        for trend in self.waves.get(question.unit_id, ()):
            if timezone.localdate(trend.unit.campaign.opens_at) >= question.not_before:
                return trend
        return None

    def _change(self, trend: TrendRelease, construct: Construct) -> changes.Change:
        campaign = trend.unit.campaign
        place = list(self._layout(campaign).constructs).index(construct)
        record = cells.unpack(trend.constructs, "trends", trend.layout)[place]
        return changes.change(construct, record, trend.before.campaign.title, campaign.minimum_group)

    def _of_item(self, trend: TrendRelease, code: str) -> Since:
        """The same statement both times, as an index of 0 to 100; from the stored spreads, which need 10 answers."""
        titles = (trend.before.campaign.title, trend.unit.campaign.title)
        if not (self._may_read_statements(trend.before) and self._may_read_statements(trend.unit)):
            return Since(*titles, hidden=STATEMENTS_NOT_YOURS)
        before, now = self._spread(trend.before, code), self._spread(trend.unit, code)
        if before is None or now is None:
            return Since(*titles, hidden=SPREADS_NEEDED)
        (mean1, sd1, n1), (mean2, sd2, n2) = before, now
        points, half = mean2 - mean1, float(scoring.difference_limit(sd1, n1, sd2, n2))
        return Since(
            *titles,
            before=scoring.whole(mean1),
            now=scoring.whole(mean2),
            points=scoring.signed(points),
            low=scoring.whole(points - half),
            high=scoring.whole(points + half),
            flag=int(scoring.clear_difference(mean2, sd2, n2, mean1, sd1, n1)),
            n_before=n1,
            n_now=n2,
            basis="on this statement, where 100 is the best answer",
        )

    def _may_read_statements(self, place: UnitSnapshot) -> bool:
        shared = place.pk in self.visible and self.readings[place.campaign_id].statements
        return shared and statements.may_read_statements(place, self.viewer, shown_place=place.place)

    def _spread(self, place: UnitSnapshot, code: str) -> tuple[float, float, int] | None:
        """Mean and standard deviation of people's answers in index points, and how many; None where not shown."""
        released = self.releases.get(place.pk)
        slots = [slot.code for slot in self._layout(place.campaign).statements]
        if released is None or released.hidden or code not in slots:
            return None
        record: Any = cells.unpack(released.items, "items", released.layout)[slots.index(code)]
        if record["hidden"] != Hidden.NO or record["spread"] != Spread.SHOWN:
            return None
        return spread_index([int(count) for count in record["counts"]])

    def _layout(self, campaign: Campaign) -> Layout:
        return layout_of(campaign.form_id)


def spread_index(counts: Sequence[int]) -> tuple[float, float, int]:
    """From counts of the answers 1..5 to index points: mean, sample standard deviation, people."""
    values = np.repeat((np.arange(len(counts)) * POINTS), counts)
    return float(values.mean()), float(values.std(ddof=1)), len(values)
