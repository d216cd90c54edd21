"""Cascading a goal: to whom and how, what each draft says, and the owner's answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import uuid4

from django import forms

from core.errors import DomainError
from goals import fairness, splitting, wording
from goals.forms.draft_parts import ProposedParts
from goals.forms.measure import MeasureRules
from goals.forms.updates import NumberField, day_field
from goals.models import Goal, GoalDetail, GoalDraft
from goals.models.goal import MAX_WEIGHT
from goals.queries.drafts import NewPart
from goals.recipients import Offer, Recipient
from goals.services.cascade import DraftPlan
from goals.services.goals import GoalPlan, refuse_bad_proposal
from people.access import Viewer

Metric = GoalDetail.Metric
CHECK = {"class": "form-check-input"}
SHARED_FIELDS = ("metric_name", "metric_unit", "metric_source", "decimals")


class How(StrEnum):
    """How the parent's target becomes the drafts' targets."""

    EQUAL = "equal"
    SHARES = "shares"
    SAME = "same"
    OWN = "own"


HOW_WORDS = {
    How.EQUAL: "Split the target equally",
    How.SHARES: "Split the target by shares that I type",
    How.SAME: "Everyone has the same target, as for averages and rates",
    How.OWN: "I write what each of them contributes",
}


def ways_of(parent: Goal) -> list[How]:
    """A number on its way can be split; a range to keep can be passed on as it is; the rest is written."""
    if parent.detail.metric_type in (Metric.INCREASE, Metric.DECREASE):
        return list(How)
    return [How.SAME, How.OWN] if parent.detail.metric_type == Metric.MAINTAIN else [How.OWN]


class ChooseForm(forms.Form):
    """To whom the drafts go and how they begin."""

    to = forms.MultipleChoiceField(
        label="To whom",
        widget=forms.CheckboxSelectMultiple(CHECK),
        error_messages={"required": "Choose at least one unit or person."},
    )
    how = forms.ChoiceField(label="How", widget=forms.RadioSelect(CHECK))

    def __init__(self, *args: Any, parent: Goal, offer: Offer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer = offer
        self.recipients = {one.key: one for one in offer.recipients}
        self.fields["to"].choices = [(one.key, one.label) for one in offer.recipients]  # type: ignore[attr-defined]
        ways = ways_of(parent)
        self.fields["how"].choices = [(way.value, HOW_WORDS[way]) for way in ways]  # type: ignore[attr-defined]
        is_rate = parent.detail.metric_unit == "%"  # shares of a whole do not add up
        self.fields["how"].initial = How.SAME.value if is_rate and How.SAME in ways else ways[0].value

    @property
    def groups(self) -> list[tuple[str, list[Any]]]:
        """The tick boxes under Units and People."""
        boxes = list(self["to"])
        units = [box for box in boxes if box.data["value"].startswith("u")]
        people = [box for box in boxes if box.data["value"].startswith("p")]
        return [(name, found) for name, found in (("Units", units), ("People", people)) if found]

    @property
    def chosen(self) -> list[Recipient]:
        return [self.recipients[key] for key in self.cleaned_data["to"]]


class DraftForm(MeasureRules):
    """One draft. Where the target is split its numbers are worked out and not asked."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(max_length=200)
    customer_benefit = forms.CharField(label="What the customer notices", max_length=300)
    weight = forms.IntegerField(min_value=0, max_value=MAX_WEIGHT, initial=1)
    share = forms.DecimalField(
        label="Share of the target, %", min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2
    )
    due_on = day_field("Due")
    metric_type = forms.ChoiceField(
        label="How it is measured",
        choices=Metric.choices,
    )
    metric_name = forms.CharField(label="What is measured", max_length=200, required=False)
    metric_unit = forms.CharField(label="Unit", max_length=40, required=False)
    baseline = NumberField(label="Where it stands at the start", required=False)
    target = NumberField(required=False)
    low = NumberField(label="At least", required=False)
    high = NumberField(label="At most", required=False)
    tolerance = NumberField(required=False)
    reward = forms.CharField(
        label="What is promised when it is reached",
        max_length=300,
        required=False,
        help_text="Leave empty when nothing is. A reward needs a guardrail.",
    )

    def __init__(self, *args: Any, how: How, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how = how
        if how is How.SHARES:
            del self.fields["weight"]
        else:
            del self.fields["share"]
        if how in (How.EQUAL, How.SHARES):
            for name in ("metric_type", "metric_name", "metric_unit", *_NUMBERS):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.clean_measure(data)
        return data

    def clean_reward(self) -> str:
        reward: str = self.cleaned_data["reward"]
        if rule := fairness.refusal([reward]):
            raise forms.ValidationError(rule)
        return reward


_NUMBERS = ("baseline", "target", "low", "high", "tolerance")
_NUMBERS_OF = {
    Metric.INCREASE: ("baseline", "target"),
    Metric.DECREASE: ("baseline", "target"),
    Metric.MAINTAIN: ("low", "high", "tolerance"),
    Metric.MILESTONE: (),
    Metric.NONE: (),
}


@dataclass
class DraftRow:
    """A form with whom it is for; `numbers` are the split ones in words."""

    to: Recipient
    form: DraftForm
    parts: ProposedParts
    numbers: str = ""
    plan: GoalPlan | None = None


class DraftSheet:
    """The drafts of one sending: a form for each recipient, and the sums over all of them in words."""

    def __init__(
        self, parent: Goal, chosen: Sequence[Recipient], how: How, viewer: Viewer, data: Mapping[str, Any] | None
    ) -> None:
        self.parent, self.how, self.viewer, self.data = parent, how, viewer, data
        own = how is How.OWN
        self.rows = [
            DraftRow(to, self._form(to, len(chosen)), ProposedParts(data, to.key, with_milestones=own)) for to in chosen
        ]
        self.problem = ""  # of all drafts together

    def _form(self, to: Recipient, how_many: int) -> DraftForm:
        detail = self.parent.detail
        initial: dict[str, Any] = {
            "key": uuid4(),
            "weight": 1,
            "share": wording.plain((splitting.WHOLE / how_many).quantize(Decimal("0.01"))),
            "due_on": self.parent.due_on,
            "customer_benefit": detail.customer_benefit,
            "metric_type": Metric.INCREASE,
        }
        if self.how is not How.OWN:
            initial |= {name: getattr(detail, name) for name in ("title", "metric_type", "metric_name", "metric_unit")}
        if self.how is How.SAME:
            initial |= {name: getattr(detail, name) for name in _NUMBERS}
        return DraftForm(self.data, how=self.how, prefix=to.key, initial=initial)

    def is_valid(self) -> bool:
        """Whether every draft can be sent; fills the plans of those that can."""
        valid = [all([row.form.is_valid(), row.parts.is_valid()]) for row in self.rows]
        if all(valid):
            self._work_out()
        return all(valid) and not self.problem and not self.has_errors

    @property
    def has_errors(self) -> bool:
        return self.data is not None and any(row.form.errors or row.parts.has_errors for row in self.rows)

    def _work_out(self) -> None:
        splits = self._splits()
        for row, numbers in zip(self.rows, splits, strict=True):
            row.plan = self._plan(row, numbers)
            try:
                refuse_bad_proposal(row.plan)
            except DomainError as refusal:
                row.form.add_error(None, str(refusal))
            if self.how in (How.EQUAL, How.SHARES):
                detail = self.parent.detail
                first, last = (wording.plain(numbers[name]) for name in ("baseline", "target"))
                row.numbers = f"{detail.metric_name}, from {first} to {wording.with_unit(last, detail.metric_unit)}"

    def _splits(self) -> list[dict[str, Any]]:
        """The numbers of each row: split to the last digit, or as written."""
        detail, data = self.parent.detail, [row.form.cleaned_data for row in self.rows]
        if self.how not in (How.EQUAL, How.SHARES):
            kinds = [_NUMBERS_OF[Metric(one["metric_type"])] for one in data]
            return [{name: one[name] for name in kind} for one, kind in zip(data, kinds, strict=True)]
        shares = [one["share"] for one in data] if self.how is How.SHARES else [Decimal(1)] * len(data)
        if self.how is How.SHARES and sum(shares) != splitting.WHOLE:
            self.problem = _share_words(sum(shares, Decimal(0)))
        assert detail.baseline is not None
        assert detail.target is not None
        starts = splitting.parts(detail.baseline, shares, detail.decimals)
        targets = splitting.parts(detail.target, shares, detail.decimals)
        return [{"baseline": first, "target": last} for first, last in zip(starts, targets, strict=True)]

    def _plan(self, row: DraftRow, numbers: dict[str, Any]) -> GoalPlan:
        parent, data, detail = self.parent, row.form.cleaned_data, self.parent.detail
        kind = data.get("metric_type", detail.metric_type)
        measure = {name: getattr(detail, name) for name in SHARED_FIELDS}
        if "metric_name" in data:
            is_same = data["metric_name"] == detail.metric_name
            measure |= {"metric_name": data["metric_name"], "metric_unit": data["metric_unit"]}
            measure |= {"decimals": detail.decimals if is_same else _digits(numbers)}
            measure |= {"metric_source": detail.metric_source if is_same else ""}
        if kind == Metric.NONE:
            measure = {"metric_name": "", "metric_unit": "", "metric_source": "", "decimals": 0}
        return GoalPlan(
            cycle=parent.cycle,
            level=row.to.level,
            title=data["title"],
            customer_benefit=data["customer_benefit"],
            unit=row.to.unit,
            owner=row.to.person,
            parent=parent,
            weight=round(data["share"]) if self.how is How.SHARES else data["weight"],
            starts_on=max(parent.starts_on, parent.cycle.starts_on),
            due_on=data["due_on"],
            visibility=Goal.Visibility.LINE if row.to.level == GoalDetail.Level.INDIVIDUAL else Goal.Visibility.PUBLIC,
            constructs=detail.constructs,
            metric_type=kind,
            reward=data["reward"],
            **row.parts.plans(kind),
            **measure,
            **numbers,
        )

    @property
    def sums(self) -> str:
        """What the drafts come to against the parent's target, in words."""
        detail = self.parent.detail
        plans = [row.plan for row in self.rows if row.plan is not None]
        if self.problem or not plans or detail.target is None or self.how is How.SAME:
            return self.problem
        alike = [
            plan for plan in plans if (plan.metric_name, plan.metric_unit) == (detail.metric_name, detail.metric_unit)
        ]
        if not alike or any(plan.target is None for plan in alike):
            return "The drafts have measures of their own, so their targets do not add up to one number."
        total = sum((plan.target for plan in alike if plan.target is not None), Decimal(0))
        return _sum_words(total, detail)

    @property
    def drafts(self) -> list[DraftPlan]:
        return [DraftPlan(row.form.cleaned_data["key"], row.plan) for row in self.rows if row.plan is not None]

    @property
    def parts(self) -> list[NewPart]:
        paced = (Metric.INCREASE, Metric.DECREASE)
        return [
            NewPart(plan.title, row.to.label, plan.weight, plan.starts_on, Metric(plan.metric_type) in paced)
            for row in self.rows
            if (plan := row.plan) is not None
        ]


def _share_words(total: Decimal) -> str:
    gap = splitting.WHOLE - total
    words = f"{wording.plain(abs(gap))}% {'are missing' if gap > 0 else 'too much'}"
    return f"The shares come to {wording.plain(total)}%: {words}. Make them 100%."


def _sum_words(total: Decimal, detail: GoalDetail) -> str:
    assert detail.target is not None
    whole = wording.with_unit(wording.plain(detail.target), detail.metric_unit)
    gap = detail.target - total
    if not gap:
        return f"The targets come to {whole}: exactly the target of the goal they support."
    missing = wording.with_unit(wording.plain(abs(gap)), detail.metric_unit)
    words = f"{missing} are missing" if gap > 0 else f"{missing} more than it asks for"
    return f"The targets come to {wording.plain(total)} of {whole}: {words}."


def _digits(numbers: Mapping[str, Decimal | None]) -> int:
    """As many decimals as the finest of the numbers was written with."""
    given = [value for value in numbers.values() if value is not None]
    return max((-min(0, int(value.normalize().as_tuple().exponent)) for value in given), default=0)


class AcceptForm(MeasureRules):
    """The draft as its owner takes it on: everything may stay as it was proposed."""

    title = forms.CharField(max_length=200)
    customer_benefit = forms.CharField(label="What the customer notices", max_length=300)
    starts_on = day_field("First day")
    due_on = day_field("Due")
    baseline = NumberField(label="Where it stands at the start")
    target = NumberField()
    low = NumberField(label="At least", required=False)
    high = NumberField(label="At most", required=False)
    tolerance = NumberField()
    visibility = forms.TypedChoiceField(
        label="Who sees it",
        coerce=int,
        choices=[choice for choice in Goal.Visibility.choices if choice[0] != Goal.Visibility.PRIVATE],
        widget=forms.RadioSelect(CHECK),
    )

    def __init__(self, *args: Any, draft: GoalDraft, plan: GoalPlan, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(plan, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.plan = plan
        for name in set(_NUMBERS) - set(_NUMBERS_OF.get(Metric(draft.metric_type), ())):
            del self.fields[name]
        if draft.level != GoalDetail.Level.INDIVIDUAL:
            del self.fields["visibility"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_on") and data.get("due_on") and data["due_on"] < data["starts_on"]:
            self.add_error("due_on", "A goal is due on its first day or later.")
        if self.plan.metric_type in (Metric.INCREASE, Metric.DECREASE):
            self.clean_direction(self.plan.metric_type, data, may_turn=False)
        if self.plan.metric_type == Metric.MAINTAIN:
            self.clean_bounds(data)
        return data

    @property
    def accepted(self) -> GoalPlan:
        return replace(self.plan, **self.cleaned_data)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label="Why not", max_length=300, widget=forms.Textarea({"rows": 2}), help_text="One sentence for the sender."
    )


class AlignForm(forms.Form):
    """Which goal an existing goal supports."""

    parent = forms.ModelChoiceField(
        queryset=Goal.objects.none(), label="Supports", required=False, empty_label="No other goal for now"
    )
    weight = forms.IntegerField(
        min_value=0,
        max_value=MAX_WEIGHT,
        help_text="Among the goals that support the same goal. 1 is usual; 0: linked, but it does not count.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
