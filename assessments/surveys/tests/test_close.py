"""Closing: on time, once, all or nothing, and nothing that happens later changes a released number."""

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from assessments.surveys import ballot_keys, release, rollup, schedule
from assessments.surveys.ballots import Draft, Response, SealedBallot
from assessments.surveys.models import Campaign, Invitation, ReleasedComment, UnitRelease
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.services import answering, campaigns
from assessments.surveys.tests import factories
from people import tree
from people.models import Employee, Unit


@pytest.fixture
def answered(db):
    """An open campaign: ten of twelve in the north, all six in the south, three in IT; comments from all."""
    factories.company({"north": 12, "south": 6, "it": 3})
    campaign = factories.open_campaign()
    left = {"north": 10, "south": 6, "it": 3}

    def some(invitation):
        key = invitation.home.key
        left[key] -= 1
        return {"STR1": "4", "STR2": "5", "STR3": "3", "C1": f"From {key}"} if left[key] >= 0 else None

    factories.answer_all(campaign, some)
    return campaign


def released(campaign):
    """Every released number, byte by byte."""
    rows = UnitRelease.objects.filter(unit__campaign=campaign).order_by("unit__place")
    numbers = [
        (row.hidden, row.answers, row.shown_at_place, bytes(row.constructs), bytes(row.items), bytes(row.sliders))
        for row in rows
    ]
    comments = ReleasedComment.objects.filter(campaign_number=campaign.pk).values_list("place", "question", "text")
    return numbers, sorted(comments)


def due(campaign):
    return campaign.closes_at + SUBMIT_GRACE


def make_due(campaign):
    """Move the campaign's dates so that its grace ended a minute ago."""
    ago = timezone.now() - SUBMIT_GRACE - timedelta(minutes=1)
    Campaign.objects.filter(pk=campaign.pk).update(opens_at=ago - timedelta(days=7), closes_at=ago)


def test_closing_seals_scores_and_hides(answered):
    campaigns.close(answered, by=None, at=due(answered))

    assert dict(answered.units_at_launch.values_list("name", "release__hidden")) == {
        "Org": "",
        "North": "",
        "South": "neighbour",
        "It": "few",
    }
    assert dict(answered.units_at_launch.values_list("name", "release__shown_at_place"))["It"] == 1
    assert Response.objects.count() == 19
    assert not SealedBallot.objects.exists()


def test_responses_stay_in_groups_that_may_be_shown(answered):
    campaigns.close(answered, by=None, at=due(answered))

    places = list(Response.objects.values_list("place", flat=True))
    assert {place: places.count(place) for place in set(places)} == {1: 9, 2: 10}


def test_an_organisation_below_the_limit_keeps_no_answer(db):
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    for invitation in campaign.invitations.select_related("campaign")[:4]:
        factories.answer(invitation, {"STR1": "4", "C1": "Words"})

    factories.close(campaign)

    assert not Response.objects.exists()
    assert not ReleasedComment.objects.exists()
    assert set(UnitRelease.objects.values_list("hidden", "answers", "shown_at_place")) == {("few", None, None)}


def test_a_campaign_without_a_single_answer_closes(db):
    factories.company({"north": 8})
    campaign = factories.open_campaign()

    assert factories.close(campaign).state == Campaign.State.PUBLISHED


def test_p8_nothing_is_released_while_the_campaign_is_open(answered):
    assert not UnitRelease.objects.exists()
    assert not Response.objects.exists()
    with pytest.raises(campaigns.CampaignInvalid, match="after the survey has closed"):
        campaigns.publish(answered, by=None, at=timezone.now())


def test_nobody_closes_before_the_time_that_people_were_told(answered):
    with pytest.raises(campaigns.NotYetClosable):
        campaigns.close(answered, by=factories.hr(), at=due(answered) - timedelta(seconds=1))


def test_t42_a_closing_that_has_just_been_put_off_is_not_carried_out(answered):
    Campaign.objects.filter(pk=answered.pk).update(closes_at=answered.closes_at + timedelta(days=1))

    campaigns.close(answered, by=None, at=due(answered))  # read before it was put off

    answered.refresh_from_db()
    assert answered.state == Campaign.State.OPEN


def test_closing_twice_changes_nothing(answered):
    factories.close(answered)
    before = released(answered), set(Response.objects.values_list("pk", flat=True))

    factories.close(answered)

    assert (released(answered), set(Response.objects.values_list("pk", flat=True))) == before


def test_p4_comments_are_released_where_ten_people_stand_behind_them(answered):
    factories.close(answered)

    comments = ReleasedComment.objects.values_list("place", "text")
    assert sorted(comments) == sorted([(1, "From north")] * 10 + [(1, "From south")] * 6 + [(1, "From it")] * 3)


def test_drafts_that_were_not_submitted_are_gone_after_closing(answered):
    late = answered.invitations.select_related("campaign").filter(answered=False).first()
    answering.save_answers(late, answers={"STR1": "1"}, sequence=1, at=timezone.now())

    factories.close(answered)

    assert not Draft.objects.exists()


def test_other_campaigns_keep_their_ballots_and_drafts(answered):
    other = factories.open_campaign(title="Another")
    first, second = other.invitations.select_related("campaign")[:2]
    factories.answer(first, {"STR1": "2"})
    answering.save_answers(second, answers={"STR1": "3"}, sequence=1, at=timezone.now())
    Draft.objects.update(visit="a browser")
    before = [bytes(one) if isinstance(one, memoryview) else one for one in Draft.objects.values_list()[0]]

    factories.close(answered)

    assert SealedBallot.objects.filter(campaign_number=other.pk).count() == 1
    assert Draft.objects.count() == 1
    assert [bytes(kept) if isinstance(kept, memoryview) else kept for kept in Draft.objects.values_list()[0]] == before
    assert answering.submit(second, at=timezone.now()).code


def test_t42_moves_leavers_and_erased_people_change_no_released_number(answered):
    factories.close(answered)
    before = released(answered)

    people = list(Employee.objects.order_by("pk"))
    Employee.objects.filter(pk=people[0].pk).update(unit=Unit.objects.get(key="it"))
    Employee.objects.filter(pk=people[1].pk).update(is_active=False, left_on=timezone.localdate())
    Invitation.objects.filter(employee=people[2]).delete()
    people[2].delete()
    Unit.objects.filter(key="south").update(parent=Unit.objects.get(key="north"))
    tree.renumber_units()

    assert released(answered) == before
    assert Response.objects.count() == 19


def test_t42_a_person_erased_while_the_campaign_is_open_stays_counted_only_as_a_ballot(answered):
    person = Employee.objects.filter(survey_invitations__answered=True).first()
    person.delete()

    factories.close(answered)

    assert answered.units_at_launch.get(place=1).release.answers == 19


def test_f13_the_clock_closes_what_is_due_at_once_when_it_returns(answered):
    make_due(answered)

    schedule.close_due_campaigns()

    answered.refresh_from_db()
    assert answered.state == Campaign.State.PUBLISHED


def test_f28_the_clock_leaves_a_campaign_alone_during_its_grace(answered):
    just_closed = timezone.now() - SUBMIT_GRACE + timedelta(seconds=30)
    Campaign.objects.filter(pk=answered.pk).update(closes_at=just_closed)

    schedule.close_due_campaigns()

    answered.refresh_from_db()
    assert answered.state == Campaign.State.OPEN


def test_a_missing_key_keeps_the_campaign_open_and_everything_in_place(answered, tmp_path):
    make_due(answered)
    key_file = ballot_keys._path(answered.key)
    aside = key_file.rename(tmp_path / "aside")

    schedule.close_due_campaigns()

    answered.refresh_from_db()
    assert answered.state == Campaign.State.OPEN
    assert SealedBallot.objects.count() == 19

    aside.rename(key_file)
    schedule.close_due_campaigns()
    answered.refresh_from_db()
    assert answered.state == Campaign.State.PUBLISHED


def test_an_unsafe_plan_is_refused_whole(answered, monkeypatch):
    monkeypatch.setattr(release.suppression, "tightened", lambda shape, own, *_: shape.sums(own) > 0)

    with pytest.raises(release.UnsafeRelease):
        rollup.seal(answered.pk, at=due(answered))

    answered.refresh_from_db()
    assert answered.state == Campaign.State.OPEN
    assert SealedBallot.objects.count() == 19
    assert not UnitRelease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_key_is_destroyed_once_the_seal_is_committed():
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})

    factories.close(campaign)

    assert not ballot_keys.exist(campaign.key)


@pytest.mark.django_db(transaction=True)
def test_f12_two_clocks_at_once_close_once():
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})
    make_due(campaign)

    script = "from assessments.surveys import schedule; schedule.close_due_campaigns()"
    clocks = [_python(script) for _ in range(2)]
    assert [clock.wait(timeout=60) for clock in clocks] == [0, 0]

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.PUBLISHED
    assert Response.objects.count() == 8
    assert UnitRelease.objects.count() == 2


KILLED_BEFORE_COMMIT = """
import os, signal
from assessments.surveys import schedule, seal_tables
seal_tables.rewrite_participation = lambda pk: os.kill(os.getpid(), signal.SIGKILL)
schedule.close_due_campaigns()
"""
KILLED_AFTER_COMMIT = """
import os, signal
from assessments.surveys import ballot_keys, schedule
ballot_keys.destroy = lambda key: os.kill(os.getpid(), signal.SIGKILL)
schedule.close_due_campaigns()
"""


@pytest.mark.django_db(transaction=True)
def test_f03_killed_before_the_commit_nothing_has_happened_and_the_next_run_closes():
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})
    make_due(campaign)

    assert _python(KILLED_BEFORE_COMMIT).wait(timeout=60) == -signal.SIGKILL

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.OPEN
    assert SealedBallot.objects.count() == 8
    assert not Response.objects.exists()

    schedule.close_due_campaigns()
    assert Response.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_f03_killed_before_the_key_is_destroyed_the_next_run_destroys_it_and_publishes():
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})
    make_due(campaign)

    assert _python(KILLED_AFTER_COMMIT).wait(timeout=60) == -signal.SIGKILL

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CLOSED
    assert ballot_keys.exist(campaign.key)

    schedule.close_due_campaigns()

    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.PUBLISHED
    assert not ballot_keys.exist(campaign.key)
    assert Response.objects.count() == 8


def _python(script: str) -> subprocess.Popen[bytes]:
    """Run a script as another process of the product, on the test database."""
    details = connection.settings_dict
    environment = os.environ | {
        "BALLOT_KEY_DIR": str(django_settings.BALLOT_KEY_DIR),
        "DJANGO_SETTINGS_MODULE": "culture.settings",
        "TEST_SCRIPT_DATABASE": details["NAME"],
    }
    start = (
        "import os, django\n"
        "from django.conf import settings\n"
        "settings.DATABASES['default']['NAME'] = os.environ['TEST_SCRIPT_DATABASE']\n"
        "django.setup()\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", start + script], env=environment, cwd=django_settings.BASE_DIR, stderr=subprocess.DEVNULL
    )
