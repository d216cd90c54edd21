"""Rounds: call one, answer alone, put the answers on the table, say how alike they are, fix the text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from actions import form_keys
from actions.models import AgreedText, BlindAnswer, Participant, Workshop
from assessments.surveys.models import Form, Item
from core import audit, mail, notify
from core.errors import DomainError
from people.models import Employee, User

FEWEST = 2  # a round of one has nothing to compare
State = Workshop.State
Rows = Sequence[Sequence[str]]


class NotNow(DomainError):
    """The round is not in the state that this step needs."""


class TooFew(DomainError):
    """A round needs more people, or an answer to hand in."""


@transaction.atomic
def call(
    *,
    title: str,
    form: Form,
    participants: Collection[Employee],
    answers_due_on: date,
    facilitator: Employee,
    by: User,
    at: datetime,
    key: UUID | None = None,
) -> Workshop:
    """Open a blind round and tell those who take part; the form of `key` sent twice is one round. Raises TooFew."""
    if len(participants) < FEWEST:
        raise TooFew("Choose at least two people: one answer alone has nothing to be compared with.")
    people = sorted(person.pk for person in participants)
    workshop, is_new = Workshop.objects.get_or_create(
        key=form_keys.key_of(key or uuid4(), title, form.pk, facilitator.pk, answers_due_on, people),
        defaults={
            "title": title,
            "form": form,
            "facilitator": facilitator,
            "answers_due_on": answers_due_on,
            "made_at": at,
        },
    )
    if not is_new:
        return workshop
    Participant.objects.bulk_create(Participant(workshop=workshop, employee=person) for person in participants)
    audit.record("called", workshop, by=by, changes={"people": {"old": None, "new": len(participants)}})
    day = f"{answers_due_on.day} {answers_due_on:%B}"
    users = [person.user_id for person in participants]
    words = f"“{title}”: answer alone by {day}; nobody sees it before all have answered"
    notify.tell_all(users, f"workshop:{workshop.pk}", words, workshop.get_absolute_url(), at)
    context = {
        "title": title,
        "due": day,
        "facilitator": facilitator.name,
        "button": "Answer",
        "path": workshop.get_absolute_url(),
    }
    mail.queue_all("workshop_invitation", to=users, key=f"workshop:{workshop.pk}", context=context, at=at)
    return workshop


@transaction.atomic
def save_answer(participant: Participant, prompt: Item, rows: Rows) -> BlindAnswer | None:
    """Keep what one person answers to one prompt; empty rows are left out, and no rows remove it. Raises NotNow.

    No audit entry: until the answers are on the table nobody is to see who has written what, or when.
    """
    participant = _lock(participant)
    if not participant.workshop.is_blind or participant.handed_in_at:
        raise NotNow("Your answers are handed in and cannot be changed any more.")
    kept = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not kept:
        participant.answers.filter(prompt=prompt.code).delete()
        return None
    answer, _ = BlindAnswer.objects.update_or_create(
        participant=participant, prompt=prompt.code, defaults={"rows": kept}
    )
    return answer


@transaction.atomic
def hand_in(participant: Participant, *, at: datetime) -> Participant:
    """End one's own changes; the last one to hand in puts all answers on the table. Raises NotNow, TooFew."""
    participant = _lock(participant)
    if not participant.workshop.is_blind or participant.handed_in_at:
        raise NotNow("Your answers are handed in already.")
    if not participant.answers.exists():
        raise TooFew("Answer at least one of the questions, then hand in.")
    participant.handed_in_at = at
    participant.save(update_fields=["handed_in_at"])
    audit.record("handed in", participant.workshop, by=participant.employee.user)
    if not participant.workshop.participants.filter(handed_in_at=None).exists():
        _put_on_table(participant.workshop, by=None, at=at)
    return participant


@transaction.atomic
def open_round(workshop: Workshop, *, by: User, at: datetime) -> Workshop:
    """The facilitator ends the blind part; who has not handed in takes part with what they wrote. Raises NotNow, TooFew."""
    workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if not workshop.is_blind:
        raise NotNow("The answers are on the table already.")
    if BlindAnswer.objects.filter(participant__workshop=workshop).values("participant").distinct().count() < FEWEST:
        raise TooFew("Fewer than two people have answered. Wait for another one, or there is nothing to compare.")
    return _put_on_table(workshop, by=by, at=at)


@transaction.atomic
def say_alike(participant: Participant, prompt: str, said: str) -> BlindAnswer:
    """After reading the others: do we mean the same? Raises NotNow."""
    participant = _lock(participant)
    if participant.workshop.is_blind:
        raise NotNow("Nobody has seen the answers of the others yet.")
    answer, _ = BlindAnswer.objects.update_or_create(
        participant=participant, prompt=prompt, defaults={"alike": BlindAnswer.Alike(said)}
    )
    return answer


@transaction.atomic
def agree(
    workshop: Workshop,
    prompt: Item,
    *,
    text: str,
    owner: Employee,
    review_on: date,
    agreement: str,
    by: User,
    at: datetime,
) -> AgreedText:
    """Fix the text of one prompt as its next version; earlier ones stay. Raises NotNow."""
    workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if workshop.is_blind:
        raise NotNow("First everybody answers alone. Then agree on a text.")
    newest = AgreedText.objects.filter(prompt=prompt.code).aggregate(Max("number"))["number__max"] or 0
    agreed = AgreedText.objects.create(
        prompt=prompt.code,
        question=prompt.text,
        construct=prompt.construct,
        number=newest + 1,
        text=text.strip(),
        owner=owner,
        review_on=review_on,
        agreement=agreement,
        workshop=workshop,
        agreed_by=by,
        agreed_at=at,
    )
    audit.record("agreed", agreed, by=by, changes={"text": {"old": "", "new": agreed.text}})
    return agreed


@transaction.atomic
def close(workshop: Workshop, *, by: User, at: datetime) -> Workshop:
    """End the round once something was agreed. Raises NotNow."""
    workshop = Workshop.objects.select_for_update().get(pk=workshop.pk)
    if workshop.state != State.OPEN or not workshop.texts.exists():
        raise NotNow("Agree on at least one text, then end the round.")
    workshop.state, workshop.closed_at = State.CLOSED, at
    workshop.save(update_fields=["state", "closed_at"])
    audit.record("closed", workshop, by=by)
    return workshop


def remind_facilitator(workshop: Workshop, *, at: datetime) -> None:
    """Tell the facilitator once that the day has passed and somebody has not handed in."""
    key = f"workshop-late:{workshop.pk}:{workshop.answers_due_on}"
    words = f"“{workshop.title}”: the day for answers has passed. Wait, or put the answers on the table"
    notify.tell(workshop.facilitator.user, key, words, workshop.get_absolute_url(), at)


def _put_on_table(workshop: Workshop, *, by: User | None, at: datetime) -> Workshop:
    workshop.state, workshop.opened_at = State.OPEN, at
    workshop.save(update_fields=["state", "opened_at"])
    audit.record("put the answers on the table of", workshop, by=by)
    people = workshop.participants.values_list("employee__user_id", flat=True)
    users = {*people, workshop.facilitator.user_id}
    words = f"“{workshop.title}”: all answers are on the table. See how far you agree"
    notify.tell_all(sorted(users), f"workshop-open:{workshop.pk}", words, workshop.get_absolute_url(), at)
    return workshop


def _lock(participant: Participant) -> Participant:
    """The participant with the workshop locked: handing in and opening cannot cross."""
    Workshop.objects.select_for_update().get(pk=participant.workshop_id)
    found = Participant.objects.select_related("workshop__facilitator__user", "employee__user")
    return found.get(pk=participant.pk)


def next_review(at: datetime) -> date:
    """A year on: texts are looked at once a year."""
    on = timezone.localdate(at)
    return on.replace(year=on.year + 1, day=min(on.day, 28))
