from dashboards.views import homes, results, team
from people.access import EVERYONE, HR, INSIDE, Role, Scope, route

app_name = "dashboards"
urlpatterns = [
    route("", homes.home, "home", who=EVERYONE, scope=Scope.OWN),
    route("news/reading/", homes.read_news, "read_news", who=EVERYONE, scope=Scope.OWN, methods=["POST"]),
    route("team/", team.home, "team", who={Role.MANAGER}, scope=Scope.LINE),
    route("team/sum/", team.unit_sum, "team_sum", who={Role.MANAGER}, scope=Scope.LINE),
    route("team/goals/", team.goals, "team_goals", who={Role.MANAGER}, scope=Scope.LINE),
    route("team/goals/files/", team.export, "team_export", who={Role.MANAGER}, scope=Scope.LINE, methods=["POST"]),
    route("team/news/", team.ask, "team_ask", who={Role.MANAGER}, scope=Scope.LINE, methods=["GET", "POST"]),
    route("programme/", homes.programme, "programme", who=HR, scope=Scope.ORGANISATION),
    route("results/construct/<slug:key>/", results.construct, "construct", who=INSIDE, scope=Scope.VISIBLE),
    route("results/summary/<int:campaign>/", results.summary, "summary", who=INSIDE, scope=Scope.VISIBLE),
    route("results/mirror/", results.mirror, "mirror", who={Role.EXECUTIVE, Role.MANAGER}, scope=Scope.VISIBLE),
    route("overview/", homes.overview, "overview", who={Role.EXECUTIVE}, scope=Scope.ORGANISATION),
]
