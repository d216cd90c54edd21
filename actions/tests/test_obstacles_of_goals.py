"""What a check-in says is in the way, in the obstacle log."""

from datetime import timedelta
from uuid import uuid4

from django.urls import reverse
from django.utils import timezone

from actions.models import Obstacle
from goals.models import Goal
from goals.tests import factories as goals


def test_what_a_check_in_says_is_in_the_way_becomes_an_obstacle_by_one_tick(cast, client_of):
    low = goals.goal(cast.eve, goals.cycle())
    sent = {
        "value": "30",
        "measured_on": goals.TODAY.isoformat(),
        "blocker": "Two signatures for a refund. " * 9,
        "to_log": "on",
        "key": uuid4(),
    }
    client, url = client_of(cast.eve), reverse("goals:check_in", args=[low.pk])
    assert "Put it in the obstacle log" in client.get(url).content.decode()

    assert client.post(url, {**sent, "blocker": " "}).status_code == 422
    for _ in range(2):  # the same form sent twice
        client.post(url, sent)

    made = Obstacle.objects.get()
    assert (made.reported_by, made.owner, made.goal) == (cast.eve, cast.max, low)
    assert made.title.endswith("…")
    assert made.details.startswith("Two signatures")
    assert low.detail.title in client_of(cast.max).get(made.get_absolute_url()).content.decode()


def test_t24_an_obstacle_does_not_name_the_goal_to_those_who_cannot_see_it(cast, client_of):
    hidden = goals.goal(cast.eve, goals.cycle(), title="Only my line sees it", visibility=Goal.Visibility.LINE)
    goals.check_in(hidden, 30, blocker="Two signatures", to_log=True)
    made = Obstacle.objects.get()

    assert "Only my line" in client_of(cast.max).get(made.get_absolute_url()).content.decode()
    assert "Only my line" not in client_of(cast.olga).get(made.get_absolute_url()).content.decode()


def test_a_private_goal_offers_no_tick_and_takes_none(cast, client_of):
    private = goals.goal(cast.eve, goals.cycle(), visibility=Goal.Visibility.PRIVATE)
    page = client_of(cast.eve).get(reverse("goals:check_in", args=[private.pk])).content.decode()
    assert "obstacle log" not in page

    goals.check_in(private, 30, blocker="Two signatures", to_log=True)

    assert not Obstacle.objects.exists()


def test_the_page_for_all_check_ins_has_the_tick_too(cast, client_of):
    today = timezone.localdate()
    low = goals.goal(cast.eve, goals.cycle(), starts_on=goals.START)
    Goal.objects.filter(pk=low.pk).update(due_on=today + timedelta(days=30))
    prefix = f"g{low.pk}"
    sent = {
        f"{prefix}-value": "30",
        f"{prefix}-blocker": "No headset",
        f"{prefix}-to_log": "on",
        f"{prefix}-key": uuid4(),
    }

    client_of(cast.eve).post(reverse("goals:check_ins"), sent)

    assert Obstacle.objects.get().title == "No headset"
