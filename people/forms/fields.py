"""Fields that name a person or a unit."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from people.models import Employee, Unit


class PersonInput(forms.TextInput):
    """A text field with suggestions: HTMX fills the list while one types; without it, name or number is typed."""

    template_name = "people/_person_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["options_url"] = reverse_lazy("people:options")
        return context


class PersonField(forms.CharField):
    """One person who works here, by number, by address, or by a name that only one person has."""

    widget = PersonInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=220, **kwargs)
        self.people = Employee.objects.none()

    def prepare_value(self, value: Any) -> Any:
        return as_typed(value) if isinstance(value, Employee) else value

    def clean(self, value: Any) -> Employee | None:
        text = super().clean(value).strip()
        if not text:
            return None
        number = text[text.rfind("(") + 1 : -1] if text.endswith(")") else text
        active = self.people.active().select_related("user", "unit")
        found = list(
            active.filter(number=number) or active.filter(user__email=text.lower()) or active.filter(name=text)[:6]
        )
        if len(found) == 1:
            return found[0]
        if found:
            known = ", ".join(f"{one.name} ({one.number}), {one.unit.name}" for one in found[:5])
            raise forms.ValidationError(f"More than one person has this name. Write the number: {known}.")
        raise forms.ValidationError("Nobody here has this name or number. Choose one of the suggestions.")


class UnitField(forms.ModelChoiceField):
    """One unit; the indentation shows the tree."""

    def label_from_instance(self, obj: Unit) -> str:
        return _indented(obj)


class UnitsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return _indented(obj)


def _indented(unit: Unit) -> str:
    return "\u2003" * unit.depth + unit.name


def as_typed(person: Employee) -> str:
    return f"{person.name} ({person.number})"
