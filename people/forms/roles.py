"""Forms of roles and of the audit trail."""

from typing import Any

from django import forms

from people.access import Viewer
from people.forms.fields import PersonField, UnitsField
from people.models import Employee, RoleGrant, Unit
from people.queries import audit


class GrantForm(forms.Form):
    person = PersonField(help_text="Type a name and choose.")
    role = forms.ChoiceField(choices=RoleGrant.Role.choices, widget=forms.RadioSelect)
    units = UnitsField(
        queryset=Unit.objects.none(),
        required=False,
        help_text="For HR partners: the units they look after, with all below.",
        widget=forms.SelectMultiple({"size": 10}),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].people = Employee.objects.visible_to(viewer)  # type: ignore[attr-defined]
        self.fields["units"].queryset = Unit.objects.visible_to(viewer).active()  # type: ignore[attr-defined]


class ScopeForm(forms.Form):
    units = UnitsField(
        queryset=Unit.objects.none(),
        label="Units, with all below",
        required=False,
        widget=forms.SelectMultiple({"size": 14}),
    )

    def __init__(self, *args: Any, viewer: Viewer, given: RoleGrant, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"units": given.units.all()})
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = Unit.objects.visible_to(viewer).active()  # type: ignore[attr-defined]


class AuditFilter(forms.Form):
    person = forms.CharField(label="Who, or about whom", max_length=100, required=False)
    verb = forms.ChoiceField(label="What was done", required=False)
    kind = forms.ChoiceField(label="To what", required=False)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [("", "Everything"), *((verb, verb) for verb in audit.verbs())]  # type: ignore[attr-defined]
        kinds = [(kind, kind.rpartition(".")[2]) for kind in audit.kinds()]
        self.fields["kind"].choices = [("", "Everything"), *kinds]  # type: ignore[attr-defined]

    @property
    def filters(self) -> audit.Filters:
        """Only what was understood; a date that is none filters nothing and is marked in the form."""
        if not self.is_bound:
            return audit.Filters()
        self.is_valid()
        return audit.Filters(**{name: value for name, value in self.cleaned_data.items() if value})
