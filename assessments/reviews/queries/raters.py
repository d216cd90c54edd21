"""Lists of raters: who is named and asked about a person, as the person, the manager and HR read them.

What these pages know of a rater ends with "asked" and "declined". Feedback is counted once, for a whole cycle and in
steps of ten (threats.md, T51).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q

from assessments.reviews.models import Assessment, Feedback, Rater, ReviewCycle
from assessments.reviews.queries.grouping import PART_OF, GroupLine, group_lines
from people.access import Role, Viewer
from people.models import Employee

MOST_SUGGESTED, MOST_FOUND = 12, 10
Group = Rater.Group
_PLURAL = {
    Group.PEER: "Colleagues",
    Group.REPORT: "People who report to them",
    Group.EXTERNAL: "Customers and other externals",
}


@dataclass(frozen=True)
class External:
    """Somebody from outside, as typed."""

    name: str
    email: str
    organisation: str = ""


# --- rules of who can be named ----------------------------------------------------------------------------------------


def group_of(assessment: Assessment, person: Employee) -> Rater.Group:
    """In which group a colleague answers."""
    return Group.REPORT if person.manager_id == assessment.employee_id else Group.PEER


def why_not(assessment: Assessment, person: Employee, group: Rater.Group) -> str:
    """Why this colleague cannot be named, in a sentence; empty when they can."""
    cycle = assessment.cycle
    if person.pk == assessment.employee_id:
        return "The self-assessment is there for the own view."
    if person.pk == assessment.manager_id:
        return f"{person.name} is asked anyway, as manager and by name."
    if not person.is_active:
        return f"{person.name} no longer works here."
    if group == Group.PEER and not cycle.asks_peers:
        return f"{cycle} does not ask colleagues."
    if group == Group.REPORT and not cycle.asks_reports:
        return f"{cycle} does not ask people who report to somebody about them."
    return ""


def loads(cycle: ReviewCycle, people: Collection[int]) -> dict[int, int]:
    """About how many people each colleague is asked in the cycle; 0 for everybody else."""
    counted = (
        Rater.objects.asked()
        .filter(assessment__cycle=cycle, employee__in=people)
        .order_by()
        .values_list("employee_id")
        .annotate(Count("pk"))
    )
    found: dict[int, int] = defaultdict(int)
    found.update({pk: count for pk, count in counted if pk is not None})
    return found


# --- the page of one list ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RaterRow:
    rater: Rater
    load: int
    most: int

    @property
    def is_full(self) -> bool:
        """Whether approving would pass the cap."""
        return self.rater.employee_id is not None and not self.rater.is_asked and self.load >= self.most

    @property
    def load_words(self) -> str:
        if self.rater.is_external:
            return "external"
        others = self.load - 1 if self.rater.is_asked else self.load
        return f"asked about {others} other{'' if others == 1 else 's'}" if others else "asked about nobody else"


@dataclass(frozen=True)
class Part:
    """One group of the list."""

    group: Rater.Group
    rows: list[RaterRow]
    fewest: int

    @property
    def heading(self) -> str:
        return _PLURAL[self.group]

    @property
    def count(self) -> int:
        """Those who are asked or wait for approval."""
        return sum(row.rater.state in (Rater.State.PROPOSED, Rater.State.APPROVED) for row in self.rows)

    @property
    def is_small(self) -> bool:
        return 0 < self.count < self.fewest

    @property
    def size_words(self) -> str:
        if self.count >= self.fewest:
            return f"{self.count} named. Shown by itself from {self.fewest} answers on."
        if self.count:
            return f"{self.count} of {self.fewest}. With fewer than {self.fewest} it is put together with others, or not shown."
        return f"Nobody yet. Name {self.fewest} or more, so that it can be shown by itself."


@dataclass(frozen=True)
class Choice:
    """A colleague who can be ticked."""

    person: Employee
    group: Rater.Group
    why: str
    is_ticked: bool = False


@dataclass(frozen=True)
class RatersPage:
    """One person's list. `sees` says as whom: own, manager or hr."""

    assessment: Assessment
    sees: str
    parts: list[Part]
    may_propose: bool
    may_decide: bool
    suggested: list[Choice] = field(default_factory=list)
    found: list[Choice] = field(default_factory=list)
    searched: str = ""
    groups: list[GroupLine] = field(default_factory=list)
    is_open: bool = False

    @property
    def cycle(self) -> ReviewCycle:
        return self.assessment.cycle

    @property
    def may_name(self) -> bool:
        return self.may_propose or self.may_decide

    @property
    def waiting(self) -> list[RaterRow]:
        return [row for part in self.parts for row in part.rows if row.rater.state == Rater.State.PROPOSED]

    @property
    def named(self) -> int:
        return sum(part.count for part in self.parts)

    @property
    def ticked(self) -> int:
        return sum(one.is_ticked and not one.why for one in (*self.suggested, *self.found))


def raters_page(
    assessment: Assessment,
    viewer: Viewer,
    *,
    on: date,
    searched: str = "",
    ticked: Collection[int] = (),
    externals: int = 0,
) -> RatersPage:
    """Wants the assessment's cycle, employee and manager. A fixed number of queries.

    `ticked` and `externals` are what stands in the form and is not sent yet.
    """
    cycle, me = assessment.cycle, viewer.employee
    is_own = me is not None and assessment.employee_id == me.pk
    is_manager = me is not None and not is_own and assessment.is_reviewed_by(me)
    is_deputy = assessment.manager is None and not is_own and viewer.has(Role.HR_ADMIN)
    is_open = cycle.takes_feedback(on) and not assessment.is_excused
    may_propose = is_own and is_open and cycle.takes_nominations(on)
    may_decide = is_open and (is_manager or is_deputy)
    rows = list(assessment.raters.select_related("employee__job_role", "employee__unit", "proposed_by"))
    load = loads(cycle, [row.employee_id for row in rows if row.employee_id])
    parts = [
        Part(
            group,
            [RaterRow(row, load[row.employee_id or 0], cycle.most_per_rater) for row in rows if row.group == group],
            cycle.fewest_in_group,
        )
        for group in groups_of(cycle)
        if group != Group.REPORT or _leads(assessment, rows)
    ]
    may_name = may_propose or may_decide
    listed = {row.employee_id for row in rows}
    suggested = _choices(assessment, _near(assessment, listed), ticked) if may_name else []
    found = _choices(assessment, _search(viewer, assessment, listed, searched, ticked), ticked) if may_name else []
    return RatersPage(
        assessment,
        "own" if is_own else "manager" if is_manager else "hr",
        parts,
        may_propose,
        may_decide,
        suggested,
        found,
        searched,
        _groups(cycle, parts, [*suggested, *found], externals, is_own=is_own) if is_open else [],
        is_open,
    )


def _groups(
    cycle: ReviewCycle, parts: Iterable[Part], choices: Iterable[Choice], externals: int, *, is_own: bool
) -> list[GroupLine]:
    """What becomes of those on the list and in the form, were they all asked."""
    named = Counter({part.group: part.count for part in parts})
    named.update(one.group for one in choices if one.is_ticked and not one.why)
    named[Group.EXTERNAL] += externals
    return group_lines({PART_OF[group]: count for group, count in named.items()}, cycle.fewest_in_group, is_own=is_own)


def _leads(assessment: Assessment, rows: Iterable[Rater]) -> bool:
    """Whether there is anybody to ask among those who report to the person, or was."""
    return any(row.group == Group.REPORT for row in rows) or assessment.employee.reports.active().exists()


def groups_of(cycle: ReviewCycle) -> list[Rater.Group]:
    asked = {Group.PEER: cycle.asks_peers, Group.REPORT: cycle.asks_reports, Group.EXTERNAL: cycle.asks_externals}
    return [group for group, is_asked in asked.items() if is_asked]


def _near(assessment: Assessment, listed: Collection[int | None]) -> list[Employee]:
    """Suggested: those under the same manager, and those who report to the person."""
    person = assessment.employee
    near = Q(manager=person.pk)
    if person.manager_id:
        near |= Q(manager=person.manager_id)
    people = Employee.objects.active().filter(near).exclude(pk__in=[pk for pk in listed if pk])
    return list(people.select_related("job_role", "unit").order_by("name", "pk")[: MOST_SUGGESTED * 2])


def _search(
    viewer: Viewer, assessment: Assessment, listed: Collection[int | None], searched: str, ticked: Collection[int]
) -> list[Employee]:
    """Colleagues by name, job title or unit, and those ticked before; facts that everybody here may see."""
    if not searched.strip() and not ticked:
        return []
    wanted = Q()
    for word in searched.split():
        wanted &= Q(name__icontains=word) | Q(title__icontains=word) | Q(unit__name__icontains=word)
    near = {one.pk for one in _near(assessment, listed)}
    people = Employee.objects.visible_to(viewer).active().exclude(pk__in=[pk for pk in listed if pk])
    people = people.exclude(pk__in=near).select_related("job_role", "unit").order_by("name", "pk")
    kept = list(people.filter(pk__in=ticked))
    found = list(people.filter(wanted).exclude(pk__in=ticked)[:MOST_FOUND]) if searched.strip() else []
    return kept + found


def _choices(assessment: Assessment, people: Iterable[Employee], ticked: Collection[int]) -> list[Choice]:
    """Those who may be named; whoever is asked by too many stays in the list and says so."""
    people = list(people)
    load = loads(assessment.cycle, [one.pk for one in people])
    found = []
    for one in people:
        group = group_of(assessment, one)
        if not why_not(assessment, one, group):
            is_full = load[one.pk] >= assessment.cycle.most_per_rater
            found.append(Choice(one, group, "asked by too many already" if is_full else "", one.pk in ticked))
    return found[: MOST_SUGGESTED + MOST_FOUND]


# --- overviews --------------------------------------------------------------------------------------------------------


def waiting_for(manager: Employee, cycle: ReviewCycle) -> dict[int, int]:
    """How many names wait for this manager's decision, by assessment."""
    rows = Rater.objects.filter(
        state=Rater.State.PROPOSED, assessment__in=cycle.assessments.managed_by(manager).taking_part()
    )
    return dict(rows.order_by().values_list("assessment_id").annotate(Count("pk")))


ENOUGH_ASKED, STEP = 20, 10  # answers are counted for HR from so many raters on, and in steps


@dataclass(frozen=True)
class RaterCounts:
    """The lists of a cycle in numbers. `answered_words` is coarse, so that no single answer moves it visibly."""

    people: int
    without: int
    waiting: int
    asked: int
    declined: int
    answered_words: str


def rater_counts(cycle: ReviewCycle, viewer: Viewer) -> RaterCounts:
    """Counts for the people whom the viewer looks after; never per person, and of answers only for many together."""
    people = Assessment.objects.counted_for(viewer).filter(cycle=cycle).taking_part()
    states = dict(Rater.objects.filter(assessment__in=people).order_by().values_list("state").annotate(Count("pk")))
    on_list = Rater.objects.filter(state__in=[Rater.State.PROPOSED, Rater.State.APPROVED], assessment__in=people)
    asked = states.get(Rater.State.APPROVED, 0)
    return RaterCounts(
        people=people.count(),
        without=people.exclude(pk__in=on_list.values("assessment")).count(),
        waiting=states.get(Rater.State.PROPOSED, 0),
        asked=asked,
        declined=states.get(Rater.State.DECLINED, 0),
        answered_words=_answered_words(cycle, viewer, asked),
    )


def _answered_words(cycle: ReviewCycle, viewer: Viewer, asked: int) -> str:
    """For the whole cycle and HR administrators only: two partners' numbers could be subtracted from it."""
    if cycle.released_at:
        return "The 360 reports are made; the answers were deleted."
    if not viewer.has(Role.HR_ADMIN):
        return "How many have answered, HR administrators read for the whole cycle."
    if asked < ENOUGH_ASKED:
        return f"How many have answered is shown from {ENOUGH_ASKED} raters on."
    answered = Feedback.objects.filter(rater__assessment__cycle=cycle, state=Feedback.State.SUBMITTED).count()
    rounded = answered // STEP * STEP
    return f"{rounded} or more of {asked} have answered." if rounded else f"Fewer than {STEP} of {asked} have answered."


def newest_list(me: Employee, *, on: date) -> int | None:
    """The viewer's assessment in the newest running cycle that asks others."""
    mine = Assessment.objects.filter(
        employee=me, cycle__state=ReviewCycle.State.OPEN, cycle__closes_on__gte=on, cycle__named_by__isnull=False
    ).taking_part()
    return mine.order_by("-cycle__launched_at").values_list("pk", flat=True).first()
