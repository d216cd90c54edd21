"""Many at the same moment: submits in the last second before a survey closes, check-ins below one goal."""

import random
import threading
import time
from datetime import timedelta
from functools import partial

from django.utils import timezone

from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.services import answering
from culture.tests.faults.waiting import wait_for

CHECK_INS = 50


def test_f35_last_second_submits_are_each_accepted_or_refused_and_the_counts_match(scene):
    crowd = scene.crowd
    with scene.models():
        invitations = Invitation.objects.filter(campaign=scene.survey).select_related("campaign")
        for invitation in invitations:
            answering.save_answers(invitation, answers={"STR1": "4"}, sequence=1, at=timezone.now())
        closes_at = timezone.now() - SUBMIT_GRACE + timedelta(seconds=1.5)
        Campaign.objects.filter(pk=scene.survey.pk).update(closes_at=closes_at)
    start = time.monotonic()

    def submit(person, moment: float) -> None:
        time.sleep(max(0.0, start + moment - time.monotonic()))
        crowd.submit(person)

    crowd.at_once([partial(submit, person, random.uniform(0.3, 1.9)) for person in crowd.respondents])

    accepted = {person.employee for person in crowd.respondents if person.is_submitted}
    refused = {person.employee for person in crowd.respondents if person.is_refused}
    assert accepted
    assert refused
    assert len(accepted) + len(refused) == len(crowd.respondents)
    with scene.models():
        campaigns = Campaign.objects.filter(pk=scene.survey.pk, state=Campaign.State.PUBLISHED)
        wait_for(campaigns.exists, "the publication")
        answered = Invitation.objects.filter(campaign=scene.survey, answered=True)
        assert set(answered.values_list("employee_id", flat=True)) == accepted
        assert scene.survey.units_at_launch.get(place=1).release.answers == len(accepted)


def test_f36_fifty_check_ins_at_once_all_stand_and_the_roll_up_is_right(scene):
    crowd = scene.crowd
    crowd.at_once(
        [
            partial(crowd.check_in, owner, owner.goals[0], number)
            for number, owner in enumerate(crowd.owners[:CHECK_INS])
        ]
    )

    assert len(crowd.answers) == CHECK_INS
    assert threading.active_count() < CHECK_INS
    scene.assert_nothing_lost()
