"""The days of a running cycle: which can still be moved, what another day means in words, and whom it concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

from assessments.reviews.models import Assessment, AssessmentQuerySet, CycleReminder, Rater, Review, ReviewCycle
from assessments.reviews.queries import reminding
from core import days_off
from people.access import Viewer

A_DAY = timedelta(days=1)
STAGES = {
    "self_due_on": "Self-assessments shared by",
    "named_by": "Raters named and approved by",
    "manager_due_on": "Manager reviews shared by",
    "feedback_due_on": "Raters answer by",
    "closes_on": "Last day",
    "calibration_until": "Calibration until",
}
NEWS = {
    "self_due_on": "self-assessments by {}",
    "named_by": "raters named by {}",
    "manager_due_on": "manager reviews by {}",
    "feedback_due_on": "raters answer by {}",
    "closes_on": "last day {}",
    "calibration_until": "calibration until {}",
}
IN_ORDER = (
    ("self_due_on", "manager_due_on"),
    ("named_by", "feedback_due_on"),
    ("manager_due_on", "closes_on"),
    ("feedback_due_on", "closes_on"),
    ("manager_due_on", "calibration_until"),
)
REMINDED = {
    "self_due_on": CycleReminder.Stage.SELF,
    "named_by": CycleReminder.Stage.NAMING,
    "manager_due_on": CycleReminder.Stage.MANAGER,
    "feedback_due_on": CycleReminder.Stage.RATERS,
}
Days = Mapping[str, date]  # stage -> its last day


def days_of(cycle: ReviewCycle) -> dict[str, date]:
    """The last days that this cycle has; none for raters or calibration where there is no such stage."""
    found = {name: getattr(cycle, name) for name in STAGES}
    return {name: day for name, day in found.items() if day is not None}


def movable(cycle: ReviewCycle, *, on: date) -> list[str]:
    """The stages that have not ended, in order. After the close of a cycle only its calibration can go on."""
    days = days_of(cycle)
    if cycle.is_calibrating(on) and not cycle.is_running(on):
        return ["calibration_until"]
    if not cycle.is_running(on):
        return []
    ended = {"named_by", "feedback_due_on"} if cycle.released_at else set()
    return [name for name, day in days.items() if day >= on and name not in ended]


def seen(cycle: ReviewCycle) -> str:
    """All days in one text, by which a form knows whether somebody else has moved them meanwhile."""
    return " ".join(day.isoformat() for day in days_of(cycle).values())


def why_not(cycle: ReviewCycle, new: Days, *, on: date) -> dict[str, str]:
    """What keeps the stages from ending on these days, and what to do about it; by stage."""
    found = {}
    for name, day in new.items():
        if day < on:
            found[name] = f"{said(day)} has passed. Choose today or a later day."
    days = {**days_of(cycle), **new}
    for earlier, later in IN_ORDER:
        if earlier in days and later in days and days[later] < days[earlier]:
            mended = later if later in new else earlier
            limit = days[earlier] if mended == later else days[later]
            side = "later" if mended == later else "earlier"
            found.setdefault(
                mended,
                f"“{STAGES[later]}” would lie before “{STAGES[earlier]}”, {said(days[earlier])}. "
                f"Choose {said(limit)} or {side}.",
            )
    return found


def changed(cycle: ReviewCycle, new: Days) -> dict[str, date]:
    """Those of the new days that differ, in the order of the stages."""
    days = days_of(cycle)
    return {name: new[name] for name in STAGES if name in new and new[name] != days[name]}


def said(day: date) -> str:
    return date_format(day, "l j F")


@dataclass(frozen=True)
class StageRow:
    """One stage on the monitor. `words` say how much time is left."""

    label: str
    day: date
    is_over: bool
    words: str
    reminders: str


def stage_rows(cycle: ReviewCycle, *, on: date) -> list[StageRow]:
    """The stages in the order in which they end, with the days on which people are still reminded."""
    if cycle.launched_at is None:
        return []
    still, off = movable(cycle, on=on), days_off.known()
    return [
        StageRow(
            label=STAGES[name],
            day=day,
            is_over=name not in still,
            words=_left(day, on, name in still),
            reminders=_reminders(cycle, name, off=off, after=on) if name in still else "",
        )
        for name, day in sorted(days_of(cycle).items(), key=lambda one: one[1])
    ]


def _reminders(cycle: ReviewCycle, name: str, *, off: Collection[date], after: date) -> str:
    """When people are still reminded of a stage, in words; nothing where they are not."""
    if name not in REMINDED:
        return ""
    left = [said(day) for day in reminding.days(cycle, REMINDED[name], off=off) if day > after]
    return f"Reminder{'s' if len(left) > 1 else ''} on {' and '.join(left)}." if left else ""


def _left(day: date, on: date, is_on: bool) -> str:
    if not is_on:
        return "Ended"
    days = (day - on).days
    return "Today is the last day" if not days else f"{days} day{'' if days == 1 else 's'} left"


# --- what it means ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Effect:
    """What another last day of one stage means. `icon` is for the eye only."""

    icon: str
    what: str
    why: str


@dataclass(frozen=True)
class Effects:
    rows: list[Effect]
    people: int
    externals: int

    @property
    def told(self) -> str:
        """Who is told, in words."""
        people = f"{self.people} {'person reads' if self.people == 1 else 'people read'} it once, in their news"
        mails = f"{self.externals} {'external gets' if self.externals == 1 else 'externals get'} a mail"
        return f"{people}; {mails}." if self.externals else f"{people}."


def effects(cycle: ReviewCycle, new: Days, viewer: Viewer, *, on: date) -> Effects:
    """In words, for the days that differ. Counts are those of the viewer's scope; a few queries."""
    moved, before, off = changed(cycle, new), days_of(cycle), days_off.known()
    then = copy(cycle)
    for name, day in moved.items():
        setattr(then, name, day)
    rows = []
    for name, day in moved.items():
        why = f"{_why(cycle, name, day, viewer)} {_reminders(then, name, off=off, after=on)}"
        rows.append(Effect(_ICONS[name], _what(name, before[name], day), why.strip()))
    externals = len(externals_of(cycle)) if "feedback_due_on" in moved else 0
    return Effects(rows, len(concerned(cycle, moved)), externals)


_ICONS = {
    "self_due_on": "person-check",
    "named_by": "people",
    "manager_due_on": "person-workspace",
    "feedback_due_on": "chat-left-text",
    "closes_on": "calendar-event",
    "calibration_until": "sliders",
}


def _what(name: str, old: date, new: date) -> str:
    number = abs((new - old).days)
    by = f"{number} day{'' if number == 1 else 's'} {'later' if new > old else 'earlier'}"
    return f"{STAGES[name]} {said(new)}, {by} than {said(old)}"


def _why(cycle: ReviewCycle, name: str, day: date, viewer: Viewer) -> str:
    people = Assessment.objects.counted_for(viewer).filter(cycle=cycle).taking_part()
    if name == "self_due_on":
        return f"{_of(_without(people, Review.Kind.SELF), people.count())} have not shared theirs. Nobody sees how far they are."
    if name == "manager_due_on":
        waiting = _without(people.exclude(manager=None), Review.Kind.MANAGER)
        return f"{_of(waiting, people.exclude(manager=None).count())} wait for their manager’s view."
    return {
        "named_by": "Until then people name raters and their managers approve them.",
        "feedback_due_on": f"Until then raters write. The 360 reports are made the day after, {said(day + A_DAY)}, all at once.",
        "closes_on": f"Until then levels are agreed and acknowledged. The cycle closes on {said(day + A_DAY)}; "
        "what is not shared by then counts nowhere.",
        "calibration_until": "Until then an agreed level can still be changed, with a reason. "
        "Levels of many are counted after it.",
    }[name]


def _of(number: int, total: int) -> str:
    return f"{number} of {total} {'person' if total == 1 else 'people'}"


def _without(people: AssessmentQuerySet, kind: Review.Kind) -> int:
    return people.exclude(pk__in=Review.objects.shared().filter(kind=kind).values("assessment")).count()


# --- whom it concerns -------------------------------------------------------------------------------------------------


def concerned(cycle: ReviewCycle, stages: Iterable[str]) -> dict[int, list[str]]:
    """Users to the moved stages that are theirs to know, in order. All who are asked, whether or not they have answered."""
    found: dict[int, list[str]] = defaultdict(list)
    for name in stages:
        for user in sorted(_users(cycle, name)):
            found[user].append(name)
    return dict(found)


def _users(cycle: ReviewCycle, stage: str) -> set[int]:
    people = Assessment.objects.filter(cycle=cycle, employee__is_active=True).taking_part()
    managers = people.filter(manager__is_active=True).order_by()
    if stage == "self_due_on":
        waiting = people.exclude(pk__in=Review.objects.shared().filter(kind=Review.Kind.SELF).values("assessment"))
        return set(waiting.order_by().values_list("employee__user_id", flat=True))
    reviewing = set(managers.values_list("manager__user_id", flat=True).distinct())
    if stage in ("manager_due_on", "calibration_until"):
        return reviewing
    own = set(people.order_by().values_list("employee__user_id", flat=True))
    if stage == "feedback_due_on":
        asked = Rater.objects.asked().filter(assessment__in=people, employee__is_active=True)
        return own | set(asked.order_by().values_list("employee__user_id", flat=True).distinct())
    return own | reviewing


def externals_of(cycle: ReviewCycle) -> list[Rater]:
    """Externals who are asked and whose link opens the form, whether or not they have answered."""
    asked = Rater.objects.asked().filter(assessment__cycle=cycle, assessment__is_excused=False)
    open_ = asked.filter(group=Rater.Group.EXTERNAL, token_digest__isnull=False)
    return list(open_.select_related("assessment__cycle", "assessment__employee").order_by("email", "pk"))
