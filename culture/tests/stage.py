"""The small company with one signed-in person of each kind, made once for many routes of the access matrix."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from people.access import Viewer
from people.models import RoleGrant, User
from people.tests.cast import Cast
from people.tests.factories import UserFactory


class Undo(Exception):
    """Ends a savepoint without keeping it."""


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise Undo
    except Undo:
        pass


class People:
    """One user of each kind of person, signed in. `..._only` hold a role and do not work here."""

    def __init__(self, cast) -> None:
        grants = RoleGrant.Role
        self.users: dict[str, User] = {
            "employee": cast.eve.user,
            "manager": cast.max.user,
            "hr_partner": cast.petra.user,
            "hr_admin": cast.hana.user,
            "executive": cast.ada.user,
            "auditor": cast.ingrid.user,
            "hr_partner_only": self._only(grants.HR_PARTNER, cast.helpdesk),
            "hr_admin_only": self._only(grants.HR_ADMIN),
            "executive_only": self._only(grants.EXECUTIVE),
            "auditor_only": self._only(grants.AUDITOR),
            "nobody": UserFactory.create(),
        }
        self.sessions = {kind: self._signed_in(user) for kind, user in self.users.items()}

    @staticmethod
    def _only(role: RoleGrant.Role, *units) -> User:
        user = UserFactory.create()
        RoleGrant.objects.create(user=user, role=role).units.add(*units)
        return user

    @staticmethod
    def _signed_in(user: User) -> str:
        client = Client()
        client.force_login(user)
        return client.cookies[settings.SESSION_COOKIE_NAME].value

    def callers(self) -> list[Caller]:
        """Each with a browser of their own, which knows nothing but its session."""
        return [Caller(kind, _client(self.sessions[kind]), Viewer.of(user)) for kind, user in self.users.items()]


def _client(session: str) -> Client:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


@dataclass(frozen=True)
class Caller:
    kind: str
    client: Client
    viewer: Viewer


Prepare = Callable[[Any], None]


@dataclass
class Stage:
    """The company and its callers as a probe's `prepare` leaves them, until a route asks for another one.

    All routes of one `prepare` play in one transaction. Each meets copies of what was made, and rows as they were.
    """

    prepare: Prepare | None = None
    made: tuple[Any, People] | None = None
    transaction: ExitStack = field(default_factory=ExitStack)

    @contextmanager
    def set_for(self, prepare: Prepare | None) -> Iterator[tuple[Any, People]]:
        if self.made is None or self.prepare is not prepare:
            self.clear()
            self.transaction.enter_context(undone())
            with connection.cursor() as cursor:
                # The next test may be long in coming.
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cast = Cast()
            if prepare:
                prepare(cast)
            self.prepare, self.made = prepare, (cast, People(cast))
        with undone():
            yield copy.deepcopy(self.made)

    def clear(self) -> None:
        self.made = None
        self.transaction.close()
