"""Routes of customers by name: HR administrators only (access.md, rows 21 and 22)."""

from typing import Any

from django.urls import URLPattern

from assessments.surveys.views import contacts
from people.access import HR_ADMIN, Scope, route

BOTH = ("GET", "POST")
_OF_CAMPAIGN = "surveys/campaigns/<int:pk>/"
_REMOVAL = "<uuid:key>/removal/"


def _hr(path: str, view: Any, name: str, *methods: str) -> URLPattern:
    return route(path, view, name, who=HR_ADMIN, scope=Scope.ORGANISATION, methods=methods or ("GET",))


contact_routes = [
    _hr(f"{_OF_CAMPAIGN}contacts/", contacts.contacts, "contacts", *BOTH),
    _hr(f"{_OF_CAMPAIGN}contacts/file/", contacts.contacts_file, "contacts_file", *BOTH),
    route("surveys/contacts.csv", contacts.contacts_template, "contacts_template", who=HR_ADMIN, scope=Scope.NONE),
    _hr(f"surveys/contacts/{_REMOVAL}", contacts.contact_removal, "contact_removal", "POST"),
    _hr(f"{_OF_CAMPAIGN}contact-requests/", contacts.contact_requests, "contact_requests"),
    _hr(f"surveys/contact-requests/{_REMOVAL}", contacts.contact_request_removal, "contact_request_removal", "POST"),
]
