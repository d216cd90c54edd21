from assessments.competencies.views import editor, library, profiles
from people.access import EVERYONE, HR_ADMIN, Role, Scope, route

READS_DRAFTS = {Role.HR_ADMIN, Role.HR_PARTNER, Role.AUDITOR}
GET_AND_POST = ("GET", "POST")

app_name = "competencies"
urlpatterns = [
    route("", library.library, "library", who=EVERYONE, scope=Scope.VISIBLE),
    route("new/", editor.new, "new", who=HR_ADMIN, scope=Scope.NONE, methods=GET_AND_POST),
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
    route("<slug:key>/retirement/", editor.retire, "retire", who=HR_ADMIN, scope=Scope.VISIBLE, methods=("POST",)),
]
