"""Rating, saving drafts, sharing."""

import pytest
from django.db import IntegrityError, transaction

from assessments.reviews import services
from assessments.reviews.models import Rating
from assessments.reviews.queries import asking
from assessments.reviews.tests.factories import (
    AT,
    agree,
    answer_all,
    assessment_of,
    given,
    rate,
    review_of,
    running_cycle,
    share,
    share_both,
)
from core.models import AuditEntry, Notification

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cycle")]


def _version(review, key):
    return next(one.version for one in asking.asked(review.assessment) if one.key == key)


def test_a_rating_is_saved_and_counted_up(eve):
    own = review_of(eve)

    rate(own, "listening", given(2, example="A call.", obstacles=("skill", "rules"), note="Too little time"))
    again = rate(own, "listening", given(3))

    assert (again.level, again.example, again.obstacles, again.revision) == (3, "", [], 2)


def test_what_is_in_the_way_is_kept_only_below_the_needed_level(eve):
    own = review_of(eve)

    below = rate(own, "listening", given(2, obstacles=("tools",), note="Old screen"))
    at_level = rate(own, "clarity", given(3, obstacles=("tools",), note="Old screen"))

    assert (below.obstacles, below.obstacle_note) == (["tools"], "Old screen")
    assert (at_level.obstacles, at_level.obstacle_note) == ([], "")


def test_f23_a_second_device_never_silently_overwrites(eve):
    own = review_of(eve)
    version = _version(own, "listening")
    services.rate(own, version, given(2, example="From the phone."), revision=0, by=eve, at=AT)

    with pytest.raises(services.RatingStale) as refusal:
        services.rate(own, version, given(4, example="From the desk."), revision=0, by=eve, at=AT)

    assert refusal.value.stored.example == "From the phone."
    assert Rating.objects.get(review=own).level == 2


def test_f21_the_same_words_sent_twice_are_saved_once(eve):
    own = review_of(eve)
    version = _version(own, "listening")

    services.rate(own, version, given(3), revision=0, by=eve, at=AT)
    repeated = services.rate(own, version, given(3), revision=0, by=eve, at=AT)

    assert repeated.revision == 1


def test_f23_sharing_locks_every_device(eve):
    own = share(review_of(eve))

    with pytest.raises(services.NotNow, match="no longer be changed"):
        rate(own, "listening", given(1))
    with pytest.raises(services.NotNow):
        services.share(own, by=eve, at=AT)


def test_t02_nobody_writes_in_another_persons_review(eve, ed, max):
    own = review_of(eve)
    version = _version(own, "listening")

    for other in (ed, max):
        with pytest.raises(services.NotYours):
            services.rate(own, version, given(5), revision=0, by=other, at=AT)
        with pytest.raises(services.NotYours):
            services.share(own, by=other, at=AT)
    assert not own.ratings.exists()


def test_a_competency_outside_the_role_cannot_be_rated(eve):
    own = review_of(eve)
    other = _version(own, "listening")
    own.assessment.cycle.pinned.filter(version=other).delete()

    with pytest.raises(services.NotYours):
        services.rate(own, other, given(3), revision=0, by=eve, at=AT)


@pytest.mark.parametrize(
    ("level", "extra", "missing"),
    [
        (3, {}, ()),
        (None, {}, ()),
        (4, {}, ("an example",)),
        (4, {"example": "A case."}, ()),
        (2, {}, ("what is in the way",)),
        (2, {"obstacles": ("practice",)}, ()),
        (0, {"obstacles": ("not_needed",)}, ()),
    ],
)
def test_what_is_missing_before_sharing_is_named(eve, level, extra, missing):
    own = review_of(eve)
    rate(own, "listening", given(level, **extra))

    row = next(row for row in asking.summary_rows(own) if row.asked.key == "listening")

    assert row.missing == missing


def test_a_jump_of_two_against_the_last_agreed_level_needs_an_example(eve, cycle):
    agree(share_both(eve), listening=1)
    services.close(cycle, by=None, at=AT)
    later = running_cycle("Winter 2026", at=AT.replace(month=7, day=10))
    own = review_of(eve, cycle=later)
    rate(own, "listening", given(3))

    row = next(row for row in asking.summary_rows(own) if row.asked.key == "listening")

    assert row.missing == ("an example",)


def test_an_unfinished_review_cannot_be_shared(eve):
    own = answer_all(review_of(eve))
    own.ratings.filter(version=_version(own, "clarity")).delete()
    rate(own, "listening", given(5))

    with pytest.raises(services.NotReady, match="Listening for needs, Speaking and writing clearly"):
        services.share(own, by=eve, at=AT)

    own.refresh_from_db()
    assert own.state == "draft"


def test_not_assessed_is_an_answer(eve):
    levels = {one.key: None for one in asking.asked(assessment_of(eve))}

    own = share(review_of(eve), **levels)

    assert own.is_shared
    assert set(own.ratings.values_list("level", flat=True)) == {None}


def test_t52_saving_a_draft_leaves_no_trace_for_anybody_else(eve, max):
    entries, news = AuditEntry.objects.count(), Notification.objects.count()

    answer_all(review_of(eve))
    answer_all(review_of(eve, "manager"))

    assert (AuditEntry.objects.count(), Notification.objects.count()) == (entries, news)


def test_sharing_tells_the_manager_and_then_both(eve, max):
    share(review_of(eve))
    told = Notification.objects.filter(to=max.user, key__startswith="review-shared:").values_list("text", flat=True)
    assert list(told) == ["Eve Lind shared a self-assessment. You can read it once you share your review."]

    share(review_of(eve, "manager"))

    assert Notification.objects.filter(key=f"review-open:{assessment_of(eve).pk}").count() == 2


def test_t52_a_manager_who_shares_first_is_not_announced(eve, max):
    before = Notification.objects.filter(to=eve.user).count()

    share(review_of(eve, "manager"))

    assert Notification.objects.filter(to=eve.user).count() == before


def test_a_level_without_an_answer_is_refused_by_the_database(eve):
    own = review_of(eve)

    with pytest.raises(IntegrityError), transaction.atomic():
        Rating.objects.create(
            review=own, version=_version(own, "listening"), answer="not_assessed", level=2, saved_at=AT
        )
