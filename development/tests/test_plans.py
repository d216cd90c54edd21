"""Plans are their owner's: what is shared, what leaves a trace, and what nobody finds out."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import AuditEntry, Notification
from development.models import CoachingNote, Enrolment, Entry, PlanItem, Proposal
from development.queries import personal, team
from development.services import coaching, enrolments, plan
from development.tests import factories
from people.access import Viewer


@pytest.fixture
def now():
    return timezone.now()


def test_a_manager_reads_shared_items_only_and_a_page_tells_of_no_others(eve, max, client_of):
    factories.item(eve, title="Become a trainer")
    shared = factories.item(eve, title="Learn billing", is_shared=True)

    page = client_of(max).get(reverse("development:person", args=[eve.pk])).content.decode()

    assert "Learn billing" in page
    assert "Become a trainer" not in page
    assert team.team_page(Viewer.of(max.user))[1].shared == 1
    assert [item.pk for item in PlanItem.objects.visible_to(Viewer.of(max.user))] == [shared.pk]


def test_private_items_leave_nothing_in_the_audit_trail_and_sharing_does(eve):
    item = factories.item(eve)
    plan.change(item, factories.FACTS | {"title": "Other"})
    plan.set_state(item, "done", on=timezone.localdate())
    assert not AuditEntry.objects.exists()

    plan.share(item, True, by=eve)
    plan.share(item, True, by=eve)

    assert [entry.verb for entry in AuditEntry.objects.all()] == ["shared"]


def test_what_was_shared_is_private_again_when_its_owner_says_so(eve, max, client_of):
    item = factories.item(eve, is_shared=True)

    client_of(eve).post(reverse("development:sharing", args=[item.pk]), {"share": "no"})

    assert client_of(max).get(item.get_absolute_url()).status_code == 404


def test_reflections_are_their_writers_alone_and_comments_are_told(eve, max, client_of, now):
    item = factories.item(eve, is_shared=True)
    plan.write("I was nervous.", kind=Entry.Kind.REFLECTION, item=item, by=eve, at=now)
    plan.write("Five calls done.", kind=Entry.Kind.EVIDENCE, item=item, by=eve, at=now)

    client_of(max).post(reverse("development:words", args=[item.pk]), {"kind": "reflection", "text": "Well done."})

    page = client_of(max).get(item.get_absolute_url()).content.decode()
    assert "nervous" not in page
    assert "Five calls done." in page
    assert Entry.objects.get(text="Well done.").kind == Entry.Kind.COMMENT
    assert Notification.objects.get(to=eve.user).text == f"Max Berg commented on “{item.title}”"


def test_a_private_item_takes_no_comment(eve, now):
    with pytest.raises(plan.NotShared):
        plan.comment(factories.item(eve), "Hm", by=eve, at=now)


@pytest.mark.parametrize("answer", ["yes", "no", None])
def test_the_answer_to_a_proposal_changes_nothing_that_the_manager_sees(eve, max, client_of, answer):
    proposal = factories.proposal(max, eve)
    pages = [reverse("development:team"), reverse("development:person", args=[eve.pk]), reverse("dashboards:team")]
    client = client_of(max)
    before = [_body(client, page) for page in pages]
    told = Notification.objects.filter(to=max.user).count()

    if answer:
        client_of(eve).post(reverse("development:answer", args=[proposal.pk]), {"answer": answer})

    assert [_body(client, page) for page in pages] == before
    assert Notification.objects.filter(to=max.user).count() == told
    with pytest.raises(coaching.ProposedAlready):
        factories.proposal(max, eve)


def test_an_accepted_proposal_is_on_the_plan_once_and_private(eve, max, now):
    proposal = factories.proposal(max, eve)

    coaching.accept(proposal, at=now)
    item = coaching.accept(proposal, at=now)

    assert PlanItem.objects.of(eve).get() == item
    assert not item.is_shared
    assert not Proposal.objects.open_for(eve, now).exists()


def test_only_the_manager_proposes_and_writes_notes(eve, olga, now):
    with pytest.raises(coaching.NotYours):
        factories.proposal(olga, eve)
    with pytest.raises(coaching.NotYours):
        factories.note(olga, eve)


def test_a_draft_is_the_authors_for_thirty_days_and_part_of_the_persons_data(eve, max, client_of):
    note = factories.note(max, eve)

    assert "listened well" not in client_of(eve).get(reverse("development:plan")).content.decode()
    assert not Notification.objects.filter(to=eve.user).exists()
    assert personal.about(eve.user)["coaching_notes"][0]["by"] is None
    assert coaching.forget_drafts(on=note.expires_on) == 0
    assert coaching.forget_drafts(on=note.expires_on + timezone.timedelta(days=1)) == 1


def test_a_shared_note_stays_is_answered_and_cannot_be_thrown_away(eve, max, client_of, now):
    note = factories.note(max, eve, is_shared=True)

    client_of(eve).post(reverse("development:answer_note", args=[note.pk]), {"text": "Thank you, I will try."})

    page = client_of(max).get(reverse("development:person", args=[eve.pk])).content.decode()
    assert "Thank you, I will try." in page
    with pytest.raises(coaching.NotYours):
        coaching.drop_note(note, by=max)
    assert CoachingNote.objects.expired(note.expires_on + timezone.timedelta(days=1)).count() == 0


def test_joining_and_leaving_leave_no_trace_and_the_manager_sees_completion_only(eve, max, client_of, now):
    joined, finished = factories.activity("Call clinic"), factories.activity("Swap day")
    enrolments.join(joined, by=eve, at=now)
    enrolments.complete(finished, by=eve, on=timezone.localdate(), usefulness=2, at=now)

    page = client_of(max).get(reverse("development:person", args=[eve.pk])).content.decode()
    completed = page[page.index("Completed learning") : page.index("Coaching notes")]
    assert "Swap day" in completed
    assert "Call clinic" not in completed

    enrolments.leave(joined, by=eve)
    assert Enrolment.objects.get().activity == finished
    assert not AuditEntry.objects.filter(subject_kind__startswith="development").exists()


def test_a_development_goal_names_competency_and_level(eve, client_of):
    answer = client_of(eve).post(reverse("development:item_new"), {"kind": "goal", "title": "Listen better"})

    assert answer.status_code == 422
    assert "names the competency" in answer.content.decode()
    assert "Listen better" in answer.content.decode()


def _body(client, url):
    page = client.get(url).content.decode()
    return page[page.index("<main") : page.index("</main>")].split("csrfmiddlewaretoken")[0]
