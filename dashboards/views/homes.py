"""The home pages. They compute nothing: every number was stored by the app it belongs to."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from core import notify
from core.respond import done
from dashboards.queries import employee, executive, hr
from people.access import Request


def home(request: Request) -> HttpResponse:
    if request.viewer.employee is None:
        return render(request, "dashboards/account.html")
    page = employee.employee_home(request.viewer, at=timezone.now())
    return render(request, "dashboards/home.html", {"page": page})


def read_news(request: Request) -> HttpResponse:
    reader = request.viewer.actor
    notify.mark_read(reader, at=timezone.now())
    if not request.htmx:
        return done(request, "dashboards:home")
    news = notify.news_of(reader, limit=employee.NEWS)
    return render(request, "dashboards/_news.html", {"news": news, "unread": 0})


def programme(request: Request) -> HttpResponse:
    page = hr.programme(request.viewer, at=timezone.now())
    return render(request, "dashboards/programme.html", {"page": page})


def overview(request: Request) -> HttpResponse:
    page = executive.overview(request.viewer, at=timezone.now())
    return render(request, "dashboards/overview.html", {"page": page})
