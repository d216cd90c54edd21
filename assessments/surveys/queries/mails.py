"""What the mails of a campaign say."""

from math import ceil

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone

from assessments.surveys import campaign_texts
from assessments.surveys.models import Campaign
from core import letters, mail_queries

MOMENTS = ("invitation", "reminder", "thanks")


def context(campaign: Campaign, moment: str) -> dict[str, str]:
    """Plain words for the templates of one moment: invitation, reminder or thanks."""
    closes = formats.date_format(timezone.localtime(campaign.closes_at), "l j F Y, H:i")
    values = {
        "{survey}": campaign.title,
        "{organisation}": settings.ORGANISATION_NAME,
        "{minutes}": str(ceil(campaign.form.minutes)),
        "{closes}": closes,
    }
    own = campaign.texts
    return {
        "subject": campaign_texts.text(own, f"{moment}_subject", values),
        "text": campaign_texts.text(own, f"{moment}_text", values),
        "promise": campaign_texts.text(own, "promise", values),
        "anonymity": campaign_texts.anonymity(campaign.minimum_group),
        "closes": closes,
        "button": "See what happens next" if moment == "thanks" else "Open the survey",
        "path": reverse("surveys:thanks" if moment == "thanks" else "surveys:intro", args=[campaign.pk]),
    }


def undelivered_invitations(campaign: Campaign) -> int:
    """How many invitations did not arrive; HR finds the addresses on the page of mails."""
    return mail_queries.undelivered("survey_invitation", f"campaign:{campaign.pk}:invitation")


def letter(campaign: Campaign, moment: str) -> letters.Letter:
    """One mail as it would be sent."""
    return letters.write(f"survey_{moment}", context(campaign, moment))
