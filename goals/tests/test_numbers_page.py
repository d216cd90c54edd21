"""HR sees how fresh and how right the numbers are, and can have them worked out again; a difference is an alarm."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, Mail, Notification
from goals import rollup, schedule
from goals.models import Goal, RollupMark, RollupState
from goals.services import MilestonePlan
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


@pytest.fixture
def every_kind(cycle, cast):
    """A goal of each kind of measure below one of the organisation, with check-ins."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, metric_type="none", metric_name="")
    fall = goal(cast.max, cycle, level="team", parent=top, metric_type="decrease")
    kept = goal(cast.eve, cycle, parent=fall, metric_type="maintain", low=Decimal(95), tolerance=Decimal(3))
    steps = [MilestonePlan("First", weight=1), MilestonePlan("Second", weight=2)]
    way = goal(cast.ed, cycle, parent=fall, metric_type="milestone", milestones=steps)
    check_in(fall, 130)  # the wrong way
    check_in(kept, "94.2")
    check_in(way, milestones_done=[way.milestones.get(title="First").pk])
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return {"top": top, "fall": fall, "kept": kept, "way": way}


def test_the_check_knows_own_numbers_of_every_kind_of_measure(every_kind, cycle):
    own = {name: Goal.objects.get(pk=one.pk).own_ppm for name, one in every_kind.items()}
    assert own == {"top": None, "fall": -300_000, "kept": 733_333, "way": 333_333}
    assert rollup.prove(cycle.pk, at=NOON) == 0

    for name in ("fall", "kept", "way"):
        Goal.objects.filter(pk=every_kind[name].pk).update(own_ppm=own[name] + 1)
        rollup.mark(every_kind[name])  # sums above are due anyway: only the number itself differs
        assert rollup.prove(cycle.pk, at=NOON) == 1, name
        Goal.objects.filter(pk=every_kind[name].pk).update(own_ppm=own[name])


def test_a_recompute_sets_everything_right_checks_and_ends_the_alarm_in_the_open(
    every_kind, cycle, cast, client_of, time_machine
):
    time_machine.move_to(NOON, tick=False)
    rows = Goal.objects.order_by("pk").values_list("pk", "own_ppm", "supporting_ppm", "depth", "is_aligned")
    right = list(rows)
    Goal.objects.filter(pk__in=[every_kind["kept"].pk, every_kind["way"].pk]).update(own_ppm=5)
    Goal.objects.filter(pk=every_kind["fall"].pk).update(own_ppm=None, is_aligned=False, supporting_ppm=77)
    Goal.objects.filter(pk=every_kind["kept"].pk).update(depth=9)
    assert rollup.prove(cycle.pk, at=NOON) == 4
    hana = client_of(cast.hana)
    alarmed = hana.get(reverse("goals:numbers")).content.decode()
    assert "Check failed" in alarmed
    assert "the alarm ends when the check finds every number right" in alarmed

    asked = hana.post(reverse("goals:recompute", args=[cycle.pk]), follow=True).content.decode()
    assert "is being worked out again, then checked" in asked
    assert 'aria-current="step"' in asked  # this test holds the cycle's lock, so it reads "being worked out"
    assert f'hx-get="{reverse("goals:numbers")}"' in asked
    schedule.sweep_all()

    assert list(rows) == right
    assert RollupState.objects.get().drift == 0
    told = AuditEntry.objects.get(verb="worked everything out again for")
    assert (told.changes["own_numbers"], told.changes["places"]) == (3, 2)
    assert "every one is right" in Notification.objects.filter(to=cast.hana.user).latest("pk").text
    page = hana.get(reverse("goals:numbers")).content.decode()
    assert "Up to date" in page
    assert "Alarm over: every number is right again" in page
    assert "set right: 1 roll-up, 3 own numbers, 2 places in the tree" in page
    assert "everything was worked out again and checked" in page


def test_a_recompute_of_right_numbers_changes_nothing_and_says_so(every_kind, cycle, cast, client_of, time_machine):
    time_machine.move_to(NOON, tick=False)
    client_of(cast.hana).post(reverse("goals:recompute", args=[cycle.pk]))
    schedule.sweep_all()

    page = client_of(cast.hana).get(reverse("goals:numbers")).content.decode()
    assert "4 goals, nothing had to be changed" in page
    assert not Mail.objects.filter(kind="rollup_alarm").exists()


def test_the_page_and_the_home_of_hr_say_when_the_clock_stands_still(family, cycle, cast, client_of, time_machine):
    check_in(family[1], 20)
    time_machine.move_to(NOON + timedelta(1))
    RollupMark.objects.update(queued_at=timezone.now() - timedelta(minutes=9))
    hana = client_of(cast.hana)

    assert "Updates of goals have waited for 9 minutes" in hana.get(reverse("dashboards:programme")).content.decode()
    RollupMark.objects.update(queued_at=timezone.now())
    assert "Day not turned" in hana.get(reverse("goals:numbers")).content.decode()
    schedule.roll_up_new_day()
    assert "Up to date" in hana.get(reverse("goals:numbers")).content.decode()
