"""Calibration: how managers rated, told in steps of ten percent, and agreed levels changed with a reason."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.reviews import scoring, services
from assessments.reviews.models import AgreedLevel, LevelChange, Rating, RatingSpread, Review, ReviewCycle
from assessments.reviews.queries import asking
from assessments.reviews.schedule import count_levels
from assessments.reviews.services import calibration, summaries
from assessments.reviews.tests.factories import agree, assessment_of, share_both
from core.models import AuditEntry, Notification
from people import tree
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(live_cycle, today):
    ReviewCycle.objects.update(calibrates=True, calibration_until=today + timedelta(days=20))
    live_cycle.refresh_from_db()
    return live_cycle


@pytest.fixture
def agreed(cycle, eve, now):
    share_both(eve, manager={"listening": 3}, at=now)
    return agree(assessment_of(eve), at=now)


def listening(assessment):
    return AgreedLevel.objects.get(assessment=assessment, competency__key="listening")


def change(assessment, level=2, *, by, at, revision=None, reason="Compared with two other teams."):
    revision = assessment.revision if revision is None else revision
    competency = listening(assessment).competency_id
    return calibration.change_level(assessment, competency, level=level, reason=reason, revision=revision, by=by, at=at)


def test_a_level_changes_with_a_reason_that_the_person_reads(agreed, client_of, max, eve, now):
    url = f"/reviews/results/{agreed.pk}/calibration/"
    client = client_of(max)
    assert "agreed level 3" in client.get(url).text
    competency = listening(agreed).competency_id
    form = {"competency": competency, "level": "2", "reason": "Compared with others.", "revision": agreed.revision}

    assert client.post(url, {**form, "reason": " "}).status_code == 422
    assert client.post(url, {**form, "level": "3"}).status_code == 422
    done = client.post(url, form, follow=True)

    assert "Eve Lind is told and reads your reason." in done.text
    stored = LevelChange.objects.get()
    assert (stored.from_level, stored.to_level, listening(agreed).level) == (3, 2, 2)
    assert Notification.objects.filter(to=eve.user, key=f"level-change:{stored.pk}").exists()
    assert "Compared with others." in client_of(eve).get(f"/reviews/results/{agreed.pk}/").text
    entry = AuditEntry.objects.get(verb="level changed after the talk")
    assert (entry.about, entry.changes) == (eve.user, {}), "the trail says that, not what"


def test_t55_a_change_from_an_older_page_is_refused(agreed, client_of, max, now):
    change(agreed, by=max, at=now)
    competency = listening(agreed).competency_id
    stale = {"competency": competency, "level": "4", "reason": "Late.", "revision": agreed.revision}
    answer = client_of(max).post(f"/reviews/results/{agreed.pk}/calibration/", stale)
    assert answer.status_code == 409
    assert listening(agreed).level == 2
    again = {**stale, "revision": answer.context["form"]["revision"].value()}
    client_of(max).post(f"/reviews/results/{agreed.pk}/calibration/", again)
    assert listening(agreed).level == 4, "read again, and saved on purpose"


def test_t09_only_the_manager_of_today_changes_a_level_and_only_while_calibrating(agreed, cast, eve, max, now):
    for person in (eve, cast.uma, cast.olga, cast.hana):
        with pytest.raises(services.NotYours):
            change(agreed, by=person, at=now)
    later = now + timedelta(days=30)
    with pytest.raises(services.NotNow):
        change(agreed, by=max, at=later)
    ReviewCycle.objects.update(calibrates=False, calibration_until=None)
    with pytest.raises(services.NotNow):
        change(agreed, by=max, at=now)
    assert not LevelChange.objects.exists()


def test_a_level_that_was_not_agreed_or_is_not_of_the_scale_cannot_be_set(agreed, cycle, ed, max, now):
    share_both(ed, at=now)
    unagreed = assessment_of(ed)
    with pytest.raises(services.NotNow):
        calibration.change_level(unagreed, 1, level=2, reason="x", revision=0, by=max, at=now)
    with pytest.raises(services.NotReady):
        change(agreed, 6, by=max, at=now)
    with pytest.raises(services.NotReady):
        calibration.change_level(agreed, 10**6, level=2, reason="x", revision=agreed.revision, by=max, at=now)


def test_calibration_may_go_on_after_the_last_day(agreed, max, cycle, now):
    services.close(cycle, by=None, at=now)
    assert change(agreed, by=max, at=now).to_level == 2


# --- how managers rated -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gaps", "percents"),
    [
        ([0, 0, 0, 0], [0, 0, 100, 0]),
        ([-3, -2, -1, 0, 0, 1, 2, 3], [30, 10, 30, 40]),  # 25, 12.5, 25, 37.5: need not add up
        ([-1] * 5 + [0] * 95, [0, 10, 100, 0]),  # 5 is rounded up
    ],
)
def test_ratings_are_told_in_steps_of_ten_percent(gaps, percents):
    assert scoring.in_steps(scoring.spread_shares(gaps), 10) == percents


def _rate(person, at):
    review = Review.objects.select_related("assessment__cycle").get(assessment__employee=person, kind="manager")
    Rating.objects.bulk_create(
        Rating(review=review, version=one.version, answer="rated", level=one.required, saved_at=at)
        for one in asking.asked(review.assessment)
    )
    Review.objects.filter(pk=review.pk).update(state="shared", shared_at=at)


@pytest.fixture
def rated(cycle, cast, max, eve, ed, now):
    """Max has rated five people, Sam one."""
    more = [EmployeeFactory(unit=cast.helpdesk, manager=max, job_role=eve.job_role) for _ in range(3)]
    tree.renumber_line()
    services.follow_line(cycle, by=None, at=now)
    for person in (eve, ed, *more, cast.olga):
        _rate(person, now)
    return cycle


def test_t40_a_spread_is_of_five_people_and_t42_made_once(rated, cast, ed, today, now):
    after = rated.manager_due_on + timedelta(days=1)
    assert list(summaries.due_for_spread(on=today)) == []
    assert list(summaries.due_for_spread(on=after)) == [rated]

    (made,) = summaries.spread(rated, on=after)

    assert (made.manager, made.people, made.at_percent, made.above_percent) == (cast.max, 5, 100, 0)
    Rating.objects.filter(review__assessment__employee=ed).update(level=1)
    assert summaries.spread(rated, on=after) == [made]
    assert list(summaries.due_for_spread(on=after)) == []
    assert RatingSpread.objects.get().at_percent == 100


def test_smaller_teams_are_taken_together_from_five_people_up(rated, cast, max, today, now):
    Review.objects.filter(assessment__employee=cast.eve, kind="manager").update(state="draft", shared_at=None)

    (together,) = summaries.spread(rated, on=today)

    assert (together.manager, together.people) == (None, 5)


def test_who_reads_how_a_manager_rated(rated, cast, client_of, today):
    summaries.spread(rated, on=today)
    url = "/reviews/calibration/"
    assert "Max Berg" in client_of(cast.hana).get(url).text
    assert "Max Berg" in client_of(cast.uma).get(url).text, "Max reports to Uma"
    for person in (cast.max, cast.sam):
        assert "Nothing to compare yet" in client_of(person).get(url).text
    for person in (cast.eve, cast.ada, cast.ingrid):
        assert client_of(person).get(url).status_code == 403
    assert client_of(cast.hana).get(f"{url}?cycle=0").status_code == 404


def test_the_number_of_changes_is_told_to_hr_after_the_end_and_from_five_up(agreed, client_of, hana, max, now, today):
    change(agreed, by=max, at=now)
    url = "/reviews/calibration/"
    assert "was changed after the talk" not in client_of(hana).get(url).text
    ReviewCycle.objects.update(
        self_due_on=today - timedelta(days=9),
        manager_due_on=today - timedelta(days=9),
        calibration_until=today - timedelta(days=1),
    )
    assert "For fewer than five people" in client_of(hana).get(url).text


def test_the_clock_counts_what_is_due(rated, cast):
    yesterday = timezone.localdate() - timedelta(days=1)
    ReviewCycle.objects.update(self_due_on=yesterday, manager_due_on=yesterday)
    count_levels()
    count_levels()
    assert RatingSpread.objects.get().people == 5
