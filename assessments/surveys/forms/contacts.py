"""Customers by name: one typed, a file of them, and the tick of a customer who may be contacted."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.surveys import segments
from assessments.surveys.contact_files import COLUMNS, LIMITS, Row
from assessments.surveys.contact_requests import Asked
from assessments.surveys.models import Campaign

_ROOM = LIMITS.file_bytes * 4 // 3 + 4


class ContactForm(forms.Form):
    """One customer. The same rules as for a row of a file are checked again on adding."""

    name = forms.CharField(required=False, max_length=COLUMNS[0].length, label="Name (optional)")
    organisation = forms.CharField(max_length=COLUMNS[1].length, label="Organisation")
    email = forms.EmailField(label="E-mail")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper

    @property
    def row(self) -> Row:
        return Row(1, self.cleaned_data["name"], self.cleaned_data["organisation"], self.cleaned_data["email"])


class ContactFileForm(forms.Form):
    """A file to look at; or, the second time, what was in it, so that it need not be chosen again."""

    file = forms.FileField(
        required=False, label="CSV or XLSX file", widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,text/csv"})
    )
    file_name = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    content = forms.CharField(required=False, max_length=_ROOM, strip=False, widget=forms.HiddenInput)

    def clean_content(self) -> bytes:
        try:
            return base64.b64decode(self.cleaned_data["content"], validate=True)
        except ValueError:
            raise forms.ValidationError("Choose the file again.") from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("content"):
            self.add_error("file", "Choose a file.")
        elif cleaned.get("file") and cleaned["file"].size > LIMITS.file_bytes:
            self.add_error("file", f"The file is larger than {LIMITS.file_bytes // 1024 // 1024} MB. Split it.")
        return cleaned

    def uploaded(self) -> tuple[str, bytes]:
        """File name and bytes, of a valid form."""
        if file := self.cleaned_data["file"]:
            return file.name, file.read()
        return self.cleaned_data["file_name"], self.cleaned_data["content"]


class GroupForm(forms.Form):
    """Which group a customer says they belong to. Nothing is chosen before they choose, and they need not."""

    group = forms.ChoiceField(required=False, widget=forms.RadioSelect)

    def __init__(
        self, campaign: Campaign, data: Mapping[str, Any] | None = None, *, language: str = "", **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        said = campaign.translations.get(language, {})
        choice: Any = self.fields["group"]
        choice.label = said.get("segment_question") or campaign.segment_question
        usual = {segments.NOT_SAID: gettext("Prefer not to say")}
        choice.choices = [(name, said.get(f"segment:{name}") or usual.get(name, name)) for name in campaign.bands]
        choice.error_messages["invalid_choice"] = _("That is not one of the answers offered. Please choose again.")


class MayContactForm(forms.Form):
    """At the end of a customer's answers. Without the tick whatever was typed is not read."""

    may_contact = forms.BooleanField(required=False, label=_("You may contact me about this"))
    contact_name = forms.CharField(required=False, max_length=120, label=_("Your name"))
    reach_by = forms.CharField(required=False, max_length=200, label=_("E-mail or telephone"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("may_contact") and not cleaned.get("reach_by"):
            self.add_error("reach_by", _("Tell us how to reach you, or take the tick off."))
        return cleaned

    @property
    def asked(self) -> Asked | None:
        if not self.cleaned_data["may_contact"]:
            return None
        return Asked(self.cleaned_data["contact_name"], self.cleaned_data["reach_by"])
