from datetime import timedelta

import pytest
from django.utils import timezone

from core import notify
from core.models import Notification


@pytest.fixture
def now():
    return timezone.now()


def test_a_repeated_job_tells_nobody_twice(eve, ed, now):
    for _ in range(2):
        notify.tell_all([eve.user_id, ed.user_id], "results-released:1", "Results are out.", "/results/1/", now)

    assert Notification.objects.count() == 2


def test_the_first_telling_stands(eve, now):
    notify.tell(eve.user, "goal:1", "First words.", "", now)
    notify.tell(eve.user, "goal:1", "Other words.", "", now + timedelta(days=1))

    assert [news.text for news in notify.news_of(eve.user, limit=5)] == ["First words."]


def test_news_come_newest_first_and_end_at_the_limit(eve, now):
    for days in range(4):
        notify.tell(eve.user, f"day:{days}", f"Day {days}", "", now + timedelta(days=days))

    assert [news.text for news in notify.news_of(eve.user, limit=2)] == ["Day 3", "Day 2"]


def test_reading_marks_only_what_was_there_and_only_for_the_reader(eve, ed, now):
    notify.tell_all([eve.user_id, ed.user_id], "old", "Old", "", now - timedelta(hours=1))
    notify.tell(eve.user, "later", "Later", "", now + timedelta(hours=1))

    assert notify.mark_read(eve.user, at=now) == 1
    assert set(Notification.objects.filter(read_at=None).values_list("to_id", "key")) == {
        (eve.user_id, "later"),
        (ed.user_id, "old"),
    }
