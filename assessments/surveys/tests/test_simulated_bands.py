"""The launch check says which values of the attribute would be merged, as the release would merge them."""

from django.urls import reverse

from assessments.surveys.models import BandRelease, Invitation
from assessments.surveys.queries import campaigns as queries
from assessments.surveys.queries import simulated_bands
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
    return queries.simulate(factories.draft_campaign(**fields)).split


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
