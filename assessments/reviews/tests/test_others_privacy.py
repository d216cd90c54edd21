"""Who sees what of raters and of the report of others: access.md, rows 30 and 31, T51, and a cycle that is not blind.

Every sentence somebody writes is a canary; every page that an audience can open is fetched and searched for it.
"""

import json
from datetime import timedelta

import pytest

from assessments.reviews.models import OthersReport, Rater, ReviewCycle
from assessments.reviews.queries import my_open_reviews
from assessments.reviews.services import release, reports
from assessments.reviews.tests.factories import assessment_of, give_roles, review_of, share
from assessments.reviews.tests.raters import TOKEN, answer, ask, ask_external, cycle_360
from core import personal_data
from core.models import AuditEntry, Mail, Notification
from people.access import Viewer

pytestmark = pytest.mark.django_db

KEEP, TRY, OUTSIDE = "canary-keep-doing", "canary-try-next", "canary-from-outside"
WORDS = {KEEP, TRY, OUTSIDE}


@pytest.fixture
def cycle(cast, now, today):
    give_roles(cast)
    days = {"self_due_on": 0, "manager_due_on": 10, "named_by": 0, "feedback_due_on": 0, "closes_on": 20}
    return cycle_360(at=now, **{name: today + timedelta(days=count) for name, count in days.items()})


@pytest.fixture
def raters(cycle, cast, now):
    """Ed, Olga and Sam are asked about Eve, and a customer."""
    about = assessment_of(cast.eve)
    return [*(ask(about, person, at=now) for person in (cast.ed, cast.olga, cast.sam)), ask_external(about, at=now)]


def everybody_answers(raters, now):
    for rater, words in zip(raters, (KEEP, "", "", OUTSIDE), strict=True):
        answer(rater, 3, keep=words, next_=TRY if words == KEEP else "", at=now)


def released(cycle, now):
    """The same cycle a day after the last day for raters."""
    yesterday = cycle.feedback_due_on - timedelta(days=1)
    ReviewCycle.objects.filter(pk=cycle.pk).update(self_due_on=yesterday, named_by=yesterday, feedback_due_on=yesterday)
    release.release(ReviewCycle.objects.get(pk=cycle.pk), at=now)


def seen_by(person, client_of, cast):
    """Every page of reviews that the person can open, of Eve's and of their own, and their home page."""
    client = client_of(person)
    eve = assessment_of(cast.eve)
    urls = ["/", "/reviews/", "/reviews/team/", "/reviews/team/competencies/", "/reviews/levels/", "/reviews/raters/"]
    urls += [f"/reviews/cycles/{eve.cycle_id}/", f"/reviews/cycles/{eve.cycle_id}/people/"]
    urls += [f"/reviews/cycles/people/{eve.pk}/", f"/reviews/raters/{eve.pk}/", f"/reviews/results/{eve.pk}/"]
    urls += [f"/reviews/feedback/{rater}/" for rater in Rater.objects.order_by("pk").values_list("pk", flat=True)]
    return "".join(answer.text for url in urls if (answer := client.get(url)).status_code == 200)


def words_seen(person, client_of, cast):
    seen = seen_by(person, client_of, cast)
    return {word for word in WORDS if word in seen}


def test_row_30_what_a_rater_writes_is_theirs_alone_until_the_report_and_nobodys_after(
    raters, cycle, cast, client_of, now
):
    answer(raters[0], 3, keep=KEEP, next_=TRY, at=now)

    assert words_seen(cast.ed, client_of, cast) == {KEEP, TRY}
    for other in (cast.eve, cast.max, cast.uma, cast.olga, cast.petra, cast.hana, cast.ada, cast.ingrid):
        assert words_seen(other, client_of, cast) == set()

    released(cycle, now)
    assert words_seen(cast.ed, client_of, cast) == set()


def test_t51_no_page_count_mail_or_message_changes_for_anybody_else_when_a_rater_answers(
    raters, cycle, cast, client_of, now
):
    """Each audience reads the same, letter for letter, with no answer, and with a draft and answers sent by two of four."""

    def seen():
        readers = (cast.eve, cast.max, cast.petra, cast.hana)
        pages = [
            [line for line in seen_by(one, client_of, cast).splitlines() if "csrf" not in line.lower()]
            for one in readers
        ]
        todo = [my_open_reviews(Viewer.of(one.user), on=now.date()) for one in readers]
        counts = [model.objects.count() for model in (Notification, Mail)]
        return pages, todo, counts, AuditEntry.objects.exclude(verb="viewed").count()

    before = seen()
    answer(raters[0], 3, keep=KEEP, at=now, is_sent=False)
    for rater in raters[1:3]:
        answer(rater, 2, at=now)
    assert seen() == before


def test_row_31_t51_the_person_reads_the_report_first_and_the_manager_what_is_passed_on(
    raters, cycle, cast, client_of, now
):
    everybody_answers(raters, now)
    released(cycle, now)
    assert words_seen(cast.eve, client_of, cast) == set()  # the own view comes first
    share(review_of(cast.eve), at=now)

    assert words_seen(cast.eve, client_of, cast) == WORDS
    page = client_of(cast.eve).get(f"/reviews/results/{assessment_of(cast.eve).pk}/").text
    report = page.split("What others see", 1)[1]
    assert "3 asked" in report
    assert not any(rater.who in report for rater in raters)
    for other in (cast.max, cast.ed, cast.olga, cast.uma, cast.petra, cast.hana, cast.ada, cast.ingrid):
        assert words_seen(other, client_of, cast) == set()

    client_of(cast.eve).post(f"/reviews/results/{assessment_of(cast.eve).pk}/report-sharing/")

    assert words_seen(cast.max, client_of, cast) == WORDS
    entry = AuditEntry.objects.filter(verb="viewed", actor=cast.max.user, about=cast.eve.user)
    assert entry.exists()
    for other in (cast.ed, cast.olga, cast.uma, cast.petra, cast.hana, cast.ada, cast.ingrid):
        assert words_seen(other, client_of, cast) == set()


def test_t51_a_new_manager_reads_a_report_that_was_passed_on_and_the_former_one_no_longer(
    raters, cycle, cast, client_of, now
):
    everybody_answers(raters, now)
    released(cycle, now)
    reports.pass_on(assessment_of(cast.eve), by=cast.eve, at=now)
    assert words_seen(cast.max, client_of, cast) == WORDS

    cast.eve.manager = cast.uma
    cast.eve.save(update_fields=["manager"])

    assert words_seen(cast.max, client_of, cast) == set()


def test_t51_my_data_holds_the_report_and_no_raters_name_and_a_raters_package_nothing_of_it(raters, cycle, cast, now):
    def package(person):
        return json.dumps(personal_data.about(person.user)["reviews"])

    everybody_answers(raters, now)
    assert KEEP not in package(cast.eve)
    released(cycle, now)
    assert KEEP not in package(cast.eve)
    share(review_of(cast.eve), at=now)

    mine = package(cast.eve)
    assert {word for word in WORDS if word in mine} == WORDS
    assert not any(rater.who in mine for rater in raters)
    for rater in (cast.ed, cast.olga, cast.max):
        assert KEEP not in package(rater)


def test_t51_a_link_opens_its_own_form_and_nothing_after_the_report(raters, cycle, client, now):
    everybody_answers(raters, now)
    client.get(f"/x/{TOKEN}/")
    page = client.get("/x/").text
    assert OUTSIDE in page
    assert KEEP not in page

    released(cycle, now)

    assert "This link opens nothing" in client.get("/x/").text
    assert OthersReport.objects.count() == 1


def test_row_25_a_cycle_that_is_not_blind_opens_the_own_view_to_the_manager_at_once(cycle, cast, client_of, now):
    ReviewCycle.objects.filter(pk=cycle.pk).update(is_blind=False)
    one = assessment_of(cast.eve)
    url = f"/reviews/results/{one.pk}/"
    assert "not shared" in client_of(cast.max).get(url).text

    share(review_of(cast.eve), at=now, listening=4)

    page = client_of(cast.max).get(url).text
    assert "own view" in page
    assert "A case that shows it." in page
    assert Notification.objects.get(to=cast.max.user, key__startswith="review-shared").text.endswith("You can read it.")
    assert AuditEntry.objects.filter(verb="viewed", actor=cast.max.user, about=cast.eve.user).exists()
    share(review_of(cast.ed, "manager"), at=now)
    assert "not shared" in client_of(cast.ed).get(f"/reviews/results/{assessment_of(cast.ed).pk}/").text
