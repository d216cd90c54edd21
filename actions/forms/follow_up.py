from django import forms

from actions.models import FollowUp


class AnswerForm(forms.Form):
    """One choice of four."""

    answer = forms.ChoiceField(
        label="Do you notice a difference?",
        choices=FollowUp.Answer.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the four answers."},
    )
