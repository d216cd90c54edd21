"""The steps of a campaign's set-up. They check; `services.campaigns` writes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet
from django.utils import formats, timezone

from assessments.surveys import campaign_texts, segments
from assessments.surveys.forms.clock import LocalDateTimeField
from assessments.surveys.models import Campaign, Form, InstrumentVersion, Item
from assessments.surveys.queries.campaign_list import ORDERS
from assessments.surveys.services.rotation import KEY as ROTATING
from core import working_days
from people.models import Employee, JobRole, Unit

OPENS, CLOSES = time(9, 0), time(18, 0)
DAYS_OPEN, DAYS_MORE = 14, 7
AUDIENCES = [(value, str(label).split(":")[0]) for value, label in Campaign.Audience.choices]


GROUPS_HELP = (
    f"{segments.FEWEST_CHOICES} to {segments.MOST_CHOICES}; “{segments.NOT_SAID}” is added by itself. A group is shown from the "
    "smallest group above on, counting contacts you wrote to, of three organisations: who comes by an open address or a "
    "downloaded link counts in a group, but cannot make it large enough. Smaller ones are put together or left out."
)


class CampaignFilter(forms.Form):
    """What narrows the list of campaigns. A value that is not offered narrows nothing."""

    q = forms.CharField(
        label="Name", max_length=100, required=False, widget=forms.TextInput(attrs={"class": "form-control"})
    )
    state = forms.ChoiceField(label="State", choices=[("", "All states"), *Campaign.State.choices], required=False)
    audience = forms.ChoiceField(label="Who is asked", choices=[("", "Anybody"), *AUDIENCES], required=False)
    sort = forms.ChoiceField(choices=[(key, key) for key in ORDERS], required=False, widget=forms.HiddenInput)

    @property
    def narrowed(self) -> dict[str, str]:
        self.is_valid()
        return {name: value.strip() for name, value in self.cleaned_data.items() if value.strip() and name != "sort"}

    @property
    def order(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("sort", "")


class StepForm(forms.ModelForm):
    """One step. Saved through services.update_campaign(**cleaned_data), never by save()."""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        return helper


class QuestionnaireForm(StepForm):
    class Meta:
        model = Campaign
        fields = ("title", "form")
        labels = {"title": "Name of the survey", "form": "Questionnaire"}
        help_texts = {"title": "Everybody invited reads it. Such as: Culture survey, autumn 2026"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form"] = FormChoice(label="Questionnaire", queryset=sendable_forms())


class FormChoice(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"empty_label": None, "widget": forms.RadioSelect} | kwargs)

    def label_from_instance(self, obj: Form) -> str:
        whom = ", for customers" if obj.audience == Item.Audience.CUSTOMER else ""
        return f"{obj.name}{whom}, {ceil(obj.minutes)} minutes"


def sendable_forms() -> QuerySet[Form]:
    """Published questionnaires; workbooks are filled in by name and are no survey."""
    published = Form.objects.filter(version__state=InstrumentVersion.State.PUBLISHED)
    workbooks = Item.objects.filter(kind=Item.Kind.PROMPT).values("forms")
    sent_by_hand = published.exclude(version__instrument__key__startswith=ROTATING)
    return sent_by_hand.exclude(pk__in=workbooks.filter(forms__isnull=False)).order_by(
        "version__instrument__name", "pk"
    )


class PeopleForm(StepForm):
    class Meta:
        model = Campaign
        fields = (
            "audience",
            "leaders_campaign",
            "units",
            "new_joiners_days",
            "without_leavers",
            "without_roles",
            "without_sites",
        )
        labels = {"audience": "Who is asked", "leaders_campaign": "Leaders' survey to stand beside"}
        help_texts = {"leaders_campaign": "Leaders go first: this survey opens when theirs has closed."}
        widgets = {"audience": forms.RadioSelect, "units": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaders = Campaign.objects.filter(audience=Campaign.Audience.LEADERS).exclude(pk=self.instance.pk)
        self.fields["leaders_campaign"] = forms.ModelChoiceField(
            leaders,
            required=False,
            label="Leaders' survey to stand beside",
            empty_label="None",
            help_text="Leaders go first: this survey opens when theirs has closed.",
        )
        self.fields["units"] = forms.ModelMultipleChoiceField(Unit.objects.active(), required=False)
        inside = [choice for choice in Campaign.Audience.choices if choice[0] != Campaign.Audience.CUSTOMERS]
        self.fields["audience"] = forms.ChoiceField(choices=inside, widget=forms.RadioSelect, label="Who is asked")
        self.fields["without_roles"] = forms.ModelMultipleChoiceField(
            JobRole.objects.all(),
            required=False,
            label="Leave out these job roles",
            widget=forms.CheckboxSelectMultiple,
        )
        sites = Employee.objects.active().exclude(site="").order_by("site").values_list("site", flat=True).distinct()
        self.fields["without_sites"] = forms.MultipleChoiceField(
            choices=[(site, site) for site in sites],
            required=False,
            label="Leave out these sites",
            widget=forms.CheckboxSelectMultiple,
        )

    @property
    def unit_boxes(self) -> list[UnitBox]:
        """The unit tree as boxes to tick; a plain list, because the boxes carry no choices of their own."""
        chosen = {str(getattr(value, "pk", value)) for value in self["units"].value() or ()}
        return [UnitBox(unit, str(unit.pk) in chosen) for unit in Unit.objects.active().order_by("position")]


@dataclass(frozen=True)
class UnitBox:
    unit: Unit
    is_chosen: bool


class LimitsForm(StepForm):
    class Meta:
        model = Campaign
        fields = ("minimum_group", "minimum_comments", "cut_by", "segment_question")
        labels = {
            "minimum_group": "Smallest group whose scores are shown",
            "minimum_comments": "Fewest comments shown together",
            "cut_by": "Split the organisation's results by",
            "segment_question": "Question about the customer's group (optional)",
        }
        help_texts = {
            "minimum_group": "From 5 to 20 answers. Fixed at launch; nobody can lower it afterwards.",
            "minimum_comments": "5 or more to one question, in groups of 10 answers or of the smallest group, if that is more.",
            "cut_by": "For the whole organisation, each attribute on its own, and only where it can give nobody away.",
            "segment_question": "Asked at the end, and nobody has to answer. Such as: How do you buy from us?",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.is_for_customers:
            split: Any = self.fields["cut_by"]
            split.choices = [one for one in Campaign.Cut.choices if one[0] != Campaign.Cut.ASKED]
            del self.fields["segment_question"]
            return
        del self.fields["cut_by"]
        self.fields["segment_choices"] = forms.CharField(
            label="Its answers, one a line",
            required=False,
            widget=forms.Textarea(attrs={"rows": 5}),
            initial="\n".join(self.instance.segment_choices),
            help_text=GROUPS_HELP,
        )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "segment_question" in self.fields:
            given["segment_choices"] = segments.read(given.get("segment_choices") or "")
            try:
                segments.check(given.get("segment_question", ""), given["segment_choices"])
            except segments.BadChoices as refusal:
                self.add_error("segment_choices", str(refusal))
        return given


class DatesForm(StepForm):
    opens_at = LocalDateTimeField(label="Opens")
    closes_at = LocalDateTimeField(label="Closes", help_text="Can be put off later, never brought forward.")

    class Meta:
        model = Campaign
        fields = ("opens_at", "closes_at")

    def clean_opens_at(self) -> datetime:
        opens_at: datetime = self.cleaned_data["opens_at"]
        leaders = self.instance.leaders_campaign
        if leaders and opens_at < leaders.closes_at:
            closes = formats.date_format(timezone.localtime(leaders.closes_at), "j F Y, H:i")
            raise forms.ValidationError(
                f"Leaders go first: {leaders} closes on {closes}. Choose that time or a later one."
            )
        return opens_at


class TextsForm(StepForm):
    """The words of the mails; a text left as usual is not stored, so that later improvements reach it."""

    class Meta:
        model = Campaign
        fields = ("reminds",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.usual = campaign_texts.usual(for_customers=self.instance.is_for_customers)
        for name, usual in self.usual.items():
            is_line = name.endswith("_subject")
            self.fields[name] = forms.CharField(
                label=campaign_texts.LABELS[name],
                initial=self.instance.texts.get(name, usual),
                max_length=150 if is_line else 3000,
                required=False,
                widget=forms.TextInput if is_line else forms.Textarea(attrs={"rows": 5}),
            )
        self.fields[
            "promise"
        ].help_text = "It stands in every mail. What is anonymous is added by itself and is always true."

    def clean(self) -> dict[str, Any]:
        """What update_campaign takes: `reminds`, and the texts that differ from the usual ones."""
        given = super().clean() or {}
        texts = {name: (given.pop(name, "") or "").replace("\r\n", "\n").strip() for name in self.usual}
        own = {name: words for name, words in texts.items() if words and words != self.usual[name]}
        for name, words in own.items():
            if fault := campaign_texts.unfilled(words):
                self.add_error(name, fault)
        return {**given, "texts": own}


class ExtensionForm(forms.Form):
    """A later closing time for a survey that is open."""

    closes_at = LocalDateTimeField(label="New closing time")

    def __init__(self, data: Mapping[str, Any] | None = None, *, now_closes_at: datetime) -> None:
        super().__init__(data, initial={"closes_at": now_closes_at + timedelta(days=DAYS_MORE)})
        self.now_closes_at = now_closes_at

    def clean_closes_at(self) -> datetime:
        chosen: datetime = self.cleaned_data["closes_at"]
        if chosen <= self.now_closes_at:
            raise forms.ValidationError(
                "Choose a time after the present one: a survey can be given more time, not less, because people were "
                "told when it closes."
            )
        return chosen


def first_dates(
    at: datetime, off: Collection[date] = (), *, lasts: timedelta = timedelta(days=DAYS_OPEN)
) -> tuple[datetime, datetime]:
    """Where a new draft starts: the next working day's morning, and closing on a working day's evening."""
    opens_on = working_days.next_working_day(timezone.localdate(at) + timedelta(days=1), off)
    closes_on = working_days.next_working_day(opens_on + max(lasts, timedelta(days=1)), off)
    return (
        timezone.make_aware(datetime.combine(opens_on, OPENS)),
        timezone.make_aware(datetime.combine(closes_on, CLOSES)),
    )
