"""A company, campaigns and answers for tests. Everything goes through the real services."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from assessments.surveys import content
from assessments.surveys.models import Campaign, Form, Invitation
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.services import answering, campaigns, links
from people import tree
from people.models import Employee, Unit, User
from people.tests.factories import EmployeeFactory, UnitFactory

CONTENT = Path(settings.BASE_DIR) / "culture" / "content" / "instrument.yaml"
Answers = Mapping[str, object]


@cache
def statement_codes() -> tuple[str, ...]:
    """The 37 construct statements of the shipped questionnaire, then the three outcome statements."""
    counts = {"STR": 6, "CHA": 5, "CMD": 5, "COM": 5, "CMU": 5, "CPY": 5, "CSQ": 6, "OUT": 3}
    return tuple(f"{code}{number}" for code, count in counts.items() for number in range(1, count + 1))


def form(key: str = "employee_full") -> Form:
    return content.load(CONTENT).forms.get(key=key)


def company(people: Mapping[str, int], parents: Mapping[str, str] | None = None) -> dict[str, Unit]:
    """Units by key with that many people each, below a top unit "org" unless `parents` names another one.

    Nobody heads anything, so everybody counts where they sit.
    """
    units: dict[str, Any] = {"org": UnitFactory(key="org", name="Org")}
    for order, key in enumerate(key for key in people if key != "org"):
        units[key] = UnitFactory(key=key, name=key.title(), parent=units[(parents or {}).get(key, "org")], order=order)
    for key, count in people.items():
        for _ in range(count):
            EmployeeFactory(unit=units[key])
    tree.renumber_units()
    tree.renumber_line()
    return {key: Unit.objects.get(pk=unit.pk) for key, unit in units.items()}


def hr() -> User:
    user, _ = User.objects.get_or_create(email="hr@example.org")
    return user


def draft_campaign(**fields: Any) -> Campaign:
    now = timezone.now()
    defaults: dict[str, Any] = {
        "title": "Culture survey",
        "form": fields.pop("form", None) or form(),
        "audience": Campaign.Audience.EVERYONE,
        "opens_at": now - timedelta(days=10),
        "closes_at": now + timedelta(days=4),
    }
    return campaigns.create_campaign(by=hr(), **(defaults | fields))


def open_campaign(**fields: Any) -> Campaign:
    drafted = draft_campaign(**fields)
    return campaigns.launch(drafted, by=hr(), at=min(timezone.now(), drafted.opens_at))


def leaders_campaign(**fields: Any) -> Campaign:
    """The leaders' survey that closed when the staff's of `open_campaign` opened; `answer` still answers in time."""
    now = timezone.now()
    dates = {"opens_at": now - timedelta(days=20), "closes_at": now - timedelta(days=10)}
    return open_campaign(audience=Campaign.Audience.LEADERS, form=form("leader_full"), **(dates | fields))


def customer_campaign(**fields: Any) -> Campaign:
    """Open for customers, with one link, a channel."""
    drafted = draft_campaign(title="Customer view", form=form("customer"), audience="customers", **fields)
    links.add_link(drafted, by=hr(), name="After a repair", kind="channel", is_public=True, at=drafted.opens_at)
    return campaigns.launch(drafted, by=hr(), at=min(timezone.now(), drafted.opens_at))


def answer(invitation: Invitation, answers: Answers) -> answering.Receipt:
    """Save and submit, as the person would, while the survey is open."""
    at = min(timezone.now(), invitation.campaign.closes_at)
    answering.save_answers(invitation, answers=answers, sequence=1, at=at)
    return answering.submit(invitation, at=at)


def answer_all(campaign: Campaign, given: Answers | Callable[[Invitation], Answers | None]) -> None:
    """Let every invited person answer; a callable may return None for those who do not."""
    for invitation in campaign.invitations.select_related("campaign", "home").order_by("pk"):
        answers = given(invitation) if callable(given) else given
        if answers is not None:
            answer(invitation, answers)


def close(campaign: Campaign) -> Campaign:
    """Let the closing time pass, seal and publish."""
    at = campaign.closes_at + SUBMIT_GRACE + timedelta(seconds=1)
    campaigns.close(campaign, by=None, at=at)
    return campaigns.publish(campaign, by=None, at=at)


def invitation_of(campaign: Campaign, employee: Employee) -> Invitation:
    return Invitation.objects.select_related("campaign", "home").get(campaign=campaign, employee=employee)
