"""Health, error pages and the audit trail."""

import sys

from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core import cache
from core.outages import RETRY_AFTER_SECONDS, outage_of


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; no database, no cache."""
    return HttpResponse(status=204)


def readyz(request: HttpRequest) -> HttpResponse:
    """503 when the database does not answer. Without the cache every page still works, so that is only named, with 200."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever is wrong with it, we are not ready
        return JsonResponse({"failing": ["database"]}, status=503)
    return HttpResponse(status=204) if cache.is_answering() else JsonResponse({"degraded": ["cache"]})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Django takes a session that could not be stored for a bad request.
    return _outage_page(exception) or render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 and an invitation to try again when the database is the reason, else 500."""
    # Without the request: its context asks the database who is reading, and the database may be what failed.
    return _outage_page(sys.exc_info()[1]) or HttpResponse(render_to_string("500.html"), status=500)


def _outage_page(error: BaseException | None) -> HttpResponse | None:
    if (outage := outage_of(error)) is None:
        return None
    page = render_to_string("503.html", {"outage": outage})
    return HttpResponse(page, status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
