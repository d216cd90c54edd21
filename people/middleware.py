"""Who is asking, and default deny for every route without an access row."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from people.access import Viewer


class ViewerMiddleware:
    """Sets request.viewer, read from the database at first use in each request, so that changed rights count at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = SimpleLazyObject(lambda: Viewer.of(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)


class AccessMatrixMiddleware:
    """Refuses any view that was not mapped through people.access.route."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not hasattr(view, "access_row"):
            raise PermissionDenied("This page has no row in the access matrix.")
