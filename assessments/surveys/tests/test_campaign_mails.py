"""Invitations, reminders and thanks: once each, on working days, and nobody sees who has not answered."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import campaign_texts, reminders, schedule
from assessments.surveys.models import Campaign
from assessments.surveys.queries import mails as queries
from assessments.surveys.services import campaigns, mails
from assessments.surveys.tests import factories
from core import mail_delivery
from core.models import AuditEntry, Mail

MONDAY = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)  # 09:00 in London


@pytest.mark.parametrize(
    ("opens", "closes", "days"),
    [
        # Monday to Monday two weeks later: half-way, four days on, and on the Friday before the weekend of the end.
        (date(2026, 10, 5), date(2026, 10, 19), ["2026-10-12", "2026-10-16"]),
        (date(2026, 10, 5), date(2026, 10, 30), ["2026-10-19", "2026-10-21", "2026-10-26", "2026-10-28"]),
        (date(2026, 10, 5), date(2026, 10, 8), ["2026-10-06"]),
        (date(2026, 10, 9), date(2026, 10, 12), []),  # Friday to Monday: there is no working day to remind on
        (date(2026, 3, 23), date(2026, 4, 3), ["2026-03-30", "2026-04-01"]),  # the clock goes forward on 29 March
        (date(2026, 10, 19), date(2026, 10, 30), ["2026-10-26", "2026-10-28"]),  # and back on 25 October
    ],
)
def test_reminders_come_half_way_then_every_four_days_and_before_the_end(opens, closes, days):
    assert [str(day) for day in reminders.days(opens, closes)] == days


def test_reminders_never_fall_on_a_weekend_nor_closer_than_two_days():
    for start in range(14):
        for length in range(1, 60):
            opens = date(2026, 10, 1) + timedelta(days=start)
            days = reminders.days(opens, opens + timedelta(days=length))

            assert all(day.weekday() < 5 for day in days)
            assert all(opens < day <= opens + timedelta(days=length - 2) for day in days)
            assert all((later - sooner).days >= 2 for sooner, later in zip(days, days[1:], strict=False))


def test_a_missed_reminder_is_made_up_for_once_on_a_working_day():
    opens, closes = date(2026, 10, 5), date(2026, 10, 19)

    assert not reminders.due_on(date(2026, 10, 9), opens, closes, None)
    assert reminders.due_on(date(2026, 10, 14), opens, closes, None)  # the clock had stopped on the 12th
    assert not reminders.due_on(date(2026, 10, 14), opens, closes, date(2026, 10, 12))
    assert not reminders.due_on(date(2026, 10, 17), opens, closes, date(2026, 10, 12))  # a Saturday
    assert not reminders.due_on(date(2026, 10, 19), opens, closes, None)  # the last day


@pytest.fixture
def survey(tarn) -> Campaign:
    """Open for everyone from Monday 5 to Monday 19 October 2026."""
    draft = factories.draft_campaign(
        title="Autumn survey", opens_at=MONDAY, closes_at=MONDAY + timedelta(days=14, hours=9)
    )
    return campaigns.launch(draft, by=factories.hr(), at=MONDAY - timedelta(days=1))


def clock(survey, *days, hour=9):
    """Let the clock's job run at an hour of days of October."""
    for day in days:
        at = datetime(2026, 10, day, hour - 1, 0, tzinfo=UTC)
        mails.invite(survey, at=at)
        mails.remind_if_due(survey, at=at)


def test_everyone_is_invited_once_when_the_survey_opens(survey):
    assert not mails.invite(survey, at=MONDAY - timedelta(hours=1))
    assert mails.invite(survey, at=MONDAY)
    assert not mails.invite(survey, at=MONDAY + timedelta(minutes=1))

    mail_delivery.deliver_due(at=MONDAY)
    assert len(outbox.outbox) == survey.invited
    first = outbox.outbox[0]
    assert first.subject == "Autumn survey: your view, please"
    assert "It closes on Monday 19 October 2026, 18:00." in first.body
    assert f"/surveys/{survey.pk}/" in first.body
    assert "Anonymous" in first.body


def test_reminders_by_the_clock_go_to_those_who_have_not_answered_and_to_them_alone(survey, eve):
    clock(survey, 5)
    factories.answer_all(survey, lambda seat: {"STR1": "4"} if seat.employee_id == eve.pk else None)
    clock(survey, *range(6, 20))

    days = Mail.objects.filter(kind="survey_reminder").values_list("key", flat=True).distinct().order_by("key")
    assert [key.rpartition(":")[2] for key in days] == ["2026-10-12", "2026-10-16"]
    assert Mail.objects.filter(kind="survey_reminder").count() == 2 * (survey.invited - 1)
    assert not Mail.objects.filter(kind="survey_reminder", user=eve.user).exists()


def test_no_reminder_leaves_at_night(survey):
    clock(survey, 5)
    clock(survey, 12, hour=6)
    clock(survey, 12, hour=20)

    assert not Mail.objects.filter(kind="survey_reminder").exists()


@pytest.mark.parametrize("audience", ["everyone", "customers"])
def test_hr_sends_every_mail_of_a_draft_to_herself_as_a_test(tarn, hana, client_of, audience):
    form = factories.form("customer" if audience == "customers" else "employee_full")
    draft = factories.draft_campaign(title="Autumn survey", audience=audience, form=form, minimum_group=10)
    address = reverse("surveys:campaign_mail_test", args=[draft.pk])

    first, second = (client_of(hana).post(address, follow=True).content.decode() for _ in range(2))

    assert f"A test of each mail is on its way to {hana.user.email}." in first
    assert "on its way to" in second
    assert "already" in second
    mail_delivery.deliver_due(at=timezone.now())
    assert len(outbox.outbox) == len(queries.moments(draft))
    assert {tuple(one.to) for one in outbox.outbox} == {(hana.user.email,)}
    assert all(one.subject.startswith("Test: ") for one in outbox.outbox)
    invitation = outbox.outbox[0]
    assert invitation.body.startswith("This is a test of the invitation of “Autumn survey”, sent to you alone.")
    assert f"/preview/{form.key}/" in invitation.body
    assert "It closes on" in invitation.body
    html = str(invitation.alternatives[0][0])
    assert html.index("This is a test of") < html.index("<h1>")
    assert AuditEntry.objects.filter(verb="sent a test of the mails").count() == 1


def test_a_test_invites_nobody_and_is_not_sent_after_the_launch(tarn, hana):
    draft = factories.draft_campaign()
    at = timezone.now()

    assert mails.send_test(draft, by=hana.user, at=at)
    assert not mails.send_test(draft, by=hana.user, at=at + timedelta(seconds=20))
    assert mails.send_test(draft, by=hana.user, at=at + timedelta(minutes=2))
    draft.refresh_from_db()
    assert (draft.invited_at, draft.invitations.count(), queries.undelivered_invitations(draft)) == (None, 0, 0)
    assert set(Mail.objects.values_list("kind", flat=True)) == {"survey_test"}
    launched = campaigns.launch(draft, by=hana.user, at=at)
    with pytest.raises(mails.CannotTest):
        mails.send_test(launched, by=hana.user, at=at + timedelta(minutes=9))


def test_p14_hr_reminds_at_most_once_a_day_and_learns_no_name(survey, hana):
    with pytest.raises(mails.CannotRemind):
        mails.remind_now(survey, by=hana.user, at=MONDAY)
    mails.invite(survey, at=MONDAY)
    with pytest.raises(mails.CannotRemind):
        mails.remind_now(survey, by=hana.user, at=MONDAY + timedelta(hours=3))

    mails.remind_now(survey, by=hana.user, at=MONDAY + timedelta(days=1))

    with pytest.raises(mails.CannotRemind):
        mails.remind_now(survey, by=hana.user, at=MONDAY + timedelta(days=1, hours=4))
    entry = AuditEntry.objects.get(verb="reminded")
    assert entry.changes == {}
    assert entry.about is None


def test_t48_after_the_close_everyone_is_thanked_and_reminders_are_forgotten(survey):
    clock(survey, 5, 12)
    factories.close(survey)

    assert mails.thank(survey, at=MONDAY + timedelta(days=15))
    assert not mails.thank(survey, at=MONDAY + timedelta(days=15))

    assert not Mail.objects.filter(kind="survey_reminder").exists()
    assert Mail.objects.filter(kind="survey_thanks").count() == survey.invited


def test_t48_the_page_of_mails_never_lists_who_was_reminded(survey, hana, client_of):
    clock(survey, 5, 12)
    Mail.objects.update(failed_at=MONDAY, failure="The address was refused (550).")
    Mail.objects.filter(kind="survey_invitation").delete()

    page = client_of(hana).get(reverse("mails")).content.decode()

    assert "@tarn.example" not in page


def test_the_clock_job_does_it_all(tarn):
    now = timezone.now()
    survey = factories.open_campaign(opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=9))

    schedule.write_mails()
    schedule.write_mails()

    assert Mail.objects.filter(kind="survey_invitation").count() == survey.invited


def test_t20_only_the_fixed_places_of_a_text_are_filled(draft):
    words = "{survey} {closes} {form} {{ campaign.key }} {0.__class__} {% now 'Y' %}"
    draft.texts = {"invitation_subject": words}

    subject = queries.letter(draft, "invitation").subject

    assert subject.startswith("Autumn survey ")
    assert subject.endswith("{form} {{ campaign.key }} {0.__class__} {% now 'Y' %}")


def test_the_usual_texts_use_known_places_only():
    values = dict.fromkeys(campaign_texts.PLACES, "x")

    assert all("{" not in campaign_texts.text({}, name, values) for name in campaign_texts.USUAL)
