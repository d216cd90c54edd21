"""Readiness for the change in the demo company, and where its leadership wants each C to stand."""

from __future__ import annotations

from datetime import datetime, timedelta

from assessments.surveys.models import Campaign
from assessments.surveys.services import desired
from core.constructs import Construct
from culture.demo import answers, surveys
from people.models import User

CLOSED_BEFORE = timedelta(days=62)
SHARE = 0.8
WANTED = (80, 75, 75, 85, 75, 80, 70)  # in the order of the seven Cs


def load(at: datetime, *, by: User) -> str:
    """A readiness survey of everyone, published, and the desired profile."""
    desired.set_desired(dict(zip(Construct, WANTED, strict=True)), by=by)
    closed_at = at - CLOSED_BEFORE
    title = f"Ready for the change? {surveys.season(closed_at)}"
    held = surveys.hold(by, title, "readiness", Campaign.Audience.EVERYONE, closed_at, SHARE, answers.STAFF)
    return f"{held.title}: {held.invited} people asked, and a desired profile"
