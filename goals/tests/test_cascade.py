"""Cascading: drafts go to their owners, who accept, change or decline; nobody else learns of them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from core.errors import DomainError
from core.models import AuditEntry, Mail, Notification
from goals import queries, recipients, services
from goals.models import Goal, GoalDraft
from goals.services import cascade
from goals.tests.factories import NOON, TODAY, check_in, goal, plan
from people.access import Viewer

pytestmark = pytest.mark.django_db
CANARY = "Zebra crossing"


@pytest.fixture
def parent(cycle, cast):
    """Max's department goal: 0 to 120 reviews."""
    return goal(
        cast.max, cycle, level="department", title="Hold 120 reviews", target=Decimal(120), metric_unit="reviews"
    )


def send(parent, *people, by=None, at=NOON, key=None, **given) -> list[GoalDraft]:
    plans = [
        cascade.DraftPlan(key or uuid4(), plan(one, parent.cycle, parent=parent, title=CANARY, **given))
        for one in people
    ]
    return cascade.send_drafts(parent, plans, message="Can you?", by=by or parent.owner, at=at)


def accept(draft, **changes) -> Goal:
    proposed = cascade.plan_of_draft(draft)
    return cascade.accept_draft(draft, cascade.replace(proposed, **changes), by=draft.sent_to, at=NOON)


def test_an_accepted_draft_is_a_goal_in_its_place_and_the_sender_is_told(parent, eve, max):
    [draft] = send(parent, eve, weight=3)
    assert not Goal.objects.filter(parent=parent).exists()

    made = accept(draft)

    assert (made.owner, made.parent, made.weight, made.detail.title) == (eve, parent, 3, CANARY)
    assert made.visibility == Goal.Visibility.LINE
    news = Notification.objects.get(to=max.user)
    assert news.text == f"Eve Lind accepted your goal draft “{CANARY}”."


def test_a_changed_draft_says_what_was_changed(parent, eve, max):
    [draft] = send(parent, eve)

    made = accept(draft, target=Decimal(60), weight=9)

    assert (made.detail.target, made.weight) == (60, 1)  # the weight is the sender's
    draft.refresh_from_db()
    assert draft.changes == {"target": {"old": "100%", "new": "60%"}}
    assert "changed it: target from 100% to 60%" in Notification.objects.get(to=max.user).text


def test_a_declined_draft_makes_no_goal_and_gives_its_reason_to_the_sender_alone(parent, eve, max):
    [draft] = send(parent, eve)
    cascade.decline_draft(draft, reason="No phones until May", by=eve, at=NOON)

    assert not Goal.objects.filter(owner=eve).exists()
    assert list(Notification.objects.filter(text__contains="No phones").values_list("to", flat=True)) == [max.user.pk]
    with pytest.raises(DomainError, match="declined already"):
        accept(draft)
    with pytest.raises(cascade.DraftRefused, match="answered meanwhile"):
        cascade.take_back_draft(draft, by=max, at=NOON)


def test_t09_only_the_addressee_answers_and_only_the_sender_takes_back(parent, eve, ed, max):
    [draft] = send(parent, eve)
    for verb in (
        lambda: cascade.accept_draft(draft, cascade.plan_of_draft(draft), by=ed, at=NOON),
        lambda: cascade.decline_draft(draft, reason="x", by=max, at=NOON),
        lambda: cascade.take_back_draft(draft, by=eve, at=NOON),
    ):
        with pytest.raises(cascade.DraftRefused, match="Only"):
            verb()
    cascade.take_back_draft(draft, by=max, at=NOON)
    with pytest.raises(cascade.DraftRefused, match="took this draft back"):
        accept(draft)


def test_t54_the_same_form_sent_twice_is_one_draft_one_mail_and_one_goal(parent, eve):
    key = uuid4()
    [first], [second] = send(parent, eve, key=key), send(parent, eve, key=key)

    assert first == second
    assert Mail.objects.filter(kind="goals_waiting").count() == 1
    assert accept(first) == accept(second)


def test_a_draft_that_could_not_become_a_goal_is_not_sent(parent, eve, max):
    with pytest.raises(DomainError, match="numbers do not fit"):
        send(parent, eve, target=Decimal(-5))
    with pytest.raises(cascade.DraftRefused, match="set them directly"):
        send(parent, max)
    services.cancel_goal(parent, because="Merged", by=max.user)
    parent.refresh_from_db()
    with pytest.raises(DomainError, match="withdrawn"):
        send(parent, eve)
    assert not GoalDraft.objects.exists()


def test_a_goal_withdrawn_meanwhile_takes_no_support(parent, eve, max):
    [draft] = send(parent, eve)
    services.cancel_goal(parent, because="Merged", by=max.user)

    with pytest.raises(DomainError, match="withdrawn"):
        accept(draft)
    draft.refresh_from_db()
    assert draft.is_waiting


def test_mail_waits_for_monday_and_names_no_goal(parent, eve):
    saturday = datetime(2026, 7, 4, 10, tzinfo=UTC)
    send(parent, eve, at=saturday)

    mail = Mail.objects.get(kind="goals_waiting")
    assert mail.user == eve.user
    assert mail.due_at == datetime(2026, 7, 6, 7, tzinfo=UTC)  # eight in London
    assert CANARY not in json.dumps(mail.context)


@pytest.fixture
def some_drafts(parent, cast):
    """Drafts to Eve and to Olga's unit in every state but accepted."""
    [declined] = send(parent, cast.eve)
    cascade.decline_draft(declined, reason=CANARY, by=cast.eve, at=NOON)
    [taken_back] = send(parent, cast.eve)
    cascade.take_back_draft(taken_back, by=cast.max, at=NOON)
    return [declined, taken_back, *send(parent, cast.eve)]


def test_t52_a_draft_is_there_for_two_people_and_for_nobody_else(some_drafts, cast, client_of):
    """No page, count, news, mail or entry of the trail tells anybody else that there is a draft."""
    others = [one for one in vars(cast).values() if hasattr(one, "user") and one not in (cast.max, cast.eve)]
    for person in others:
        viewer = Viewer.of(person.user)
        assert not GoalDraft.objects.visible_to(viewer).exists()
        assert not queries.drafts_to_answer(viewer)
        assert not Notification.objects.filter(to=person.user).exists()
        client = client_of(person)
        for address in ("/", reverse("goals:tree"), reverse("goals:mine"), reverse("goals:drafts")):
            assert CANARY not in client.get(address).content.decode(), f"{person}: {address}"
        parent = some_drafts[0].parent
        assert CANARY not in client.get(parent.get_absolute_url()).content.decode()
        for draft in some_drafts:
            assert client.get(draft.get_absolute_url()).status_code == 404
    assert set(Mail.objects.values_list("user", flat=True)) == {cast.eve.user.pk}
    assert set(Mail.objects.values_list("kind", flat=True)) == {"goals_waiting"}  # HR's counts do not tell drafts apart
    trail = AuditEntry.objects.filter(subject_kind="goals.goaldraft")
    assert not trail.exists()
    assert CANARY not in json.dumps(list(AuditEntry.objects.values_list("subject_label", "changes")))


def test_whom_one_can_send_to(parent, cast, cycle):
    labels = {
        name: [one.label for one in recipients.recipients_of(Viewer.of(getattr(cast, name).user), parent).recipients]
        for name in ("max", "uma", "ada", "eve")
    }

    assert labels["max"] == ["Ed Moss, Helpdesk", "Eve Lind, Helpdesk"]
    assert labels["uma"][:2] == ["Helpdesk: Max Berg", "Sales: Sam Hart"]
    assert "Olga Finn, Sales" in labels["uma"]
    assert labels["ada"] == []  # nothing lies below the helpdesk, and nobody reports to her
    assert labels["eve"] == []


def url(name, pk, query=""):
    return reverse(f"goals:{name}", args=[pk]) + query


def fields(key, **given):
    base = {"key": uuid4(), "title": "Hold reviews", "customer_benefit": "They are heard.", "due_on": "2026-12-31"}
    return {f"{key}-{name}": value for name, value in {**base, **given}.items()}


def test_a_target_is_split_equally_and_the_sum_is_said(parent, cast, client_of):
    query = f"?how=equal&to=p{cast.eve.pk}&to=p{cast.ed.pk}"
    client = client_of(cast.max)
    data = fields(f"p{cast.eve.pk}", weight=1) | fields(f"p{cast.ed.pk}", weight=1)

    shown = client.post(url("cascade_drafts", parent.pk, query), {**data, "preview": "1"}).content.decode()
    assert "from 0 to 60 reviews" in shown
    assert "The targets come to 120 reviews: exactly the target" in shown
    assert "50%" in shown
    assert not GoalDraft.objects.exists()

    answer = client.post(url("cascade_drafts", parent.pk, query), {**data, "send": "1"})
    assert answer.status_code == 302
    assert [draft.target for draft in GoalDraft.objects.all()] == [60, 60]


def test_typed_shares_must_come_to_a_hundred(parent, cast, client_of):
    query = f"?how=shares&to=p{cast.eve.pk}&to=p{cast.ed.pk}"
    client = client_of(cast.max)
    data = fields(f"p{cast.eve.pk}", share="70") | fields(f"p{cast.ed.pk}", share="25")

    refused = client.post(url("cascade_drafts", parent.pk, query), {**data, "send": "1"})
    assert refused.status_code == 422
    assert "The shares come to 95%: 5% are missing." in refused.content.decode()

    data[f"p{cast.ed.pk}-share"] = "30"
    client.post(url("cascade_drafts", parent.pk, query), {**data, "send": "1"})
    assert sorted((draft.target, draft.weight) for draft in GoalDraft.objects.all()) == [(36, 30), (84, 70)]


def test_written_drafts_may_differ_and_a_bad_one_keeps_what_was_typed(parent, cast, client_of):
    query = f"?how=own&to=p{cast.eve.pk}&to=p{cast.ed.pk}"
    client = client_of(cast.max)
    numbers = {"weight": 2, "metric_type": "increase", "metric_name": "Calls", "baseline": "0", "target": "2.5"}
    data = fields(f"p{cast.eve.pk}", **numbers) | fields(f"p{cast.ed.pk}", **numbers)
    data[f"p{cast.ed.pk}-target"] = "-5"

    for button in ("preview", "send"):
        refused = client.post(url("cascade_drafts", parent.pk, query), {**data, button: "1"})
        assert refused.status_code == 422
        assert "needs a target above 0" in refused.content.decode()
        assert 'value="-5"' in refused.content.decode()
    data |= {f"p{cast.ed.pk}-target": "7", f"p{cast.ed.pk}-due_on": "2025-12-31", f"p{cast.ed.pk}-metric_name": ""}
    refused = client.post(url("cascade_drafts", parent.pk, query), {**data, "preview": "1"})
    rows = {row.to.person: row.form.errors for row in refused.context["sheet"].rows}
    assert (rows[cast.eve], rows[cast.ed]) == ({}, {"metric_name": ["Say what is measured."]})
    data |= {f"p{cast.ed.pk}-metric_name": "Calls"}
    refused = client.post(url("cascade_drafts", parent.pk, query), {**data, "preview": "1"})
    rows = {row.to.person: row.form.errors for row in refused.context["sheet"].rows}
    assert (rows[cast.eve], list(rows[cast.ed])) == ({}, ["__all__"])
    assert "due on its first day or later" in refused.content.decode()

    data |= {f"p{cast.ed.pk}-due_on": data[f"p{cast.eve.pk}-due_on"]}
    client.post(url("cascade_drafts", parent.pk, query), {**data, "send": "1"})
    assert sorted((draft.target, draft.decimals) for draft in GoalDraft.objects.all()) == [(Decimal("2.5"), 1), (7, 0)]


def test_t05_a_foreign_recipient_in_the_address_sends_nothing(parent, cast, client_of):
    query = f"?how=equal&to=p{cast.olga.pk}&to=p{cast.eve.pk}"
    data = fields(f"p{cast.olga.pk}", weight=1) | fields(f"p{cast.eve.pk}", weight=1)

    answer = client_of(cast.max).post(url("cascade_drafts", parent.pk, query), {**data, "send": "1"})

    assert answer.status_code == 422
    assert not GoalDraft.objects.exists()


def test_a_goal_is_aligned_with_a_preview(parent, cast, client_of, cycle):
    loose = goal(cast.max, cycle, level="team", title="Answer by phone")
    other = goal(cast.eve, cycle, parent=parent, visibility=Goal.Visibility.PUBLIC)
    check_in(other, 40)
    check_in(loose, 20)
    client = client_of(cast.max)
    data = {"parent": parent.pk, "weight": 1, "version": loose.detail.version}

    shown = client.post(url("align", loose.pk), {**data, "preview": "1"}).content.decode()
    assert "come to 40% today, and to 30%" in " ".join(shown.split())

    assert client.post(url("align", loose.pk), data).status_code == 302
    loose.refresh_from_db()
    assert loose.parent == parent
    again = client.post(url("align", loose.pk), data)
    assert again.status_code == 409
    assert client.post(url("align", parent.pk), {"parent": loose.pk, "weight": 1, "version": 1}).status_code == 422


def test_the_roll_up_is_not_previewed_where_it_would_give_one_goal_away(parent, cast, cycle):
    goal(cast.eve, cycle, parent=parent, visibility=Goal.Visibility.LINE)
    part = queries.drafts.NewPart("New", "Sam", 1, TODAY, begins_at_nought=True)

    assert queries.drafts.preview(parent, [part], Viewer.of(cast.sam.user), on=TODAY).is_withheld
    assert not queries.drafts.preview(parent, [part], Viewer.of(cast.max.user), on=TODAY).is_withheld


def test_t12_hostile_words_of_a_draft_stay_words(parent, cast, client_of):
    [draft] = send(parent, cast.eve)
    GoalDraft.objects.filter(pk=draft.pk).update(title="<script>alert(1)</script>", message="<img src=x>")

    for person in (cast.eve, cast.max):
        shown = client_of(person).get(draft.get_absolute_url()).content.decode()
        assert "<script>alert" not in shown
        assert "<img src=x>" not in shown
