"""What customers were told after a survey, as a survey's own pages link to it.

Surveys know no such pages. The app that keeps them registers one object in its AppConfig.ready(); without it nothing is linked.
"""

from __future__ import annotations

from typing import Protocol

from assessments.surveys.models import Campaign
from people.access import Viewer


class Teller(Protocol):
    """Addresses, each "" for none."""

    def after(self, campaign: Campaign) -> str:
        """What customers were told after this survey."""

    def before(self, campaign: Campaign) -> str:
        """What they were told last, after another survey."""

    def desk(self, viewer: Viewer, campaign: Campaign) -> str:
        """Where the viewer writes what customers are told after this survey."""


_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    _tellers.append(teller)


def after(campaign: Campaign) -> str:
    return next((found for teller in _tellers if (found := teller.after(campaign))), "")


def before(campaign: Campaign) -> str:
    return next((found for teller in _tellers if (found := teller.before(campaign))), "")


def desk(viewer: Viewer, campaign: Campaign) -> str:
    return next((found for teller in _tellers if (found := teller.desk(viewer, campaign))), "")
