from assessments.surveys.instrument_urls import instrument_routes
from assessments.surveys.result_urls import result_routes
from assessments.surveys.views import answering, campaigns, inbox
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
        for thing in ("launch", "extension", "deletion")
    ),
    *result_routes,
]
