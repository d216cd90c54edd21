"""Journeys of those who read many: a manager from the matrix to a changed level, HR from counts to one support case."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments.reviews.models import Assessment, LevelChange, Rating, Review, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.services import summaries
from assessments.reviews.tests.factories import agree, assessment_of, give_roles, running_cycle
from core.tests.soundness import faults_of
from people import tree
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(cast):
    """Helpdesk of nine under Max with levels, Eve's agreed and acknowledged, in a cycle that calibrates."""
    now = timezone.now()
    today = timezone.localdate(now)
    give_roles(cast)
    names = ("Noor Abbasi", "Ravi Sood", "Tess Oak", "Ida Falk", "Leo Brandt", "Mina Holt", "Otto Reyes")
    cast.more = [
        EmployeeFactory(name=name, unit=cast.helpdesk, manager=cast.max, job_role=cast.eve.job_role) for name in names
    ]
    tree.renumber_line()
    cycle = running_cycle(at=now, self_due_on=today, manager_due_on=today, closes_on=today + timedelta(days=9))
    ReviewCycle.objects.update(calibrates=True, calibration_until=today + timedelta(days=20))
    for place, person in enumerate([cast.eve, cast.ed, *cast.more[:6]]):
        _share(person, place, at=now)
    agree(assessment_of(cast.eve), at=now)
    Assessment.objects.filter(employee=cast.eve).update(acknowledged_at=now)
    summaries.spread(cycle, on=today)
    summaries.summarise(cycle, on=today)
    return cast


def _share(person, place, *, at):
    """Both views near the needed levels, differing a little from person to person; as services.share would leave them."""
    for review in Review.objects.filter(assessment__employee=person).select_related("assessment__cycle"):
        rows = []
        for number, one in enumerate(asking.asked(review.assessment)):
            level = max(0, min(5, (one.required or 3) + (0, -1, 0, 1, 0, -2, 0)[(place + number) % 7]))
            below = one.required and level < one.required
            obstacles = [("rules",), ("skill",), ("tools", "practice")][place % 3] if below else ()
            rows.append(
                Rating(
                    review=review,
                    version=one.version,
                    answer="rated",
                    level=level,
                    obstacles=list(obstacles),
                    example="A case that shows it." if level > 3 else "",
                    saved_at=at,
                )
            )
        Rating.objects.bulk_create(rows)
    Review.objects.filter(assessment__employee=person).update(state="shared", shared_at=at)


def test_a_manager_goes_from_the_matrix_to_a_level_changed_with_a_reason(company, page_of):
    page = page_of(company.max.user)
    page.goto("/reviews/team/competencies/")
    expect(page.get_by_role("heading", name="Person or context?")).to_be_visible()
    expect(page.get_by_text("Not shown: your review is not shared yet.")).to_be_visible()

    page.get_by_role("link", name="Eve Lind", exact=True).first.click()
    page.get_by_role("link", name="Change a level, with a reason").click()
    page.get_by_label("Competency").select_option(index=1)
    page.get_by_label("New level").select_option("1")
    page.get_by_label("Reason").fill("Compared with two other teams.")
    page.get_by_role("button", name="Change the level").click()

    expect(page.get_by_role("heading", name="Changed after the talk")).to_be_visible()
    expect(page.get_by_text("“Compared with two other teams.”")).to_be_visible()
    assert LevelChange.objects.get().to_level == 1


def test_hr_reads_counts_and_one_person_by_a_case(company, page_of):
    page = page_of(company.hana.user)
    page.goto("/reviews/levels/")
    expect(page.get_by_role("heading", name="The seven Cs and the competencies that carry them")).to_be_visible()
    page.get_by_role("link", name="Helpdesk").click()
    expect(page.get_by_role("heading", name="By competency")).to_be_visible()

    page.get_by_role("link", name="Support cases").first.click()
    page.get_by_role("link", name="Open a case", exact=True).first.click()
    page.get_by_label("Person").fill("Eve Lind")
    page.get_by_label("Reason").fill("You asked for help with your levels.")
    page.get_by_role("button", name="Open the case and tell the person").click()
    page.get_by_role("link", name="Summer 2026").click()
    expect(page.get_by_text("Eve sees that you opened this page.")).to_be_visible()

    eve = page_of(company.eve.user)
    eve.goto("/me/")
    expect(eve.get_by_text("You asked for help with your levels.")).to_be_visible()


def test_pages_of_many_are_sound_on_both_widths_and_in_the_dark(company, page_of):
    addresses = {
        company.max.user: ("/reviews/team/competencies/",),
        company.hana.user: ("/reviews/levels/", "/reviews/calibration/", "/reviews/support/new/"),
    }
    for user, pages in addresses.items():
        page = page_of(user)
        for address in pages:
            page.goto(address)
            assert faults_of(page) == []
