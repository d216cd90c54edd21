"""The second step of signing in, recovery codes, who must have one, and where somebody is signed in."""

from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, Notification
from people.queries.sign_in import device
from people.second_step import SecondStepAdapter
from people.services import accounts

PASSWORD = "a long enough password"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def _a_code_has_just_begun(time_machine):
    """A code is good for half a minute: none may end between being worked out and being typed."""
    time_machine.move_to(int(timezone.now().timestamp()) // 30 * 30)


def code_of(secret: str, at=None) -> str:
    return format_hotp_value(hotp_value(secret, int((at or timezone.now()).timestamp()) // 30))


def with_password(person):
    person.user.set_password(PASSWORD)
    person.user.save(update_fields=["password"])
    return person


def sign_in(client, person):
    sent = {"login": person.user.email, "password": PASSWORD}
    return client.post(reverse("account_login"), sent, headers={"User-Agent": FIREFOX})


@pytest.fixture
def eve_with_phone(eve):
    """Eve, and the secret that her phone shares."""
    with_password(eve)
    secret = generate_totp_secret()
    TOTP.activate(eve.user, secret)
    RecoveryCodes.activate(eve.user)
    return eve, secret


def confirm(client) -> None:
    """Type the password once more, as every change of what protects the account asks for."""
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302


def is_signed_in(client) -> bool:
    return client.get(reverse("people:profile")).status_code == 200


def test_somebody_sets_it_up_from_their_profile_and_gets_ten_codes(eve, django_capture_on_commit_callbacks):
    client = Client()
    sign_in(client, with_password(eve))
    assert reverse("mfa_index") in client.get(reverse("people:profile")).content.decode()

    assert client.get(reverse("mfa_activate_totp")).url.startswith(reverse("account_reauthenticate"))
    confirm(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    assert "data:" not in page.content.decode().split("<main")[1]
    assert client.post(reverse("mfa_activate_totp"), {"code": "000000"}).status_code == 200
    assert not Authenticator.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)

    assert len(done.context["unused_codes"]) == 10
    assert AuditEntry.objects.get(verb="switched on the second step of").about == eve.user
    assert "10 of them are left" in " ".join(client.get(reverse("mfa_index")).content.decode().split())


def test_t26_the_password_alone_signs_nobody_in(eve_with_phone):
    eve, secret = eve_with_phone
    client = Client()

    answer = sign_in(client, eve)

    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    wrong = client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert "This code does not fit" in wrong.content.decode()
    assert client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).status_code == 302
    assert is_signed_in(client)


def test_t28_a_code_and_a_recovery_code_work_once(eve_with_phone):
    eve, secret = eve_with_phone
    recovery = Authenticator.objects.get(user=eve.user, type="recovery_codes").wrap().get_unused_codes()[0]
    with time_machine.travel(timezone.now(), tick=False):
        for code in (code_of(secret), recovery):
            answers = []
            for _ in range(2):
                client = Client()
                sign_in(client, eve)
                client.post(reverse("mfa_authenticate"), {"code": code})
                answers.append(is_signed_in(client))
            assert answers == [True, False]


def test_t26_codes_are_not_guessed_without_end(eve_with_phone):
    eve, secret = eve_with_phone
    client = Client()
    sign_in(client, eve)
    for number in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})

    assert "Too many" in client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}).content.decode()
    assert not is_signed_in(client)


def test_the_secret_is_stored_under_the_secret_key(eve_with_phone, settings):
    eve, secret = eve_with_phone
    stored = Authenticator.objects.get(user=eve.user, type="totp").data["secret"]
    assert secret not in stored
    adapter = SecondStepAdapter()
    assert adapter.decrypt(stored) == secret

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = (
        [settings.SECRET_KEY],
        "another key of good length, for tests only",
    )
    assert adapter.decrypt(stored) == secret
    settings.SECRET_KEY_FALLBACKS = []
    assert adapter.decrypt(stored) != secret


def test_after_a_while_it_asks_who_is_there_before_anything_changes(eve_with_phone):
    eve, secret = eve_with_phone
    client = Client()
    sign_in(client, eve)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    confirm(client)
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        answer = client.post(reverse("mfa_deactivate_totp"))
        assert "again" in answer.url
        page = client.get(answer.url).content.decode()
        assert "Is it you?" in page
        assert client.get(reverse("mfa_reauthenticate")).status_code == 200
        assert Authenticator.objects.filter(user=eve.user, type="totp").exists()


def test_somebody_switches_it_off_again(eve_with_phone):
    eve, secret = eve_with_phone
    client = Client()
    sign_in(client, eve)
    client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    confirm(client)
    assert "Switch off the second step?" in client.get(reverse("mfa_deactivate_totp")).content.decode()
    client.post(reverse("mfa_deactivate_totp"))

    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.filter(verb="switched off the second step of").count() == 1


def test_hr_is_led_to_it_where_the_settings_ask_for_it(hana, eve, client_of, settings):
    client = client_of(hana)
    assert "Add a second step" in client.get("/").content.decode()
    assert "Add a second step" not in client_of(eve).get("/").content.decode()
    settings.SECOND_STEP_REQUIRED = True

    assert client.get(reverse("people:roles")).url == reverse("mfa_index")
    assert client.get("/", headers={"HX-Request": "true"})["HX-Redirect"] == reverse("mfa_index")
    assert "needs a second step" in client.get(reverse("mfa_index")).content.decode()
    assert client_of(eve).get("/").status_code == 200
    TOTP.activate(hana.user, generate_totp_secret())
    assert client.get(reverse("people:roles")).status_code == 200
    assert not SecondStepAdapter().can_delete_authenticator(Authenticator.objects.get(user=hana.user))


def test_hr_removes_it_for_somebody_whose_phone_is_gone_and_they_are_told(eve_with_phone, hana, client_of):
    eve, _ = eve_with_phone
    theirs = client_of(eve)
    assert "Remove the second step" in client_of(hana).get(reverse("people:record", args=[eve.pk])).content.decode()
    url = reverse("people:second_step_removal", args=[eve.pk])
    assert client_of(eve).post(url).status_code == 403

    client_of(hana).post(url)

    assert not Authenticator.objects.exists()
    assert not is_signed_in(theirs)
    assert "HR has removed" in Notification.objects.get(to=eve.user).text
    assert AuditEntry.objects.get(verb="removed the second step of").actor == hana.user
    with pytest.raises(accounts.NoSecondStep, match="your profile"):
        accounts.remove_second_step(hana.user, by=hana.user, at=timezone.now())


def test_t32_somebody_sees_where_they_are_signed_in_and_signs_out_elsewhere(eve, ed):
    with_password(eve)
    with_password(ed)
    here, there, other = Client(), Client(), Client()
    for client, person in ((here, eve), (there, eve), (other, ed)):
        sign_in(client, person)

    page = here.get(reverse("people:sessions")).content.decode()
    assert page.count("Firefox on Linux") == 2
    here.post(reverse("people:sessions"))

    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert is_signed_in(other)
    assert here.get(reverse("people:sessions")).content.decode().count("Firefox on Linux") == 1
    assert AuditEntry.objects.get(verb="signed out elsewhere").changes["sessions"]["old"] == 1


def test_t32_signing_out_elsewhere_ends_sessions_that_no_list_knows(eve):
    with_password(eve)
    here, forgotten = Client(), Client()
    for client in (here, forgotten):
        sign_in(client, eve)
    UserSession.objects.exclude(session_key=here.session.session_key).delete()
    key = here.session.session_key

    page = here.post(reverse("people:sessions"), follow=True).content.decode()

    assert "You are signed in only here." in page
    assert is_signed_in(here)
    assert here.session.session_key != key
    assert not is_signed_in(forgotten)
    assert [one.session_key for one in UserSession.objects.all()] == [here.session.session_key]


def test_where_somebody_was_signed_in_is_forgotten_with_the_session(eve):
    client = Client()
    sign_in(client, with_password(eve))
    assert accounts.forget_ended_sessions(at=timezone.now()) == 0
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert accounts.forget_ended_sessions(at=timezone.now()) == 1
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_named_as_people_name_it(agent, words):
    assert device(agent) == words
