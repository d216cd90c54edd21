"""Setting up, simulating and launching campaigns: who is invited, where they count, what is fixed."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from assessments.surveys import ballot_keys
from assessments.surveys.models import Campaign, UnitSnapshot
from assessments.surveys.queries import audience, results
from assessments.surveys.queries import campaigns as queries
from assessments.surveys.services import campaigns
from assessments.surveys.tests import factories
from core.models import AuditEntry
from people import tree
from people.access import Viewer
from people.models import Employee, JobRole, Unit
from people.tests.factories import EmployeeFactory, JobRoleFactory


def seats(campaign):
    """Names and the unit they are counted in."""
    invitations = campaign.invitations.select_related("employee", "home")
    return {invitation.employee.first_name: invitation.home.key for invitation in invitations}


def test_staff_are_all_but_the_heads_of_organisation_and_departments(cast):
    campaign = factories.open_campaign(audience="staff", minimum_group=5)

    assert set(seats(campaign)) == {"Eve", "Ed", "Olga", "Hana", "Ada", "Ingrid", "Petra"}


def test_leaders_are_the_heads_of_organisation_and_departments(cast):
    drafted = factories.draft_campaign(audience="leaders", form=factories.form("leader_full"))

    seating = audience.seating(drafted, on=date(2026, 5, 1))

    names = {Employee.objects.get(pk=seat.employee_pk).first_name for seat in seating.seats}
    assert names == {"Uma", "Max", "Sam"}


def test_p12_the_head_of_a_unit_counts_one_level_up(cast):
    campaign = factories.open_campaign()

    homes = seats(campaign)
    assert (homes["Max"], homes["Eve"]) == ("company", "helpdesk")
    assert homes["Uma"] == "office"  # heads the organisation, sits in the office
    assert campaign.units_at_launch.get(key="helpdesk").invited == 2
    assert campaign.units_at_launch.get(key="company").invited == 10


def test_a_campaign_for_chosen_units_freezes_only_their_branch(db):
    units = factories.company({"dep": 2, "north": 6, "south": 7, "other": 9}, {"north": "dep", "south": "dep"})

    whole = factories.open_campaign(units=[units["dep"]])
    part = factories.open_campaign(units=[units["north"], units["other"]])

    assert list(whole.units_at_launch.values_list("key", "place", "depth")) == [
        ("dep", 1, 0),
        ("north", 2, 1),
        ("south", 3, 1),
    ]
    assert list(part.units_at_launch.values_list("key", "invited")) == [
        ("org", 15),
        ("dep", 6),
        ("north", 6),
        ("other", 9),
    ]


def test_people_who_have_left_are_not_invited(db):
    factories.company({"north": 6})
    Employee.objects.filter(pk=Employee.objects.first().pk).update(is_active=False)

    assert factories.open_campaign().invited == 5


def test_p9_t43_moves_after_launch_change_no_seat(db):
    units = factories.company({"north": 6, "south": 6})
    campaign = factories.open_campaign()

    Employee.objects.filter(unit=units["north"]).update(unit=units["south"])
    Unit.objects.filter(pk=units["south"].pk).update(name="Renamed", parent=units["north"])
    tree.renumber_units()

    assert dict(campaign.units_at_launch.values_list("name", "invited")) == {"Org": 12, "North": 6, "South": 6}


@pytest.mark.parametrize(
    ("hired_on", "band"),
    [
        (None, "Not known"),
        (date(2026, 1, 1), "Under 1 year"),
        (date(2024, 5, 2), "1 to 2 years"),
        (date(2020, 6, 1), "3 to 5 years"),
        (date(2000, 1, 1), "Over 10 years"),
    ],
)
def test_years_of_service_are_kept_as_a_band(hired_on, band):
    assert audience._tenure_band(hired_on, date(2026, 5, 1)) == band


def test_a_launched_campaign_cannot_be_changed_or_deleted(db):
    factories.company({"north": 6})
    campaign = factories.open_campaign()

    for verb, fields in ((campaigns.update_campaign, {"minimum_group": 5}), (campaigns.delete_draft, {})):
        with pytest.raises(campaigns.CampaignIsLaunched):
            verb(campaign, by=factories.hr(), **fields)
    with pytest.raises(campaigns.CampaignIsLaunched):
        campaigns.launch(campaign, by=factories.hr(), at=timezone.now())


def test_p15_results_are_split_by_one_attribute_at_most(db):
    units = factories.company({"north": 12, "south": 12})
    Employee.objects.filter(unit=units["north"]).update(site="Leeds")
    campaign = factories.open_campaign(cut_by="site")
    assert campaign.bands == ["Leeds", "Not known"]
    factories.answer_all(campaign, dict.fromkeys(factories.statement_codes(), "4"))

    factories.close(campaign)

    split = results.splits(campaign)
    assert [(band.label, band.answers) for band in split] == [("Leeds", 12), ("Not known", 12)]
    assert not factories.open_campaign().bands


def test_p10_the_limit_starts_at_five_and_is_raised_before_launch_only(db):
    factories.company({"north": 9})
    with pytest.raises(campaigns.CampaignInvalid, match="5"):
        factories.draft_campaign(minimum_group=4)
    drafted = factories.draft_campaign()
    with pytest.raises(campaigns.CampaignInvalid):
        campaigns.update_campaign(drafted, by=factories.hr(), minimum_group=21)

    drafted = campaigns.update_campaign(drafted, by=factories.hr(), minimum_group=8)
    launched = campaigns.launch(drafted, by=factories.hr(), at=timezone.now())

    with pytest.raises(campaigns.CampaignIsLaunched):
        campaigns.update_campaign(launched, by=factories.hr(), minimum_group=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        Campaign.objects.filter(pk=launched.pk).update(minimum_group=4)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"closes_at": timezone.now() - timedelta(hours=1)}, "closing time is past"),
        ({"minimum_group": 20}, "need at least 20"),
        ({"form": "leader_workbook"}, "workbook"),
    ],
)
def test_a_launch_is_refused_with_a_reason(db, fields, why):
    factories.company({"north": 6})
    if "form" in fields:
        fields = {"form": factories.form(fields["form"])}
    drafted = factories.draft_campaign(**fields)

    with pytest.raises(campaigns.CannotLaunch, match=why):
        campaigns.launch(drafted, by=factories.hr(), at=timezone.now())

    assert not drafted.invitations.exists()
    assert not ballot_keys.exist(drafted.key)


def test_leaders_go_first(cast):
    leaders = factories.draft_campaign(audience="leaders", form=factories.form("leader_full"))
    staff = factories.draft_campaign(audience="staff", leaders_campaign=leaders)
    before = leaders.opens_at

    with pytest.raises(campaigns.CannotLaunch, match="launch Culture survey before this one"):
        campaigns.launch(staff, by=factories.hr(), at=before)
    Campaign.objects.filter(pk=leaders.pk).update(state="open", launched_at=before, public_key=b"x")
    with pytest.raises(campaigns.CannotLaunch, match="Open this one then or later"):
        campaigns.launch(staff, by=factories.hr(), at=before)
    staff = campaigns.update_campaign(
        staff, by=factories.hr(), opens_at=leaders.closes_at, closes_at=leaders.closes_at + timedelta(days=9)
    )
    staff = campaigns.launch(staff, by=factories.hr(), at=before)

    assert staff.state == "open"
    with pytest.raises(campaigns.CampaignInvalid, match="Leaders go first"):
        campaigns.put_off_closing(leaders, by=factories.hr(), closes_at=staff.opens_at + timedelta(days=1))


def test_the_database_holds_that_leaders_go_first(cast):
    leaders = factories.open_campaign(audience="everyone", title="Leaders")
    staff = factories.draft_campaign(
        audience="staff",
        leaders_campaign=leaders,
        opens_at=leaders.closes_at,
        closes_at=leaders.closes_at + timedelta(days=9),
    )
    campaigns.launch(staff, by=factories.hr(), at=timezone.now())

    for campaign, dates in (
        (leaders, {"closes_at": staff.opens_at + timedelta(minutes=1)}),
        (staff, {"opens_at": leaders.closes_at - timedelta(minutes=1)}),
    ):
        with pytest.raises(IntegrityError, match="Leaders go first"), transaction.atomic():
            Campaign.objects.filter(pk=campaign.pk).update(**dates)


def test_the_set_up_leaves_people_out(cast):
    EmployeeFactory.create_batch(6, unit=cast.office, hired_on=date(2010, 1, 1), site="Leeds")
    today = timezone.localdate()
    Employee.objects.filter(pk=cast.eve.pk).update(hired_on=today - timedelta(days=20))
    Employee.objects.filter(pk=cast.ed.pk).update(left_on=today + timedelta(days=2))
    Employee.objects.filter(pk=cast.olga.pk).update(site="Oslo")
    Employee.objects.filter(pk=cast.sam.pk).update(job_role=JobRoleFactory(key="driver"))

    everyone = set(seats(factories.open_campaign(without_leavers=False)))
    fewer = set(
        seats(
            factories.open_campaign(
                new_joiners_days=30, without_sites=["Oslo"], without_roles=JobRole.objects.filter(key="driver")
            )
        )
    )

    assert {"Eve", "Ed", "Olga", "Sam"} <= everyone
    assert everyone - fewer == {"Eve", "Ed", "Olga", "Sam"}


def test_the_closing_time_is_only_put_off(db):
    factories.company({"north": 6})
    campaign = factories.open_campaign()

    with pytest.raises(campaigns.CampaignInvalid, match="put off"):
        campaigns.put_off_closing(campaign, by=factories.hr(), closes_at=campaign.closes_at - timedelta(hours=1))
    later = campaigns.put_off_closing(campaign, by=factories.hr(), closes_at=campaign.closes_at + timedelta(days=2))

    assert later.closes_at == campaign.closes_at + timedelta(days=2)


def test_each_step_leaves_one_audit_entry_and_answering_none(db):
    factories.company({"north": 6})
    campaign = factories.open_campaign()
    factories.answer_all(campaign, {"STR1": "4"})
    factories.close(campaign)

    verbs = AuditEntry.objects.filter(subject_kind="surveys.campaign").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["added", "launched", "closed", "published"]
    assert not AuditEntry.objects.filter(subject_kind__in=("surveys.invitation", "surveys.draft")).exists()


def test_the_simulation_names_units_that_will_be_hidden_and_why(db):
    factories.company({"billing": 6, "purchasing": 5, "warehouse": 6, "it": 3})

    simulation = queries.simulate(factories.draft_campaign())

    assert (simulation.invited, simulation.minutes, simulation.statements) == (20, 10, 40)
    assert [(unit.name, unit.hidden, unit.reason) for unit in simulation.hidden] == [
        ("Purchasing", "neighbour", "Hidden with It"),
        ("It", "few", "Hidden, too small"),
    ]
    assert simulation.hidden[1].why == "Hidden, too small; its people count in Org"
    assert simulation.warnings == ()
    shown = {unit.name: unit.shown_percent for unit in simulation.units}
    assert shown["Org"] == 100
    assert shown["It"] == 0
    assert 0 < shown["Billing"] < 100


def test_the_simulation_stores_nothing(db):
    factories.company({"north": 6})
    drafted = factories.draft_campaign()

    queries.simulate(drafted)

    assert not UnitSnapshot.objects.exists()
    assert not drafted.invitations.exists()


def test_p5_t46_participation_gives_no_count_below_five_nor_one_that_can_be_worked_out(db):
    factories.company({"north": 8, "south": 7, "it": 3})
    campaign = factories.open_campaign()
    left = {"north": 8, "south": 2, "it": 2}

    def some(invitation):
        left[invitation.home.key] -= 1
        return {"STR1": "4"} if left[invitation.home.key] >= 0 else None

    factories.answer_all(campaign, some)

    words = {row.name: row.words for row in queries.participation(campaign).units}
    alone = [queries.unit_participation(campaign, unit) for unit in campaign.units_at_launch.order_by("place")]
    assert list(words.values()) == alone
    assert words == {
        "Org": "12 of 18",
        "North": "not shown, to protect a small neighbouring group",
        "South": "fewer than 5 of 7",
        "It": "not shown: fewer than 5 invited",
    }


def test_t46_a_campaign_with_fewer_than_five_answers_says_no_number(hana):
    campaign = factories.open_campaign()
    for invitation in campaign.invitations.select_related("campaign")[:3]:
        factories.answer(invitation, {"STR1": "4"})

    row = queries.campaign_rows(Viewer.of(hana.user))[0]
    assert (row.answered, row.percent) == (None, None)
    assert queries.participation(campaign).words == "fewer than 5 of 10"


def test_hr_is_told_when_the_key_is_missing(hana):
    campaign = factories.open_campaign()
    ballot_keys.destroy(campaign.key)

    assert "key" in queries.campaign_rows(Viewer.of(hana.user))[0].problem


def test_participation_costs_the_same_whatever_the_number_of_units(db, django_assert_num_queries):
    factories.company({f"unit-{n:02}": 2 for n in range(12)})
    campaign = factories.open_campaign()

    with django_assert_num_queries(2):
        queries.participation(campaign)


def test_t62_participation_of_a_large_campaign_is_counted_once_a_minute(db, monkeypatch, django_assert_num_queries):
    factories.company({"north": 8, "south": 7})
    campaign = factories.open_campaign()
    monkeypatch.setattr(queries, "COUNTED_AT_ONCE", 14)
    before, top = queries.participation(campaign), campaign.units_at_launch.get(place=1)
    factories.answer_all(campaign, lambda invitation: {"STR1": "4"})

    with django_assert_num_queries(0):
        assert queries.unit_participation(campaign, top) == before.units[0].words
    cache.clear()
    assert queries.unit_participation(campaign, top) == "15 of 15"
