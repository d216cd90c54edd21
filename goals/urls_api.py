"""Routes for machines, under /api/v1/goals/. The token decides; sessions do not count."""

from django.urls import URLPattern

from goals import api
from people.access import PUBLIC, Scope, route

app_name = "goals_api"

urlpatterns: list[URLPattern] = [
    route("<int:pk>/check-ins", api.check_in, "check_in", who=PUBLIC, scope=Scope.TOKEN, methods=("POST",)),
]
