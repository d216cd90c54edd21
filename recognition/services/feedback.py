"""Ask a colleague about one's own work, answer, or leave it. Between two people: nothing of it stands in the audit trail."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.competencies.models import Competency
from core import notify
from core.errors import DomainError
from people.models import Employee
from recognition.models import ASKED_FOR, Feedback


class AskedAlready(DomainError):
    """A question to this person is still waiting, or its days are not over."""


class NotOpen(DomainError):
    """Answered, declined, withdrawn or past its last day."""


@transaction.atomic
def ask(
    to: Employee, question: str, *, competency: Competency | None, key: UUID, by: Employee, at: datetime
) -> Feedback:
    """Ask one colleague one question. Raises AskedAlready.

    Whether they may be asked again depends on the days and on an answer, never on whether they declined or the question
    was withdrawn.
    """
    Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)  # two tabs ask one after the other
    if found := Feedback.objects.filter(key=key, by=by).first():
        return found
    on = timezone.localdate(at)
    if to.pk == by.pk or not to.is_active:
        raise AskedAlready("Choose a colleague who works here.")
    if Feedback.objects.filter(by=by, to=to, answered_at=None, until__gte=on).exists():
        raise AskedAlready(f"You asked {to.name} already and the days to answer are not over. Speak to each other.")
    facts = {"by": by, "to": to, "question": question, "competency": competency}
    asked, _ = Feedback.objects.get_or_create(key=key, defaults=facts | {"asked_at": at, "until": on + ASKED_FOR})
    text = f"{by.name} asks you for feedback. You may leave it without a reason."
    notify.tell(to.user, f"feedback:{asked.pk}", text, reverse("recognition:answer", args=[asked.pk]), at)
    return asked


@transaction.atomic
def answer(feedback: Feedback, *, keep: str, try_next: str, by: Employee, at: datetime) -> Feedback:
    """Give the feedback that was asked for, once. Raises NotOpen."""
    asked = _open(feedback, by, timezone.localdate(at))
    asked.keep, asked.try_next, asked.answered_at = keep, try_next, at
    asked.save(update_fields=["keep", "try_next", "answered_at"])
    url = f"{reverse('recognition:mine')}?show=asked"
    notify.tell(asked.by.user, f"feedback-answer:{asked.pk}", f"{by.name} gave you the feedback you asked for", url, at)
    return asked


@transaction.atomic
def decline(feedback: Feedback, *, by: Employee, at: datetime) -> None:
    """Be rid of a question. The asker's page stays as it is, and nobody is told. Raises NotOpen."""
    asked = _open(feedback, by, timezone.localdate(at))
    asked.declined_at = at
    asked.save(update_fields=["declined_at"])


@transaction.atomic
def withdraw(feedback: Feedback, *, by: Employee, at: datetime) -> None:
    """Take back a question without an answer. Raises NotOpen."""
    asked = (
        Feedback.objects.select_for_update().filter(pk=feedback.pk, by=by, answered_at=None, withdrawn_at=None).first()
    )
    if asked is None:
        raise NotOpen("It has been answered or withdrawn meanwhile.")
    asked.question, asked.competency, asked.withdrawn_at = "", None, at
    asked.save(update_fields=["question", "competency", "withdrawn_at"])


def forget_withdrawn(*, on: date) -> int:
    """Delete the questions withdrawn whose days are over."""
    return Feedback.objects.filter(withdrawn_at__isnull=False, until__lt=on).delete()[0]


def share(feedback: Feedback, is_shared: bool, *, at: datetime) -> None:
    """The asker lets today's manager read the answer, or no longer."""
    feedback.shared_at = at if is_shared else None
    feedback.save(update_fields=["shared_at"])


def _open(feedback: Feedback, by: Employee, on: date) -> Feedback:
    """The locked row, if `by` may still answer it."""
    waiting = Feedback.objects.select_for_update(of=("self",)).waiting_for(by, on).select_related("by__user")
    if (found := waiting.filter(pk=feedback.pk).first()) is None:
        raise NotOpen("This question is no longer open, so nothing was kept.")
    return found
