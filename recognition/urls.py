from people.access import HR, HR_ADMIN, INSIDE, Role, Scope, route
from recognition.views import asking, office, praise

app_name = "recognition"
READ_AND_WRITE = ("GET", "POST")
POST = ("POST",)
STAFF = {Role.EMPLOYEE}
PRAISE = "praise/<int:pk>/"
QUESTION = "questions/<int:pk>/"

urlpatterns = [
    route("", praise.mine, "mine", who=STAFF, scope=Scope.OWN),
    route("wall/", praise.wall, "wall", who=INSIDE, scope=Scope.VISIBLE),
    route("colleagues/", praise.colleagues, "colleagues", who=STAFF, scope=Scope.VISIBLE),
    route("preference/", praise.preference, "preference", who=STAFF, scope=Scope.OWN, methods=READ_AND_WRITE),
    # Praise.
    route("colleagues/<int:pk>/praise/", praise.write, "give", who=STAFF, scope=Scope.VISIBLE, methods=READ_AND_WRITE),
    route(f"{PRAISE}removal/", praise.taking_back, "take_back", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{PRAISE}hiding/", praise.hiding, "hide", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{PRAISE}sharing/", praise.sharing, "share", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{PRAISE}report/", praise.reporting, "report_new", who=STAFF, scope=Scope.VISIBLE, methods=READ_AND_WRITE),
    # Feedback that was asked for.
    route("colleagues/<int:pk>/question/", asking.ask, "ask", who=STAFF, scope=Scope.VISIBLE, methods=READ_AND_WRITE),
    route(f"{QUESTION}answer/", asking.answer, "answer", who=STAFF, scope=Scope.OWN, methods=READ_AND_WRITE),
    route(f"{QUESTION}declining/", asking.declining, "decline", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{QUESTION}removal/", asking.withdrawal, "withdraw", who=STAFF, scope=Scope.OWN, methods=POST),
    route(f"{QUESTION}sharing/", asking.sharing, "share_answer", who=STAFF, scope=Scope.OWN, methods=POST),
    # The manager's team, and everybody.
    route("team/", office.team, "team", who={Role.MANAGER}, scope=Scope.LINE),
    route("shares/", office.shares, "shares", who=HR | {Role.EXECUTIVE}, scope=Scope.ORGANISATION),
    route("reports/", office.reports, "reports", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route("reports/<int:pk>/", office.report, "report", who=HR_ADMIN, scope=Scope.VISIBLE, methods=READ_AND_WRITE),
]
