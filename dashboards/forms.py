"""What a manager sends when asking for news."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from core.numbers import whole_number
from goals.models import Goal


class AskForm(forms.Form):
    """Which goals to ask about. `goals` are those the manager may choose from."""

    goals = forms.ModelMultipleChoiceField(
        Goal.objects.none(),
        error_messages={
            "required": "Choose at least one goal.",
            "invalid_choice": "One of these goals is not in your team any more. Reload the page.",
            "invalid_pk_value": "One of these goals is not in your team any more. Reload the page.",
        },
    )
    note = forms.CharField(
        label="A word with it",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why you ask, or what you can take off their hands. Everyone you ask reads it.",
    )

    def __init__(self, *args: Any, goals: QuerySet[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["goals"].queryset = goals  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Sequence[Goal]:
        """The goals that are ticked, as far as they may be."""
        ids = self.data.getlist("goals") if self.is_bound else self.initial.get("goals", [])  # type: ignore[attr-defined]
        numbers = [pk for one in ids if (pk := whole_number(str(one))) is not None]
        return list(self.fields["goals"].queryset.filter(pk__in=numbers).order_by("owner__name", "pk"))  # type: ignore[attr-defined]
