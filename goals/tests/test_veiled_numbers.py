"""No page, file, notification or mail tells through a roll-up what one person keeps to the line (t41)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import Mail, Notification
from goals import queries, rollup, services
from goals.models import Goal
from goals.queries.around import around
from goals.queries.mine import to_check_in
from goals.queries.team_table import Show, export_rows, team_table
from goals.queries.weights import weight_preview
from goals.services import worsening
from goals.tests.factories import NOON, TODAY, check_in, goal
from goals.tests.test_pages import text_of
from people.access import Viewer

pytestmark = pytest.mark.django_db
LINE = Goal.Visibility.LINE
BARE = {"metric_type": "none", "metric_name": ""}


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def bare(cycle, cast) -> Goal:
    """Eve's goal without a measure of its own, over one goal of Olga's that Eve and Max may not see."""
    made = goal(cast.eve, cycle, level="team", title="Answer well", **BARE)
    check_in(goal(cast.olga, cycle, parent=made, visibility=LINE, title="Olga's"), 7)
    rollup.rebuild(cycle.pk, on=TODAY, at=NOON)
    made.refresh_from_db()
    assert made.progress_ppm == 70_000
    return made


def test_t41_the_preview_of_a_weight_tells_no_roll_up_that_is_not_shown(bare, cycle, cast):
    above = goal(cast.max, cycle, level="department", title="Top")

    hidden = weight_preview(Viewer.of(cast.max.user), above, bare, 1, on=TODAY)
    seen = weight_preview(Viewer.of(cast.hana.user), above, bare, 1, on=TODAY)

    assert (hidden.is_withheld, hidden.before, hidden.after) == (True, "", "")
    assert (seen.is_withheld, seen.after) == (False, "7.0%")


def test_t41_the_preview_of_a_link_tells_no_roll_up_that_is_not_shown(bare, cycle, cast, client_of):
    above = goal(cast.max, cycle, level="department", title="Top")
    form = {"parent": above.pk, "weight": 1, "version": bare.detail.version, "preview": "1"}
    address = reverse("goals:align", args=[bare.pk])

    page = text_of(client_of(cast.max).post(address, form))

    assert "The sums are not shown" in page
    assert "7%" not in page
    assert "7%" in text_of(client_of(cast.hana).post(address, form))


def test_t41_neither_the_team_nor_ones_own_pages_tell_a_roll_up_that_is_not_shown(bare, cycle, cast):
    max, eve = Viewer.of(cast.max.user), Viewer.of(cast.eve.user)
    scope = queries.Scope(cast.max, cycle)

    team = queries.team_goals(scope, max, on=TODAY)
    table = team_table(scope, max, show=Show.ALL, on=TODAY, page=None)
    [exported] = export_rows(scope, max, show=Show.ALL, on=TODAY)

    assert (team.goals, team.behind, team.attention) == (1, 0, ())
    [row] = [row for member in table.members for row in member.rows]
    assert (row.goal.status_words, row.goal.progress_ppm, row.needs) == ("Not shown", None, None)
    assert exported[6:9] == ("no data", "no pace", "Not shown")
    for show in (Show.BEHIND, Show.ATTENTION):
        assert not team_table(scope, max, show=show, on=TODAY, page=None).page.paginator.count
        assert not list(export_rows(scope, max, show=show, on=TODAY))
    [card] = queries.my_goals(eve, on=TODAY)
    assert (card.status_words, card.done_percent) == ("Not shown", None)
    assert to_check_in(eve, on=TODAY)[0].row.progress_ppm is None


def test_t41_the_manager_below_whom_the_goal_stands_sees_the_numbers(bare, cycle, cast):
    """Uma is above Olga and above Eve."""
    scope = queries.Scope(cast.uma, cycle, whole=True)

    table = team_table(scope, Viewer.of(cast.uma.user), show=Show.BEHIND, on=TODAY, page=None)

    assert bare.pk in [row.goal.id for member in table.members for row in member.rows]


def test_t41_nobody_hears_that_a_roll_up_worsened_which_is_not_shown_to_them(cycle, cast):
    bare = goal(cast.max, cycle, level="team", title="Answer well", **BARE)
    low = goal(cast.olga, cycle, parent=bare, visibility=LINE, title="Olga's")
    for value, later in ((60, 0), (7, 1)):
        at = NOON + timedelta(hours=later)
        check_in(low, value, at=at)
        rollup.rebuild(cycle.pk, on=TODAY, at=at)
        worsening.tell_worsened(cycle.pk, on=TODAY, at=at + timedelta(minutes=1))

    told = Notification.objects.filter(key__startswith=f"goal-worsened:{bare.pk}:")
    assert [one.to for one in told] == [cast.uma.user]  # above both; Max, who owns it, is not in Olga's line
    assert not Mail.objects.filter(kind="goal_worsened", user=cast.max.user).exists()
    assert "Answer well" in str(Mail.objects.get(kind="goal_worsened", user=cast.uma.user).context)


def test_t41_the_final_score_is_not_shown_where_it_would_tell_one_goal(bare, cycle, cast):
    services.close_cycle(cycle, by=cast.hana.user, at=NOON)
    bare = Goal.objects.with_words().select_related("cycle").get(pk=bare.pk)

    assert around(bare, Viewer.of(cast.max.user)).final_words == "Not shown"
    assert around(bare, Viewer.of(cast.uma.user)).final_words == "Off track"
