from actions.views import follow_ups, guide, promises
from people.access import EVERYONE, INSIDE, Role, Scope, route

app_name = "actions"
READ_AND_WRITE = ("GET", "POST")
WORKS_HERE = {Role.EMPLOYEE}
CHOOSES = {Role.EMPLOYEE, Role.EXECUTIVE}
PLACE = "actions/guide/<int:campaign>/<int:place>/"

urlpatterns = [
    # Promises.
    route("actions/", promises.board, "board", who=INSIDE, scope=Scope.VISIBLE),
    route("actions/new/", promises.new, "new", who=CHOOSES, scope=Scope.NONE, methods=READ_AND_WRITE),
    route(
        "actions/commitments/new/",
        promises.commitment,
        "commitment",
        who=WORKS_HERE,
        scope=Scope.OWN,
        methods=READ_AND_WRITE,
    ),
    route("actions/<int:pk>/", promises.action, "action", who=INSIDE, scope=Scope.VISIBLE),
    route(
        "actions/<int:pk>/change/", promises.change, "change", who=INSIDE, scope=Scope.VISIBLE, methods=READ_AND_WRITE
    ),
    route("actions/<int:pk>/state/", promises.state, "state", who=INSIDE, scope=Scope.VISIBLE, methods=["POST"]),
    route(
        "actions/<int:pk>/question/",
        follow_ups.follow_up,
        "follow_up",
        who=EVERYONE,
        scope=Scope.OWN,
        methods=READ_AND_WRITE,
    ),
    # From result to promise.
    route("actions/guide/", guide.my_guide, "my_guide", who=WORKS_HERE, scope=Scope.OWN),
    route(PLACE, guide.guide, "guide", who=INSIDE, scope=Scope.VISIBLE),
    route(f"{PLACE}kit/", guide.kit, "kit", who=INSIDE, scope=Scope.VISIBLE),
    route(f"{PLACE}talk/", guide.talk, "talk", who=INSIDE, scope=Scope.VISIBLE, methods=["POST"]),
    route(f"{PLACE}telling/", guide.telling, "telling", who=INSIDE, scope=Scope.VISIBLE, methods=["POST"]),
    route(f"{PLACE}report/", guide.report, "report", who=INSIDE, scope=Scope.VISIBLE),
]
