"""Routes of check-ins on all goals, mended words, rhythms, tokens and uploaded values; part of goals.urls."""

from django.urls import URLPattern

from goals.views import rhythm, tokens
from people.access import HR_ADMIN, Role, Scope, route

STAFF = {Role.EMPLOYEE}
SETTERS = {Role.EMPLOYEE, Role.HR_ADMIN, Role.EXECUTIVE}
VISIBLE = Scope.VISIBLE
FORM = ("GET", "POST")

rhythm_routes: list[URLPattern] = [
    route("tokens/", tokens.tokens, "tokens", who=STAFF, scope=Scope.OWN, methods=FORM),
    route(
        "tokens/<int:pk>/revocation/",
        tokens.revocation,
        "token_revocation",
        who=STAFF,
        scope=Scope.OWN,
        methods=("POST",),
    ),
    route("values/", tokens.values, "values", who=STAFF, scope=Scope.OWN, methods=FORM),
    route("values/template.csv", tokens.values_template, "values_template", who=STAFF, scope=Scope.OWN),
    route("check-ins/", rhythm.check_ins, "check_ins", who=STAFF, scope=Scope.OWN, methods=FORM),
    route("check-ins/<int:pk>/", rhythm.correction, "check_in_correction", who=STAFF, scope=VISIBLE, methods=FORM),
    route("<int:pk>/rhythm/", rhythm.goal_rhythm, "rhythm", who=SETTERS, scope=VISIBLE, methods=FORM),
    route(
        "cycles/<int:pk>/rhythm/",
        rhythm.cycle_rhythm,
        "cycle_rhythm",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=FORM,
    ),
]
