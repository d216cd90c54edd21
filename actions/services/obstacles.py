"""Reporting what is in the way, joining in, answering, handing on, passing up the line."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from actions import answering, form_keys, wording
from actions.models import Obstacle, ObstacleStep, Voice
from core import audit, days_off, mail, notify
from core.errors import DomainError
from core.working_days import at_work, is_working_day, next_working_day
from goals.models import CheckIn, Goal
from people.models import Employee, Unit, User

BATCH = 2000
ANSWER_WITHIN = timedelta(days=14)
LONG_OVERDUE = timedelta(days=7)  # then whoever stands above hears of it
State, Step = Obstacle.State, ObstacleStep.Kind


class TooFewToHide(DomainError):
    """So few people could have said it that a name is guessed."""


class NotNow(DomainError):
    """The obstacle cannot take this step."""


@dataclass(frozen=True)
class Report:
    """What somebody says is in the way, and who is to answer."""

    title: str
    unit: Unit
    owner: Employee
    details: str = ""
    kind: str = Obstacle.Kind.OTHER
    is_anonymous: bool = False
    goal: Goal | None = None
    check_in: CheckIn | None = None
    key: UUID = field(default_factory=uuid4)  # of the form it came by


@transaction.atomic
def report(said: Report, *, by: Employee, at: datetime) -> Obstacle:
    """Record an obstacle and tell who answers for it; the same form sent twice is one. Raises TooFewToHide.

    Without a name: nothing here says who or when, not even the audit trail; it appears on the next working morning.
    """
    if said.is_anonymous and answering.people_beside(said.unit, by) < answering.FEWEST:
        raise TooFewToHide(
            f"Fewer than {answering.FEWEST} others work in {said.unit.name}, so your name could be guessed. "
            "Choose a larger unit above it, or give your name."
        )
    on = timezone.localdate(at)
    obstacle, is_new = Obstacle.objects.get_or_create(
        pk=form_keys.key_of(said.key, said.title, said.details, said.kind, said.unit.pk, said.is_anonymous),
        defaults={
            "title": said.title,
            "details": said.details,
            "kind": said.kind,
            "unit": said.unit,
            "is_anonymous": said.is_anonymous,
            "reported_by": None if said.is_anonymous else by,
            "reported_on": on,
            "goal": said.goal,
            "check_in": said.check_in,
            "owner": said.owner,
            "due_on": _answer_by(on),
            "state": State.WAITING if said.is_anonymous else State.OPEN,
        },
    )
    if not is_new:
        return obstacle
    Voice.objects.create(obstacle=obstacle, mark=Voice.mark_of(obstacle.pk, by))
    if not said.is_anonymous:
        audit.record("reported", obstacle, by=by.user, changes={"for": {"old": None, "new": said.owner.name}})
        _tell_owner(obstacle, at)
    return obstacle


def from_check_in(check_in: CheckIn, at: datetime) -> None:
    """What the owner of a goal says is in the way, for their manager to clear. Once per check-in."""
    me, goal = check_in.by, check_in.goal
    owner = answering.next_above(me)
    if owner is None or Obstacle.objects.filter(check_in=check_in).exists():
        return
    title, details = wording.headline(check_in.blocker)
    report(Report(title, me.unit, owner, details, goal=goal, check_in=check_in), by=me, at=at)


@transaction.atomic
def show_waiting(*, at: datetime) -> int:
    """Let all that wait appear, on a working morning after the day they came; returns how many. Every row is written anew,
    in random order: what is then left says neither day nor order (actions/dead_rows.py removes the rest)."""
    on = timezone.localdate(at)
    if not is_working_day(on, days_off.known()):
        return 0
    waiting = list(
        Obstacle.objects.select_for_update(of=("self",))
        .filter(state=State.WAITING, reported_on__lt=on)
        .select_related("owner__user", "unit")
        .order_by("?")
    )
    for obstacle in waiting:
        obstacle.state, obstacle.reported_on, obstacle.due_on = State.OPEN, on, _answer_by(on)
        obstacle.save(update_fields=["state", "reported_on", "due_on"])
        audit.record("appeared without a name", obstacle, by=None)
        _tell_owner(obstacle, at)
    _write_voices_anew(obstacle.pk for obstacle in waiting)
    return len(waiting)


@transaction.atomic
def count_voices(*, at: datetime) -> int:
    """Count once a day how many say so, so that nobody sees a number move when somebody joins; returns how many obstacles
    were looked at. Their voices are written anew, as in show_waiting."""
    on = timezone.localdate(at)
    locked = Obstacle.objects.select_for_update().unfinished().exclude(counted_on=on)  # nobody joins meanwhile
    due = list(locked.order_by("pk").values_list("pk", flat=True))
    said = Voice.objects.filter(obstacle=OuterRef("pk")).order_by().values("obstacle").annotate(n=Count("pk"))
    counted = Coalesce(Subquery(said.values("n"), output_field=IntegerField()), 0)
    Obstacle.objects.filter(pk__in=due).update(voices=counted, counted_on=on)
    _write_voices_anew(due)
    return len(due)


@transaction.atomic
def join(obstacle: Obstacle, *, says_so: bool, by: Employee) -> None:
    """Say "me too", or take it back. No audit entry, and the number follows the next morning. Raises NotNow."""
    obstacle = _unfinished(obstacle)
    if obstacle.owner_id == by.pk:
        raise NotNow("You answer for this obstacle. Say below what happens now.")
    mark = Voice.mark_of(obstacle.pk, by)
    if says_so:
        Voice.objects.get_or_create(mark=mark, defaults={"obstacle": obstacle})
    else:
        Voice.objects.filter(mark=mark).delete()


@transaction.atomic
def answer(
    obstacle: Obstacle, *, state: str, words: str, due_on: date | None = None, by: Employee, at: datetime
) -> Obstacle:
    """Say in the open what happens now; who reported it by name hears of it. Raises NotNow.

    `due_on` is the day by which it is to be cleared, where that is promised.
    """
    obstacle, state, on = _unfinished(obstacle), State(state), timezone.localdate(at)
    if state not in (State.TAKEN, State.CLEARED, State.STAYS):
        raise NotNow("Say whether it is being cleared, is cleared, or stays.")
    if state == State.TAKEN and (due_on is None or due_on < on):
        raise NotNow("Say by which day it will be cleared, today or later.")
    obstacle.state, obstacle.answer = state, _said(words)
    obstacle.due_on = due_on if state == State.TAKEN and due_on else obstacle.due_on
    if state != State.TAKEN:
        _close(obstacle, on)
    obstacle.save(update_fields=["state", "answer", "due_on", "closed_on"])
    _step(obstacle, Step.ANSWERED, obstacle.answer, by, on)
    audit.record("answered", obstacle, by=by.user, changes={"state": {"old": "", "new": str(state.label)}})
    _tell_reporter(obstacle, by, at)
    return obstacle


@transaction.atomic
def hand_on(obstacle: Obstacle, *, to: Employee, words: str, by: Employee, at: datetime) -> Obstacle:
    """Let somebody else answer for it, with two weeks from today. Raises NotNow."""
    obstacle = _unfinished(obstacle)
    if to.pk == obstacle.owner_id:
        raise NotNow(f"{to.name} answers for it already. Choose somebody else.")
    return _pass(obstacle, Step.HANDED_ON, to, words, by, at)


@transaction.atomic
def escalate(obstacle: Obstacle, *, words: str, by: Employee, at: datetime) -> Obstacle:
    """Pass it up the line, to whoever stands above the one who answers for it. Raises NotNow."""
    obstacle = _unfinished(obstacle)
    above = answering.next_above(obstacle.owner)
    if above is None:
        raise NotNow("Nobody stands above. Answer it: it can be cleared, or it stays and you say why.")
    return _pass(obstacle, Step.ESCALATED, above, words, by, at)


@transaction.atomic
def take_down(obstacle: Obstacle, *, words: str, by: User, at: datetime) -> Obstacle:
    """Take words off the list that attack or name somebody. Raises NotNow."""
    obstacle, on = _lock(obstacle), timezone.localdate(at)
    if obstacle.state == State.TAKEN_DOWN:
        raise NotNow("It is taken down already.")
    obstacle.answer = _said(words)
    _close(obstacle, on)
    obstacle.state = State.TAKEN_DOWN
    obstacle.save(update_fields=["state", "answer", "closed_on"])
    _step(obstacle, Step.TAKEN_DOWN, obstacle.answer, Employee.objects.filter(user=by).first(), on)
    audit.record("took down", obstacle, by=by, changes={"why": {"old": "", "new": obstacle.answer}})
    if obstacle.reported_by and obstacle.reported_by.user_id != by.pk:
        key, text = f"obstacle-down:{obstacle.pk}", f"“{obstacle.title}” was taken off the list: {obstacle.answer}"
        notify.tell(obstacle.reported_by.user, key, text, obstacle.get_absolute_url(), at)
    return obstacle


@transaction.atomic
def follow_the_line(obstacle: Obstacle, *, at: datetime) -> Obstacle:
    """Whoever answered for it has left: it goes to whoever stands above."""
    obstacle = _unfinished(obstacle)
    above = None if obstacle.owner.is_active else answering.next_above(obstacle.owner)
    if above is None:
        return obstacle
    words = "Who answered for it does not work here any more."  # no name: what people write here outlives an erasure
    return _pass(obstacle, Step.HANDED_ON, above, words, None, at)


def remind(obstacle: Obstacle, *, at: datetime) -> None:
    """Tell once that the day has passed; a week later also whoever stands above."""
    on, day = timezone.localdate(at), wording.day(obstacle.due_on)
    owed = "was to be cleared by" if obstacle.state == State.TAKEN else "was to be answered by"
    words, key = f"“{obstacle.title}” {owed} {day}", f"obstacle-overdue:{obstacle.pk}:{obstacle.due_on}"
    notify.tell(obstacle.owner.user, key, words, obstacle.get_absolute_url(), at)
    mail.queue("obstacle_waiting", to=obstacle.owner.user, key=key, context=_context(obstacle, late=True), at=at)
    if on - obstacle.due_on >= LONG_OVERDUE and (above := answering.next_above(obstacle.owner)):
        words = f"{words}; {obstacle.owner.name} answers for it"
        notify.tell(above.user, f"{key}:above", words, obstacle.get_absolute_url(), at)


def _pass(obstacle: Obstacle, kind: str, to: Employee, words: str, by: Employee | None, at: datetime) -> Obstacle:
    on, before = timezone.localdate(at), obstacle.owner.name
    obstacle.owner, obstacle.state, obstacle.due_on = to, State.OPEN, _answer_by(on)
    obstacle.save(update_fields=["owner", "state", "due_on"])
    _step(obstacle, kind, _said(words), by, on, to)
    verb = "escalated" if kind == Step.ESCALATED else "handed on"
    audit.record(verb, obstacle, by=by.user if by else None, changes={"owner": {"old": before, "new": to.name}})
    if by is None or by.pk != to.pk:
        _tell_owner(obstacle, at)
    return obstacle


def _close(obstacle: Obstacle, on: date) -> None:
    """Keep the number of the morning, so that closing shows nobody who has just joined, and forget who made it up."""
    obstacle.closed_on = on
    obstacle.said.all().delete()


def _write_voices_anew(obstacles: Iterable[UUID]) -> None:
    """All in one transaction and in random order: neither its number nor the place of a row says when somebody joined.
    Whoever calls has locked the obstacles, as joining does."""
    said = Voice.objects.filter(obstacle__in=list(obstacles))
    rows = list(said)
    random.SystemRandom().shuffle(rows)
    said.delete()
    Voice.objects.bulk_create(rows, batch_size=BATCH)


def _said(words: str) -> str:
    if not words.strip():
        raise NotNow("Say in a sentence what happens now. Whoever reported it reads it.")
    return words.strip()


def _step(
    obstacle: Obstacle, kind: str, words: str, by: Employee | None, on: date, to: Employee | None = None
) -> ObstacleStep:
    return ObstacleStep.objects.create(
        obstacle=obstacle,
        kind=kind,
        by=by,
        to=to,
        on=on,
        state=obstacle.state,
        due_on=obstacle.due_on,
        words=words,
    )


def _tell_owner(obstacle: Obstacle, at: datetime) -> None:
    key = f"obstacle:{obstacle.pk}:{obstacle.owner_id}:{obstacle.due_on}"
    words = f"“{obstacle.title}” is in the way in {obstacle.unit.name}. Answer by {wording.day(obstacle.due_on)}"
    notify.tell(obstacle.owner.user, key, words, obstacle.get_absolute_url(), at)
    context = _context(obstacle, late=False)
    send_at = at_work(at, days_off.known())
    mail.queue("obstacle_waiting", to=obstacle.owner.user, key=key, context=context, at=at, send_at=send_at)


def _tell_reporter(obstacle: Obstacle, by: Employee, at: datetime) -> None:
    reporter = obstacle.reported_by
    if reporter is None or reporter.pk == by.pk:
        return
    key = f"obstacle-answered:{obstacle.pk}:{obstacle.steps.count()}"
    words = f"{by.name} has answered what you reported: “{obstacle.title}”"
    notify.tell(reporter.user, key, words, obstacle.get_absolute_url(), at)
    context = {
        "name": reporter.first_name,
        "title": obstacle.title,
        "who": by.name,
        "state": str(obstacle.get_state_display()),
        "words": obstacle.answer,
        "button": "Open the obstacle",
        "path": obstacle.get_absolute_url(),
    }
    send_at = at_work(at, days_off.known())
    mail.queue("obstacle_answered", to=reporter.user, key=key, context=context, at=at, send_at=send_at)


def _context(obstacle: Obstacle, *, late: bool) -> dict[str, object]:
    return {
        "name": obstacle.owner.first_name,
        "title": obstacle.title,
        "unit": obstacle.unit.name,
        "due": wording.day(obstacle.due_on),
        "late": late,
        "button": "Answer",
        "path": obstacle.get_absolute_url(),
    }


def _answer_by(on: date) -> date:
    return next_working_day(on + ANSWER_WITHIN, days_off.known())


def _lock(obstacle: Obstacle) -> Obstacle:
    return Obstacle.objects.select_for_update(of=("self",)).with_words().get(pk=obstacle.pk)


def _unfinished(obstacle: Obstacle) -> Obstacle:
    obstacle = _lock(obstacle)
    if not obstacle.is_unfinished:
        raise NotNow("This obstacle is closed. If it is still in the way, report it again.")
    return obstacle
