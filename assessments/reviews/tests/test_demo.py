"""The seeded cycle: deterministic, and true to every rule of sharing."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from assessments.reviews import demo, demo_raters
from assessments.reviews.models import AgreedLevel, Assessment, Feedback, OthersReport, Rater, Rating, Review
from assessments.reviews.queries import asking
from assessments.reviews.tests.factories import give_roles
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast):
    give_roles(cast)
    EmployeeFactory.create_batch(40, unit=cast.helpdesk, manager=cast.max, job_role=cast.eve.job_role)
    return cast


def seed(company, **more):
    return demo.seed(by=company.hana.user, at=timezone.now(), random=Random(7), **more)


def test_some_have_shared_and_some_talks_are_done(company):
    seed(company)

    shared = Review.objects.shared()
    assert 15 < shared.filter(kind="self").count() < 40
    assert 10 < shared.filter(kind="manager").count() < 40
    assert AgreedLevel.objects.exists()
    assert Assessment.objects.filter(acknowledged_at__isnull=False).exists()
    assert not Rating.objects.filter(review__state="draft").exists()


def test_what_was_shared_could_have_been_shared(company):
    seed(company)

    for review in Review.objects.shared().select_related("assessment__cycle"):
        assert [row.missing for row in asking.summary_rows(review) if row.missing] == []


def test_levels_were_agreed_only_where_both_had_shared_and_by_the_manager(company):
    cycle = seed(company)

    open_to_both = set(cycle.assessments.open_to_both().values_list("pk", flat=True))
    for one in cycle.assessments.filter(agreed_at__isnull=False).select_related("manager"):
        assert one.pk in open_to_both
        assert one.agreed_by_id == one.manager.user_id


def test_those_who_sign_in_find_their_work_still_to_be_done(company):
    seed(company, leave_open=[company.eve.pk, company.max.pk])

    assert not Review.objects.shared().filter(by__in=[company.eve, company.max]).exists()


def test_the_same_numbers_give_the_same_company_and_a_second_run_adds_nothing(company):
    first = seed(company)
    before = list(Rating.objects.order_by("pk").values_list("level", flat=True))

    assert seed(company) == first
    assert list(Rating.objects.order_by("pk").values_list("level", flat=True)) == before

    Rating.objects.all().delete()
    AgreedLevel.objects.all().delete()
    first.assessments.all().delete()
    first.delete()
    seed(company)
    assert list(Rating.objects.order_by("pk").values_list("level", flat=True)) == before


def test_an_earlier_cycle_has_reports_of_others_and_the_running_one_lists(company):
    now = timezone.now()
    pilot = demo_raters.pilot(
        unit=company.helpdesk,
        leader=company.max,
        by=company.hana.user,
        at=now - timedelta(days=200),
        random=Random(7),
    )
    cycle = seed(company, asks_others=True)
    named = demo_raters.name_raters(cycle, leader=company.max, employee=company.eve, at=now)

    assert pilot.assessments.filter(agreed_at__isnull=False).count() > 30
    assert OthersReport.objects.filter(assessment__employee=company.max, levels__group="reports").exists()
    assert not Feedback.objects.exists()
    lists = Rater.objects.filter(assessment__cycle=cycle)
    assert lists.count() == named
    assert lists.filter(state="proposed").values("assessment").distinct().count() == 2
    assert lists.filter(state="approved", employee=company.eve).count() == 2
    assert not lists.filter(assessment__employee=company.eve).exists()
    for review in Review.objects.shared().filter(assessment__cycle=cycle).select_related("assessment__cycle"):
        assert [row.missing for row in asking.summary_rows(review) if row.missing] == []
