"""What goes from obstacles and practices when somebody is erased."""

from django.utils import timezone

from actions.models import Obstacle, Practice
from actions.services import obstacles, practices
from actions.tests.factories import obstacle, promise
from core import personal_data
from core.models import AuditEntry, Notification


def test_obstacles_that_the_erased_reported_by_name_lose_their_words_and_keep_their_place(cast):
    named = obstacle(cast.eve, title="My back keeps me from the counter", details="Since the operation")
    obstacles.answer(named, state="cleared", words="A new chair is here", by=cast.max, at=timezone.now())
    others = obstacle(cast.ed, title="Refunds wait", details="Two weeks")
    assert Notification.objects.filter(text__contains="My back").exists()

    personal_data.erase(cast.eve.user)

    kept = Obstacle.objects.get(pk=named.pk)
    assert (kept.title, kept.details, kept.answer) == ("Reported by a former colleague", "", "A new chair is here")
    assert not Notification.objects.filter(text__contains="My back").exists()
    assert not AuditEntry.objects.filter(subject_label__contains="My back").exists()
    untouched = Obstacle.objects.get(pk=others.pk)
    assert (untouched.title, untouched.details) == ("Refunds wait", "Two weeks")
    assert Notification.objects.filter(text__contains="Refunds wait").exists()


def test_practices_of_the_erased_name_them_no_more(cast):
    said = {
        "Max Berg rings every customer back himself.": "What a former colleague did; the words went with the name.",
        "Max Berg and Eve Lind ring back.": "a former colleague and Eve Lind ring back.",
        "Max Bergman was asked.": "Max Bergman was asked.",
        "Ring back within a day.": "Ring back within a day.",
    }
    for words in said:
        practices.mark(promise(cast.max), words=words, by=cast.hana.user, at=timezone.now())

    personal_data.erase(cast.max.user)

    assert list(Practice.objects.order_by("pk").values_list("words", flat=True)) == list(said.values())
