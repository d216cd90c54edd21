"""Did it work, and practices to copy. A part of `urls`."""

from actions.views import insights
from people.access import HR, Role, Scope, route

READ_AND_WRITE = ("GET", "POST")
JUDGES = HR | {Role.EXECUTIVE}

insight_routes = [
    route("insights/", insights.insights, "insights", who=JUDGES, scope=Scope.VISIBLE),
    route("insights/list.csv", insights.insights_csv, "insights_csv", who=JUDGES, scope=Scope.VISIBLE),
    route(
        "insights/actions/<int:pk>/practice/",
        insights.practice_of_action,
        "practice_of_action",
        who=HR,
        scope=Scope.UNITS,
        methods=READ_AND_WRITE,
    ),
    route(
        "insights/goals/<int:pk>/practice/",
        insights.practice_of_goal,
        "practice_of_goal",
        who=HR,
        scope=Scope.UNITS,
        methods=READ_AND_WRITE,
    ),
    route(
        "insights/practices/<int:pk>/removal/",
        insights.practice_removal,
        "practice_removal",
        who=HR,
        scope=Scope.UNITS,
        methods=["POST"],
    ),
]
