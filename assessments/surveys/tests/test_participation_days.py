"""How answers come in, day by day: enough to steer by, never about a few people."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import schedule
from assessments.surveys.models import ParticipationDay
from assessments.surveys.services import participation
from assessments.surveys.tests import factories

MONDAY = date(2026, 10, 5)


def kept(survey):
    return list(survey.days.order_by("on").values_list("on", "answered"))


@pytest.mark.parametrize(
    ("counts", "rows"),
    [
        ([4, 4, 4], []),
        ([4, 5, 6], [(1, 5)]),
        ([5, 9, 10], [(0, 5), (2, 10)]),
        ([12, 30, 30], [(0, 12), (1, 30)]),
    ],
)
def test_p05_t46_days_are_kept_in_steps_of_the_smallest_group(survey, counts, rows):
    for day, answered in enumerate(counts):
        participation.keep(survey, answered=answered, on=MONDAY + timedelta(days=day))

    assert kept(survey) == [(MONDAY + timedelta(days=day), answered) for day, answered in rows]


def test_p05_t46_a_day_counted_often_moves_in_the_same_steps(survey):
    said = [participation.keep(survey, answered=answered, on=MONDAY) for answered in (5, 6, 9, 10, 14)]

    assert said == [True, False, False, True, False]
    assert kept(survey) == [(MONDAY, 10)]


def test_p08_the_monitor_draws_how_answers_come_in_and_auditors_see_none(survey, hana, ingrid, client_of):
    page = reverse("surveys:campaign", args=[survey.pk])
    assert "From 5 answers on you see here day by day" in client_of(hana).get(page).content.decode()
    some = set(survey.invitations.order_by("pk").values_list("pk", flat=True)[:7])
    factories.answer_all(survey, lambda seat: {"STR1": "4"} if seat.pk in some else None)

    schedule.note_participation()
    schedule.note_participation()

    assert kept(survey) == [(timezone.localdate(), 7)]
    shown = client_of(hana).get(page).content.decode()
    assert f"By {timezone.localdate():%-d %B} 7 had answered." in shown
    assert "How answers came in" not in client_of(ingrid).get(page).content.decode()


def test_only_open_surveys_are_counted(published):
    ParticipationDay.objects.all().delete()

    schedule.note_participation()

    assert not ParticipationDay.objects.exists()
