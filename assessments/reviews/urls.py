from assessments.reviews.cycle_urls import cycle_patterns, rater_patterns
from assessments.reviews.feedback_urls import feedback_patterns
from assessments.reviews.level_urls import level_patterns, support_patterns
from assessments.reviews.views import cycles, rating, results
from people.access import Role, Scope, route

STAFF = {Role.EMPLOYEE}
MANAGERS = {Role.MANAGER}
GET_AND_POST = ("GET", "POST")

app_name = "reviews"
urlpatterns = [
    route("", results.mine, "mine", who=STAFF, scope=Scope.OWN),
    route("self/", rating.own, "self", who=STAFF, scope=Scope.OWN),
    route("team/", cycles.team, "team", who=MANAGERS, scope=Scope.LINE),
    *level_patterns,
    route("results/<int:pk>/", results.result, "result", who=STAFF, scope=Scope.VISIBLE),
    route(
        "results/<int:pk>/agreed-levels/",
        results.agree,
        "agree",
        who=MANAGERS,
        scope=Scope.VISIBLE,
        methods=GET_AND_POST,
    ),
    route(
        "results/<int:pk>/statement/",
        results.acknowledge,
        "acknowledge",
        who=STAFF,
        scope=Scope.VISIBLE,
        methods=("POST",),
    ),
    *cycle_patterns,
    *rater_patterns,
    *feedback_patterns,
    *support_patterns,
    route("<int:pk>/", rating.start, "review", who=STAFF, scope=Scope.OWN),
    route("<int:pk>/summary/", rating.summary, "summary", who=STAFF, scope=Scope.OWN),
    route("<int:pk>/sharing/", rating.share, "share", who=STAFF, scope=Scope.OWN, methods=("POST",)),
    route("<int:pk>/rating/<slug:key>/", rating.rate, "rate", who=STAFF, scope=Scope.OWN, methods=GET_AND_POST),
    route(
        "<int:pk>/rating/<slug:key>/draft/", rating.autosave, "autosave", who=STAFF, scope=Scope.OWN, methods=("POST",)
    ),
]
