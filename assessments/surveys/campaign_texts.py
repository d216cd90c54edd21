"""What the mails of a campaign say: the usual words, in the language that is active, and a fixed set of places to fill."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

PLACES = {
    "{survey}": "name of the survey",
    "{organisation}": "name of the organisation",
    "{minutes}": "minutes it takes",
    "{closes}": "day and time it closes",
}
_PLACE = re.compile(r"\{\w+\}")  # in a text, what is filled in
USUAL = {
    "invitation_subject": gettext_noop("{survey}: your view, please"),
    "invitation_text": gettext_noop(
        "Hello,\n\n"
        "how customer-focused are we at {organisation}, as you see it from where you work? The survey is open now. It "
        "takes about {minutes} minutes on a phone or computer. You can stop and go on at any time, and leave out what "
        "you cannot judge."
    ),
    "reminder_subject": gettext_noop("{survey}: still open until {closes}"),
    "reminder_text": gettext_noop(
        "Hello,\n\n"
        "if you have been meaning to answer: the survey takes about {minutes} minutes, and what you have begun is "
        "still there. If you would rather not take part, that is fine too; nobody is told."
    ),
    "thanks_subject": gettext_noop("{survey} has closed: thank you"),
    "thanks_text": gettext_noop(
        "Hello,\n\n"
        "the survey has closed. Thank you to everyone who took part. This mail goes to all who were invited, because "
        "nobody can see who answered."
    ),
    "promise": gettext_noop(
        "We share the results with everyone, we choose one thing to change in every team that can see its results, "
        "and we report back before we ask again."
    ),
}
USUAL_FOR_CUSTOMERS = {
    "invitation_subject": gettext_noop("{organisation}: how do we serve you?"),
    "invitation_text": gettext_noop(
        "we would like to know how well we serve you, in your own words. It takes about {minutes} minutes, without an "
        "account. You may leave out what you cannot judge."
    ),
    "reminder_subject": gettext_noop("{organisation}: your view until {closes}"),
    "reminder_text": gettext_noop(
        "if you have been meaning to tell us how we serve you: it takes about {minutes} minutes. If you would rather not, "
        "that is fine too."
    ),
    "promise": gettext_noop("We read every answer, change what we can, and tell our customers what we changed."),
}
LABELS = {
    "invitation_subject": "Invitation: subject",
    "invitation_text": "Invitation: text",
    "reminder_subject": "Reminder: subject",
    "reminder_text": "Reminder: text",
    "thanks_subject": "Thanks: subject",
    "thanks_text": "Thanks: text",
    "promise": "What we promise to do with the results",
}


def usual(*, for_customers: bool) -> Mapping[str, str]:
    """The texts that a campaign's mails need. Customers are not thanked by mail: nobody knows who took part."""
    return USUAL_FOR_CUSTOMERS if for_customers else USUAL


def unfilled(words: str) -> str:
    """What is wrong with a text that holds a place which nothing fills in; "" where nothing is."""
    unknown = [place for place in _PLACE.findall(words) if place not in PLACES]
    return f"Nothing is filled in for {unknown[0]}. There are {', '.join(PLACES)}." if unknown else ""


def text(own: Mapping[str, str], name: str, values: Mapping[str, str], *, for_customers: bool = False) -> str:
    """One text with its places filled, in HR's words or else the usual ones. Nothing but the places is replaced."""
    words = own.get(name) or gettext(usual(for_customers=for_customers)[name])
    for place, value in values.items():
        words = words.replace(place, value)
    return words


def anonymity(minimum_group: int) -> str:
    """What is true of every survey here, so that nobody has to write it, or can promise more."""
    words = gettext(
        "Anonymous: when the survey closes, the link between you and your answers is destroyed. "
        "Results are shown from %(limit)s answers on, comments from %(more)s, and to nobody sooner."
    )
    return words % {"limit": minimum_group, "more": max(10, minimum_group)}


def anonymity_of_customers(minimum_group: int) -> str:
    words = gettext(
        "Anonymous: this link is yours alone and counts once, but nobody can see who has answered or what. When the survey "
        "closes, your address is erased with everything that could join you to your answers. Results are shown from "
        "%(limit)s people of three organisations on. Only if you ask us to contact you, we read your answers with "
        "the name you give."
    )
    return words % {"limit": minimum_group}
