"""Results: the stored release plan, each within their scope. A part of `urls`."""

from assessments.surveys.views import results, sharing, tags
from people.access import HR_ADMIN, INSIDE, Role, Scope, route

READ_AND_WRITE = ("GET", "POST")

result_routes = [
    route("results/", results.results, "results", who=INSIDE, scope=Scope.VISIBLE),
    route("results/team/", results.team_results, "team_results", who=[Role.MANAGER], scope=Scope.VISIBLE),
    route(
        "results/<int:campaign>/team/",
        results.team_preview,
        "team_preview",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
    ),
    route("results/<int:campaign>/", results.campaign_results, "campaign_results", who=INSIDE, scope=Scope.VISIBLE),
    route(
        "results/<int:campaign>/units/<int:place>/",
        results.unit_results,
        "unit_results",
        who=INSIDE,
        scope=Scope.VISIBLE,
    ),
    route(
        "results/<int:campaign>/units/<int:place>/comments/<slug:question>/",
        results.unit_comments,
        "unit_comments",
        who=INSIDE,
        scope=Scope.VISIBLE,
    ),
    route(
        "results/<int:campaign>/units/<int:place>/comments/<slug:question>/tags/",
        tags.tagging,
        "tagging",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=["POST"],
    ),
    route("results/tags/", tags.tags, "tags", who=HR_ADMIN, scope=Scope.NONE, methods=READ_AND_WRITE),
    route("results/tags/<int:pk>/", tags.tag, "tag", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=READ_AND_WRITE),
    route(
        "results/<int:campaign>/sharing/",
        sharing.sharing,
        "sharing",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    route(
        "results/<int:campaign>/reliability/",
        sharing.reliability,
        "reliability",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
    ),
    route(
        "results/desired/",
        sharing.desired,
        "desired",
        who=HR_ADMIN | {Role.EXECUTIVE},
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    route(
        "results/<int:campaign>/units/<int:place>/print/",
        results.unit_print,
        "unit_print",
        who=INSIDE,
        scope=Scope.VISIBLE,
    ),
    *(
        route(
            f"results/<int:campaign>/units/<int:place>/results.{kind}",
            getattr(results, f"export_{kind}"),
            f"export_{kind}",
            who=INSIDE,
            scope=Scope.VISIBLE,
        )
        for kind in ("csv", "xlsx", "json")
    ),
    route(
        "results/<int:campaign>/units/<int:place>/heat-map.csv",
        results.heat_map_csv,
        "heat_map_csv",
        who=INSIDE,
        scope=Scope.VISIBLE,
    ),
]
