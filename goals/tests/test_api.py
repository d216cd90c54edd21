"""Values from machines and files: what a token may do, what an upload says before anything is saved."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry
from goals import api, services
from goals.models import ApiToken, CheckIn, Goal
from goals.services import tokens
from goals.tests.factories import goal

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(cast):
    today = timezone.localdate()
    cycle = services.open_cycle(
        name="Now", starts_on=today - timedelta(60), ends_on=today + timedelta(60), by=cast.hana.user
    )
    return services.activate_cycle(cycle, by=None)


@pytest.fixture
def mine(running, eve):
    dates = {"starts_on": running.starts_on, "due_on": running.ends_on}
    return goal(eve, running, visibility=Goal.Visibility.LINE, **dates)


@pytest.fixture
def secret(eve):
    return tokens.make_token("Export", by=eve, at=timezone.now()).secret


def send(secret, goal, body, *, key="1", **headers):
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key, **headers}
    url = reverse("goals_api:check_in", args=[goal if isinstance(goal, int) else goal.pk])
    body = body if isinstance(body, str | bytes) else json.dumps(body)
    return Client(enforce_csrf_checks=True).post(
        url, body, content_type="application/json", headers={name: value for name, value in headers.items() if value}
    )


def test_a_value_is_reported_and_the_same_key_reports_it_once(secret, mine, eve):
    body = {"value": 72.4, "confidence": 7, "what_changed": "Night shift", "call": "on_track"}

    first, second = send(secret, mine, body), send(secret, mine, body)

    assert (first.status_code, second.status_code) == (201, 200)
    made = CheckIn.objects.get()
    assert first.json() == second.json()
    assert first.json() == {
        "id": made.pk,
        "goal": mine.pk,
        "value": "72.4",
        "measured_on": timezone.localdate().isoformat(),
        "progress_percent": 72.4,
    }
    assert (made.by, made.confidence, made.what_changed) == (eve, 7, "Night shift")
    assert send(secret, mine, {"value": 50}).status_code == 409
    assert send(secret, mine, {"value": "50,5"}, key="2").status_code == 201


def test_milestones_are_ticked(secret, running, eve):
    steps = [services.MilestonePlan("First"), services.MilestonePlan("Second")]
    stepped = goal(
        eve, running, metric_type="milestone", milestones=steps, starts_on=running.starts_on, due_on=running.ends_on
    )
    first = stepped.milestones.first()

    answer = send(secret, stepped, {"milestones_done": [first.pk]})

    assert answer.status_code == 201, answer.content
    assert answer.json()["progress_percent"] == 50.0


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ("{", 400, "not JSON"),
        (b"\xff", 400, "not JSON"),
        ('{"value": 1, "what_changed": "\\ud800"}', 400, "half a character"),
        ('{"value": "\\udc00"}', 400, "half a character"),
        ("[1]", 400, "JSON object"),
        ({"valeu": 3}, 400, "Unknown: valeu. Known are"),
        ({"value": True}, 400, "wrong kind"),
        ({"value": [1]}, 400, "wrong kind"),
        ({"milestones_done": [[1]]}, 400, "wrong kind"),
        ({"value": "many"}, 422, "such as 69.9"),
        ({"value": 1e300}, 422, "another look"),
        ("[" * 9000, 400, "not JSON"),
        ({}, 422, "Enter the number"),
        ({"value": 1, "measured_on": "2999-01-01"}, 422, "lies ahead"),
        ({"value": 1, "confidence": 11}, 422, "another look"),
        ({"value": 1, "what_changed": "x" * 30_000}, 413, "20,000"),
    ],
)
def test_t57_what_is_wrong_is_said_in_json(secret, mine, body, status, words):
    answer = send(secret, mine, body)

    assert answer.status_code == status
    assert words in answer.content.decode()
    assert answer["Content-Type"] == "application/json"
    assert not CheckIn.objects.exists()


def test_a_key_is_required(secret, mine):
    assert send(secret, mine, {"value": 3}, key="").status_code == 400
    assert send(secret, mine, {"value": 3}, key="x" * 201).status_code == 400


def test_t01_a_token_reaches_the_goals_of_its_owner_only(secret, running, mine, max, ed):
    of_ed = goal(ed, running, starts_on=running.starts_on, due_on=running.ends_on)  # public, so that Eve sees it
    missing, foreign = send(secret, 2_000_000_000, {"value": 3}), send(secret, of_ed, {"value": 3})

    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert missing.content == foreign.content
    of_max = tokens.make_token("Export", by=max, at=timezone.now()).secret
    assert send(of_max, mine, {"value": 3}).status_code == 404  # he sees it, and it is not his


def test_t29_a_token_has_256_random_bits_and_only_its_digest_is_kept(secret):
    token = ApiToken.objects.get()

    assert len(secret) == len("wh_") + 43
    assert secret not in json.dumps([str(value) for value in ApiToken.objects.values_list().get()])
    assert token.hint == secret[-4:]
    assert secret not in json.dumps(list(AuditEntry.objects.values_list("subject_label", "changes")))


@pytest.mark.parametrize("end", ["revoked", "over", "left"])
def test_t32_a_token_that_has_ended_opens_nothing_at_once(secret, mine, eve, end):
    token = ApiToken.objects.get()
    if end == "revoked":
        tokens.revoke_token(token, by=eve, at=timezone.now())
    elif end == "over":
        ApiToken.objects.update(ends_on=timezone.localdate() - timedelta(1))
    else:
        eve.is_active = False
        eve.save(update_fields=["is_active"])

    answer = send(secret, mine, {"value": 3})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_t34_a_session_is_no_token(mine, eve, client_of):
    url = reverse("goals_api:check_in", args=[mine.pk])
    answer = client_of(eve).post(url, {"value": 3}, content_type="application/json", headers={"Idempotency-Key": "1"})

    assert answer.status_code == 401
    assert not CheckIn.objects.exists()


def test_t56_a_token_is_limited_and_says_when_to_go_on(secret, mine, monkeypatch):
    monkeypatch.setattr(api, "PER_MINUTE", 2)
    answers = [send(secret, mine, {"value": 3}, key=str(number)) for number in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[-1]["Retry-After"] == "60"


def test_the_day_of_last_use_is_noted(secret, mine):
    send(secret, mine, {"value": 3})
    assert ApiToken.objects.get().last_used_on == timezone.localdate()


def test_the_secret_is_shown_once(eve, olga, client_of):
    client = client_of(eve)
    shown = client.post(reverse("goals:tokens"), {"name": "Night export"}).content.decode()
    token = ApiToken.objects.get()

    assert "wh_" in shown
    later = client.get(reverse("goals:tokens")).content.decode()
    assert "Night export" in later
    assert f"ends in {token.hint}" in later
    assert shown.count(token.digest) == 0
    assert "Night export" not in client_of(olga).get(reverse("goals:tokens")).content.decode()
    client.post(reverse("goals:token_revocation", args=[token.pk]))
    client.get(reverse("goals:tokens"))  # shows the message of the last action
    assert "Night export" not in client.get(reverse("goals:tokens")).content.decode()


def test_ten_tokens_are_enough(eve):
    for number in range(tokens.MOST):
        tokens.make_token(str(number), by=eve, at=timezone.now())
    with pytest.raises(tokens.TokenRefused, match="Revoke one"):
        tokens.make_token("one more", by=eve, at=timezone.now())


# --- files --------------------------------------------------------------------------------------------------------------


def upload(client, text: str):
    file = SimpleUploadedFile("values.csv", text.encode(), content_type="text/csv")
    return client.post(reverse("goals:values"), {"file": file})


def test_a_file_is_tried_first_and_then_saved_without_its_bad_rows(mine, eve, ed, running, client_of):
    foreign = goal(ed, running, starts_on=running.starts_on, due_on=running.ends_on)
    day = timezone.localdate().isoformat()
    client = client_of(eve)
    text = (
        "goal,day,value,confidence\n"
        f"{mine.pk},{day},40,7\n{foreign.pk},{day},50,\n{mine.pk},2999-01-01,5,\n{mine.pk},{day},many,\n{mine.pk},{day},,\n"
    )

    tried = upload(client, text)
    page = tried.content.decode()
    assert tried.status_code == 200
    assert not CheckIn.objects.exists()
    assert "1 value can be saved, 3 cannot" in page
    assert f"no active goal “{foreign.pk}”" in page
    assert "lies ahead" in page
    assert "“many” is not a number" in page

    agreed = tried.context["agreed"]
    assert client.post(reverse("goals:values"), {"agreed": agreed}).status_code == 302
    client.post(reverse("goals:values"), {"agreed": agreed})
    assert list(CheckIn.objects.values_list("goal", "value", "confidence")) == [(mine.pk, 40, 7)]


def test_t02_what_one_person_checked_nobody_else_saves(mine, eve, ed, client_of):
    agreed = upload(client_of(eve), f"goal,day,value\n{mine.pk},{timezone.localdate()},40\n").context["agreed"]

    answer = client_of(ed).post(reverse("goals:values"), {"agreed": agreed})
    assert answer.status_code == 422
    assert "not yours" in answer.content.decode()
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "empty"), ("a,b\n1,2\n", "The first row lacks: goal, day, value"), ("goal,day,value\n1,2,\n", "No row has")],
)
def test_a_file_that_cannot_be_used_says_why(mine, eve, client_of, text, words):
    answer = upload(client_of(eve), text)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_template_can_be_filled_and_uploaded(mine, eve, client_of):
    client = client_of(eve)
    text = client.get(reverse("goals:values_template")).content.decode("utf-8-sig")
    header, row = text.split("\r\n")[:2]

    filled = ",".join([*row.split(",")[:2], "44", "8", "Said more"])
    assert upload(client, f"{header}\r\n{filled}\r\n").context["good"] == 1
