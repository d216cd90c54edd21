"""Saving, resuming and submitting answers; keys, receipts, closing time."""

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from assessments.surveys import ballot_box, ballot_keys
from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.models import Campaign, Invitation
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.services import answering
from assessments.surveys.tests import factories
from assessments.surveys.vectors import BadAnswer


@pytest.fixture
def campaign(db):
    factories.company({"north": 6, "south": 6})
    return factories.open_campaign()


@pytest.fixture
def invitation(campaign):
    return campaign.invitations.select_related("campaign").order_by("pk").first()


def save(invitation, sequence=1, at=None, **answers):
    return answering.save_answers(invitation, answers=answers, sequence=sequence, at=at or timezone.now())


def saved(invitation):
    stored = Draft.objects.filter(invitation=invitation).first()
    keys = ballot_keys.load(invitation.campaign.key)
    return {f: a for f, (a, _) in ballot_box.unlock_draft(bytes(stored.content), keys.draft).items()} if stored else {}


def test_answers_are_kept_one_by_one(invitation):
    save(invitation, STR1="4", C1="More time")
    progress = save(invitation, sequence=2, STR2="na")

    assert saved(invitation) == {"STR1": 4, "C1": "More time", "STR2": "na"}
    assert (progress.answered, progress.total) == (3, 56)


def test_an_answer_longer_than_a_comment_may_be_is_refused(invitation):
    with pytest.raises(BadAnswer, match="1000"):
        save(invitation, C1="x" * 1001)


def test_f23_the_highest_sequence_wins_per_answer_whatever_arrives_last(invitation):
    save(invitation, sequence=20, STR1="5")
    save(invitation, sequence=10, STR1="1", STR2="2")

    assert saved(invitation) == {"STR1": 5, "STR2": 2}


def test_an_answer_can_be_cleared(invitation):
    save(invitation, STR1="5")
    save(invitation, sequence=2, STR1="")

    assert saved(invitation) == {"STR1": None}


@pytest.mark.parametrize(
    "answers",
    [
        {"STR1": "6"},
        {"STR1": "0"},
        {"STR1": "4.0"},
        {"STR1": "٤"},
        {"NOPE": "3"},
        {"SL1": "50"},
        {"SL1.today": "101"},
        {"C1": "x" * 1001},
    ],
)
def test_t57_what_the_form_does_not_offer_is_refused(invitation, answers):
    with pytest.raises(BadAnswer):
        save(invitation, **answers)

    assert not Draft.objects.exists()


def test_a_draft_is_unreadable_without_the_campaigns_key(invitation):
    save(invitation, C1="Plain words of mine")

    assert b"Plain words" not in bytes(Draft.objects.get().content)


def test_p20_submitting_erases_the_draft_and_leaves_one_sealed_ballot(invitation):
    save(invitation, STR1="4")
    receipt = answering.submit(invitation, at=timezone.now())

    invitation.refresh_from_db()
    assert invitation.answered
    assert not Draft.objects.exists()
    assert SealedBallot.objects.count() == 1
    assert len(receipt.code) == 14


def test_t54_p13_a_second_submit_is_harmless_and_gives_no_code(invitation):
    first = factories.answer(invitation, {"STR1": "4"})
    again = answering.submit(invitation, at=timezone.now())

    assert first.code
    assert again == answering.Receipt()
    assert SealedBallot.objects.count() == 1


def test_the_receipt_code_is_not_found_among_the_ballots(invitation):
    code = factories.answer(invitation, {"STR1": "4"}).code.replace("-", "")

    receipt = bytes(SealedBallot.objects.get().receipt)
    letters = ballot_keys._CODE_LETTERS
    assert code != "".join(letters[byte % len(letters)] for byte in receipt[:12])


def test_answers_cannot_be_changed_after_submitting(invitation):
    factories.answer(invitation, {"STR1": "4"})

    with pytest.raises(answering.AlreadySubmitted):
        save(invitation, sequence=9, STR1="1")


def test_an_empty_ballot_is_not_sent(invitation):
    save(invitation, STR1="4")
    save(invitation, sequence=2, STR1="")

    with pytest.raises(answering.NothingAnswered):
        answering.submit(invitation, at=timezone.now())

    assert not SealedBallot.objects.exists()


def test_every_ballot_has_the_same_length(campaign):
    texts = iter(["", "Short", "x" * 1000, "é" * 1000])
    for invitation in campaign.invitations.select_related("campaign").order_by("pk")[:4]:
        factories.answer(invitation, {"STR1": "4", "C2": next(texts)})

    assert len({len(bytes(payload)) for payload in SealedBallot.objects.values_list("payload", flat=True)}) == 1


def test_f26_a_page_left_open_may_be_sent_for_five_minutes_after_closing(invitation):
    save(invitation, at=invitation.campaign.closes_at + SUBMIT_GRACE, STR1="4")

    assert answering.submit(invitation, at=invitation.campaign.closes_at + SUBMIT_GRACE).code


def test_f26_t42_after_the_grace_nothing_is_taken_and_the_draft_stays(invitation):
    save(invitation, STR1="4")
    late = invitation.campaign.closes_at + SUBMIT_GRACE + timedelta(seconds=1)

    with pytest.raises(answering.SurveyClosed):
        answering.submit(invitation, at=late)
    with pytest.raises(answering.SurveyClosed):
        save(invitation, sequence=2, at=late, STR1="5")

    assert saved(invitation) == {"STR1": 4}


def test_nothing_is_taken_before_the_opening(invitation):
    with pytest.raises(answering.SurveyClosed, match="not opened"):
        save(invitation, at=invitation.campaign.opens_at - timedelta(seconds=1), STR1="4")


def test_without_the_key_file_saving_fails_clearly_and_loses_nothing(invitation):
    save(invitation, STR1="4")
    key_file = ballot_keys._path(invitation.campaign.key)
    aside = key_file.rename(key_file.with_suffix(".aside"))

    with pytest.raises(ballot_keys.KeyMissing, match="Nothing you have answered is lost"):
        save(invitation, sequence=2, STR2="3")
    with pytest.raises(ballot_keys.KeyMissing):
        answering.submit(invitation, at=timezone.now())

    aside.rename(key_file)
    assert saved(invitation) == {"STR1": 4}
    assert answering.submit(invitation, at=timezone.now()).code


def test_the_key_file_is_readable_by_its_owner_alone(campaign):
    assert stat.S_IMODE(ballot_keys._path(campaign.key).stat().st_mode) == 0o600


def test_keys_do_not_show_in_a_repr(campaign):
    keys = ballot_keys.load(campaign.key)

    assert keys.private.hex() not in repr(keys)
    assert str(keys.draft) not in repr(keys)


def _in_threads(jobs):
    """Run the calls at once, each on its own connection; returns results or the exceptions raised."""
    ready = threading.Barrier(len(jobs))

    def run(job):
        try:
            ready.wait()
            return job()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


@pytest.mark.django_db(transaction=True)
def test_t54_submitting_eight_times_at_once_leaves_one_ballot_and_tells_its_code_once():
    factories.company({"north": 6})
    campaign = factories.open_campaign()
    invitation = campaign.invitations.select_related("campaign").first()
    save(invitation, STR1="4")

    receipts = _in_threads([lambda: answering.submit(invitation, at=timezone.now())] * 8)

    assert sorted(bool(receipt.code) for receipt in receipts) == [False] * 7 + [True]
    assert SealedBallot.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_f35_answers_in_the_last_second_are_each_taken_or_refused_and_the_count_matches():
    factories.company({"north": 24})
    campaign = factories.open_campaign()
    at = campaign.closes_at + SUBMIT_GRACE
    invitations = list(campaign.invitations.select_related("campaign"))
    for invitation in invitations:
        save(invitation, STR1="4")

    def closing():
        from assessments.surveys.services import campaigns  # noqa: PLC0415

        return campaigns.close(campaign, by=None, at=at)

    outcomes = _in_threads([closing, *(lambda i=invitation: answering.submit(i, at=at) for invitation in invitations)])

    taken = sum(isinstance(outcome, answering.Receipt) for outcome in outcomes)
    refused = sum(isinstance(outcome, answering.SurveyClosed) for outcome in outcomes)
    assert taken + refused == 24
    assert isinstance(outcomes[0], Campaign)
    assert Invitation.objects.filter(answered=True).count() == taken
    released = campaign.units_at_launch.get(place=1).release
    assert released.answers == (taken if taken >= 5 else None)
