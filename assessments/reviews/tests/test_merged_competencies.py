"""When two competencies become one, history follows and earlier assessments keep what they were made with."""

from datetime import timedelta

import pytest

from assessments.competencies.models import Competency
from assessments.competencies.services import merging
from assessments.reviews import services
from assessments.reviews.queries import asking, mine
from assessments.reviews.tests.factories import AT, agree, assessment_of, give_roles, running_cycle, share_both

pytestmark = pytest.mark.django_db


def test_levels_agreed_with_a_merged_competency_count_for_the_one_that_took_its_place(cast, eve):
    give_roles(cast)
    first = running_cycle()
    earlier = agree(share_both(eve), listening=4, clarity=None)
    services.close(first, by=None, at=AT)
    listening, clarity = (Competency.objects.get(key=key) for key in ("listening", "clarity"))

    merging.merge(listening, clarity, change_note="They say the same.", by=None, at=AT)
    later = AT + timedelta(days=1)
    running_cycle("Autumn 2026", at=later)

    assert [one.key for one in asking.asked(earlier)][0] == "listening"  # the earlier one keeps its words
    assert earlier.agreed_levels.get(competency=listening).level == 4
    now = assessment_of(eve)
    assert "listening" not in [one.key for one in asking.asked(now)]
    assert asking.previous_levels(now)[clarity.pk].level == 4
    row = next(row for row in mine.my_page(eve).rows if row.key == "clarity")
    assert (row.last, row.last_words) == (4, "agreed")
