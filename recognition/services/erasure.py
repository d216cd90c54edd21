"""What goes when somebody is erased: every word to and about them, and what nobody has answered."""

from people.models import User
from recognition.models import Feedback, Praise, Preference


def erase(user: User) -> None:
    """Thanks and answers that a leaver gave are their receivers' record and stay. Counted quarters do not change."""
    Praise.objects.filter(to__user=user).delete()
    Feedback.objects.filter(by__user=user).delete()
    Feedback.objects.filter(to__user=user, answered_at=None).delete()
    Preference.objects.filter(employee__user=user).delete()
