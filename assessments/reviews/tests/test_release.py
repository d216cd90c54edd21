"""The 360 reports: made once after the last day, groups of three or more, and nothing left that leads to a rater."""

from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.utils import timezone

from assessments.reviews import erasure, schedule, services
from assessments.reviews.models import (
    Feedback,
    FeedbackRating,
    OthersComment,
    OthersLevel,
    OthersReport,
    Rater,
    ReviewCycle,
)
from assessments.reviews.queries import others
from assessments.reviews.queries.others import Standing
from assessments.reviews.services import NotNow, NotYours, feedback, release, reports
from assessments.reviews.tests.factories import AT, assessment_of, give_roles, review_of, share
from assessments.reviews.tests.raters import AFTER, DUE, answer, ask, ask_external, cycle_360
from core import mail
from core.models import AuditEntry, Mail, Notification
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
DAY_AFTER = AFTER.date()


@pytest.fixture
def cycle(cast):
    give_roles(cast)
    return cycle_360()


@pytest.fixture
def peers(cast):
    """Seven colleagues of Eve."""
    return [EmployeeFactory.create(unit=cast.helpdesk) for _ in range(7)]


@pytest.fixture
def about_eve(cycle, eve):
    return assessment_of(eve)


def made(cycle, *, at=AFTER):
    release.release(ReviewCycle.objects.get(pk=cycle.pk), at=at, random=Random(7))
    return ReviewCycle.objects.get(pk=cycle.pk)


def levels(assessment, key="listening"):
    found = OthersLevel.objects.filter(report__assessment=assessment, version__competency__key=key)
    return {one.group: (one.raters, one.level_hundredths) for one in found}


def test_p17_groups_of_three_are_shown_smaller_ones_together_and_cannot_judge_counts_nowhere(about_eve, cycle, peers):
    raters = [ask(about_eve, person) for person in peers[:4]]
    small = [ask(about_eve, peers[4], "report"), ask(about_eve, peers[5], "report"), ask_external(about_eve)]
    for rater, level in zip(raters, (2, 3, 3, 4), strict=True):
        answer(rater, level, insight=None if level == 4 else 2)
    for rater in small:
        answer(rater, 5, insight=None)

    made(cycle)

    assert levels(about_eve) == {"peers": (4, 300), "others": (3, 500)}
    assert levels(about_eve, "insight") == {"peers": (3, 200)}  # nobody else could judge it
    assert OthersReport.objects.get().groups == [{"part": "peers", "asked": 4}, {"part": "others", "asked": 3}]


def test_t51_one_external_beside_colleagues_is_not_shown_and_changes_no_number(about_eve, cycle, peers, eve):
    """Externals answer fewer competencies: shown together, the difference between two competencies would be them."""
    for person, level in zip(peers[:4], (2, 2, 3, 3), strict=True):
        answer(ask(about_eve, person), level)
    answer(ask_external(about_eve), 5)

    made(cycle)

    assert levels(about_eve) == {"peers": (4, 250)}
    assert OthersReport.objects.get().groups == [{"part": "peers", "asked": 4}, {"part": "externals", "asked": 1}]
    seen = others.others_of(assessment_of(eve), is_own=True, has_own=True, on=DAY_AFTER)
    assert [heading for heading, _ in seen.headings] == ["Colleagues", "Customers and other externals"]


def test_levels_are_shown_to_the_half_level():
    assert [others.level_words(one) for one in (200, 224, 225, 267, 275, 300)] == ["2", "2", "2.5", "2.5", "3", "3"]


def test_p17_fewer_than_three_answers_are_a_report_that_shows_nothing(about_eve, cycle, peers):
    for person in peers[:5]:
        ask(about_eve, person)
    for rater in Rater.objects.all()[:2]:
        answer(rater, 4, keep="Two of five wrote this.")

    made(cycle)

    assert OthersReport.objects.filter(assessment=about_eve).exists()
    assert not OthersLevel.objects.exists()
    assert not OthersComment.objects.exists()


def test_drafts_and_raters_who_are_asked_no_longer_count_nowhere(about_eve, cycle, peers):
    raters = [ask(about_eve, person) for person in peers[:5]]
    for rater in raters[:3]:
        answer(rater, 3)
    answer(raters[3], 1, keep="Never sent.", is_sent=False)
    answer(raters[4], 1, keep="Taken off the list.")
    Rater.objects.filter(pk=raters[4].pk).update(state=Rater.State.REMOVED)

    made(cycle)

    assert levels(about_eve) == {"peers": (3, 300)}
    assert not OthersComment.objects.exists()
    assert not Feedback.objects.exists()


def test_t51_after_the_release_no_row_leads_from_a_rater_to_an_answer(about_eve, cycle, peers):
    raters = [*(ask(about_eve, person) for person in peers[:4]), ask_external(about_eve)]
    for number, rater in enumerate(raters):
        answer(rater, 3, keep=f"Keep {number}", next_=f"Try {number}")

    done = made(cycle)

    assert not Feedback.objects.exists()
    assert not FeedbackRating.objects.exists()
    assert set(Rater.objects.values_list("token_digest", flat=True)) == {None}
    kept = list(OthersComment.objects.filter(question="keep").values_list("text", flat=True))
    tried = list(OthersComment.objects.filter(question="try").values_list("text", flat=True))
    assert sorted(kept) == [f"Keep {number}" for number in range(5)]
    assert [text[-1] for text in kept] != [text[-1] for text in tried]  # no place belongs to one writer
    assert {field.name for field in OthersComment._meta.get_fields()} == {"id", "report", "question", "place", "text"}
    assert done.released_at == AFTER
    with pytest.raises(NotNow, match="last day"):
        feedback.judge(raters[0], raters[0].assessment.cycle.pinned.first().version, 1, revision=1, by=peers[0], at=AT)


def test_t51_after_the_release_nobody_knows_who_was_asked_from_outside(about_eve, cycle, peers):
    asked, refused = ask_external(about_eve), ask_external(about_eve, "Dora Mill", token="another-link-from-outside")
    Rater.objects.filter(pk=refused.pk).update(state=Rater.State.REFUSED, token_digest=None)
    for rater in (asked, refused):
        mail.queue("rater_invited", to=rater.email, key=f"rater:{rater.pk}:then", context={}, at=AT)
    elsewhere = f"rater:{refused.pk}7:then"  # of another cycle
    mail.queue("rater_invited", to="cara@hillfarm.example", key=elsewhere, context={}, at=AT)

    made(cycle)

    gone = Rater.objects.filter(assessment=about_eve, group="external")
    assert set(gone.values_list("name", "organisation", "token_digest")) == {("Name removed", "", None)}
    assert {one.email for one in gone} == {f"rater-{one.pk}@removed.invalid" for one in (asked, refused)}
    assert list(Mail.objects.values_list("key", flat=True)) == [elsewhere]


@pytest.mark.django_db(transaction=True)
def test_t51_no_dead_row_names_the_rater_of_an_answer_after_the_clock_has_made_the_reports(about_eve, cycle, peers):
    for person in peers[:3]:
        answer(ask(about_eve, person), 3)
    ReviewCycle.objects.filter(pk=cycle.pk).update(self_due_on=AT, named_by=AT, feedback_due_on=AT)

    schedule.make_reports()

    assert OthersReport.objects.exists()
    with connection.cursor() as cursor:
        for table, left in (("reviews_feedback", 0), ("reviews_feedbackrating", 0), ("reviews_rater", 3)):
            connection.connection.notices.clear()
            cursor.execute(f"VACUUM (VERBOSE) {table}")
            assert any(f"tuples: 0 removed, {left} remain" in notice for notice in connection.connection.notices)


@pytest.mark.parametrize("is_made", [True, False])
def test_t51_an_erasure_takes_what_others_said_and_who_was_asked_from_outside(is_made, about_eve, cycle, peers, eve):
    for person in peers[:3]:
        answer(ask(about_eve, person), 3, keep="Eve is patient.")
    ask_external(about_eve)
    Rater.objects.filter(employee=peers[0]).update(words="About Eve.", reason="I know Eve too well.")
    if is_made:
        made(cycle)

    erasure.erase(eve.user)
    if not is_made:
        made(cycle)

    assert not OthersReport.objects.exists()
    assert not OthersComment.objects.exists()
    assert not Feedback.objects.exists()
    assert set(Rater.objects.values_list("words", "reason")) == {("", "")}
    assert set(Rater.objects.filter(group="external").values_list("name", "organisation")) == {("Name removed", "")}


def test_t51_nothing_that_anybody_reads_tells_who_has_answered_before_or_after(about_eve, cycle, peers, cast):
    """One of two answered or the other: reports, lists, audit and news are the same."""

    def traces(who):
        raters = [ask(about_eve, person) for person in peers[:4]]
        for rater in [*raters[:2], raters[who]]:
            answer(rater, 3)
        running = others.others_of(about_eve, is_own=True, has_own=True, on=AT.date())
        made(cycle)
        found = (
            running,
            others.others_of(assessment_of(cast.eve), is_own=True, has_own=True, on=AFTER.date()),
            list(Rater.objects.order_by("pk").values("employee", "state", "asked_at", "decided_at")),
            list(AuditEntry.objects.order_by("pk").values_list("verb", "changes", "actor")),
            list(Notification.objects.order_by("pk").values_list("to", "text")),
        )
        Rater.objects.all().delete()
        OthersReport.objects.all().delete()
        AuditEntry.objects.filter(verb="360 reports made").delete()
        ReviewCycle.objects.update(released_at=None)
        return found

    assert traces(2) == traces(3)


def test_the_reports_are_made_once_after_the_last_day_and_told(about_eve, cycle, peers, eve, now):
    for person in peers[:3]:
        answer(ask(about_eve, person), 3)
    with pytest.raises(NotNow):
        release.release(cycle, at=datetime(2026, 7, 24, 23, 50, tzinfo=timezone.get_current_timezone()))

    schedule.make_reports()  # today lies far behind the last day
    schedule.make_reports()

    assert OthersReport.objects.count() == 1
    told = Notification.objects.filter(to=eve.user, key=f"others-report:{cycle.pk}")
    assert told.get().text == "Summer 2026: the report of those who were asked about you is ready. You read it first."
    assert AuditEntry.objects.filter(verb="360 reports made").count() == 1
    with pytest.raises(NotNow):
        made(cycle)


def test_a_crash_in_between_leaves_the_rest_for_the_next_run_and_nobody_reads_before_all_is_done(
    cycle, cast, peers, monkeypatch
):
    both = [assessment_of(cast.eve), assessment_of(cast.olga)]
    for assessment in both:
        for person in peers[:3]:
            answer(ask(assessment, person), 3)
    monkeypatch.setattr(release, "BATCH", 1)
    whole = release._release_batch
    monkeypatch.setattr(
        release,
        "_release_batch",
        lambda ids, **more: whole(ids, **more) if ids[0] == min(one.pk for one in both) else 1 / 0,
    )
    with pytest.raises(ZeroDivisionError):
        made(cycle)
    assert OthersReport.objects.count() == 1
    assert Feedback.objects.count() == 3
    first = assessment_of(OthersReport.objects.get().assessment.employee)
    assert others.others_of(first, is_own=True, has_own=True, on=AFTER.date()).standing is Standing.RUNNING

    monkeypatch.setattr(release, "_release_batch", whole)
    made(cycle)
    assert OthersReport.objects.count() == 2
    assert {levels(one)["peers"] for one in both} == {(3, 300)}


def test_an_early_close_ends_the_raters_time_too(about_eve, cycle, peers):
    for person in peers[:3]:
        answer(ask(about_eve, person), 3)
    services.close(cycle, by=None, at=AT + timedelta(days=1))

    done = made(cycle, at=AT + timedelta(days=1))

    assert done.released_at
    assert levels(about_eve) == {"peers": (3, 300)}


def test_the_release_takes_the_same_queries_for_more_people(cycle, cast, peers, django_assert_max_num_queries):
    for employee in (cast.eve, cast.ed, cast.olga, cast.sam, cast.uma):
        for person in peers[:3]:
            answer(ask(assessment_of(employee), person), 3, keep="Rings back.")
    with django_assert_max_num_queries(31):
        made(cycle)


# --- who reads it -----------------------------------------------------------------------------------------------------


@pytest.fixture
def report(about_eve, cycle, peers):
    """Eve's report in a cycle that gives it to her alone."""
    for person in peers[:3]:
        answer(ask(about_eve, person), 3)
    made(cycle)
    return about_eve


def standing(employee, *, is_own, on=DAY_AFTER, has_own=True):
    return others.others_of(assessment_of(employee), is_own=is_own, has_own=has_own, on=on).standing


def test_row_31_the_person_reads_first_and_passes_it_on(report, eve, max, cast):
    assert standing(eve, is_own=True, has_own=False) is Standing.OWN_FIRST
    assert standing(eve, is_own=True) is Standing.SHOWN
    assert standing(eve, is_own=False, on=DUE + timedelta(days=90)) is Standing.NOT_PASSED_ON
    for stranger in (max, cast.hana):
        with pytest.raises(NotYours):
            reports.pass_on(report, by=stranger, at=AFTER)

    reports.pass_on(report, by=eve, at=AFTER)
    reports.pass_on(report, by=eve, at=AFTER)

    assert standing(eve, is_own=False) is Standing.SHOWN
    assert Notification.objects.filter(to=max.user, key=f"report-passed-on:{report.pk}").count() == 1
    assert AuditEntry.objects.filter(verb="passed on the 360 report").count() == 1


def test_row_31_where_the_cycle_says_so_the_manager_reads_it_the_day_after(cast, peers):
    give_roles(cast)
    cycle = cycle_360(report_goes_to=ReviewCycle.ReportGoesTo.BOTH)
    for person in peers[:3]:
        answer(ask(assessment_of(cast.eve), person), 3)
    made(cycle)

    assert standing(cast.eve, is_own=False) is Standing.NOT_PASSED_ON
    assert standing(cast.eve, is_own=False, on=AFTER.date() + timedelta(days=1)) is Standing.SHOWN


def test_nothing_is_passed_on_before_it_is_there_or_where_nobody_reviews(about_eve, eve, cast):
    with pytest.raises(NotNow, match="no report"):
        reports.pass_on(about_eve, by=eve, at=AT)
    with pytest.raises(NotNow, match="Nobody reviews you"):
        reports.pass_on(assessment_of(cast.uma), by=cast.uma, at=AT)


def test_blind_spots_and_hidden_strengths_stand_beside_the_own_view(report, eve, client_of):
    share(review_of(eve), listening=4, insight=2, at=AT)

    page = client_of(eve).get(f"/reviews/results/{report.pk}/").text

    assert page.count("Blind spot</span>") == 1
    assert "you see level 4, others see 3." in page
    assert "others see 3, you see level 2" in page
    assert "3 asked" in page
