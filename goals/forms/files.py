"""The upload of a file of goals."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet

from goals.models import GoalCycle
from goals.services.imports import LIMITS


class GoalFileForm(forms.Form):
    cycle = forms.ModelChoiceField(queryset=GoalCycle.objects.none(), empty_label=None)
    file = forms.FileField(
        label="CSV or XLSX file",
        max_length=200,
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,text/csv"}),
        error_messages={"required": "Choose a file first.", "empty": "The file is empty. Start from the template."},
    )

    def __init__(self, *args: Any, cycles: QuerySet[GoalCycle], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cycle"].queryset = cycles  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > LIMITS.file_bytes:
            raise ValidationError(f"The file is larger than {LIMITS.file_bytes // 1024 // 1024} MB. Split it.")
        return file
