"""Times of the organisation's clock, typed by people; hours that a change of the clock leaves out or repeats are refused."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

LOCAL_FORMAT = "%Y-%m-%dT%H:%M"
FIRST_YEAR, LAST_YEAR = 2000, 2100  # beyond them it is a slip, and days cannot be counted on from the calendar's ends


def trouble_with(naive: datetime, zone: tzinfo) -> str:
    """Why the clock of `zone` never or twice shows this time, with two times to choose instead; "" if it shows it once."""
    earlier, later = (naive.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if earlier is None or later is None or earlier == later:
        return ""
    step: timedelta = abs(later - earlier)
    day, at = f"{naive:%-d %B %Y}", f"{naive:%H:%M}"
    what = (
        f"the clocks go forward and {at} is left out" if later > earlier else f"the clocks go back and {at} comes twice"
    )
    return f"On {day} {what}. Choose {naive - step:%H:%M} or {naive + step:%H:%M} instead."


class LocalDateTimeField(forms.DateTimeField):
    """A moment in the organisation's time zone, as browsers send it from a datetime-local input."""

    widget = forms.DateTimeInput(format=LOCAL_FORMAT, attrs={"type": "datetime-local"})
    default_error_messages = {
        "invalid": "Enter a date and a time, such as 2026-09-21 09:00.",
        "year": f"Choose a year from {FIRST_YEAR} to {LAST_YEAR}.",
    }

    def to_python(self, value: Any) -> datetime | None:
        try:
            found = super().to_python(value)
        except OverflowError as error:  # the first or last day of the calendar, on the other side of midnight in UTC
            raise ValidationError(self.error_messages["year"], code="year") from error
        except ValidationError as error:
            if getattr(error, "code", "") != "ambiguous_timezone":
                raise
            naive = (error.params or {}).get("datetime")
            words = trouble_with(naive, timezone.get_current_timezone()) if naive else ""
            raise ValidationError(words or self.error_messages["invalid"], code=error.code) from error
        if found and not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["year"], code="year")
        return found
