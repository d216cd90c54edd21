"""Agreed levels are set by a named human, after both have shared, and acknowledged by the person."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from assessments.reviews import services
from assessments.reviews.models import AgreedLevel, Assessment
from assessments.reviews.queries import asking
from assessments.reviews.tests.factories import AT, agree, assessment_of, review_of, share, share_both
from core.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cycle")]


def _levels(assessment):
    return {one.version.competency_id: one.required for one in asking.asked(assessment)}


def test_the_manager_records_what_was_agreed(eve, max):
    agreed = agree(share_both(eve), listening=2, insight=None)

    stored = {level.competency.key: level for level in agreed.agreed_levels.select_related("competency")}
    assert stored["listening"].level == 2
    assert "insight" not in stored  # not assessed
    assert {level.set_by for level in stored.values()} == {max.user}
    assert (agreed.agreed_by, agreed.talk_on) == (max.user, AT.date())


def test_no_level_is_agreed_before_both_have_shared(eve, max):
    share(review_of(eve))

    with pytest.raises(services.NotNow, match="after both of you have shared"):
        agree(assessment_of(eve))

    assert not AgreedLevel.objects.exists()


def test_sharing_sets_no_level_by_itself(eve):
    """Nothing computes an agreed level: even two equal views are a proposal until a human agrees (GDPR article 22)."""
    share_both(eve)

    assert not AgreedLevel.objects.exists()
    assert assessment_of(eve).agreed_at is None


def test_an_agreed_level_without_a_person_is_refused_by_the_database(eve):
    one = share_both(eve)
    version = asking.asked(one)[0].version

    with pytest.raises(IntegrityError), transaction.atomic():
        AgreedLevel.objects.create(
            assessment=one, version=version, competency=version.competency, level=3, agreed_on=AT.date(), set_by=None
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.filter(pk=one.pk).update(agreed_at=AT)


def test_t02_only_todays_manager_agrees(eve, ed, uma, max):
    one = share_both(eve)

    for other in (eve, ed, uma):
        with pytest.raises(services.NotYours):
            services.agree(one, _levels(one), talk_on=AT.date(), revision=0, by=other, at=AT)

    eve.manager = uma
    eve.save(update_fields=["manager"])
    with pytest.raises(services.NotYours):
        services.agree(one, _levels(one), talk_on=AT.date(), revision=0, by=max, at=AT)


def test_every_competency_gets_a_level_or_not_assessed(eve, max):
    one = share_both(eve)
    levels = _levels(one)
    levels.popitem()

    with pytest.raises(services.NotReady):
        services.agree(one, levels, talk_on=AT.date(), revision=0, by=max, at=AT)


def test_the_talk_is_not_in_the_future(eve, max):
    one = share_both(eve)

    with pytest.raises(services.NotReady, match="cannot lie in the future"):
        services.agree(one, _levels(one), talk_on=date(2026, 7, 2), revision=0, by=max, at=AT)


def test_t55_levels_agreed_in_a_second_tab_are_not_overwritten(eve, max):
    one = share_both(eve)
    agree(one, listening=2)

    with pytest.raises(services.Stale):
        services.agree(one, _levels(one), talk_on=AT.date(), revision=0, by=max, at=AT)

    assert AgreedLevel.objects.get(assessment=one, competency__key="listening").level == 2


def test_the_employee_acknowledges_with_a_statement(eve):
    one = agree(share_both(eve))

    one = services.acknowledge(one, statement=" I see it the same way. ", revision=one.revision, by=eve, at=AT)
    services.acknowledge(one, statement="One thing more.", revision=one.revision, by=eve, at=AT.replace(hour=12))

    one.refresh_from_db()
    assert (one.acknowledged_at, one.statement) == (AT, "One thing more.")


def test_t55_the_employee_acknowledges_the_levels_on_the_page_and_no_others(eve):
    read = agree(share_both(eve))
    agree(read, listening=1)

    with pytest.raises(services.Stale, match="Read them again"):
        services.acknowledge(read, statement="", revision=1, by=eve, at=AT)

    read.refresh_from_db()
    assert read.acknowledged_at is None


def test_t55_f23_a_second_device_never_overwrites_a_statement_unseen(eve):
    one = agree(share_both(eve))
    opened = one.revision
    services.acknowledge(one, statement="From the phone.", revision=opened, by=eve, at=AT)

    with pytest.raises(services.Stale, match="Read both before you save again"):
        services.acknowledge(one, statement="From the desk.", revision=opened, by=eve, at=AT)
    one.refresh_from_db()
    assert one.statement == "From the phone."

    twice = services.acknowledge(one, statement="From the phone.", revision=opened, by=eve, at=AT)
    assert twice.revision == opened + 1, "the same words sent twice are saved once"
    assert AuditEntry.objects.filter(subject_key=str(one.pk), verb="statement changed").count() == 0
    services.acknowledge(one, statement="From the desk.", revision=twice.revision, by=eve, at=AT)
    one.refresh_from_db()
    assert one.statement == "From the desk."


def test_acknowledged_levels_stay(eve):
    one = agree(share_both(eve))
    services.acknowledge(one, statement="", revision=one.revision, by=eve, at=AT)

    with pytest.raises(services.NotNow, match="has acknowledged"):
        agree(one, listening=1)


def test_t09_nothing_is_acknowledged_before_it_is_agreed(eve, max):
    one = share_both(eve)

    with pytest.raises(services.NotNow):
        services.acknowledge(one, statement="", revision=0, by=eve, at=AT)
    with pytest.raises(services.NotYours):
        services.acknowledge(agree(one), statement="", revision=1, by=max, at=AT)


def test_the_audit_trail_says_that_levels_were_agreed_and_not_which(eve):
    agree(share_both(eve), listening=2)

    entry = AuditEntry.objects.get(verb="levels agreed")
    assert entry.about == eve.user
    assert entry.changes == {"talk_on": "2026-07-01"}
