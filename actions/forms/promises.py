"""Choosing and changing an action, moving it on, and narrowing the board."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from actions import access
from actions.forms.fields import FormKeyField, day_field, may_not_lie_behind, offer, person_field, typed
from actions.models import Action
from actions.queries.board import Filters
from actions.services.promises import Promise
from assessments.surveys.models import Campaign
from core.constructs import Construct
from goals.models import Goal
from people.access import Viewer
from people.forms.fields import UnitField
from people.models import Unit

CONSTRUCTS = [(construct.value, construct.short) for construct in Construct]
OFFERED_UNITS = 300


class GoalField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Goal) -> str:
        return f"{obj.detail.title} ({obj.unit.name})"


class PromiseForm(forms.Form):
    """An action of a team. The survey and the statement it answers come with the address and are not typed."""

    title = forms.CharField(
        label="What we will do",
        max_length=200,
        help_text="Begin with a verb: “Let the desk approve refunds up to 100.”",
    )
    notice = forms.CharField(
        label="What customers or colleagues will notice",
        max_length=300,
        required=False,
        help_text="This is what the team is asked about in a month.",
    )
    construct = forms.ChoiceField(label="Which C it serves", choices=CONSTRUCTS)
    unit = UnitField(label="For", queryset=Unit.objects.none())
    owner = person_field("Who answers for it", help_text="One person. Type a name and choose.")
    due_on = day_field("Done by")
    goal = GoalField(
        label="Serves the goal", queryset=Goal.objects.none(), required=False, empty_label="No goal for now"
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0, required=False)
    key = FormKeyField()

    def __init__(self, *args: Any, viewer: Viewer, today: date, keep: Action | None = None, **kwargs: Any) -> None:
        """`keep` is the action that is changed: its unit, goal and past day may stay."""
        super().__init__(*args, **kwargs)
        self.today, self.keep = today, keep
        units = access.units_to_promise(viewer)
        goals = access.goals_to_serve(viewer)
        if keep:
            units = Unit.objects.filter(Q(pk__in=units.values("pk")) | Q(pk=keep.unit_id))
            kept = Q(pk__in=goals.values("pk")) | Q(pk__in=[keep.goal_id] if keep.goal_id else [])
            goals = Goal.objects.filter(kept).select_related("detail", "unit")
        self.fields["unit"].queryset = units.order_by("position")  # type: ignore[attr-defined]
        self.fields["goal"].queryset = goals.order_by("depth", "pk")  # type: ignore[attr-defined]
        offer(self.fields["owner"], access.owners_to_choose(viewer))

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if self.keep and self.keep.due_on == due_on:
            return due_on
        return may_not_lie_behind(due_on, self.today)

    def promise(self, *, campaign: Campaign | None = None, item_code: str = "") -> Promise:
        named = ("title", "notice", "construct", "unit", "owner", "goal", "due_on")
        return Promise(
            **{name: self.cleaned_data[name] for name in named},
            campaign=campaign,
            item_code=item_code,
            key=self.cleaned_data["key"],
        )

    @staticmethod
    def stored(action: Action) -> dict[str, Any]:
        return {
            "title": action.title,
            "notice": action.notice,
            "construct": action.construct,
            "unit": action.unit_id,
            "owner": typed(action.owner),
            "goal": action.goal_id,
            "due_on": action.due_on,
            "version": action.version,
        }


class CommitmentForm(forms.Form):
    """One behaviour that a leader promises to everyone."""

    title = forms.CharField(
        label="What people will see me do",
        max_length=200,
        help_text="One behaviour a camera could film: “I take one customer call with the helpdesk every week.”",
    )
    construct = forms.ChoiceField(label="Which C it serves", choices=CONSTRUCTS, initial=Construct.COMMANDER)
    due_on = day_field("I report on it by")
    key = FormKeyField()

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_due_on(self) -> date:
        return may_not_lie_behind(self.cleaned_data["due_on"], self.today)


class MoveForm(forms.Form):
    """The next state, with a sentence on what came of it."""

    to = forms.ChoiceField(choices=Action.State.choices)
    words = forms.CharField(max_length=500, required=False, widget=forms.Textarea({"rows": 2}))


class FilterForm(forms.Form):
    """What the board is narrowed to. A value that means nothing is as good as none."""

    unit = UnitField(label="Unit", queryset=Unit.objects.none(), required=False, empty_label="All units")
    construct = forms.ChoiceField(label="C", choices=[("", "All seven Cs"), *CONSTRUCTS], required=False)
    show = forms.ChoiceField(
        label="Show",
        choices=[("", "Everything"), ("mine", "Mine"), ("overdue", "Overdue"), ("commitments", "Leaders’ commitments")],
        required=False,
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(actions__in=Action.objects.visible_to(viewer)).distinct().order_by("position")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    @property
    def filters(self) -> Filters:
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})
