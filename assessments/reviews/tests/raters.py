"""Raters and what they answer, made in short ways."""

from datetime import date, datetime

from assessments.reviews import tokens
from assessments.reviews.models import Assessment, Feedback, Rater, ReviewCycle
from assessments.reviews.queries import feedback as reads
from assessments.reviews.services import feedback
from assessments.reviews.tests.factories import AT, running_cycle
from people.models import Employee

DUE = date(2026, 7, 24)
AFTER = datetime(2026, 7, 25, 0, 10, tzinfo=AT.tzinfo)
TOKEN = "a-link-for-somebody-from-outside-0123456789"  # noqa: S105


def cycle_360(name: str = "Summer 2026", *, at: datetime = AT, **fields) -> ReviewCycle:
    """A running cycle that asks colleagues, reports and externals."""
    asks = {"asks_peers": True, "asks_reports": True, "asks_externals": True}
    dates = {"named_by": date(2026, 7, 10), "feedback_due_on": DUE}
    return running_cycle(name, at=at, **{**asks, **dates, **fields})


def ask(assessment: Assessment, employee: Employee, group: str = "peer", *, at: datetime = AT) -> Rater:
    return Rater.objects.create(
        assessment=assessment, employee=employee, group=group, state=Rater.State.APPROVED, asked_at=at
    )


def ask_external(assessment: Assessment, name: str = "Cara Hill", *, token: str = TOKEN, at: datetime = AT) -> Rater:
    return Rater.objects.create(
        assessment=assessment,
        group=Rater.Group.EXTERNAL,
        name=name,
        email=f"{name.split()[0].lower()}@hillfarm.example",
        organisation="Hill Farm",
        token_digest=tokens.digest(token),
        state=Rater.State.APPROVED,
        asked_at=at,
    )


def answer(
    rater: Rater,
    level: int | None = 3,
    *,
    keep: str = "",
    next_: str = "",
    at: datetime = AT,
    is_sent: bool = True,
    **levels: int | None,
) -> Feedback:
    """Judge everything at one level, except competencies named by key, write, and send."""
    for one in reads.asked_of(rater):
        feedback.judge(rater, one.version, levels.get(one.key, level), revision=0, by=rater.employee, at=at)
    stored = feedback.write(rater, keep_doing=keep, try_next=next_, revision=0, by=rater.employee, at=at)
    return feedback.submit(rater, by=rater.employee, at=at) if is_sent else stored
