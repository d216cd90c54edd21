"""Nouns of the 7 Cs surveys. Drafts, ballots and responses live in `ballots`, which is closed to other apps."""

from assessments.surveys import ballots as _ballots  # registers its tables with Django; nothing is re-exported
from assessments.surveys.models.campaigns import Campaign, Invitation, SurveyLink, UnitSnapshot
from assessments.surveys.models.contacts import ContactRequest, CustomerContact
from assessments.surveys.models.inbox import CommentMessage, InboxRound
from assessments.surveys.models.instruments import Form, Instrument, InstrumentVersion, Item, Placement
from assessments.surveys.models.languages import Translation, VersionLanguage
from assessments.surveys.models.participation import ParticipationDay
from assessments.surveys.models.releases import (
    BandRelease,
    CampaignAnalysis,
    CommentTag,
    DesiredLevel,
    ReleasedComment,
    Tagging,
    TrendRelease,
    UnitRelease,
)
from assessments.surveys.models.series import CampaignSeries
from assessments.surveys.models.sharing import Section, Sharing

__all__ = [
    "BandRelease",
    "Campaign",
    "CampaignAnalysis",
    "CampaignSeries",
    "CommentMessage",
    "CommentTag",
    "ContactRequest",
    "CustomerContact",
    "DesiredLevel",
    "Form",
    "InboxRound",
    "Instrument",
    "InstrumentVersion",
    "Invitation",
    "Item",
    "ParticipationDay",
    "Placement",
    "ReleasedComment",
    "Section",
    "Sharing",
    "SurveyLink",
    "Tagging",
    "Translation",
    "TrendRelease",
    "UnitRelease",
    "UnitSnapshot",
    "VersionLanguage",
]

del _ballots
