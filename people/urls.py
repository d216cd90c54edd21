"""The directory, units, roles, imports and the profile, each route with its row of the access matrix."""

from django.urls import URLPattern

from people.access import EVERYONE, HR_ADMIN, INSIDE, Role, Scope, route
from people.views import directory, imports, profile, roles, sign_in, units
from people.views.catalogues import JobRoles

app_name = "people"
GET_POST = ("GET", "POST")
POST = ("POST",)
RECORDS = frozenset({Role.EMPLOYEE, Role.HR_ADMIN, Role.HR_PARTNER})
OVERSIGHT = frozenset({Role.HR_ADMIN, Role.AUDITOR})
ALL, NONE = Scope.ORGANISATION, Scope.NONE

_directory: list[URLPattern] = [
    route("people/", directory.people, "list", who=INSIDE, scope=Scope.VISIBLE),
    route("people/<int:pk>/", directory.person, "detail", who=INSIDE, scope=Scope.VISIBLE),
    route("people/<int:pk>/record/", directory.record, "record", who=RECORDS, scope=Scope.RECORDS),
    route("people/options/", directory.options, "options", who=HR_ADMIN, scope=ALL),
    route("people/add/", directory.add, "add", who=HR_ADMIN, scope=NONE, methods=GET_POST),
    route("people/<int:pk>/edit/", directory.edit, "edit", who=HR_ADMIN, scope=ALL, methods=GET_POST),
    route(
        "people/<int:pk>/second-step/removal/",
        sign_in.second_step_removal,
        "second_step_removal",
        who=HR_ADMIN,
        scope=ALL,
        methods=POST,
    ),
    route("people/<int:pk>/departure/", directory.departure, "departure", who=HR_ADMIN, scope=ALL, methods=GET_POST),
    route("people/<int:pk>/erasure/", directory.erasure, "erasure", who=HR_ADMIN, scope=ALL, methods=GET_POST),
    route("people/<int:pk>/return/", directory.reinstatement, "reinstatement", who=HR_ADMIN, scope=ALL, methods=POST),
    route("people/job-roles/", JobRoles.list_view(), "job_roles", who=HR_ADMIN, scope=ALL),
    route("people/job-roles/add/", JobRoles.add_view(), "job_role_add", who=HR_ADMIN, scope=NONE, methods=GET_POST),
    route(
        "people/job-roles/<int:pk>/", JobRoles.edit_view(), "job_role_edit", who=HR_ADMIN, scope=ALL, methods=GET_POST
    ),
]

_units: list[URLPattern] = [
    route("people/units/", units.tree, "units", who=EVERYONE, scope=ALL),
    route("people/units/<int:pk>/", units.unit, "unit", who=EVERYONE, scope=ALL),
    route("people/units/add/", units.add, "unit_add", who=HR_ADMIN, scope=NONE, methods=GET_POST),
    route("people/units/<int:pk>/edit/", units.edit, "unit_edit", who=HR_ADMIN, scope=ALL, methods=GET_POST),
]

_roles: list[URLPattern] = [
    route("people/roles/", roles.grants, "roles", who=OVERSIGHT, scope=ALL),
    route("people/roles/add/", roles.grant, "role_grant", who=HR_ADMIN, scope=NONE, methods=GET_POST),
    route("people/roles/<int:pk>/units/", roles.scope, "role_scope", who=HR_ADMIN, scope=ALL, methods=GET_POST),
    route(
        "people/roles/<int:pk>/revocation/", roles.revocation, "role_revocation", who=HR_ADMIN, scope=ALL, methods=POST
    ),
    route("people/access/", roles.access_matrix, "matrix", who=OVERSIGHT, scope=NONE),
    route("people/audit/", roles.trail, "audit", who=OVERSIGHT, scope=ALL),
    route("people/audit/exports/", roles.trail_export, "audit_export", who=OVERSIGHT, scope=ALL, methods=POST),
]

_imports: list[URLPattern] = [
    route("people/imports/", imports.upload, "import", who=HR_ADMIN, scope=ALL, methods=GET_POST),
    route("people/imports/template.csv", imports.template_csv, "import_template_csv", who=HR_ADMIN, scope=NONE),
    route("people/imports/template.xlsx", imports.template_xlsx, "import_template_xlsx", who=HR_ADMIN, scope=NONE),
    route("people/imports/partners/", imports.partners, "import_partners", who=HR_ADMIN, scope=ALL, methods=GET_POST),
    route("people/imports/partners.xlsx", imports.partners_xlsx, "import_partners_xlsx", who=HR_ADMIN, scope=ALL),
    route("people/imports/<int:pk>/", imports.report, "import_report", who=HR_ADMIN, scope=ALL),
    route("people/imports/<int:pk>/refused.csv", imports.refused_rows, "import_refused", who=HR_ADMIN, scope=ALL),
    route(
        "people/imports/<int:pk>/application/",
        imports.application,
        "import_apply",
        who=HR_ADMIN,
        scope=ALL,
        methods=POST,
    ),
    route("people/imports/<int:pk>/progress/", imports.progress, "import_progress", who=HR_ADMIN, scope=ALL),
    route("people/imports/<int:pk>/undo/", imports.undo, "import_undo", who=HR_ADMIN, scope=ALL, methods=GET_POST),
    route("people/imports/<int:pk>/removal/", imports.removal, "import_removal", who=HR_ADMIN, scope=ALL, methods=POST),
]

_profile: list[URLPattern] = [
    route("me/", profile.profile, "profile", who=EVERYONE, scope=Scope.OWN),
    route("me/look/", profile.look, "look", who=EVERYONE, scope=Scope.OWN, methods=POST),
    route("me/mails/", profile.mails, "mails", who=EVERYONE, scope=Scope.OWN, methods=POST),
    route("me/sessions/", sign_in.sessions, "sessions", who=EVERYONE, scope=Scope.OWN, methods=GET_POST),
    route("me/data.json", profile.my_data, "my_data", who=EVERYONE, scope=Scope.OWN),
]

urlpatterns = [*_directory, *_units, *_roles, *_imports, *_profile]
