"""Choosing, changing and closing actions, and who sees them."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from actions import access
from actions.models import Action
from actions.queries import board, due_for
from actions.services import promises
from actions.tests.factories import in_days, overdue, promise
from assessments.surveys.tests import factories as surveys
from core.constructs import Construct
from core.models import AuditEntry, Mail, Notification
from people import tree
from people.access import Viewer
from people.models import Unit
from people.tests.factories import EmployeeFactory, UnitFactory

NOW = timezone.now


def seen(employee) -> set[str]:
    return set(Action.objects.visible_to(Viewer.of(employee.user)).values_list("title", flat=True))


@pytest.fixture
def three(cast):
    """One promise of the helpdesk, one of sales, one of the whole organisation, and a commitment of Sam's."""
    promise(cast.max, title="Helpdesk")
    promise(cast.sam, title="Sales")
    promise(cast.uma, cast.company, title="Company")
    promise(cast.sam, kind=Action.Kind.COMMITMENT, title="Sam commits")


@pytest.mark.parametrize(
    ("who", "what"),
    [
        ("eve", {"Helpdesk", "Company", "Sam commits"}),
        ("olga", {"Sales", "Company", "Sam commits"}),
        ("max", {"Helpdesk", "Company", "Sam commits"}),
        ("uma", {"Helpdesk", "Sales", "Company", "Sam commits"}),
        ("hana", {"Helpdesk", "Sales", "Company", "Sam commits"}),
        ("petra", {"Helpdesk", "Company", "Sam commits"}),
        ("ada", {"Helpdesk", "Sales", "Company", "Sam commits"}),
        ("ingrid", {"Company", "Sam commits"}),
    ],
)
def test_t02_a_team_sees_its_own_promises_and_those_above_and_who_leads_it_too(cast, three, who, what):
    assert seen(getattr(cast, who)) == what


def test_t02_executives_see_departments_and_not_the_teams_below(cast, three):
    cast.sales.depth = 2
    cast.sales.save(update_fields=["depth"])

    assert "Sales" not in seen(cast.ada)


def test_a_promise_or_commitment_sent_twice_is_one(cast, client_of):
    client, day = client_of(cast.uma), in_days(9).isoformat()
    promised = {"title": "Call back", "construct": "consequence", "unit": cast.company.pk, "owner": "Max Berg"}
    for url, sent in (
        (reverse("actions:new"), promised | {"due_on": day}),
        (reverse("actions:commitment"), {"title": "On the phones", "construct": "commander", "due_on": day}),
    ):
        key = re.search(r'name="key" value="([0-9a-f-]{36})"', client.get(url).content.decode())[1]
        for _ in range(2):
            assert client.post(url, sent | {"key": key}).status_code == 302
        assert client.post(url, sent | {"key": "nonsense", "title": "Another one"}).status_code == 302

    assert Action.objects.filter(title="Call back").count() == 1
    assert Action.objects.get(title="On the phones").state == "doing"
    assert Action.objects.count() == 4
    assert AuditEntry.objects.filter(verb="promised").count() == 4


def test_leaders_are_asked_for_a_commitment_once_their_own_survey_is_in(cast, client_of):
    for number in range(3):
        unit = UnitFactory(key=f"unit-{number}", parent=cast.company)
        Unit.objects.filter(pk=unit.pk).update(head=EmployeeFactory(unit=unit))
    tree.renumber_units()
    asked = {
        "leaders": surveys.open_campaign(audience="leaders", form=surveys.form("leader_full")),
        "everyone": surveys.open_campaign(),
    }
    for campaign in asked.values():
        surveys.answer(surveys.invitation_of(campaign, cast.max), {"STR1": "4"})

    thanks = {
        key: client_of(cast.max).get(reverse("surveys:thanks", args=[campaign.pk])).content.decode()
        for key, campaign in asked.items()
    }

    assert reverse("actions:commitment") in thanks["leaders"]
    assert "Leaders go first" not in thanks["everyone"]


def test_a_promise_names_one_person_who_hears_of_it(cast):
    made = promises.choose(
        promises.Promise("Call back", Construct.CONSEQUENCE, cast.helpdesk, cast.eve, in_days(10)),
        by=cast.max.user,
        at=NOW(),
    )

    told = Notification.objects.get(to=cast.eve.user)
    assert "Call back" in told.text
    assert told.url == made.get_absolute_url()
    assert AuditEntry.objects.get(verb="promised").subject_label == "Call back"


def test_a_dropped_action_says_why_and_an_open_one_has_no_last_day(cast):
    action = promise(cast.max)

    with pytest.raises(promises.NotThatWay, match="why it is dropped"):
        promises.move(action, "dropped", by=cast.max.user, at=NOW())
    promises.move(action, "dropped", words="The desk was closed.", by=cast.max.user, at=NOW())
    action = promises.move(action, "planned", by=cast.max.user, at=NOW())

    assert action.closed_on is None
    assert action.closing_words == ""


def test_t55_of_two_who_change_at_once_the_second_sees_both(cast, client_of):
    action = promise(cast.max)
    said = promises.Promise("Other words", action.construct, action.unit, action.owner, action.due_on)
    promises.change(action, said, version=1, by=cast.max.user, at=NOW())

    with pytest.raises(promises.ChangedMeanwhile):
        promises.change(action, said, version=1, by=cast.uma.user, at=NOW())
    sent = {
        "title": "What I typed",
        "construct": "strategy",
        "unit": action.unit_id,
        "owner": "Max Berg",
        "due_on": in_days(9).isoformat(),
        "version": "1",
    }
    answer = client_of(cast.uma).post(reverse("actions:change", args=[action.pk]), sent)
    assert answer.status_code == 409
    assert "Other words" in answer.content.decode()
    assert "What I typed" in answer.content.decode()


def test_the_owner_is_reminded_once_before_and_once_after_the_day(cast):
    action = promise(cast.max, due_on=in_days(3))
    promises.remind(action, at=NOW())
    promises.remind(action, at=NOW())
    late = overdue(cast.max, title="Late one")
    promises.remind(late, at=NOW())

    texts = list(Notification.objects.filter(to=cast.max.user).values_list("text", flat=True))
    assert sum("is due on" in text for text in texts) == 1
    assert sum("was promised for" in text for text in texts) == 1
    assert Mail.objects.filter(kind="action_due", user=cast.max.user).count() == 2


def test_what_is_due_is_offered_to_the_owner_and_to_who_leads_the_team_own_first(cast):
    overdue(cast.eve, cast.helpdesk, title="Of Eve")
    overdue(cast.max, title="Of Max", by=1)
    promise(cast.max, title="Far ahead", due_on=in_days(60))

    rows = due_for(Viewer.of(cast.max.user), on=timezone.localdate())

    assert [row.title for row in rows] == ["Of Max", "Of Eve"]
    assert rows[0].due_words == "was due 1 day ago"
    assert [row.title for row in due_for(Viewer.of(cast.eve.user), on=timezone.localdate())] == ["Of Eve"]
    assert due_for(Viewer.of(cast.olga.user), on=timezone.localdate()) == []


def test_promises_kept_counts_those_whose_day_has_come(cast):
    overdue(cast.max)
    promise(cast.max, due_on=in_days(5))
    for _ in range(2):
        promises.move(promise(cast.max), "done", by=cast.max.user, at=NOW())

    assert board.promises_kept(Viewer.of(cast.hana.user), on=timezone.localdate()) == board.Kept(
        due=3, kept=2, late=1, dropped=0, percent=67
    )


def test_only_owner_and_leaders_change_a_team_s_action_and_nobody_else_a_commitment(cast):
    action, commitment = promise(cast.eve, cast.helpdesk), promise(cast.sam, kind="commitment")

    may = {name for name in ("eve", "ed", "max", "uma", "hana", "ada", "olga") if _may(cast, name, action)}
    assert may == {"eve", "max", "uma", "ada"}
    assert {name for name in ("sam", "uma", "ada", "hana") if _may(cast, name, commitment)} == {"sam"}


def _may(cast, name, action) -> bool:
    return access.may_change(Viewer.of(getattr(cast, name).user), action)


def test_a_manager_promises_from_a_statement_with_one_click_and_moves_it_on(published, cast, client_of, place_of):
    place = place_of(published, "helpdesk")
    client = client_of(cast.max)
    results = reverse("surveys:unit_results", args=[published.pk, place.place])
    link = f"/actions/new/?campaign={published.pk}&amp;place={place.place}&amp;item=CSQ2"
    assert link in client.get(f"{results}?topic=consequence").content.decode()
    assert "item=CSQ2" not in client_of(cast.eve).get(f"{results}?topic=consequence").content.decode()
    address = f"{reverse('actions:new')}?campaign={published.pk}&place={place.place}&item=CSQ2"

    page = client.get(address).content.decode()
    assert "Praise comes soon after the good work is done." in page
    assert '<option value="consequence" selected' in page

    sent = {
        "title": "Praise on the day",
        "construct": "consequence",
        "unit": cast.helpdesk.pk,
        "owner": "Max Berg",
        "due_on": in_days(30).isoformat(),
        "version": "0",
    }
    client.post(address, sent)
    action = Action.objects.get(title="Praise on the day")
    assert (action.campaign, action.item_code, action.unit) == (published, "CSQ2", cast.helpdesk)

    client.post(reverse("actions:state", args=[action.pk]), {"to": "doing"})
    action.refresh_from_db()
    assert action.state == "doing"
    assert action.follow_up.minimum_group == published.minimum_group
    assert "Praise on the day" in client_of(cast.eve).get(reverse("actions:board")).content.decode()


def test_a_promise_for_somebody_else_s_unit_or_a_past_day_is_refused(cast, client_of):
    sent = {"title": "x", "construct": "strategy", "unit": cast.sales.pk, "owner": "Max Berg", "due_on": "2020-01-01"}

    answer = client_of(cast.max).post(reverse("actions:new"), sent)

    assert answer.status_code == 422
    assert "This day has passed" in answer.content.decode()
    assert not Action.objects.exists()
    for name in ("new", "commitment"):
        client_of(cast.eve).post(reverse(f"actions:{name}"), sent)
        assert "This is for leaders" in client_of(cast.eve).get(reverse(f"actions:{name}")).content.decode()
    assert not Action.objects.exists()


def test_t53_the_board_as_a_table_holds_what_one_may_see_and_no_formula(cast, client_of):
    promise(cast.max, title="=HYPERLINK(1)")
    promise(cast.sam, title="Of sales")

    table = client_of(cast.eve).get(f"{reverse('actions:board_csv')}?show=").content.decode("utf-8-sig")

    assert "'=HYPERLINK(1)" in table
    assert "Of sales" not in table


def test_t62_the_board_takes_as_many_queries_for_forty_promises_as_for_four(
    cast, client_of, django_assert_max_num_queries
):
    for _ in range(40):
        promise(cast.max)
    client = client_of(cast.max)
    client.get(reverse("actions:board"))

    with django_assert_max_num_queries(26):
        page = client.get(reverse("actions:board")).content.decode()

    assert page.count("Call back within a day") == 40
