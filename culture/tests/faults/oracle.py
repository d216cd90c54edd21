"""What must be true after every fault, read from the stack's own database (docs/reliability.md: I1 to I6).

Everything acknowledged is there with its last value, and there once; what was computed equals a recomputation from source.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from assessments.surveys import ballot_box, ballot_keys
from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.queries import layouts
from core.models import AuditEntry
from culture.tests.faults.clients import Crowd
from goals import rollup
from goals.models import CheckIn, Goal, GoalCycle, RollupMark, RollupState, UnitSummary
from goals.tests.trees import Naive, stored

RECOVERY_SECONDS = 120  # I5: no job may be left longer


def assert_answers_kept(crowd: Crowd) -> None:
    """I1, I2, I6 for a survey that is still open: drafts and ballots hold exactly what was acknowledged."""
    campaign = Campaign.objects.select_related("form").get(pk=crowd.campaign)
    keys, layout = ballot_keys.load(campaign.key), layouts.layout_of(campaign.form)
    submitted = {person.employee: person for person in crowd.respondents if person.is_submitted}
    answered = Invitation.objects.filter(campaign=campaign, answered=True)
    assert set(answered.values_list("employee_id", flat=True)) == set(submitted)

    sealed = SealedBallot.objects.filter(campaign_number=campaign.pk).values_list("receipt", "payload")
    ballots = {bytes(receipt): bytes(payload) for receipt, payload in sealed}
    assert len(ballots) == len(submitted)
    for person in submitted.values():
        payload = ballots.pop(keys.receipt_of(campaign.key, person.employee))
        (ballot,) = ballot_box.open_all([payload], keys.private, layout)
        parsed = {name: layout.parsed(name, value) for name, value in person.answers.items()}
        assert ballot.vector == layout.vector(parsed)

    drafts = Draft.objects.filter(invitation__campaign=campaign)
    found = {
        employee: ballot_box.unlock_draft(bytes(content), keys.draft)
        for employee, content in drafts.values_list("invitation__employee", "content")
    }
    for person in crowd.respondents:
        draft = {name: str(answer) for name, (answer, _) in found.pop(person.employee, {}).items()}
        assert draft == ({} if person.is_submitted else person.answers)
    assert found == {}


def assert_check_ins_kept(crowd: Crowd) -> None:
    """Every acknowledged check-in stands once; the goal shows the one that was saved last."""
    for owner in crowd.owners:
        for goal, check_ins in owner.check_ins.items():
            rows = CheckIn.objects.filter(goal=goal, key__in=check_ins)
            assert {row.key: row.value for row in rows} == check_ins
            noted = AuditEntry.objects.filter(verb="checked in on", subject_kind="goals.goal", subject_key=str(goal))
            assert noted.count() == CheckIn.objects.filter(goal=goal).count()
            latest = CheckIn.objects.filter(goal=goal).order_by("-measured_on", "-pk")[0]
            assert Goal.objects.get(pk=goal).own_ppm == latest.progress_ppm


def is_rolled_up(cycle: GoalCycle) -> bool:
    """Nothing waits: no mark, and unit summaries are as new as the goals. In this order, as claiming marks makes them due."""
    if RollupMark.objects.filter(cycle=cycle).exists():
        return False
    return not RollupState.objects.get(cycle=cycle).is_summary_due


def assert_numbers_are_right(cycle: GoalCycle) -> None:
    """I3, I4: goals by the nightly proof and by plain recursion, unit summaries by making them again."""
    assert rollup.prove(cycle.pk, at=timezone.now()) == 0
    goals = list(Goal.objects.filter(cycle=cycle))
    assert stored() == Naive(goals, timezone.localdate()).numbers()
    assert _summaries(cycle) == _summaries_made_again(cycle)


def _summaries_made_again(cycle: GoalCycle) -> list[dict[str, Any]]:
    with transaction.atomic():
        rollup.summarise(cycle.pk, on=timezone.localdate(), at=timezone.now())
        again = _summaries(cycle)
        transaction.set_rollback(True)
    return again


def _summaries(cycle: GoalCycle) -> list[dict[str, Any]]:
    rows = UnitSummary.objects.filter(cycle=cycle).order_by("unit_id").values()
    return [{name: value for name, value in row.items() if name not in ("id", "computed_at")} for row in rows]
