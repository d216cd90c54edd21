from assessments.surveys.contact_urls import contact_routes
from assessments.surveys.instrument_urls import instrument_routes
from assessments.surveys.result_urls import result_routes
from assessments.surveys.views import answering, campaigns, inbox, links, series, visits
from people.access import EVERYONE, HR, HR_ADMIN, INSIDE, PUBLIC, Role, Scope, route

app_name = "surveys"
CONFIGURATION = HR | {Role.AUDITOR}
READ_AND_WRITE = ("GET", "POST")

urlpatterns = [
    # Answering: the campaign's number, so that no address and no log line names a person.
    route("surveys/", answering.mine, "mine", who=EVERYONE, scope=Scope.OWN),
    route("surveys/<int:campaign>/", answering.intro, "intro", who=EVERYONE, scope=Scope.OWN),
    route(
        "surveys/<int:campaign>/page/<int:number>/",
        answering.page,
        "page",
        who=EVERYONE,
        scope=Scope.OWN,
        methods=READ_AND_WRITE,
    ),
    route(
        "surveys/<int:campaign>/answers/", answering.answers, "answers", who=EVERYONE, scope=Scope.OWN, methods=["POST"]
    ),
    route("surveys/<int:campaign>/answers.txt", answering.answers_copy, "answers_copy", who=EVERYONE, scope=Scope.OWN),
    route("surveys/<int:campaign>/check/", answering.check, "check", who=EVERYONE, scope=Scope.OWN),
    route(
        "surveys/<int:campaign>/submission/",
        answering.submission,
        "submission",
        who=EVERYONE,
        scope=Scope.OWN,
        methods=["POST"],
    ),
    route("surveys/<int:campaign>/thanks/", answering.thanks, "thanks", who=EVERYONE, scope=Scope.OWN),
    # Conversations about comments. The writer's side needs no sign-in: the code is all that is asked.
    route("surveys/inbox/", inbox.inbox, "inbox", who=PUBLIC, scope=Scope.PUBLIC, methods=READ_AND_WRITE),
    route(
        "surveys/inbox/messages/",
        inbox.inbox_message,
        "inbox_message",
        who=PUBLIC,
        scope=Scope.PUBLIC,
        methods=["POST"],
    ),
    route(
        "results/<int:campaign>/comments/<uuid:key>/",
        inbox.comment,
        "comment",
        who=INSIDE,
        scope=Scope.VISIBLE,
        methods=READ_AND_WRITE,
    ),
    *instrument_routes,
    # Campaigns.
    route("surveys/campaigns/", campaigns.campaigns, "campaigns", who=CONFIGURATION, scope=Scope.VISIBLE),
    route(
        "surveys/campaigns/new/",
        campaigns.campaign_new,
        "campaign_new",
        who=HR_ADMIN,
        scope=Scope.NONE,
        methods=READ_AND_WRITE,
    ),
    route("surveys/campaigns/<int:pk>/", campaigns.campaign, "campaign", who=CONFIGURATION, scope=Scope.VISIBLE),
    route(
        "surveys/campaigns/<int:pk>/set-up/<slug:step>/",
        campaigns.campaign_setup,
        "campaign_setup",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    *(
        route(
            f"surveys/campaigns/<int:pk>/{thing}/",
            getattr(campaigns, f"campaign_{thing}"),
            f"campaign_{thing}",
            who=HR_ADMIN,
            scope=Scope.ORGANISATION,
            methods=["POST"],
        )
        for thing in ("launch", "extension", "deletion", "reminder")
    ),
    route(
        "surveys/campaigns/<int:pk>/mails/<slug:moment>/",
        campaigns.campaign_mail,
        "campaign_mail",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
    ),
    route("surveys/series/", series.series, "series", who=CONFIGURATION, scope=Scope.VISIBLE),
    route(
        "surveys/series/new/", series.series_new, "series_new", who=HR_ADMIN, scope=Scope.NONE, methods=READ_AND_WRITE
    ),
    route(
        "surveys/series/<int:pk>/",
        series.series_edit,
        "series_edit",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    route(
        "surveys/series/<int:pk>/state/",
        series.series_state,
        "series_state",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=["POST"],
    ),
    # Ways in without a sign-in, for HR.
    route(
        "surveys/campaigns/<int:pk>/links/",
        links.links,
        "links",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    route(
        "surveys/campaigns/<int:pk>/codes/",
        links.codes,
        "codes",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    *contact_routes,
    route("surveys/links/<int:pk>/poster/", links.link_poster, "link_poster", who=HR_ADMIN, scope=Scope.ORGANISATION),
    *(
        route(
            f"surveys/links/<int:pk>/{thing}/",
            getattr(links, f"link_{thing}"),
            f"link_{thing}",
            who=HR_ADMIN,
            scope=Scope.ORGANISATION,
            methods=["POST"],
        )
        for thing in ("state", "singles")
    ),
    # Answering without a sign-in: the secret is swapped for a cookie at once, so that these addresses say nothing.
    route("v/", visits.intro, "visit_intro", who=PUBLIC, scope=Scope.PUBLIC),
    route("v/start/", visits.start, "visit_start", who=PUBLIC, scope=Scope.PUBLIC, methods=["POST"]),
    route("v/page/<int:number>/", visits.page, "visit_page", who=PUBLIC, scope=Scope.PUBLIC, methods=READ_AND_WRITE),
    route("v/answers/", visits.answers, "visit_answers", who=PUBLIC, scope=Scope.PUBLIC, methods=["POST"]),
    route("v/answers.txt", visits.answers_copy, "visit_answers_copy", who=PUBLIC, scope=Scope.PUBLIC),
    route("v/check/", visits.check, "visit_check", who=PUBLIC, scope=Scope.PUBLIC),
    route("v/submission/", visits.submission, "visit_submission", who=PUBLIC, scope=Scope.PUBLIC, methods=["POST"]),
    route("v/thanks/", visits.thanks, "visit_thanks", who=PUBLIC, scope=Scope.PUBLIC),
    route("v/<str:secret>/", visits.arrival, "visit_arrival", who=PUBLIC, scope=Scope.PUBLIC),
    route("k/<uuid:key>/", visits.kiosk, "kiosk", who=PUBLIC, scope=Scope.PUBLIC, methods=READ_AND_WRITE),
    *result_routes,
]
