"""Did it work? Before and after, from the stored release plan, with an honest verdict in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from actions import agreement
from actions.agreement import Verdict
from actions.models import Action
from assessments.surveys.queries import since
from core.constructs import Construct
from goals.models import Goal
from people.access import Viewer

SIGNALS = {
    Verdict.BETTER: "done",
    Verdict.NO_CLEAR_CHANGE: "info",
    Verdict.WORSE: "off_track",
    Verdict.TOO_EARLY: "waiting",
    Verdict.CANNOT_SAY: "hidden",
}
TOO_EARLY = f"No survey has been taken {agreement.EFFECT_DAYS} days or more after it began. The next one will show."
FEW = f"Fewer than {agreement.FEWEST} answers in one of the two surveys: a change could not be told from chance."
NOT_PROOF = "Other things changed too: read this beside what the team says."


@dataclass(frozen=True)
class Worked:
    """The verdict on one action; numbers only where both surveys show them."""

    verdict: Verdict
    words: str
    before: int | None = None
    after: int | None = None
    before_n: int = 0
    after_n: int = 0
    before_title: str = ""
    after_title: str = ""
    change: str = ""
    interval: str = ""
    basis: str = ""

    @property
    def label(self) -> str:
        return self.verdict.label

    @property
    def signal(self) -> str:
        return SIGNALS[self.verdict]


def of_actions(actions: Sequence[Action], viewer: Viewer) -> dict[int, Worked]:
    """Verdicts by primary key, for actions of teams that have begun and answer a survey, as far as the viewer reads it."""
    asked = [
        action
        for action in actions
        if action.begun_on and action.campaign_id and not action.is_commitment and action.state != Action.State.DROPPED
    ]
    answers = since.measured(
        [
            since.Asked(action.unit_id, Construct(action.construct), action.item_code, _not_before(action.begun_on))
            for action in asked
            if action.begun_on
        ],
        viewer,
    )
    return {action.pk: _worked(found) for action, found in zip(asked, answers, strict=True)}


def of_goals(goals: Sequence[Goal], viewer: Viewer) -> dict[tuple[int, Construct], Worked]:
    """Verdicts on the Cs that goals of units serve, by goal and C, since each goal began. `goals` come with their detail."""
    served = [(goal, construct) for goal in goals for construct in goal.detail.construct_list]
    answers = since.measured(
        [since.Asked(goal.unit_id, construct, "", _not_before(goal.starts_on)) for goal, construct in served], viewer
    )
    pairs = zip(served, answers, strict=True)
    return {(goal.pk, construct): _worked(found) for (goal, construct), found in pairs}


def _not_before(begun_on: date) -> date:
    return begun_on + timedelta(days=agreement.EFFECT_DAYS)


def _worked(found: since.Since | None) -> Worked:
    if found is None:
        return Worked(Verdict.TOO_EARLY, TOO_EARLY)
    if found.hidden:
        return Worked(Verdict.CANNOT_SAY, found.hidden, before_title=found.before_title, after_title=found.now_title)
    verdict = agreement.verdict(found.flag, found.n_before, found.n_now)
    has_interval = found.low is not None and found.high is not None
    everyone = f" The whole organisation: {found.everyone} in the same time." if found.everyone else ""
    return Worked(
        verdict,
        _words(verdict, found),
        before=found.before,
        after=found.now,
        before_n=found.n_before,
        after_n=found.n_now,
        change=found.points,
        interval=f"{_signed(found.low)} and {_signed(found.high)}" if has_interval else "",
        basis=f"{found.basis[:1].upper()}{found.basis[1:]}.{everyone}",
        before_title=found.before_title,
        after_title=found.now_title,
    )


def _words(verdict: Verdict, found: since.Since) -> str:
    size = found.points.lstrip("+−")
    if verdict is Verdict.BETTER:
        return f"Up {size} points since {found.before_title}, more than chance would explain. {NOT_PROOF}"
    if verdict is Verdict.WORSE:
        return f"Down {size} points since {found.before_title}, more than chance would explain. {NOT_PROOF}"
    if verdict is Verdict.CANNOT_SAY:
        return FEW
    return f"No clear change since {found.before_title}. Go on, try something else, or wait for more answers."


def _signed(points: int | None) -> str:
    if points is None:
        return ""
    return f"+{points}" if points > 0 else f"−{-points}" if points < 0 else "0"
