"""What goes when somebody is erased: the words of their own goals and check-ins, comments, tokens, drafts."""

from django.db.models import Q

from goals.models import (
    ApiToken,
    CheckIn,
    CheckInRevision,
    Comment,
    Follower,
    Goal,
    GoalDetail,
    GoalDraft,
    GuardrailReading,
    PremortemAnswer,
)
from people.models import User

UNNAMED, ERASED = "Goal of a former colleague", "Erased with the name of its owner"


def erase(user: User) -> None:
    """The numbers stay: goals above were worked out from them. Goals of units and of the organisation keep their words."""
    own = Goal.objects.filter(owner__user=user, detail__level=GoalDetail.Level.INDIVIDUAL)
    GoalDetail.objects.filter(goal__in=own).update(
        title=UNNAMED, description="", customer_benefit=ERASED, reward="", cancelled_because=""
    )
    PremortemAnswer.objects.filter(goal__in=own).delete()
    GuardrailReading.objects.filter(Q(by__user=user) | Q(guardrail__goal__in=own)).update(note="")
    CheckInRevision.objects.filter(check_in__goal__in=own).delete()
    CheckIn.objects.filter(goal__in=own).update(what_changed="", next_step="", blocker="")
    Comment.objects.filter(Q(by__user=user) | Q(goal__in=own)).delete()
    ApiToken.objects.filter(owner__user=user).delete()
    Follower.objects.filter(employee__user=user).delete()
    GoalDraft.objects.filter(Q(sent_to__user=user) | Q(sent_by__user=user)).delete()
