"""What goes with the outcome: shares for HR and executives, a sentence for managers, nothing for others."""

import csv
import io

import pytest
from django.urls import reverse

from assessments.surveys.models import CampaignAnalysis
from assessments.surveys.queries import outcome
from assessments.surveys.queries.results import latest
from core.constructs import Construct
from people.access import Viewer

CONSTRUCTS = [construct.value for construct in Construct]
STORED = {
    "n": 150,
    "refusal": "",
    "r_squared": 0.4,
    "shares": [0.25, 0.2, 0.15, 0.13, 0.11, 0.1, 0.06],
    "links": [[0.5, 0.3682, 0.6123]] * 7,
    "firm": [True, True, False, False, False, False, False],
    "alike": [[0, 1]],
    "constructs": CONSTRUCTS,
}
SENTENCE = "Strategy and Characteristics go most with the outcome (firm)."
TOO_FEW = "Early signs: shares need 111 complete answers."


@pytest.fixture
def with_shares(published):
    """As the release would have stored it, had 150 people answered."""
    stored = CampaignAnalysis.objects.get(campaign=published)
    stored.content["drivers"] = STORED
    stored.save()
    return published


def page_of(client_of, person, name, *args):
    return " ".join(client_of(person).get(reverse(f"surveys:{name}", args=args)).content.decode().split())


def test_hr_and_executives_read_the_shares_and_managers_the_sentence(with_shares, tarn, client_of, at_place):
    cast, top = tarn.cast, ("unit_results", with_shares.pk, 1)

    for person in (cast.hana, cast.ada):
        page = page_of(client_of, person, *top)
        assert f"{SENTENCE} Together the seven go with 40% of the differences" in page
        assert "25% of what the seven explain together" in page
        assert "Look here first" in page
        assert "In your data Strategy and Characteristics behave like one." in page
    team = page_of(client_of, cast.max, "team_results")
    assert f"In the whole organisation: {SENTENCE}" in team
    for page in (team, *(page_of(client_of, person, *top) for person in (cast.max, cast.eve, cast.petra))):
        assert "25%" not in page
        assert "Look here first" not in page
    assert SENTENCE not in page_of(client_of, cast.eve, *top)
    below = ("unit_results", with_shares.pk, at_place(with_shares, "sales"))
    assert SENTENCE not in page_of(client_of, cast.ada, *below)


def test_too_few_answers_for_shares_are_said_in_words(published, tarn, client_of):
    page = page_of(client_of, tarn.cast.ada, "unit_results", published.pk, 1)

    assert TOO_FEW in page
    assert "Firmness" not in page
    assert f"In the whole organisation: {TOO_FEW}" in page_of(client_of, tarn.cast.max, "team_results")


def test_t44_files_hold_the_links_of_the_page_for_the_same_people(with_shares, tarn, client_of):
    address = reverse("surveys:export_csv", args=[with_shares.pk, 1])

    def part(person):
        rows = csv.reader(io.StringIO(client_of(person).get(address).content.decode("utf-8-sig")))
        return [row for row in rows if row[0] == "Goes with the outcome"]

    told = part(tarn.cast.ada)
    assert [row[4] for row in told if row[3] == "share %"] == ["25", "20", "15", "13", "11", "10", "6"]
    assert told[1][2:] == ["Strategy", "simple link", "0.50", "0.37 to 0.61"]
    assert part(tarn.cast.max) == []


def test_a_hidden_c_stands_in_no_field_of_the_grid():
    found = outcome.links_in({"drivers": STORED}, {Construct.STRATEGY: 40.0, Construct.COMMITMENT: 60.0})

    assert [row.priority for row in found.rows[:4]] == ["Look here first", "", "", "Keep"]
    assert outcome.links_in({}, {}) is None


def test_the_overview_says_how_much_each_gap_matters(with_shares, tarn, client_of):
    found = latest(Viewer.of(tarn.cast.ada.user))
    lowest = found.organisation.lowest
    link = outcome.links(with_shares.pk, found.organisation).of(lowest)

    page = client_of(tarn.cast.ada).get(reverse("dashboards:overview")).content.decode()

    assert f"Carries {link.share}% of the link with the outcome · {link.priority}" in page
    assert SENTENCE in page
