"""The upload of a file of people, and the choice of the look."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.tables import Limits
from people.models import User


class UploadForm(forms.Form):
    file = forms.FileField(
        label="CSV or XLSX file",
        max_length=200,
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": "Choose a file first.", "empty": "The file is empty. Start from the template."},
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > Limits.file_bytes:
            raise ValidationError(
                f"The file is larger than {Limits.file_bytes // 1024 // 1024} MB. Split it into several."
            )
        return file


class ThemeForm(forms.Form):
    theme = forms.ChoiceField(label="Colours", choices=User.Theme.choices, widget=forms.RadioSelect)
