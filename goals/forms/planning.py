"""Setting and changing a goal."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q

from assessments.competencies.models import HIGHEST_LEVEL, Competency, CompetencyVersion
from core.constructs import Construct
from goals import access, fairness
from goals.forms.measure import MeasureRules
from goals.forms.updates import NumberField, day_field
from goals.models import Goal, GoalCycle, GoalDetail, Rhythm
from goals.services import GoalPlan
from people.access import Viewer
from people.forms.fields import PersonField, UnitField
from people.models import Employee, Unit

Level = GoalDetail.Level
Metric = GoalDetail.Metric
CHECK = {"class": "form-check-input"}
INDENT = "\u2003"
SUGGESTED = 200  # people offered while one types the owner's name

NUMBERS = {
    Metric.INCREASE: ("baseline", "target"),
    Metric.DECREASE: ("baseline", "target"),
    Metric.MAINTAIN: ("low", "high", "tolerance"),
}


class OwnerInput(forms.TextInput):
    """A text field with the people who may own the goal as suggestions; no script is needed."""

    template_name = "goals/_owner_input.html"
    people: Any = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return {**super().get_context(name, value, attrs), "people": self.people[:SUGGESTED] if self.people else ()}


class OwnerField(PersonField):
    widget = OwnerInput  # type: ignore[assignment]  # a text field too, but with suggestions that are already there


class ParentField(forms.ModelChoiceField):
    """The goal to support; indented by depth."""

    def label_from_instance(self, obj: Goal) -> str:
        place = obj.owner.name if obj.detail.level == Level.INDIVIDUAL else obj.unit.name
        return f"{INDENT * obj.depth}{obj.detail.title} ({place})"


class CompetencyField(forms.ModelChoiceField):
    names: dict[int, str] = {}

    def label_from_instance(self, obj: Competency) -> str:
        return self.names.get(obj.pk, obj.key)


class GoalForm(MeasureRules):
    """Everything people decide about a goal. Level and cycle are fixed before the form is shown."""

    title = forms.CharField(max_length=200, help_text="What will be different. Begin with a verb.")
    customer_benefit = forms.CharField(
        label="What the customer notices", max_length=300, help_text="One sentence a customer would agree with."
    )
    parent = ParentField(
        label="Supports", queryset=Goal.objects.none(), required=False, empty_label="No other goal for now"
    )
    unit = UnitField(queryset=Unit.objects.none())
    owner = OwnerField(help_text="Type a name and choose.")
    visibility = forms.TypedChoiceField(
        label="Who sees it", coerce=int, choices=Goal.Visibility.choices, widget=forms.RadioSelect(CHECK)
    )
    weight = forms.IntegerField(
        min_value=0,
        max_value=1000,
        initial=1,
        help_text="Among the goals that support the same goal. 1 is usual; 0: linked, but it does not count.",
    )
    constructs = forms.MultipleChoiceField(
        label="Which of the seven Cs it serves",
        choices=[(construct.value, construct.short) for construct in Construct],
        required=False,
        widget=forms.CheckboxSelectMultiple(CHECK),
    )
    starts_on = day_field("First day")
    due_on = day_field("Due")
    description = forms.CharField(
        label="How we go about it", required=False, max_length=4000, widget=forms.Textarea({"rows": 3})
    )
    metric_type = forms.ChoiceField(label="How it is measured", choices=Metric.choices, widget=forms.RadioSelect)
    metric_name = forms.CharField(label="What is measured", max_length=200, required=False)
    metric_unit = forms.CharField(label="Unit", max_length=40, required=False, help_text="Such as %, hours, reviews.")
    decimals = forms.IntegerField(
        label="Digits after the point",
        min_value=0,
        max_value=4,
        initial=0,
        required=False,
        help_text="Always shown. Whoever checks in may be more exact, up to 4.",
    )
    source_kind = forms.ChoiceField(label="Kind of source", choices=GoalDetail.Source.choices, required=False)
    metric_source = forms.CharField(label="Where the number comes from", max_length=200, required=False)
    baseline = NumberField(label="Where it stands at the start", required=False)
    target = NumberField(required=False)
    low = NumberField(label="At least", required=False)
    high = NumberField(label="At most", required=False)
    tolerance = NumberField(
        required=False, help_text="This far outside counts as off track; less far counts as at risk."
    )
    rhythm = forms.ChoiceField(label="Check-ins", choices=[("", "As the cycle says"), *Rhythm.choices], required=False)
    reward = forms.CharField(
        label="What is promised when it is reached",
        max_length=300,
        required=False,
        help_text="Leave empty when nothing is. Prefer thanks for good work over a prize for a number.",
    )
    competency = CompetencyField(
        label="Grows the competency", queryset=Competency.objects.none(), required=False, empty_label="None"
    )
    from_level = forms.IntegerField(label="Level now", min_value=0, max_value=HIGHEST_LEVEL, required=False)
    to_level = forms.IntegerField(label="Level to reach", min_value=0, max_value=HIGHEST_LEVEL, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(
        self, *args: Any, viewer: Viewer, level: str, cycle: GoalCycle, keep: Goal | None = None, **kwargs: Any
    ) -> None:
        """`keep` is the goal that is changed: its unit, owner and parent may stay even where one could not choose them."""
        super().__init__(*args, **kwargs)
        self.viewer, self.level, self.cycle, self.keep = viewer, level, cycle, keep
        self._offer_places()
        self._offer_people()
        self._offer_competencies()

    def _offer_places(self) -> None:
        parent: Any = self.fields["parent"]
        if self.level == Level.ORGANISATION:
            del self.fields["parent"], self.fields["weight"]
        else:
            ranks = [level.value for level in Level if level.rank <= Level(self.level).rank]
            open_to_me = access.parents_to_set(self.viewer, self.cycle.pk).filter(detail__level__in=ranks)
            kept = self.keep.parent_id or 0 if self.keep else 0
            offered = Goal.objects.filter(Q(pk__in=open_to_me.values("pk")) | Q(pk=kept))
            parent.queryset = offered.with_words().order_by("unit__position", "depth", "pk")
        if self.level in (Level.INDIVIDUAL, Level.ORGANISATION):
            del self.fields["unit"]
        else:
            kept = self.keep.unit_id if self.keep else 0
            units = access.units_to_set(self.viewer) | Unit.objects.filter(pk=kept)
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def _offer_people(self) -> None:
        owner: Any = self.fields["owner"]
        kept = self.keep.owner_id if self.keep else 0
        owner.people = access.owners_to_set(self.viewer, self.level) | Employee.objects.filter(pk=kept)
        owner.widget.people = owner.people.order_by("name")
        me = self.viewer.employee
        if self.level != Level.INDIVIDUAL or (self.keep and (me is None or self.keep.owner_id != me.pk)):
            del self.fields["visibility"]  # goals of units are open; who sees a person's goal, its owner decides

    def _offer_competencies(self) -> None:
        field: Any = self.fields["competency"]
        if self.level != Level.INDIVIDUAL:
            for name in ("competency", "from_level", "to_level"):
                del self.fields[name]
            return
        field.queryset = Competency.objects.visible_to(self.viewer)
        issued = CompetencyVersion.objects.visible_to(self.viewer).order_by("number")
        field.names = dict(issued.values_list("competency", "name"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_on") and data.get("due_on") and data["due_on"] < data["starts_on"]:
            self.add_error("due_on", "A goal is due on its first day or later.")
        if self.level == Level.ORGANISATION and not data.get("constructs"):
            self.add_error("constructs", "An organisation goal serves at least one of the seven Cs. Choose one.")
        if data.get("visibility") == Goal.Visibility.PRIVATE and data.get("parent"):
            self.add_error("parent", "A private goal supports no other goal. Show it to your line first.")
        self.clean_measure(data)
        self._clean_levels(data)
        self._clean_fairness(data)
        return data

    def _clean_fairness(self, data: dict[str, Any]) -> None:
        """Refuse survey scores and ratings as measure or reward where they were typed, with the rule's text."""
        barred = {GoalDetail.Source.SURVEY: fairness.NO_SURVEY, GoalDetail.Source.RATING: fairness.NO_RATING}
        kind = data.get("metric_type")
        if kind != Metric.NONE and (rule := barred.get(data.get("source_kind", ""))):
            self.add_error("source_kind", rule)
        for name in ("metric_name", "metric_source", "reward"):
            if (kind != Metric.NONE or name == "reward") and (rule := fairness.refusal([data.get(name) or ""])):
                self.add_error(name, rule)

    def _clean_levels(self, data: dict[str, Any]) -> None:
        if not data.get("competency"):
            return
        low, high = data.get("from_level"), data.get("to_level")
        if low is None or high is None:
            self.add_error("to_level", "Say the level now and the level to reach.")
        elif high < low:
            self.add_error("to_level", "The level to reach is not below the level now.")

    def plan(self, **parts: Any) -> GoalPlan:
        """What the valid form says, with the `parts` (milestones, guardrails ...) written beside it."""
        data = self.cleaned_data
        kind = Metric(data["metric_type"])
        numbers: dict[str, Decimal | None] = {name: data[name] for name in NUMBERS.get(kind, ())}
        competency = data.get("competency")
        return GoalPlan(
            cycle=self.cycle,
            level=self.level,
            title=data["title"],
            customer_benefit=data["customer_benefit"],
            unit=data.get("unit") or self._unit(data),
            owner=data["owner"],
            starts_on=data["starts_on"],
            due_on=data["due_on"],
            metric_type=kind.value,
            parent=data.get("parent"),
            weight=data.get("weight", 1),
            visibility=data.get("visibility", self.keep.visibility if self.keep else Goal.Visibility.PUBLIC),
            description=data["description"],
            constructs=data["constructs"],
            metric_name="" if kind is Metric.NONE else data["metric_name"],
            metric_unit="" if kind is Metric.NONE else data["metric_unit"],
            source_kind=GoalDetail.Source.OWN if kind is Metric.NONE else data["source_kind"] or GoalDetail.Source.OWN,
            metric_source="" if kind is Metric.NONE else data["metric_source"],
            decimals=data.get("decimals") or 0,
            baseline=numbers.get("baseline"),
            target=numbers.get("target"),
            low=numbers.get("low"),
            high=numbers.get("high"),
            tolerance=numbers.get("tolerance"),
            competency=competency,
            from_level=data.get("from_level") if competency else None,
            to_level=data.get("to_level") if competency else None,
            reward=data["reward"],
            rhythm=data["rhythm"],
            **parts,
        )

    def _unit(self, data: dict[str, Any]) -> Unit:
        if self.level == Level.ORGANISATION:
            return Unit.objects.get(parent=None)
        unit: Unit = data["owner"].unit
        return unit


class CancelForm(forms.Form):
    because = forms.CharField(
        label="Why",
        max_length=300,
        widget=forms.Textarea({"rows": 2}),
        help_text="One sentence; it stays with the goal.",
    )
