"""Addresses for people who are asked about somebody by a link; the secret is swapped for a cookie at once."""

from assessments.reviews.views import visits
from people.access import PUBLIC, Scope, route

POST = ("POST",)
app_name = "feedback"
urlpatterns = [
    route("", visits.form, "form", who=PUBLIC, scope=Scope.PUBLIC, methods=("GET", "POST")),
    route("part/", visits.part, "part", who=PUBLIC, scope=Scope.PUBLIC, methods=POST),
    route("submission/", visits.submission, "submission", who=PUBLIC, scope=Scope.PUBLIC, methods=POST),
    route("withdrawal/", visits.withdrawal, "withdrawal", who=PUBLIC, scope=Scope.PUBLIC, methods=POST),
    route("refusal/", visits.refusal, "refusal", who=PUBLIC, scope=Scope.PUBLIC, methods=POST),
    route("thanks/", visits.thanks, "thanks", who=PUBLIC, scope=Scope.PUBLIC),
    route("declined/", visits.declined, "declined", who=PUBLIC, scope=Scope.PUBLIC),
    route("<str:token>/", visits.arrival, "arrival", who=PUBLIC, scope=Scope.PUBLIC),
]
