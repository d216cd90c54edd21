"""The launch check says which values of the attribute would be merged, as the release would merge them."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from assessments.surveys.models import BandRelease, Invitation
from assessments.surveys.queries import campaigns as queries
from assessments.surveys.queries import results, simulated_bands
from assessments.surveys.tests import factories
from people.models import Employee

ANSWERS = dict.fromkeys(factories.statement_codes(), "4")


def sited(people, **sites):
    """A company of those units; `sites` says how many people, from the first on, work where."""
    factories.company(people)
    everybody = iter(Employee.objects.order_by("unit__key", "pk"))
    for site, count in sites.items():
        for person in [next(everybody) for _ in range(count)]:
            Employee.objects.filter(pk=person.pk).update(site=site)


def simulated(**fields):
    return next(iter(queries.simulate(factories.draft_campaign(**fields)).splits), None)


def test_t47_values_that_would_be_merged_are_named_with_their_people(db):
    sited({"north": 20, "south": 20}, Leeds=14, York=6, Hull=20)

    found = simulated(cut_by="site")

    assert [(band.label, band.people) for band in found.bands] == [("Hull", 20), ("Leeds, York", 20)]
    assert found.merged[0].made_of == "Leeds (14) and York (6)"
    assert (found.smallest, found.note) == (10, simulated_bands.FEWER)


def test_the_release_merges_what_the_launch_check_announced(db):
    sited({"north": 20, "south": 20}, Leeds=14, York=6, Hull=20)
    campaign = factories.open_campaign(cut_by="site")
    announced = simulated(cut_by="site")
    factories.answer_all(campaign, ANSWERS)
    factories.close(campaign)

    shown = BandRelease.objects.filter(campaign=campaign).values_list("label", "answers")

    assert list(shown) == [(band.label, band.people) for band in announced.bands]
    assert Invitation.objects.filter(campaign=campaign, answered=True).count() == 40


def test_t47_an_attribute_that_would_give_somebody_away_is_announced_as_withheld(db):
    sited({"north": 20, "south": 20}, Leeds=18, York=22)

    found = simulated(cut_by="site")

    assert (found.bands, found.note) == ((), simulated_bands.WITHHELD)
    assert simulated() is None


def test_a_large_organisation_is_tried_by_size_alone_and_says_so(db, monkeypatch):
    monkeypatch.setattr(simulated_bands, "MOST_CELLS", 3)
    sited({"north": 20, "south": 20}, Leeds=18, York=22)

    found = simulated(cut_by="site")

    assert [band.label for band in found.bands] == ["Leeds", "York"]
    assert found.note.startswith(simulated_bands.BY_SIZE)


def test_hr_reads_the_merging_on_the_launch_check(tarn, hana, client_of):
    everybody = list(Employee.objects.order_by("unit__key", "pk"))
    for person, site in zip(everybody, ["York"] * 6 + ["Leeds"] * 13 + ["Hull"] * 100, strict=False):
        Employee.objects.filter(pk=person.pk).update(site=site)
    draft = factories.draft_campaign(cut_by="site")

    page = client_of(hana).get(reverse("surveys:campaign", args=[draft.pk])).content.decode()

    assert "Split by site" in page
    assert "Leeds, York" in page or "Would not be shown" in page


def test_t47_two_attributes_are_announced_and_released_each_on_its_own(db):
    sited({"north": 30, "south": 30}, Leeds=20, Hull=40)
    everybody = list(Employee.objects.order_by("pk"))
    for number, person in enumerate(everybody):
        years = 2 if number % 2 else 8
        Employee.objects.filter(pk=person.pk).update(hired_on=timezone.localdate() - timedelta(days=366 * years))
    campaign = factories.open_campaign(cut_by="both")
    announced = queries.simulate(factories.draft_campaign(cut_by="both")).splits
    factories.answer_all(campaign, ANSWERS)
    factories.close(campaign)

    shown = BandRelease.objects.filter(campaign=campaign).values_list("attribute", "label", "answers")

    assert [split.attribute for split in announced] == ["Years of service", "Site"]
    assert list(shown) == [
        (attribute, band.label, band.people)
        for attribute, split in zip(("tenure", "site"), announced, strict=True)
        for band in split.bands
    ]
    assert ("site", "Leeds", 20) in shown
    assert [band.attribute for band in results.splits(campaign)] == ["Years of service"] * 2 + ["Site"] * 2


def test_t47_a_second_attribute_that_differs_from_the_first_by_two_people_is_withheld(db):
    sited({"north": 60}, Leeds=30, Hull=30)
    people = list(Employee.objects.order_by("unit__key", "pk"))
    for number, person in enumerate(people):
        years = 2 if number < 28 else 8  # two of Leeds have been here longer
        Employee.objects.filter(pk=person.pk).update(hired_on=timezone.localdate() - timedelta(days=366 * years))
    campaign = factories.open_campaign(cut_by="both")
    factories.answer_all(campaign, ANSWERS)
    factories.close(campaign)

    assert set(BandRelease.objects.filter(campaign=campaign).values_list("attribute", flat=True)) == {"tenure"}
    announced = queries.simulate(factories.draft_campaign(cut_by="both")).splits
    assert announced[1].note == simulated_bands.WITHHELD_BESIDE
