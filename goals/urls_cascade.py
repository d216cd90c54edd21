"""Routes of cascading, of goal drafts and of what is aligned; part of goals.urls."""

from django.urls import URLPattern

from goals.views import alignment, cascade, drafts
from people.access import Role, Scope, route

STAFF = {Role.EMPLOYEE}
SETTERS = {Role.EMPLOYEE, Role.HR_ADMIN, Role.EXECUTIVE}
CARERS = {Role.MANAGER, Role.HR_ADMIN, Role.HR_PARTNER, Role.EXECUTIVE}
VISIBLE, OWN = Scope.VISIBLE, Scope.OWN
FORM, POST = ("GET", "POST"), ("POST",)

cascade_routes: list[URLPattern] = [
    route("cascade/", cascade.start, "cascade", who=SETTERS, scope=VISIBLE),
    route("<int:pk>/cascade/", cascade.choose, "cascade_choose", who=SETTERS, scope=VISIBLE),
    route("<int:pk>/cascade/drafts/", cascade.drafts, "cascade_drafts", who=SETTERS, scope=VISIBLE, methods=FORM),
    route("<int:pk>/alignment/", cascade.align, "align", who=SETTERS, scope=VISIBLE, methods=FORM),
    route("line-of-sight/", alignment.sight, "sight", who=STAFF, scope=OWN),
    route("alignment/", alignment.alignment, "alignment", who=CARERS, scope=VISIBLE),
    route("drafts/", drafts.drafts, "drafts", who=STAFF, scope=OWN),
    route("drafts/<int:pk>/", drafts.draft, "draft", who=STAFF, scope=OWN),
    route("drafts/<int:pk>/acceptance/", drafts.acceptance, "draft_acceptance", who=STAFF, scope=OWN, methods=POST),
    route("drafts/<int:pk>/refusal/", drafts.refusal, "draft_refusal", who=STAFF, scope=OWN, methods=POST),
    route("drafts/<int:pk>/withdrawal/", drafts.withdrawal, "draft_withdrawal", who=STAFF, scope=OWN, methods=POST),
]
