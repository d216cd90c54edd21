"""Beside a rating stands what the rater may read anyway, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.competencies.models import Competency
from assessments.reviews.models import AgreedLevel, ReviewCycle
from assessments.reviews.queries import evidence
from assessments.reviews.tests.factories import assessment_of, rate_url, review_of, running_cycle
from goals.models import Goal
from goals.tests import factories as goals
from people.access import Viewer
from recognition.models import Reach
from recognition.services import feedback, praise
from recognition.tests import factories as recognition


@pytest.fixture
def listening(live_cycle):
    return Competency.objects.get(key="listening")


def seen(person, viewer, competency, today):
    found = evidence.about(assessment_of(person), competency, Viewer.of(viewer.user), on=today)
    return [(one.kind, one.text) for one in found]


def test_own_praise_and_feedback_stand_beside_the_self_assessment(cast, listening, today, client_of):
    recognition.thanks(cast.eve, cast.ed, Reach.PERSON, what="You waited until she had finished.", competency=listening)
    recognition.thanks(cast.eve, cast.olga, what="Newer, about something else.")
    recognition.thanks(cast.eve, cast.max, what="Too long ago.", days_ago=200)
    recognition.question(cast.eve, cast.olga, answer="You sum up well.")

    found = seen(cast.eve, cast.eve, listening, today)

    assert found[0] == ("Praise", "You waited until she had finished.")
    assert set(found) == {found[0], ("Praise", "Newer, about something else."), ("Feedback", "You sum up well.")}
    page = client_of(cast.eve).get(rate_url(review_of(cast.eve))).text
    assert "“You waited until she had finished.”" in page
    assert "names this competency" in page


def test_e7_my_competencies_count_what_was_said_of_each_in_the_last_six_months(cast, listening, client_of):
    recognition.thanks(cast.eve, cast.ed, Reach.PERSON, what="You waited.", competency=listening)
    recognition.thanks(cast.eve, cast.max, what="Too long ago.", competency=listening, days_ago=200)
    recognition.thanks(cast.ed, cast.max, what="Another person.", competency=listening)
    recognition.thanks(cast.eve, cast.olga, what="About nothing named.")

    page = client_of(cast.eve).get(reverse("reviews:mine")).text

    assert page.count("of evidence") == 1
    assert "1 piece of evidence" in page
    assert "named it 1 time." in page


def test_t52_the_manager_reads_what_is_for_the_team_or_shared_and_no_private_word(cast, listening, today, now):
    private = recognition.thanks(cast.eve, cast.ed, Reach.PERSON, what="Between us.")
    recognition.thanks(cast.eve, cast.ed, Reach.TEAM, what="For the team.")
    recognition.thanks(cast.eve, cast.max, Reach.PERSON, what="From me.")
    answered = recognition.question(cast.eve, cast.olga, answer="You sum up well.")

    assert {text for _, text in seen(cast.eve, cast.max, listening, today)} == {"For the team.", "From me."}

    praise.share(private, True, at=now)
    feedback.share(answered, True, at=now)
    told = {text for _, text in seen(cast.eve, cast.max, listening, today)}
    assert told == {"For the team.", "From me.", "Between us.", "You sum up well."}

    assert seen(cast.eve, cast.olga, listening, today) == [("Feedback", "You sum up well.")]
    assert seen(cast.eve, cast.hana, listening, today) == []


def test_check_ins_show_their_words_to_whom_the_goal_is_open(cast, listening):
    year = goals.cycle()
    for title, visibility in (("Ring back", Goal.Visibility.LINE), ("Mine alone", Goal.Visibility.PRIVATE)):
        goal = goals.goal(cast.eve, year, title=title, visibility=visibility)
        goals.check_in(goal, 1, what_changed=f"{title}: done on Monday.")

    words = {
        name: [text for kind, text in seen(cast.eve, getattr(cast, name), listening, goals.TODAY) if kind == "Check-in"]
        for name in ("eve", "max", "olga")
    }

    assert set(words["eve"]) == {"Ring back: done on Monday.", "Mine alone: done on Monday."}
    assert words["max"] == ["Ring back: done on Monday."]
    assert words["olga"] == []


def test_levels_agreed_before_are_for_the_two_who_agree_them(cast, listening, today, now):
    before = now - timedelta(days=400)
    ReviewCycle.objects.filter(pk=assessment_of(cast.eve).cycle_id).update(name="This one")
    earlier = running_cycle(
        "Last year", at=before, **dict.fromkeys(("self_due_on", "manager_due_on", "closes_on"), before.date())
    )
    ReviewCycle.objects.filter(pk=earlier.pk).update(launched_at=before)
    old, new = assessment_of(cast.eve, earlier), assessment_of(cast.eve, ReviewCycle.objects.get(name="This one"))
    version = listening.versions.get(state="published")
    AgreedLevel.objects.create(
        assessment=old, version=version, competency=listening, level=2, agreed_on=before.date(), set_by=cast.max.user
    )

    def levels(viewer, competency=listening):
        found = evidence.about(new, competency, Viewer.of(viewer.user), on=today)
        return [(one.text, one.detail.split(",")[0]) for one in found if one.kind == "Agreed before"]

    assert levels(cast.eve) == levels(cast.max) == [("Level 2", "Last year")]
    assert levels(cast.olga) == levels(cast.uma) == levels(cast.hana) == []
    assert levels(cast.eve, Competency.objects.get(key="clarity")) == []


def test_t62_the_drawer_takes_as_many_queries_for_much_as_for_little(cast, listening, today):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            seen(cast.eve, cast.max, listening, today)
        return len(queries)

    recognition.thanks(cast.eve, cast.ed, competency=listening)
    counted()  # what the process keeps in memory is read once
    few = counted()
    for by in (cast.olga, cast.sam, cast.max):
        recognition.thanks(cast.eve, by, competency=listening)

    assert counted() == few
