"""What surveys keep about one person, for "download my data". Submitted answers are nobody's and cannot be in it."""

from typing import Any

from assessments.surveys import ballot_keys
from assessments.surveys.models import Campaign, CommentMessage, Invitation
from assessments.surveys.queries.answering import draft_lines
from people.models import User


def about(user: User) -> list[dict[str, Any]]:
    """Participation in every campaign, the draft of those still open, and what the person answered to comments."""
    invitations = (
        Invitation.objects.filter(employee__user=user)
        .select_related("campaign__form__version", "home")
        .order_by("campaign__opens_at", "pk")
    )
    answered = CommentMessage.objects.filter(by=user).order_by("written_on", "pk")
    return [
        *({"answer_to_a_comment": one.text, "signed": one.by_words, "on": str(one.written_on)} for one in answered),
        *(_participation(invitation) for invitation in invitations),
    ]


def _participation(invitation: Invitation) -> dict[str, Any]:
    return {
        "survey": invitation.campaign.title,
        "counted_in": invitation.home.name,
        "answered": invitation.answered,
        "years_of_service": invitation.tenure_band,
        "site": invitation.site,
        "draft": _draft(invitation),
    }


def _draft(invitation: Invitation) -> list[dict[str, str]]:
    is_open = invitation.campaign.state == Campaign.State.OPEN and ballot_keys.exist(invitation.campaign.key)
    lines = draft_lines(invitation) if is_open else ()
    return [{"question": line.question, "answer": line.answer} for line in lines]
