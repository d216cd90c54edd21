"""The cast's company grown so that some units are large enough to be shown and one is not, and ballots in bulk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assessments.surveys import ballot_box, ballot_keys, inbox
from assessments.surveys.ballots import SealedBallot
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.queries import layouts
from assessments.surveys.tests import factories
from people import tree
from people.models import Employee, Unit
from people.tests.factories import EmployeeFactory, UnitFactory

SCORES = {"helpdesk": "4", "sales": "3", "it": "1"}  # what everybody of a unit answers; elsewhere "5"


@dataclass(frozen=True)
class Tarn:
    """Helpdesk 12 people and Max, Sales 8 and Sam, IT 3 and Ian (too small to be shown), the rest in the office."""

    cast: Any
    ian: Employee

    def unit(self, key: str) -> Unit:
        return Unit.objects.get(key=key)


def grown(cast: Any) -> Tarn:
    it = UnitFactory.create(key="it", name="Internal IT", parent=cast.company, order=4)
    ian = EmployeeFactory.create(name="Ian Wells", unit=it, manager=cast.uma, user__email="ian@tarn.example")
    Unit.objects.filter(pk=it.pk).update(head=ian)
    EmployeeFactory.create_batch(10, unit=cast.helpdesk, manager=cast.max)
    EmployeeFactory.create_batch(7, unit=cast.sales, manager=cast.sam)
    EmployeeFactory.create_batch(4, unit=cast.office, manager=cast.uma)
    EmployeeFactory.create_batch(3, unit=it, manager=ian)
    tree.renumber_units()
    tree.renumber_line()
    return Tarn(cast, Employee.objects.get(pk=ian.pk))


def answers_of(invitation: Invitation) -> dict[str, object]:
    answer = SCORES.get(invitation.home.key, "5")
    given: dict[str, object] = dict.fromkeys(factories.statement_codes(), answer)
    # One statement differs from person to person, so that a spread may be shown.
    given["STR1"] = str(1 + invitation.pk % 5)
    return given | {"SL1.today": "20", "SL1.desired": "45", "C1": f"<b>Word</b> from {invitation.home.key}"}


def cast_ballots(campaign: Campaign, given: Callable[[Invitation], Mapping[str, object]]) -> None:
    """Ballots as services.answering.submit leaves them, in bulk."""
    keys, layout = ballot_keys.load(campaign.key), layouts.layout_of(campaign.form)
    ballots = []
    for invitation in campaign.invitations.select_related("home").order_by("pk"):
        answers = {field: layout.parsed(field, raw) for field, raw in given(invitation).items()}
        comments = tuple(str(answers.get(code, "")) for code in layout.comments)
        receipt = keys.receipt_of(campaign.key, invitation.respondent_number)
        reply_key = inbox.reply_key(keys.inbox_code_of(receipt))
        ballot = ballot_box.Ballot(invitation.home.place, 0, layout.vector(answers), comments, reply_key)
        ballots.append(
            SealedBallot(
                receipt=receipt,
                campaign_number=campaign.pk,
                payload=ballot_box.seal(ballot, bytes(campaign.public_key)),
            )
        )
    SealedBallot.objects.bulk_create(ballots)
    campaign.invitations.update(answered=True)
