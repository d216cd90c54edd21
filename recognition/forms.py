"""Words to a colleague. Who may read them comes first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms

from assessments.competencies.models import Competency, CompetencyVersion
from core.constructs import Construct
from people.models import Employee
from recognition.models import Feedback, Praise, Preference, Reach, Report
from recognition.services.praise import Words

LONG_AGO = timedelta(days=365)
_CHECK = {"class": "form-check-input"}


def _words(model: type[Any], name: str, label: str, rows: int, **more: Any) -> forms.CharField:
    longest = model._meta.get_field(name).max_length
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea({"rows": rows}), **more)


def _key() -> forms.UUIDField:
    return forms.UUIDField(widget=forms.HiddenInput)


class PraiseForm(forms.Form):
    """Thanks to `to`, whose preference limits who may be chosen to read it."""

    reach = forms.TypedChoiceField(
        label="Who may read it",
        coerce=lambda value: Reach(int(value)),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who may read it before you write."},
    )
    what = _words(Praise, "what", "What you saw", 4)
    effect = _words(Praise, "effect", "Whom it helped, and how", 2, required=False)
    about = forms.ChoiceField(label="A good example of")
    done_on = forms.DateField(label="When it was", widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
    is_from_customer = forms.BooleanField(label="These are a customer’s words, passed on", required=False)
    key = _key()

    def __init__(self, *args: Any, to: Employee, widest: Reach, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4(), "done_on": today})
        super().__init__(*args, **kwargs)
        self.today = today
        self.versions = list(
            CompetencyVersion.objects.published()
            .select_related("competency")
            .order_by("competency__order", "competency_id")
        )
        self.fields["reach"].choices = [  # type: ignore[attr-defined]
            (reach.value, label) for reach, label in _reach_labels(to).items() if reach <= widest
        ]
        self.fields["what"].label = f"What {to.first_name} did"
        self.fields["about"].choices = _about_choices(self.versions)  # type: ignore[attr-defined]

    def clean_done_on(self) -> date:
        day: date = self.cleaned_data["done_on"]
        if not self.today - LONG_AGO <= day <= self.today:
            raise forms.ValidationError("Choose a day of the last twelve months, today at the latest.")
        return day

    @property
    def words(self) -> Words:
        """What a valid form says."""
        given = self.cleaned_data
        kind, _, key = given["about"].partition(":")
        version = next((one for one in self.versions if kind == "k" and str(one.competency_id) == key), None)
        return Words(
            reach=given["reach"],
            what=given["what"],
            construct=Construct(version.constructs[0]) if version else Construct(key),
            done_on=given["done_on"],
            effect=given["effect"],
            competency=version.competency if version else None,
            is_from_customer=given["is_from_customer"],
        )


def _reach_labels(to: Employee) -> dict[Reach, str]:
    lead = to.manager.name if to.manager else ""
    return {
        Reach.PERSON: f"Only {to.name} and you",
        Reach.TEAM: f"{lead} and the whole team",
        Reach.EVERYONE: "Everyone here, on the praise wall",
    }


def _about_choices(versions: list[CompetencyVersion]) -> list[tuple[str, Any]]:
    return [
        ("", "Choose"),
        ("A competency", [(f"k:{one.competency_id}", one.name) for one in versions if one.constructs]),
        ("One of the seven Cs", [(f"c:{construct.value}", construct.short) for construct in Construct]),
    ]


class AskForm(forms.Form):
    """A question about one's own work."""

    question = _words(Feedback, "question", "What you want to know", 3)
    competency = forms.ChoiceField(label="About", required=False)
    key = _key()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid4()})
        super().__init__(*args, **kwargs)
        published = CompetencyVersion.objects.published().order_by("competency__order", "competency_id")
        names = published.values_list("competency_id", "name")
        self.fields["competency"].choices = [  # type: ignore[attr-defined]
            ("", "My work in general"),
            *((str(pk), name) for pk, name in names),
        ]

    def clean_competency(self) -> Competency | None:
        """The competency itself; the field offers those that are published."""
        chosen = self.cleaned_data["competency"]
        return Competency.objects.filter(pk=chosen).first() if chosen else None


class AnswerForm(forms.Form):
    keep = _words(Feedback, "keep", "Keep doing", 3, required=False)
    try_next = _words(Feedback, "try_next", "Try", 3, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not (cleaned.get("keep") or cleaned.get("try_next")):
            self.add_error("keep", "Write one of the two, or leave the question without an answer.")
        return cleaned


class PreferenceForm(forms.Form):
    reach = forms.TypedChoiceField(
        label="Who may read it",
        coerce=lambda value: Reach(int(value)),
        widget=forms.RadioSelect,
        choices=[
            (Reach.PERSON.value, "Only whoever thanks me, and me"),
            (Reach.TEAM.value, "Also my team, if the giver wants"),
            (Reach.EVERYONE.value, "Also everyone here, on the praise wall, if the giver wants"),
        ],
    )
    forms = forms.MultipleChoiceField(
        label="What I enjoy", choices=Preference.Form.choices, widget=forms.CheckboxSelectMultiple, required=False
    )


class ReportForm(forms.Form):
    words = _words(Report, "words", "What is wrong with it", 2)


class DecisionForm(forms.Form):
    decision = forms.TypedChoiceField(
        label="Decision",
        coerce=Report.Decision,
        choices=[(Report.Decision.LEFT, "Leave it"), (Report.Decision.TAKEN_DOWN, "Take it down")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="Why", max_length=300, widget=forms.Textarea({"rows": 2}))
