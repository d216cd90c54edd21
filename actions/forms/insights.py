"""Narrowing the page of what worked, and saying what to copy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q

from actions.agreement import Verdict
from actions.forms.promises import CONSTRUCTS
from actions.queries.insights import KINDS, Filters
from core.numbers import whole_number
from people.access import Role, Viewer
from people.forms.fields import UnitField
from people.models import Unit

DEPTH = 2  # departments and what lies right below them; an address may name any unit


class InsightsForm(forms.Form):
    """What the page is narrowed to. A value that means nothing is as good as none."""

    construct = forms.ChoiceField(label="C", choices=[("", "All seven Cs"), *CONSTRUCTS], required=False)
    unit = UnitField(label="Unit", queryset=Unit.objects.none(), required=False, empty_label="All units")
    kind = forms.ChoiceField(label="Show", choices=[("", "Actions and goals"), *KINDS.items()], required=False)
    practices = forms.BooleanField(label="Practices to copy only", required=False)
    verdict = forms.ChoiceField(
        choices=[("", ""), *((one.value, one.label) for one in Verdict)], required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.active()
        if not viewer.has(Role.HR_ADMIN, Role.EXECUTIVE):
            kept = Q(pk__in=[])
            for unit in viewer.partner_units:
                kept |= Q(position__range=(unit.position, unit.last_position))
            units = units.filter(kept)
        shown = Q(depth__lte=DEPTH) | Q(pk=whole_number(self.data.get("unit", "")))
        self.fields["unit"].queryset = units.filter(shown).order_by("position")  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


class PracticeForm(forms.Form):
    """Written by services.practices.mark(**cleaned_data)."""

    words = forms.CharField(
        label="What should others copy?",
        max_length=400,
        widget=forms.Textarea({"rows": 3}),
        help_text="One or two sentences on what was done, not on who did it: “Refunds up to 100 are decided at the desk.”",
    )
