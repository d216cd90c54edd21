"""Which mails I want."""

from typing import Any

from django import forms

from core.mail_choices import How, Topic


class MailsForm(forms.Form):
    """A choice for each topic of mails."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in Topic:
            self.fields[topic.value] = forms.ChoiceField(label=topic.label, choices=How.choices)
