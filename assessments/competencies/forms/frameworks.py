"""A framework as HR types it: name, clusters, levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from assessments.competencies.forms.wording import TextLinesField
from assessments.competencies.models import HIGHEST_LEVEL, LOWEST_TOP, Framework, Level
from assessments.competencies.queries.frameworks import Placed
from assessments.competencies.services.frameworks import ClusterWords, GuideWords, LevelWords
from core.numbers import whole_number

LEVEL_PARTS = ("name", "freedom", "reach", "text")
CLUSTER_PARTS = ("key", "name", "text", "place")
GUIDE_LINES = 20
NUMBERS = [(number, str(number)) for number in range(LOWEST_TOP, HIGHEST_LEVEL + 1)]
# Words to start from when a new framework copies none; HR rewords them.
FIRST_LEVELS = (
    LevelWords(
        "Starting", "Works with guidance", "Own task", "Knows what good looks like and does the basics with help."
    ),
    LevelWords("Applying", "Works alone in usual cases", "Own customers", "Does it reliably in everyday situations."),
    LevelWords("Skilled", "Handles unusual cases", "Own team", "Does it under pressure and adapts to the case."),
    LevelWords(
        "Guiding", "Sets the way for others", "Several teams", "Helps others do it and improves how it is done."
    ),
    LevelWords("Shaping", "Decides policy", "Whole organisation", "Builds the conditions in which everyone does it."),
    LevelWords(
        "Leading the field", "Sets standards", "Beyond the organisation", "Others elsewhere learn from how it is done."
    ),
)


class FrameworkForm(forms.ModelForm):
    class Meta:
        model = Framework
        fields = ("name", "purpose")
        widgets = {"purpose": forms.Textarea(attrs={"rows": 2})}


class NewFrameworkForm(FrameworkForm):
    levels = forms.TypedChoiceField(
        coerce=int,
        choices=NUMBERS,
        initial=5,
        label="Number of levels",
        help_text="Three are quick to learn, six tell more apart. It is fixed once competencies are written.",
    )
    copy_of = forms.ModelChoiceField(
        Framework.objects.none(),
        required=False,
        empty_label="nothing, an empty framework",
        label="Start with a copy of",
        help_text="Takes over clusters, competencies in use and role profiles.",
    )

    def __init__(self, *args: Any, frameworks: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        copy_of = self.fields["copy_of"]
        assert isinstance(copy_of, forms.ModelChoiceField)
        copy_of.queryset = frameworks

    def level_words(self, source: list[Level]) -> list[LevelWords]:
        """The first so many names of the copied framework, filled up with the shipped ones."""
        named = [LevelWords(level.name, level.freedom, level.reach, level.text) for level in source]
        number = int(self.cleaned_data["levels"])
        taken = {words.name for words in named}
        spare = [words for words in FIRST_LEVELS[len(named) :] if words.name not in taken]
        return [*named, *spare, *(words for words in FIRST_LEVELS if words.name not in taken)][:number]


class LevelsForm(forms.Form):
    """The level names as typed, a row each; a row without a name is left out."""

    change_note = forms.CharField(
        label="What changed and why",
        max_length=300,
        required=False,
        help_text="Needed once competencies are in use: each gets a new version with these level names.",
    )
    started_from = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, levels: list[Level]) -> None:
        super().__init__(data)
        columns = [data.getlist(f"level_{part}") for part in LEVEL_PARTS] if data is not None else []
        typed = [dict(zip(LEVEL_PARTS, row, strict=True)) for row in zip(*columns, strict=False)]
        stored = [{part: getattr(level, part) for part in LEVEL_PARTS} for level in levels]
        self.rows = stored if data is None else typed

    def all_rows(self) -> list[dict[str, str]]:
        """Rows to show: those filled, and empty ones up to the highest number of levels."""
        return self.rows + [dict.fromkeys(LEVEL_PARTS, "")] * (HIGHEST_LEVEL - len(self.rows))

    def clean(self) -> None:
        for row in self.rows:
            limits = {"name": 40, "freedom": 80, "reach": 80, "text": 200}
            if long := [part for part, limit in limits.items() if len(row[part]) > limit]:
                raise forms.ValidationError(f"“{row['name'][:40]}”: shorten {', '.join(long)}.")

    def words(self) -> list[LevelWords]:
        return [
            LevelWords(*(" ".join(row[part].split()) for part in LEVEL_PARTS))
            for row in self.rows
            if row["name"].strip()
        ]


class ClustersForm(forms.Form):
    """The clusters as typed, a row each, put in order by their place; a row without a name is left out."""

    started_from = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, framework: Framework) -> None:
        super().__init__(data)
        if data is not None:
            columns = [data.getlist(f"cluster_{part}") for part in CLUSTER_PARTS]
            self.rows = [dict(zip(CLUSTER_PARTS, row, strict=True)) for row in zip(*columns, strict=False)]
        else:
            self.rows = [
                {"key": cluster.key, "name": cluster.name, "text": cluster.text, "place": str(place)}
                for place, cluster in enumerate(framework.clusters.all(), start=1)
            ]

    def all_rows(self) -> list[dict[str, str]]:
        empty = {"key": "", "name": "", "text": "", "place": str(len(self.rows) + 1)}
        return [*self.rows, empty, {**empty, "place": str(len(self.rows) + 2)}]

    def clean(self) -> None:
        words = self.words()
        if not words:
            raise forms.ValidationError("A framework needs at least one cluster.")
        if len({row.name.lower() for row in words}) < len(words):
            raise forms.ValidationError("Two clusters have the same name. Each needs its own.")
        if any(len(row.name) > 80 or len(row.text) > 300 for row in words):
            raise forms.ValidationError("At most 80 letters for a name and 300 for the sentence about it.")

    def words(self) -> list[ClusterWords]:
        named = [row for row in self.rows if row["name"].strip()]
        ordered = sorted(named, key=_place)
        return [
            ClusterWords(row["key"], " ".join(row["name"].split()), " ".join(row["text"].split())) for row in ordered
        ]


def _place(row: dict[str, str]) -> int:
    """Rows without a number come last."""
    place = whole_number(row["place"])
    return 999 if place is None else place


class OrderForm(forms.Form):
    """The place of each competency in its cluster, a row each."""

    started_from = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict, *, placed: Sequence[Placed]) -> None:
        super().__init__(data)
        clusters = {cluster: n for n, cluster in enumerate(dict.fromkeys(one.cluster for one in placed))}
        self._typed = list(zip(data.getlist("key"), data.getlist("place"), strict=False))
        self._at = {one.key: (clusters[one.cluster], one.place) for one in placed}

    def keys(self) -> list[str]:
        """Cluster by cluster, in it by the numbers typed; of two with the same number, the one that was moved first."""
        typed: dict[str, tuple[int, int, bool, int]] = {}
        for key, text in self._typed:
            if key in self._at:
                cluster, before = self._at[key]
                place = whole_number(text)
                place = before if place is None else place
                typed[key] = (cluster, place, place == before, before)
        return sorted(typed, key=lambda key: typed[key])


class GuidesForm(forms.Form):
    """What documents say beside the competencies."""

    purpose = forms.CharField(
        label="What assessments are for",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Closes every job description.",
    )
    name = forms.CharField(
        label="Star-performer interview: its name", max_length=80, required=False, initial="Star-performer interview"
    )
    minutes = forms.IntegerField(label="Minutes to plan", min_value=5, max_value=480, required=False)
    who = forms.CharField(
        label="Whom to interview", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    consent = forms.CharField(
        label="What they are told", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    prompts = TextLinesField(
        most=GUIDE_LINES,
        label="What to ask",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="One question a line.",
    )
    after = TextLinesField(
        most=GUIDE_LINES,
        label="What to do afterwards",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One step a line.",
    )

    @staticmethod
    def initial_of(framework: Framework) -> dict[str, Any]:
        guide = framework.interview_guide
        return {
            **{part: guide[part] for part in ("name", "minutes", "who", "consent") if guide.get(part)},
            "purpose": framework.rating_guide.get("purpose", ""),
            "prompts": "\n".join(guide.get("prompts", ())),
            "after": "\n".join(guide.get("after", ())),
        }

    def words(self) -> GuideWords:
        return GuideWords(**self.cleaned_data)


class MergeForm(forms.Form):
    into = forms.ChoiceField(label="Merge into")
    change_note = forms.CharField(
        label="Why",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Everyone who is assessed can read it.",
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        assert isinstance(into, forms.ChoiceField)
        into.choices = choices
