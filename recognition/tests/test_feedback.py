"""A question and its answer are between two people; a no is never found out."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, Notification
from people.access import Viewer
from recognition.models import Feedback
from recognition.services import feedback
from recognition.tests import factories


@pytest.mark.parametrize("declines", [True, False])
def test_a_declined_question_looks_like_one_without_an_answer(cast, client_of, declines):
    asked = factories.question(cast.eve, cast.olga)
    url = f"{reverse('recognition:mine')}?show=asked"
    before = _main(client_of(cast.eve), url)
    if declines:
        client_of(cast.olga).post(reverse("recognition:decline", args=[asked.pk]))

    assert _main(client_of(cast.eve), url) == before
    assert Notification.objects.filter(to=cast.eve.user).count() == 0
    assert not AuditEntry.objects.exists()
    with pytest.raises(feedback.AskedAlready):
        factories.question(cast.eve, cast.olga)
    waits = reverse("recognition:answer", args=[asked.pk]) in _main(client_of(cast.olga), reverse("recognition:mine"))
    assert waits is not declines


def test_the_answer_is_the_two_peoples_until_the_asker_shares_it(cast, client_of):
    asked = factories.question(cast.eve, cast.olga)
    client_of(cast.olga).post(
        reverse("recognition:answer", args=[asked.pk]), {"keep": "You ring back.", "try_next": ""}
    )

    def readers():
        return {
            name
            for name in ("eve", "olga", "max", "ed", "sam", "uma", "hana", "petra", "ada", "ingrid")
            if Feedback.objects.visible_to(Viewer.of(getattr(cast, name).user)).exists()
        }

    assert readers() == {"eve", "olga"}
    client_of(cast.eve).post(reverse("recognition:share_answer", args=[asked.pk]), {"share": "yes"})
    assert readers() == {"eve", "olga", "max"}
    assert "You ring back." in _main(client_of(cast.max), reverse("recognition:team"))


def test_a_question_without_an_answer_cannot_be_shared(cast, client_of):
    asked = factories.question(cast.eve, cast.olga)

    client_of(cast.eve).post(reverse("recognition:share_answer", args=[asked.pk]), {"share": "yes"})

    asked.refresh_from_db()
    assert asked.shared_at is None


def test_t09_what_is_over_takes_no_answer(cast):
    old, gone = factories.question(cast.eve, cast.olga, days_ago=31), factories.question(cast.ed, cast.olga)
    now = timezone.now()
    feedback.decline(gone, by=cast.olga, at=now)

    for one in (old, gone):
        with pytest.raises(feedback.NotOpen):
            feedback.answer(one, keep="Late", try_next="", by=cast.olga, at=now)
    assert factories.question(cast.eve, cast.olga).until == timezone.localdate(now) + timedelta(days=30)


def test_an_empty_answer_is_sent_back(cast, client_of):
    asked = factories.question(cast.eve, cast.olga)

    answer = client_of(cast.olga).post(reverse("recognition:answer", args=[asked.pk]), {"keep": " ", "try_next": ""})

    assert answer.status_code == 422
    assert "Write one of the two" in answer.content.decode()


@pytest.mark.parametrize("declines", [True, False])
def test_t52_whoever_withdraws_does_not_ask_again_before_the_days_are_over(cast, client_of, declines):
    asked, now = factories.question(cast.eve, cast.olga), timezone.now()
    if declines:
        feedback.decline(asked, by=cast.olga, at=now)
    feedback.withdraw(asked, by=cast.eve, at=now)

    with pytest.raises(feedback.AskedAlready):
        factories.question(cast.eve, cast.olga)

    for one in (cast.eve, cast.olga):
        assert client_of(one).get(reverse("recognition:answer", args=[asked.pk])).status_code == 404
    assert "How did the call" not in _main(client_of(cast.eve), reverse("recognition:mine") + "?show=asked")
    assert Feedback.objects.get().question == ""
    assert feedback.forget_withdrawn(on=asked.until) == 0
    assert feedback.forget_withdrawn(on=asked.until + timedelta(days=1)) == 1
    assert factories.question(cast.eve, cast.olga).withdrawn_at is None


def test_a_question_can_be_withdrawn_until_it_is_answered(cast):
    asked, answered = factories.question(cast.eve, cast.olga), factories.question(cast.ed, cast.olga, answer="Yes.")

    feedback.withdraw(asked, by=cast.eve, at=timezone.now())
    with pytest.raises(feedback.NotOpen):
        feedback.withdraw(answered, by=cast.ed, at=timezone.now())

    assert list(Feedback.objects.filter(withdrawn_at=None)) == [answered]


def test_what_is_asked_stands_on_the_home_page_until_it_is_answered(cast, client_of):
    asked = factories.question(cast.eve, cast.olga)
    url = reverse("recognition:answer", args=[asked.pk])
    assert f'href="{url}"' in _main(client_of(cast.olga), "/").split('id="news"')[0]

    client_of(cast.olga).post(url, {"keep": "You ring back."})

    assert f'href="{url}"' not in _main(client_of(cast.olga), "/").split('id="news"')[0]


def _main(client, url):
    page = client.get(url).content.decode()
    page = page[page.index("<main") : page.index("</main>")]
    return "".join(part for part in page.split(">") if "csrfmiddlewaretoken" not in part)
