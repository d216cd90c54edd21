"""Surveys that come again: by the organisation's calendar, with another statement each time, and nothing twice."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape

from assessments.surveys import ballot_keys, schedule
from assessments.surveys.models import Campaign, Form
from assessments.surveys.models.series import CampaignSeries, months_later
from assessments.surveys.queries import series as queries
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.services import campaigns, rotation, series
from assessments.surveys.tests import factories
from core import days_off
from core.models import AuditEntry, Notification
from people import tree
from people.access import Viewer
from people.models import Unit
from people.tests.factories import EmployeeFactory, UnitFactory

OPENS = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)  # Monday, 09:00 in London

_LEADERS = series._leaders_launched


def planned(hana, **fields) -> CampaignSeries:
    usual: dict[str, Any] = {
        "title": "Pulse",
        "form": factories.form("employee_pulse"),
        "months": 3,
        "first_on": date(2026, 10, 5),
    }
    return series.create_series(by=hana.user, **(usual | fields))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 5), 12, date(2027, 12, 5)),
        (date(2026, 10, 5), 3, date(2027, 1, 5)),
        (date(2026, 9, 30), 3, date(2026, 12, 30)),
    ],
)
def test_the_same_day_of_a_later_month(day, months, later):
    assert months_later(day, months) == later


def test_f27_waves_open_at_the_same_hour_of_the_clock_summer_and_winter_on_working_days(tarn, hana):
    pulse = planned(hana, first_on=date(2026, 3, 28))  # a Saturday; the clocks change on the 29th

    opens = [pulse.opens_at(wave) for wave in range(3)]

    assert opens[0] == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)  # Monday, 09:00 in summer
    assert opens[1] == datetime(2026, 6, 29, 8, 0, tzinfo=UTC)
    assert planned(hana, title="Winter", first_on=date(2026, 11, 2)).opens_at(0) == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert pulse.closes_at(datetime(2026, 10, 19, 8, 0, tzinfo=UTC)) == datetime(2026, 11, 2, 18, 0, tzinfo=UTC)


def test_a_wave_offers_every_language_its_questionnaire_comes_in(tarn, hana):
    wave = series.run(planned(hana, rotates=True), at=OPENS)

    assert wave is not None
    assert wave.languages == ["de"]


def test_waves_neither_open_nor_close_on_the_organisations_days_off(tarn, hana):
    """The first Monday is a holiday, and so are the days on which leaders and staff would stop answering."""
    pulse = planned(hana, audience="staff", leaders_form=factories.form("leader_full"), leaders_days=7)
    EmployeeFactory.create_batch(2, unit=tarn.unit("company"))
    for unit in [UnitFactory.create(parent=tarn.unit("company")) for _ in range(2)]:
        Unit.objects.filter(pk=unit.pk).update(head=EmployeeFactory.create(unit=unit))
    tree.renumber_units()
    off = [date(2026, 10, 5), date(2026, 10, 13), date(2026, 10, 28)]
    days_off.add([days_off.Day(on, "Holiday") for on in off], by=hana.user)
    tuesday = OPENS + timedelta(days=1)

    assert series.run(pulse, at=OPENS) is None
    assert queries.series_rows(Viewer.of(hana.user))[0].next_opens_at == tuesday
    staff = series.run(pulse, at=tuesday)

    assert staff.leaders_campaign.opens_at == tuesday
    assert timezone.localdate(staff.opens_at) == date(2026, 10, 14)  # when the leaders' closed, a day late
    assert timezone.localdate(staff.closes_at) == date(2026, 10, 29)


def test_a_wave_opens_on_its_day_and_once(tarn, hana):
    pulse = planned(hana)

    assert series.run(pulse, at=OPENS - timedelta(minutes=1)) is None
    wave = series.run(pulse, at=OPENS + timedelta(seconds=50))
    assert series.run(pulse, at=OPENS + timedelta(minutes=2)) is None

    assert (wave.title, wave.wave, wave.opens_at) == ("Pulse, October 2026", 0, OPENS)
    assert wave.state == "open"
    assert wave.invitations.count() == wave.invited > 20
    assert Campaign.objects.count() == 1


def test_f26_a_clock_that_stood_still_opens_the_last_missed_wave_and_leaves_out_the_others(tarn, hana):
    pulse = planned(hana)
    late = datetime(2027, 4, 20, 10, 0, tzinfo=UTC)  # waves of October, January and 5 April have been missed

    wave = series.run(pulse, at=late)

    assert (wave.wave, wave.title) == (2, "Pulse, April 2027")
    assert wave.opens_at == late
    assert wave.closes_at > late + timedelta(days=13)
    assert AuditEntry.objects.get(verb="opened a wave").changes["left out"] == 2
    pulse.refresh_from_db()
    assert pulse.next_wave == 3


def test_rotating_waves_ask_another_statement_of_each_c_and_each_in_its_turn(tarn, hana):
    pulse = planned(hana, rotates=True)
    waves = [series.run(pulse, at=pulse.opens_at(number)) for number in range(3)]

    codes = [set(wave.form.items.values_list("code", flat=True)) for wave in waves]
    assert {"STR1", "CSQ1", "OUT1", "CP1"} <= codes[0]
    assert {"STR2", "CSQ2", "OUT1", "CP1"} <= codes[1]
    assert codes[0] & codes[1] == {"OUT1", "CP1"}
    assert all(len(asked) == 9 for asked in codes)
    assert len({slot.construct for slot in layout_of(waves[2].form).slots if slot.construct}) == 7
    assert rotation.chosen_items(pulse.form, 6)[0].code == "STR1"
    assert Form.objects.filter(version__instrument__key=f"series-{pulse.pk}").count() == 3


def test_a_launch_that_is_refused_is_told_once_and_tried_again(tarn, hana):
    pulse = planned(hana, minimum_group=20, units=[tarn.unit("it")])

    for minute in range(3):
        assert series.run(pulse, at=OPENS + timedelta(minutes=minute)) is None

    pulse.refresh_from_db()
    assert "need at least 20" in pulse.problem
    assert Notification.objects.filter(to=hana.user, key__startswith="series-problem").count() == 1
    assert not Campaign.objects.exists()
    series.update_series(pulse, by=hana.user, minimum_group=5, units=[])
    assert series.run(pulse, at=OPENS + timedelta(minutes=9)) is not None
    pulse.refresh_from_db()
    assert pulse.problem == ""


def test_a_stopped_series_opens_nothing_and_goes_on_with_the_next_day(tarn, hana):
    pulse = planned(hana)
    series.set_active(pulse, by=hana.user, is_active=False, at=OPENS)
    assert series.run(pulse, at=OPENS) is None

    series.set_active(pulse, by=hana.user, is_active=True, at=OPENS + timedelta(days=9))

    pulse.refresh_from_db()
    assert pulse.next_wave == 1
    assert series.run(pulse, at=OPENS + timedelta(days=9)) is None


def test_hr_plans_a_series_in_the_browser(tarn, hana, client_of):
    factories.form()
    hr = client_of(hana)
    assert "No recurring survey yet" in hr.get(reverse("surveys:series")).content.decode()
    sent = {
        "title": "Quarterly pulse",
        "form": Form.objects.get(key="employee_pulse").pk,
        "rotates": "on",
        "months": "3",
        "first_on": "2050-01-10",
        "opens_at_time": "09:00",
        "days_open": "14",
        "audience": "everyone",
        "minimum_group": "5",
    }
    assert hr.post(reverse("surveys:series_new"), sent | {"days_open": "1"}).status_code == 422
    assert hr.post(reverse("surveys:series_new"), sent).status_code == 302
    one = CampaignSeries.objects.get()
    page = hr.get(reverse("surveys:series")).content.decode()
    assert "Monday 10 January 2050, 09:00" in page

    assert hr.post(reverse("surveys:series_edit", args=[one.pk]), sent | {"opens_at_time": "11:30"}).status_code == 302
    one.refresh_from_db()
    assert one.opens_at_time == time(11, 30)
    hr.post(reverse("surveys:series_state", args=[one.pk]))
    assert "Stopped" in hr.get(reverse("surveys:series")).content.decode()

    past = hr.post(reverse("surveys:series_new"), sent | {"title": "Monthly pulse", "first_on": "2025-01-10"})
    assert past.status_code == 422
    assert "would open at once" in past.content.decode()
    assert hr.post(reverse("surveys:series_new"), sent | {"first_on": "9999-12-01"}).status_code == 422
    assert "Monthly pulse" in past.content.decode()
    CampaignSeries.objects.filter(pk=one.pk).update(next_wave=1)
    page = reverse("surveys:series_edit", args=[one.pk])
    assert "Fixed since the first wave" in hr.get(page).content.decode()
    assert hr.post(page, sent | {"months": "12", "first_on": "2049-01-10"}).status_code == 302
    one.refresh_from_db()
    assert (one.months, one.first_on) == (3, date(2050, 1, 10))


def test_the_clock_job_runs_every_series(tarn, hana):
    planned(hana, first_on=date(2026, 1, 5))

    schedule.open_waves()
    schedule.open_waves()

    assert Campaign.objects.count() == 1


def test_leaders_go_first_in_each_wave_where_the_series_says_so(tarn, hana):
    Unit.objects.filter(key="office").update(head=hana)  # the fifth leader
    leaders_form = factories.form("leader_full")
    pulse = planned(hana, audience="staff", leaders_form=leaders_form, leaders_days=7)

    staff = series.run(pulse, at=OPENS + timedelta(seconds=50))
    assert series.run(pulse, at=OPENS + timedelta(minutes=2)) is None

    leaders = staff.leaders_campaign
    assert (leaders.title, leaders.audience, leaders.form) == (f"{staff.title}: leaders", "leaders", leaders_form)
    assert (leaders.state, leaders.opens_at) == ("open", OPENS)
    assert staff.opens_at == leaders.closes_at == datetime(2026, 10, 12, 17, 0, tzinfo=UTC)  # Monday evening
    assert staff.closes_at == datetime(2026, 10, 26, 18, 0, tzinfo=UTC)
    both = (
        set(leaders.invitations.values_list("employee", flat=True)),
        set(staff.invitations.values_list("employee", flat=True)),
    )
    assert both[0]
    assert not both[0] & both[1]
    late = series.run(pulse, at=datetime(2027, 1, 20, 10, 0, tzinfo=UTC))  # the clock stood still for two weeks
    assert late.leaders_campaign.opens_at == datetime(2027, 1, 20, 10, 0, tzinfo=UTC)
    assert late.opens_at == late.leaders_campaign.closes_at


def test_a_wave_without_enough_leaders_opens_neither_survey_and_says_why(tarn, hana):
    pulse = planned(hana, audience="staff", leaders_form=factories.form("leader_full"), units=[tarn.unit("it")])

    assert series.run(pulse, at=OPENS) is None

    pulse.refresh_from_db()
    assert "people would be invited" in pulse.problem
    assert not Campaign.objects.exists()


def test_t54_a_wave_that_is_refused_after_its_leaders_leaves_no_key(tarn, hana, monkeypatch):
    Unit.objects.filter(key="office").update(head=hana)  # the fifth leader
    pulse = planned(hana, audience="staff", leaders_form=factories.form("leader_full"))
    made = []

    def refused(campaign: Campaign, leaders: Campaign) -> None:
        raise campaigns.CannotLaunch("Not today.")

    monkeypatch.setattr(campaigns, "_check_leaders_first", refused)
    monkeypatch.setattr(series, "_leaders_launched", lambda *given: made.append(_LEADERS(*given)) or made[-1])

    assert series.run(pulse, at=OPENS) is None

    pulse.refresh_from_db()
    assert pulse.problem == "Not today."
    assert not Campaign.objects.exists()
    assert not ballot_keys.exist(made[0].key)


def test_t57_the_longest_title_leaves_room_for_month_and_leaders(tarn, hana):
    Unit.objects.filter(key="office").update(head=hana)
    long = {"title": "x" * 100, "first_on": date(2026, 9, 7)}
    pulse = planned(hana, audience="staff", leaders_form=factories.form("leader_full"), **long)

    staff = series.run(pulse, at=datetime(2026, 9, 7, 8, 0, tzinfo=UTC))

    assert staff.title.endswith("x…, September 2026")
    assert len(staff.leaders_campaign.title) == 120


def test_hr_sets_leaders_first_in_the_browser_and_only_for_the_staff(tarn, hana, client_of):
    hr, form = client_of(hana), factories.form("leader_full")
    sent = {
        "title": "Annual survey",
        "form": factories.form("employee_full").pk,
        "months": "12",
        "first_on": "2050-01-10",
        "opens_at_time": "09:00",
        "days_open": "14",
        "leaders_form": form.pk,
        "leaders_days": "7",
        "minimum_group": "5",
    }
    page = reverse("surveys:series_new")
    assert "Leaders go first, with this questionnaire" in hr.get(page).content.decode()
    refused = hr.post(page, sent | {"audience": "everyone"})
    assert refused.status_code == 422
    assert "the survey after theirs asks the staff" in refused.content.decode()
    assert hr.post(page, sent | {"audience": "staff"}).status_code == 302
    assert f"leaders first: {escape(form.name)}" in hr.get(reverse("surveys:series")).content.decode()
