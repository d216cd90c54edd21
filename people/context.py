"""What the shell around every page shows: the organisation, the viewer, the navigation and the theme."""

from dataclasses import dataclass, field, replace
from functools import cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from people.access import INSIDE, Role, Viewer


@dataclass(frozen=True)
class Item:
    """One entry of the navigation. `section` is what url names or namespaces light it up."""

    label: str
    icon: str
    route: str
    lights: tuple[str, ...]
    roles: frozenset[Role] = frozenset(Role)
    but_not: frozenset[Role] = frozenset()
    url: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Group:
    heading: str
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Shell:
    organisation: str
    viewer: Viewer
    groups: list[Group]
    tabs: list[Item]
    theme: str


_STAFF = frozenset({Role.EMPLOYEE})
_ROUND_ROLES = frozenset({Role.HR_ADMIN, Role.EXECUTIVE, Role.MANAGER})
_HR = frozenset({Role.HR_ADMIN, Role.HR_PARTNER})
_OVERSIGHT = frozenset({Role.HR_ADMIN, Role.AUDITOR})
_DIRECTORY = (
    *("people:list", "people:detail", "people:record", "people:add", "people:edit", "people:departure"),
    *("people:units", "people:unit", "people:unit_add", "people:unit_edit"),
)
_IMPORTS = ("people:import_report", "people:import_undo", "people:import_partners")
_RESULTS = (
    *("surveys:campaign_results", "surveys:unit_results", "surveys:unit_comments", "surveys:unit_print"),
    *("surveys:sharing", "surveys:reliability", "surveys:desired", "dashboards:construct", "dashboards:summary"),
)
_CAMPAIGNS = (
    "surveys:series",
    "surveys:series_new",
    "surveys:series_edit",
    "surveys:links",
    "surveys:codes",
    "surveys:campaign",
    "surveys:campaign_new",
    "surveys:campaign_setup",
)
_QUESTIONNAIRES = tuple(
    f"surveys:instrument_{name}"
    for name in ("new", "version", "item", "item_new", "texts", "publish", "preview", "import", "import_new")
)
_TEAM = Item("Team home", "person-workspace", "dashboards:team", ("dashboards:team",), frozenset({Role.MANAGER}))
_SURVEYS = Item("Surveys", "ui-checks", "surveys:mine", ("surveys:mine",))
_LIBRARY = tuple(
    f"competencies:{name}"
    for name in (
        *("library", "detail", "version", "new", "edit", "preview", "publish", "merge"),
        *("frameworks", "framework", "framework_new"),
    )
)
_PROFILES = ("competencies:profile", "competencies:profiles_edit")
_ACTIONS = (
    "actions:action",
    "actions:new",
    "actions:change",
    "actions:state",
    "actions:commitment",
    "actions:follow_up",
)
_CYCLES = tuple(
    f"goals:{name}"
    for name in (
        "cycle",
        "cycle_close",
        "carry_over",
        "numbers",
        "import",
        "import_report",
        "templates",
        "template",
        "template_new",
    )
)
_PLAN = tuple(f"development:{name}" for name in ("item_new", "item_edit", "item"))
_LEARNING = tuple(
    f"development:{name}" for name in ("activity", "edit", "new", "session", "uptake", "require", "offer")
)
_PRAISE = tuple(
    f"recognition:{name}" for name in ("colleagues", "give", "ask", "answer", "preference", "report_new", "wall")
)
_NOTICED = ("recognition:reports", "recognition:report")
_OBSTACLES = ("actions:obstacle", "actions:obstacle_report")
_ROUNDS = ("actions:workshop", "actions:workshop_new", "actions:prompt")
_AGREED = ("actions:text_history", "actions:moments", "actions:moment_add", "actions:moment_edit")
_WORKED = ("actions:practice_of_action", "actions:practice_of_goal")
_GUIDE = ("actions:guide", "actions:kit", "actions:talk", "actions:telling")
NAVIGATION = [
    Group(
        "",
        [
            Item("Home", "house", "dashboards:home", ("dashboards:home",)),
            _SURVEYS,
            Item("Goals", "bullseye", "goals:tree", ("goals:",)),
            Item("Competencies", "layers", "reviews:mine", ("competencies:expected",), _STAFF),
            Item("My development", "signpost-split", "development:plan", _PLAN, _STAFF),
            Item("Praise and feedback", "heart", "recognition:mine", _PRAISE, _STAFF),
            Item("Learning", "book", "development:learning", _LEARNING, frozenset(Role)),
            Item("Actions", "kanban", "actions:board", _ACTIONS, INSIDE),
            Item("Praise wall", "heart", "recognition:wall", (), INSIDE, but_not=_STAFF),
            Item("Obstacles", "sign-stop", "actions:obstacles", _OBSTACLES, INSIDE),
            Item("People", "people", "people:list", _DIRECTORY, INSIDE),
            Item("Units", "diagram-3", "people:units", _DIRECTORY, frozenset({Role.AUDITOR}), but_not=INSIDE),
        ],
    ),
    Group(
        "My team",
        [
            _TEAM,
            Item(
                "Team goals",
                "list-check",
                "dashboards:team_goals",
                ("dashboards:team_goals", "dashboards:team_ask"),
                frozenset({Role.MANAGER}),
            ),
            Item(
                "Team results",
                "bar-chart-line",
                "surveys:team_results",
                ("surveys:team_results",),
                frozenset({Role.MANAGER}),
            ),
            Item("Obstacles to clear", "sign-stop", "actions:to_clear", (), frozenset({Role.MANAGER})),
            Item("From result to promise", "chat-heart", "actions:my_guide", _GUIDE, frozenset({Role.MANAGER})),
            Item("Team reviews", "clipboard-check", "reviews:team", (), frozenset({Role.MANAGER})),
            Item("Team competencies", "grid-3x3", "reviews:matrix", (), frozenset({Role.MANAGER})),
            Item(
                "Team development",
                "person-check",
                "development:team",
                ("development:person",),
                frozenset({Role.MANAGER}),
            ),
            Item("Praise in my team", "heart", "recognition:team", (), frozenset({Role.MANAGER})),
        ],
    ),
    Group(
        "Results",
        [
            Item("Overview", "compass", "dashboards:overview", ("dashboards:overview",), frozenset({Role.EXECUTIVE})),
            Item("Leaders’ mirror", "eye", "dashboards:mirror", (), frozenset({Role.EXECUTIVE})),
            Item("Results", "bar-chart-line", "surveys:results", _RESULTS, INSIDE),
            Item("Did it work?", "clipboard-check", "actions:insights", _WORKED, _HR | {Role.EXECUTIVE}),
            Item("Levels", "layers", "reviews:levels", ("reviews:unit_levels",), _HR | {Role.EXECUTIVE}),
        ],
    ),
    Group(
        "Programme",
        [
            Item("Eight steps", "list-ol", "dashboards:programme", ("dashboards:programme",), _HR),
            Item("Customer focus here", "flag", "actions:strategy", _AGREED),
            Item("Leaders’ rounds", "card-checklist", "actions:workshops", _ROUNDS, _ROUND_ROLES),
            Item("Campaigns", "send", "surveys:campaigns", _CAMPAIGNS, _HR | {Role.AUDITOR}),
            Item("Questionnaires", "card-checklist", "surveys:instruments", _QUESTIONNAIRES, _HR | {Role.AUDITOR}),
            Item("Competency library", "journal-text", "competencies:library", _LIBRARY, frozenset(Role)),
            Item("Role profiles", "grid-3x3", "competencies:profiles", _PROFILES, frozenset(Role)),
            Item("Goal cycles", "flag", "goals:cycles", _CYCLES, frozenset({Role.HR_ADMIN})),
            Item("Praise in numbers", "heart", "recognition:shares", _NOTICED, _HR | {Role.EXECUTIVE}),
            Item("Review cycles", "arrow-repeat", "reviews:cycles", ("reviews:cycle", "reviews:cycle_new"), _HR),
        ],
    ),
    Group(
        "Organisation",
        [
            Item("Import people", "diagram-3", "people:import", _IMPORTS, frozenset({Role.HR_ADMIN})),
            Item(
                "Roles and access",
                "shield-lock",
                "people:roles",
                ("people:role_grant", "people:role_scope", "people:matrix"),
                _OVERSIGHT,
            ),
            Item(
                "Mails",
                "envelope",
                "mails",
                ("mail_preview", "mail_preview_html"),
                frozenset({Role.HR_ADMIN}),
            ),
            Item(
                "Support cases",
                "shield-lock",
                "reviews:cases",
                ("reviews:case", "reviews:case_new", "reviews:case_result"),
                frozenset({Role.HR_ADMIN}),
            ),
            Item("Days off", "calendar-event", "days_off", (), frozenset({Role.HR_ADMIN})),
            Item("Audit trail", "activity", "people:audit", (), _OVERSIGHT),
        ],
    ),
]


def shell(request: HttpRequest) -> dict[str, object]:
    viewer: Viewer = getattr(request, "viewer", None) or Viewer(None)
    match = request.resolver_match
    here = getattr(request, "stands_under", "") or (match.view_name if match else "")
    groups = [
        Group(group.heading, items)
        for group in NAVIGATION
        if (items := [_placed(item, here) for item in group.items if _is_for(viewer, item)])
    ]
    tabs = [item for group in groups[:1] for item in group.items if item.label in {"Home", "Goals", "Competencies"}]
    fourth = _TEAM if viewer.has(Role.MANAGER) else _SURVEYS
    if viewer.user:
        tabs.append(_placed(fourth, here))
    theme = viewer.user.theme if viewer.user else "auto"
    return {"shell": Shell(settings.ORGANISATION_NAME, viewer, groups, tabs, theme)}


def _is_for(viewer: Viewer, item: Item) -> bool:
    return viewer.has(*item.roles) and not viewer.has(*item.but_not)


def _placed(item: Item, here: str) -> Item:
    lit = here == item.route or any(
        here == light or (light.endswith(":") and here.startswith(light) and here not in _named())
        for light in item.lights
    )
    return replace(item, url=reverse(item.route), is_current=lit)


@cache
def _named() -> frozenset[str]:
    """Routes that an entry names, so that an entry for a whole app does not light beside it."""
    return frozenset(name for group in NAVIGATION for item in group.items for name in (item.route, *item.lights))
