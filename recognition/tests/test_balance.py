"""Figures stand for five people or more, also by what is left over, and never for one person."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.constructs import Construct
from people.access import Viewer
from people.tests.factories import EmployeeFactory
from recognition import balance
from recognition.balance import Thanks
from recognition.models import Praise, Reach, Tally
from recognition.queries import newest_tally, team_balance
from recognition.queries.team import team_page
from recognition.services import tallies
from recognition.tests import factories

ORDER = [construct.value for construct in Construct]
DAY = date(2026, 7, 1)


def _thanks(to, by, construct="commitment", days=2, beside=True):
    return Thanks(to, by, construct, DAY, DAY + timedelta(days=days), beside)


def test_constructs_below_five_people_stand_together():
    many = [_thanks(n, 100 + n) for n in range(10)]
    few = [_thanks(n, 100 + n, "strategy") for n in range(3)] + [_thanks(n, 100 + n, "commander") for n in range(3, 6)]

    found = balance.shares(many + few, ORDER)

    assert [(one.constructs, one.share) for one in found] == [
        (("commitment",), Fraction(10, 16)),
        (("strategy", "commander"), Fraction(6, 16)),
    ]


def test_a_rest_below_five_takes_the_smallest_other_with_it():
    large = [_thanks(n, 100 + n) for n in range(10)]
    small = [_thanks(n, 100 + n, "competency") for n in range(6)]
    rest = [_thanks(1, 101, "strategy")]

    found = balance.shares(large + small + rest, ORDER)

    assert [one.constructs for one in found] == [("commitment",), ("strategy", "competency")]
    assert balance.shares(rest, ORDER) is None
    assert balance.shares([_thanks(n, 100) for n in range(10)], ORDER) is None  # one giver alone


people = st.integers(1, 9)
named = st.tuples(people, people, st.sampled_from(ORDER))
some = st.lists(named, max_size=60).map(lambda rows: [_thanks(*row) for row in rows])


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(some)
def test_t40_no_share_stands_for_fewer_than_five_people_and_nothing_is_left_over(thanks):
    found = balance.shares(thanks, ORDER)

    for one in found or []:
        inside = [each for each in thanks if each.construct in one.constructs]
        assert len({each.to for each in inside}) >= 5
        assert len({each.by for each in inside}) >= 5
    if found:
        assert sum(one.share for one in found) == 1


@pytest.mark.parametrize(
    ("reached", "of", "expected"),
    [(0, 9, Fraction(1)), (5, 10, Fraction(1, 2)), (9, 9, 0), (4, 10, None), (7, 9, None), (0, 4, None)],
)
def test_t46_people_without_thanks_are_a_share_only_where_both_sides_are_many(reached, of, expected):
    thanks = [_thanks(n, 100) for n in range(reached)]

    assert balance.share_without(thanks, range(of)) == expected


def test_pace_timeliness_and_source_follow_the_method():
    thanks = [_thanks(n, 100 + n, days=n) for n in range(6)]

    assert balance.a_month_per_ten(thanks, 10, 90) == 2
    assert balance.days_to_thanks(thanks) == 2.5
    assert balance.share_from_beside(thanks) == 1
    assert balance.share_from_beside([*thanks, _thanks(1, 9, beside=False)]) is None
    assert balance.days_to_thanks(thanks[:4]) is None


def test_the_balance_is_of_ones_own_reports_and_of_what_one_may_read(cast, client_of):
    factories.thanks(cast.eve, cast.ed)
    factories.thanks(cast.ed, cast.eve, Reach.PERSON)
    factories.thanks(cast.ed, cast.eve, days_ago=31)

    found = team_balance(Viewer.of(cast.max.user), on=timezone.localdate())

    assert found.words == "1 of 2 not praised for 30 days"
    assert [one.name for one in found.without] == ["Ed Moss"]
    assert team_balance(Viewer.of(cast.eve.user), on=timezone.localdate()) is None
    assert "1 of 2 not praised for 30 days" in client_of(cast.max).get(reverse("dashboards:team")).content.decode()
    page = client_of(cast.max).get(reverse("recognition:team")).content.decode()
    assert page.count("Not shown: fewer than 5 people.") == 4


def test_a_manager_of_five_reads_figures_of_what_one_may_read(cast, staff, client_of):
    given_on = timezone.localdate(timezone.now() - timedelta(days=3))
    factories.thanks(staff[0], cast.sam, days_ago=3, done_on=given_on - timedelta(days=2))
    factories.thanks(staff[1], staff[0], Reach.PERSON)

    figures = {one.label: one.value for one in team_page(Viewer.of(cast.sam.user), at=timezone.now()).figures}

    assert figures["From what was done to the thanks, middle value"] == "2 days"
    assert figures["Came from colleagues and customers"] == "0%"
    assert figures["People whom no thanks reached"] == "86%"  # olga among them


@pytest.fixture
def staff(cast):
    made = EmployeeFactory.create_batch(6, unit=cast.sales, manager=cast.sam)
    return [*made, cast.sam]


def test_t42_a_quarter_is_counted_once_without_private_thanks_and_never_changes(cast, staff, client_of):
    # In the last whole quarter, whatever day it is.
    today = timezone.localdate()
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    days = (today - first).days + 5
    for n, to in enumerate(staff):
        by = staff[n - 1]
        factories.thanks(to, by, days_ago=days)
        factories.thanks(to, by, Reach.PERSON, days_ago=days, construct=Construct.STRATEGY)
    hana = client_of(cast.hana)
    assert "Nothing counted yet" in hana.get(reverse("recognition:shares")).content.decode()

    assert tallies.count_quarter(on=today, at=timezone.now())
    before = newest_tally()
    factories.thanks(cast.eve, cast.ed, days_ago=days)
    assert tallies.count_quarter(on=today, at=timezone.now()) is None

    assert newest_tally() == before
    assert [(one.names, one.percent) for one in before.shares] == [("Commitment", 100)]
    assert [one.short for one in before.unnamed] == [one.short for one in Construct if one is not Construct.COMMITMENT]
    assert before.last_on == first - timedelta(days=1)
    assert "Commitment" in hana.get(reverse("recognition:shares")).content.decode()
    pages = {c: hana.get(reverse("dashboards:construct", args=[c])).content.decode() for c in Construct.values}
    assert "100%" in pages["commitment"].split("Praise that named it")[1]
    assert "No praise that a team or everyone may read named it." in pages["strategy"]
    assert "What is noticed here" in pages["consequence"]


def test_a_quarter_of_too_few_people_is_said_to_be_hidden(cast, client_of):
    tallies.count_quarter(on=timezone.localdate(), at=timezone.now())

    page = client_of(cast.ada).get(reverse("recognition:shares")).content.decode()

    assert Tally.objects.get().shares == []
    assert "at least five people were thanked by at least five others" in page


def test_t62_pages_take_as_many_queries_for_much_praise_as_for_little(cast, client_of):
    factories.likes(cast.eve, Reach.EVERYONE)
    clients = {"eve": client_of(cast.eve), "max": client_of(cast.max)}
    pages = [("eve", "recognition:mine"), ("eve", "recognition:wall"), ("max", "recognition:team")]

    def counted():
        found = []
        for who, name in pages:
            with CaptureQueriesContext(connection) as queries:
                clients[who].get(reverse(name))
            found.append(len(queries))
        return found

    factories.thanks(cast.eve, cast.ed, Reach.EVERYONE)
    counted()
    few = counted()
    for by in (cast.max, cast.olga, cast.sam, cast.uma):
        factories.thanks(cast.eve, by, Reach.EVERYONE)
    assert Praise.objects.count() == 5

    assert counted() == few
