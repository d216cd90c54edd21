"""Routes of pages that read many people, and of HR's support cases; part of `urls`."""

from assessments.reviews.views import calibration, levels, support
from people.access import HR, HR_ADMIN, Role, Scope, route

MANAGERS = {Role.MANAGER}
RATED_BY = HR | MANAGERS
LEADERS = HR | {Role.EXECUTIVE, Role.MANAGER}
GET_AND_POST = ("GET", "POST")

level_patterns = [
    route("team/competencies/", levels.matrix, "matrix", who=MANAGERS, scope=Scope.LINE),
    route(
        "team/competencies/export/",
        levels.matrix_export,
        "matrix_export",
        who=MANAGERS,
        scope=Scope.LINE,
        methods=("POST",),
    ),
    route("calibration/", calibration.spreads, "calibration", who=RATED_BY, scope=Scope.VISIBLE),
    route(
        "results/<int:pk>/calibration/",
        calibration.change,
        "level_change",
        who=MANAGERS,
        scope=Scope.VISIBLE,
        methods=GET_AND_POST,
    ),
    route("levels/", levels.levels, "levels", who=LEADERS, scope=Scope.VISIBLE),
    route("levels/<int:pk>/", levels.unit_levels, "unit_levels", who=LEADERS, scope=Scope.VISIBLE),
    route(
        "levels/<int:pk>/export/<slug:kind>/", levels.levels_export, "levels_export", who=LEADERS, scope=Scope.VISIBLE
    ),
]

support_patterns = [
    route("support/", support.cases, "cases", who=HR_ADMIN, scope=Scope.OWN),
    route("support/new/", support.case_new, "case_new", who=HR_ADMIN, scope=Scope.NONE, methods=GET_AND_POST),
    route("support/<int:pk>/", support.case, "case", who=HR_ADMIN, scope=Scope.OWN),
    route(
        "support/<int:pk>/results/<int:assessment>/",
        support.case_result,
        "case_result",
        who=HR_ADMIN,
        scope=Scope.OWN,
    ),
    route(
        "support/<int:pk>/closure/",
        support.case_close,
        "case_close",
        who=HR_ADMIN,
        scope=Scope.OWN,
        methods=("POST",),
    ),
]
