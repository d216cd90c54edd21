"""The set-up of a cycle, its audience, what a launch would mean, and single people in a running cycle."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from assessments.reviews import services
from assessments.reviews.models import Assessment, Rater, Review, ReviewCycle
from assessments.reviews.queries import audience, my_open_reviews
from assessments.reviews.queries.cycles import cycle_page, team_page
from assessments.reviews.services import NotReady, participants
from assessments.reviews.tests.factories import (
    AT,
    DATES,
    ON,
    agree,
    assessment_of,
    give_roles,
    given,
    rate,
    review_of,
    running_cycle,
    share,
    share_both,
)
from core.models import AuditEntry, Notification
from people.access import Viewer
from people.models import Employee, JobRole
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def prepared(cast):
    give_roles(cast)
    return services.create_cycle(name="Autumn 2026", by=None, **DATES)


# --- set-up -----------------------------------------------------------------------------------------------------------


def test_the_audience_is_units_with_all_below_and_job_roles(prepared, cast):
    assert audience.people_of(prepared).count() == 10

    services.update_cycle(prepared, by=None, units=[cast.helpdesk])
    assert set(audience.people_of(prepared)) == {cast.max, cast.eve, cast.ed}
    services.update_cycle(prepared, by=None, job_roles=[JobRole.objects.get(key="team_lead")])
    assert services.launch(prepared, by=None, at=AT) == 1
    assert Assessment.objects.get().employee == cast.max


def test_who_joins_the_audience_is_taken_in_and_who_moves_out_stays(prepared, cast):
    services.update_cycle(prepared, by=None, units=[cast.helpdesk])
    services.launch(prepared, by=None, at=AT)
    for person, unit in ((cast.olga, cast.helpdesk), (cast.ed, cast.sales)):
        person.unit = unit
        person.save(update_fields=["unit"])

    assert services.follow_line(prepared, by=None, at=AT).joined == 1

    assert {one.employee for one in Assessment.objects.all()} == {cast.max, cast.eve, cast.ed, cast.olga}


def test_a_launch_for_nobody_is_refused(prepared, cast):
    services.update_cycle(prepared, by=None, units=[cast.sales], job_roles=[JobRole.objects.get(key="team_lead")])

    assert audience.readiness(prepared, on=ON).missing == [
        "Nobody is in the audience. Choose other units or job roles."
    ]
    with pytest.raises(services.NotReady, match="Nobody is in the audience"):
        services.launch(prepared, by=None, at=AT)


def test_p17_a_launch_after_the_day_for_naming_raters_is_refused(prepared, cast):
    cycle = services.update_cycle(prepared, by=None, asks_peers=True, named_by=ON, feedback_due_on=ON)
    assert audience.readiness(cycle, on=ON).is_ready

    with pytest.raises(services.NotReady, match="Move “Raters named and approved by”"):
        services.launch(cycle, by=None, at=AT + timedelta(days=1))

    (missing,) = audience.readiness(cycle, on=ON + timedelta(days=1)).missing
    assert missing.startswith("The day for naming raters has passed.")
    assert not Assessment.objects.exists()


def test_raters_have_dates_exactly_when_they_are_asked(prepared):
    cycle = services.update_cycle(prepared, by=None, asks_peers=True, calibrates=True)
    assert (cycle.named_by, cycle.feedback_due_on) == (DATES["self_due_on"], DATES["manager_due_on"])
    assert cycle.calibration_until == DATES["closes_on"]

    with pytest.raises(ValidationError, match="raters chosen, raters answer, last day"):
        services.update_cycle(cycle, by=None, named_by=DATES["closes_on"])
    cycle = services.update_cycle(cycle, by=None, asks_peers=False, calibrates=False)
    assert (cycle.named_by, cycle.feedback_due_on, cycle.calibration_until) == (None, None, None)


@pytest.mark.parametrize(
    "broken", [{"fewest_in_group": 2}, {"fewest_in_group": 11}, {"most_per_rater": 0}, {"most_per_rater": 51}]
)
def test_p17_a_group_has_three_raters_or_more(prepared, broken):
    with pytest.raises(ValidationError):
        services.update_cycle(prepared, by=None, **broken)


def test_t43_nothing_of_the_set_up_changes_after_the_launch(prepared, cast, client_of):
    services.launch(prepared, by=None, at=AT)

    for verb in (
        lambda: services.update_cycle(prepared, by=None, fewest_in_group=3),
        lambda: services.delete_cycle(prepared, by=None),
    ):
        with pytest.raises(services.NotNow, match="has been launched"):
            verb()
    page = client_of(cast.hana).post(
        f"/reviews/cycles/{prepared.pk}/setup/limits/", {"fewest_in_group": 3}, follow=True
    )
    assert page.status_code == 404  # nobody else is asked: there is no such step
    page = client_of(cast.hana).get(f"/reviews/cycles/{prepared.pk}/setup/audience/", follow=True)
    assert "has been launched" in page.text


def test_a_prepared_cycle_can_be_given_up(prepared, cast, client_of):
    page = client_of(cast.hana).post(f"/reviews/cycles/{prepared.pk}/deletion/", follow=True)

    assert "Nobody was told of it" in page.text
    assert not ReviewCycle.objects.exists()


def test_the_launch_check_counts_what_a_launch_would_mean(prepared, cast):
    prepared = services.update_cycle(prepared, by=None, asks_peers=True, asks_reports=True)

    run = audience.readiness(prepared, on=ON)

    assert (run.people, run.with_manager, run.without_manager) == (10, 9, 1)
    assert run.without_profile == 4  # Hana, Ada, Ingrid and Petra have no job role
    assert [(role.name, role.people, role.has_profile) for role in run.roles][-1] == ("No job role", 4, False)
    # Six report to Uma, so each of them has five beside them; two report to Max, one to Sam, and Uma to nobody.
    assert (run.raters.few_colleagues, run.raters.few_reports) == (4, 2)
    assert run.raters.forms == 10 * 3 + 6 + 2 + 1
    assert [note.what for note in run.notes] == [
        "1 person without a manager",
        "4 people in a role without a profile",
        "4 people with few colleagues under the same manager",
        "2 people leading too few for a group",
        "About 10 hours of raters’ time",
    ]
    services.launch(prepared, by=None, at=AT)
    again = services.create_cycle(name="Another", by=None, **DATES)
    assert audience.readiness(again, on=ON).elsewhere == 10


def test_the_wizard_leads_from_the_name_to_the_launch(cast, client_of, today):
    give_roles(cast)
    client = client_of(cast.hana)
    page = client.post("/reviews/cycles/new/", {"name": "Spring", "units": [cast.helpdesk.pk]}, follow=True)
    assert "The person and the manager are always asked" in page.text
    cycle = ReviewCycle.objects.get()
    base = f"/reviews/cycles/{cycle.pk}/setup/"
    page = client.post(f"{base}raters/", {"asks_peers": "on", "report_goes_to": "both"}, follow=True)
    assert "Raters named and approved by" in page.text
    days = {"self_due_on": 5, "named_by": 5, "manager_due_on": 9, "feedback_due_on": 12, "closes_on": 20}
    dates = {name: today + timedelta(days=number) for name, number in days.items()}
    refused = client.post(f"{base}stages/", {**dates, "named_by": ""})
    assert refused.status_code == 422
    page = client.post(f"{base}stages/", {**dates, "calibrates": "on"}, follow=True)
    assert "Smallest group of raters shown by itself" in page.text
    refused = client.post(f"{base}limits/", {"fewest_in_group": 2, "most_per_rater": 8})
    assert refused.status_code == 422
    page = client.post(f"{base}limits/", {"fewest_in_group": 4, "most_per_rater": 6}, follow=True)
    assert "Launch for 3 people" in page.text
    assert "the person, and the manager the day after" in page.text

    page = client.post(f"/reviews/cycles/{cycle.pk}/launch/", follow=True)

    assert "Have named nobody yet" in page.text
    cycle.refresh_from_db()
    assert (cycle.fewest_in_group, cycle.most_per_rater, cycle.is_blind) == (4, 6, False)
    assert cycle.calibration_until == dates["closes_on"]
    assert Notification.objects.filter(key=f"review-raters-open:{cycle.pk}").count() == 3


# --- single people ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hana_user(cast):
    return cast.hana.user


def test_hr_hands_a_review_over_by_hand_and_the_line_does_not_take_it_back(cycle, cast, hana_user):
    rate(review_of(cast.eve, "manager"), "listening", given(3, example="Only Max may read this."))

    participants.reassign(assessment_of(cast.eve), manager=cast.sam, reason="Max is away.", by=hana_user, at=AT)

    assert services.follow_line(cycle, by=None, at=AT) == services.Followed(0, 0)
    assert assessment_of(cast.eve).manager == cast.sam
    fresh = Review.objects.get(assessment=assessment_of(cast.eve), kind="manager", by=cast.sam)
    assert not fresh.ratings.exists()
    assert [row.employee for row in team_page(cast.sam, on=ON).rows] == [cast.eve, cast.olga]
    assert [row.employee for row in team_page(cast.max, on=ON).rows] == [cast.ed]
    told = Notification.objects.filter(key__startswith="review-handed-over").values_list("to__employee", flat=True)
    assert set(told) == {cast.eve.pk, cast.max.pk, cast.sam.pk}
    entry = AuditEntry.objects.get(verb="reviewing manager changed")
    assert entry.changes["reason"] == "Max is away."
    share(review_of(cast.eve))
    share(Review.objects.select_related("assessment__cycle", "by__user").get(pk=fresh.pk))
    assert agree(assessment_of(cast.eve)).agreed_by == cast.sam.user
    assert Assessment.objects.visible_to(Viewer.of(cast.sam.user)).filter(employee=cast.eve).exists()
    assert not Assessment.objects.visible_to(Viewer.of(cast.max.user)).filter(employee=cast.eve).exists()


def test_the_line_takes_over_when_the_one_assigned_leaves_or_hr_says_so(cycle, cast, hana_user):
    for person in (cast.eve, cast.ed):
        participants.reassign(assessment_of(person), manager=cast.sam, reason="Max is away.", by=hana_user, at=AT)

    participants.give_back(assessment_of(cast.ed), reason="Max is back.", by=hana_user, at=AT)
    cast.sam.is_active = False
    cast.sam.save(update_fields=["is_active"])
    services.follow_line(cycle, by=None, at=AT)

    for person in (cast.eve, cast.ed):
        assert (assessment_of(person).manager, assessment_of(person).is_assigned_by_hand) == (cast.max, False)


@pytest.mark.parametrize(
    ("who", "words"), [("eve", "themselves"), ("max", "already"), ("olga", "leads nobody"), ("gone", "no longer works")]
)
def test_not_everybody_can_be_assigned(cycle, cast, hana_user, who, words):
    cast.gone = EmployeeFactory(unit=cast.helpdesk, manager=cast.max, is_active=False)

    with pytest.raises(services.NotReady, match=words):
        participants.reassign(
            assessment_of(cast.eve), manager=getattr(cast, who), reason="Why not.", by=hana_user, at=AT
        )


def test_t09_t51_nobody_in_hr_becomes_the_reviewing_manager_by_their_own_hand(cycle, cast, hana_user):
    """It would be a way around the support case."""
    EmployeeFactory.create(manager=cast.hana, unit=cast.hana.unit)
    with pytest.raises(NotReady, match="somebody else in HR"):
        participants.reassign(assessment_of(cast.eve), manager=cast.hana, reason="I take over.", by=hana_user, at=AT)
    assert assessment_of(cast.eve).manager == cast.max

    Employee.objects.filter(pk=cast.eve.pk).update(manager=cast.hana)  # theirs anyway
    participants.reassign(assessment_of(cast.eve), manager=cast.hana, reason="She moved.", by=hana_user, at=AT)
    assert assessment_of(cast.eve).manager == cast.hana


def test_t51_a_report_that_was_passed_on_is_not_passed_on_to_the_next_manager(cycle, cast, hana_user):
    people = (cast.eve, cast.ed)
    Assessment.objects.filter(employee__in=people).update(is_report_shared=True)

    participants.reassign(assessment_of(cast.eve), manager=cast.sam, reason="Max is away.", by=hana_user, at=AT)
    Employee.objects.filter(pk=cast.ed.pk).update(manager=cast.uma)
    services.follow_line(cycle, by=None, at=AT)

    assert [assessment_of(one).manager for one in people] == [cast.sam, cast.uma]
    assert [assessment_of(one).is_report_shared for one in people] == [False, False]


def test_whoever_is_left_out_is_asked_for_nothing_and_counts_nowhere(cycle, cast, hana_user):
    rate(review_of(cast.eve), "listening", given(3))
    hr, max_ = Viewer.of(hana_user), Viewer.of(cast.max.user)
    before = cycle_page(cycle, hr, on=ON).counts.people
    with pytest.raises(services.NotReady, match="Say why"):
        participants.excuse(assessment_of(cast.eve), reason=" ", by=hana_user, at=AT)

    participants.excuse(assessment_of(cast.eve), reason="Away until March.", by=hana_user, at=AT)

    page = cycle_page(cycle, hr, on=ON)
    assert (page.counts.people, page.excused) == (before - 1, 1)
    assert my_open_reviews(Viewer.of(cast.eve.user), on=ON) == []
    assert [one.count for one in my_open_reviews(max_, on=ON) if one.kind == "manager"] == [1]
    with pytest.raises(services.NotNow, match="left out"):
        rate(review_of(cast.eve), "insight", given(3))
    told = Notification.objects.filter(key__startswith="review-takes-part", to=cast.max.user).get()
    assert "Away" not in told.text  # the reason is the person's
    participants.resume(assessment_of(cast.eve), reason="Back early.", by=hana_user, at=AT)
    assert review_of(cast.eve).ratings.count() == 1
    rate(review_of(cast.eve), "insight", given(3))


def test_whoever_leaves_no_longer_counts_but_agreed_levels_stay(cycle, cast):
    share_both(cast.ed)
    agree(assessment_of(cast.ed))
    for person in (cast.eve, cast.ed):
        person.is_active = False
        person.save(update_fields=["is_active"])

    assert services.follow_line(cycle, by=None, at=AT) == services.Followed(0, 0, left=1)

    assert (assessment_of(cast.eve).is_excused, assessment_of(cast.ed).is_excused) == (True, False)


def test_nothing_about_single_people_changes_after_the_close(cycle, cast, hana_user):
    services.close(cycle, by=None, at=AT)

    with pytest.raises(services.NotNow, match="is closed"):
        participants.excuse(assessment_of(cast.eve), reason="Away.", by=hana_user, at=AT)


def test_hr_finds_people_and_hands_a_review_over_on_the_page(live_cycle, cast, client_of):
    client, assessment = client_of(cast.hana), assessment_of(cast.eve)
    found = client.get(f"/reviews/cycles/{live_cycle.pk}/people/?q=eve")
    assert "Eve Lind" in found.text
    assert "Olga Finn" not in found.text
    url = f"/reviews/cycles/people/{assessment.pk}/"
    assert "Somebody else reviews" in client.get(url).text

    refused = client.post(f"{url}reviewer/", {"manager": "Nobody Known", "reason": "Max is away."})
    assert refused.status_code == 422
    assert "Nobody here has this name" in refused.text
    done = client.post(f"{url}reviewer/", {"manager": "Sam Hart", "reason": "Max is away."}, follow=True)
    assert "Sam Hart now reviews Eve Lind" in done.text
    done = client.post(f"{url}leave/", {"reason": "Away until March."}, follow=True)
    assert "left out of this cycle" in done.text
    assert "Eve Lind" in client.get(f"/reviews/cycles/{live_cycle.pk}/people/?only=excused").text
    done = client.post(f"{url}return/", {"reason": "Back."}, follow=True)
    assert "takes part again" in done.text
    done = client.post(f"{url}line/", {"reason": "Max is back."}, follow=True)
    assert "The reporting line decides again" in done.text
    partner = client_of(cast.petra)
    assert "HR administrators change" in partner.get(url).text
    assert partner.get(f"/reviews/cycles/people/{assessment_of(cast.olga).pk}/").status_code == 404
    assert not Rater.objects.exists()


def test_a_second_cycle_runs_beside_the_first_with_its_own_audience(cycle, cast):
    other = running_cycle(
        "Leaders 2026", asks_reports=True, named_by=DATES["self_due_on"], feedback_due_on=DATES["closes_on"]
    )

    assert assessment_of(cast.eve, other).cycle == other
    assert Assessment.objects.filter(employee=cast.eve).count() == 2
