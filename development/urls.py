from development.views import learning, office, plan, team
from people.access import EVERYONE, HR, HR_ADMIN, Role, Scope, route

app_name = "development"
READ_AND_WRITE = ("GET", "POST")
POST = ("POST",)
STAFF = {Role.EMPLOYEE}
MANAGERS = {Role.MANAGER}
ACTIVITY = "learning/<int:pk>/"
ITEM = "development/<int:pk>/"
NOTE = "development/notes/<int:pk>/"

urlpatterns = [
    # The catalogue.
    route("learning/", learning.learning, "learning", who=EVERYONE, scope=Scope.ORGANISATION),
    route("learning/new/", learning.new, "new", who=HR | MANAGERS, scope=Scope.NONE, methods=READ_AND_WRITE),
    route("learning/uptake/", office.uptake, "uptake", who=HR, scope=Scope.ORGANISATION),
    route(
        "learning/required/", office.require, "require", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=READ_AND_WRITE
    ),
    route(
        "learning/required/<int:pk>/end/",
        office.end_duty,
        "end_duty",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=POST,
    ),
    route(ACTIVITY, learning.activity, "activity", who=EVERYONE, scope=Scope.VISIBLE),
    route(f"{ACTIVITY}edit/", learning.edit, "edit", who=HR, scope=Scope.VISIBLE, methods=READ_AND_WRITE),
    route(f"{ACTIVITY}state/", learning.state, "state", who=HR, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}sessions/", learning.sessions, "sessions", who=HR, scope=Scope.VISIBLE, methods=POST),
    route(
        f"{ACTIVITY}sessions/<int:session>/cancel/",
        learning.cancelling,
        "cancel",
        who=HR,
        scope=Scope.VISIBLE,
        methods=POST,
    ),
    route(f"{ACTIVITY}joining/", learning.joining, "join", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}leaving/", learning.leaving, "leave", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}completion/", learning.completion, "complete", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}plan/", plan.take, "take", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    # One's own plan.
    route("development/", plan.my_plan, "plan", who=STAFF, scope=Scope.OWN),
    route("development/new/", plan.new, "item_new", who=STAFF, scope=Scope.OWN, methods=READ_AND_WRITE),
    route("development/reflections/", plan.reflection, "reflection", who=STAFF, scope=Scope.OWN, methods=POST),
    route("development/proposals/<int:pk>/", plan.answer, "answer", who=STAFF, scope=Scope.OWN, methods=POST),
    route(ITEM, plan.item, "item", who=STAFF, scope=Scope.VISIBLE),
    route(f"{ITEM}edit/", plan.edit, "item_edit", who=STAFF, scope=Scope.OWN, methods=READ_AND_WRITE),
    route(f"{ITEM}state/", plan.state, "item_state", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}sharing/", plan.sharing, "sharing", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}removal/", plan.removal, "removal", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}steps/", plan.steps, "steps", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}steps/<int:step>/", plan.step, "step", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}words/", plan.words, "words", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    # Managers and coaching.
    route("development/team/", team.team, "team", who=MANAGERS, scope=Scope.LINE),
    route("development/team/<int:pk>/", team.person, "person", who=MANAGERS, scope=Scope.LINE),
    route(
        "development/team/<int:pk>/proposals/", team.propose, "propose", who=MANAGERS, scope=Scope.LINE, methods=POST
    ),
    route("development/team/<int:pk>/notes/", team.note, "note", who=MANAGERS, scope=Scope.LINE, methods=POST),
    route(f"{NOTE}sharing/", team.share_note, "share_note", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{NOTE}removal/", team.drop_note, "drop_note", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{NOTE}answer/", team.answer_note, "answer_note", who=STAFF, scope=Scope.VISIBLE, methods=POST),
]
