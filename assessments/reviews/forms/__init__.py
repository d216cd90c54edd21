"""What raters, managers and HR type."""

from assessments.reviews.forms.cycles import CycleForm
from assessments.reviews.forms.rating import RatingForm
from assessments.reviews.forms.talk import AgreeForm, StatementForm

__all__ = ["AgreeForm", "CycleForm", "RatingForm", "StatementForm"]
