"""The demo company after all steps, loaded once for this file."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from assessments.reviews.models import Review
from assessments.surveys.models import Campaign, Invitation, UnitRelease
from assessments.surveys.queries import results
from culture.demo import SIGN_INS, load
from goals.models import Goal
from goals.queries.rows import roll_ups, rows_of
from people.access import Viewer
from people.models import Employee, User

pytestmark = pytest.mark.django_db  # also alone: without a test that asks for it, no database is made
EMAILS = {role: email for role, email, _ in SIGN_INS}


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        said = []
        load.load(said.append, at=timezone.now())
        yield said
        transaction.set_rollback(True)


def _user(role):
    return User.objects.get(email=EMAILS[role])


def _client(role):
    client = Client()
    client.force_login(_user(role))
    return client


def test_each_step_says_what_there_is(demo):
    assert len(demo) == len(load.STEPS)
    assert demo[0].endswith("200 people in 29 units")


def test_loading_again_repeats_nothing(demo):
    said = []

    load.load(said.append, at=timezone.now())

    assert all("was loaded before" in line for line in said)
    assert load.is_complete()


def _share(ppm):
    """To the four decimals of the file."""
    return None if ppm is None else (Decimal(ppm) / 1_000_000).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def test_e24_the_goals_stand_where_the_file_expects_them(demo):
    """Goals that the team has set itself support none of the file's goals, so they change none of its numbers."""
    content = load.content("goals.yaml")
    titles = {goal["title"]: goal["key"] for goal in content["goals"]}
    today = timezone.localdate()
    goals = list(Goal.objects.filter(detail__title__in=titles).with_words())
    rolled = roll_ups([goal.pk for goal in goals], today)

    assert len(goals) == len(content["expected_results"]) == 29
    for row in rows_of(goals, today):
        wanted = content["expected_results"][titles[row.title]]
        assert abs(_share(row.progress_ppm) - Decimal(str(wanted["progress"]))) < Decimal("0.0002"), row.title
        assert row.status == wanted["status"], row.title
        assert len(row.breached) == len(wanted["guardrails_breached"]), row.title
        if wanted["rollup"]:
            supporting = rolled[row.id]
            assert abs(_share(supporting.progress) - Decimal(str(wanted["rollup"]["progress"]))) < Decimal("0.0002")
            assert row.tells_different_story == wanted["rollup"]["tells_different_story"], row.title


def test_leaders_and_staff_results_are_published_and_stand_beside_each_other(demo):
    found = results.latest(Viewer.of(_user("Executive")))

    assert found.organisation
    assert found.leaders
    assert all(score.index is not None for score in (*found.organisation.constructs, *found.leaders.constructs))


def test_t40_the_two_small_units_are_hidden(demo):
    hidden = UnitRelease.objects.filter(unit__campaign__audience="staff").exclude(hidden="")

    assert {"finance-it", "people"} <= set(hidden.values_list("unit__key", flat=True))


def test_everyone_who_may_sign_in_finds_the_pulse_and_a_self_assessment_untouched(demo):
    pulse = Campaign.objects.get(state=Campaign.State.OPEN, audience=Campaign.Audience.EVERYONE)
    for _, email, _ in SIGN_INS:
        person = Employee.objects.get(user__email=email)
        assert not Invitation.objects.get(campaign=pulse, employee=person).answered
        review = Review.objects.get(by=person, kind=Review.Kind.SELF, assessment__cycle__state="open")
        assert review.state == Review.State.DRAFT
        assert not review.ratings.exists()


def test_actions_of_the_earlier_wave_have_verdicts_of_every_kind(demo):
    board = _client("HR administrator").get("/actions/").content.decode()

    for words in ("Better", "No clear change", "Worse", "overdue"):
        assert words in board, words


@pytest.mark.parametrize(
    ("role", "address", "words"),
    [
        ("Employee", "/", "pulse"),
        ("Employee", "/results/", "people answered"),
        ("Manager", "/team/", "Help more callers without passing them on"),
        ("Manager", "/team/", "no update for 52 days"),
        ("HR administrator", "/programme/", "200 of 200 people have one"),
        ("Executive", "/overview/", "The seven Cs from four sides"),
        ("Executive", "/", "Leaders&#x27; workbook, this year"),
        ("Employee", "/", "Let the desk approve refunds up to 100"),
        ("Employee", "/strategy/", "Quality first, then speed"),
        ("Auditor", "/strategy/moments/", "A school calls on a cold morning"),
    ],
)
def test_home_pages_have_something_to_say(demo, role, address, words):
    answer = _client(role).get(address)

    assert answer.status_code == 200
    assert words in answer.content.decode()
