from development.views import keeping, learning, office, plan, team, words
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
    route("learning/catalogue.csv", learning.export, "export", who=HR, scope=Scope.ORGANISATION),
    route("learning/library/", keeping.take_over, "take_over", who=HR, scope=Scope.ORGANISATION, methods=POST),
    route("learning/new/", keeping.new, "new", who=HR | MANAGERS, scope=Scope.NONE, methods=READ_AND_WRITE),
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
    route(f"{ACTIVITY}edit/", keeping.edit, "edit", who=HR, scope=Scope.VISIBLE, methods=READ_AND_WRITE),
    route(f"{ACTIVITY}state/", keeping.state, "state", who=HR, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}sessions/", keeping.sessions, "sessions", who=HR, scope=Scope.VISIBLE, methods=POST),
    route(
        f"{ACTIVITY}sessions/<int:session>/",
        keeping.session,
        "session",
        who=HR,
        scope=Scope.VISIBLE,
        methods=READ_AND_WRITE,
    ),
    route(
        f"{ACTIVITY}sessions/<int:session>/cancel/",
        keeping.cancelling,
        "cancel",
        who=HR,
        scope=Scope.VISIBLE,
        methods=POST,
    ),
    route(f"{ACTIVITY}offers/", office.offer, "offer", who=HR, scope=Scope.VISIBLE, methods=READ_AND_WRITE),
    route(f"{ACTIVITY}joining/", learning.joining, "join", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}leaving/", learning.leaving, "leave", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}completion/", learning.completion, "complete", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{ACTIVITY}plan/", plan.take, "take", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    # One's own plan.
    route("development/", plan.my_plan, "plan", who=STAFF, scope=Scope.OWN),
    route("development/new/", plan.new, "item_new", who=STAFF, scope=Scope.OWN, methods=READ_AND_WRITE),
    route("development/reflections/", words.reflection, "reflection", who=STAFF, scope=Scope.OWN, methods=POST),
    route("development/proposals/<int:pk>/", plan.answer, "answer", who=STAFF, scope=Scope.OWN, methods=POST),
    route(ITEM, plan.item, "item", who=STAFF, scope=Scope.VISIBLE),
    route(f"{ITEM}edit/", plan.edit, "item_edit", who=STAFF, scope=Scope.OWN, methods=READ_AND_WRITE),
    route(f"{ITEM}state/", plan.state, "item_state", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}sharing/", plan.sharing, "sharing", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}removal/", plan.removal, "removal", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}steps/", words.steps, "steps", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{ITEM}steps/<int:step>/", words.step, "step", who=STAFF, scope=Scope.OWN, methods=POST),
    route(
        f"{ITEM}steps/<int:step>/removal/",
        words.step_removal,
        "step_removal",
        who=STAFF,
        scope=Scope.OWN,
        methods=POST,
    ),
    route(f"{ITEM}words/", words.words, "words", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(
        "development/words/<int:pk>/removal/",
        words.word_removal,
        "word_removal",
        who=STAFF,
        scope=Scope.OWN,
        methods=POST,
    ),
    # Managers and coaching.
    route("development/team/", team.team, "team", who=MANAGERS, scope=Scope.LINE),
    route("development/team/<int:pk>/", team.person, "person", who=MANAGERS, scope=Scope.LINE),
    route(
        "development/team/<int:pk>/proposals/", team.propose, "propose", who=MANAGERS, scope=Scope.LINE, methods=POST
    ),
    route("development/team/<int:pk>/notes/", team.note, "note", who=MANAGERS, scope=Scope.LINE, methods=POST),
    route(f"{NOTE}text/", team.change_note, "change_note", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{NOTE}sharing/", team.share_note, "share_note", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{NOTE}removal/", team.drop_note, "drop_note", who=STAFF, scope=Scope.VISIBLE, methods=POST),
    route(f"{NOTE}answer/", team.answer_note, "answer_note", who=STAFF, scope=Scope.VISIBLE, methods=POST),
]
