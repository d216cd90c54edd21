"""Routes of HR's cycles and of the lists of raters; part of `urls`."""

from assessments.reviews.views import cycles, dates, participants, raters, setup
from people.access import HR, HR_ADMIN, Role, Scope, route

STAFF = {Role.EMPLOYEE}
MANAGERS = {Role.MANAGER}
DECIDERS = MANAGERS | HR_ADMIN  # an HR administrator decides for somebody without a manager
READERS = STAFF | HR
GET_AND_POST = ("GET", "POST")
POST = ("POST",)

cycle_patterns = [
    route("cycles/", cycles.cycles, "cycles", who=HR, scope=Scope.UNITS),
    route("cycles/new/", setup.cycle_new, "cycle_new", who=HR_ADMIN, scope=Scope.NONE, methods=GET_AND_POST),
    route("cycles/<int:pk>/", cycles.cycle, "cycle", who=HR, scope=Scope.VISIBLE),
    route(
        "cycles/<int:pk>/setup/<slug:step>/",
        setup.cycle_setup,
        "cycle_setup",
        who=HR_ADMIN,
        scope=Scope.VISIBLE,
        methods=GET_AND_POST,
    ),
    route(
        "cycles/<int:pk>/deletion/",
        setup.cycle_deletion,
        "cycle_deletion",
        who=HR_ADMIN,
        scope=Scope.VISIBLE,
        methods=POST,
    ),
    route(
        "cycles/<int:pk>/launch/", cycles.cycle_launch, "cycle_launch", who=HR_ADMIN, scope=Scope.VISIBLE, methods=POST
    ),
    route(
        "cycles/<int:pk>/line/", cycles.cycle_refresh, "cycle_refresh", who=HR_ADMIN, scope=Scope.VISIBLE, methods=POST
    ),
    route(
        "cycles/<int:pk>/closure/", cycles.cycle_close, "cycle_close", who=HR_ADMIN, scope=Scope.VISIBLE, methods=POST
    ),
    route(
        "cycles/<int:pk>/days/",
        dates.cycle_dates,
        "cycle_dates",
        who=HR_ADMIN,
        scope=Scope.VISIBLE,
        methods=GET_AND_POST,
    ),
    route("cycles/<int:pk>/people/", participants.participants, "participants", who=HR, scope=Scope.UNITS),
    route("cycles/people/<int:pk>/", participants.participant, "participant", who=HR, scope=Scope.UNITS),
    route(
        "cycles/people/<int:pk>/reviewer/",
        participants.reviewer,
        "reviewer",
        who=HR_ADMIN,
        scope=Scope.UNITS,
        methods=POST,
    ),
    route("cycles/people/<int:pk>/line/", participants.line, "line", who=HR_ADMIN, scope=Scope.UNITS, methods=POST),
    route("cycles/people/<int:pk>/leave/", participants.excuse, "leave", who=HR_ADMIN, scope=Scope.UNITS, methods=POST),
    route(
        "cycles/people/<int:pk>/return/", participants.return_, "return", who=HR_ADMIN, scope=Scope.UNITS, methods=POST
    ),
]

rater_patterns = [
    route("raters/", raters.my_raters, "my_raters", who=STAFF, scope=Scope.OWN),
    route("raters/<int:pk>/", raters.raters, "raters", who=READERS, scope=Scope.VISIBLE),
    route("raters/<int:pk>/names/", raters.naming, "raters_naming", who=READERS, scope=Scope.VISIBLE, methods=POST),
    route(
        "raters/<int:pk>/approval/",
        raters.approval_of_all,
        "raters_approval",
        who=DECIDERS,
        scope=Scope.VISIBLE,
        methods=POST,
    ),
    route(
        "rater/<int:pk>/approval/", raters.approval, "rater_approval", who=DECIDERS, scope=Scope.VISIBLE, methods=POST
    ),
    route("rater/<int:pk>/refusal/", raters.refusal, "rater_refusal", who=DECIDERS, scope=Scope.VISIBLE, methods=POST),
    route("rater/<int:pk>/removal/", raters.removal, "rater_removal", who=READERS, scope=Scope.VISIBLE, methods=POST),
    route(
        "rater/<int:pk>/invitation/",
        raters.invitation,
        "rater_invitation",
        who=DECIDERS,
        scope=Scope.VISIBLE,
        methods=POST,
    ),
]
