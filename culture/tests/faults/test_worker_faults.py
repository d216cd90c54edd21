"""The queue and the clock: workers that die, messages that come twice, clocks that stand still or run twice.

The database says what is due, so a lost message costs seconds and a repeated one nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from assessments.surveys import ballot_keys
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.schedule import close_due_campaigns
from assessments.surveys.tests import factories as surveys
from core.models import AuditEntry
from culture.tests.faults.stack import QUEUE
from culture.tests.faults.waiting import wait_for

WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND strpos(query, 'UPDATE goals_goal') > 0"


@contextmanager
def stuck_roll_up(stack, top: int) -> Iterator[None]:
    """A sweep in the middle: marks claimed, some levels written, waiting for a row that somebody else holds."""
    with stack.session() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT 1 FROM goals_goal WHERE id = %s FOR UPDATE", [top])
        wait_for(lambda: stack.sql(WAITING), "a sweep that waits")
        yield
        cursor.execute("ROLLBACK")


def test_f03_a_roll_up_killed_in_the_middle_is_done_after_the_restart(scene, stack):
    with scene.at_work() as crowd:
        with stuck_roll_up(stack, scene.company.top):
            stack.kill(stack.worker)
        crowd.works_on()

    stack.worker.start()
    assert scene.until_rolled_up() < 60
    scene.assert_nothing_lost()


def test_f04_killed_children_of_the_worker_are_replaced_and_their_jobs_repeated(scene, stack):
    with scene.at_work() as crowd, stuck_roll_up(stack, scene.company.top):
        for child in stack.children_of(stack.worker):
            child.kill()
        crowd.works_on()

    assert stack.worker.is_alive()
    scene.assert_nothing_lost()


@pytest.fixture
def due_survey(scene) -> Campaign:
    """A second survey, with seven ballots, whose closing time and grace have just passed."""
    with scene.models():
        campaign = scene.company.campaign(title="Due")
        invitations = Invitation.objects.filter(campaign=campaign).select_related("campaign", "home")
        for invitation in invitations.order_by("pk")[:7]:
            surveys.answer(invitation, {"STR1": "4", "OUT1": "5"})
    return campaign


def move_closing(scene, campaign: Campaign, seconds: float) -> None:
    """Let closing time plus grace be in that many seconds."""
    with scene.models():
        closes_at = timezone.now() - SUBMIT_GRACE + timedelta(seconds=seconds)
        Campaign.objects.filter(pk=campaign.pk).update(closes_at=closes_at)


def state_of(scene, campaign: Campaign) -> str:
    with scene.models():
        return Campaign.objects.get(pk=campaign.pk).state


def until_published(scene, campaign: Campaign) -> float:
    return wait_for(lambda: state_of(scene, campaign) == Campaign.State.PUBLISHED, "the survey's publication")


def assert_closed_once(scene, campaign: Campaign, answers: int) -> None:
    with scene.models():
        entries = AuditEntry.objects.filter(subject_kind="surveys.campaign", subject_key=str(campaign.pk))
        for verb in ("closed", "published"):
            assert entries.filter(verb=verb).count() == 1
        top = campaign.units_at_launch.get(place=1)
        assert top.release.answers == answers
        wait_for(lambda: not ballot_keys.exist(campaign.key), "the destruction of the key")


def test_f10_messages_delivered_twice_have_their_effect_once(scene, stack, due_survey):
    broker = f"redis+socket://{stack.valkey.socket}?virtual_host=1"
    with stack.frozen(stack.worker), stack.queue() as queue:
        with scene.at_work() as crowd:
            crowd.works_on()
        move_closing(scene, due_survey, -1)
        with current_app.connection_for_write(broker) as connection:
            for _ in range(2):  # one of them may be on its way to the sleeping worker already
                close_due_campaigns.apply_async(connection=connection)
        messages = queue.lrange(QUEUE, 0, -1)
        assert sum(message.count(b"close_due") for message in messages) >= 1
        queue.rpush(QUEUE, *messages)

    until_published(scene, due_survey)
    assert_closed_once(scene, due_survey, answers=7)
    scene.assert_nothing_lost()


def test_f12_two_clocks_at_once_have_their_effect_once(scene, stack, due_survey):
    stack.second_beat.start()
    wait_for(lambda: "Sending due task" in stack.second_beat.log.read_text(), "the second clock")
    with scene.at_work() as crowd:
        crowd.works_on()
        move_closing(scene, due_survey, 0)
    until_published(scene, due_survey)

    stack.second_beat.stop()
    assert_closed_once(scene, due_survey, answers=7)
    scene.assert_nothing_lost()


def test_f13_a_survey_that_fell_due_without_a_clock_refuses_answers_and_closes_on_its_return(scene, stack, due_survey):
    stack.beat.stop()
    late = scene.crowd.respondents[20]
    scene.crowd.campaign = due_survey.pk
    scene.crowd.save(late, "STR1", "3")
    move_closing(scene, due_survey, 0)

    scene.crowd.submit(late)
    assert late.is_refused
    assert state_of(scene, due_survey) == Campaign.State.OPEN

    stack.beat.start()
    until_published(scene, due_survey)
    assert_closed_once(scene, due_survey, answers=7)
