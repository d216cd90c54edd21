"""Request id for logs and audit; private pages are never stored by browsers or proxies."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core import logs


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = logs.request_id.set(uuid.uuid4().hex)
        try:
            response = self.get_response(request)
            response.headers.setdefault("X-Request-Id", logs.request_id.get())
            return response
        finally:
            logs.request_id.reset(token)
