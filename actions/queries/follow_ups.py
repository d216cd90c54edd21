"""What a team said about its action, as far as it may be said: never while open, never below the minimum."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from actions import wording
from actions.models import FollowUp, Seat
from assessments.surveys.release import SPREAD_GROUP
from assessments.surveys.scoring import whole
from people.access import Viewer


@dataclass(frozen=True)
class Share:
    label: str
    percent: int


@dataclass(frozen=True)
class TeamAnswer:
    """The state in words, and what was answered where it may be shown: `noticed` first, `shares` in groups of 10 or more."""

    words: str
    hidden: str = ""
    noticed: str = ""
    n: int | None = None
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class ToAnswer:
    """A question that waits for the viewer."""

    title: str
    unit: str
    closes_on: date
    action_pk: int


def team_answer(follow_up: FollowUp) -> TeamAnswer:
    """What the action's page says about the question to the team."""
    state, k = follow_up.state, follow_up.minimum_group
    if state == FollowUp.State.WAITING:
        return TeamAnswer(
            f"The team will be asked on {wording.day(follow_up.asks_on)} whether they notice a difference."
        )
    if state == FollowUp.State.NOT_ASKED:
        return TeamAnswer(
            f"Not asked: fewer than {k} people could answer without being recognised. Ask them in person."
        )
    if state == FollowUp.State.OPEN:
        assert follow_up.closes_on
        return TeamAnswer(f"The team is being asked until {wording.day(follow_up.closes_on)}. Nothing is shown before.")
    judged = follow_up.clearly + follow_up.a_little + follow_up.not_yet
    if judged < k:
        return TeamAnswer("The team was asked.", hidden=f"Not shown: fewer than {k} answers.")
    noticed = follow_up.clearly + follow_up.a_little
    is_capped = judged < SPREAD_GROUP and noticed in (0, judged)
    said = ("90% or more" if noticed else "10% or less") if is_capped else f"{whole(100 * noticed / judged)}%"
    return TeamAnswer(
        f"{judged} of {follow_up.invited} people in the team gave a judgement.",
        noticed=said,
        n=judged,
        shares=_shares(follow_up, judged),
    )


def short_words(follow_up: FollowUp) -> str:
    """For a card on the board; empty while there is nothing to say."""
    if follow_up.state != FollowUp.State.CLOSED:
        return "The team is being asked" if follow_up.state == FollowUp.State.OPEN else ""
    found = team_answer(follow_up)
    return found.hidden or f"{found.noticed} of the team notice a difference"


def questions_for(viewer: Viewer, *, on: date) -> list[ToAnswer]:
    """Questions about actions that the viewer has not answered. One query."""
    seats = Seat.objects.visible_to(viewer).to_answer(on).select_related("follow_up__action__unit")
    return [
        ToAnswer(
            seat.follow_up.action.title,
            seat.follow_up.action.unit.name,
            seat.follow_up.closes_on or on,
            seat.follow_up.action_id,
        )
        for seat in seats.order_by("follow_up__closes_on", "pk")
    ]


def _shares(follow_up: FollowUp, judged: int) -> tuple[Share, ...]:
    """The spread, from 10 answers on and only where they are not all alike."""
    answers = (FollowUp.Answer.CLEARLY, FollowUp.Answer.A_LITTLE, FollowUp.Answer.NOT_YET)
    counts = [getattr(follow_up, answer.value) for answer in answers]
    if judged < SPREAD_GROUP or max(counts) == judged:
        return ()
    return tuple(
        Share(str(answer.label), whole(100 * count / judged)) for answer, count in zip(answers, counts, strict=True)
    )
