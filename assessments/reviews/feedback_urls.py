"""Routes of a colleague who is asked about somebody, and of the report that comes of it; part of `urls`."""

from assessments.reviews.views import feedback, results
from people.access import Role, Scope, route

STAFF = {Role.EMPLOYEE}
POST = ("POST",)
feedback_patterns = [
    route(
        "results/<int:pk>/report-sharing/",
        results.pass_on,
        "pass_on",
        who=STAFF,
        scope=Scope.VISIBLE,
        methods=POST,
    ),
    route("feedback/<int:pk>/", feedback.form, "feedback_form", who=STAFF, scope=Scope.OWN, methods=("GET", "POST")),
    route("feedback/<int:pk>/part/", feedback.part, "feedback_part", who=STAFF, scope=Scope.OWN, methods=POST),
    route(
        "feedback/<int:pk>/submission/",
        feedback.submission,
        "feedback_submission",
        who=STAFF,
        scope=Scope.OWN,
        methods=POST,
    ),
    route(
        "feedback/<int:pk>/withdrawal/",
        feedback.withdrawal,
        "feedback_withdrawal",
        who=STAFF,
        scope=Scope.OWN,
        methods=POST,
    ),
    route("feedback/<int:pk>/refusal/", feedback.refusal, "feedback_refusal", who=STAFF, scope=Scope.OWN, methods=POST),
]
