"""What the library is narrowed to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from assessments.competencies.models import Framework
from core.constructs import Construct
from core.search import LONGEST_SEARCH


class LibraryForm(forms.Form):
    """A value that means nothing is as good as none. The framework is chosen where there are several to read."""

    q = forms.CharField(
        label="Find in names, meanings and indicators",
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput({"type": "search", "class": "form-control"}),
    )
    state = forms.ChoiceField(label="Show", required=False)
    construct = forms.ChoiceField(label="Serves", choices=[("", "All seven Cs"), *Construct.choices], required=False)
    framework = forms.ChoiceField(label="Framework", required=False)

    def __init__(self, *args: Any, states: dict[str, str], frameworks: Iterable[Framework], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = [("", "All"), *states.items()]  # type: ignore[attr-defined]
        found = [(one.key, _name(one)) for one in frameworks]
        if len(found) > 1:
            self.fields["framework"].choices = found  # type: ignore[attr-defined]
        else:
            del self.fields["framework"]


def _name(framework: Framework) -> str:
    is_used = framework.state == Framework.State.IN_USE
    return framework.name if is_used else f"{framework.name} ({framework.get_state_display().lower()})"
