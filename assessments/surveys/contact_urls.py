"""Routes of customers by name: HR administrators only (security.md, matrix rows 21 and 22)."""

from django.urls import URLPattern

from assessments.surveys.views import contacts
from people.access import HR_ADMIN, Scope, route

READ_AND_WRITE = ("GET", "POST")

contact_routes: list[URLPattern] = [
    route(
        "surveys/campaigns/<int:pk>/contacts/",
        contacts.contacts,
        "contacts",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    route(
        "surveys/campaigns/<int:pk>/contacts/file/",
        contacts.contacts_file,
        "contacts_file",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    route("surveys/contacts.csv", contacts.contacts_template, "contacts_template", who=HR_ADMIN, scope=Scope.NONE),
    route(
        "surveys/contacts/<uuid:key>/removal/",
        contacts.contact_removal,
        "contact_removal",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=["POST"],
    ),
    route(
        "surveys/campaigns/<int:pk>/contact-requests/",
        contacts.contact_requests,
        "contact_requests",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
    ),
    route(
        "surveys/contact-requests/<uuid:key>/removal/",
        contacts.contact_request_removal,
        "contact_request_removal",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=["POST"],
    ),
]
