"""One action: what was promised, what came of it, what the team says, and whether it worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from actions import access
from actions.models import Action, FollowUp
from actions.queries import follow_ups, worked
from actions.queries.board import PromiseRow, promise_rows
from assessments.surveys.queries.questions import filled
from people.access import Viewer

State = Action.State


@dataclass(frozen=True)
class Move:
    """One button: where it leads, and what the sentence beside it asks for ("" for none)."""

    to: str
    label: str
    asks: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class ActionPage:
    action: Action
    row: PromiseRow
    item_text: str
    survey_url: str
    may_change: bool
    may_reword: bool
    moves: tuple[Move, ...]
    team: follow_ups.TeamAnswer | None
    worked: worked.Worked | None
    asks_me: bool


_MOVES = {
    State.PLANNED: (
        Move(State.DOING, "Begin", is_main=True),
        Move(State.DONE, "Mark as done", "What came of it? One sentence."),
        Move(State.DROPPED, "Drop it", "Why? The team will read it."),
    ),
    State.DOING: (
        Move(State.DONE, "Mark as done", "What came of it? One sentence.", is_main=True),
        Move(State.DROPPED, "Drop it", "Why? The team will read it."),
    ),
    State.DONE: (Move(State.DOING, "Open again"),),
    State.DROPPED: (Move(State.PLANNED, "Take it up again"),),
}


def action_page(action: Action, viewer: Viewer, *, on: date) -> ActionPage:
    """The page. `action` was read with its words."""
    row = promise_rows([action], viewer, on=on)[0]
    may_change = access.may_change(viewer, action)
    follow_up: FollowUp | None = getattr(action, "follow_up", None)
    waiting = [one.action_pk for one in follow_ups.questions_for(viewer, on=on)]
    return ActionPage(
        action=action,
        row=row,
        item_text=_item_text(action),
        survey_url=_survey_url(action),
        may_change=may_change,
        may_reword=may_change and action.is_unfinished and not action.is_commitment,
        moves=_MOVES[State(action.state)] if may_change else (),
        team=follow_ups.team_answer(follow_up) if follow_up else None,
        worked=worked.of_actions([action], viewer).get(action.pk),
        asks_me=action.pk in waiting,
    )


def _item_text(action: Action) -> str:
    if not (action.campaign and action.item_code):
        return ""
    text = action.campaign.form.items.filter(code=action.item_code).values_list("text", flat=True).first()
    return filled(text) if text else ""


def _survey_url(action: Action) -> str:
    if action.campaign is None or not action.campaign.is_published:
        return ""
    place = action.campaign.units_at_launch.filter(unit=action.unit_id).values_list("place", flat=True).first()
    return reverse("surveys:unit_results", args=[action.campaign_id, place]) if place else ""
