from assessments.competencies.views import documents, editor, files, frameworks, library, merging, profiles
from people.access import EVERYONE, HR, HR_ADMIN, Role, Scope, route

READS_DRAFTS = {Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR}
READS_DOCUMENTS = HR | {Role.MANAGER}
GET_AND_POST = ("GET", "POST")

app_name = "competencies"
urlpatterns = [
    route("", library.library, "library", who=EVERYONE, scope=Scope.VISIBLE),
    route("new/", editor.new, "new", who=HR_ADMIN, scope=Scope.NONE, methods=GET_AND_POST),
    *(
        route("documents/", documents.documents, "documents", who=READS_DOCUMENTS, scope=Scope.VISIBLE),
        route("documents/new/", documents.new, "document_new", who=HR, scope=Scope.NONE, methods=GET_AND_POST),
        route("documents/<int:pk>/", documents.document, "document", who=READS_DOCUMENTS, scope=Scope.VISIBLE),
        route(
            "documents/<int:pk>/edit/",
            documents.edit,
            "document_edit",
            who=HR,
            scope=Scope.VISIBLE,
            methods=GET_AND_POST,
        ),
        route(
            "documents/<int:pk>/file.docx", documents.docx, "document_docx", who=READS_DOCUMENTS, scope=Scope.VISIBLE
        ),
        route(
            "documents/<int:pk>/removal/",
            documents.removal,
            "document_removal",
            who=HR,
            scope=Scope.VISIBLE,
            methods=("POST",),
        ),
    ),
    *(
        route(f"library.{kind}", view, f"export_{kind}", who=READS_DRAFTS, scope=Scope.VISIBLE)
        for kind, view in (("csv", files.csv), ("xlsx", files.xlsx), ("json", files.json))
    ),
    *(
        route("imports/", files.upload, "import", who=HR_ADMIN, scope=Scope.VISIBLE, methods=GET_AND_POST),
        route("imports/template.xlsx", files.template, "import_template", who=HR_ADMIN, scope=Scope.VISIBLE),
        route("imports/<int:pk>/", files.report, "import_report", who=HR_ADMIN, scope=Scope.VISIBLE),
        route("imports/<int:pk>/refused.csv", files.refused, "import_refused", who=HR_ADMIN, scope=Scope.VISIBLE),
        *(
            route(
                f"imports/<int:pk>/{part}/",
                view,
                f"import_{part}",
                who=HR_ADMIN,
                scope=Scope.VISIBLE,
                methods=("POST",),
            )
            for part, view in (("application", files.application), ("removal", files.removal))
        ),
    ),
    route("expected/", profiles.expected, "expected", who={Role.EMPLOYEE}, scope=Scope.OWN),
    *(
        route("frameworks/", frameworks.frameworks, "frameworks", who=READS_DRAFTS, scope=Scope.VISIBLE),
        route(
            "frameworks/new/",
            frameworks.new,
            "framework_new",
            who=HR_ADMIN,
            scope=Scope.NONE,
            methods=GET_AND_POST,
        ),
        route("frameworks/<slug:key>/", frameworks.framework, "framework", who=READS_DRAFTS, scope=Scope.VISIBLE),
        *(
            route(
                f"frameworks/<slug:key>/{part}/",
                view,
                f"framework_{part}",
                who=HR_ADMIN,
                scope=Scope.VISIBLE,
                methods=("POST",),
            )
            for part, view in (
                ("name", frameworks.name),
                ("clusters", frameworks.clusters),
                ("levels", frameworks.levels),
                ("guides", frameworks.guides),
                ("order", frameworks.order),
                ("adoption", frameworks.adoption),
                ("removal", frameworks.removal),
            )
        ),
    ),
    route("profiles/", profiles.profiles, "profiles", who=EVERYONE, scope=Scope.ORGANISATION),
    route(
        "profiles/edit/",
        profiles.profiles_edit,
        "profiles_edit",
        who=HR_ADMIN,
        scope=Scope.ORGANISATION,
        methods=GET_AND_POST,
    ),
    route("profiles/<slug:key>/", profiles.profile, "profile", who=EVERYONE, scope=Scope.ORGANISATION),
    route("<slug:key>/", library.detail, "detail", who=EVERYONE, scope=Scope.VISIBLE),
    route("<slug:key>/versions/<int:number>/", library.version, "version", who=EVERYONE, scope=Scope.VISIBLE),
    route("<slug:key>/edit/", editor.edit, "edit", who=HR_ADMIN, scope=Scope.VISIBLE, methods=GET_AND_POST),
    route("<slug:key>/preview/", editor.preview, "preview", who=READS_DRAFTS, scope=Scope.VISIBLE),
    route(
        "<slug:key>/publication/", editor.publish, "publish", who=HR_ADMIN, scope=Scope.VISIBLE, methods=GET_AND_POST
    ),
    route(
        "<slug:key>/discarded-draft/", editor.discard, "discard", who=HR_ADMIN, scope=Scope.VISIBLE, methods=("POST",)
    ),
    route("<slug:key>/merging/", merging.merge, "merge", who=HR_ADMIN, scope=Scope.VISIBLE, methods=GET_AND_POST),
    route("<slug:key>/return/", editor.bring_back, "bring_back", who=HR_ADMIN, scope=Scope.VISIBLE, methods=("POST",)),
    route("<slug:key>/retirement/", editor.retire, "retire", who=HR_ADMIN, scope=Scope.VISIBLE, methods=("POST",)),
]
