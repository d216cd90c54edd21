"""Sign-in accounts: passwords, sessions, the look."""

from django.db import transaction
from django.db.models import F

from core import audit
from people.models import User


@transaction.atomic
def set_password(user: User, password: str, *, by: User) -> None:
    """Store a new password; every session made with the old one ends on its next request."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("changed the password of", user, by=by, about=user)


def end_sessions(user: User) -> None:
    """End every session of this user now. Part of a larger intention, which leaves the audit entry."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


@transaction.atomic
def choose_theme(user: User, theme: str, *, by: User) -> None:
    was = user.theme
    user.theme = theme
    user.save(update_fields=["theme"])
    audit.record("chose the look of", user, by=by, about=user, changes={"theme": {"old": was, "new": theme}})
