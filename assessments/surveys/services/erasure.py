"""What goes when somebody is erased: a draft, a code, the attributes of open surveys, and the name under answers to comments."""

from assessments.surveys.ballots import Draft
from assessments.surveys.models import CommentMessage, Invitation
from people.models import User


def erase(user: User) -> None:
    """A ballot that was handed in has no person. The seat stays, or the count of those invited would change."""
    seats = Invitation.objects.filter(employee__user=user)
    Draft.objects.filter(invitation__in=seats).delete()
    seats.update(secret_digest=None, tenure_band="", site="")
    CommentMessage.objects.filter(by=user).update(by_words="A former colleague")
