"""What HR does with the library. The names below are what other apps may call."""

from assessments.competencies.services.drafts import (
    add_competency,
    bring_back,
    discard_draft,
    publish,
    retire,
    save_draft,
    start_first_draft,
)
from assessments.competencies.services.profiles import NewProfile, save_profiles
from assessments.competencies.services.refusals import NothingChanged, NotNow, NotReady, Stale

__all__ = [
    "NewProfile",
    "NotNow",
    "NotReady",
    "NothingChanged",
    "Stale",
    "add_competency",
    "bring_back",
    "discard_draft",
    "publish",
    "retire",
    "save_draft",
    "save_profiles",
    "start_first_draft",
]
