"""What the list of obstacles says of the viewer’s own, and what the clock does for all of them."""

from datetime import datetime

from django.utils import timezone

from actions import schedule
from actions.models import Obstacle
from actions.queries import obstacles as queries
from actions.services import obstacles
from actions.tests.factories import obstacle
from people.access import Viewer
from people.models import RoleGrant
from people.tests.factories import UserFactory


def test_f11_what_cannot_be_shown_keeps_no_promise_back(cast, monkeypatch):
    def refused(*, at: datetime) -> int:
        raise RuntimeError("wrong with this one")

    counted: list[datetime] = []
    monkeypatch.setattr(obstacles, "show_waiting", refused)
    monkeypatch.setattr(obstacles, "count_voices", lambda *, at: counted.append(at) or 0)

    schedule.keep_promises()

    assert counted


def test_t47_whoever_is_no_employee_has_reported_nothing(cast):
    obstacle(cast.eve, title="The tool is slow")
    Obstacle.objects.update(is_anonymous=True, reported_by=None)
    office = UserFactory()
    RoleGrant.objects.create(user=office, role=RoleGrant.Role.HR_ADMIN)

    def rows(show: str) -> int:
        filters = queries.Filters(show=show)
        return len(queries.obstacle_list(Viewer.of(office), filters, on=timezone.localdate(), page=None).rows)

    assert rows("all") == 1
    assert rows("mine") == 0
