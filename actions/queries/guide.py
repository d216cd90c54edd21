"""The manager's way from results to a promise: four steps, the printed kit, and what the team was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from actions import access, wording
from actions.models import Action, Conversation
from actions.queries.board import PromiseRow, promise_rows
from assessments.surveys.models import UnitSnapshot
from assessments.surveys.queries import reading, results, sharing, statements
from assessments.surveys.queries.results import ConstructScore, UnitResults
from assessments.surveys.queries.statements import ItemRow
from people.access import Viewer
from people.models import Unit

DONE, NOW, WAITING = "done", "now", ""
STRENGTHS = 2
REMEMBERED = timedelta(days=120)  # home pages name the guide for so long after the survey closed
STATEMENTS_HIDDEN = "Single statements of this unit are not shared with you, or not yet."
CAPPED = {"90% or more": 95, "10% or less": 5}  # where a small group's share stands among the exact ones


@dataclass(frozen=True)
class Step:
    """One of the four. `state`: done, now (the next one), or waiting."""

    key: str
    title: str
    words: str
    state: str


@dataclass(frozen=True)
class Guide:
    """`is_mine` says whether the steps are the viewer's to take."""

    campaign_pk: int
    campaign: str
    place: int
    unit: str
    steps: tuple[Step, ...]
    actions: tuple[PromiseRow, ...]
    is_mine: bool
    has_talked: bool
    told_words: str
    draft: str
    people: int

    @property
    def next_title(self) -> str:
        return next((step.title for step in self.steps if step.state == NOW), "")

    @property
    def done(self) -> int:
        return sum(step.state == DONE for step in self.steps)


@dataclass(frozen=True)
class Finding:
    """A statement to talk about, with its share in words."""

    text: str
    share: str
    construct: str


@dataclass(frozen=True)
class Kit:
    """Two pages to print: what we said, and room for what we promise."""

    results: UnitResults
    scores: tuple[ConstructScore, ...]
    strengths: tuple[Finding, ...]
    gap: Finding | None
    lowest: ConstructScore | None
    agreement: str
    questions: tuple[str, ...]
    statements_hidden: str
    printed_on: date


@dataclass(frozen=True)
class Report:
    """What a team reads after its manager has reported back."""

    unit: str
    campaign: str
    words: str
    told_on: date
    actions: tuple[PromiseRow, ...]


def mine(viewer: Viewer) -> UnitSnapshot | None:
    """The unit the viewer leads in the newest published survey with scores; the highest one of several."""
    led = [unit.pk for unit in viewer.headed_units]
    top = results.latest_top(viewer) if led else None
    if top is None:
        return None
    places = access.guides_of(viewer).filter(campaign=top.campaign_id, unit__in=led)
    return places.select_related("campaign", "unit").order_by("place").first()


def guide(viewer: Viewer, place: UnitSnapshot, *, on: date) -> Guide:
    """The page."""
    conversation = _conversation(place)
    chosen = _answering(place)
    read_on = reading.first_read_on(place, place.unit.head.user) if place.unit and place.unit.head else None
    talked_on = conversation.talked_on if conversation else None
    told_on = conversation.told_on if conversation else None
    steps = (
        _step("read", "Read the results", "Ten minutes, before anyone else asks you about them.", read_on, "read"),
        _step("talk", "Talk with the team", "The numbers say where, your team knows why.", talked_on, "talked"),
        _step(
            "choose",
            "Choose one thing",
            "One that the team can see happening within a month.",
            timezone.localdate(chosen[0].made_at) if chosen else None,
            "chosen",
        ),
        _step("report", "Report back", "Tell everyone what you heard and what will happen.", told_on, "told"),
    )
    rows = tuple(promise_rows(chosen, viewer, on=on, judged=True))
    return Guide(
        campaign_pk=place.campaign_id,
        campaign=place.campaign.title,
        place=place.place,
        unit=place.name,
        steps=_with_next(steps),
        actions=rows,
        is_mine=access.may_follow_guide(viewer, place),
        has_talked=talked_on is not None,
        told_words=conversation.told_words if conversation else "",
        draft=_draft(place, rows),
        people=place.unit.employees.filter(is_active=True).count() if place.unit else 0,
    )


def open_steps(viewer: Viewer, *, on: date) -> Guide | None:
    """The viewer's guide while a step of it is left and the survey is not long gone; for home pages."""
    place = mine(viewer)
    if place is None or timezone.localdate(place.campaign.closes_at) < on - REMEMBERED:
        return None
    found = guide(viewer, place, on=on)
    return found if found.done < len(found.steps) else None


def kit(viewer: Viewer, place: UnitSnapshot, *, on: date) -> Kit:
    """What to bring to the talk. A hidden unit gets the numbers of the group that stands in for it, and says so."""
    found = results.unit_results(place, viewer)
    scores = found.scores.constructs if found.scores else ()
    shown = [score for score in scores if score.exact is not None]
    lowest = min(shown, key=lambda score: score.exact or 0, default=None)
    is_shared = sharing.reading(viewer, place.campaign).statements and statements.may_read_statements(
        place, viewer, shown_place=found.shown.place if found.shown else None
    )
    told = statements.items(place) if is_shared and not found.hidden else ()
    rows = [row for row in told if not row.hidden and row.construct]
    rows.sort(key=_favour, reverse=True)
    gap = rows[-1] if len(rows) > STRENGTHS else None
    return Kit(
        results=found,
        scores=tuple(scores),
        strengths=tuple(_finding(row) for row in rows[:STRENGTHS]),
        gap=_finding(gap) if gap else None,
        lowest=lowest,
        agreement=lowest.agreement if lowest else "",
        questions=_questions(gap, lowest),
        statements_hidden="" if is_shared or found.hidden else STATEMENTS_HIDDEN,
        printed_on=on,
    )


def report(place: UnitSnapshot, viewer: Viewer, *, on: date) -> Report | None:
    """What the team was told; None before it was."""
    conversation = _conversation(place)
    if conversation is None or conversation.told_on is None:
        return None
    rows = promise_rows(_answering(place), viewer, on=on)
    return Report(place.name, place.campaign.title, conversation.told_words, conversation.told_on, tuple(rows))


def report_place(viewer: Viewer, campaign: int, place: int) -> UnitSnapshot | None:
    """The unit of a report, for those who belong to it today and those who may follow its guide."""
    found = UnitSnapshot.objects.select_related("campaign", "unit").filter(
        campaign=campaign, place=place, campaign__state="published", unit__isnull=False
    )
    scope = Q(pk__in=access.guides_of(viewer).values("pk"))
    if me := viewer.employee:
        here = Unit.objects.filter(position__lte=me.unit.position, last_position__gte=me.unit.position)
        scope |= Q(unit__in=here)
    return found.filter(scope).first()


def _step(key: str, title: str, advice: str, on: date | None, verb: str) -> Step:
    """Done on that day, or not yet: then the advice stands where the evidence will."""
    if on is None:
        return Step(key, title, advice, WAITING)
    return Step(key, title, f"{verb[:1].upper()}{verb[1:]} on {wording.day(on)}", DONE)


def _with_next(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The first step that is left is the next one; later ones may be done already."""
    left = next((step.key for step in steps if step.state != DONE), "")
    return tuple(Step(step.key, step.title, step.words, NOW) if step.key == left else step for step in steps)


def _conversation(place: UnitSnapshot) -> Conversation | None:
    return Conversation.objects.filter(campaign=place.campaign_id, unit=place.unit_id).first()


def _answering(place: UnitSnapshot) -> list[Action]:
    """Actions of exactly this unit that answer this survey, the first chosen first."""
    found = Action.objects.filter(campaign=place.campaign_id, unit=place.unit_id, kind=Action.Kind.TEAM)
    return list(found.exclude(state=Action.State.DROPPED).with_words().order_by("made_at", "pk"))


def _draft(place: UnitSnapshot, rows: tuple[PromiseRow, ...]) -> str:
    """A text to begin with, for the manager to put into their own words."""
    if not rows:
        return ""
    first = rows[0]
    return (
        f"Thank you for your answers to “{place.campaign.title}” and for talking about them.\n"
        f"We will do one thing: {first.title}. {first.owner} answers for it, by {wording.day(first.due_on)}.\n"
        "In a month you will be asked whether you notice a difference."
    )


def _finding(row: ItemRow) -> Finding:
    verb = "disagree" if row.is_reversed else "agree"
    return Finding(row.text, f"{row.favourable} {verb}", row.construct.value if row.construct else "")


def _favour(row: ItemRow) -> int:
    return row.favourable_percent if row.favourable_percent is not None else CAPPED.get(row.favourable, 50)


def _questions(gap: ItemRow | None, lowest: ConstructScore | None) -> tuple[str, str, str]:
    about = f"“{gap.text}”" if gap else f"{lowest.construct.short}" if lowest else "serving customers"
    return (
        f"When did you last see this in our own work: {about}? What happened, and what did the customer notice?",
        "What is in the way: skill, time to practise, tools and process, rules and targets, or how leaders act?",
        "What is one thing that we can change ourselves within a month? How will we see that it worked?",
    )
