"""Sign-in accounts: passwords, the second step, sessions, the look."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from core import audit, notify
from core.errors import DomainError
from people.models import User


@transaction.atomic
def set_password(user: User, password: str, *, by: User) -> None:
    """Store a new password; every session made with the old one ends on its next request."""
    user.set_password(password)
    user.save(update_fields=["password"])
    UserSession.objects.filter(user=user).delete()
    audit.record("changed the password of", user, by=by, about=user)


def end_sessions(user: User) -> None:
    """End every session of this user now. Part of a larger intention, which leaves the audit entry."""
    _next_epoch(user)
    UserSession.objects.filter(user=user).delete()


class NoSecondStep(DomainError):
    """There is none to remove, or it is one's own."""


@transaction.atomic
def note_second_step(user: User, verb: str) -> None:
    """Write down that the user changed the second step of their own sign-in."""
    audit.record(verb, user, by=user, about=user)


@transaction.atomic
def remove_second_step(user: User, *, by: User, at: datetime) -> None:
    """For somebody whose phone and codes are gone: the password is enough again, and every session ends. Raises NoSecondStep."""
    if user.pk == by.pk:
        raise NoSecondStep("Switch your own second step off on your profile.")
    if not Authenticator.objects.filter(user=user).delete()[0]:
        raise NoSecondStep("This account has no second step.")
    end_sessions(user)
    audit.record("removed the second step of", user, by=by, about=user)
    words = "HR has removed the second step of your sign-in. Set it up anew; if you did not ask for this, tell HR"
    notify.tell(user, f"second-step-removed:{at.isoformat()}", words, reverse("mfa_index"), at)


@transaction.atomic
def end_other_sessions(user: User, *, current_key: str, by: User) -> int:
    """Sign out everywhere, also where no row of UserSession is left; returns how many of those that have one ended.

    The caller gives this browser its session again, as after a new password (see `keep_session`).
    """
    others = UserSession.objects.filter(user=user).exclude(session_key=current_key)
    ended = Session.objects.filter(session_key__in=list(others.values_list("session_key", flat=True))).delete()[0]
    others.delete()
    _next_epoch(user)
    audit.record("signed out elsewhere", user, by=by, about=user, changes={"sessions": {"old": ended, "new": 0}})
    return ended


def keep_session(user: User, *, old_key: str, key: str) -> None:
    """This browser has got another key; since when it is signed in stays."""
    UserSession.objects.filter(user=user, session_key=old_key).update(session_key=key)


def forget_ended_sessions(*, at: datetime) -> int:
    """Where somebody was signed in is nobody's business once the session has ended; returns how many were forgotten."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    return UserSession.objects.exclude(session_key__in=alive).delete()[0]


@transaction.atomic
def choose_theme(user: User, theme: str, *, by: User) -> None:
    was = user.theme
    user.theme = theme
    user.save(update_fields=["theme"])
    audit.record("chose the look of", user, by=by, about=user, changes={"theme": {"old": was, "new": theme}})


def _next_epoch(user: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
