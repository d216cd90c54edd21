"""The days of a running cycle can be moved: never before today, never out of order, told once to whom it concerns."""

from datetime import date, datetime, timedelta

import pytest

from assessments.reviews import tokens
from assessments.reviews.models import ReviewCycle
from assessments.reviews.queries import dates as reads
from assessments.reviews.queries import my_open_reviews
from assessments.reviews.schedule import keep_cycles, make_reports
from assessments.reviews.services import NotNow, NotReady, Stale
from assessments.reviews.services import dates as services
from assessments.reviews.services import raters as lists
from assessments.reviews.services.dates import WrongDays
from assessments.reviews.tests.factories import (
    AT,
    assessment_of,
    give_roles,
    review_of,
    running_cycle,
    share,
    share_both,
)
from assessments.reviews.tests.raters import answer, ask, ask_external, cycle_360
from core.models import AuditEntry, Mail, Notification
from people.access import Viewer

pytestmark = pytest.mark.django_db

SELF, MANAGER, LAST = date(2026, 7, 24), date(2026, 8, 7), date(2026, 9, 4)


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=AT.tzinfo)


def told(person) -> list[str]:
    return list(
        Notification.objects.filter(to=person.user, key__startswith="review-days").values_list("text", flat=True)
    )


def move(cycle: ReviewCycle, at: datetime = AT, seen: str = "", **days: date) -> ReviewCycle:
    return services.move_days(cycle, days, seen=seen, by=None, at=at)


def test_each_stage_moves_and_whoever_it_concerns_is_told_once(cycle, cast):
    share(review_of(cast.eve))

    moved = move(cycle, self_due_on=SELF, manager_due_on=MANAGER)

    assert (moved.self_due_on, moved.manager_due_on, moved.closes_on) == (SELF, MANAGER, cycle.closes_on)
    assert told(cast.ed) == ["Summer 2026, new days: self-assessments by Friday 24 July."]
    assert told(cast.eve) == [], "she has shared and leads nobody: it is none of hers"
    assert told(cast.max) == [
        "Summer 2026, new days: self-assessments by Friday 24 July; manager reviews by Friday 7 August."
    ]
    entry = AuditEntry.objects.get(verb="moved the days of")
    assert entry.changes["self_due_on"] == {"old": "2026-07-17", "new": "2026-07-24"}

    with pytest.raises(NotReady, match="No day differs"):
        move(cycle, self_due_on=SELF)
    assert len(told(cast.ed)) == 1


def test_days_lie_in_order_and_never_before_today(cycle):
    with pytest.raises(WrongDays) as past:
        move(cycle, self_due_on=date(2026, 6, 30))
    assert past.value.by_stage == {"self_due_on": "Tuesday 30 June has passed. Choose today or a later day."}

    with pytest.raises(WrongDays) as crossed:
        move(cycle, self_due_on=date(2026, 8, 3), manager_due_on=date(2026, 7, 31))
    assert "Choose Monday 3 August or later." in crossed.value.by_stage["manager_due_on"]

    with pytest.raises(WrongDays) as alone:
        move(cycle, self_due_on=date(2026, 8, 3))
    assert "Choose Friday 31 July or earlier." in alone.value.by_stage["self_due_on"]
    cycle.refresh_from_db()
    assert cycle.self_due_on == date(2026, 7, 17)

    assert move(cycle, self_due_on=AT.date()).self_due_on == AT.date(), "today is the earliest"


def test_a_stage_that_has_ended_stays_and_an_ended_cycle_moves_nothing(cycle):
    with pytest.raises(WrongDays, match="ended meanwhile"):
        move(cycle, at=on(date(2026, 7, 18)), self_due_on=SELF)
    assert move(cycle, at=on(date(2026, 7, 18)), closes_on=LAST).closes_on == LAST
    with pytest.raises(NotNow, match="next cycle"):
        move(cycle, at=on(date(2026, 9, 5)), closes_on=date(2026, 10, 1))


def test_two_people_in_hr_do_not_overwrite_each_other(cycle):
    seen = reads.seen(cycle)
    move(cycle, seen=seen, closes_on=LAST)

    with pytest.raises(Stale, match="Somebody else moved"):
        move(cycle, seen=seen, closes_on=date(2026, 8, 28))


def test_closing_reminding_lists_and_reports_follow_the_new_days(cast, now, today):
    give_roles(cast)
    days = dict.fromkeys(("self_due_on", "manager_due_on", "closes_on", "named_by", "feedback_due_on"), today)
    cycle = cycle_360(at=now, **days, calibrates=True, calibration_until=today)
    answer(ask(assessment_of(cast.eve), cast.sam, at=now), at=now)
    later = today + timedelta(days=9)

    services.move_days(cycle, dict.fromkeys(reads.days_of(cycle), later), by=None, at=now)

    tomorrow = today + timedelta(days=1)
    cycle.refresh_from_db()
    assert cycle.takes_feedback(tomorrow)
    assert cycle.takes_nominations(tomorrow)
    assert cycle.is_calibrating(later)
    assert not ReviewCycle.objects.awaiting_release(tomorrow).exists()
    assert {one.due_on for one in my_open_reviews(Viewer.of(cast.eve.user), on=tomorrow)} == {later}

    ReviewCycle.objects.update(**dict.fromkeys(days, today - timedelta(days=1)), calibration_until=later)
    make_reports()
    keep_cycles()
    closed = ReviewCycle.objects.get()
    assert (closed.state, bool(closed.released_at)) == ("closed", True)
    assert reads.movable(closed, on=today) == ["calibration_until"]
    even_later = later + timedelta(days=3)
    services.move_days(closed, {"calibration_until": even_later}, by=None, at=now)
    assert ReviewCycle.objects.get().is_calibrating(even_later)


def test_t51_raters_are_told_whether_or_not_they_have_answered_and_links_stay(cast):
    give_roles(cast)
    cycle = cycle_360()
    assessment = assessment_of(cast.eve)
    answer(ask(assessment, cast.sam))
    ask(assessment, cast.olga)
    external = ask_external(assessment)
    lists.invite_again(external, by=cast.max.user, at=AT)
    external.refresh_from_db()
    digest = external.token_digest

    move(cycle, feedback_due_on=date(2026, 7, 30))

    news = "Summer 2026, new days: raters answer by Thursday 30 July."
    assert told(cast.sam) == told(cast.olga) == [news]
    mail = Mail.objects.get(kind="rater_day_moved")
    assert (mail.address, mail.context["due"]) == ("cara@hillfarm.example", "Thursday 30 July")
    token = mail.context["path"].rstrip("/").rpartition("/")[2]
    external.refresh_from_db()
    assert tokens.digest(token) == digest == external.token_digest
    assert Mail.objects.get(kind="rater_invited").context["path"] == mail.context["path"]


def test_hr_looks_at_what_it_means_before_anything_moves(live_cycle, cast, client_of, today, now):
    share_both(cast.eve, at=now)
    client, url = client_of(cast.hana), f"/reviews/cycles/{live_cycle.pk}/days/"
    assert f'href="{url}"' in client.get(f"/reviews/cycles/{live_cycle.pk}/").text
    page = client.get(url).text
    assert "See what it means" in page
    days = {name: day.isoformat() for name, day in reads.days_of(live_cycle).items()}
    days["self_due_on"] = (today + timedelta(days=7)).isoformat()

    look = client.post(url, {**days, "seen": reads.seen(live_cycle), "go": "look"}).text
    assert "2 days later than" in look
    assert "9 of 10 people have not shared theirs." in look
    assert "Move this day and tell people" in look
    assert "9 people read it once, in their news." in look
    assert not Notification.objects.filter(key__startswith="review-days").exists()

    moved = client.post(url, {**days, "seen": reads.seen(live_cycle), "go": "move"}, follow=True)
    assert "Everybody concerned is told" in moved.text
    stale = client.post(url, {**days, "seen": reads.seen(live_cycle), "closes_on": "2099-01-01", "go": "move"})
    assert (stale.status_code, "Somebody else moved the days" in stale.text) == (409, True)

    days["self_due_on"] = (today - timedelta(days=1)).isoformat()
    refused = client.post(url, {**days, "go": "look"})
    assert refused.status_code == 422
    assert "Choose today or a later day." in refused.text
    ReviewCycle.objects.update(self_due_on="2020-01-01", manager_due_on="2020-01-01", closes_on="2020-01-01")
    assert "Every stage of this cycle has ended" in client.get(url).text


def test_calibration_can_go_on_while_levels_still_change(cast, cycle):
    """What cannot change any more cannot be moved either: nothing was asked for here, so there is no such stage."""
    assert "calibration_until" not in reads.movable(cycle, on=AT.date())
    other = running_cycle("With calibration", calibrates=True, calibration_until=LAST)
    assert reads.movable(other, on=date(2026, 8, 30)) == ["calibration_until"]
