"""The list of campaigns as files, narrowed and in the order of the page."""

from __future__ import annotations

from django.http import HttpResponse

from assessments.surveys.forms.campaigns import CampaignFilter
from assessments.surveys.queries import campaign_list
from core.tables import CSV_TYPE, XLSX_TYPE, to_csv, to_xlsx
from people.access import Request


def campaigns_csv(request: Request) -> HttpResponse:
    return _file(to_csv(campaign_list.HEADER, _rows(request)), CSV_TYPE, "campaigns.csv")


def campaigns_xlsx(request: Request) -> HttpResponse:
    return _file(to_xlsx([("Campaigns", campaign_list.HEADER, _rows(request))]), XLSX_TYPE, "campaigns.xlsx")


def _rows(request: Request) -> list[list[object]]:
    form = CampaignFilter(request.GET)
    return campaign_list.table(request.viewer, form.narrowed, form.order)


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
