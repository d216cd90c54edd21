"""Which mails a person wants: every kind of mail keeps to it, and what must be delivered is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail as outbox
from django.urls import reverse

from core import mail, mail_choices, mail_delivery, mail_digest, mail_kinds
from core.mail_choices import How, Topic
from core.models import AuditEntry, DayOff, Mail, MailChoice

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 10, 2, 9, 0, tzinfo=UTC)
MONDAY = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
KINDS = {kind.name: kind for kind in mail_kinds.kinds()}
CHOSEN = [name for name, kind in KINDS.items() if kind.topic]


def queue(kind, *people, at=FRIDAY, key="event:1"):
    mail.queue_all(kind, to=[one.user_id for one in people], key=key, context=KINDS[kind].sample, at=at)


def all_by(how):
    return dict.fromkeys((topic.value for topic in Topic), how)


def test_every_topic_has_kinds_of_mail_and_every_kind_a_topic_that_there_is():
    assert {KINDS[name].topic for name in CHOSEN} == set(Topic.values)


@pytest.mark.parametrize("kind", CHOSEN)
def test_a_kind_with_a_topic_keeps_to_what_each_person_chose(kind, eve, ed, olga):
    mail_choices.choose(ed.user, all_by(How.WEEKLY))
    mail_choices.choose(olga.user, all_by(How.NEVER))

    queue(kind, eve, ed, olga)
    mail_delivery.deliver_due(at=FRIDAY)

    assert [message.to for message in outbox.outbox] == [["eve@tarn.example"]]
    assert list(Mail.objects.held().values_list("user", flat=True)) == [ed.user_id]
    assert not Mail.objects.filter(user=olga.user).exists()
    message = outbox.outbox[0]
    assert f"{reverse('people:profile')}#mails" in message.body
    assert f"{reverse('people:profile')}#mails" in message.alternatives[0].content


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(CHOSEN)))
def test_a_kind_without_a_topic_goes_out_at_once_whatever_was_chosen(kind, olga):
    mail_choices.choose(olga.user, all_by(How.NEVER))

    queue(kind, olga)

    assert mail_delivery.deliver_due(at=FRIDAY) == 1


def test_what_one_person_sends_another_goes_out_whatever_was_chosen(olga):
    mail_choices.choose(olga.user, all_by(How.NEVER))

    mail.queue(
        "goals_waiting", to=olga.user, key="draft", context=KINDS["goals_waiting"].sample, at=FRIDAY, always=True
    )

    assert mail_delivery.deliver_due(at=FRIDAY) == 1


def test_the_mail_of_the_week_comes_once_on_its_first_working_day_with_all_that_was_held(eve, ed):
    DayOff.objects.create(on=MONDAY.date(), name="Fair")
    mail_choices.choose(eve.user, all_by(How.WEEKLY))
    for kind in ("goals_waiting", "obstacle_answered"):
        queue(kind, eve, ed)
    tuesday = MONDAY + timedelta(days=1)
    queue("action_due", eve, at=tuesday)  # belongs to the next week

    assert mail_digest.send_week(at=FRIDAY) == 0
    assert mail_digest.send_week(at=MONDAY) == 0
    assert mail_digest.send_week(at=tuesday.replace(hour=4)) == 0
    assert [mail_digest.send_week(at=tuesday) for _ in range(2)] == [1, 0]

    mail_delivery.deliver_due(at=tuesday)
    [digest] = [message for message in outbox.outbox if message.to == ["eve@tarn.example"]]
    assert digest.subject == "Your week: 2 things to know"
    for kind in ("goals_waiting", "obstacle_answered"):
        sample = KINDS[kind].sample
        assert mail_kinds.write(kind, sample).subject in digest.body
        assert settings.BASE_URL.rstrip("/") + sample["path"] in digest.body
    assert not Mail.objects.exclude(sent_at=None).exclude(context={}).exists()
    assert mail_digest.send_week(at=tuesday + timedelta(days=7)) == 1


def test_what_is_held_follows_a_new_choice(eve):
    mail_choices.choose(eve.user, all_by(How.WEEKLY))
    queue("goals_waiting", eve)
    queue("goal_worsened", eve)

    mail_choices.choose(eve.user, {Topic.CHECK_INS: How.NOW, Topic.STATUS: How.NEVER})

    assert mail_delivery.deliver_due(at=FRIDAY) == 1
    assert not Mail.objects.waiting().exists()
    assert mail_choices.of(eve.user_id) == all_by(How.WEEKLY) | {Topic.CHECK_INS: How.NOW, Topic.STATUS: How.NEVER}


def test_everybody_chooses_on_the_profile_and_nobody_reads_what(cast, client_of):
    client = client_of(cast.eve)
    assert "Save the choice of mails" in client.get(reverse("people:profile")).content.decode()

    assert client.post(reverse("people:mails"), {**all_by(How.NOW), "status": "sometimes"}).status_code == 422
    answer = client.post(reverse("people:mails"), {**all_by(How.NOW), "status": "weekly"})

    assert answer.headers["Location"].endswith("#mails")
    assert list(MailChoice.objects.values_list("user", "topic", "how")) == [(cast.eve.user_id, "status", "weekly")]
    assert '<option value="weekly" selected>' in client.get(reverse("people:profile")).content.decode()
    assert AuditEntry.objects.get(verb="chose the mails of").changes == {}
    assert '"status": "weekly"' in client.get(reverse("people:my_data")).content.decode()
