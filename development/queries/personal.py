"""What is kept about one person: their plan and words, what they take part in, proposals to them, and notes about them."""

from __future__ import annotations

from typing import Any

from development.models import CoachingNote, Enrolment, Entry, PlanItem, Proposal
from people.models import User


def about(user: User) -> dict[str, Any]:
    """Drafts of notes are part of it (access.md, row 38), without the name of who is still writing."""
    mine = PlanItem.objects.filter(owner__user=user).select_related("owner", "shared_with").prefetch_related("steps")
    own = Entry.objects.filter(author__user=user)
    return {
        "plan": [
            {
                "title": item.title,
                "text": item.text,
                "state": item.get_state_display(),
                "shared": item.is_shared,
                "shared_with": item.shared_with.name if item.shared_with else None,
                "steps": [{"text": step.text, "done": step.done_on is not None} for step in item.steps.all()],
            }
            for item in mine
        ],
        "written": [{"kind": one.get_kind_display(), "text": one.text, "at": one.made_at.isoformat()} for one in own],
        "learning": [
            {
                "activity": one.activity.title,
                "joined_at": one.joined_at.isoformat(),
                "waits_for_a_place": one.waits_since is not None,
                "completed_on": one.completed_on.isoformat() if one.completed_on else None,
                "usefulness": one.usefulness,
            }
            for one in Enrolment.objects.filter(employee__user=user).select_related("activity")
        ],
        "proposals": [
            {"title": one.title, "words": one.words, "at": one.made_at.isoformat(), "answer": one.answer}
            for one in Proposal.objects.filter(employee__user=user)
        ],
        "coaching_notes": [
            {
                "text": one.text,
                "by": one.author.name if one.is_shared else None,
                "at": one.made_at.isoformat(),
                "answer": one.answer,
            }
            for one in CoachingNote.objects.filter(about__user=user).select_related("author")
        ],
    }
