"""The executive's page: four viewpoints, the gaps that matter, readiness, words and deeds, promises, goals on paper."""

import re

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from actions.models import Action
from actions.tests import factories as action_factories
from assessments.surveys import cells
from assessments.surveys.models import UnitRelease
from assessments.surveys.queries import outcome
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.queries.results import ConstructScore, Scores
from assessments.surveys.scoring import whole
from assessments.surveys.services import desired
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import cast_ballots
from core.constructs import Construct
from dashboards.queries import profile, sight
from goals.models import UnitSummary
from goals.tests import factories as goal_factories
from people.access import Viewer

GIVEN = dict.fromkeys(factories.statement_codes(), "4") | {f"CSQ{n}": "2" for n in range(1, 7)}
BALANCE = {"ED1": "5", "ED2": "4", "EV1": "4", "EV2": "3", "EF1": "2", "EF2": "2", "ER1": "3", "ER2": "2"}
STEPS = dict.fromkeys(("RA1", "RA2", "RD1", "RD2", "RK1", "RK2", "RR1", "RR2"), "4") | {"RB1": "2", "RB2": "2"}


@pytest.fixture
def four_sides(tarn, led):
    """Leaders, staff, customers and readiness are published, and leadership has said what it wants."""
    leaders, staff = led
    cast_ballots(staff, lambda seat: GIVEN | ({"CMD2": "2"} if seat.pk % 2 else {}))
    voice = factories.close(factories.customer_campaign())
    records = np.zeros(len(layout_of(voice.form).constructs), cells.CONSTRUCT)
    records["index"], records["n"] = 61.0, 12
    UnitRelease.objects.filter(unit__campaign=voice).update(hidden="", constructs=records.tobytes())
    ready = factories.open_campaign(title="Ready for it?", form=factories.form("readiness"))
    cast_ballots(ready, lambda seat: STEPS | BALANCE)
    factories.close(ready)
    desired.set_desired(dict.fromkeys(Construct, 80), by=tarn.cast.ada.user)
    factories.close(leaders)
    return factories.close(staff)


def page_of(client, address="dashboards:overview"):
    answer = client.get(reverse(address))
    assert answer.status_code == 200
    return answer.content.decode()


def part(page, identity):
    return page[page.index(f'id="{identity}"') :].split("</section>")[0]


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_profile_is_seen_from_four_sides_and_its_numbers_stand_in_the_table(four_sides, ada, client_of):
    page = page_of(client_of(ada))

    assert "The seven Cs from four sides" in page
    assert all(f"a-{who}" in part(page, "wheel") for who in ("employees", "leaders", "customers", "desired"))
    assert "12 customers" in page
    rows = re.findall(r"<tr>.*?</tr>", part(page, "numbers"), re.DOTALL)[1:]
    cells_of = [[words(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in rows]
    released = UnitRelease.objects.get(unit__campaign=four_sides, unit__place=1)
    plan = cells.unpack(released.constructs, "constructs", released.layout)
    assert [cell[0].split()[0] for cell in cells_of] == [str(whole(float(record["index"]))) for record in plan]
    assert [cell[1] for cell in cells_of] == [f"{whole(100 * float(record['favourable']))}%" for record in plan]
    assert {tuple(cell[3:5]) for cell in cells_of} == {("61", "80")}


def test_the_gap_that_matters_most_is_the_way_to_what_is_wanted(four_sides, ada, client_of):
    page = page_of(client_of(ada))

    gaps = words(part(page, "gaps"))
    assert "wanted 80" in gaps
    assert gaps.index("Consequence") < gaps.index("wanted 80")
    assert f"{reverse('actions:new')}?construct=consequence" in page


def score(construct, exact):
    return ConstructScore(construct, index=round(exact), exact=exact, word="Mixed")


def link(construct, share):
    return outcome.Link(construct, share, "", "", "", "")


def test_distance_is_weighed_with_the_link_to_the_outcome_where_all_shares_are_shown():
    staff = Scores("Staff", tuple(score(c, 60.0) for c in Construct), 60, "mixed", "Mixed", None)
    wanted = {Construct.STRATEGY: 90, Construct.COMMITMENT: 70, Construct.CONSEQUENCE: 50}
    rows = (link(Construct.STRATEGY, 5), link(Construct.COMMITMENT, 40), link(Construct.CONSEQUENCE, 55))
    links = outcome.Links("", 200, "", 50, rows, (), "")

    weighed = profile._gaps(staff, (), wanted, links)
    plain = profile._gaps(staff, (), wanted, None)

    assert [construct for construct, _ in weighed[1]] == [Construct.COMMITMENT, Construct.STRATEGY]  # 400 before 150
    assert [construct for construct, _ in plain[1]] == [Construct.STRATEGY, Construct.COMMITMENT]
    assert weighed[0] == "Distance to what is wanted, times the link with the outcome"
    assert plain[1][0][1] == "Staff 60, wanted 90: 30 to go."


def test_t44_words_deeds_and_readiness_are_the_figures_of_the_plan(four_sides, ada, client_of):
    page = page_of(client_of(ada))

    said = words(part(page, "say-do"))
    released = UnitRelease.objects.get(unit__campaign=four_sides, unit__place=1)
    layout = layout_of(four_sides.form)
    plan = dict(
        zip(
            (slot.code for slot in layout.statements),
            cells.unpack(released.items, "items", released.layout),
            strict=True,
        )
    )
    deeds = sum(100 * int(plan[code]["favourable"]) / int(plan[code]["n"]) for code in ("CMD2", "CMD3", "CHA4")) / 3
    assert f"Employees Words 100% Deeds {round(deeds)}%" in said
    assert "Leaders themselves Not shown: nearly all of a small group answered alike." in said
    meter = words(part(page, "change-meter"))
    assert "Ready for it?" in meter
    assert "Drive 52 against Resistance 38" in meter
    assert "The first step that holds people back most often is Ability (100%)." in meter


def test_before_anything_is_asked_each_part_says_what_is_missing(cast, ada, client_of):
    page = page_of(client_of(ada))

    assert "Nobody has been asked yet how ready they are." in page
    assert "Not asked yet: these statements belong to the full questionnaire." in page
    assert "No promise has fallen due yet." in page
    assert "Linked on paper" not in page


def test_promises_kept_late_and_dropped_are_told_apart(cast, ada, client_of):
    kept = action_factories.promise(ada, cast.company, title="Kept")
    Action.objects.filter(pk=kept.pk).update(state="done", closed_on=action_factories.in_days(-1))
    action_factories.overdue(cast.uma, cast.company, title="Late")
    dropped = action_factories.overdue(cast.uma, cast.company, title="Dropped")
    Action.objects.filter(pk=dropped.pk).update(
        state="dropped", closing_words="No money.", closed_on=action_factories.in_days(0)
    )
    action_factories.promise(cast.uma, cast.company, title="Not due")

    said = words(part(page_of(client_of(ada)), "promises-kept"))

    assert "33% 1 of 3 due" in said
    assert "1 kept 1 late 1 dropped, with a reason" in said
    assert "Yours: 1 of 1." in said


def test_p03_departments_stand_in_four_fields_by_the_plan_and_the_stored_coverage(tarn, published_staff, ada):
    cycle = goal_factories.cycle()
    counted = ("goals", "with_data", "progress_sum", "expected_sum", "not_started", "on_track", "at_risk", "off_track")
    none = dict.fromkeys((*counted, "achieved", "missed", "no_data", "stale", "breached"), 0)
    days = {"as_of": timezone.localdate(), "computed_at": timezone.now()}
    for key, covered in (("helpdesk", 9), ("sales", 2), ("it", 4)):
        UnitSummary.objects.create(cycle=cycle, unit=tarn.unit(key), people=10, covered=covered, **none, **days)
    top = published_staff.units_at_launch.select_related("campaign__form").get(place=1)

    found = sight.sight(top, layout_of(published_staff.form), cycle, Viewer.of(ada.user))

    assert [(one.name, one.linked, one.agree) for one in found.paper_only] == [("Helpdesk", 90, "0%")]
    assert [(one.name, one.linked) for one in found.heads_only] == [("Sales", 20)]
    named = [one.name for field in (found.both, found.paper_only, found.heads_only, found.neither) for one in field]
    assert "Internal IT" not in named
    assert found.statement == "I believe in our goals for customers."
    assert found.missing >= 1


@pytest.fixture
def published_staff(tarn):
    """The helpdesk does not believe in the goals, Sales does."""
    campaign = factories.open_campaign(title="Spring survey")
    cast_ballots(campaign, lambda seat: GIVEN | {"COM1": "2" if seat.home.key == "helpdesk" else "5"})
    return factories.close(campaign)
