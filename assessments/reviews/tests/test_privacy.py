"""Who sees what of an assessment: access.md, rows 24 to 28 and 32, and T52.

Every sentence somebody writes is a canary; every page that an audience can open is fetched and searched for it.
"""

import json
import re

import pytest
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.models import ReviewCycle
from assessments.reviews.queries import asking, my_open_reviews, team_reviews
from assessments.reviews.tests.factories import (
    agree,
    answer_all,
    assessment_of,
    given,
    rate,
    review_of,
    share,
)
from core import personal_data
from core.models import AuditEntry, Notification
from goals.models import Goal
from goals.tests import factories as goals
from people.access import Viewer

pytestmark = pytest.mark.django_db

OWN_CANARY, OWN_NOTE = "canary-own-example", "canary-own-note"
MANAGER_CANARY, MANAGER_NOTE = "canary-manager-example", "canary-manager-note"
STATEMENT = "canary-statement"
EVERYTHING = (OWN_CANARY, OWN_NOTE, MANAGER_CANARY, MANAGER_NOTE, STATEMENT)


@pytest.fixture
def cycle(live_cycle):
    return live_cycle


@pytest.fixture
def own(cycle, eve, now):
    """Eve's self-assessment, complete and not shared."""
    review = answer_all(review_of(eve), at=now)
    rate(review, "listening", given(2, example=OWN_CANARY, obstacles=("rules",), note=OWN_NOTE), at=now)
    return review


@pytest.fixture
def manager(cycle, eve, now):
    """Max's review of Eve, complete and not shared."""
    review = answer_all(review_of(eve, "manager"), at=now)
    rate(review, "listening", given(2, example=MANAGER_CANARY, obstacles=("tools",), note=MANAGER_NOTE), at=now)
    return review


def shared(review, now):
    services.share(review, by=review.by, at=now)


def everything_seen_by(person, client_of, cycle):
    """The text of every page of this app that the person can open, and of every page about Eve that they try."""
    client = client_of(person)
    eve = cycle.assessments.get(employee__name="Eve Lind")
    urls = ["/reviews/", "/reviews/self/", "/reviews/team/", "/reviews/cycles/", f"/reviews/cycles/{cycle.pk}/"]
    urls += [f"/reviews/results/{eve.pk}/", f"/reviews/results/{eve.pk}/agreed-levels/"]
    for review in eve.reviews.all():
        urls += [f"/reviews/{review.pk}/{tail}" for tail in ("", "summary/", "rating/listening/")]
    return "".join(answer.text for url in urls if (answer := client.get(url)).status_code == 200)


def words_seen(person, client_of, cycle):
    seen = everything_seen_by(person, client_of, cycle)
    return {canary for canary in EVERYTHING if canary in seen}


def test_row_24_a_self_assessment_draft_is_its_authors_alone(own, cycle, cast, client_of):
    assert words_seen(cast.eve, client_of, cycle) == {OWN_CANARY, OWN_NOTE}
    for other in (cast.ed, cast.max, cast.uma, cast.petra, cast.hana, cast.ada):
        assert words_seen(other, client_of, cycle) == set()


def test_row_26_t52_a_managers_draft_is_its_authors_alone(manager, cycle, cast, client_of):
    assert words_seen(cast.max, client_of, cycle) == {MANAGER_CANARY, MANAGER_NOTE}
    for other in (cast.eve, cast.ed, cast.uma, cast.petra, cast.hana, cast.ada):
        assert words_seen(other, client_of, cycle) == set()


@pytest.mark.parametrize("kind", ["self", "manager"])
def test_t52_no_page_badge_count_or_message_betrays_that_a_draft_was_begun(kind, cycle, cast, client_of, now):
    """Each audience reads the same, letter for letter, before and after somebody else has answered everything."""

    def seen():
        for_others = (
            [cast.max, cast.uma, cast.petra, cast.hana, cast.ada]
            if kind == "self"
            else [
                cast.eve,
                cast.uma,
                cast.petra,
                cast.hana,
                cast.ada,
            ]
        )
        pages = [
            "".join(
                line for line in everything_seen_by(person, client_of, cycle).splitlines() if "csrf" not in line.lower()
            )
            for person in for_others
        ]
        todo = [my_open_reviews(Viewer.of(person.user), on=timezone.localdate()) for person in for_others]
        return (
            pages,
            todo,
            team_reviews(cast.max, on=timezone.localdate()).progress,
            AuditEntry.objects.exclude(verb="viewed").count(),
            Notification.objects.count(),
        )

    before = seen()
    answer_all(review_of(cast.eve, kind), at=now)

    assert seen() == before


def test_row_25_a_shared_self_assessment_opens_to_the_manager_only_after_both_shared(
    own, manager, cycle, cast, client_of, now
):
    shared(own, now)
    assert words_seen(cast.max, client_of, cycle) == {MANAGER_CANARY, MANAGER_NOTE}
    page = client_of(cast.max).get(f"/reviews/results/{own.assessment_id}/").text
    assert "Not shown: you have not shared your view yet." in page

    shared(manager, now)

    assert words_seen(cast.max, client_of, cycle) == {OWN_CANARY, OWN_NOTE, MANAGER_CANARY, MANAGER_NOTE}


def test_row_25_a_manager_rates_beside_the_shared_self_assessment_only_where_the_cycle_is_not_blind(
    own, manager, cycle, cast, client_of, now
):
    form = f"/reviews/{manager.pk}/rating/listening/"
    ReviewCycle.objects.update(is_blind=False)
    assert "Eve’s own view" not in client_of(cast.max).get(form).text  # a draft is hers alone
    page = client_of(cast.max).get(f"/reviews/results/{own.assessment_id}/").text
    assert "Not shown: Eve Lind has not shared yet." in page
    assert not AuditEntry.objects.filter(verb="viewed").exists()

    shared(own, now)

    page = client_of(cast.max).get(form).text
    assert "Eve’s own view: level 2, " in page
    assert OWN_CANARY in page
    assert OWN_NOTE in page
    assert "Eve’s own view: level" in client_of(cast.max).get(f"/reviews/{manager.pk}/rating/insight/").text
    entry = AuditEntry.objects.get(verb="viewed")  # once a day, as the page of the result
    assert (entry.actor, entry.about) == (cast.max.user, cast.eve.user)

    cast.eve.manager = cast.sam
    cast.eve.save(update_fields=["manager"])
    assert OWN_CANARY not in client_of(cast.max).get(form).text  # a manager of yesterday
    cast.eve.manager = cast.max
    cast.eve.save(update_fields=["manager"])
    ReviewCycle.objects.update(is_blind=True)
    blind = client_of(cast.max).get(form).text
    assert "Eve’s own view" not in blind
    assert "Eve’s view" not in blind
    assert OWN_CANARY not in blind


def test_row_27_a_shared_manager_review_opens_to_the_person_only_after_both_shared(
    own, manager, cycle, cast, client_of, now
):
    shared(manager, now)
    assert words_seen(cast.eve, client_of, cycle) == {OWN_CANARY, OWN_NOTE}
    page = client_of(cast.eve).get(f"/reviews/results/{own.assessment_id}/").text
    assert "Not shown: you have not shared your view yet." in page

    shared(own, now)

    assert words_seen(cast.eve, client_of, cycle) == {OWN_CANARY, OWN_NOTE, MANAGER_CANARY, MANAGER_NOTE}


def test_rows_25_to_28_nobody_else_ever_reads_a_named_persons_levels(own, manager, cycle, cast, client_of, now):
    shared(own, now)
    shared(manager, now)
    agreed = agree(assessment_of(cast.eve), at=now, listening=2)
    services.acknowledge(agreed, statement=STATEMENT, revision=agreed.revision, by=cast.eve, at=now)

    assert words_seen(cast.eve, client_of, cycle) == set(EVERYTHING)
    assert words_seen(cast.max, client_of, cycle) == set(EVERYTHING)
    for other in (cast.ed, cast.olga, cast.sam, cast.uma, cast.petra, cast.hana, cast.ada):
        assert words_seen(other, client_of, cycle) == set()
        assert client_of(other).get(f"/reviews/results/{agreed.pk}/").status_code == 404


def test_rows_25_and_26_hr_sees_states_and_counts(own, cycle, cast, client_of, now):
    page = client_of(cast.hana).get(f"/reviews/cycles/{cycle.pk}/").text
    assert "<b>0 <small>of 10</small></b>" in page

    shared(own, now)

    page = client_of(cast.hana).get(f"/reviews/cycles/{cycle.pk}/").text
    assert "<b>1 <small>of 10</small></b>" in page
    assert not re.search(r"\bEve\b", page)  # a random token may hold the three letters


def test_an_hr_partner_counts_the_units_they_look_after(own, cycle, cast, client_of):
    page = client_of(cast.petra).get(f"/reviews/cycles/{cycle.pk}/").text

    assert "of 3" in page  # Max, Eve and Ed of the helpdesk
    assert "Helpdesk" in page
    assert "Sales" not in page


def test_row_32_gaps_of_a_person_are_read_by_the_person_and_their_manager(own, manager, cycle, cast, client_of, now):
    shared(own, now)
    shared(manager, now)

    for reader in (cast.eve, cast.max):
        page = client_of(reader).get(f"/reviews/results/{own.assessment_id}/")
        assert "1 below" in page.text
    for other in (cast.ed, cast.uma, cast.hana, cast.petra, cast.ada):
        assert client_of(other).get(f"/reviews/results/{own.assessment_id}/").status_code == 404


def test_a_manager_of_yesterday_keeps_what_they_wrote_and_reads_nothing_else(own, manager, cycle, cast, client_of, now):
    shared(own, now)
    shared(manager, now)
    cast.eve.manager = cast.sam
    cast.eve.save(update_fields=["manager"])

    assert words_seen(cast.max, client_of, cycle) == {MANAGER_CANARY, MANAGER_NOTE}
    assert client_of(cast.max).get(f"/reviews/results/{own.assessment_id}/").status_code == 404

    services.follow_line(cycle, by=None, at=now)

    assert words_seen(cast.sam, client_of, cycle) == {OWN_CANARY, OWN_NOTE, MANAGER_CANARY, MANAGER_NOTE}


def test_a_managers_visit_is_in_the_persons_record_and_ones_own_is_not(own, manager, cycle, cast, client_of, now):
    url = f"/reviews/results/{own.assessment_id}/"
    client_of(cast.max).get(url)
    assert not AuditEntry.objects.filter(verb="viewed").exists()  # nothing was shown yet

    shared(own, now)
    shared(manager, now)
    client_of(cast.eve).get(url)
    client_of(cast.max).get(url)

    entry = AuditEntry.objects.get(verb="viewed")
    assert (entry.actor, entry.about) == (cast.max.user, cast.eve.user)


def test_t52_opening_a_draft_review_is_not_logged(manager, cycle, cast, client_of):
    client = client_of(cast.max)
    client.get(f"/reviews/{manager.pk}/rating/listening/")
    client.get(f"/reviews/{manager.pk}/summary/")

    assert not AuditEntry.objects.filter(about=cast.eve.user, actor=cast.max.user).exists()


def test_only_the_own_view_is_left_when_the_other_side_never_shared(own, cycle, cast, client_of, now):
    shared(own, now)
    services.close(cycle, by=None, at=now)

    assert words_seen(cast.max, client_of, cycle) == set()
    assert OWN_CANARY in client_of(cast.eve).get(f"/reviews/{own.pk}/summary/").text


def test_someone_without_a_manager_reads_their_own_shared_view(cycle, uma, client_of, now):
    review = share(review_of(uma), at=now)

    page = client_of(uma).get(f"/reviews/results/{review.assessment_id}/").text

    assert "Nobody is your manager in this cycle" in page
    assert "own view" in page
    assert asking.summary_page(review).other is None


def test_my_data_holds_all_of_my_own_and_of_the_manager_only_what_is_open(own, manager, cycle, cast, now):
    def mine():
        return json.dumps(personal_data.about(cast.eve.user)["reviews"])

    assert OWN_CANARY in mine()
    shared(manager, now)
    assert MANAGER_CANARY not in mine()

    shared(own, now)

    assert MANAGER_CANARY in mine()
    assert OWN_CANARY not in json.dumps(personal_data.about(cast.max.user)["reviews"])


def test_the_page_beside_a_rating_shows_goals_the_rater_may_see(own, manager, cycle, cast, client_of):
    year = goals.cycle()
    goal = goals.goal(cast.eve, year, title="Learn the ten questions")
    private = goals.goal(cast.eve, year, title="My very own plan", visibility=Goal.Visibility.PRIVATE)

    by_eve = client_of(cast.eve).get(f"/reviews/{own.pk}/rating/listening/").text
    by_max = client_of(cast.max).get(f"/reviews/{manager.pk}/rating/listening/").text

    assert goal.detail.title in by_eve
    assert goal.detail.title in by_max
    assert private.detail.title in by_eve
    assert private.detail.title not in by_max
