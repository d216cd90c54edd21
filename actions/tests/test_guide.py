"""Four steps that tick themselves, the printed kit, what the team reads, and the next survey's first page."""

import pytest
from django.urls import reverse
from django.utils import timezone

from actions.models import Action
from actions.queries import guide as queries
from actions.queries import open_steps
from actions.services import promises
from actions.tests.factories import in_days, overdue, promise
from assessments.surveys.models import Sharing
from assessments.surveys.tests import factories as surveys
from core.models import Mail, Notification
from people.access import Viewer


@pytest.fixture
def place(published, place_of):
    return place_of(published, "helpdesk")


@pytest.fixture
def address(place):
    return lambda name: reverse(f"actions:{name}", args=[place.campaign_id, place.place])


def states(cast, place) -> list[str]:
    found = queries.guide(Viewer.of(cast.max.user), place, on=timezone.localdate())
    return [step.state for step in found.steps]


def test_each_step_ticks_itself_when_it_has_happened(cast, place, address, client_of):
    client = client_of(cast.max)
    assert states(cast, place) == ["now", "", "", ""]

    client.get(reverse("surveys:unit_results", args=[place.campaign_id, place.place]))
    assert states(cast, place) == ["done", "now", "", ""]

    client.post(address("talk"), {"talked_on": timezone.localdate().isoformat()})
    assert states(cast, place) == ["done", "done", "now", ""]

    sent = {
        "title": "Praise on the day",
        "construct": "consequence",
        "unit": cast.helpdesk.pk,
        "owner": "Max Berg",
        "due_on": in_days(30).isoformat(),
    }
    new = f"{reverse('actions:new')}?campaign={place.campaign_id}&place={place.place}&from=guide"
    assert client.post(new, sent).headers["Location"] == address("guide")
    assert states(cast, place) == ["done", "done", "done", "now"]

    page = client.get(address("guide")).content.decode()
    assert "We will do one thing: Praise on the day." in page
    client.post(address("telling"), {"words": "Thank you. We praise on the day."})
    assert states(cast, place) == ["done"] * 4
    assert open_steps(Viewer.of(cast.max.user), on=timezone.localdate()) is None


def test_reading_the_page_of_the_team_ticks_the_first_step_and_hr_s_reading_does_not(cast, place, client_of):
    client_of(cast.hana).get(reverse("surveys:unit_results", args=[place.campaign_id, place.place]))
    assert states(cast, place)[0] == "now"

    client_of(cast.max).get(reverse("surveys:team_results"))
    assert states(cast, place)[0] == "done"


def test_everyone_in_the_unit_is_told_once_and_others_cannot_read_it(cast, place, address, client_of):
    client = client_of(cast.max)
    client.post(address("telling"), {"words": "We heard you."})

    assert client.post(address("telling"), {"words": "Again"}).status_code == 422
    assert Notification.objects.filter(key__startswith="team-told:").count() == 12
    assert Mail.objects.filter(kind="team_report").count() == 12
    assert "We heard you." in client_of(cast.eve).get(address("report")).content.decode()
    assert client_of(cast.olga).get(address("report")).status_code == 404


def test_only_the_head_takes_the_steps_and_those_above_follow_them(cast, place, address, client_of):
    for who in (cast.uma, cast.hana, cast.petra, cast.ada):
        assert client_of(who).get(address("guide")).status_code == 200
    assert client_of(cast.hana).post(address("talk"), {"talked_on": "2020-01-01"}).status_code == 403
    assert client_of(cast.eve).get(address("guide")).status_code == 404
    assert client_of(cast.sam).get(address("kit")).status_code == 404


def test_the_kit_holds_what_the_release_shows_and_room_to_promise(cast, place, address, client_of):
    page = client_of(cast.max).get(address("kit")).content.decode()

    assert "Two strengths" in page
    assert "One gap" in page
    assert "When did you last see this in our own work" in page
    assert "Who answers for it" in page


def test_t40_the_kit_of_a_small_unit_shows_the_group_above_and_says_so(tarn, published, place_of, client_of):
    small = place_of(published, "it")
    page = client_of(tarn.ian).get(reverse("actions:kit", args=[small.campaign_id, small.place])).content.decode()

    assert "Not shown" in page
    assert "which the team belongs to" in page
    assert "Two strengths" not in page


def test_p08_the_kit_prints_no_statement_that_is_not_shared(cast, place, address, client_of):
    dates = dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), timezone.now())
    Sharing.objects.create(campaign=place.campaign, **dates, reached="managers", manager_sections=["units"])

    page = client_of(cast.petra).get(address("kit")).content.decode()

    assert queries.STATEMENTS_HIDDEN in page
    assert "Two strengths" not in page
    assert "One gap" not in page
    assert "Two strengths" in client_of(cast.max).get(address("kit")).content.decode()


def test_a_day_that_lies_ahead_is_refused_kindly(cast, address, client_of):
    answer = client_of(cast.max).post(address("talk"), {"talked_on": in_days(3).isoformat()})

    assert answer.status_code == 422
    assert "The day lies ahead" in answer.content.decode()


def test_without_results_the_guide_says_what_comes_first(cast, client_of):
    assert "No results wait for you" in client_of(cast.max).get(reverse("actions:my_guide")).content.decode()


def test_overdue_promises_stand_on_the_first_page_of_the_next_survey(tarn, cast, client_of):
    overdue(cast.max, title="Answer within a day", by=12)
    overdue(cast.sam, title="Only for sales")
    overdue(cast.sam, title="Sam listens in", kind=Action.Kind.COMMITMENT)
    done = promise(cast.max, title="Already done")
    promises.move(done, "done", words="It was.", by=cast.max.user, at=timezone.now())
    survey = surveys.open_campaign(title="Autumn survey")

    page = client_of(cast.eve).get(reverse("surveys:intro", args=[survey.pk])).content.decode()

    assert "Promised after earlier surveys, not yet done" in page
    assert "Answer within a day" in page
    assert "not yet done, was due 12 days ago" in page
    assert "Sam listens in" in page
    assert "Only for sales" not in page
    surveys.answer(surveys.invitation_of(survey, cast.eve), {"STR1": "4"})
    thanks = client_of(cast.eve).get(reverse("surveys:thanks", args=[survey.pk])).content.decode()
    assert "What became of earlier answers" in thanks
    assert "Already done" in thanks
    assert "Already done" not in page
