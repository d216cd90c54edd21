"""People from outside who are asked: where their link leads, and that nobody knows who they were once the report is made."""

from __future__ import annotations

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse

from assessments.reviews import tokens
from assessments.reviews.models import Rater
from assessments.reviews.models.raters import NOWHERE, RaterQuerySet
from core import mail

INVITED, MOVED, REMINDED = "rater_invited", "rater_day_moved", "rater_reminded"  # the kinds of mail that carry a link
NAME = "Name removed"


def path(rater: Rater) -> str:
    """Where the link of an asked external leads: the same in every mail, until they are asked anew."""
    assert rater.asked_at is not None
    token = tokens.token_of(rater.pk, rater.asked_at)
    if rater.token_digest != tokens.digest(token):
        rater.token_digest = tokens.digest(token)
        rater.save(update_fields=["token_digest"])
    return reverse("feedback:arrival", args=[token])


def forget(raters: RaterQuerySet) -> None:
    """Take names, addresses, organisations, links and mails of those from outside. The row stays, to be counted.

    An address stands for one row of a list, so each keeps one of its own, which no mail can reach.
    """
    outside = raters.filter(group=Rater.Group.EXTERNAL).exclude(email__endswith=NOWHERE)
    for pk in outside.values_list("pk", flat=True):
        mail.forget([INVITED, MOVED, REMINDED], key_prefix=f"rater:{pk}:")
    address = Concat(Value("rater-"), Cast(F("pk"), CharField()), Value(NOWHERE))
    outside.update(name=NAME, email=address, organisation="", token_digest=None)
