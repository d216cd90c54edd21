"""Forms of the unit tree and of job roles."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from people.access import Viewer
from people.forms.directory import one_line
from people.forms.fields import PersonField, UnitField
from people.models import Employee, JobRole, Unit
from people.services import units


class UnitSearch(forms.Form):
    q = forms.CharField(label="Name of the unit", max_length=100, required=False)


class UnitForm(forms.Form):
    """A unit. `key` is asked once: files and addresses name the unit by it."""

    key = forms.SlugField(
        max_length=80, help_text="Short name without spaces, such as helpdesk-north. It never changes."
    )
    name = forms.CharField(max_length=160, validators=[one_line])
    parent = UnitField(
        label="Unit above", queryset=Unit.objects.none(), required=False, empty_label="None: the organisation"
    )
    head = PersonField(required=False, help_text="Type a name and choose. Empty: nobody at the moment.")
    order = forms.IntegerField(
        label="Place among its neighbours",
        min_value=0,
        max_value=10_000,
        initial=0,
        help_text="Small numbers come first.",
    )
    is_active = forms.BooleanField(label="This unit exists", required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, viewer: Viewer, unit: Unit | None = None, **kwargs: Any) -> None:
        if unit:
            names = ("name", "parent", "head", "order", "is_active", "version")
            kwargs["initial"] = {name: getattr(unit, name) for name in names}
        super().__init__(*args, **kwargs)
        others = Unit.objects.visible_to(viewer).active()
        self.fields["parent"].queryset = others  # type: ignore[attr-defined]
        self.fields["head"].people = Employee.objects.visible_to(viewer)  # type: ignore[attr-defined]
        for gone in ["key"] if unit else ["is_active"]:
            del self.fields[gone]

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if Unit.objects.filter(key=key).exists():
            raise ValidationError("Another unit has this key already.")
        return key

    @property
    def details(self) -> units.Details:
        skipped = ("key", "version")
        return units.Details(**{k: v for k, v in self.cleaned_data.items() if k not in skipped})


class JobRoleForm(forms.ModelForm):
    class Meta:
        model = JobRole
        fields = ["key", "name"]
        help_texts = {"key": "Short name without spaces; files of people name the role by it."}
