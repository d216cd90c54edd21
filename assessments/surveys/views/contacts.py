"""Customers by name, for HR: whom a survey is mailed to, and who asked to be contacted."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import contact_files as files
from assessments.surveys.forms.contacts import ContactFileForm, ContactForm
from assessments.surveys.models import Campaign, ContactRequest, CustomerContact
from assessments.surveys.queries import contacts as queries
from assessments.surveys.services import contacts as services
from core import audit, tables
from core.errors import DomainError
from core.respond import again, done
from people.access import Request


def contacts(request: Request, pk: int) -> HttpResponse:
    """All contacts of a customer survey, and one more."""
    campaign = _campaign(request, pk)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "surveys/campaign_contacts.html", _context(request, campaign, form))
    if form.is_valid():
        try:
            added = services.add(campaign, [form.row], by=request.viewer.actor, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "The contact is added." if added else "This survey goes to that address already."
            return done(request, _address(pk), message=said)
    return again(request, "surveys/campaign_contacts.html", _context(request, campaign, form))


def contacts_file(request: Request, pk: int) -> HttpResponse:
    """A file of contacts: first what it would do, then, on the second button, all of it or nothing."""
    campaign = _campaign(request, pk)
    form = ContactFileForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"campaign": campaign, "form": form, "columns": files.COLUMNS}
    if not form.is_bound:
        return render(request, "surveys/campaign_contacts_file.html", context)
    if not form.is_valid():
        return again(request, "surveys/campaign_contacts_file.html", context)
    name, content = form.uploaded()
    try:
        rows = files.read(name, content, queries.known_addresses(campaign))
        if request.POST.get("do") == "problems":
            header, refused = queries.refused_rows(rows)
            return _file(tables.to_csv(header, refused), "contacts-to-mend.csv")
        if request.POST.get("do") == "apply":
            added = services.add(campaign, rows, by=request.viewer.actor, at=timezone.now())
            return done(request, _address(pk), message=f"{added} contact{'' if added == 1 else 's'} added.")
    except DomainError as refusal:
        form.add_error("file", str(refusal))
        return again(request, "surveys/campaign_contacts_file.html", context)
    carried = base64.b64encode(content).decode()
    return render(
        request,
        "surveys/campaign_contacts_file.html",
        {**context, "look": queries.look(rows), "file_name": name, "carried": carried},
    )


def contacts_template(request: Request) -> HttpResponse:
    return _file(files.template(), "contacts.csv")


def contact_removal(request: Request, key: UUID) -> HttpResponse:
    contact = get_object_or_404(CustomerContact.objects.visible_to(request.viewer).select_related("campaign"), pk=key)
    services.remove(contact, by=request.viewer.actor)
    return done(request, _address(contact.campaign_id), message="Nobody writes to them about this survey any more.")


def contact_requests(request: Request, pk: int) -> HttpResponse:
    """Who asked to be contacted, with what they answered. Every look at it is written down."""
    campaign = _campaign(request, pk)
    found = queries.requests_of(campaign, request.viewer)
    if found:
        audit.record("read who asked to be contacted in", campaign, by=request.viewer.actor)
    return render(request, "surveys/contact_requests.html", {"campaign": campaign, "requests": found})


def contact_request_removal(request: Request, key: UUID) -> HttpResponse:
    asked = get_object_or_404(ContactRequest.objects.visible_to(request.viewer).select_related("campaign"), pk=key)
    services.settle(asked, by=request.viewer.actor)
    back = reverse("surveys:contact_requests", args=[asked.campaign_id])
    return done(request, back, message="Erased. What they answered still counts, without a name.")


def _campaign(request: Request, pk: int) -> Campaign:
    found = Campaign.objects.visible_to(request.viewer).filter(audience=Campaign.Audience.CUSTOMERS)
    return get_object_or_404(found, pk=pk)


def _address(pk: int) -> str:
    return reverse("surveys:contacts", args=[pk])


def _context(request: Request, campaign: Campaign, form: ContactForm) -> dict[str, object]:
    found = queries.contacts_page(campaign, request.viewer, page=request.GET.get("page"))
    may_add = not campaign.sealed_at and campaign.closes_at > timezone.now()
    return {"campaign": campaign, "form": form, "found": found, "may_add": may_add}


def _file(content: bytes, name: str) -> HttpResponse:
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=tables.CSV_TYPE, headers=disposition)
