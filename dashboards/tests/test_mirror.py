"""The leaders' mirror: their people's view of leaders beside the leaders' own, what they promised, what they cleared."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from actions.services import obstacles
from actions.tests import factories as action_factories
from assessments.surveys import cells
from assessments.surveys.models import UnitRelease
from assessments.surveys.queries import statements
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import cast_ballots
from people import tree
from people.tests.factories import EmployeeFactory, UnitFactory

MIRROR = "dashboards:mirror"


@pytest.fixture
def published(led):
    """The helpdesk hears more than it sees; leaders see both."""
    leaders, staff = led
    cast_ballots(staff, _heard)
    factories.close(leaders)
    return factories.close(staff)


def _heard(seat):
    given = dict.fromkeys(factories.statement_codes(), "4")
    if seat.home.key != "helpdesk":
        return given
    half = "4" if seat.pk % 2 else "2"
    return given | {"CMD2": half, "CMD3": "2" if seat.pk % 3 else "4", "CHA4": half}


def page_of(client):
    answer = client.get(reverse(MIRROR))
    assert answer.status_code == 200
    return answer.content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_head_of_a_department_reads_how_the_own_people_see_leaders(published, tarn, client_of):
    page = page_of(client_of(tarn.cast.max))

    told = words(page[page.index('id="say-do"') :])
    released = UnitRelease.objects.get(unit__campaign=published, unit__key="helpdesk")
    codes = [slot.code for slot in layout_of(published.form).statements]
    plan = dict(zip(codes, cells.unpack(released.items, "items", released.layout), strict=True))
    deeds = sum(100 * int(plan[code]["favourable"]) / int(plan[code]["n"]) for code in ("CMD2", "CMD3", "CHA4")) / 3
    assert "How leaders are seen in Helpdesk, Spring survey." in page
    assert f"Helpdesk Words 100% Deeds {round(deeds)}%" in told
    assert "Senior leaders spend time with customers." in told


def test_t44_every_share_on_the_mirror_is_one_of_the_plan(published, tarn, client_of):
    page = page_of(client_of(tarn.cast.max))
    unit = published.units_at_launch.get(key="helpdesk")
    rows = {row.text: row for row in statements.items(unit)}

    table = unescape(page[page.index("Statements about leaders, table") :].split("</table>")[0])
    printed = re.findall(
        r'<th scope="row">([^<]+)<.*?data-label="Helpdesk">.*?<b class="num">([^<]+)</b>', table, re.DOTALL
    )

    assert len(printed) == 8
    assert {text.strip(): share for text, share in printed} == {
        text.strip(): rows[text.strip()].favourable for text, _ in printed
    }


def test_p11_t40_a_hidden_departments_head_reads_no_statement_and_the_group_above(published, tarn, client_of):
    page = page_of(client_of(tarn.ian))

    assert "Not shown: fewer than 5 answers." in page
    assert "Single statements of the whole organisation are read by executives and HR." in page
    assert "Senior leaders spend time with customers." not in page


def test_an_executive_without_a_unit_looks_at_the_whole_organisation(published, tarn, client_of):
    page = page_of(client_of(tarn.cast.ada))

    assert "How leaders are seen in Tarn Ltd" in page
    assert "Leaders themselves" in page


def test_commitments_and_cleared_obstacles_stand_in_it(tarn, client_of):
    cast = tarn.cast
    far = action_factories.in_days(90)
    action_factories.promise(cast.max, cast.helpdesk, kind="commitment", title="In spring", due_on=far)
    made = action_factories.promise(cast.max, cast.helpdesk, kind="commitment", title="A day a month on the phones")
    obstacle = action_factories.obstacle(cast.eve, title="Two signatures")
    obstacles.answer(obstacle, state="cleared", words="One is enough.", by=cast.max, at=timezone.now())
    action_factories.obstacle(cast.ed, title="Slow tool")

    page = page_of(client_of(cast.max))

    assert "No results yet" in page
    assert "A day a month on the phones" in page
    assert f'href="{made.get_absolute_url()}">Update my commitment' in page
    assert "1 of 1 that I closed, 1 of them by the day" in words(page)
    assert "1 waits for me" in page


def test_who_does_not_go_first_is_told_so(tarn, client_of):
    night = UnitFactory(key="night", parent=tarn.unit("helpdesk"), head=tarn.cast.ed)
    EmployeeFactory(unit=night, manager=tarn.cast.ed)
    tree.renumber_units()
    tree.renumber_line()

    assert "The mirror is for executives and the heads of departments" in page_of(client_of(tarn.cast.ed))
    assert client_of(tarn.cast.eve).get(reverse(MIRROR)).status_code == 403
    assert client_of(tarn.cast.hana).get(reverse(MIRROR)).status_code == 403


def test_t62_the_mirror_costs_the_same_whatever_stands_in_it(published, tarn, client_of):
    client = client_of(tarn.cast.max)
    page_of(client)
    with CaptureQueriesContext(connection) as few:
        page_of(client)
    for number in range(5):
        action_factories.promise(tarn.cast.max, tarn.cast.helpdesk, kind="commitment", title=f"Promise {number}")
        UnitFactory(key=f"more-{number}", parent=tarn.unit("helpdesk"))

    with CaptureQueriesContext(connection) as many:
        page_of(client)

    assert len(many) == len(few) <= 45
