"""Tokens with which machines report values: made, shown once, used, revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from core import audit
from core.errors import DomainError
from goals.models import ApiToken
from goals.models.tokens import PREFIX, digest_of
from people.models import Employee

MOST = 10  # usable tokens of one person
LIVES = timedelta(days=365)


class TokenRefused(DomainError):
    """No further token."""


@dataclass(frozen=True)
class NewToken:
    """`secret` is known now and never again."""

    token: ApiToken
    secret: str


@transaction.atomic
def make_token(name: str, *, by: Employee, at: datetime) -> NewToken:
    """A token for the goals of `by`, good for a year. Raises TokenRefused."""
    Employee.objects.select_for_update(no_key=True, of=("self",)).get(pk=by.pk)  # counts of two tabs do not race
    today = timezone.localdate(at)
    if ApiToken.objects.usable(today).filter(owner=by).count() >= MOST:
        raise TokenRefused(f"You have {MOST} tokens. Revoke one that is not used any more.")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner=by,
        name=name,
        digest=digest_of(secret),
        hint=secret[-4:],
        made_at=at,
        ends_on=today + LIVES,
    )
    audit.record("made a token", token, by=by.user, about=by.user, changes={"works until": token.ends_on})
    return NewToken(token, secret)


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Employee, at: datetime) -> None:
    """End a token at once; twice is once."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        audit.record("revoked a token", token, by=by.user, about=by.user)


def token_of(secret: str, *, at: datetime) -> ApiToken | None:
    """The usable token with this secret; None for anything else. Notes the day of use, never the time."""
    today = timezone.localdate(at)
    found = ApiToken.objects.usable(today).select_related("owner__user", "owner__unit")
    token = found.filter(digest=digest_of(secret)).first() if secret.startswith(PREFIX) else None
    if token is not None and token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token
