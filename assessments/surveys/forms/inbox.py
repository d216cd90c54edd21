"""What is typed into the comment inbox, by the writer of a comment and by those who read comments."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.surveys.forms.answering import PlainTextField
from assessments.surveys.services.inbox import LONGEST


class CodeForm(forms.Form):
    """The code from the receipt. Sent in the body of the request, never in an address."""

    code = forms.CharField(
        label=_("Inbox code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "class": "code-field"}
        ),
        help_text=_("28 letters and digits, with or without the dashes."),
    )


class MessageForm(forms.Form):
    text = PlainTextField(label="Your answer", max_length=LONGEST, widget=forms.Textarea({"rows": 4}))


class WriterForm(forms.Form):
    """A message of the comment's writer: the code comes along, because the page keeps nothing between two requests.

    How long the text may be is for the service to say: then the page can open again with what was typed.
    """

    text = forms.CharField(required=False, strip=False)
    code = forms.CharField(max_length=60, widget=forms.HiddenInput)
    comment = forms.UUIDField(widget=forms.HiddenInput)
