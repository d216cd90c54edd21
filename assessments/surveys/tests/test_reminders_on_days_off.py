"""No reminder of a survey leaves on a day off."""

from datetime import date

from assessments.surveys import reminders

CHRISTMAS, TUESDAY = date(2026, 12, 25), date(2026, 12, 29)
OFF = frozenset({CHRISTMAS, date(2026, 12, 28)})


def test_survey_reminders_move_off_a_day_off():
    opens, closes = date(2026, 12, 14), date(2027, 1, 6)

    planned = reminders.days(opens, closes)
    moved = reminders.days(opens, closes, off=OFF)

    assert CHRISTMAS in planned
    assert not OFF & set(moved)
    assert TUESDAY in moved
    assert not reminders.due_on(CHRISTMAS, opens, closes, None, off=OFF)
    assert reminders.due_on(TUESDAY, opens, closes, date(2026, 12, 20), off=OFF)
