"""Forms of the directory and of a person's record."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from people.access import Viewer
from people.forms.fields import PersonField, UnitField
from people.models import Employee, JobRole, Unit, User
from people.services import employees

one_line = RegexValidator(r"[\x00-\x1f\x7f\u2028\u2029]", "Holds a character that cannot be seen.", inverse_match=True)


class DirectoryFilter(forms.Form):
    q = forms.CharField(label="Name, job title or unit", max_length=100, required=False)
    unit = UnitField(
        label="Unit, with all below", queryset=Unit.objects.none(), required=False, empty_label="All units"
    )
    left = forms.BooleanField(label="Also people who have left", required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.visible_to(viewer).active()  # type: ignore[attr-defined]
        if not viewer.is_hr:
            del self.fields["left"]


class DetailsForm(forms.Form):
    """What HR keeps about a person. `number` is asked once, when somebody is added."""

    number = forms.CharField(label="Employee number", max_length=40, validators=[one_line])
    name = forms.CharField(max_length=160, validators=[one_line])
    email = forms.EmailField(
        label="Work e-mail",
        required=False,
        help_text="The person signs in with it. Empty: has none, cannot sign in, and answers surveys by a code on paper.",
    )
    unit = UnitField(queryset=Unit.objects.none(), empty_label="Choose a unit")
    manager = PersonField(required=False, help_text="Type a name and choose. Empty: nobody above.")
    title = forms.CharField(label="Job title", max_length=160, required=False, validators=[one_line])
    job_role = forms.ModelChoiceField(
        queryset=JobRole.objects.order_by("name"),
        required=False,
        empty_label="None",
        help_text="Decides which role profile applies.",
    )
    site = forms.CharField(max_length=80, required=False, validators=[one_line])
    hired_on = forms.DateField(label="First day", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, viewer: Viewer, person: Employee | None = None, **kwargs: Any) -> None:
        self.person = person
        if person:
            details = employees.Details.of(person)
            kwargs["initial"] = {**vars(details), "version": person.version}
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.visible_to(viewer).active()  # type: ignore[attr-defined]
        self.fields["manager"].people = Employee.objects.visible_to(viewer)  # type: ignore[attr-defined]
        if person:
            del self.fields["number"]

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if Employee.objects.filter(number=number).exists():
            raise ValidationError("Somebody else has this number already.")
        return number

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if not email:
            if self.person and self.person.user.role_grants.exists():
                raise ValidationError(
                    "They have a role, which needs a sign-in. Take it away first, or keep the address."
                )
            return ""
        others = User.objects.exclude(pk=self.person.user_id) if self.person else User.objects.all()
        if others.filter(email=email).exists():
            raise ValidationError("Somebody else already has this address.")
        return email

    @property
    def details(self) -> employees.Details:
        skipped = ("number", "version")
        return employees.Details(**{k: v for k, v in self.cleaned_data.items() if k not in skipped})


class ErasureForm(forms.Form):
    """The name typed again: it cannot be taken back."""

    name = forms.CharField(
        label="Type their name to confirm", max_length=160, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, person: Employee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name.casefold().split() != self.person.name.casefold().split():
            raise ValidationError(f"This is not the name of this record. Type: {self.person.name}")
        return name


class DepartureForm(forms.Form):
    on = forms.DateField(label="Last day", widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    successor = PersonField(label="Their direct reports go to", required=False, help_text="Empty: to nobody.")

    def __init__(self, *args: Any, viewer: Viewer, person: Employee, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": today, "successor": person.manager})
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["successor"].people = Employee.objects.visible_to(viewer)  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self.today:
            raise ValidationError("Enter it on the day: from that moment they cannot sign in.")
        return on
