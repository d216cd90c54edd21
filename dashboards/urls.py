from dashboards import views
from people.access import EVERYONE, HR, Role, Scope, route

app_name = "dashboards"
urlpatterns = [
    route("", views.home, "home", who=EVERYONE, scope=Scope.OWN),
    route("news/reading/", views.read_news, "read_news", who=EVERYONE, scope=Scope.OWN, methods=["POST"]),
    route("team/", views.team, "team", who={Role.MANAGER}, scope=Scope.LINE),
    route("programme/", views.programme, "programme", who=HR, scope=Scope.ORGANISATION),
    route("overview/", views.overview, "overview", who={Role.EXECUTIVE}, scope=Scope.ORGANISATION),
]
