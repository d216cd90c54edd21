"""What the library learns from review cycles, and what raters read of it."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from assessments.competencies.models import Indicator
from assessments.competencies.queries import library
from assessments.reviews.tests.factories import give_roles, rate_url, review_of, running_cycle

pytestmark = pytest.mark.django_db


def test_the_library_counts_the_cycles_that_measure_with_a_competency(cast, client_of, hana):
    give_roles(cast)
    running_cycle("One")
    assert ", 1 review cycle" in client_of(hana).get(reverse("competencies:library")).text

    running_cycle("Two")

    assert {str(use) for usage in library.usage_by_competency().values() for use in usage.elsewhere} == {
        "2 review cycles"
    }


def test_the_level_picker_says_what_a_level_does_not_look_like(live_cycle, client_of, eve):
    review = review_of(eve)
    version = live_cycle.pinned.get(version__competency__key="listening").version
    unlike = Indicator.objects.filter(version=version, is_contrary=True)

    text = client_of(eve).get(rate_url(review)).text

    assert text.count("Does not look like:") == unlike.values("level").distinct().count() > 0
    for indicator in unlike:
        assert escape(indicator.text) in text
        assert f'aria-describedby="points-{indicator.level} contrary-{indicator.level}"' in text
