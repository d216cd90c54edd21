from datetime import UTC, date, datetime

import pytest

from dashboards import wording


@pytest.mark.parametrize(
    ("hour", "words"),
    [(0, "Good morning"), (11, "Good morning"), (12, "Good afternoon"), (17, "Good afternoon"), (18, "Good evening")],
)
def test_the_greeting_follows_the_hour(hour, words):
    assert wording.greeting(hour) == words


@pytest.mark.parametrize(("count", "words"), [(0, "No"), (3, "Three"), (12, "Twelve"), (13, "13")])
def test_small_numbers_are_words(count, words):
    assert wording.number(count) == words


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "about 1 minute"),
        (9, "about 9 minutes"),
        (13, "about 15 minutes"),
        (27, "about half an hour"),
        (38, "about 40 minutes"),
        (60, "about an hour"),
        (85, "about 1.5 hours"),
        (120, "about 2 hours"),
    ],
)
def test_a_sum_of_estimates_is_no_more_exact_than_it_is(minutes, words):
    assert wording.about(minutes) == words


@pytest.mark.parametrize(
    ("parts", "words"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_end_in_and(parts, words):
    assert wording.listed(parts) == words


@pytest.mark.parametrize(("count", "words"), [(0, "no goals"), (1, "1 goal"), (4, "4 goals")])
def test_counts_agree_with_their_noun(count, words):
    assert wording.counted(count, "goal", "goals") == words


def test_stored_numbers_say_when_they_were_computed():
    now = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)

    assert wording.as_of(datetime(2026, 7, 1, 6, 15, tzinfo=UTC), now) == "today, 06:15"
    assert wording.as_of(datetime(2026, 6, 30, 23, 50, tzinfo=UTC), now) == "30 June, 23:50"


def test_days_are_written_out():
    assert wording.day(date(2026, 7, 17)) == "Friday 17 July"


@pytest.mark.parametrize(
    ("day", "words"),
    [(16, "was due Thursday 16 July"), (17, "due today"), (18, "due tomorrow"), (19, "due Sunday 19 July")],
)
def test_what_is_due_says_how_soon(day, words):
    assert wording.due(date(2026, 7, day), date(2026, 7, 17)) == words
