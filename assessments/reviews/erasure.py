"""What goes when somebody is erased: every word about them, and what they began and never shared. Levels stay, as counts."""

from assessments.reviews.models import Assessment, LevelChange, Rating, Review, SupportCase
from people.models import User

GONE = "Removed when the person was erased."


def erase(user: User) -> None:
    """What a leaver wrote about others, as their manager, is those others' record and stays."""
    about = Assessment.objects.filter(employee__user=user)
    Review.objects.filter(by__user=user, state=Review.State.DRAFT).delete()
    Rating.objects.filter(review__assessment__in=about).update(example="", obstacle_note="")
    about.update(statement="")
    LevelChange.objects.filter(assessment__in=about).update(reason=GONE)
    SupportCase.objects.filter(subject__user=user).update(reason=GONE)
