"""People from outside who were asked: once the report is made, nobody needs to know any more who they were."""

from __future__ import annotations

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from assessments.reviews.models import Rater
from assessments.reviews.models.raters import NOWHERE, RaterQuerySet
from core import mail

INVITED = "rater_invited"  # the kind of mail that carries a link
NAME = "Name removed"


def forget(raters: RaterQuerySet) -> None:
    """Take names, addresses, organisations, links and invitations of those from outside. The row stays, to be counted.

    An address stands for one row of a list, so each keeps one of its own, which no mail can reach.
    """
    outside = raters.filter(group=Rater.Group.EXTERNAL).exclude(email__endswith=NOWHERE)
    for pk in outside.values_list("pk", flat=True):
        mail.forget([INVITED], key_prefix=f"rater:{pk}:")
    address = Concat(Value("rater-"), Cast(F("pk"), CharField()), Value(NOWHERE))
    outside.update(name=NAME, email=address, organisation="", token_digest=None)
