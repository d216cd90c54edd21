"""What goes when somebody is erased: their plan and words, what was proposed to them, notes about them."""

from development.models import CoachingNote, Enrolment, Entry, PlanItem, Proposal
from people.models import User


def erase(user: User) -> None:
    """Participation in learning stays as a number; what a leaver wrote about others belongs to those others."""
    PlanItem.objects.filter(owner__user=user).delete()
    Entry.objects.filter(author__user=user).delete()
    Proposal.objects.filter(employee__user=user).delete()
    CoachingNote.objects.filter(about__user=user).delete()
    CoachingNote.objects.filter(author__user=user, shared_at=None).delete()
    Enrolment.objects.filter(employee__user=user).update(usefulness=None)
