"""What raters, managers and HR type."""

from assessments.reviews.forms.cycles import (
    AudienceForm,
    LimitsForm,
    RatersForm,
    ReasonForm,
    ReassignForm,
    StagesForm,
    StepForm,
)
from assessments.reviews.forms.dates import DaysForm
from assessments.reviews.forms.raters import NamingForm, WordsForm
from assessments.reviews.forms.rating import RatingForm
from assessments.reviews.forms.talk import AgreeForm, StatementForm

__all__ = [
    "AgreeForm",
    "AudienceForm",
    "DaysForm",
    "LimitsForm",
    "NamingForm",
    "RatersForm",
    "RatingForm",
    "ReasonForm",
    "ReassignForm",
    "StagesForm",
    "StatementForm",
    "StepForm",
    "WordsForm",
]
