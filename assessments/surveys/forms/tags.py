"""Subjects of comments: their words, and putting one on a comment by hand."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from django import forms

from assessments.surveys.models import CommentTag
from assessments.surveys.queries.tags import active_tags


class TagForm(forms.Form):
    """Written by services.tags.save_tag(**cleaned_data)."""

    name = forms.CharField(max_length=60, label="Subject", help_text="Such as: Waiting times")
    keywords = forms.CharField(
        max_length=600,
        required=False,
        label="Keywords",
        help_text="Words or beginnings of words, separated by commas: wait, queue, delay. Comments with one of them are tagged.",
    )
    is_active = forms.BooleanField(required=False, initial=True, label="In use")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


class TaggingForm(forms.Form):
    """One tag put on one comment or taken off."""

    comment = forms.UUIDField()
    tag = forms.ModelChoiceField(queryset=CommentTag.objects.none())
    is_on = forms.BooleanField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["tag"].queryset = active_tags()  # type: ignore[attr-defined]
