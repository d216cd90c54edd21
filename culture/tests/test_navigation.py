"""The navigation offers what one may open, and lights one entry."""

import pytest
from django.urls import reverse

from people.access import Viewer
from people.context import NAVIGATION, _is_for
from people.models import RoleGrant
from people.tests.factories import UserFactory

ITEMS = [item for group in NAVIGATION for item in group.items]


def test_every_entry_leads_somewhere():
    assert all(reverse(item.route) for item in ITEMS)


@pytest.mark.parametrize(
    "who", ["eve", "max", "hana", "petra", "ada", "ingrid", *(f"{role} only" for role in RoleGrant.Role.values)]
)
def test_everything_that_is_offered_opens(client, cast, who):
    if who.endswith(" only"):
        user = UserFactory()
        RoleGrant.objects.create(user=user, role=who.removesuffix(" only"))
    else:
        user = getattr(cast, who).user
    client.force_login(user)
    offered = [item for item in ITEMS if _is_for(Viewer.of(user), item)]

    assert offered
    for item in offered:
        response = client.get(reverse(item.route))
        assert response.status_code == 200, f"{item.label} for {who}: {response.status_code}"
        assert 'aria-current="page"' in response.content.decode(), item.label
