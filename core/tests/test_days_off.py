"""HR keeps the days on which nobody works; reminders wait for the next working day."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from core import days_off, working_days
from core.models import AuditEntry, DayOff

THURSDAY, CHRISTMAS, BOXING_DAY = date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)
TUESDAY = date(2026, 12, 29)
OFF = frozenset({CHRISTMAS, BOXING_DAY})


def test_a_day_off_is_no_working_day():
    assert [working_days.is_working_day(day, OFF) for day in (THURSDAY, CHRISTMAS, BOXING_DAY, TUESDAY)] == [
        True,
        False,
        False,
        True,
    ]
    assert working_days.next_working_day(CHRISTMAS, OFF) == TUESDAY
    assert working_days.previous_working_day(BOXING_DAY, OFF) == THURSDAY
    late = datetime(2026, 12, 25, 15, tzinfo=UTC)
    assert working_days.at_work(late, OFF).date() == TUESDAY
    assert working_days.at_work(late) == late


def test_lines_from_a_file_are_read_with_and_without_a_heading():
    lines = "Date;Name\n2026-12-25;Christmas Day\n\n2027-01-01;New Year\n2027-01-01;New Year's Day\n"

    assert days_off.parse(lines) == [
        days_off.Day(CHRISTMAS, "Christmas Day"),
        days_off.Day(date(2027, 1, 1), "New Year's Day"),
    ]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("2026-12-25, Christmas\n25.12.2027, Christmas", "Line 2: “25.12.2027” is no date"),
        ("2026-12-25", "Line 1: give the day a name"),
        ("date, name", "There is no day here"),
        ('2026-12-25,"Christmas', "not proper CSV"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_kept(lines, words, hana, client_of):
    answer = client_of(hana).post(reverse("days_off"), {"lines": lines})

    assert answer.status_code == 422
    assert words in answer.content.decode().replace("&quot;", '"')
    assert not DayOff.objects.exists()


def test_hr_keeps_the_days(hana, eve, client_of):
    client, address = client_of(hana), reverse("days_off")

    assert client.post(address, {"lines": "2099-12-25, Christmas Day\n2099-12-26, Boxing Day"}).status_code == 302
    assert client.post(address, {"lines": "2099-12-25, Christmas\n2099-12-26, Boxing Day"}).status_code == 302
    page = client.get(address).content.decode()
    assert "Christmas" in page
    assert "Friday 25 December 2099" in page
    assert days_off.known() == {date(2099, 12, 25), date(2099, 12, 26)}
    assert AuditEntry.objects.filter(verb="kept", subject_kind="core.dayoff").count() == 3

    assert client.post(reverse("day_off_removal", args=[DayOff.objects.first().pk])).status_code == 302
    assert days_off.known() == {date(2099, 12, 26)}
    assert client_of(eve).get(address).status_code == 403
