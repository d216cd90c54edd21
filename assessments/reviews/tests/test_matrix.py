"""The team's competencies: named for the manager who reviews them, a share of context from five people up."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.reviews import services
from assessments.reviews.models import ReviewCycle
from assessments.reviews.queries.matrix import matrix_page
from assessments.reviews.tests.factories import (
    agree,
    assessment_of,
    give_roles,
    review_of,
    running_cycle,
    share,
    share_both,
)
from core.models import AuditEntry
from people import tree
from people.models import JobRole
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
URL = "/reviews/team/competencies/"


@pytest.fixture
def cycle(live_cycle):
    return live_cycle


@pytest.fixture
def as_max(client_of, max):
    return client_of(max)


def cell_of(page, person, key="listening"):
    row = next(row for row in page.rows if row.employee == person)
    return row.cells[[version.competency.key for version in page.columns].index(key)]


def test_agreed_levels_stand_beside_views_and_who_has_not_shared_is_not_shown(cycle, as_max, max, eve, ed, now):
    share_both(eve, own={"listening": 3}, manager={"listening": 2}, at=now)
    agree(assessment_of(eve), at=now, listening=1)
    share(review_of(ed), at=now, listening=5)

    page = matrix_page(max)
    cell = cell_of(page, eve)
    assert (cell.level, cell.required, cell.source_words, cell.tone) == (1, 3, "agreed", "low")
    assert cell_of(page, ed).level is None, "a blind cycle keeps the self-assessment closed until the manager shares"

    text = as_max.get(URL).text
    assert "2 below" in text
    assert "Not shown: your review is not shared yet." in text
    assert text.index("Ed Moss") < text.index("Eve Lind")  # by name, never by level


def test_a_cycle_that_is_not_blind_shows_the_own_view_at_once(cycle, max, ed, now):
    ReviewCycle.objects.update(is_blind=False)
    share(review_of(ed), at=now, listening=2)

    cell = cell_of(matrix_page(max), ed)

    assert (cell.level, cell.source_words) == (2, "own view")


def test_t52_drafts_of_others_and_other_teams_are_not_there(cycle, client_of, cast, max, eve, now):
    share_both(eve, manager={"listening": 1}, at=now)
    rated = client_of(cast.uma).get(URL).text

    assert "Eve Lind" not in rated, "the manager's manager reads counts only"
    assert [row.employee for row in matrix_page(cast.uma).rows if row.has_levels] == []
    for person in (eve, cast.hana, cast.ada, cast.petra):
        assert client_of(person).get(URL).status_code == 403


def test_the_share_of_context_needs_five_people(cycle, cast, max, eve, ed, client_of, now):
    for person in (eve, ed):
        share_both(person, manager={"listening": 1}, at=now)
    text = client_of(max).get(URL).text
    assert "too few for a share" in text
    assert "100%" not in text

    newcomers = [EmployeeFactory(unit=cast.helpdesk, manager=max, job_role=eve.job_role) for _ in range(3)]
    tree.renumber_line()
    services.follow_line(cycle, by=None, at=now)
    for person in newcomers:
        share_both(person, manager={"listening": 1}, at=now)
    page = matrix_page(max)
    assert (page.together.has_share, page.together.in_context, page.together.mostly) == (True, 5, "rules or targets")
    assert "100% of 5 gaps are held back by the context, mostly rules or targets." in client_of(max).get(URL).text


def test_each_person_sees_once_a_day_that_their_levels_were_read(cycle, as_max, eve, ed, now, client_of):
    share_both(eve, at=now)

    for _ in range(3):
        as_max.get(URL)

    seen = AuditEntry.objects.filter(verb="viewed", subject_kind="reviews.assessment")
    assert [entry.about for entry in seen] == [eve.user]
    assert "viewed" in client_of(eve).get(reverse("people:profile")).text


def test_the_newest_cycle_with_a_level_opens_first_and_an_unknown_one_is_not_found(cycle, as_max, eve, now, today):
    share_both(eve, at=now)
    newer = running_cycle("Later", at=now, self_due_on=today, manager_due_on=today, closes_on=today)

    assert matrix_page(eve.manager).cycle == cycle
    assert as_max.get(f"{URL}?cycle={newer.pk}").text.count("No level to read yet") == 1
    for wrong in ("0", "x", "999999"):
        assert as_max.get(f"{URL}?cycle={wrong}").status_code == 404


def test_someone_without_a_role_profile_is_asked_about_everything_and_needs_nothing(cast, max, ed, now, today):
    give_roles(cast)
    ed.job_role = JobRole.objects.create(key="unknown", name="Unknown")
    ed.save(update_fields=["job_role"])
    running_cycle(at=now, self_due_on=today, manager_due_on=today, closes_on=today)
    share_both(ed, at=now)

    cell = cell_of(matrix_page(max), ed)

    assert (cell.level, cell.required, cell.tone, cell.gap_words) == (3, None, "none", "")


def test_t62_the_matrix_takes_the_same_queries_for_any_team(cycle, cast, max, eve, ed, as_max, now):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert as_max.get(URL).status_code == 200
        return len(found)

    share_both(eve, at=now)
    as_max.get(URL)
    few = queries()
    share_both(ed, manager={"listening": 1, "insight": 1}, at=now)
    as_max.get(URL)
    assert queries() == few
