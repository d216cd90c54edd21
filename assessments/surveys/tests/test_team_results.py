"""A manager's page of results: the newest seven Cs with the newest readiness beside them, and HR's look at it ahead of time."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import cells
from assessments.surveys.models import Section, Sharing, UnitRelease, UnitSnapshot
from assessments.surveys.queries import meter, previews, team
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.scoring import displayed, whole
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import cast_ballots
from people.access import Viewer

TEAM = "surveys:team_results"
STEPS = ("RA1", "RA2", "RD1", "RD2", "RK1", "RK2", "RB1", "RB2", "RR1", "RR2")
BALANCE = {"ED1": "5", "ED2": "4", "EV1": "4", "EV2": "3", "EF1": "2", "EF2": "2", "ER1": "3", "ER2": "2"}


def ready(seat):
    """Only the helpdesk is stuck, and there at knowing how."""
    held = {"RK1": "2", "RK2": "3"} if seat.home.key == "helpdesk" else {}
    return dict.fromkeys(STEPS, "4") | held | BALANCE


@pytest.fixture
def asked(tarn):
    """A readiness survey of everyone, closed before the one of the seven Cs."""
    now = timezone.now()
    dates = {"opens_at": now - timedelta(days=40), "closes_at": now - timedelta(days=30)}
    campaign = factories.open_campaign(title="Ready for it?", form=factories.form("readiness"), **dates)
    cast_ballots(campaign, ready)
    return factories.close(campaign)


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def place(campaign, key):
    return UnitSnapshot.objects.get(campaign=campaign, key=key).place


def test_readiness_stands_beside_the_seven_cs_whichever_was_asked_last(asked, published, tarn, client_of):
    page = text(client_of(tarn.cast.max).get(reverse(TEAM)))

    assert "Helpdesk, Spring survey" in page
    assert "scorebox" in page
    assert "Ready for it?" in page
    assert "The first step that holds people back most often is Knowledge (100%)." in page
    assert "Weakest part: First steps." in page


def test_t44_readiness_and_balance_of_a_team_are_those_of_the_plan(asked, published, tarn):
    found = meter.of_unit(Viewer.of(tarn.cast.max.user), tarn.unit("helpdesk"))

    released = UnitRelease.objects.get(unit__campaign=asked, unit__key="helpdesk")
    records = cells.unpack(released.groups, "groups", released.layout)
    mean = dict(zip(layout_of(asked.form).groups, (float(record["mean"]) for record in records), strict=False))
    told = [step.mean for step in found.readiness.steps]
    assert told == [str(displayed(mean[key], 1)) for key in list(mean)[:5]]
    assert dict(found.balance.factors)["First steps"] == whole(100 * (mean["change_equation.first_steps"] - 1) / 4)
    assert (found.campaign_pk, found.place, found.stands_in) == (asked.pk, released.unit.place, False)


def test_p03_t40_a_team_too_small_reads_the_readiness_of_the_group_above(asked, published, tarn, client_of):
    page = text(client_of(tarn.ian).get(reverse(TEAM)))
    found = meter.of_unit(Viewer.of(tarn.ian.user), tarn.unit("it"))

    assert (found.name, found.stands_in) == ("Tarn Ltd", True)
    assert "answers in Tarn Ltd, which your team belongs to" in page


def test_p08_readiness_that_is_not_shared_with_managers_is_not_there(asked, published, tarn, client_of):
    dates = dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), timezone.now())
    parts = [part for part in Section.values if part != Section.CHANGE]
    plan = Sharing.objects.create(campaign=asked, **dates, reached="everyone", manager_sections=parts)
    deep = tarn.unit("helpdesk")
    deep.depth = 2
    deep.save(update_fields=["depth"])

    def change():
        return part_of(text(client_of(tarn.cast.max).get(reverse(TEAM))), "change")

    assert change() == ""
    Sharing.objects.filter(pk=plan.pk).update(manager_sections=list(Section.values))
    assert "The first step" in change()


def part_of(page, identity):
    return page[page.index(f'id="{identity}"') :] if f'id="{identity}"' in page else ""


def test_a_short_survey_that_came_later_does_not_push_the_seven_cs_away(published, tarn, client_of):
    pulse = factories.open_campaign(title="July pulse", form=factories.form("employee_pulse"))
    cast_ballots(pulse, lambda seat: {"STR1": "4"})
    factories.close(pulse)

    page = text(client_of(tarn.cast.max).get(reverse(TEAM)))

    assert "Helpdesk, Spring survey" in page
    assert "Other surveys" in page
    assert "July pulse" in page


def test_p08_t44_hr_sees_the_page_of_team_results_as_its_manager_will(asked, published, tarn):
    cast = tarn.cast
    hr, own = Viewer.of(cast.hana.user), Viewer.of(cast.max.user)
    top = UnitSnapshot.objects.select_related("campaign").get(campaign=published, place=1)
    Sharing.objects.create(
        campaign=published, **dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), timezone.now()), reached=""
    )
    assert team.team_page(own) is None or team.team_page(own).results.campaign_pk != published.pk

    eyes = previews.eyes(hr, published, {"as": "leaders", "of": str(place(published, "helpdesk"))})
    ahead = team.team_page(eyes, top)
    Sharing.objects.filter(campaign=published).update(reached="everyone")

    assert replace(ahead, results=replace(ahead.results, keep="")) == team.team_page(own)


def test_hr_looks_at_team_results_and_nobody_else_does(published, tarn, client_of):
    address = reverse("surveys:team_preview", args=[published.pk])
    helpdesk = f"?as=leaders&of={place(published, 'helpdesk')}"

    page = text(client_of(tarn.cast.hana).get(address + helpdesk))

    assert "Helpdesk, Spring survey" in page
    assert "You see what <b>whoever heads Helpdesk</b>" in page
    assert "From result to promise</a>" not in page.split("<main")[1]
    assert set(re.findall(r"results/\d+/units/\d+/(\?as=leaders[^\"#]*)", page.split("page-head")[1]))
    nobody = text(client_of(tarn.cast.hana).get(address + "?as=everyone"))
    assert "They have no page of team results" in nobody
    for other in (tarn.cast.ada, tarn.cast.max, tarn.cast.petra):
        assert client_of(other).get(address).status_code == 403
