"""The site map: one include per app. Who may open what stands beside each route in the app's urls.py."""

from django.urls import include, path

from core import days_off_views, mail_views, views
from people.access import HR_ADMIN, PUBLIC, Scope, route

urlpatterns = [
    route("healthz", views.healthz, "healthz", who=PUBLIC, scope=Scope.PUBLIC),
    route("readyz", views.readyz, "readyz", who=PUBLIC, scope=Scope.PUBLIC),
    route("mails/", mail_views.kinds, "mails", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route("mails/<slug:kind>/", mail_views.preview, "mail_preview", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route(
        "mails/<slug:kind>/html/", mail_views.preview_html, "mail_preview_html", who=HR_ADMIN, scope=Scope.ORGANISATION
    ),
    route(
        "mails/<slug:kind>/attempts/",
        mail_views.new_attempts,
        "mail_attempts",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
    route(
        "settings/days-off/",
        days_off_views.days,
        "days_off",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("GET", "POST"),
    ),
    route(
        "settings/days-off/<int:pk>/removal/",
        days_off_views.removal,
        "day_off_removal",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
    path("", include("people.urls_account")),
    path("", include("people.urls")),
    path("", include("assessments.surveys.urls")),
    path("competencies/", include("assessments.competencies.urls")),
    path("reviews/", include("assessments.reviews.urls")),
    path("x/", include("assessments.reviews.visit_urls")),
    path("goals/", include("goals.urls")),
    path("api/v1/goals/", include("goals.urls_api")),
    path("feedback/", include("recognition.urls")),
    path("", include("actions.urls")),
    path("", include("development.urls")),
    path("", include("dashboards.urls")),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
