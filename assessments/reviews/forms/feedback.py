"""What a rater types. A page holds one small form per competency and one for the texts, so that each is saved alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from assessments.reviews.models import LONGEST_TEXT, Feedback, FeedbackRating
from assessments.reviews.queries.feedback import FeedbackPage, Question

CANNOT_JUDGE = "na"
WORDS = "words"  # the part of a page that holds the two texts


class JudgementForm(forms.Form):
    level = forms.ChoiceField(required=False)
    revision = forms.IntegerField(min_value=0)

    def __init__(self, question: Question, data: Mapping[str, Any] | None = None) -> None:
        chosen = "" if question.rating is None else CANNOT_JUDGE if question.level is None else str(question.level)
        initial = {"level": chosen, "revision": question.revision}
        super().__init__(data, prefix=part_of(question), initial=initial)
        level = self.fields["level"]
        assert isinstance(level, forms.ChoiceField)
        values = [question.zero.value] if question.zero else []
        values += [one.value for one in question.levels]
        level.choices = [("", ""), (CANNOT_JUDGE, ""), *((str(value), "") for value in values)]

    @property
    def is_open(self) -> bool:
        """Nothing was chosen."""
        return not self.cleaned_data["level"]

    @property
    def chosen(self) -> int | None:
        """The level, None for "cannot judge"; once the form is valid and not open."""
        level = self.cleaned_data["level"]
        return None if level == CANNOT_JUDGE else int(level)


class WordsForm(forms.Form):
    keep_doing = forms.CharField(
        required=False, max_length=LONGEST_TEXT, label="Keep doing", widget=forms.Textarea(attrs={"rows": 3})
    )
    try_next = forms.CharField(
        required=False, max_length=LONGEST_TEXT, label="Try next", widget=forms.Textarea(attrs={"rows": 3})
    )
    revision = forms.IntegerField(min_value=0)

    def __init__(self, feedback: Feedback | None, data: Mapping[str, Any] | None = None) -> None:
        initial: dict[str, Any] = {"revision": 0}
        if feedback:
            initial = {name: getattr(feedback, name) for name in ("keep_doing", "try_next", "revision")}
        super().__init__(data, prefix=WORDS, initial=initial)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        required=False,
        max_length=300,
        label="Why, if you like to say",
    )


class TrapForm(forms.Form):
    """`website` is a trap: people do not see it, programs fill it in."""

    website = forms.CharField(required=False, max_length=200, label="Leave this empty")

    @property
    def is_robot(self) -> bool:
        return not self.is_valid() or bool(self.cleaned_data.get("website"))


@dataclass(frozen=True)
class Part:
    """One competency on the page. `stored` is the answer of another device, only on a conflict."""

    question: Question
    form: JudgementForm
    stored: FeedbackRating | None = None

    @property
    def name(self) -> str:
        return part_of(self.question)

    @property
    def revision(self) -> Any:
        return self.stored.revision if self.stored else self.form["revision"].value()

    @property
    def stored_words(self) -> str:
        question = Question(self.question.version, self.question.levels, self.question.zero, self.stored)
        return question.answer_words

    @property
    def chosen(self) -> str:
        """The value of the chosen card, empty for none."""
        return str(self.form["level"].value() or "")


@dataclass(frozen=True)
class FeedbackForm:
    """All parts of a page. Conflicts are those found while saving."""

    parts: list[Part]
    words: WordsForm
    stored_words: Feedback | None = None
    refusal: str = ""

    @classmethod
    def of(
        cls,
        page: FeedbackPage,
        data: Mapping[str, Any] | None = None,
        *,
        conflicts: Mapping[str, Any] | None = None,
        refusal: str = "",
    ) -> FeedbackForm:
        """`conflicts` holds what another device saved meanwhile, by name of the part."""
        found = conflicts or {}
        parts = [Part(one, JudgementForm(one, data), found.get(part_of(one))) for one in page.questions]
        return cls(parts, WordsForm(page.feedback, data), found.get(WORDS), refusal)

    @property
    def is_valid(self) -> bool:
        return all([*(part.form.is_valid() for part in self.parts), self.words.is_valid()])

    @property
    def words_revision(self) -> Any:
        return self.stored_words.revision if self.stored_words else self.words["revision"].value()


def part_of(question: Question) -> str:
    return f"c{question.pk}"
