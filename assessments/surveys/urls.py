"""Surveys: answering, campaigns and series, ways in without a sign-in; questionnaires, contacts and results beside them."""

from typing import Any

from django.urls import URLPattern

from assessments.surveys.contact_urls import contact_routes
from assessments.surveys.instrument_urls import instrument_routes
from assessments.surveys.result_urls import result_routes
from assessments.surveys.views import (
    answering,
    campaign_files,
    campaign_mails,
    campaigns,
    inbox,
    links,
    series,
    speech,
    visits,
)
from people.access import EVERYONE, HR, HR_ADMIN, INSIDE, PUBLIC, Role, Scope, route

app_name = "surveys"
CONFIGURATION = HR | {Role.AUDITOR}
BOTH = ("GET", "POST")
_ANSWERING = "surveys/<int:campaign>/"
_CAMPAIGN = "surveys/campaigns/<int:pk>/"
_SERIES = "surveys/series/<int:pk>/"
_LINK = "surveys/links/<int:pk>/"


def _own(path: str, view: Any, name: str, *methods: str) -> URLPattern:
    return route(path, view, name, who=EVERYONE, scope=Scope.OWN, methods=methods or ("GET",))


def _public(path: str, view: Any, name: str, *methods: str) -> URLPattern:
    return route(path, view, name, who=PUBLIC, scope=Scope.PUBLIC, methods=methods or ("GET",))


def _set_up(path: str, view: Any, name: str) -> URLPattern:
    return route(path, view, name, who=CONFIGURATION, scope=Scope.VISIBLE)


def _hr(path: str, view: Any, name: str, *methods: str) -> URLPattern:
    return route(path, view, name, who=HR_ADMIN, scope=Scope.ORGANISATION, methods=methods or ("GET",))


def _new(path: str, view: Any, name: str) -> URLPattern:
    return route(path, view, name, who=HR_ADMIN, scope=Scope.NONE, methods=BOTH)


urlpatterns = [
    # Answering: the campaign's number, so that no address and no log line names a person.
    _own("surveys/", answering.mine, "mine"),
    _own(_ANSWERING, answering.intro, "intro"),
    _own(f"{_ANSWERING}page/<int:number>/", answering.page, "page", *BOTH),
    _own(f"{_ANSWERING}answers/", answering.answers, "answers", "POST"),
    _own(f"{_ANSWERING}answers.txt", answering.answers_copy, "answers_copy"),
    _own(f"{_ANSWERING}check/", answering.check, "check"),
    _own(f"{_ANSWERING}submission/", answering.submission, "submission", "POST"),
    _own(f"{_ANSWERING}thanks/", answering.thanks, "thanks"),
    _public("surveys/language/", speech.language, "language", "POST"),
    # Conversations about comments. The writer's side needs no sign-in: the code is all that is asked.
    _public("surveys/inbox/", inbox.inbox, "inbox", *BOTH),
    _public("surveys/inbox/messages/", inbox.inbox_message, "inbox_message", "POST"),
    route(
        "results/<int:campaign>/comments/<uuid:key>/",
        inbox.comment,
        "comment",
        who=INSIDE,
        scope=Scope.VISIBLE,
        methods=BOTH,
    ),
    *instrument_routes,
    # Campaigns.
    _set_up("surveys/campaigns/", campaigns.campaigns, "campaigns"),
    _set_up("surveys/campaigns/list.csv", campaign_files.campaigns_csv, "campaigns_csv"),
    _set_up("surveys/campaigns/list.xlsx", campaign_files.campaigns_xlsx, "campaigns_xlsx"),
    _new("surveys/campaigns/new/", campaigns.campaign_new, "campaign_new"),
    _set_up(_CAMPAIGN, campaigns.campaign, "campaign"),
    _hr(f"{_CAMPAIGN}set-up/<slug:step>/", campaigns.campaign_setup, "campaign_setup", *BOTH),
    _hr(f"{_CAMPAIGN}launch/", campaigns.campaign_launch, "campaign_launch", "POST"),
    _hr(f"{_CAMPAIGN}extension/", campaigns.campaign_extension, "campaign_extension", "POST"),
    _hr(f"{_CAMPAIGN}deletion/", campaigns.campaign_deletion, "campaign_deletion", "POST"),
    _hr(f"{_CAMPAIGN}repetition/", campaigns.campaign_repetition, "campaign_repetition", "POST"),
    _hr(f"{_CAMPAIGN}reminder/", campaigns.campaign_reminder, "campaign_reminder", "POST"),
    route(f"{_CAMPAIGN}trust/", campaigns.campaign_trust, "campaign_trust", who=EVERYONE, scope=Scope.VISIBLE),
    _hr(f"{_CAMPAIGN}mails/<slug:moment>/", campaign_mails.campaign_mail, "campaign_mail"),
    _hr(f"{_CAMPAIGN}test-mails/", campaign_mails.campaign_mail_test, "campaign_mail_test", "POST"),
    _set_up("surveys/series/", series.series, "series"),
    _new("surveys/series/new/", series.series_new, "series_new"),
    _hr(_SERIES, series.series_edit, "series_edit", *BOTH),
    _hr(f"{_SERIES}state/", series.series_state, "series_state", "POST"),
    # Ways in without a sign-in, for HR.
    _hr(f"{_CAMPAIGN}links/", links.links, "links", *BOTH),
    _hr(f"{_CAMPAIGN}codes/", links.codes, "codes", *BOTH),
    *contact_routes,
    _hr(f"{_LINK}poster/", links.link_poster, "link_poster"),
    _hr(f"{_LINK}state/", links.link_state, "link_state", "POST"),
    _hr(f"{_LINK}singles/", links.link_singles, "link_singles", "POST"),
    # Answering without a sign-in: the secret is swapped for a cookie at once, so that these addresses say nothing.
    _public("v/", visits.intro, "visit_intro"),
    _public("v/start/", visits.start, "visit_start", "POST"),
    _public("v/page/<int:number>/", visits.page, "visit_page", *BOTH),
    _public("v/answers/", visits.answers, "visit_answers", "POST"),
    _public("v/answers.txt", visits.answers_copy, "visit_answers_copy"),
    _public("v/check/", visits.check, "visit_check"),
    _public("v/submission/", visits.submission, "visit_submission", "POST"),
    _public("v/thanks/", visits.thanks, "visit_thanks"),
    _public("v/<str:secret>/", visits.arrival, "visit_arrival"),
    _public("k/<uuid:key>/", visits.kiosk, "kiosk", *BOTH),
    *result_routes,
]
