"""Mails: once per kind, recipient and key; out after commit; tried again; failures are seen and no secret is."""

import json
import smtplib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse

from core import mail, mail_delivery, mail_kinds, mail_queries, working_days
from core.models import AuditEntry, Mail

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
KIND = "survey_invitation"
SAMPLE = mail_kinds.kind(KIND).sample


def invite(*people, key="campaign:1", send_at=None, **context):
    mail.queue_all(
        KIND, to=[one.user_id for one in people], key=key, context={**SAMPLE, **context}, at=AT, send_at=send_at
    )


class RefusingBackend(EmailBackend):
    """Refuses for good what goes to Ed, and says "later" to what goes to Olga."""

    def send_messages(self, messages):
        for message in messages:
            for name, code in (("ed@", 550), ("olga@", 451)):
                if message.to[0].startswith(name):
                    raise smtplib.SMTPRecipientsRefused({message.to[0]: (code, b"no")})
        return super().send_messages(messages)


class AbsentBackend(EmailBackend):
    def open(self):
        raise ConnectionRefusedError


def test_the_same_mail_is_queued_and_sent_once(eve, ed):
    invite(eve)
    invite(eve, ed, subject="Other words change nothing")
    mail.queue(KIND, to="Ann@Customer.example", key="campaign:1", context=SAMPLE, at=AT)
    mail.queue(KIND, to="ann@customer.example", key="campaign:1", context=SAMPLE, at=AT)

    assert mail_delivery.deliver_due(at=AT) == 3
    assert mail_delivery.deliver_due(at=AT + timedelta(days=1)) == 0

    assert sorted(message.to[0] for message in outbox.outbox) == [
        "ann@customer.example",
        "ed@tarn.example",
        "eve@tarn.example",
    ]
    assert outbox.outbox[0].subject == SAMPLE["subject"]
    assert list(Mail.objects.values_list("context", flat=True)) == [{}] * 3


def test_a_mail_has_a_text_and_an_html_version_with_a_link_from_the_settings(eve, settings):
    settings.BASE_URL = "https://culture.tarn.example/"
    invite(eve)

    mail_delivery.deliver_due(at=AT)

    message = outbox.outbox[0]
    html = message.alternatives[0].content
    assert "https://culture.tarn.example/surveys/12/" in message.body
    assert 'href="https://culture.tarn.example/surveys/12/"' in html
    assert message.extra_headers["Message-ID"].startswith("<mail-")


def test_t15_markup_in_a_mail_is_shown_as_text(eve):
    invite(eve, text="<img src=x onerror=alert(1)> & more")

    mail_delivery.deliver_due(at=AT)

    message = outbox.outbox[0]
    assert "<img" not in message.alternatives[0].content
    assert "<img src=x onerror=alert(1)> & more" in message.body


def test_t22_no_line_break_gets_into_a_subject_or_an_address(eve):
    invite(eve, subject="Hello\r\nBcc: everyone@tarn.example")

    mail_delivery.deliver_due(at=AT)

    assert outbox.outbox[0].subject == "Hello Bcc: everyone@tarn.example"
    with pytest.raises(ValidationError):
        mail.queue(KIND, to="ann@customer.example\nBcc: x@y.example", key="a", context=SAMPLE, at=AT)


def test_a_mail_waits_for_its_time(eve):
    invite(eve, send_at=AT + timedelta(hours=2))

    assert mail_delivery.deliver_due(at=AT + timedelta(hours=1)) == 0
    assert mail_delivery.deliver_due(at=AT + timedelta(hours=2)) == 1


def test_f20_a_refused_address_keeps_no_other_mail_waiting(eve, ed, olga, settings):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    invite(eve, ed, olga)

    assert mail_delivery.deliver_due(at=AT) == 1
    refused, later = Mail.objects.get(user=ed.user), Mail.objects.get(user=olga.user)

    assert refused.failed_at == AT
    assert later.failed_at is None
    assert later.due_at == AT + timedelta(minutes=1)
    at = AT
    for _ in range(20):
        at += timedelta(days=1)
        mail_delivery.deliver_due(at=at)
    later.refresh_from_db()
    assert later.failed_at is not None
    assert later.attempts == len(mail_delivery.PAUSES) + 1
    assert [message.to[0] for message in outbox.outbox] == ["eve@tarn.example"]


def test_f20_an_absent_server_costs_no_attempt_and_is_seen_by_hr(eve, hana, client_of, settings):
    settings.EMAIL_BACKEND = f"{__name__}.AbsentBackend"
    invite(eve)

    assert mail_delivery.deliver_due(at=AT) == 0
    waiting = Mail.objects.get()
    page = client_of(hana).get(reverse("mails")).content.decode()

    assert (waiting.attempts, waiting.due_at) == (0, AT + mail_delivery.SERVER_PAUSE)
    assert mail_delivery.NO_SERVER in page
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_delivery.deliver_due(at=AT + mail_delivery.SERVER_PAUSE) == 1


def test_a_mail_that_one_worker_holds_is_left_alone_by_the_next(eve):
    invite(eve)
    held = mail_delivery._claim(AT)

    assert len(held) == 1
    assert mail_delivery.deliver_due(at=AT + timedelta(minutes=1)) == 0
    assert mail_delivery.deliver_due(at=AT + mail_delivery.LEASE) == 1


def test_an_account_closed_meanwhile_gets_nothing(eve):
    invite(eve)
    eve.user.is_active = False
    eve.user.save(update_fields=["is_active"])

    assert mail_delivery.deliver_due(at=AT) == 0
    assert Mail.objects.get().failed_at == AT


def test_hr_sees_failures_and_sends_again(ed, hana, client_of, settings):
    settings.EMAIL_BACKEND = f"{__name__}.RefusingBackend"
    invite(ed)
    mail_delivery.deliver_due(at=AT)
    client = client_of(hana)
    page = client.get(reverse("mails")).content.decode()

    assert "ed@tarn.example" in page
    client.post(reverse("mail_attempts", args=[KIND]))

    assert Mail.objects.get().failed_at is None
    assert AuditEntry.objects.filter(verb="sent again", actor=hana.user).count() == 1


@pytest.mark.django_db
def test_p14_t48_a_confidential_kind_names_no_recipient(ed, hana, client_of, monkeypatch):
    monkeypatch.setattr(mail_kinds, "kind", lambda name, real=mail_kinds.kind: _confidential(real(name)))
    invite(ed)
    Mail.objects.update(failed_at=AT, failure="Refused.")
    page = client_of(hana).get(reverse("mails")).content.decode()

    assert "ed@tarn.example" not in page
    assert "Mails that would tell who has not answered" not in page


def test_t46_p05_mails_of_a_confidential_kind_are_not_counted(cast, hana, client_of, monkeypatch):
    monkeypatch.setattr(mail_kinds, "kind", lambda name, real=mail_kinds.kind: _confidential(real(name)))
    for person in (cast.eve, cast.ed, cast.max, cast.olga, cast.sam):
        invite(person)
    Mail.objects.filter(user__in=[cast.eve.user, cast.ed.user, cast.max.user]).update(sent_at=AT)
    Mail.objects.filter(user__in=[cast.olga.user, cast.sam.user]).update(failed_at=AT, failure="Refused.")
    client = client_of(hana)

    row = next(row for row in mail_queries.overview().rows if row.kind.name == KIND)
    page = client.get(reverse("mails")).content.decode()
    answer = client.post(reverse("mail_attempts", args=[KIND]), follow=True).content.decode()

    assert (row.sent, row.waiting, row.failed, row.has_failed) == ("not counted", "not counted", "some", True)
    assert "not counted" in page
    assert reverse("mail_attempts", args=[KIND]) in page
    assert "The mails are being sent again." in answer
    assert AuditEntry.objects.get(verb="sent again").changes == {}
    assert not Mail.objects.failed().exists()


def test_p14_t48_a_kind_that_leaves_no_row_leaves_none_once_sent(eve, ed, monkeypatch):
    monkeypatch.setattr(mail_kinds, "kind", lambda name, real=mail_kinds.kind: replace(real(name), leaves_no_row=True))
    invite(eve)
    invite(ed)

    assert mail_delivery.deliver_due(at=AT) == 2
    assert not Mail.objects.exists()
    assert mail_delivery.deliver_due(at=AT) == 0


def _confidential(kind):
    return mail_kinds.Kind(kind.name, kind.title, kind.when, kind.to, kind.sample, is_confidential=True)


def test_t50_a_wake_up_carries_nobody(eve, django_capture_on_commit_callbacks, monkeypatch):
    sent = []
    monkeypatch.setattr("core.tasks.deliver_mail.apply_async", lambda *args, **options: sent.append((args, options)))

    with django_capture_on_commit_callbacks(execute=True):
        invite(eve)
        invite(eve, key="campaign:2")

    assert sent == [(((),), {"retry": False, "expires": 600, "countdown": 0.0})]


@pytest.mark.parametrize("kind", mail_kinds.kinds(), ids=lambda kind: kind.name)
def test_every_kind_can_be_written_from_its_sample(kind):
    letter = mail_kinds.write(kind.name, json.loads(json.dumps(dict(kind.sample))))

    assert letter.subject
    assert "\n" not in letter.subject
    assert letter.text.strip()
    assert "<html" in letter.html
    assert all((kind.title, kind.when, kind.to))


def test_the_preview_shows_both_versions_without_rights(hana, client_of):
    client = client_of(hana)
    page = client.get(reverse("mail_preview", args=[KIND]))
    frame = client.get(reverse("mail_preview_html", args=[KIND]))

    assert SAMPLE["subject"] in page.content.decode()
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    assert "sandbox" in frame["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in frame["Content-Security-Policy"]
    assert frame["X-Frame-Options"] == "SAMEORIGIN"


def test_working_days():
    friday, saturday, sunday, monday = (datetime(2026, 10, day, tzinfo=UTC).date() for day in (2, 3, 4, 5))

    assert [working_days.is_working_day(day) for day in (friday, saturday, sunday, monday)] == [
        True,
        False,
        False,
        True,
    ]
    assert [working_days.next_working_day(day) for day in (friday, saturday, sunday)] == [friday, monday, monday]
    assert [working_days.previous_working_day(day) for day in (monday, saturday, sunday)] == [monday, friday, friday]
