"""Health, error pages and the audit trail."""

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; no database, no cache."""
    return HttpResponse(status=204)


def readyz(request: HttpRequest) -> HttpResponse:
    """503 with the name of each part that does not answer. A missing cache degrades, a missing database stops."""
    failing = []
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the part is not ready
        failing.append("database")
    try:
        cache.set("readyz", 1, 5)
    except Exception:  # noqa: BLE001
        failing.append("cache")
    return JsonResponse({"failing": failing}, status=503) if failing else HttpResponse(status=204)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: its context asks the database who is reading, and the database may be what failed.
    return HttpResponse(render_to_string("500.html"), status=500)
