"""A person's plan, as they and (for shared items) their manager read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from assessments.competencies.models import LearningKind
from assessments.reviews.offers import Gap
from assessments.reviews.queries import mine as reviews
from development import suggesting
from development.models import Activity, Aim, CoachingNote, Enrolment, Entry, PlanItem, Proposal, Step
from development.models.plan import PlanItemQuerySet
from development.queries import catalogue, duties
from development.queries.duties import Required
from people.access import Viewer
from people.models import Employee

TABS = {"active": "Active", "ideas": "Ideas", "finished": "Finished"}
STATES = {"active": PlanItem.State.DOING, "ideas": PlanItem.State.IDEA, "finished": PlanItem.State.DONE}
REFLECTIONS_SHOWN = 5


@dataclass(frozen=True)
class ItemRow:
    """One item with how far its steps have come."""

    item: PlanItem
    competency: str
    steps: int
    steps_done: int

    @property
    def done_percent(self) -> int | None:
        """Whole percent of the steps that are done; None without steps."""
        return round(100 * self.steps_done / self.steps) if self.steps else None

    @property
    def done_words(self) -> str:
        return f"{self.steps_done} of {self.steps} steps done"

    @property
    def serves(self) -> str:
        """Speaking and writing clearly, to level 3."""
        if not self.competency:
            return self.item.get_kind_display()
        return f"{self.competency}, to level {self.item.target_level}" if self.item.target_level else self.competency


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int


@dataclass(frozen=True)
class Suggestion:
    """An activity for one gap. `level` is the level it helps to reach."""

    activity: Activity
    competency_id: int
    competency: str
    level: int


@dataclass(frozen=True)
class PlanPage:
    tabs: list[Tab]
    tab: str
    rows: list[ItemRow]
    suggestions: list[Suggestion]
    has_levels: bool
    proposals: list[Proposal]
    reflections: Page[Entry]
    required: list[Required]
    notes: list[CoachingNote]
    manager: Employee | None


def plan_page(me: Employee, *, tab: str, number: str | None, at: datetime) -> PlanPage:
    """One's own plan. `number` is the page of one's reflections."""
    tab = tab if tab in TABS else "active"
    mine = PlanItem.objects.of(me)
    counts = dict(mine.values_list("state").annotate(n=Count("pk")).order_by())
    suggestions, has_levels = suggestions_for(me)
    return PlanPage(
        tabs=[Tab(key, label, counts.get(STATES[key], 0)) for key, label in TABS.items()],
        tab=tab,
        rows=rows_of(mine.filter(state=STATES[tab])),
        suggestions=suggestions,
        has_levels=has_levels,
        proposals=list(Proposal.objects.open_for(me, at).select_related("by", "activity")),
        reflections=Paginator(Entry.objects.filter(author=me, item=None), REFLECTIONS_SHOWN).get_page(number),
        required=duties.required_of([me])[me.pk],
        notes=list(CoachingNote.objects.filter(about=me, shared_at__isnull=False).select_related("author", "about")),
        manager=me.manager,
    )


@dataclass(frozen=True)
class ItemPage:
    row: ItemRow
    steps: list[Step]
    entries: list[Entry]
    is_own: bool
    manager: Employee | None


def item_page(item: PlanItem, viewer: Viewer) -> ItemPage:
    """One item with its steps and the words beside it that the viewer may read."""
    (row,) = rows_of(PlanItem.objects.filter(pk=item.pk))
    return ItemPage(
        row=row,
        steps=list(item.steps.all()),
        entries=list(Entry.objects.filter(item=item).readable_by(viewer).select_related("author")),
        is_own=viewer.employee == item.owner,
        manager=item.owner.manager,
    )


def rows_of(items: PlanItemQuerySet) -> list[ItemRow]:
    """Items as rows, soonest review first."""
    named = catalogue.competency_names()
    counted = items.select_related("owner", "shared_with", "competency", "activity").annotate(
        steps_total=Count("steps"), steps_done=Count("steps", filter=Q(steps__done_on__isnull=False))
    )
    return [
        ItemRow(
            item,
            named.get(item.competency.counts_for_id, "") if item.competency else "",
            item.steps_total,
            item.steps_done,
        )
        for item in counted
    ]


def suggestions_for(me: Employee) -> tuple[list[Suggestion], bool]:
    """Up to three activities for the viewer's gaps, and whether any level is known to compare with."""
    known = [row for row in reviews.my_page(me).rows if row.last is not None]
    named = {name: pk for pk, name in catalogue.competency_names().items()}
    gaps = [
        Gap(named[row.name], row.name, row.last, row.required, row.is_focus)
        for row in known
        if row.last is not None and row.last < row.required and row.name in named
    ]
    return suggested(me, gaps), bool(known)


def suggested(me: Employee, gaps: Sequence[Gap]) -> list[Suggestion]:
    """For the level being moved into, not what is on the plan already, and at least one that is not formal training."""
    if not gaps:
        return []
    wanted = {gap.competency_id: gap.level + 1 for gap in gaps}
    ranked = _ranked(me)
    options: dict[int, list[suggesting.Option]] = {one: [] for one in wanted}
    for aim in Aim.objects.filter(activity__in=ranked).select_related("competency"):
        one = aim.competency.counts_for_id
        if wanted.get(one) == aim.level:
            rank, activity = ranked[aim.activity_id]
            is_formal = activity.kind == LearningKind.FORMAL_TRAINING
            options[one].append(suggesting.Option(activity.pk, is_formal, rank))
    weighed = [
        suggesting.Gap((gap.required - gap.level) * (2 if gap.is_focus else 1), options[gap.competency_id])
        for gap in gaps
    ]
    found = [(gaps[place], ranked[pk][1]) for place, pk in suggesting.chosen(weighed)]
    return [Suggestion(one, gap.competency_id, gap.competency, gap.level + 1) for gap, one in found]


def _ranked(me: Employee) -> dict[int, tuple[int, Activity]]:
    """Offered activities that are neither on the plan nor completed yet, by id, with their rank."""
    planned = PlanItem.objects.of(me).exclude(activity=None).values("activity")
    completed = Enrolment.objects.filter(employee=me).exclude(completed_on=None).values("activity")
    offered = Activity.objects.offered().exclude(pk__in=planned).exclude(pk__in=completed).by_usefulness()
    return {activity.pk: (rank, activity) for rank, activity in enumerate(offered)}
