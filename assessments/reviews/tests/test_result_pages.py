"""The manager's pages, the talk and the result, without JavaScript."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.reviews import services
from assessments.reviews.models import Assessment
from assessments.reviews.tests.factories import (
    agree,
    assessment_of,
    given,
    rate,
    rate_url,
    review_of,
    running_cycle,
    share,
    share_both,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(live_cycle):
    return live_cycle


def test_the_team_page_shows_states_by_name_and_no_level(cycle, client_of, max, eve, ed, now):
    client = client_of(max)
    page = client.get("/reviews/team/").text
    assert "Eve Lind" in page
    assert "Olga Finn" not in page
    assert page.count("Not begun") == 2

    share(review_of(eve), at=now)
    rate(review_of(eve, "manager"), "listening", given(3), at=now)
    page = client.get("/reviews/team/").text
    assert "Draft, 1 of 12" in page
    assert "<b>1 <small>of 2</small></b>" in page

    share(review_of(eve, "manager"), at=now)
    assert "Prepare the talk" in client.get("/reviews/team/").text


def test_a_manager_rates_in_the_same_way(cycle, client_of, max, eve):
    review = review_of(eve, "manager")
    page = client_of(max).get(rate_url(review)).text

    assert "Which level fits what Eve did in the last six months?" in page
    assert "Needed in this role" in page
    assert "review of Eve Lind" in page


def test_the_result_shows_both_views_gaps_and_what_is_worth_talking_about(cycle, client_of, eve, now):
    one = share_both(eve, own={"listening": 4, "clarity": 2}, manager={"listening": 2, "clarity": 2}, at=now)

    page = client_of(eve).get(f"/reviews/results/{one.pk}/").text

    assert "Levels are proposals until you agree them in the talk" in page
    assert page.count("Worth talking about") == 1 + 1  # the row and its tile
    assert "manager&#x27;s view" in page
    assert page.count("1 below") == 2
    assert "Rules or targets" in page
    assert "Worth considering" in page
    assert "Suggested focus: <b>Listening for needs</b>, from level 2 to 3" in page
    assert "It is no score and is not compared with anybody" in page


def test_agreeing_puts_forward_only_levels_on_which_both_views_meet(cycle, client_of, max, eve, now):
    one = share_both(eve, own={"listening": 4}, manager={"listening": 2}, at=now)
    client = client_of(max)
    form = client.get(f"/reviews/results/{one.pk}/agreed-levels/").context["form"]
    chosen = {row.asked.key: field.value() for row, field in form.pairs()}
    assert chosen.pop("listening") is None
    assert set(chosen.values()) <= {"1", "2", "3"}

    data = {field.html_name: field.value() or "" for _, field in form.pairs()}
    data |= {"revision": 0, "talk_on": timezone.localdate(now).isoformat()}
    refused = client.post(f"/reviews/results/{one.pk}/agreed-levels/", data)
    assert refused.status_code == 422
    assert "Choose a level, or “not assessed”." in refused.text

    listening = next(field.html_name for row, field in form.pairs() if row.asked.key == "listening")
    done = client.post(f"/reviews/results/{one.pk}/agreed-levels/", {**data, listening: "3"}, follow=True)
    assert "Recorded. Eve Lind is told" in done.text
    assert Assessment.objects.get(pk=one.pk).agreed_by == max.user


def test_the_person_acknowledges_with_a_statement(cycle, client_of, eve, max, now):
    one = agree(share_both(eve, at=now), at=now)
    client = client_of(eve)
    assert "To acknowledge says that you have read the levels" in client.get(f"/reviews/results/{one.pk}/").text

    stale = client.post(f"/reviews/results/{one.pk}/statement/", {"statement": "Mine.", "revision": 0})
    assert stale.status_code == 409
    assert "Mine." in stale.text

    done = client.post(f"/reviews/results/{one.pk}/statement/", {"statement": "Mine.", "revision": 1}, follow=True)
    assert "Your statement is on record" in done.text
    assert "Mine." in client_of(max).get(f"/reviews/results/{one.pk}/").text
    assert client_of(max).get(f"/reviews/results/{one.pk}/agreed-levels/").status_code == 302


def test_t55_f23_a_stale_page_shows_both_statements_and_saves_again_on_purpose(cycle, client_of, eve, now):
    one = agree(share_both(eve, at=now), at=now)
    services.acknowledge(one, statement="From the phone.", revision=one.revision, by=eve, at=now)
    client, url = client_of(eve), f"/reviews/results/{one.pk}/statement/"

    stale = client.post(url, {"statement": "From the desk.", "revision": one.revision})

    assert stale.status_code == 409
    assert "“From the phone.”" in stale.text
    assert "From the desk.</textarea>" in stale.text
    shown = stale.context["form"]["revision"].value()
    client.post(url, {"statement": "From the desk.", "revision": shown})
    assert assessment_of(eve).statement == "From the desk."


def test_t55_a_manager_with_an_older_page_sees_the_recorded_levels_beside_what_was_chosen(
    cycle, client_of, max, eve, now
):
    one = agree(share_both(eve, at=now), at=now, listening=2)
    client, url = client_of(max), f"/reviews/results/{one.pk}/agreed-levels/"
    form = client.get(url).context["form"]
    data = {field.html_name: field.value() or "1" for _, field in form.pairs()}
    listening = next(field.html_name for row, field in form.pairs() if row.asked.key == "listening")
    data |= {listening: "4", "revision": "0", "talk_on": timezone.localdate(now).isoformat()}

    stale = client.post(url, data)

    assert stale.status_code == 409
    assert "recorded meanwhile: level 2" in stale.text
    assert stale.context["form"][listening].value() == "4"
    client.post(url, {**data, "revision": stale.context["form"]["revision"].value()})
    assert one.agreed_levels.get(competency__key="listening").level == 4


def test_words_typed_while_the_cycle_closed_are_not_lost(cycle, client_of, eve, now):
    one = agree(share_both(eve, at=now), at=now)
    services.close(cycle, by=None, at=now)

    late = client_of(eve).post(f"/reviews/results/{one.pk}/statement/", {"statement": "Late words.", "revision": 1})

    assert late.status_code == 422
    assert "Summer 2026 is closed." in late.text
    assert "“Late words.”" in late.text


def test_history_shows_what_moved_up(cycle, client_of, eve, now):
    one = agree(share_both(eve, at=now), at=now, listening=2)
    one.agreed_levels.update(agreed_on=timezone.localdate(now) - timedelta(days=100))
    services.close(cycle, by=None, at=now)
    later = now + timedelta(minutes=1)
    today = timezone.localdate(later)
    running_cycle("Later", at=later, self_due_on=today, manager_due_on=today, closes_on=today)
    for kind in ("self", "manager"):
        share(review_of(eve, kind), at=later)
    second = agree(assessment_of(eve), at=later)

    page = client_of(eve).get(f"/reviews/results/{second.pk}/").text

    assert "Moved up since the last cycle" in page
    assert "Listening for needs" in page
