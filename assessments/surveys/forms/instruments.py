"""What HR types into the questionnaire editor. Checks words; services write."""

from __future__ import annotations

import base64
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from assessments.surveys.languages import AROUND
from assessments.surveys.models import Form, InstrumentVersion, Item
from assessments.surveys.services.instrument_items import NEW_MEANING, SPELLING, TEXT_KEYS
from core.constructs import Construct

SAME = [
    (SPELLING, "Correct the words: it still asks the same"),
    (NEW_MEANING, "Ask something else: a new item takes its place"),
]
REFERENTS = [("", "Not said"), ("self", "Oneself"), ("team", "My team"), ("leaders", "Leaders"), ("org", "All of us")]


MOVED_ON = (
    "Somebody changed this draft while you were typing. What you typed is still here. Look at the draft in another window; "
    "then press again, and yours is saved."
)
MEANINGS = {"low_means": "what a low score means", "high_means": "what a high score means"}


class RevisionForm(forms.Form):
    """A change of a draft: says which revision the page showed, so that nobody overwrites what they have not seen."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def refuse_as_stale(self, revision: int) -> None:
        """Say that the draft has moved on. What was typed stays, and pressing again saves it over what is there now."""
        self.add_error(None, MOVED_ON)
        assert isinstance(self.data, QueryDict)
        sent = self.data.copy()
        sent["revision"] = str(revision)
        self.data = sent


class NewInstrumentForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="Such as: Service week, short questions")
    source = forms.ModelChoiceField(
        InstrumentVersion.objects.none(),
        required=False,
        label="Begin with",
        empty_label="Nothing: write every question",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = InstrumentVersion.objects.exclude(state=InstrumentVersion.State.DRAFT)
        self.fields["source"] = SourceChoice(
            versions.select_related("instrument").order_by("instrument__name", "-number"),
            required=False,
            label="Begin with",
            empty_label="Nothing: write every question",
            help_text="A copy keeps the numbers of its items, so that answers to the same item can be compared.",
        )


class SourceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: InstrumentVersion) -> str:
        return f"A copy of {obj.instrument.name}, version {obj.number}"


class PublishForm(RevisionForm):
    change_note = forms.CharField(
        max_length=300,
        label="What changed and why",
        widget=forms.Textarea({"rows": 3}),
        help_text="A sentence. It stands beside the version for ever.",
    )


class ArrangeForm(RevisionForm):
    """One press of a button beside an item."""

    code = forms.CharField(max_length=20)
    do = forms.ChoiceField(choices=[(name, name) for name in ("up", "down", "split", "join", "out", "in")])


class FormForm(RevisionForm):
    name = forms.CharField(max_length=120, label="Name of the form")
    audience = forms.ChoiceField(choices=Item.Audience.choices, label="Asked of")


class FormNameForm(RevisionForm):
    name = forms.CharField(max_length=120, label="Name of the form")
    rule = forms.CharField(
        max_length=600,
        required=False,
        label="How to use it",
        widget=forms.Textarea({"rows": 2}),
        help_text="Only HR reads it.",
    )


class TextsForm(RevisionForm):
    def __init__(self, *args: Any, version: InstrumentVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in TEXT_KEYS:
            self.fields[key] = forms.CharField(
                label=AROUND[key],
                required=False,
                max_length=2000,
                initial=version.texts.get(key, ""),
                widget=forms.Textarea({"rows": 4}),
            )
        for construct in Construct:
            for name, label in MEANINGS.items():
                self.fields[f"{construct}_{name}"] = forms.CharField(
                    label=f"{construct.short}: {label}",
                    required=False,
                    max_length=300,
                    initial=version.constructs.get(construct, {}).get(name, ""),
                    widget=forms.Textarea({"rows": 2}),
                    help_text="Stands beside its score." if name == "low_means" else "",
                )

    @property
    def texts(self) -> dict[str, str]:
        return {key: self.cleaned_data[key].replace("\r\n", "\n") for key in TEXT_KEYS}

    @property
    def meanings(self) -> dict[str, dict[str, str]]:
        """What low and high mean, by C; only what was sent."""
        said: dict[str, dict[str, str]] = {}
        for construct in Construct:
            for name in MEANINGS:
                if (field := f"{construct}_{name}") in self.data:
                    said.setdefault(construct.value, {})[name] = " ".join(self.cleaned_data[field].split())
        return said


class ItemForm(RevisionForm):
    """One item. `kind` decides which fields it has; `has_trend` asks what new words do to the meaning."""

    text = forms.CharField(max_length=600, widget=forms.Textarea({"rows": 2}), label="What is asked")
    leader_text = forms.CharField(
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        label="In words for leaders",
        help_text="Empty: the same words.",
    )
    customer_text = forms.CharField(
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        label="In words for customers",
        help_text="Empty: it is not asked of customers. {org} stands for the organisation's name.",
    )
    left = forms.CharField(max_length=120, label="Left end")
    right = forms.CharField(max_length=120, label="Right end")
    left_short = forms.CharField(max_length=40, label="Left end, short")
    right_short = forms.CharField(max_length=40, label="Right end, short")
    construct = forms.ChoiceField(
        choices=[("", "Reported on its own"), *Construct.choices], required=False, label="Counts in the score of"
    )
    is_reversed = forms.BooleanField(
        required=False, label="Turned round: agreeing is the bad answer", help_text="It is scored the other way."
    )
    allows_na = forms.BooleanField(required=False, label="Offers “does not apply or I do not know”")
    referent = forms.ChoiceField(choices=REFERENTS, required=False, label="Speaks about")

    def __init__(
        self,
        *args: Any,
        kind: str,
        item: Item | None = None,
        audience: str = "",
        is_own: bool = False,
        has_trend: bool = False,
        places: QuerySet[Form] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.item = kind, item
        for name in self._needless(kind, audience, is_own):
            del self.fields[name]
        for name, field in self.fields.items():
            if name != "revision":
                field.initial = getattr(item, name) if item else name == "allows_na"
                if not item and name != "allows_na":
                    field.initial = ""
        if places is not None:
            self.fields["forms"] = forms.ModelMultipleChoiceField(
                places, widget=forms.CheckboxSelectMultiple, required=False, label="Asked in"
            )
        if has_trend:
            self.fields["change"] = forms.ChoiceField(
                choices=SAME, widget=forms.RadioSelect, required=False, label="If you change the words"
            )

    @staticmethod
    def _needless(kind: str, audience: str, is_own: bool) -> set[str]:
        poles = {"left", "right", "left_short", "right_short"}
        found = {"text", "leader_text", "customer_text"} if kind == Item.Kind.SLIDER else set(poles)
        if kind != Item.Kind.LIKERT:
            found |= {"is_reversed", "referent", "construct"}
        if kind in (Item.Kind.COMMENT, Item.Kind.PROMPT):
            found |= {"allows_na"}
        if kind == Item.Kind.PROMPT or audience == Item.Audience.CUSTOMER:
            found |= {"leader_text", "customer_text"}
        return found if is_own else found | {"construct"}

    @property
    def words(self) -> dict[str, Any]:
        """The item's own fields, as the services take them."""
        plain = {
            name: value for name, value in self.cleaned_data.items() if name not in ("revision", "forms", "change")
        }
        return {name: value.strip() if isinstance(value, str) else value for name, value in plain.items()}


class UploadForm(RevisionForm):
    """A file to look at; or, the second time, what was in it, so that it need not be chosen again."""

    file = forms.FileField(
        required=False,
        label="JSON or CSV file",
        help_text="Start from an export. You see what it does before anything changes.",
    )
    name = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    content = forms.CharField(required=False, max_length=3_000_000, strip=False, widget=forms.HiddenInput)

    def uploaded(self) -> tuple[str, bytes]:
        """File name and bytes, from the file or from what the page carried along. Valid forms only."""
        file = self.cleaned_data["file"]
        if file:
            return file.name, file.read()
        return self.cleaned_data["name"], base64.b64decode(self.cleaned_data["content"], validate=True)

    def clean_content(self) -> str:
        content: str = self.cleaned_data["content"]
        try:
            base64.b64decode(content, validate=True)
        except ValueError:
            raise forms.ValidationError("Choose the file again.") from None
        return content

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("content"):
            self.add_error("file", "Choose a file.")
        return cleaned


class NewFromFileForm(UploadForm):
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(
        max_length=120, required=False, label="Name of the questionnaire", help_text="Empty: as in the file."
    )
