"""Error pages with DEBUG off: the same layout, the id of the request, and no data (T39, T14, T37)."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client

from culture import urls
from people.access import PUBLIC, Scope, route

SECRET = "secret-of-the-view"


def _broken(request, what):
    raise {"fault": RuntimeError, "odd": SuspiciousOperation}[what](SECRET)


class Planted:
    """The site with one view that fails."""

    urlpatterns = [
        *urls.urlpatterns,
        route("fault/", lambda r: _broken(r, "fault"), "fault", who=PUBLIC, scope=Scope.PUBLIC),
        route("odd/", lambda r: _broken(r, "odd"), "odd", who=PUBLIC, scope=Scope.PUBLIC),
    ]
    handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500


@pytest.fixture
def browser(client_of, eve, settings):
    settings.ROOT_URLCONF = Planted
    settings.DEBUG = False
    browser = client_of(eve)
    browser.raise_request_exception = False
    return browser


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/fault/", 500, "We could not finish this"),
        ("/odd/", 400, "This request could not be read"),
        ("/nowhere/", 404, "There is no such page"),
        ("/people/999999/", 404, "There is no such page"),
        ("/people/roles/", 403, "You may not open this page"),
    ],
)
def test_t39_an_error_page_says_what_to_do_and_nothing_else(browser, path, status, said):
    response = browser.get(path)

    page = response.content.decode()
    assert response.status_code == status
    assert said in page
    assert 'href="/"' in page
    for leak in (SECRET, "Traceback", "RuntimeError", "SuspiciousOperation", "Eve Lind", "eve@tarn.example", "people/"):
        assert leak not in page
    assert len(response["X-Request-Id"]) == 32


def test_t39_an_expired_form_is_explained(eve, settings):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(eve.user)

    response = strict.post("/me/look/", {"theme": "dark"})

    assert response.status_code == 403
    assert "This form is too old" in response.content.decode()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example"])
def test_t37_another_host_is_refused(client, db, settings, host):
    settings.ALLOWED_HOSTS = ["testserver"]

    assert client.get("/sign-in/", headers={"Host": host}).status_code == 400


def test_t14_the_policy_of_every_page_allows_nothing_inline(browser):
    for path in ("/people/", "/sign-in/", "/nowhere/", "/people/roles/"):
        policy = browser.get(path)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_t39_the_page_of_a_fault_needs_nobody_to_be_signed_in(client, db, settings):
    settings.ROOT_URLCONF = Planted
    client.raise_request_exception = False

    assert client.get("/fault/").status_code == 500
