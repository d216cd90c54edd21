"""The door for machines: report a value on a goal with a token. docs/api.md says how.

No session counts here, so no cookie can be made to speak for anybody; answers are JSON whatever happens.
"""

import json
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from core.errors import DomainError
from goals import services, wording
from goals.forms.updates import CheckInForm
from goals.models import ApiToken, CheckIn, Goal
from goals.services.tokens import token_of
from people.access import Viewer

NAMESPACE = UUID("6d0a4d0e-6c1b-4c0e-9a3e-5f0f7c6f1c55")
MOST_BYTES = 20_000
PER_MINUTE = 60  # check-ins with one token
FIELDS = {
    *("value", "measured_on", "confidence", "call", "what_changed", "next_step", "blocker"),
    "milestones_done",
}


class Problem(Exception):
    """An answer other than success: what is wrong, by field where it belongs to one."""

    def __init__(self, status: int, error: str, fields: dict[str, list[str]] | None = None) -> None:
        super().__init__(error)
        self.status, self.error, self.fields = status, error, fields


def check_in(request: HttpRequest, pk: int) -> JsonResponse:
    """201 with the check-in, 200 when this key was sent before; else an error that says what to mend."""
    try:
        token = _token(request)
        goal = _goal(token, pk)
        made, is_new = _check_in(request, token, goal)
    except Problem as problem:
        return _answer(problem)
    progress = None if made.progress_ppm is None else made.progress_ppm / 10_000
    body = {
        "id": made.pk,
        "goal": goal.pk,
        "value": None if made.value is None else wording.plain(made.value),
        "measured_on": made.measured_on.isoformat(),
        "progress_percent": progress,
    }
    return JsonResponse(body, status=201 if is_new else 200)


def _token(request: HttpRequest) -> ApiToken:
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    token = token_of(secret.strip(), at=timezone.now()) if kind.lower() == "bearer" else None
    if token is None:
        raise Problem(401, "Send a token that is not revoked: “Authorization: Bearer wh_…”.")
    if not _is_admitted(token):
        raise Problem(429, f"More than {PER_MINUTE} check-ins in a minute. Wait a minute and go on.")
    return token


def _is_admitted(token: ApiToken) -> bool:
    """Count this try. Without the cache nothing is refused."""
    key = f"goals:api:{token.pk}"
    cache.add(key, 0, 60)
    try:
        return int(cache.incr(key)) <= PER_MINUTE
    except ValueError:  # the minute ended between the two lines
        return True


def _goal(token: ApiToken, pk: int) -> Goal:
    """A goal of the token's owner; anything else looks like a missing one."""
    viewer = Viewer(token.owner.user, token.owner)
    goals = Goal.objects.visible_to(viewer).filter(owner=token.owner)
    goal = goals.with_words().select_related("cycle").filter(pk=pk).first()
    if goal is None:
        raise Problem(404, "You own no goal with this number.")
    return goal


def _check_in(request: HttpRequest, token: ApiToken, goal: Goal) -> tuple[CheckIn, bool]:
    said = _json(request)
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key or len(key) > 200:
        raise Problem(400, "Send a header “Idempotency-Key” of at most 200 characters, new for each check-in.")
    own_key = uuid5(NAMESPACE, f"{token.owner_id}:{goal.pk}:{key}")
    today = timezone.localdate()
    if made := CheckIn.objects.filter(key=own_key, goal=goal).first():
        return _same(made, said), False
    steps = list(goal.milestones.counted())
    form = CheckInForm(_form_data(said, own_key, today.isoformat()), goal=goal, milestones=steps, today=today)
    if not form.is_valid():
        fields = {_name(name): [str(error) for error in errors] for name, errors in form.errors.items()}
        raise Problem(422, "Some fields need another look.", fields)
    try:
        return services.check_in(goal, form.entry, by=token.owner, at=timezone.now()), True
    except DomainError as refusal:
        raise Problem(422, str(refusal)) from refusal


def _json(request: HttpRequest) -> dict[str, Any]:
    if len(request.body) > MOST_BYTES:
        raise Problem(413, f"Send at most {MOST_BYTES:,} bytes.")
    try:
        said = json.loads(request.body, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Problem(400, "The body is not JSON in UTF-8.") from None
    if not isinstance(said, dict):
        raise Problem(400, "Send a JSON object, such as {“value”: 72.4}.")
    if unknown := sorted(set(said) - FIELDS):
        raise Problem(400, f"Unknown: {', '.join(unknown)[:200]}. Known are {', '.join(sorted(FIELDS))}.")
    fine = (str, int, Decimal, type(None))
    for name, value in said.items():
        is_list = name == "milestones_done" and isinstance(value, list)
        parts = value if is_list else [value]
        if any(isinstance(part, bool) or not isinstance(part, fine) for part in parts):
            raise Problem(400, f"“{name}” has a value of the wrong kind.")
        if not all(_is_text(part) for part in parts if isinstance(part, str)):
            raise Problem(400, f"“{name}” holds half a character: the body is not JSON in UTF-8.")
    return said


def _is_text(part: str) -> bool:
    """JSON can spell one half of a pair of surrogates, which is no character and cannot be kept."""
    try:
        part.encode()
    except UnicodeEncodeError:
        return False
    return True


def _form_data(said: dict[str, Any], key: UUID, today: str) -> dict[str, Any]:
    data = {name: "" if value is None else str(value) for name, value in said.items() if name != "milestones_done"}
    done = said.get("milestones_done")
    data["milestones"] = [str(pk) for pk in done] if isinstance(done, list) else []  # type: ignore[assignment]
    data.setdefault("measured_on", today)
    return {**data, "key": str(key)}


def _same(made: CheckIn, said: dict[str, Any]) -> CheckIn:
    """The check-in of this key; a key with another value is a mistake of the sender's."""
    value = said.get("value")
    if value is not None and made.value is not None and str(value) != wording.plain(made.value):
        try:
            is_same = Decimal(str(value)) == made.value
        except ArithmeticError:
            is_same = False
        if not is_same:
            raise Problem(409, "This Idempotency-Key was sent before with another value.")
    return made


def _name(field: str) -> str:
    return {"milestones": "milestones_done", "__all__": "check_in"}.get(field, field)


def _answer(problem: Problem) -> JsonResponse:
    body: dict[str, Any] = {"error": problem.error}
    if problem.fields:
        body["fields"] = problem.fields
    answer = JsonResponse(body, status=problem.status)
    if problem.status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if problem.status == 429:
        answer["Retry-After"] = "60"
    return answer
