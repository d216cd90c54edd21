"""Make a document, and edit its text."""

from __future__ import annotations

from typing import Any

from django import forms

from assessments.competencies.models import Document, RoleProfile


class NewDocumentForm(forms.Form):
    profile = forms.ModelChoiceField(RoleProfile.objects.none(), label="Role", empty_label=None)
    kind = forms.ChoiceField(label="Document", choices=Document.Kind.choices, widget=forms.RadioSelect)
    only_focus = forms.BooleanField(
        label="Interview guide: only the focus competencies",
        required=False,
        initial=True,
        help_text="Three or four competencies fill an hour. Without the tick it asks about all of them.",
    )

    def __init__(self, *args: Any, roles: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profile = self.fields["profile"]
        assert isinstance(profile, forms.ModelChoiceField)
        profile.queryset = roles


class DocumentForm(forms.Form):
    title = forms.CharField(max_length=160)
    text = forms.CharField(
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 28, "class": "font-monospace", "spellcheck": "true"}),
        help_text="# heading, ## smaller heading, - point, 1. numbered point, | a | table row |.",
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
