"""Titles of goals that somebody may not see stand in no audit trail, history, table or notification."""

from dataclasses import replace

import pytest
from django.urls import reverse

from core.errors import DomainError
from core.models import AuditEntry, Notification
from goals import queries, services
from goals.models import Goal
from goals.queries.around import history
from goals.queries.team_table import Show, export_rows, team_table
from goals.services import asking, company
from goals.tests.factories import NOON, TODAY, goal
from goals.tests.test_pages import planned
from people.access import Viewer

pytestmark = pytest.mark.django_db
PUBLIC, LINE, PRIVATE = Goal.Visibility


def change(one: Goal, person, **to) -> Goal:
    one = Goal.objects.with_words().select_related("cycle", "parent").get(pk=one.pk)
    wanted = replace(services.plan_of(one), **to)
    return services.change_goal(one, wanted, version=one.detail.version, by=person.user, on=TODAY)


def test_t01_following_a_persons_goal_is_an_entry_about_that_person(cycle, cast):
    one = goal(cast.eve, cycle, visibility=LINE, title="Low")
    team = goal(cast.max, cycle, level="team", title="Ours")
    for each in (one, team):
        company.follow(each, by=cast.max)
        company.unfollow(each, by=cast.max)

    entries = AuditEntry.objects.filter(verb__in=["followed", "stopped following"]).order_by("pk")
    assert [entry.about for entry in entries] == [cast.eve.user, cast.eve.user, None, None]


def test_t01_a_goal_that_others_support_is_not_made_private(cycle, cast):
    above = goal(cast.eve, cycle, visibility=PUBLIC)
    low = goal(cast.ed, cycle, parent=above)

    with pytest.raises(DomainError, match="Other goals support this one. Align them with another goal first"):
        change(above, cast.eve, visibility=PRIVATE)

    services.cancel_goal(low, because="Not needed", by=cast.ed.user)
    assert change(above, cast.eve, visibility=PRIVATE).visibility == PRIVATE


def said(one: Goal, person) -> str:
    return str([change.fields for change in history(one, Viewer.of(person.user))])


def test_t01_the_history_names_no_goal_above_that_the_viewer_may_not_see(cycle, cast):
    hidden = goal(cast.max, cycle, visibility=LINE, title="Max's own")
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    low = goal(cast.eve, cycle, parent=hidden)
    change(low, cast.eve, parent=top)

    for person in (cast.eve, cast.max):
        assert "Max's own" in said(low, person)
    assert "Max's own" not in said(low, cast.olga)
    assert "a goal that is not shown to you" in said(low, cast.olga)
    assert "Top" in said(low, cast.olga)


def test_t01_others_read_the_history_since_the_goal_was_opened(cycle, cast):
    one = goal(cast.eve, cycle, visibility=PRIVATE, title="First words")
    change(one, cast.eve, title="Second words")
    change(one, cast.eve, title="Third words", visibility=PUBLIC)
    change(one, cast.eve, title="Fourth words")

    assert "First words" in said(one, cast.eve)
    for person in (cast.max, cast.olga, cast.hana):
        assert "Third words" in said(one, person)  # open by then, changed later
        assert "Everyone here" in said(one, person)
        assert "First words" not in said(one, person)
        assert "Second words" not in said(one, person)


def test_t01_the_team_table_and_its_file_name_no_goal_that_the_manager_may_not_see(cycle, cast):
    hidden = goal(cast.olga, cycle, visibility=LINE, title="Olga's own")
    goal(cast.eve, cycle, parent=hidden, title="Low")
    scope, max = queries.Scope(cast.max, cycle), Viewer.of(cast.max.user)

    [row] = [
        row for member in team_table(scope, max, show=Show.ALL, on=TODAY, page=None).members for row in member.rows
    ]
    [exported] = export_rows(scope, max, show=Show.ALL, on=TODAY)

    assert row.serves == exported[4] == "a goal that is not shown to you"


def test_t56_a_question_about_a_goal_with_a_long_title_fits_the_notification(cycle, cast):
    cast.max.name = "M" * 150
    asking.ask_for_updates([goal(cast.eve, cycle, title="T" * 200)], note="", by=cast.max, at=NOON)

    assert len(Notification.objects.get(to=cast.eve.user).text) == 300


def test_who_sees_a_persons_goal_is_changed_by_its_owner_alone(cycle, cast, client_of):
    one = goal(cast.eve, cycle, visibility=LINE, title="Low")
    address, form = reverse("goals:change", args=[one.pk]), planned(visibility=PUBLIC)

    assert 'name="visibility"' not in client_of(cast.max).get(address).content.decode()
    assert client_of(cast.max).post(address, {**form, "title": "Lower", "version": 1}).status_code == 302
    one = Goal.objects.with_words().get(pk=one.pk)
    assert (one.detail.title, one.visibility) == ("Lower", LINE)

    assert client_of(cast.eve).post(address, {**form, "version": 2}).status_code == 302
    one.refresh_from_db()
    assert one.visibility == PUBLIC
