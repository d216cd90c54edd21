"""What the mails of a campaign say: the usual words, and a fixed set of places to fill. Pure."""

from collections.abc import Mapping

PLACES = {
    "{survey}": "name of the survey",
    "{organisation}": "name of the organisation",
    "{minutes}": "minutes it takes",
    "{closes}": "day and time it closes",
}
USUAL = {
    "invitation_subject": "{survey}: your view, please",
    "invitation_text": (
        "Hello,\n\n"
        "how customer-focused are we at {organisation}, as you see it from where you work? The survey is open now. It "
        "takes about {minutes} minutes on a phone or computer. You can stop and go on at any time, and leave out what "
        "you cannot judge."
    ),
    "reminder_subject": "{survey}: still open until {closes}",
    "reminder_text": (
        "Hello,\n\n"
        "if you have been meaning to answer: the survey takes about {minutes} minutes, and what you have begun is "
        "still there. If you would rather not take part, that is fine too; nobody is told."
    ),
    "thanks_subject": "{survey} has closed: thank you",
    "thanks_text": (
        "Hello,\n\n"
        "the survey has closed. Thank you to everyone who took part. This mail goes to all who were invited, because "
        "nobody can see who answered."
    ),
    "promise": (
        "We share the results with everyone, we choose one thing to change in every team that can see its results, "
        "and we report back before we ask again."
    ),
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


def text(own: Mapping[str, str], name: str, values: Mapping[str, str]) -> str:
    """One text with its places filled, in HR's words or else the usual ones. Nothing but the places is replaced."""
    words = own.get(name) or USUAL[name]
    for place, value in values.items():
        words = words.replace(place, value)
    return words


def anonymity(minimum_group: int) -> str:
    """What is true of every survey here, so that nobody has to write it, or can promise more."""
    return (
        "Anonymous: when the survey closes, the link between you and your answers is destroyed. "
        f"Results are shown from {minimum_group} answers on, comments from {max(10, minimum_group)}, and to nobody sooner."
    )
