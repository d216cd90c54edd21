"""What the mails of a campaign say."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import dateformat, timezone, translation
from django.utils.translation import gettext

from assessments.surveys import campaign_texts
from assessments.surveys.models import Campaign
from assessments.surveys.queries import languages
from core import mail_kinds, mail_queries

MOMENTS = ("invitation", "reminder", "thanks")
MOMENTS_OF_CUSTOMERS = ("invitation", "reminder")


def context(campaign: Campaign, moment: str) -> dict[str, Any]:
    """Plain words for the templates of one moment: invitation, reminder or thanks; in every language offered.

    A mail holds them all, one under the other: which of them somebody reads is written down nowhere.
    """
    to = "surveys:thanks" if moment == "thanks" else "surveys:intro"
    return _in_all_languages(campaign, moment) | {"path": reverse(to, args=[campaign.pk])}


def customer_context(campaign: Campaign, moment: str) -> dict[str, Any]:
    """What is the same in the mails of all customers; name and link are each one's own."""
    return _in_all_languages(campaign, moment)


def _in_all_languages(campaign: Campaign, moment: str) -> dict[str, Any]:
    """The words in the questionnaire's language, and under `also` in the others; subject and button say both."""
    first = _words(campaign, moment, campaign.texts, campaign.title)
    also = []
    for code in campaign.languages:
        own = campaign.translations.get(code, {})
        with translation.override(languages.interface(code)):
            said = _words(campaign, moment, campaign.texts | own, own.get("title") or campaign.title)
        also.append(said | {"language": languages.interface(code)})
    if not also:
        return first
    both = {
        name: " / ".join(dict.fromkeys([first[name], *(said[name] for said in also)])) for name in ("subject", "button")
    }
    return first | both | {"heading": first["subject"], "also": also}


def _words(campaign: Campaign, moment: str, own: Mapping[str, str], title: str) -> dict[str, str]:
    values, is_for_customers = _values(campaign, title), campaign.is_for_customers
    limit = campaign.minimum_group
    button = gettext("See what happens next") if moment == "thanks" else gettext("Open the survey")
    return {
        "subject": campaign_texts.text(own, f"{moment}_subject", values, for_customers=is_for_customers),
        "text": campaign_texts.text(own, f"{moment}_text", values, for_customers=is_for_customers),
        "promise": campaign_texts.text(own, "promise", values, for_customers=is_for_customers),
        "anonymity": (
            campaign_texts.anonymity_of_customers(limit) if is_for_customers else campaign_texts.anonymity(limit)
        ),
        "closes": values["{closes}"],
        "button": gettext("Tell us") if is_for_customers else button,
    }


def test_context(campaign: Campaign, moment: str) -> dict[str, Any]:
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


def _values(campaign: Campaign, title: str) -> dict[str, str]:
    return {
        "{survey}": title,
        "{organisation}": settings.ORGANISATION_NAME,
        "{minutes}": str(ceil(campaign.form.minutes)),
        "{closes}": dateformat.format(timezone.localtime(campaign.closes_at), gettext("l j F Y, H:i")),
    }
