"""What actions keep about one person, and what was promised to one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from actions.models import Action, BlindAnswer, Obstacle, ObstacleStep, Seat
from actions.queries.board import promises_to
from assessments.surveys.promises import Promise
from people.models import Employee, User

LOOK_BACK = timedelta(days=365)  # closed promises older than this are history


def about(user: User) -> dict[str, Any]:
    """Everything, in plain types. Answers about actions are counts and have no person; open questions are named. Obstacles
    reported without a name and "me too" cannot be here: nothing says whose they are."""
    mine = Action.objects.filter(owner__user=user)
    answers = BlindAnswer.objects.filter(participant__employee__user=user).select_related("participant__workshop")
    return {
        "actions": [
            {
                "title": action.title,
                "kind": action.kind,
                "state": action.state,
                "due_on": action.due_on.isoformat(),
                "closing_words": action.closing_words,
            }
            for action in mine
        ],
        "questions_asked": [
            {"action": seat.follow_up.action.title, "answered": seat.answered}
            for seat in Seat.objects.filter(employee__user=user).select_related("follow_up__action")
        ],
        "obstacles_reported": [
            {"title": one.title, "details": one.details, "on": one.reported_on.isoformat(), "state": one.state}
            for one in Obstacle.objects.filter(reported_by__user=user)
        ],
        "obstacles_answered_for": [
            {"title": one.title, "due_on": one.due_on.isoformat(), "state": one.state}
            for one in Obstacle.objects.filter(owner__user=user)
        ],
        "said_about_obstacles": [
            {"obstacle": step.obstacle.title, "on": step.on.isoformat(), "words": step.words}
            for step in ObstacleStep.objects.filter(by__user=user).select_related("obstacle")
        ],
        "workbook_answers": [
            {
                "round": answer.participant.workshop.title,
                "prompt": answer.prompt,
                "rows": answer.rows,
                "said": answer.alike,
            }
            for answer in answers
        ],
    }


def promised(employee: Employee, on: date) -> Sequence[Promise]:
    """For the pages of a survey: what is overdue first, then what runs, then what ended within a year."""
    order = {"doing": 1, "planned": 2, "done": 3, "dropped": 4}
    rows = sorted(
        promises_to(employee, on=on, since=on - LOOK_BACK),
        key=lambda row: (not row.is_overdue, order[row.state], row.due_on),
    )
    return [
        Promise(
            title=row.title,
            who=row.owner if row.is_commitment else f"{row.owner}, {row.unit}",
            state=row.state,
            words=f"not yet done, {row.due_words}" if row.is_overdue else row.due_words,
            is_overdue=row.is_overdue,
            is_commitment=row.is_commitment,
            note=row.closing_words,
            url=row.url,
        )
        for row in rows
    ]
