"""The upload of a file of competencies."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from core.tables import Limits


class UploadForm(forms.Form):
    file = forms.FileField(
        label="CSV, XLSX or JSON file",
        max_length=200,
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,.json,text/csv,application/json"}),
        error_messages={"required": "Choose a file first.", "empty": "The file is empty. Start from the template."},
    )
    publishes = forms.BooleanField(
        label="Publish at once",
        required=False,
        help_text="Without the tick the rows become drafts, which you read and publish one by one.",
    )
    change_note = forms.CharField(
        label="What changed and why",
        max_length=300,
        required=False,
        help_text="Needed to publish; everyone who reads the competencies sees it.",
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > Limits.file_bytes:
            raise ValidationError(f"The file is larger than {Limits.file_bytes // 1024 // 1024} MB. Split it.")
        return file
