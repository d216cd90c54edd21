"""Making a token, uploading values."""

from django import forms


class TokenForm(forms.Form):
    name = forms.CharField(
        label="What will use it", max_length=80, help_text="Such as: Nightly export of the ticket system."
    )


class ValuesForm(forms.Form):
    file = forms.FileField(
        label="CSV or XLSX file",
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx", "class": "form-control"}),
        error_messages={"required": "Choose a file."},
    )
