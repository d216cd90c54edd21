"""Links for customers, single links, and codes for staff without e-mail."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from assessments.surveys.models.campaigns import SurveyLink
from assessments.surveys.services.links import MOST_AT_ONCE
from core.models import NOWHERE
from people.models import Employee, Unit


class LinkForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        label="Name of the link",
        help_text="Only HR reads it. Such as: mail after a repair, or a customer's name",
    )
    kind = forms.ChoiceField(
        choices=[choice for choice in SurveyLink.Kind.choices if choice[0] != SurveyLink.Kind.CONTACTS],
        initial=SurveyLink.Kind.CHANNEL,
        widget=forms.RadioSelect,
        label="Who comes in here",
        help_text="Results need customers of three organisations or more; private customers count for themselves.",
    )
    is_public = forms.BooleanField(
        required=False,
        initial=True,
        label="One address open to many",
        help_text="Switch it off where only links that count once are to be used.",
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


class SinglesForm(forms.Form):
    count = forms.IntegerField(min_value=1, max_value=MOST_AT_ONCE, initial=20, label="How many")


class CodesForm(forms.Form):
    """Whose people get a code: of one unit, with all below it, or of one site; all of them, or those without e-mail."""

    unit = forms.ModelChoiceField(
        Unit.objects.active(), required=False, label="Unit, with all below it", empty_label="Every unit"
    )
    site = forms.ChoiceField(required=False, label="Site")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Employee.objects.active().exclude(site="").order_by("site").values_list("site", flat=True).distinct()
        self.fields["site"] = forms.ChoiceField(
            required=False, label="Site", choices=[("", "Every site"), *((site, site) for site in sites)]
        )
        if Employee.objects.active().without_address().exists():
            self.fields["without_email"] = forms.BooleanField(
                required=False, initial=True, label="Only people without e-mail in the directory"
            )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper

    @property
    def chosen(self) -> dict[str, object]:
        """Filter on employees."""
        unit, site = self.cleaned_data["unit"], self.cleaned_data["site"]
        found: dict[str, object] = {"site": site} if site else {}
        if self.cleaned_data.get("without_email"):
            found["user__email__endswith"] = NOWHERE
        if unit:
            found["unit__position__range"] = (unit.position, unit.last_position)
        return found
