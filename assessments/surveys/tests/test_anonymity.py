"""Nobody can be joined to their answers: not by relations, nor by what PostgreSQL keeps on a row, nor by logs."""

import itertools
import logging
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.db.models import Model
from django.utils import timezone
from nacl.exceptions import CryptoError

from assessments.surveys import ballot_box, ballot_keys, ballots, schedule
from assessments.surveys.ballots import Draft, Response, SealedBallot
from assessments.surveys.models import Campaign, CommentTag, Invitation, ReleasedComment, Tagging
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.tests import factories
from core.models import AuditEntry
from people.access import Viewer
from people.models import Employee, User

PEOPLE = (Employee, User)
ANSWERS = (Response, SealedBallot, ReleasedComment)


def reachable(model: type[Model]) -> set[type[Model]]:
    """Every model that some chain of relations leads to, forwards, backwards or across."""
    found, todo = {model}, [model]
    while todo:
        for field in todo.pop()._meta.get_fields(include_hidden=True):
            other = field.related_model if field.is_relation else None
            if isinstance(other, type) and other not in found:
                found.add(other)
                todo.append(other)
    return found


@pytest.mark.parametrize("model", ANSWERS)
def test_t49_no_relation_leads_from_an_answer_to_anybody(model):
    assert reachable(model) - {CommentTag, Tagging} == {model}  # subjects of comments, which lead to nobody


def test_t49_the_walk_would_find_a_person():
    assert reachable(Invitation).issuperset(PEOPLE)
    assert reachable(Draft).issuperset(PEOPLE)


def test_t49_the_columns_of_answers_are_these_and_no_others():
    columns = {model.__name__: {field.name for field in model._meta.concrete_fields} for model in ANSWERS}

    assert columns == {
        "Response": {"id", "campaign_number", "place", "vector"},
        "SealedBallot": {"receipt", "campaign_number", "payload"},
        "ReleasedComment": {"id", "campaign_number", "place", "question", "text", "inbox"},
    }


def test_t49_a_new_table_of_answers_must_be_added_to_these_tests():
    closed = {model for model in apps.get_app_config("surveys").get_models() if model.__module__ == ballots.__name__}

    assert closed == {Draft, SealedBallot, Response}


def test_p13_t47_only_questionnaires_and_what_a_campaign_offers_have_a_language():
    spoken = {
        model.__name__
        for model in apps.get_app_config("surveys").get_models()
        if any("lang" in field.name for field in model._meta.concrete_fields)
    }

    assert spoken == {"InstrumentVersion", "VersionLanguage", "Translation", "Campaign"}


def test_t49_no_table_of_surveys_keeps_a_time_of_answering():
    timed = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("surveys").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.DateField | models.TimeField)
    }

    assert timed == {
        f"Campaign.{name}" for name in ("opens_at", "closes_at", "launched_at", "sealed_at", "published_at")
    } | {
        "Campaign.invited_at",
        "Campaign.reminded_on",
        "Campaign.thanked_at",
        "CampaignSeries.first_on",
        "CampaignSeries.opens_at_time",
        "Sharing.leaders_at",
        "Sharing.managers_at",
        "Sharing.everyone_at",
        "SurveyLink.made_at",
    } | {
        "InstrumentVersion.published_at",
        "VersionLanguage.published_at",
        "CommentMessage.written_on",  # not a writer's
        "InboxRound.on",
        "ContactRequest.opened_on",  # the day of the close, the same for all
        "ParticipationDay.on",  # of the smallest group or more at once: docs/decisions/007-release-plan.md
    }


@pytest.mark.django_db(transaction=True)
def test_t49_participation_keeps_no_dead_rows_after_the_clock_has_closed():
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})
    ago = timezone.now() - SUBMIT_GRACE - timedelta(minutes=1)
    Campaign.objects.filter(pk=campaign.pk).update(opens_at=ago - timedelta(days=1), closes_at=ago)

    schedule.close_due_campaigns()

    with connection.cursor() as cursor:
        cursor.execute("VACUUM (VERBOSE) surveys_invitation")
    assert any("tuples: 0 removed, 8 remain" in notice for notice in connection.connection.notices)


def test_t50_answering_writes_no_person_answer_or_receipt_into_the_log(db, caplog):
    factories.company({"north": 8})
    with caplog.at_level(logging.DEBUG):
        campaign = factories.open_campaign()
        receipts = [
            factories.answer(invitation, {"STR1": "4", "C1": "Marker-of-mine"}).code
            for invitation in campaign.invitations.select_related("campaign")
        ]
        factories.close(campaign)
    product = [record for record in caplog.records if not record.name.startswith("django.db")]
    written = " ".join(record.getMessage() for record in product)

    assert "sealed" in written
    assert "Marker-of-mine" not in written
    assert not any(code in written for code in receipts)
    assert not any(person.name in written for person in Employee.objects.all())


def test_t50_answering_leaves_nothing_in_the_audit_trail(db):
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    before = AuditEntry.objects.count()

    factories.answer_all(campaign, {"STR1": "4", "C1": "Words"})

    assert AuditEntry.objects.count() == before


def test_t50_the_clock_job_takes_no_arguments():
    assert schedule.close_due_campaigns.run.__code__.co_argcount == 0


def test_t61_no_answers_are_registered_in_an_admin_site():
    assert not apps.is_installed("django.contrib.admin")


def test_p14_t48_nobody_lists_who_has_answered(cast):
    campaign = factories.open_campaign()
    for person in (cast.hana, cast.max, cast.ada, cast.uma):
        seen = Invitation.objects.visible_to(Viewer.of(person.user))
        assert set(seen.values_list("employee", flat=True)) == {person.pk}
    assert campaign.invitations.count() == 10


def test_a_backup_of_the_ballots_opens_with_no_key_left(transactional_db):
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})
    backup = [bytes(payload) for payload in SealedBallot.objects.values_list("payload", flat=True)]

    factories.close(campaign)

    assert not ballot_keys.exist(campaign.key)
    with pytest.raises(ballot_keys.KeyMissing):
        ballot_keys.load(campaign.key)
    with pytest.raises(CryptoError):
        ballot_box.open_all(backup, ballot_keys.create(campaign.key).private, layout_of(campaign.form))


def test_a_stream_of_ballots_never_repeats(db):
    """Equal answers seal to different bytes, so equal ballots cannot be told."""
    factories.company({"north": 8})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})

    payloads = [bytes(payload) for payload in SealedBallot.objects.values_list("payload", flat=True)]

    assert all(a != b for a, b in itertools.combinations(payloads, 2))
