"""Results of a customer survey on their own page: nobody knows how many were asked, and the line is theirs."""

import numpy as np
import pytest
from django.urls import reverse

from assessments.surveys import cells
from assessments.surveys.models import UnitRelease
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.tests import factories
from core.constructs import Construct


@pytest.fixture
def voice(tarn):
    """Twelve customers have answered: 61 of 100 everywhere; six would recommend us, two would not."""
    campaign = factories.close(factories.customer_campaign())
    layout = layout_of(campaign.form)
    scores = np.zeros(len(layout.constructs), cells.CONSTRUCT)
    scores["index"], scores["margin"], scores["n"], scores["favourable"], scores["agreement"] = 61, 4, 12, 0.5, 0.8
    asked = np.zeros(len(layout.numerics), cells.NUMERIC)
    asked["n"], asked["promoters"], asked["detractors"] = 12, 6, 2
    items = np.zeros(len(layout.statements), cells.ITEM)
    items["hidden"] = cells.Hidden.TOO_FEW
    kinds = {"constructs": scores, "items": items, "numerics": asked}
    UnitRelease.objects.filter(unit__campaign=campaign).update(
        hidden="", answers=12, shown_at_place=1, **{kind: records.tobytes() for kind, records in kinds.items()}
    )
    return campaign


@pytest.fixture
def read(client_of, tarn):
    client = client_of(tarn.cast.hana)
    return lambda name, *args: client.get(reverse(name, args=args)).content.decode()


def test_customers_are_counted_without_pretending_to_know_how_many_were_asked(voice, read):
    pages = [
        read("surveys:campaign_results", voice.pk),
        read("dashboards:summary", voice.pk),
        read("surveys:unit_print", voice.pk, 1),
    ]

    for page in pages:
        assert "12 people answered." in page
        assert "None%" not in page
        assert "Everyone invited answered." not in page
        assert "57 to 65" in page
    assert "likely between +0 and +67" not in pages[0]
    figures = read("surveys:export_json", voice.pk, 1)
    assert '"Invited"' not in figures
    assert "Likely between 57 and 65 had everyone answered." in figures


def test_the_picture_draws_the_customers_line_with_their_numbers(voice, read):
    page = read("surveys:campaign_results", voice.pk)
    picture = page[page.index('class="wheel-box"') :].split("</svg>")[0]

    assert picture.count(">61<") == len(Construct)
    assert "the printed number is the customers’" in page
    assert 'class="a-customers strong"' in page
    assert 'class="a-employees strong"' not in page


def test_a_recommendation_of_customers_has_the_margin_of_an_unknown_number(voice, read):
    page = read("surveys:campaign_results", voice.pk)

    assert ">+33<" in page
    assert "likely between −9 and +76, 12 answers, wide margin" in page
