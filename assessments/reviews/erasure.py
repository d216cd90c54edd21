"""What goes when somebody is erased: every word about them, and what they began and never shared. Levels stay, as counts."""

from assessments.reviews import externals
from assessments.reviews.models import (
    Assessment,
    Feedback,
    LevelChange,
    OthersReport,
    Rater,
    Rating,
    Review,
    SupportCase,
)
from assessments.reviews.models.assessments import AssessmentQuerySet
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
    _erase_what_others_said(about, user)


def _erase_what_others_said(about: AssessmentQuerySet, user: User) -> None:
    """The report, what waits for one, and who was asked from outside; and why the person did not want to be asked."""
    raters = Rater.objects.filter(assessment__in=about)
    OthersReport.objects.filter(assessment__in=about).delete()
    Feedback.objects.filter(rater__in=raters).delete()
    externals.forget(raters)
    raters.update(words="", reason="")
    raters.asked().filter(assessment__cycle__released_at=None).update(
        state=Rater.State.REMOVED
    )  # nobody answers any more
    Feedback.objects.filter(rater__employee__user=user, state=Feedback.State.DRAFT).delete()
    Rater.objects.filter(employee__user=user).update(reason="")
