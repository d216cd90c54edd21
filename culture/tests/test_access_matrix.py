"""The access matrix, tried: every route, every kind of person, every kind of object (T01-T03, T11, T34, T35).

Grown from the URL map and the probes of the apps (people/tests/probing.py says how to write one), so that a new route
is covered, or fails here, on the day it is added.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from culture import urls
from culture.tests.stage import Caller, People, Stage, undone
from people.access import PUBLIC, Scope
from people.tests.probing import Kwargs, Mapped, Probe, all_probes, url_map, writes_watched

ROUTES = list(url_map())
PROBES = all_probes()
ALL_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PUBLIC_ROUTES = {
    "healthz",
    "readyz",
    "account_login",
    "account_logout",
    "account_inactive",
    "mfa_authenticate",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "surveys:inbox",
    "surveys:inbox_message",
    *(f"surveys:visit_{step}" for step in ("intro", "start", "page", "answers", "answers_copy", "check")),
    *(f"surveys:visit_{step}" for step in ("submission", "thanks", "arrival")),
    *(
        f"feedback:{step}"
        for step in ("arrival", "form", "part", "submission", "withdrawal", "refusal", "thanks", "declined")
    ),
    "surveys:kiosk",
    "surveys:language",
    "actions:told",
}
MACHINE_ROUTES = {"goals_api:check_in"}
HTMX = {"HX-Request": "true"}
_TOKEN = re.compile(r'(X-CSRFToken": "|name="csrfmiddlewaretoken" value=")[^"]*')


@pytest.fixture(autouse=True)
def _no_rate_limits(settings):
    """Every kind of person asks from one address here; people/tests/test_sign_in.py tries the limits."""
    settings.ACCOUNT_RATE_LIMITS = False


@contextmanager
def undone_for(client: Client) -> Iterator[None]:
    """The client, too, gets the session back that an answer has replaced."""
    session = client.cookies.get(settings.SESSION_COOKIE_NAME)
    key = session.value if session else ""
    with undone():
        yield
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key


def ask(client: Client, method: str, url: str, data=None, **headers: str) -> tuple[Any, list[str]]:
    """The answer, and the SQL that wrote something."""
    client.cookies.pop("messages", None)  # what the last action said is no part of this answer
    with writes_watched() as writes:
        response = (
            client.generic(method, url, headers=headers) if not data else _send(client, method, url, data, headers)
        )
    return response, writes


def _send(client: Client, method: str, url: str, data, headers) -> Any:
    return client.post(url, data, headers=headers) if method == "POST" else client.generic(method, url, headers=headers)


def body(response: HttpResponse) -> str:
    """The page without what differs from request to request."""
    return re.sub(
        r'(csrf[^"]*": "|name="csrfmiddlewaretoken" value=")[^"]*',
        r"\1",
        response.content.decode(),
        flags=re.IGNORECASE,
    )


def is_refused_kindly(response: HttpResponse) -> bool:
    return response.status_code in (409, 422)


def is_sign_in(response: HttpResponse) -> bool:
    """Sent to the sign-in page, by a redirect or, inside a fragment, by HTMX."""
    return response.headers.get("Location", response.headers.get("HX-Redirect", "")).startswith(
        reverse("account_login")
    )


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        stage = Stage()
        yield stage
        stage.clear()


@pytest.fixture
def cast(stage):
    """The cast on the stage of this file, which stands between its tests."""
    with stage.set_for(None) as (cast, _):
        yield cast


class Trial:
    """One route on trial: its row, its probe, and who is admitted."""

    def __init__(self, mapped: Mapped, cast: Any, people: People) -> None:
        assert mapped.row, f"{mapped.name} has no access row"
        self.row, self.name, self.takes_object = mapped.row, mapped.name, mapped.takes_object
        self.probe, self.cast, self.people = probe_of(mapped), cast, people
        self.stranger = Client()
        callers = people.callers()
        self.admitted = [caller for caller in callers if self.row.admits(caller.viewer)]
        self.refused = [caller for caller in callers if not self.row.admits(caller.viewer)]

    def url(self, kwargs: Kwargs) -> str:
        return reverse(self.name, kwargs=kwargs)

    def example(self, first: Caller | None = None) -> Kwargs:
        """Arguments of some object of this route, of `first` if there is one, else of anybody."""
        if not self.takes_object:
            return {}
        for caller in [first, *self.admitted] if first else self.admitted:
            for build in (self.probe.own, self.probe.in_scope, self.probe.out_of_scope):
                if build and (kwargs := build(self.cast, caller.viewer)) is not None:
                    return kwargs
        raise AssertionError(f"The probe of {self.name} builds an object for nobody.")

    def headers_for(self, caller: Caller) -> tuple[dict[str, str], ...]:
        """Fragments share the door and the scope with the page: one kind of person asks for both."""
        return ({}, HTMX) if caller is self.admitted[0] else ({},)


def test_every_route_is_classified():
    """T11."""
    assert [mapped.name or mapped.pattern for mapped in ROUTES if mapped.row is None] == []
    assert [mapped.name for mapped in ROUTES if not mapped.name] == []


def test_names_of_routes_are_unique_and_their_rows_tell_the_same_name():
    names = [mapped.name for mapped in ROUTES]

    assert len(names) == len(set(names))
    assert all(mapped.name.endswith(mapped.row.name) for mapped in ROUTES)


def test_a_planted_route_without_a_row_is_found_and_refused(client, cast, settings):
    planted = [*urls.urlpatterns, path("planted/", lambda request: HttpResponse("seen"), name="planted")]
    settings.ROOT_URLCONF = type("Planted", (), {"urlpatterns": planted})
    client.force_login(cast.hana.user)

    assert [mapped.name for mapped in url_map(planted) if mapped.row is None] == ["planted"]
    assert client.get("/planted/").status_code == 403


def test_t11_the_list_of_public_routes_is_short_and_known():
    public = {mapped.name for mapped in ROUTES if mapped.row and mapped.row.who == PUBLIC} - MACHINE_ROUTES

    assert public == PUBLIC_ROUTES


def test_every_route_with_an_object_has_a_probe_and_every_probe_a_route():
    names = {mapped.name for mapped in ROUTES}

    assert [m.name for m in ROUTES if m.takes_object and m.name not in PROBES and m.name not in MACHINE_ROUTES] == []
    assert sorted(set(PROBES) - names) == []
    assert [
        n for n in PROBES if PROBES[n].has_object and "<" not in next(m.pattern for m in ROUTES if m.name == n)
    ] == []


def test_t34_routes_for_machines_answer_to_a_token_and_to_no_session(cast):
    """No cookie opens them, so no other site can make a browser use them."""
    assert {mapped.name for mapped in ROUTES if mapped.row and mapped.row.scope is Scope.TOKEN} == MACHINE_ROUTES
    clients = [Client(), *(caller.client for caller in People(cast).callers())]
    for name, client in product(MACHINE_ROUTES, clients):
        for method in ALL_METHODS:
            response, writes = ask(client, method, reverse(name, args=[1]), **{"Authorization": "Bearer wh_guessed"})
            assert response.status_code == (401 if method == "POST" else 405)
            assert not writes


def probe_of(mapped: Mapped) -> Probe:
    return PROBES.get(mapped.name, Probe())


PREPARED = list(dict.fromkeys(probe_of(mapped).prepare for mapped in ROUTES))
# Routes that play on the same stage stand together.
HUMAN_ROUTES = sorted(
    (m for m in ROUTES if m.row and m.name not in MACHINE_ROUTES), key=lambda m: PREPARED.index(probe_of(m).prepare)
)


@pytest.mark.parametrize("mapped", HUMAN_ROUTES, ids=lambda mapped: mapped.name)
def test_route_keeps_its_row(mapped: Mapped, stage: Stage):
    """T01, T02, T03, T34, T35: who, methods, token and objects as the row says; what is refused writes nothing."""
    with stage.set_for(probe_of(mapped).prepare) as (cast, people):
        _keeps_its_row(Trial(mapped, cast, people))


def _keeps_its_row(trial: Trial) -> None:
    _strangers_are_sent_to_sign_in(trial)
    _others_are_forbidden(trial)
    _unknown_methods_are_refused(trial)
    _a_post_without_its_token_is_refused(trial)
    was_allowed = False
    for caller in trial.admitted:
        was_allowed |= _objects_are_shown_by_scope(trial, caller)
        if trial.takes_object and not trial.probe.has_no_404:
            _foreign_looks_like_missing(trial, caller)
    assert was_allowed, "Nobody could open this route: the probe or the row is wrong."


def _strangers_are_sent_to_sign_in(trial: Trial) -> None:
    if trial.row.who == PUBLIC:
        return
    with undone():
        url = trial.url(trial.example())
        for method, headers in [*product(ALL_METHODS, ({},)), ("GET", HTMX)]:
            response, writes = ask(trial.stranger, method, url, **headers)
            assert is_sign_in(response), f"stranger {method} {url}: {response.status_code}"
            assert not writes


def _others_are_forbidden(trial: Trial) -> None:
    if not trial.refused:
        return
    with undone():
        url = trial.url(trial.example())
        for caller, method in product(trial.refused, trial.row.methods):
            response, writes = ask(caller.client, method, url)
            assert response.status_code == 403, f"{caller.kind} {method} {url}: {response.status_code}"
            assert not writes, f"{caller.kind} {method} {url} wrote {writes}"


def _unknown_methods_are_refused(trial: Trial) -> None:
    with undone():
        url = trial.url(trial.example())
        for method in set(ALL_METHODS) - set(trial.row.methods):
            response, writes = ask(trial.admitted[0].client, method, url)
            assert response.status_code == 405, f"{method} {url}: {response.status_code}"
            assert not writes


def _a_post_without_its_token_is_refused(trial: Trial) -> None:
    """T34."""
    if "POST" not in trial.row.methods:
        return
    with undone():
        caller = trial.admitted[0]
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(trial.people.users[caller.kind])
        url = trial.url(trial.example())
        response, writes = ask(strict, "POST", url, trial.probe.data_for(trial.cast, caller.viewer))
        assert response.status_code == 403, f"{caller.kind} POST {url} without token: {response.status_code}"
        assert not writes


def _objects_are_shown_by_scope(trial: Trial, caller: Caller) -> bool:
    allowed = False
    shown = (
        [build for build in (trial.probe.own, trial.probe.in_scope) if build] if trial.takes_object else [lambda *_: {}]
    )
    for build, method, headers in product(shown, trial.row.methods, trial.headers_for(caller)):
        with undone_for(caller.client):
            kwargs = build(trial.cast, caller.viewer)
            if kwargs is not None:
                _is_allowed(trial, caller, method, kwargs, headers)
                allowed = True
    return allowed


def _is_allowed(trial: Trial, caller: Caller, method: str, kwargs: Kwargs, headers: dict[str, str]) -> None:
    url = trial.url(kwargs)
    data = trial.probe.data_for(trial.cast, caller.viewer) if method != "GET" else None
    for variant in ("", *trial.probe.variants) if method == "GET" else ("",):
        response, writes = ask(caller.client, method, url + variant, data, **headers)
        said = f"{caller.kind} {method} {url}{variant} {headers}: {response.status_code}"
        assert response.status_code < 400 or is_refused_kindly(response), said
        assert not is_sign_in(response) or trial.row.who == PUBLIC, said
        assert method != "GET" or not writes, f"T35: {said} wrote {writes}"


def _foreign_looks_like_missing(trial: Trial, caller: Caller) -> None:
    for method, headers in product(trial.row.methods, trial.headers_for(caller)):
        with undone():
            missing = _is_not_found(trial, caller, method, trial.probe.missing_like(trial.example(caller)), headers)
            build = trial.probe.out_of_scope
            kwargs = build(trial.cast, caller.viewer) if build else None
            if kwargs is not None:
                foreign = _is_not_found(trial, caller, method, kwargs, headers)
                assert foreign == missing, (
                    f"{caller.kind} {method} {kwargs}: a foreign object differs from a missing one"
                )


def _is_not_found(trial: Trial, caller: Caller, method: str, kwargs: Kwargs, headers: dict[str, str]) -> str:
    url = trial.url(kwargs)
    response, writes = ask(caller.client, method, url, trial.probe.data_for(trial.cast, caller.viewer), **headers)
    assert response.status_code == 404, f"{caller.kind} {method} {url}: {response.status_code}"
    assert not writes, f"{caller.kind} {method} {url} wrote {writes}"
    return body(response)
