"""What HR types into the pages of a questionnaire's languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from assessments.surveys.forms.instruments import UploadForm
from assessments.surveys.languages import Line

OK = "ok:"  # before the key of a text whose translation fits the corrected original, too
LONG = 90  # characters from which a text gets a box of several lines


@dataclass(frozen=True)
class Row:
    """One text beside the field for its translation."""

    line: Line
    field: forms.BoundField
    still_right: forms.BoundField | None


class AddLanguageForm(forms.Form):
    language = forms.ChoiceField(label="Language")

    def __init__(self, *args: Any, addable: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label="Language", choices=list(addable), widget=forms.Select({"class": "form-select"})
        )


class SheetForm(forms.Form):
    """One sheet of texts. How long a translation may be, and which places it keeps, is for the service to say."""

    def __init__(self, *args: Any, lines: Iterable[Line], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = tuple(lines)
        for line in self.lines:
            rows = min(8, 1 + max(len(line.text.words), len(line.translation)) // LONG)
            attributes = {"rows": rows, "lang": language, "dir": "auto", "class": "form-control"}
            self.fields[line.text.key] = forms.CharField(
                label=f"{line.text.label}, translation",
                required=False,
                max_length=20_000,
                initial=line.translation,
                widget=forms.Textarea(attributes),
            )
            if line.is_stale:
                self.fields[f"{OK}{line.text.key}"] = forms.BooleanField(
                    required=False, label="This translation is still right"
                )

    @property
    def rows(self) -> Iterator[Row]:
        for line in self.lines:
            yield Row(line, self[line.text.key], self[f"{OK}{line.text.key}"] if line.is_stale else None)

    @property
    def given(self) -> dict[str, str]:
        return {line.text.key: self.cleaned_data[line.text.key] for line in self.lines}

    @property
    def still_right(self) -> set[str]:
        return {line.text.key for line in self.lines if self.cleaned_data.get(f"{OK}{line.text.key}")}

    def refuse(self, errors: Mapping[str, str]) -> None:
        """Mark rows that cannot stand."""
        for key, words in errors.items():
            self.add_error(key if key in self.fields else None, words)


class TranslationsForm(UploadForm):
    """A translator's file."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        required=False,
        label="CSV or XLSX file",
        help_text="Start from an export. You see what it does before anything changes.",
        widget=forms.ClearableFileInput({"accept": ".csv,.xlsx,text/csv"}),
    )
