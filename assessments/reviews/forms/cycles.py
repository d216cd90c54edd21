"""What HR types into a cycle."""

from __future__ import annotations

from django import forms

from assessments.reviews.models import ReviewCycle


class CycleForm(forms.ModelForm):
    class Meta:
        model = ReviewCycle
        fields = ["name", "self_due_on", "manager_due_on", "closes_on"]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("self_due_on", "manager_due_on", "closes_on")
        }
        help_texts = {"name": "As people will read it: “Summer 2026”."}
