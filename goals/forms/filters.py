"""What the goal tree is narrowed to."""

from typing import Any

from django import forms

from core.constructs import Construct
from goals import wording
from goals.progress import Status
from goals.queries.tree import Filters
from people.access import Viewer
from people.forms.fields import UnitField
from people.models import Unit

SHOWS = [(name, name) for name in ("mine", "attention", "unlinked", "stale")]
STATUSES = [(status.value, wording.STATUS_WORDS[status]) for status in Status]


class FilterForm(forms.Form):
    """Search and filters of the tree. A value that means nothing is as good as none."""

    q = forms.CharField(label="Find a goal or person", max_length=100, required=False)
    unit = UnitField(label="Unit", queryset=Unit.objects.none(), required=False, empty_label="All units")
    construct = forms.ChoiceField(label="C", choices=[("", "All seven Cs"), *Construct.choices], required=False)
    status = forms.ChoiceField(label="Status", choices=[("", "Any status"), *STATUSES], required=False)
    show = forms.ChoiceField(choices=[("", ""), *SHOWS], required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.visible_to(viewer).active()  # type: ignore[attr-defined]
        self.fields["q"].widget.attrs.update({"type": "search", "placeholder": "Find a goal or person"})

    @property
    def filters(self) -> Filters:
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(**given)
