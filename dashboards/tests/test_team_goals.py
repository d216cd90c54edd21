"""The manager's table of people and goals: filters, asking for news, drill-down through units, the file."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse
from openpyxl import load_workbook

from core.models import AuditEntry, Mail
from dashboards.queries import adding_up as adding_up_of_units
from dashboards.queries.adding_up import adding_up
from dashboards.queries.unit_weeks import unit_weeks
from dashboards.queries.units import ON_A_PAGE, unit_table
from goals import rollup, services
from goals.models import Goal, GoalCycle
from goals.queries import Scope, team_table
from goals.tests import factories
from goals.tests.factories import NOON, TODAY, check_in, goal
from people import tree
from people.access import Viewer
from people.models import Unit
from people.tests.factories import EmployeeFactory, UnitFactory

LINE = Goal.Visibility.LINE
RAIL = [services.GuardrailPlan("Reopened cases", "<=", Decimal(6), "%")]


@pytest.fixture(autouse=True)
def in_july():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def cycle(cast):
    return factories.cycle()


@pytest.fixture
def team(cast, cycle):
    """Eve: a goal far behind and a fresh one; Ed: a silent one. Olga, of another line, is far behind too."""
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Be there")
    made = {
        "slow": goal(cast.eve, cycle, title="Learn ten questions", parent=top, visibility=LINE),
        "fresh": goal(cast.eve, cycle, title="Call back in an hour", guardrails=RAIL),
        "silent": goal(cast.ed, cycle, title="Close open loops", visibility=LINE),
        "olga": goal(cast.olga, cycle, title="Sell more", visibility=LINE),
        "secret": goal(cast.ed, cycle, title="Mine alone", visibility=Goal.Visibility.PRIVATE),
    }
    check_in(made["slow"], 2, confidence=3, call="at_risk")
    check_in(made["fresh"], 60, confidence=9)
    check_in(made["silent"], 45, measured_on=TODAY - timedelta(60))
    check_in(made["olga"], 1)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    return made


@pytest.fixture
def table(client_of):
    def of(manager, query=""):
        answer = client_of(manager).get(reverse("dashboards:team_goals") + query)
        assert answer.status_code == 200
        return answer.content.decode()

    return of


def test_the_table_shows_each_person_with_pace_confidence_and_last_update(team, cast, table):
    page = table(cast.max)

    assert page.index("Ed Moss") < page.index("Eve Lind") or page.index("Eve Lind") < page.index("Ed Moss")
    assert "2%, expected 50%" in page
    assert '<b class="num">3</b> of 10' in page
    assert "Owner says: at risk" in page
    assert "60 days ago" in page
    assert "for Be there" in page
    assert "Sell more" not in page
    assert "Mine alone" not in page


@pytest.mark.parametrize(
    ("show", "there", "missing"),
    [
        ("attention", ("Learn ten questions", "Close open loops"), ("Call back",)),
        ("behind", ("Learn ten questions",), ("Call back", "Close open loops")),
        ("stale", ("Close open loops",), ("Learn ten questions", "Call back")),
        ("guardrail", (), ("Learn ten questions", "Call back", "Close open loops")),
        ("asks", (), ("Learn ten questions", "Call back", "Close open loops")),
        ("unsure", ("Learn ten questions",), ("Call back", "Close open loops")),
        ("unlinked", ("Ed Moss",), ("Learn ten questions",)),
    ],
)
def test_filters_pick_goals_of_direct_reports_and_of_the_whole_tree(team, cast, table, show, there, missing):
    for page in (table(cast.max, f"?show={show}"), table(cast.uma, f"?show={show}&line=all")):
        assert [title for title in there if title not in page] == []
        assert [title for title in missing if title in page] == []


def test_a_broken_guardrail_is_ranked_above_a_goal_that_is_merely_behind(team, cast, client_of, table):
    rail = team["fresh"].guardrails.get()
    services.read_guardrail(rail, value=Decimal(9), read_on=TODAY, note="", by=cast.eve, at=NOON)

    home = client_of(cast.max).get(reverse("dashboards:team")).content.decode()

    assert "guardrail broken: Reopened cases 9%, at most 6%" in home
    assert home.index("Call back in an hour") < home.index("Learn ten questions") < home.index("Close open loops")
    assert "Call back in an hour" in table(cast.max, "?show=guardrail")


def test_a_manager_asks_and_everyone_gets_one_mail_a_day(team, cast, client_of):
    max_ = client_of(cast.max)
    address = reverse("dashboards:team_ask")
    page = max_.get(address, {"goals": [team["silent"].pk, team["slow"].pk]}).content.decode()
    assert "Ed Moss: Close open loops" in page

    chosen = {"goals": [team["silent"].pk, team["slow"].pk, team["fresh"].pk], "note": "The board meets on Friday."}
    said = max_.post(address, chosen, follow=True).content.decode()
    assert "2 people get a mail." in said
    again = max_.post(address, {"goals": [team["silent"].pk]}, follow=True).content.decode()
    assert "1 person had one today already; nobody gets two in a day." in again

    mails = {mail.user_id: mail for mail in Mail.objects.filter(kind="goal_asked")}
    assert set(mails) == {cast.eve.user_id, cast.ed.user_id}
    assert [one["title"] for one in mails[cast.eve.user_id].context["goals"]] == [
        "Learn ten questions",
        "Call back in an hour",
    ]
    assert mails[cast.ed.user_id].context["note"] == "The board meets on Friday."
    assert AuditEntry.objects.filter(verb="asked for news on", about=cast.ed.user).count() == 1


def test_a_mail_that_is_asked_for_on_a_saturday_leaves_on_monday(team, cast, client_of):
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        client_of(cast.max).post(reverse("dashboards:team_ask"), {"goals": [team["silent"].pk]})

    assert Mail.objects.get(kind="goal_asked").due_at.date() == date(2026, 7, 6)


def test_nobody_is_asked_about_goals_of_another_line_or_private_ones(team, cast, client_of):
    for name in ("olga", "secret"):
        answer = client_of(cast.max).post(reverse("dashboards:team_ask"), {"goals": [team[name].pk]})
        assert answer.status_code == 422

    assert not Mail.objects.filter(kind="goal_asked").exists()


def test_t53_the_file_holds_the_rows_of_the_filter_and_no_formula(team, cast, cycle, client_of):
    goal(cast.ed, cycle, title='=HYPERLINK("http://bad")')
    max_ = client_of(cast.max)

    address = reverse("dashboards:team_export")

    whole = max_.post(address).content.decode("utf-8-sig").splitlines()
    behind = max_.post(address + "?show=behind").content.decode("utf-8-sig").splitlines()
    book = load_workbook(io.BytesIO(max_.post(address, {"format": "xlsx"}).content))

    assert len(whole) == 1 + 4
    assert any("'=HYPERLINK" in line for line in whole)
    assert [line.split(",")[0] for line in behind[1:]] == ["Ed Moss", "Eve Lind"]  # the furthest behind first
    assert {row[0].value for row in book.active.iter_rows(min_row=2)} == {"Eve Lind", "Ed Moss"}
    assert "Mine alone" not in "".join(whole)
    assert AuditEntry.objects.filter(verb="exported the team's goals of").count() == 3


def test_the_sum_of_a_unit_opens_to_its_goals_with_day_and_stale_mark(team, cast, cycle, client_of):
    goal(cast.max, cycle, level="team", title="Begins later", starts_on=TODAY + timedelta(40))
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    address, max_ = reverse("dashboards:team_sum"), client_of(cast.max)

    page = max_.get(address).content.decode()

    assert "How Helpdesk comes to 35.7%" in page
    assert "107.0 points ÷ 3 goals = 35.7%" in page
    for words in ("Learn ten questions", "Call back in an hour", "Close open loops", "2 May", "Not updated", "2.0%"):
        assert words in page
    assert "starts 10 August" in page
    assert "does not count" in page
    assert "Mine alone" not in page
    check_in(team["slow"], 90)
    assert "have moved since the sum was made" in max_.get(address).content.decode()
    above = client_of(cast.uma).get(f"{address}?line=all&unit={cast.company.pk}").content.decode()
    assert f"{address}?line=all&amp;unit={cast.helpdesk.pk}" in above
    assert max_.get(f"{address}?unit={cast.sales.pk}").status_code == 404


def test_goals_that_a_head_may_not_read_share_one_line_and_one_alone_is_not_told(team, cast, cycle, client_of):
    """Somebody of the unit reports to another manager: the goal counts, is not named, and cannot be worked out."""
    stranger = EmployeeFactory.create(name="Nia Park", unit=cast.helpdesk, manager=cast.sam)
    tree.renumber_line()
    cast.max.refresh_from_db()
    cast.sam.refresh_from_db()
    max_, address = client_of(cast.max), reverse("dashboards:team_sum")
    check_in(goal(stranger, cycle, title="Of another line", visibility=LINE), 50)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    alone = max_.get(address).content.decode()
    assert "Not shown: it would show the progress of one person" in alone
    assert "157.0" not in alone
    assert "Not shown: it would show the progress" in max_.get(reverse("dashboards:team")).content.decode()
    assert "157.0 points ÷ 4 goals" in client_of(cast.uma).get(f"{address}?unit={cast.helpdesk.pk}").content.decode()

    check_in(goal(stranger, cycle, title="Another one", visibility=LINE), 30)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    two = max_.get(address).content.decode()
    assert "2 goals not listed here, together" in two
    assert "Of another line" not in two
    assert "187.0 points ÷ 5 goals" in two


def sum_of(manager, cycle, unit):
    return adding_up(Scope(manager, cycle, whole=True, unit=unit), unit, Viewer.of(manager.user), on=TODAY)


def test_the_file_of_a_whole_tree_holds_the_units_too(team, cast, client_of):
    address = reverse("dashboards:team_export")
    uma = client_of(cast.uma)

    whole = load_workbook(io.BytesIO(uma.post(address + "?line=all", {"format": "xlsx"}).content))
    direct = load_workbook(io.BytesIO(uma.post(address, {"format": "xlsx"}).content))

    rows = [[cell.value for cell in row] for row in whole["Units"].iter_rows()]
    assert rows[0][:4] == ["Unit", "Head", "Goals", "On pace"]
    assert [row[0] for row in rows[1:]] == ["Office", "Helpdesk", "Sales"]
    assert rows[2][1:9] == ["Max Berg", "3", "2", "1", "0", "1", "35.7", "49.7"]
    assert direct.sheetnames == ["Goals"]


def test_drilling_down_goes_through_units_below_ones_own_and_no_others(team, cast, client_of):
    night = UnitFactory.create(key="night", name="Night shift", parent=cast.helpdesk)
    EmployeeFactory.create(name="Nia Park", unit=night, manager=cast.max)
    tree.renumber_units()
    tree.renumber_line()
    cast.uma.refresh_from_db()
    uma, max_ = client_of(cast.uma), client_of(cast.max)
    rollup.rebuild(GoalCycle.objects.get().pk, on=TODAY, at=NOON)
    home = reverse("dashboards:team")

    whole = uma.get(home + "?line=all").content.decode()
    assert f"unit={cast.helpdesk.pk}" in whole
    below = uma.get(f"{home}?line=all&unit={cast.helpdesk.pk}").content.decode()
    assert "Helpdesk with all its parts" in below
    assert "Night shift" in below
    assert "Sell more" not in below
    assert max_.get(f"{home}?unit={night.pk}").status_code == 200
    assert max_.get(f"{home}?unit={cast.sales.pk}").status_code == 404
    assert max_.get(f"{home}?unit={cast.company.pk}").status_code == 404


def test_trends_of_units_follow_the_weeks(team, cast, cycle):
    rollup.rewrite(cycle.pk, on=TODAY)

    rows = {row.name: row for row in unit_table(Scope(cast.uma, cycle, whole=True), cast.company).rows}

    helpdesk = rows["Helpdesk"]
    assert len(helpdesk.values) == 14
    assert helpdesk.values[0] < helpdesk.values[-1]
    assert helpdesk.change.endswith("points in 13 weeks")
    assert (helpdesk.goals, helpdesk.on_pace, helpdesk.stale) == (3, 2, 1)


def test_a_unit_has_a_course_of_its_own_with_the_numbers_beside_it(team, cast, cycle, client_of):
    first = unit_weeks(Scope(cast.uma, cycle, whole=True, unit=cast.helpdesk), cast.helpdesk, on=TODAY)
    assert first.chart is None
    assert [row.on for row in first.rows] == [TODAY]
    rollup.rewrite(cycle.pk, on=TODAY)

    weeks = unit_weeks(Scope(cast.uma, cycle, whole=True, unit=cast.helpdesk), cast.helpdesk, on=TODAY)

    assert weeks.finding.startswith("Helpdesk: 36% on 1 July, expected 50%.")
    assert weeks.chart.readings[-1] == (TODAY, pytest.approx(35.6667, abs=0.001))
    assert weeks.rows[0].progress == "36%"
    assert (weeks.rows[0].on_pace, weeks.rows[0].goals, weeks.rows[0].stale) == (2, 3, 1)
    assert weeks.rows[1].on == date(2026, 6, 28)  # the Sunday before; the running week stands as it is now
    page = client_of(cast.max).get(reverse("dashboards:team") + "?line=all").content.decode()
    assert "Week by week" in page
    assert "28 June 2026" in page
    assert unit_weeks(Scope(cast.uma, cycle), UnitFactory.create(key="new", parent=cast.sales), on=TODAY) is None


def test_a_head_of_many_units_sees_the_first_and_how_many_more(team, cast, cycle, client_of):
    UnitFactory.create_batch(ON_A_PAGE + 3, parent=cast.company)
    tree.renumber_units()
    uma, every = client_of(cast.uma), Unit.objects.active().filter(parent=cast.company).count()
    home = reverse("dashboards:team") + "?line=all"

    first = uma.get(home).content.decode()
    whole = uma.get(f"{home}&units=all").content.decode()

    assert f"{every - ON_A_PAGE} more units." in first
    assert f"Show all {every}" in first
    assert "more units." not in whole
    assert unit_table(Scope(cast.uma, cycle, whole=True), cast.company, whole=True).total == every


def test_an_earlier_cycle_can_be_chosen_and_is_judged_by_its_own_last_day(team, cast, cycle, client_of):
    services.close_cycle(cycle, by=None, at=NOON)
    services.activate_cycle(
        services.open_cycle(name="Second half", starts_on=TODAY, ends_on=date(2026, 12, 31), by=None), by=None
    )
    max_ = client_of(cast.max)

    now = max_.get(reverse("dashboards:team_goals")).content.decode()
    then = max_.get(reverse("dashboards:team_goals") + f"?cycle={cycle.pk}").content.decode()

    assert "Learn ten questions" not in now
    assert "Second half" in now
    assert "Learn ten questions" in then


def test_what_is_in_the_way_is_a_filter_and_stands_in_the_row_and_the_file(team, cast, table, client_of):
    check_in(team["fresh"], 61, blocker="The case view is not ready")
    check_in(team["slow"], 3, confidence=8)  # sure again: the latest word counts

    page = table(cast.max, "?show=asks")

    assert "In the way: The case view is not ready" in page
    assert "Learn ten questions" not in page
    assert "Learn ten questions" not in table(cast.max, "?show=unsure")
    file = client_of(cast.max).post(reverse("dashboards:team_export") + "?show=asks").content.decode()
    assert "The case view is not ready" in file
    assert "Close open loops" not in file


@pytest.mark.parametrize(
    ("query", "there", "missing"),
    [
        ("?q=eve", ("Learn ten questions", "Call back"), ("Close open loops", "Ed Moss")),
        ("?q=OPEN+loops", ("Close open loops",), ("Learn ten questions",)),
        ("?q=helpdesk", ("Ed Moss", "Eve Lind"), ()),
        ("?q=loops&show=stale", ("Close open loops",), ()),
        ("?q=questions&show=stale", ("contains “questions” and fits the filter",), ("Close open loops",)),
        ("?q=Sell+more", ("No person, unit or goal here contains",), ("Olga",)),
        ("?q=Mine+alone", ("No person, unit or goal here contains",), ("Ed Moss",)),
        ("?q=%00%25_'", ("No person, unit or goal here contains",), ()),
    ],
)
def test_the_table_is_searched_by_person_unit_and_goal(team, cast, table, query, there, missing):
    page = table(cast.max, query)

    assert [words for words in there if words not in page] == []
    assert [words for words in missing if words in page] == []


def test_a_manager_asks_about_everything_that_a_view_shows(team, cast, client_of, table):
    max_ = client_of(cast.max)
    address = reverse("dashboards:team_ask")
    assert f"{address}?show=stale&amp;all=yes" in table(cast.max, "?show=stale")

    page = max_.get(f"{address}?show=stale&all=yes").content.decode()
    assert "Ed Moss: Close open loops" in page
    assert "Learn ten questions" not in page
    everything = max_.get(f"{address}?all=yes").content.decode()
    assert "Close open loops" in everything
    assert "Learn ten questions" not in everything  # news of today
    assert "Sell more" not in everything
    assert "Mine alone" not in everything
    answer = max_.post(f"{address}?show=stale", {"goals": [team["silent"].pk]})
    assert answer.url == reverse("dashboards:team_goals") + "?show=stale"


def test_a_long_list_to_ask_about_says_how_many_it_leaves_out(team, cast, cycle, client_of, monkeypatch):
    monkeypatch.setattr(team_table, "ASKED_AT_ONCE", 1)
    goal(cast.eve, cycle, title="Never begun", visibility=LINE)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    page = client_of(cast.max).get(reverse("dashboards:team_ask") + "?all=yes").content.decode()

    assert "The 1 most urgent of 2 goals in this view" in page


def test_the_progress_of_a_unit_opens_to_its_parts_and_adds_up(team, cast, cycle, client_of, monkeypatch):
    goal(cast.max, cycle, level="team", title="Begins later", starts_on=TODAY + timedelta(40))
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)

    whole = sum_of(cast.uma, cycle, cast.company)
    helpdesk = sum_of(cast.uma, cycle, cast.helpdesk)

    # Helpdesk 2 + 60 + 45, Sales 1, the organisation's own goal 0
    assert [(part.name, part.goals, part.points) for part in whole.parts] == [
        ("Tarn Ltd itself", 1, "0.0"),
        ("Helpdesk", 3, "107.0"),
        ("Sales", 1, "1.0"),
    ]
    assert (whole.goals, whole.points, whole.mean, whole.left_out) == (5, "108.0", "21.6%", 1)
    assert whole.sentence == ("108.0 points ÷ 5 goals = 21.6%. Expected by the pace of each, in the same way: 49.7%.")
    assert [(part.name, part.mean) for part in helpdesk.parts] == [("Helpdesk", "35.7%")]
    page = client_of(cast.uma).get(reverse("dashboards:team") + "?line=all").content.decode()
    assert "How Tarn Ltd comes to 21.6%" in page
    assert "108.0 points ÷ 5 goals = 21.6%" in page
    assert "#adds-up" in page
    monkeypatch.setattr(adding_up_of_units, "LISTED", 1)
    short = sum_of(cast.uma, cycle, cast.company)
    assert [part.name for part in short.parts] == ["Tarn Ltd itself", "Helpdesk", "1 further unit together"]
    lead = client_of(cast.max).get(reverse("dashboards:team")).content.decode()  # nobody stands below his reports
    assert "How Helpdesk comes to 35.7%" in lead
    assert sum_of(cast.uma, cycle, cast.office) is None
