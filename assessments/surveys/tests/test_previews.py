"""HR looks at results as a level will read them: the same units, parts and figures, before the day has come."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.surveys.eyes import Eyes
from assessments.surveys.models import Section, Sharing, UnitSnapshot
from assessments.surveys.queries import explorer, previews
from assessments.surveys.services import campaigns, sharing
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from people import tree
from people.access import Viewer
from people.models import Unit
from people.tests.factories import EmployeeFactory, UnitFactory

ALL = list(Section.values)


@pytest.fixture
def ed(tarn):
    """Ed leads the night shift, below a department, with six people."""
    night = UnitFactory(key="night", parent=tarn.unit("helpdesk"), head=tarn.cast.ed)
    tarn.cast.ed.unit = night
    tarn.cast.ed.save(update_fields=["unit"])
    EmployeeFactory.create_batch(11, unit=night, manager=tarn.cast.ed)
    tree.renumber_units()
    tree.renumber_line()
    return tarn.cast.ed


@pytest.fixture
def planned(ed, hana):
    """Answered and published; leaders read now, managers all but two parts tomorrow, everyone the map the day after."""
    campaign = factories.open_campaign(title="Spring survey")
    cast_ballots(campaign, answers_of)
    at = timezone.now()
    campaign.closes_at = at - timedelta(minutes=10)
    campaign.save(update_fields=["closes_at"])
    sharing.plan(
        campaign,
        by=hana.user,
        at=at,
        leaders_at=at,
        managers_at=at + timedelta(days=1),
        everyone_at=at + timedelta(days=2),
        manager_sections=[part for part in ALL if part not in ("emphasis", "split")],
        everyone_sections=["units", "statements"],
    )
    campaigns.close(campaign, by=None, at=at)
    return campaigns.publish(campaign, by=None, at=at)


def place(campaign, key):
    return UnitSnapshot.objects.get(campaign=campaign, key=key).place


def pages(viewer, campaign):
    """Every page that the viewer may open, by place; what keeps the eyes in an address left out."""
    seen = UnitSnapshot.objects.visible_to(viewer).filter(campaign=campaign).select_related("campaign", "unit")
    found = {}
    for unit in seen:
        page = explorer.unit_page(viewer, unit, topic=explorer.ALL, units=explorer.ALL)
        found[unit.place] = replace(page, results=replace(page.results, keep=""))
    return found


def test_p08_t44_hr_sees_exactly_what_each_level_will_see(planned, tarn, ed):
    cast = tarn.cast
    people = {
        ("leaders", ""): cast.ada,
        ("leaders", "helpdesk"): cast.max,
        ("managers", "night"): ed,
        ("everyone", "helpdesk"): cast.eve,
        ("everyone", "sales"): cast.olga,
    }
    hr = Viewer.of(cast.hana.user)
    before = {}
    for level, key in people:
        named = {"as": level, "of": str(place(planned, key)) if key else ""}
        before[level, key] = pages(previews.eyes(hr, planned, named), planned)
    assert not UnitSnapshot.objects.visible_to(Viewer.of(cast.eve.user)).filter(campaign=planned).exists()

    sharing.open_due(planned, at=timezone.now() + timedelta(days=3))

    for who, person in people.items():
        assert before[who] == pages(Viewer.of(person.user), planned), who
    assert before["managers", "night"][1].sliders == ()
    assert len(before["everyone", "sales"]) < len(before["leaders", ""])


def test_p08_nobody_but_hr_looks_through_other_eyes(planned, tarn, client_of):
    where = reverse("surveys:unit_results", args=[planned.pk, 1])

    seen = client_of(tarn.cast.hana).get(where + "?as=everyone").content.decode()
    own = client_of(tarn.cast.ada).get(where + "?as=everyone").content.decode()

    assert "You see what <b>somebody who counts in" in seen
    assert explorer.NOT_SHARED in seen
    assert "You see what" not in own
    assert explorer.NOT_SHARED not in own
    assert client_of(tarn.cast.eve).get(where + "?as=leaders").status_code == 404


def test_t44_a_unit_closed_to_a_level_is_closed_to_its_eyes_on_pages_and_in_files(planned, tarn, client_of):
    hr, sales = client_of(tarn.cast.hana), place(planned, "sales")
    keep = f"?as=everyone&of={place(planned, 'helpdesk')}"

    page = hr.get(reverse("surveys:unit_results", args=[planned.pk, sales]) + keep).content.decode()
    own = hr.get(reverse("surveys:unit_results", args=[planned.pk, place(planned, "helpdesk")]) + keep).content.decode()

    assert "They cannot open this unit" in page
    assert "Index" not in page
    for name in ("export_csv", "export_xlsx", "export_json", "unit_print", "heat_map_csv"):
        assert hr.get(reverse(f"surveys:{name}", args=[planned.pk, sales]) + keep).status_code == 404
    address = reverse("surveys:unit_comments", args=[planned.pk, place(planned, "helpdesk"), "C1"])
    assert hr.get(address + keep).status_code == 404
    assert hr.get(address).status_code == 200
    assert "as=everyone&amp;of=" in own
    assert "Who reads this, and when" not in own


def test_hr_reads_the_summary_through_other_eyes(planned, tarn, client_of):
    address = reverse("dashboards:summary", args=[planned.pk])

    page = client_of(tarn.cast.hana).get(address + "?as=managers").content.decode()

    assert "You see what <b>who heads" not in page
    assert "You see what <b>whoever heads" in page
    assert "Three strengths" in page


def test_eyes_without_a_unit_that_fits_take_the_first_that_does(planned, hana):
    hr = Viewer.of(hana.user)
    Sharing.objects.filter(campaign=planned).delete()

    for named in ({"as": "managers", "of": "²"}, {"as": "managers", "of": "99999999999999999999"}, {"as": "managers"}):
        found = previews.eyes(hr, planned, named)
        assert isinstance(found, Eyes)
        assert found.unit == Unit.objects.get(key="night")
    assert previews.eyes(hr, planned, {"as": "nobody"}) is hr
    assert previews.eyes(hr, planned, {"as": "everyone"}).place == 2
