from django.urls import URLPattern

from goals.views import cycles, pages, planning, updates
from people.access import EVERYONE, HR_ADMIN, Role, Scope, route

app_name = "goals"
STAFF = {Role.EMPLOYEE}
SETTERS = {Role.EMPLOYEE, Role.HR_ADMIN, Role.EXECUTIVE}
VISIBLE = Scope.VISIBLE
FORM = ("GET", "POST")

urlpatterns: list[URLPattern] = [
    route("", pages.tree, "tree", who=EVERYONE, scope=VISIBLE),
    route("mine/", pages.mine, "mine", who=STAFF, scope=Scope.OWN),
    route("new/", planning.new, "new", who=SETTERS, scope=Scope.NONE, methods=FORM),
    route("<int:pk>/", pages.detail, "detail", who=EVERYONE, scope=VISIBLE),
    route("<int:pk>/supporting/", pages.branch, "branch", who=EVERYONE, scope=VISIBLE),
    route("<int:pk>/check-ins/", updates.check_in, "check_in", who=STAFF, scope=VISIBLE, methods=FORM),
    route("<int:pk>/change/", planning.change, "change", who=SETTERS, scope=VISIBLE, methods=FORM),
    route("<int:pk>/withdrawal/", planning.cancel, "cancel", who=SETTERS, scope=VISIBLE, methods=FORM),
    route(
        "guardrails/<int:pk>/readings/",
        updates.guardrail_reading,
        "guardrail_reading",
        who=STAFF,
        scope=VISIBLE,
        methods=FORM,
    ),
    route("cycles/", cycles.cycles, "cycles", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=FORM),
    route(
        "cycles/<int:pk>/activation/",
        cycles.activate,
        "cycle_activate",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
    route(
        "cycles/<int:pk>/closure/",
        cycles.close,
        "cycle_close",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
]
