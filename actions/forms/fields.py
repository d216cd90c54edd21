"""Fields that several forms share."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django import forms

from people.forms.fields import PersonField, as_typed
from people.models import Employee


class FormKeyField(forms.UUIDField):
    """What makes a form that is sent twice count once. A form that comes without one counts each time."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, initial=uuid4)

    def clean(self, value: Any) -> UUID:
        try:
            return super().clean(value) or uuid4()
        except forms.ValidationError:  # nobody types this field, so nobody could mend it
            return uuid4()


def day_field(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **more)


def person_field(label: str, **more: Any) -> PersonField:
    return PersonField(label=label, **more)


def offer(field: forms.Field, people: Any) -> None:
    """Let the field take these people."""
    assert isinstance(field, PersonField)
    field.people = people


def typed(person: Employee | None) -> str:
    return as_typed(person) if person else ""


def may_not_lie_behind(day: date, today: date) -> date:
    """Raises ValidationError for a day that has passed."""
    if day < today:
        raise forms.ValidationError("This day has passed. Choose today or a later day.")
    return day
