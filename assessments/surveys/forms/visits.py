"""What people without an account type before they answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class StartForm(forms.Form):
    """Start. `website` is a trap: people do not see it, programs fill it in."""

    website = forms.CharField(required=False, max_length=200, label=_("Leave this empty"))
    organisation = forms.CharField(
        required=False,
        max_length=120,
        label=_("Your organisation (optional)"),
        help_text=_("Only counted, so that no single customer can be recognised, and erased when the survey closes."),
    )

    def __init__(self, *args: Any, asks_organisation: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_organisation = asks_organisation

    @property
    def is_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=40,
        label=_("Your code"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Twelve letters and numbers from your slip of paper, such as K7Q2-MX4D-91PT"),
        error_messages={"required": _("Type the code from your slip of paper.")},
    )
    go_on = forms.CharField(
        required=False,
        max_length=40,
        label=_("Code to go on (only if you stopped before)"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("Shown at the foot of each page when you began. Without it you start anew."),
    )
