"""HR sees how fresh and how right the numbers are, and can have them worked out again; a difference is an alarm."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, Mail, Notification
from goals import rollup, schedule
from goals.models import Goal, RollupMark, RollupState
from goals.services import numbers as services
from goals.tests.factories import NOON, TODAY, check_in, goal
from goals.tests.trees import Naive, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def family(cycle, cast):
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Be there for customers")
    low = goal(cast.max, cycle, level="team", parent=top)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return [top, low]


def test_a_wrong_number_found_at_night_is_told_to_hr_in_the_log_on_the_page_and_by_mail(
    family, cycle, cast, client_of, time_machine, caplog
):
    Goal.objects.filter(pk=family[0].pk).update(supporting_ppm=999)
    time_machine.move_to(NOON + timedelta(1))

    schedule.roll_up_new_day()

    assert "differs from its recomputation" in caplog.text
    mail = Mail.objects.get(kind="rollup_alarm")
    assert mail.user_id == cast.hana.user_id
    news = Notification.objects.get(to=cast.hana.user)
    assert "1 goal differs" in news.text
    page = client_of(cast.hana).get(reverse("goals:numbers")).content.decode()
    assert "Check failed" in page
    assert "Be there for customers" in page
    assert Goal.objects.get(pk=family[0].pk).supporting_ppm == 0  # the new day was worked out in full


def test_an_alarm_is_sent_once_a_day(family, cycle):
    Goal.objects.filter(pk=family[0].pk).update(supporting_ppm=999)
    for _ in range(3):
        assert rollup.prove(cycle.pk, at=NOON) == 1

    assert Mail.objects.filter(kind="rollup_alarm").count() == 1
    assert AuditEntry.objects.filter(verb="found the roll-up wrong").count() == 3


def test_hr_has_a_cycle_worked_out_again_and_the_next_sweep_does_it_even_without_a_message(family, cycle, hana):
    Goal.objects.filter(pk=family[0].pk).update(supporting_ppm=999)
    services.ask_for_recompute(cycle, by=hana.user, at=NOON)
    assert rollup.due_cycles() == [cycle.pk]

    rollup.sweep(cycle.pk, on=TODAY, at=NOON)

    assert stored() == Naive(list(Goal.objects.all()), TODAY).numbers()
    assert RollupState.objects.get().asked_at is None
    assert rollup.due_cycles() == []
    assert AuditEntry.objects.get(verb="asked for a recompute of").actor_id == hana.user_id


def test_the_page_says_how_long_updates_have_waited(family, cycle, cast, client_of):
    check_in(family[1], 20)
    RollupMark.objects.update(queued_at=timezone.now() - timedelta(minutes=9))

    page = client_of(cast.hana).get(reverse("goals:numbers"))

    assert "1, the oldest for 9 minutes" in page.content.decode()
    assert "Updates wait" in page.content.decode()


def test_hr_checks_now_and_reads_what_was_found(family, cycle, cast, client_of):
    hana = client_of(cast.hana)
    right = hana.post(reverse("goals:check_numbers", args=[cycle.pk]), follow=True).content.decode()
    assert "every number is as a recomputation gives it" in right

    Goal.objects.filter(pk=family[0].pk).update(supporting_ppm=999)
    wrong = hana.post(reverse("goals:check_numbers", args=[cycle.pk]), follow=True).content.decode()
    assert "1 goal differs from the recomputation" in wrong


def test_a_cycle_that_was_never_rolled_up_can_be_checked(cycle, cast):
    goal(cast.max, cycle, level="team")

    assert services.check_now(cycle, by=cast.hana.user, at=NOON) == 0
