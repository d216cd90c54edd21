from django.urls import URLPattern

from goals.urls_cascade import cascade_routes
from goals.urls_rhythm import rhythm_routes
from goals.views import company, cycles, files, numbers, pages, planning, printing, templates, updates
from people.access import EVERYONE, HR_ADMIN, Role, Scope, route

app_name = "goals"
STAFF = {Role.EMPLOYEE}
SETTERS = {Role.EMPLOYEE, Role.HR_ADMIN, Role.EXECUTIVE}
VISIBLE = Scope.VISIBLE
FORM = ("GET", "POST")

urlpatterns: list[URLPattern] = [
    route("", pages.tree, "tree", who=EVERYONE, scope=VISIBLE),
    route("print/", printing.tree, "tree_print", who=EVERYONE, scope=VISIBLE),
    route("mine/", pages.mine, "mine", who=STAFF, scope=Scope.OWN),
    route("new/", planning.new, "new", who=SETTERS, scope=Scope.NONE, methods=FORM),
    route("<int:pk>/", pages.detail, "detail", who=EVERYONE, scope=VISIBLE),
    route("<int:pk>/supporting/", pages.branch, "branch", who=EVERYONE, scope=VISIBLE),
    route("<int:pk>/check-ins/", updates.check_in, "check_in", who=STAFF, scope=VISIBLE, methods=FORM),
    route("<int:pk>/change/", planning.change, "change", who=SETTERS, scope=VISIBLE, methods=FORM),
    route("weights/", company.weights, "weights", who=SETTERS, scope=VISIBLE),
    route("<int:pk>/comments/", company.comments, "comments", who=STAFF, scope=VISIBLE, methods=("POST",)),
    route(
        "comments/<int:pk>/removal/",
        company.comment_removal,
        "comment_removal",
        who=STAFF,
        scope=VISIBLE,
        methods=("POST",),
    ),
    route("<int:pk>/following/", company.following, "following", who=STAFF, scope=VISIBLE, methods=("POST",)),
    route("<int:pk>/contributors/", company.contributors, "contributors", who=SETTERS, scope=VISIBLE, methods=FORM),
    route(
        "<int:pk>/contributors/<int:person>/removal/",
        company.contributor_removal,
        "contributor_removal",
        who=SETTERS,
        scope=VISIBLE,
        methods=("POST",),
    ),
    route("<int:pk>/consultations/", company.consultations, "consultations", who=SETTERS, scope=VISIBLE, methods=FORM),
    route(
        "<int:pk>/consultations/<int:asked>/removal/",
        company.consultation_removal,
        "consultation_removal",
        who=SETTERS,
        scope=VISIBLE,
        methods=("POST",),
    ),
    route("<int:pk>/withdrawal/", planning.cancel, "cancel", who=SETTERS, scope=VISIBLE, methods=FORM),
    route(
        "guardrails/<int:pk>/readings/",
        updates.guardrail_reading,
        "guardrail_reading",
        who=STAFF,
        scope=VISIBLE,
        methods=FORM,
    ),
    route(
        "readings/<int:pk>/", updates.reading_correction, "reading_correction", who=STAFF, scope=VISIBLE, methods=FORM
    ),
    route("exports/", files.export, "export", who=EVERYONE, scope=VISIBLE, methods=("POST",)),
    route("import/", files.upload, "import", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=FORM),
    route("import/template/", files.template, "import_template", who=HR_ADMIN, scope=Scope.NONE),
    route("import/<int:pk>/", files.report, "import_report", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route("import/<int:pk>/progress/", files.progress, "import_progress", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route(
        "import/<int:pk>/application/",
        files.application,
        "import_apply",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
    route(
        "import/<int:pk>/removal/",
        files.removal,
        "import_removal",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
    route("import/<int:pk>/refused/", files.refused, "import_refused", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route("templates/", templates.templates, "templates", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route("templates/new/", templates.new, "template_new", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=FORM),
    route("templates/<int:pk>/", templates.change, "template", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=FORM),
    route("cycles/", cycles.cycles, "cycles", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=FORM),
    route("cycles/<int:pk>/", cycles.cycle, "cycle", who=HR_ADMIN, scope=Scope.ORGANISATION, methods=FORM),
    route(
        "cycles/<int:pk>/carry-over/",
        cycles.carry_over,
        "carry_over",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=FORM,
    ),
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
        methods=FORM,
    ),
    route("numbers/", numbers.numbers, "numbers", who=HR_ADMIN, scope=Scope.ORGANISATION),
    route(
        "cycles/<int:pk>/recompute/",
        numbers.recompute,
        "recompute",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
    route(
        "cycles/<int:pk>/check/",
        numbers.check,
        "check_numbers",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=("POST",),
    ),
]
urlpatterns += [*cascade_routes, *rhythm_routes]
