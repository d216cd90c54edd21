"""The step of a campaign's set-up in which HR ticks languages and says the campaign's own words in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms

from assessments.surveys import campaign_texts
from assessments.surveys.forms.campaigns import StepForm
from assessments.surveys.models import Campaign
from assessments.surveys.queries import languages

LONG = 120  # characters from which a text gets a box of several lines


@dataclass(frozen=True)
class Part:
    """What one language needs of this campaign: each own text of it with the field for its translation."""

    name: str
    code: str
    rows: tuple[tuple[languages.OwnText, forms.BoundField], ...]


class LanguagesForm(StepForm):
    """Languages offered, of those published for the questionnaire; and this survey's own texts in each of them."""

    class Meta:
        model = Campaign
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.published = languages.published(self.instance.form.version_id)
        self.fields["languages"] = forms.MultipleChoiceField(
            label="Offer these languages",
            choices=[(code, languages.name_of(code)) for code in self.published],
            initial=self.instance.languages,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
        for code in self.published:
            said = self.instance.translations.get(code, {})
            for text in languages.own_texts(self.instance, code):
                is_long = len(text.words) > LONG
                attributes = {"lang": code, "dir": "auto", "class": "form-control"} | ({"rows": 5} if is_long else {})
                self.fields[_field(code, text.key)] = forms.CharField(
                    label=f"{text.label}, in {languages.name_of(code)}",
                    required=False,
                    max_length=text.most,
                    initial=said.get(text.key, ""),
                    widget=forms.Textarea(attributes) if is_long else forms.TextInput(attributes),
                )

    @property
    def parts(self) -> Iterator[Part]:
        for code in self.published:
            texts = languages.own_texts(self.instance, code)
            yield Part(languages.name_of(code), code, tuple((text, self[_field(code, text.key)]) for text in texts))

    def clean(self) -> dict[str, Any]:
        """What update_campaign takes: `languages`, and `translations` by language and key."""
        given = super().clean() or {}
        translations: dict[str, dict[str, str]] = {}
        for code in self.published:
            keys = [text.key for text in languages.own_texts(self.instance, code)]
            words = {key: (given.get(_field(code, key)) or "").replace("\r\n", "\n").strip() for key in keys}
            translations[code] = {key: said for key, said in words.items() if said}
        for code, said in translations.items():
            for key, text in said.items():
                if key in campaign_texts.LABELS and (fault := campaign_texts.unfilled(text)):
                    self.add_error(_field(code, key), fault)
        return {"languages": given.get("languages", []), "translations": {k: v for k, v in translations.items() if v}}


def _field(code: str, key: str) -> str:
    return f"{code}:{key}"
