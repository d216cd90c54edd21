"""A rater answers about a colleague: drafts, two devices at once, sending, taking back, the last day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from assessments.reviews import services
from assessments.reviews.models import Feedback, FeedbackRating, Rater, Rating
from assessments.reviews.queries import asking
from assessments.reviews.queries import feedback as reads
from assessments.reviews.services import NotNow, NotReady, NotYours, RatingStale, feedback
from assessments.reviews.services.feedback import JudgementStale, WordsStale
from assessments.reviews.tests.factories import AT, assessment_of, give_roles, given, review_of
from assessments.reviews.tests.raters import DUE, answer, ask, ask_external, cycle_360
from core.models import AuditEntry, Mail, Notification

LAST = datetime(2026, 7, 24, 20, 0, tzinfo=AT.tzinfo)


@pytest.fixture
def about_eve(cast):
    give_roles(cast)
    cycle_360()
    return assessment_of(cast.eve)


@pytest.fixture
def ed_about_eve(about_eve, ed):
    return ask(about_eve, ed)


def version_of(rater, key="listening"):
    return next(one.version for one in reads.asked_of(rater) if one.key == key)


@pytest.mark.django_db
def test_a_rater_judges_writes_sends_and_takes_back_until_the_last_day(ed_about_eve, ed):
    version = version_of(ed_about_eve)
    first = feedback.judge(ed_about_eve, version, 3, revision=0, by=ed, at=AT)
    second = feedback.judge(ed_about_eve, version, None, revision=first.revision, by=ed, at=AT)
    feedback.write(ed_about_eve, keep_doing="Rings back.", try_next="", revision=0, by=ed, at=AT)

    assert (second.level, second.revision) == (None, 2)
    with pytest.raises(NotReady, match="at least one competency"):
        feedback.submit(ed_about_eve, by=ed, at=AT)
    feedback.judge(ed_about_eve, version, 4, revision=2, by=ed, at=AT)
    sent = feedback.submit(ed_about_eve, by=ed, at=AT)
    assert (sent.is_submitted, sent.submitted_on) == (True, AT.date())
    with pytest.raises(NotNow, match="Take it back first"):
        feedback.judge(ed_about_eve, version, 1, revision=3, by=ed, at=AT)

    feedback.take_back(ed_about_eve, by=ed, at=LAST)
    feedback.judge(ed_about_eve, version, 1, revision=3, by=ed, at=LAST)
    assert not Feedback.objects.get().is_submitted
    for verb in (feedback.submit, feedback.take_back):
        with pytest.raises(NotNow, match="last day for feedback has passed"):
            verb(ed_about_eve, by=ed, at=LAST + timedelta(days=1))


@pytest.mark.django_db
def test_t55_a_second_device_never_overwrites_a_raters_answer(ed_about_eve, ed):
    version = version_of(ed_about_eve)
    feedback.judge(ed_about_eve, version, 3, revision=0, by=ed, at=AT)
    feedback.write(ed_about_eve, keep_doing="From the desk", try_next="", revision=0, by=ed, at=AT)

    assert feedback.judge(ed_about_eve, version, 3, revision=0, by=ed, at=AT).revision == 1  # the same is saved once
    with pytest.raises(JudgementStale) as judged:
        feedback.judge(ed_about_eve, version, 5, revision=0, by=ed, at=AT)
    with pytest.raises(WordsStale) as written:
        feedback.write(ed_about_eve, keep_doing="From the phone", try_next="", revision=0, by=ed, at=AT)

    assert (judged.value.stored.level, written.value.stored.keep_doing) == (3, "From the desk")


@pytest.mark.django_db
def test_row_30_nobody_writes_as_somebody_else_or_once_they_are_asked_no_longer(ed_about_eve, about_eve, cast):
    version = version_of(ed_about_eve)
    external = ask_external(about_eve)
    for stranger in (cast.eve, cast.max, cast.hana, None):
        with pytest.raises(NotYours):
            feedback.judge(ed_about_eve, version, 3, revision=0, by=stranger, at=AT)
    with pytest.raises(NotYours):
        feedback.judge(external, version, 3, revision=0, by=cast.ed, at=AT)

    answer(ed_about_eve, is_sent=False)
    feedback.decline(ed_about_eve, reason="We hardly meet.", by=cast.ed, at=AT)
    assert not Feedback.objects.filter(rater=ed_about_eve).exists()
    with pytest.raises(NotNow, match="no longer asked"):
        feedback.judge(ed_about_eve, version, 3, revision=0, by=cast.ed, at=AT)


@pytest.mark.django_db
def test_externals_are_asked_about_a_few_competencies_those_in_focus_first(about_eve, ed):
    few = reads.asked_of(ask_external(about_eve))
    everything = asking.asked(about_eve)

    assert len(few) == reads.MOST_FOR_EXTERNALS < len(everything) == len(reads.asked_of(ask(about_eve, ed)))
    assert {one.key for one in few} >= {one.key for one in everything if one.is_focus}
    unasked = next(one.version for one in everything if one not in few)
    with pytest.raises(NotYours):
        feedback.judge(Rater.objects.get(group="external"), unasked, 3, revision=0, by=None, at=AT)


@pytest.mark.django_db
def test_t51_answering_leaves_no_trace_outside_the_raters_own_rows(ed_about_eve, ed):
    def traces():
        own = Rater.objects.values().get(pk=ed_about_eve.pk)
        return own, AuditEntry.objects.count(), Notification.objects.count(), Mail.objects.count()

    before = traces()
    answer(ed_about_eve, keep="Rings back.")
    assert traces() == before

    feedback.take_back(ed_about_eve, by=ed, at=AT)
    assert traces() == before


@pytest.mark.django_db
def test_the_form_takes_the_same_few_queries_for_any_number_of_competencies(
    ed_about_eve, django_assert_max_num_queries
):
    answer(ed_about_eve, is_sent=False)
    rater = Rater.objects.select_related("assessment__cycle", "assessment__employee").get(pk=ed_about_eve.pk)
    with django_assert_max_num_queries(9):
        page = reads.page(rater, on=DUE)
        assert [question.answer_words for question in page.questions][:1] == ["3 Skilled"]


# --- many at once -----------------------------------------------------------------------------------------------------

PAIRS = 200


def outcome(act, stale):
    """What two devices get that save different answers over the same page at the same moment."""
    try:
        act()
    except stale:
        return "told"
    else:
        return "saved"
    finally:
        connection.close()  # of this thread


@pytest.mark.django_db(transaction=True)
def test_t55_no_update_is_lost_in_200_pairs_of_edits_at_once(cast, about_eve):
    """100 pairs on self and manager reviews, 100 on raters' answers: one of each pair is saved, the other is told."""
    everybody = (cast.eve, cast.ed, cast.max, cast.olga, cast.uma, cast.sam, cast.hana, cast.ada)
    reviews = [review_of(person) for person in everybody[:6]]
    reviews += [review_of(person, "manager") for person in everybody[:4]]
    edits = [
        (RatingStale, *(_rating_edit(review, one.version, level) for level in (1, 2)))
        for review in reviews
        for one in asking.asked(review.assessment)
    ][: PAIRS // 2]
    raters = [ask(about_eve, person) for person in everybody[1:] if person != cast.max]
    raters += [ask(assessment_of(cast.olga), person) for person in everybody[:3]]
    edits += [
        (JudgementStale, *(_judgement_edit(rater, one.version, level) for level in (1, 2)))
        for rater in raters
        for one in reads.asked_of(rater)
    ]
    edits = edits[:PAIRS]
    assert len(edits) == PAIRS

    with ThreadPoolExecutor(4) as pool:
        both = [(pool.submit(outcome, one, stale), pool.submit(outcome, other, stale)) for stale, one, other in edits]
        results = [sorted([first.result(), second.result()]) for first, second in both]

    assert results == [["saved", "told"]] * PAIRS
    assert set(Rating.objects.values_list("revision", flat=True)) == {1}
    assert set(FeedbackRating.objects.values_list("revision", flat=True)) == {1}


def _rating_edit(review, version, level):
    return lambda: services.rate(
        review, version, given(level, example="Said twice.", obstacles=("rules",)), revision=0, by=review.by, at=AT
    )


def _judgement_edit(rater, version, level):
    return lambda: feedback.judge(rater, version, level, revision=0, by=rater.employee, at=AT)
