"""What customers are told after their survey. A part of `urls`."""

from typing import Any

from django.urls import URLPattern

from actions.views import told
from people.access import HR_ADMIN, PUBLIC, Scope, route

_DESK = "actions/customers/<int:campaign>/"


def _desk(path: str, view: Any, name: str, *methods: str) -> URLPattern:
    return route(_DESK + path, view, name, who=HR_ADMIN, scope=Scope.ORGANISATION, methods=methods or ("GET",))


told_routes = [
    _desk("", told.tell, "tell", "GET", "POST"),
    _desk("preview/", told.tell_preview, "tell_preview"),
    _desk("promises/", told.tell_promise, "tell_promise", "POST"),
    _desk("promises/<int:pk>/removal/", told.tell_promise_removal, "tell_promise_removal", "POST"),
    _desk("publication/", told.tell_publication, "tell_publication", "POST"),
    route("you-told-us/<uuid:key>/", told.told, "told", who=PUBLIC, scope=Scope.PUBLIC),
]
