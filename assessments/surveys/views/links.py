"""Ways in without a sign-in, for HR: links of a customer survey, codes for staff without e-mail."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.forms import links as forms
from assessments.surveys.models import Campaign
from assessments.surveys.models.campaigns import SurveyLink
from assessments.surveys.queries import links as queries
from assessments.surveys.services import links as services
from core import qr, tables
from core.errors import DomainError
from core.respond import again, done
from people.access import Request
from people.models import Employee


def links(request: Request, pk: int) -> HttpResponse:
    """All links of a customer survey, and one more."""
    campaign = _campaign(request, pk)
    form = forms.LinkForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            try:
                services.add_link(campaign, by=request.viewer.actor, at=timezone.now(), **form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                return done(request, reverse("surveys:links", args=[pk]), message="The link is made.")
        return again(request, "surveys/campaign_links.html", _context(campaign, form))
    return render(request, "surveys/campaign_links.html", _context(campaign, form))


def link_poster(request: Request, pk: int) -> HttpResponse:
    """A page to print: the public address of one link as a QR code."""
    link = _link(request, pk)
    address = queries.address_of(link.token)
    context = {"link": link, "campaign": link.campaign, "address": address, "code": qr.qr(address)}
    return render(request, "surveys/campaign_poster.html", context)


def link_state(request: Request, pk: int) -> HttpResponse:
    """Close the public address, or open it again."""
    link = services.open_to_many(_link(request, pk), by=request.viewer.actor, is_public=bool(request.POST.get("open")))
    words = "is open" if link.is_public else "is closed; whoever has started can finish"
    return done(request, reverse("surveys:links", args=[link.campaign_id]), message=f"“{link}” {words}.")


def link_singles(request: Request, pk: int) -> HttpResponse:
    """A file of links that count once each. It is made in this answer and can never be fetched again."""
    link = _link(request, pk)
    form = forms.SinglesForm(request.POST)
    if form.is_valid():
        try:
            tokens = services.make_single_links(link, by=request.viewer.actor, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            rows = [[str(link), queries.address_of(token)] for token in tokens]
            response = HttpResponse(tables.to_csv(["For", "Address"], rows), content_type=tables.CSV_TYPE)
            response["Content-Disposition"] = f'attachment; filename="links-{link.pk}.csv"'
            return response
    errors = " ".join(str(error) for errors in form.errors.values() for error in errors)
    context = {**_context(link.campaign, forms.LinkForm()), "refusal": errors}
    return again(request, "surveys/campaign_links.html", context)


def codes(request: Request, pk: int) -> HttpResponse:
    """Choose units whose people get a code on paper; the codes are printed in the answer and shown this once."""
    campaign = _campaign(request, pk)
    form = forms.CodesForm(request.POST if request.method == "POST" else None)
    context = {"campaign": campaign, "form": form, "kiosk": queries.kiosk_address(campaign)}
    if request.method != "POST":
        return render(request, "surveys/campaign_codes.html", context)
    if form.is_valid():
        people = Employee.objects.visible_to(request.viewer).active().filter(**form.chosen)
        try:
            slips = services.make_codes(campaign, by=request.viewer.actor, employees=people)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            printed = [(slip, qr.qr(queries.address_of(slip.code))) for slip in slips]
            return render(request, "surveys/campaign_slips.html", {**context, "slips": printed})
    return again(request, "surveys/campaign_codes.html", context)


def _campaign(request: Request, pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.visible_to(request.viewer), pk=pk)


def _link(request: Request, pk: int) -> SurveyLink:
    return get_object_or_404(SurveyLink.objects.visible_to(request.viewer).select_related("campaign"), pk=pk)


def _context(campaign: Campaign, form: forms.LinkForm) -> dict[str, object]:
    return {
        "campaign": campaign,
        "form": form,
        "links": queries.rows(campaign),
        "may_make_singles": campaign.state == Campaign.State.OPEN,
        "singles": forms.SinglesForm(),
    }
