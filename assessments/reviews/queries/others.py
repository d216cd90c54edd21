"""What others said about a person, as groups: who reads it when, and what is not shown, in words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format

from assessments.reviews import folding
from assessments.reviews.folding import Part, View
from assessments.reviews.models import Assessment, OthersComment, OthersLevel, OthersReport, Rater, ReviewCycle

GoesTo = ReviewCycle.ReportGoesTo


class Standing(StrEnum):
    """Where the report of one person stands for one reader."""

    NOT_ASKED = "not_asked"  # the cycle asks nobody else, or nobody was named
    RUNNING = "running"  # raters still write, or the reports are being made
    NONE_MADE = "none_made"  # released, and nobody was asked about this person
    OWN_FIRST = "own_first"  # the person shares their own view first
    NOT_PASSED_ON = "not_passed_on"  # the manager waits for the person, or for the day after
    SHOWN = "shown"


@dataclass(frozen=True)
class Cell:
    """One part's view of one competency; `view` is None when too few answered it. How many did is shown nowhere."""

    part: Part
    view: View | None

    @property
    def words(self) -> str:
        return level_words(self.view.hundredths) if self.view else ""

    @property
    def heading(self) -> str:
        return str(OthersLevel.Group(self.part.value).label)


@dataclass(frozen=True)
class Others:
    """The 360 part of a result page."""

    standing: Standing
    words: str = ""
    fewest: int = folding.FEWEST
    parts: tuple[Part, ...] = ()
    asked: dict[Part, int] = field(default_factory=dict)
    views: dict[int, list[View]] = field(default_factory=dict)  # by competency version
    keep_doing: tuple[str, ...] = ()
    try_next: tuple[str, ...] = ()
    is_passed_on: bool = False
    may_pass_on: bool = False

    @property
    def is_shown(self) -> bool:
        return self.standing is Standing.SHOWN

    @property
    def is_there(self) -> bool:
        """Whether the page has anything to say about others."""
        return self.standing is not Standing.NOT_ASKED

    @property
    def has_levels(self) -> bool:
        return bool(self.views)

    @property
    def has_comments(self) -> bool:
        return bool(self.keep_doing or self.try_next)

    def cells(self, version: int) -> list[Cell]:
        found = {view.part: view for view in self.views.get(version, [])}
        return [Cell(part, found.get(part)) for part in self.parts]

    def together(self, version: int) -> int | None:
        """The mean of what is shown, in hundredths, to the half level."""
        found = folding.together(self.views.get(version, []))
        return None if found is None else to_half(found)

    @property
    def headings(self) -> list[tuple[str, int]]:
        """What each part is called, and how many were asked in it (0: it was put together afterwards)."""
        return [(str(OthersLevel.Group(part.value).label), self.asked.get(part, 0)) for part in self.parts]


def to_half(hundredths: int) -> int:
    """To the nearest half level, halves upward: a finer mean would tell how many answered, and so who."""
    return (hundredths + 25) // 50 * 50


def level_words(hundredths: int) -> str:
    """A mean level as people read it, to the half level."""
    half = to_half(hundredths)
    return str(half // 100) if half % 100 == 0 else f"{half / 100:.1f}"


def others_of(assessment: Assessment, *, is_own: bool, has_own: bool, on: date) -> Others:
    """The report as the person (`is_own`) or the reviewing manager may read it. `has_own`: the own view is shared."""
    cycle = assessment.cycle
    if not cycle.asks_others:
        return Others(Standing.NOT_ASKED)
    if cycle.released_at is None:
        return _running(assessment, is_own)
    report = OthersReport.objects.filter(assessment=assessment).prefetch_related("levels", "comments").first()
    if report is None:
        return Others(Standing.NONE_MADE, "Nobody was asked about you." if is_own else "Nobody else was asked.")
    if is_own and not has_own and cycle.is_running(on):
        return Others(Standing.OWN_FIRST, "Not shown yet: share your self-assessment first.")
    if not is_own and not may_manager_read(assessment, on):
        return Others(Standing.NOT_PASSED_ON, _waiting_words(assessment))
    return _shown(assessment, report, is_own=is_own, on=on)


def may_manager_read(assessment: Assessment, on: date) -> bool:
    """Once the person passed it on; where the cycle says so, from the day after the report was made."""
    cycle = assessment.cycle
    if cycle.released_at is None:
        return False
    return assessment.is_report_shared or (
        cycle.report_goes_to == GoesTo.BOTH and on > timezone.localdate(cycle.released_at)
    )


def has_report(assessment: Assessment) -> bool:
    return assessment.cycle.released_at is not None and OthersReport.objects.filter(assessment=assessment).exists()


def _running(assessment: Assessment, is_own: bool) -> Others:
    """Says how many are asked and until when; never how many have answered."""
    cycle = assessment.cycle
    asked = Rater.objects.asked().filter(assessment=assessment).count()
    if not asked:
        return Others(Standing.NOT_ASKED)
    reader = "you read it first" if is_own else f"{assessment.employee.first_name} reads it first"
    if cycle.state == ReviewCycle.State.CLOSED:
        return Others(Standing.RUNNING, f"The report is being made and is here within minutes; {reader}.")
    due = cycle.feedback_due_on
    until = f"until {date_format(due, 'l j F')}" if due else "for now"
    return Others(Standing.RUNNING, f"{asked} are asked {until}. The report is made the day after; {reader}.")


def _waiting_words(assessment: Assessment) -> str:
    person = assessment.employee.first_name
    released = assessment.cycle.released_at
    if assessment.cycle.report_goes_to == GoesTo.BOTH and released:
        day = timezone.localdate(released) + timedelta(days=1)
        return f"Not shown yet: {person} reads it first, you from {date_format(day, 'l j F')}."
    return f"Not shown: {person} reads it and decides whether to pass it on."


def _shown(assessment: Assessment, report: OthersReport, *, is_own: bool, on: date) -> Others:
    views: dict[int, list[View]] = defaultdict(list)
    for level in report.levels.all():
        views[level.version_id].append(View(Part(level.group), level.raters, level.level_hundredths))
    asked = {Part(group["part"]): group["asked"] for group in report.groups}
    seen = {view.part for found in views.values() for view in found}
    texts: dict[str, list[str]] = defaultdict(list)
    for comment in report.comments.all():
        texts[comment.question].append(comment.text)
    is_passed_on = may_manager_read(assessment, on)
    return Others(
        Standing.SHOWN,
        fewest=assessment.cycle.fewest_in_group,
        parts=tuple(part for part in Part if part in seen | set(asked)),
        asked=asked,
        views=dict(views),
        keep_doing=tuple(texts[OthersComment.Question.KEEP]),
        try_next=tuple(texts[OthersComment.Question.TRY]),
        is_passed_on=is_passed_on,
        may_pass_on=is_own and not is_passed_on and assessment.manager_id is not None,
    )
