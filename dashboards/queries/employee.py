"""What the employee's home page shows: what to do today, my goals, whom my work serves, and news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from actions import queries as actions
from assessments.reviews import queries as reviews
from assessments.surveys.queries import answering
from core import notify
from core.models import Notification
from dashboards import wording
from dashboards.queries.parts import Row
from development.queries import todo as learning
from goals import queries as goals
from goals.queries import GoalCard, SightStep
from people.access import Viewer
from people.queries.sign_in import has_second_step
from recognition import queries as recognition

NEWS = 5
SOON = timedelta(days=2)  # before the last day of a review, as the second mail
CHECK_IN_MINUTES = 2
DRAFT_MINUTES = 2
LEARNING_MINUTES, OFFER_MINUTES = 5, 1
QUESTION_MINUTES = 3
PROMISE_MINUTES, ROUND_MINUTES, GUIDE_MINUTES = 2, 30, 15
CHECK_INS_NAMED = 3  # more goals than this are said in one row
GOALS_SHOWN = 3
REVIEW_BUTTONS = {
    "self": "Assess myself",
    "manager": "Assess",
    "talk": "Open",
    "acknowledge": "Read",
    "feedback": "Answer",
    "raters": "Name them",
    "approval": "Approve",
}


@dataclass(frozen=True)
class EmployeeHome:
    greeting: str
    lede: str
    to_do: tuple[Row, ...]
    goals: tuple[GoalCard, ...]
    more_goals: int
    sight: tuple[SightStep, ...]
    news: tuple[Notification, ...]
    unread: int


def employee_home(viewer: Viewer, *, at: datetime) -> EmployeeHome:
    """The page of one person with an employee record. A fixed number of queries, whatever their work."""
    assert viewer.employee
    now = timezone.localtime(at)
    cards = goals.my_goals(viewer, on=now.date())
    to_do = [*_surveys(viewer, at), *_reviews(viewer, now.date()), *_promises(viewer, now.date()), *_drafts(viewer)]
    to_do += _questions(viewer, now.date())
    to_do += _development(viewer, at)
    to_do += _second_step(viewer)
    to_do.sort(key=lambda row: (row.due_on or date.max, row.what))
    to_do += _check_ins(cards)
    news = notify.news_of(viewer.employee.user, limit=NEWS)
    return EmployeeHome(
        greeting=f"{wording.greeting(now.hour)}, {viewer.employee.first_name}",
        lede=f"{wording.day(now.date())}. {_waiting(to_do)}",
        to_do=tuple(to_do),
        goals=tuple(cards[:GOALS_SHOWN]),
        more_goals=max(0, len(cards) - GOALS_SHOWN),
        sight=tuple(goals.line_of_sight(viewer.employee, on=now.date())),
        news=tuple(news),
        unread=sum(item.read_at is None for item in news),
    )


def _surveys(viewer: Viewer, at: datetime) -> list[Row]:
    rows = []
    for card in answering.my_invitations(viewer, at=at):
        if not card.answered:
            closes = timezone.localtime(card.closes_at)
            why = (
                f"{card.minutes} minutes · closes {wording.day(closes.date())} · "
                "anonymous once it closes, nobody can see what you answer"
            )
            button = "Continue" if card.has_draft else "Start"
            url = reverse("surveys:intro", args=[card.campaign_pk])
            rows.append(Row("info", "ui-checks", card.title, why, button, url, card.minutes, closes.date()))
    return rows


def _second_step(viewer: Viewer) -> list[Row]:
    """Recommended to those who see other people's records; the settings may require it (people/second_step.py)."""
    if not viewer.is_hr or has_second_step(viewer.actor):
        return []
    why = "3 minutes · you can open other people's records, so let a code from your phone guard them"
    return [Row("info", "shield-lock", "Add a second step to your sign-in", why, "Set up", reverse("mfa_index"), 3)]


def _reviews(viewer: Viewer, on: date) -> list[Row]:
    return [
        Row(
            "risk" if review.is_late or review.due_on - on <= SOON else "",
            "layers" if review.kind == "self" else "clipboard-check",
            review.title,
            f"{wording.about(review.minutes).capitalize()} · {wording.due(review.due_on, on)} · {review.why}",
            REVIEW_BUTTONS[review.kind],
            review.url,
            review.minutes,
            review.due_on,
        )
        for review in reviews.my_open_reviews(viewer, on=on)
    ]


def _promises(viewer: Viewer, on: date) -> list[Row]:
    """What the viewer promised, the question about somebody else's promise, a leaders' round, the way to a promise."""
    rows = [
        Row(
            "off" if one.is_overdue else "",
            "kanban",
            one.title,
            f"{PROMISE_MINUTES} minutes · {one.due_words} · you answer for it",
            "Update",
            one.url,
            PROMISE_MINUTES,
            one.due_on,
        )
        for one in actions.due_for(viewer, on=on)
        if one.is_mine
    ]
    rows += [
        Row(
            "off" if one.is_overdue else "",
            "sign-stop",
            one.title,
            f"{PROMISE_MINUTES} minutes · in the way {one.age} · {one.due_words}",
            "Answer",
            one.url,
            PROMISE_MINUTES,
            one.due_on,
        )
        for one in actions.obstacles_due_for(viewer, on=on)
        if one.is_mine
    ]
    for question in actions.questions_for(viewer, on=on):
        why = f"1 minute · until {wording.day(question.closes_on)} · one question, anonymous"
        url = reverse("actions:follow_up", args=[question.action_pk])
        rows.append(Row("info", "chat-square-text", question.title, why, "Answer", url, 1, question.closes_on))
    for held in actions.waiting_for(viewer):
        why = f"Answers by {wording.day(held.answers_due_on)} · nobody reads yours before all have handed in"
        tone = "risk" if held.is_late(on) else "info"
        url = held.get_absolute_url()
        rows.append(Row(tone, "card-checklist", held.title, why, "Answer", url, ROUND_MINUTES, held.answers_due_on))
    guide = actions.open_steps(viewer, on=on)
    if guide:
        why = f"{guide.done} of {len(guide.steps)} steps done · next: {guide.next_title.lower()}"
        url = reverse("actions:guide", args=[guide.campaign_pk, guide.place])
        rows.append(
            Row("", "signpost-split", f"From result to promise, {guide.unit}", why, "Go on", url, GUIDE_MINUTES)
        )
    return rows


def _development(viewer: Viewer, at: datetime) -> list[Row]:
    """Required learning, what a manager offered, and items of the own plan whose day has come."""
    assert viewer.employee
    words = {
        "required": ("risk", "shield-check", "Open", LEARNING_MINUTES, "required by {day}"),
        "date": ("info", "calendar-event", "Open", OFFER_MINUTES, "you have a place on {day}, and can leave it"),
        "offer": (
            "info",
            "signpost-split",
            "Look at it",
            OFFER_MINUTES,
            "take it or leave it, a no is not shown to anyone",
        ),
        "review": ("", "signpost-split", "Look at it", OFFER_MINUTES, "only you see this"),
    }
    rows = []
    for one in learning.waiting_for(viewer.employee, at=at):
        tone, icon, button, minutes, note = words[one.kind]
        said = note.format(day=wording.day(one.due_on) if one.due_on else "")
        why = f"{minutes} minute{'' if minutes == 1 else 's'} · {one.why} · {said}"
        rows.append(Row("off" if one.is_overdue else tone, icon, one.title, why, button, one.url, minutes, one.due_on))
    return rows


def _drafts(viewer: Viewer) -> list[Row]:
    """Goals that somebody proposes to the viewer; nobody else sees that they are there."""
    return [
        Row(
            "info",
            "send",
            f"Answer the goal draft “{draft.title}”",
            f"{DRAFT_MINUTES} minutes · from {draft.who} · accept, change or decline",
            "Answer",
            draft.url,
            DRAFT_MINUTES,
        )
        for draft in goals.drafts_to_answer(viewer)
    ]


def _questions(viewer: Viewer, on: date) -> list[Row]:
    """Feedback that colleagues ask for. A question left alone goes by itself, so none of them is ever late."""
    return [
        Row(
            "info",
            "chat-left-text",
            f"{one.who} asks you for feedback",
            f"{QUESTION_MINUTES} minutes · until {wording.day(one.until)} · you may leave it without a reason",
            "Answer",
            reverse("recognition:answer", args=[one.pk]),
            QUESTION_MINUTES,
            one.until,
        )
        for one in recognition.open_questions(viewer, on=on)
    ]


def _check_ins(cards: list[GoalCard]) -> list[Row]:
    due = [card for card in cards if card.needs and card.check_in_url]
    if len(due) > CHECK_INS_NAMED:
        why = f"{wording.about(CHECK_IN_MINUTES * len(due)).capitalize()} in all · {due[0].title}, {due[1].title} and others"
        what = f"{len(due)} of your goals wait for a check-in"
        return [Row("", "bullseye", what, why, "Check in", reverse("goals:check_ins"), CHECK_IN_MINUTES * len(due))]
    return [
        Row(
            "",
            "bullseye",
            f"Check in on “{card.title}”",
            f"{CHECK_IN_MINUTES} minutes · {card.needs}",
            "Check in",
            card.check_in_url,
            CHECK_IN_MINUTES,
        )
        for card in due
    ]


def _waiting(to_do: list[Row]) -> str:
    if not to_do:
        return "Nothing waits for you."
    minutes = wording.about(sum(row.minutes for row in to_do))
    if len(to_do) == 1:
        return f"One thing waits for you, {minutes}."
    return f"{wording.number(len(to_do))} things wait for you, {minutes} in all."
