"""What the mails of a campaign say."""

from math import ceil

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone

from assessments.surveys import campaign_texts
from assessments.surveys.models import Campaign
from core import mail_kinds, mail_queries

MOMENTS = ("invitation", "reminder", "thanks")
MOMENTS_OF_CUSTOMERS = ("invitation", "reminder")


def context(campaign: Campaign, moment: str) -> dict[str, str]:
    """Plain words for the templates of one moment: invitation, reminder or thanks."""
    values, own = _values(campaign), campaign.texts
    return {
        "subject": campaign_texts.text(own, f"{moment}_subject", values),
        "text": campaign_texts.text(own, f"{moment}_text", values),
        "promise": campaign_texts.text(own, "promise", values),
        "anonymity": campaign_texts.anonymity(campaign.minimum_group),
        "closes": values["{closes}"],
        "button": "See what happens next" if moment == "thanks" else "Open the survey",
        "path": reverse("surveys:thanks" if moment == "thanks" else "surveys:intro", args=[campaign.pk]),
    }


def customer_context(campaign: Campaign, moment: str) -> dict[str, str]:
    """What is the same in the mails of all customers; name and link are each one's own."""
    values, own = _values(campaign), campaign.texts
    return {
        "subject": campaign_texts.text(own, f"{moment}_subject", values, for_customers=True),
        "text": campaign_texts.text(own, f"{moment}_text", values, for_customers=True),
        "promise": campaign_texts.text(own, "promise", values, for_customers=True),
        "anonymity": campaign_texts.anonymity_of_customers(campaign.minimum_group),
        "closes": values["{closes}"],
        "button": "Tell us",
    }


def test_context(campaign: Campaign, moment: str) -> dict[str, str]:
    """One mail as a test: its own words and files, with a link to the preview instead of a seat's."""
    form = campaign.form
    preview = reverse("surveys:instrument_preview", args=[form.version.instrument.key, form.version.number, form.key])
    words, real = _words_and_kind(campaign, moment)
    return words | {
        "letter_html": f"emails/{real}.html",
        "letter_text": f"emails/{real}.txt",
        "moment": moment,
        "survey": campaign.title,
        "path": preview,
    }


def moments(campaign: Campaign) -> tuple[str, ...]:
    return MOMENTS_OF_CUSTOMERS if campaign.is_for_customers else MOMENTS


def undelivered_invitations(campaign: Campaign) -> int:
    """How many invitations did not arrive; HR finds the addresses on the page of mails."""
    if campaign.is_for_customers:
        return mail_queries.undelivered_of("survey_customer_invitation", f"contacts:{campaign.pk}:")
    return mail_queries.undelivered("survey_invitation", f"campaign:{campaign.pk}:invitation")


def letter(campaign: Campaign, moment: str) -> mail_kinds.Letter:
    """One mail as it would be sent."""
    words, kind = _words_and_kind(campaign, moment)
    return mail_kinds.write(kind, words)


def _words_and_kind(campaign: Campaign, moment: str) -> tuple[dict[str, str], str]:
    if not campaign.is_for_customers:
        return context(campaign, moment), f"survey_{moment}"
    sample = {"name": "Ines Ford", "path": reverse("surveys:visit_arrival", args=["a-link-of-their-own"])}
    return customer_context(campaign, moment) | sample, f"survey_customer_{moment}"


def _values(campaign: Campaign) -> dict[str, str]:
    return {
        "{survey}": campaign.title,
        "{organisation}": settings.ORGANISATION_NAME,
        "{minutes}": str(ceil(campaign.form.minutes)),
        "{closes}": formats.date_format(timezone.localtime(campaign.closes_at), "l j F Y, H:i"),
    }
