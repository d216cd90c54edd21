from actions.insight_urls import insight_routes
from actions.told_urls import told_routes
from actions.views import definition, follow_ups, guide, obstacles, promises, workshops
from people.access import EVERYONE, HR_ADMIN, INSIDE, Role, Scope, route

app_name = "actions"
READ_AND_WRITE = ("GET", "POST")
WORKS_HERE = {Role.EMPLOYEE}
ROUNDS = {Role.EMPLOYEE, Role.MANAGER, Role.HR_ADMIN, Role.EXECUTIVE}
CHOOSES = {Role.EMPLOYEE, Role.EXECUTIVE}
PROMPT = "workshops/<int:pk>/questions/<str:code>/"
PLACE = "actions/guide/<int:campaign>/<int:place>/"
OBSTACLE = "obstacles/<uuid:pk>/"

urlpatterns = [
    # Promises.
    route("actions/", promises.board, "board", who=INSIDE, scope=Scope.VISIBLE),
    route("actions/board.csv", promises.board_csv, "board_csv", who=INSIDE, scope=Scope.VISIBLE),
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
    # What is in the way.
    route("obstacles/", obstacles.log, "obstacles", who=INSIDE, scope=Scope.VISIBLE),
    route("obstacles/list.csv", obstacles.log_csv, "obstacles_csv", who=INSIDE, scope=Scope.VISIBLE),
    route(
        "obstacles/new/", obstacles.report, "obstacle_report", who=WORKS_HERE, scope=Scope.NONE, methods=READ_AND_WRITE
    ),
    route("obstacles/to-clear/", obstacles.to_clear, "to_clear", who=WORKS_HERE, scope=Scope.LINE),
    route(OBSTACLE, obstacles.obstacle, "obstacle", who=INSIDE, scope=Scope.VISIBLE),
    route(
        f"{OBSTACLE}voice/", obstacles.voice, "obstacle_voice", who=WORKS_HERE, scope=Scope.VISIBLE, methods=["POST"]
    ),
    route(
        f"{OBSTACLE}answer/", obstacles.answer, "obstacle_answer", who=WORKS_HERE, scope=Scope.VISIBLE, methods=["POST"]
    ),
    route(
        f"{OBSTACLE}owner/",
        obstacles.hand_on,
        "obstacle_hand_on",
        who=WORKS_HERE,
        scope=Scope.VISIBLE,
        methods=["POST"],
    ),
    route(
        f"{OBSTACLE}escalation/",
        obstacles.escalate,
        "obstacle_escalation",
        who=WORKS_HERE,
        scope=Scope.VISIBLE,
        methods=["POST"],
    ),
    route(
        f"{OBSTACLE}removal/",
        obstacles.take_down,
        "obstacle_removal",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=["POST"],
    ),
    # From result to promise.
    route("actions/guide/", guide.my_guide, "my_guide", who=WORKS_HERE, scope=Scope.OWN),
    route(PLACE, guide.guide, "guide", who=INSIDE, scope=Scope.VISIBLE),
    route(f"{PLACE}kit/", guide.kit, "kit", who=INSIDE, scope=Scope.VISIBLE),
    route(f"{PLACE}talk/", guide.talk, "talk", who=INSIDE, scope=Scope.VISIBLE, methods=["POST"]),
    route(f"{PLACE}telling/", guide.telling, "telling", who=INSIDE, scope=Scope.VISIBLE, methods=["POST"]),
    route(f"{PLACE}report/", guide.report, "report", who=INSIDE, scope=Scope.VISIBLE),
    *insight_routes,
    *told_routes,
    # Rounds of blind answers.
    route("workshops/", workshops.workshops, "workshops", who=ROUNDS, scope=Scope.OWN),
    route("workshops/new/", workshops.call, "workshop_new", who=ROUNDS, scope=Scope.NONE, methods=READ_AND_WRITE),
    route("workshops/<int:pk>/", workshops.workshop, "workshop", who=WORKS_HERE, scope=Scope.OWN),
    route(
        "workshops/<int:pk>/hand-in/", workshops.hand_in, "hand_in", who=WORKS_HERE, scope=Scope.OWN, methods=["POST"]
    ),
    route(
        "workshops/<int:pk>/opening/", workshops.opening, "opening", who=WORKS_HERE, scope=Scope.OWN, methods=["POST"]
    ),
    route(
        "workshops/<int:pk>/closure/", workshops.closure, "closure", who=WORKS_HERE, scope=Scope.OWN, methods=["POST"]
    ),
    route(PROMPT, workshops.prompt, "prompt", who=WORKS_HERE, scope=Scope.OWN, methods=READ_AND_WRITE),
    route(f"{PROMPT}alike/", workshops.alike, "alike", who=WORKS_HERE, scope=Scope.OWN, methods=["POST"]),
    route(f"{PROMPT}agreed/", workshops.agreed, "agreed", who=WORKS_HERE, scope=Scope.OWN, methods=["POST"]),
    # What was agreed, for everyone.
    route("strategy/", definition.strategy, "strategy", who=EVERYONE, scope=Scope.ORGANISATION),
    route(
        "strategy/texts/<str:prompt>/",
        definition.text_history,
        "text_history",
        who=EVERYONE,
        scope=Scope.ORGANISATION,
    ),
    route("strategy/moments/", definition.moments, "moments", who=EVERYONE, scope=Scope.ORGANISATION),
    route("strategy/moments.csv", definition.moments_csv, "moments_csv", who=EVERYONE, scope=Scope.ORGANISATION),
    route(
        "strategy/moments/new/",
        definition.moment_add,
        "moment_add",
        who=HR_ADMIN,
        scope=Scope.NONE,
        methods=READ_AND_WRITE,
    ),
    route(
        "strategy/moments/<int:pk>/",
        definition.moment_edit,
        "moment_edit",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=READ_AND_WRITE,
    ),
    route(
        "strategy/moments/<int:pk>/removal/",
        definition.moment_removal,
        "moment_removal",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=["POST"],
    ),
]
