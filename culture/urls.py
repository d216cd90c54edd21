"""The site map: one include per app. Who may open what stands beside each route in the app's urls.py."""

from django.urls import include, path

from core import views
from people.access import PUBLIC, Scope, route

urlpatterns = [
    route("healthz", views.healthz, "healthz", who=PUBLIC, scope=Scope.PUBLIC),
    route("readyz", views.readyz, "readyz", who=PUBLIC, scope=Scope.PUBLIC),
    path("", include("people.urls_account")),
    path("", include("people.urls")),
    path("", include("assessments.surveys.urls")),
    path("competencies/", include("assessments.competencies.urls")),
    path("reviews/", include("assessments.reviews.urls")),
    path("goals/", include("goals.urls")),
    path("", include("dashboards.urls")),
]

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"
