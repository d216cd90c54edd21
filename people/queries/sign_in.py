"""Where somebody is signed in, in words that they recognise."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session

from people.models import User

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    *(("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Mac OS", "a Mac"), ("CrOS", "a Chromebook"), ("Linux", "Linux")),
)


@dataclass(frozen=True)
class Place:
    """One browser: "Firefox on Windows", and since when."""

    device: str
    address: str
    since: datetime
    is_here: bool


def has_second_step(user: User) -> bool:
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def places(user: User, current_key: str, *, at: datetime) -> list[Place]:
    """This browser first, then the newest; sessions that have ended are left out."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    found = [
        Place(device(one.user_agent), one.ip, one.created_at, one.session_key == current_key)
        for one in UserSession.objects.filter(user=user, session_key__in=alive)
    ]
    return sorted(found, key=lambda place: (not place.is_here, -place.since.timestamp()))


def device(user_agent: str) -> str:
    """What a browser calls itself, in three words."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
