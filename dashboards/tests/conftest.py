"""Organisations of any size, filled as the measurements fill them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from culture.demo import SIGN_INS, large
from people.models import User

EMAILS = {role: email for role, email, _ in SIGN_INS}


def signed_in(role: str) -> Client:
    """A client of one of the people whom the demo lets sign in."""
    client = Client()
    client.force_login(User.objects.get(email=EMAILS[role]))
    return client


@pytest.fixture
def organisation(db) -> Callable[[int], Callable[[str], Client]]:
    """organisation(60) builds one; returns signed_in, which takes a role of the demo's sign-ins."""

    def build(people: int) -> Callable[[str], Client]:
        large.build(people, lambda _: None, at=timezone.now())
        return signed_in

    return build
