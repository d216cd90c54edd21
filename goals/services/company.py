"""People around a goal: comments, following, contributing, and with whom it was chosen."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core import audit, notify
from core.errors import DomainError
from goals.models import Comment, Consultation, Contributor, Follower, Goal, GoalDetail
from people.access import Viewer
from people.models import Employee, User

LONGEST_COMMENT = 2000


class CommentRefused(DomainError):
    """There is nothing to say, or it is not this person's to take back."""


class ContributorRefused(DomainError):
    """This person cannot contribute to this goal."""


@transaction.atomic
def comment(goal: Goal, *, text: str, key: UUID, by: Employee, at: datetime) -> Comment:
    """Say something about a goal; the owner and those who follow hear of it. The same key twice is one comment."""
    if not text.strip():
        raise CommentRefused("Write what you want to say first.")
    made, is_new = Comment.objects.get_or_create(
        key=key, goal=goal, defaults={"by": by, "made_at": at, "text": text.strip()[:LONGEST_COMMENT]}
    )
    if is_new:
        audit.record("commented on", goal, by=by.user, about=_about(goal))
        words = f"{by.name} commented on “{goal.detail.title}”."
        notify.tell_all(
            _listeners(goal, but=by), f"goal-comment:{made.pk}", words[:300], f"{goal.get_absolute_url()}#comments", at
        )
    return made


@transaction.atomic
def take_back(said: Comment, *, by: Employee) -> None:
    """Remove one's own comment; that there was one stays in the audit trail, its words do not."""
    if said.by_id != by.pk:
        raise CommentRefused(f"Only {said.by.name} can take this comment back.")
    audit.record("took back a comment on", said.goal, by=by.user, about=_about(said.goal))
    said.delete()


@transaction.atomic
def follow(goal: Goal, *, by: Employee) -> None:
    """Hear of comments and changes. Twice is once."""
    _, is_new = Follower.objects.get_or_create(goal=goal, employee=by)
    if is_new:
        audit.record("followed", goal, by=by.user, about=_about(goal))


@transaction.atomic
def unfollow(goal: Goal, *, by: Employee) -> None:
    gone, _ = Follower.objects.filter(goal=goal, employee=by).delete()
    if gone:
        audit.record("stopped following", goal, by=by.user, about=_about(goal))


@transaction.atomic
def add_contributor(goal: Goal, person: Employee, *, by: User, at: datetime) -> Contributor:
    """Name somebody who works on the goal too: they see it and hear of it. Twice is once."""
    if goal.visibility == Goal.Visibility.PRIVATE:
        raise ContributorRefused("Only its owner sees this goal. Show it to the line first, then name who helps.")
    if person.pk == goal.owner_id:
        raise ContributorRefused(f"{person.name} owns the goal already.")
    if not person.is_active:
        raise ContributorRefused(f"{person.name} has left. Name somebody who works here.")
    made, is_new = Contributor.objects.get_or_create(goal=goal, employee=person)
    if is_new:
        audit.record(
            "changed", goal, by=by, about=_about(goal), changes={"contributors": {"old": "", "new": person.name}}
        )
        words = f"You contribute to “{goal.detail.title}”, owned by {goal.owner.name}."
        notify.tell(person.user, f"goal-contributor:{goal.pk}", words[:300], goal.get_absolute_url(), at)
    return made


@transaction.atomic
def remove_contributor(goal: Goal, person: Employee, *, by: User) -> None:
    gone, _ = Contributor.objects.filter(goal=goal, employee=person).delete()
    if gone:
        audit.record(
            "changed", goal, by=by, about=_about(goal), changes={"contributors": {"old": person.name, "new": ""}}
        )


@transaction.atomic
def add_consultation(goal: Goal, *, who: str, held_on: date, outcome: str, by: User) -> Consultation:
    """Keep with whom the goal was chosen, and what came of it. Twice is once."""
    made, is_new = Consultation.objects.get_or_create(goal=goal, who=who, held_on=held_on, outcome=outcome)
    if is_new:
        audit.record("changed", goal, by=by, about=_about(goal), changes={"chosen with": {"old": "", "new": str(made)}})
    return made


@transaction.atomic
def remove_consultation(asked: Consultation, *, by: User) -> None:
    audit.record(
        "changed",
        asked.goal,
        by=by,
        about=_about(asked.goal),
        changes={"chosen with": {"old": str(asked), "new": ""}},
    )
    asked.delete()


def tell_listeners(goal: Goal, key: str, what: str, *, by: User, at: datetime) -> None:
    """Tell the owner, contributors and followers who may see the goal, but not who did it: “Title” was changed."""
    listeners = [pk for pk in _listeners(goal) if pk != by.pk]
    notify.tell_all(listeners, key, f"“{goal.detail.title}” {what}"[:300], goal.get_absolute_url(), at)


def _listeners(goal: Goal, *, but: Employee | None = None) -> list[int]:
    """User ids of the owner, contributors, followers and earlier speakers, as far as they may see the goal today."""
    asked = {
        goal.owner_id,
        *goal.contributors.values_list("employee_id", flat=True),
        *goal.followers.values_list("employee_id", flat=True),
        *goal.comments.values_list("by_id", flat=True),
    } - {but.pk if but else None}
    people = Employee.objects.active().filter(pk__in=asked).select_related("user", "unit")
    return [person.user_id for person in _who_see(goal, people)]


def _who_see(goal: Goal, people: Iterable[Employee]) -> list[Employee]:
    if goal.visibility == Goal.Visibility.PUBLIC:
        return list(people)
    seen = Goal.objects.filter(pk=goal.pk)
    return [person for person in people if seen.visible_to(Viewer(person.user, person)).exists()]


def _about(goal: Goal) -> User | None:
    return goal.owner.user if goal.detail.level == GoalDetail.Level.INDIVIDUAL else None
