"""What a measure needs, said beside the field that lacks it; the same for goals and for drafts of goals."""

from typing import Any

from django import forms

from goals import wording
from goals.models import GoalDetail

Metric = GoalDetail.Metric


class MeasureRules(forms.Form):
    """For forms with the fields of a measure, or some of them."""

    def clean_measure(self, data: dict[str, Any]) -> None:
        """Mark what is missing or does not fit the kind of measure."""
        kind = data.get("metric_type")
        if kind is None:
            return
        if kind != Metric.NONE and not data.get("metric_name"):
            self.add_error("metric_name", "Say what is measured.")
        if kind in (Metric.INCREASE, Metric.DECREASE):
            self.clean_direction(kind, data)
        if kind == Metric.MAINTAIN:
            self.clean_bounds(data)

    def clean_direction(self, kind: str, data: dict[str, Any], *, may_turn: bool = True) -> None:
        """`may_turn`: whether the form offers the other direction."""
        for name, words in (("baseline", "Say where it stands at the start."), ("target", "Say where it should be.")):
            if data.get(name) is None and name not in self.errors:
                self.add_error(name, words)
        start, target = data.get("baseline"), data.get("target")
        if start is None or target is None:
            return
        shown = wording.plain(start)
        if kind == Metric.INCREASE and target <= start:
            words = f"A number that should rise needs a target above {shown}."
            turn = f" For one that should fall, choose “{Metric.DECREASE.label}”." if may_turn else ""
            self.add_error("target", words + turn)
        if kind == Metric.DECREASE and target >= start:
            words = f"A number that should fall needs a target below {shown}."
            turn = f" For one that should rise, choose “{Metric.INCREASE.label}”." if may_turn else ""
            self.add_error("target", words + turn)

    def clean_bounds(self, data: dict[str, Any]) -> None:
        low, high, tolerance = data.get("low"), data.get("high"), data.get("tolerance")
        if low is None and high is None and not {"low", "high"} & set(self.errors):
            self.add_error("low", "Give at least one bound: a lowest or a highest value.")
        if low is not None and high is not None and low > high:
            self.add_error("high", f"The highest value lies below the lowest, {wording.plain(low)}.")
        if "tolerance" not in self.errors and (tolerance is None or tolerance <= 0):
            self.add_error("tolerance", "Say how far outside still counts as at risk; more than 0.")
