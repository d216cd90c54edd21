"""Plans are their owner's: what is shared, what leaves a trace, and what nobody finds out."""

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.competencies import services as competencies
from assessments.competencies.models import Competency
from assessments.competencies.tests.factories import load_library
from core.models import AuditEntry, Notification
from development.models import CoachingNote, Enrolment, Entry, PlanItem, Proposal
from development.queries import personal, team
from development.services import catalogue, coaching, enrolments, plan
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
    item = plan.change(item, factories.FACTS | {"title": "Other"}, version=item.version)
    plan.set_state(item, "done", on=timezone.localdate())
    assert not AuditEntry.objects.exists()

    plan.share(item, True, by=eve)
    plan.share(item, True, by=eve)

    assert [entry.verb for entry in AuditEntry.objects.all()] == ["shared"]


def test_what_was_shared_is_private_again_when_its_owner_says_so(eve, max, client_of):
    item = factories.item(eve, is_shared=True)

    client_of(eve).post(reverse("development:sharing", args=[item.pk]), {"share": "no"})

    assert client_of(max).get(item.get_absolute_url()).status_code == 404


def test_the_next_manager_reads_nothing_that_was_shared_with_the_one_before(cast, eve, max, client_of):
    sam = cast.sam
    item = factories.item(eve, title="Learn billing", is_shared=True)

    eve.manager = sam
    eve.save(update_fields=["manager"])

    assert client_of(sam).get(item.get_absolute_url()).status_code == 404
    assert client_of(max).get(item.get_absolute_url()).status_code == 404
    assert "Learn billing" not in client_of(sam).get(reverse("development:person", args=[eve.pk])).content.decode()
    mine = client_of(eve).get(item.get_absolute_url()).content.decode()
    assert f"{max.name} is no longer my manager" in mine
    client_of(eve).post(reverse("development:sharing", args=[item.pk]), {"share": "yes"})
    assert client_of(sam).get(item.get_absolute_url()).status_code == 200


def test_t55_a_second_window_is_told_and_nothing_typed_is_lost(eve, client_of):
    item = factories.item(eve)
    url, typed = reverse("development:item_edit", args=[item.pk]), {"kind": "own", "version": "1"}
    assert client_of(eve).post(url, typed | {"title": "First"}).status_code == 302

    answer = client_of(eve).post(url, typed | {"title": "Second"})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "First" in page
    assert 'value="Second"' in page
    assert client_of(eve).post(url, {"kind": "own", "version": "2", "title": "Second"}).status_code == 302


def test_an_item_keeps_a_competency_that_went_out_of_use(eve, hana, client_of):
    load_library()
    listening = Competency.objects.get(key="listening")
    item = factories.item(eve, kind="goal", competency=listening, target_level=3)
    competencies.retire(listening, by=hana.user, at=timezone.now())

    page = client_of(eve).get(reverse("development:item_edit", args=[item.pk])).content.decode()

    assert "Listening for needs (out of use)" in page


def test_steps_and_ones_own_words_can_be_taken_back_and_nobody_elses(eve, max, client_of, now):
    item = factories.item(eve, is_shared=True)
    step = plan.add_step(item, "Ask")
    mine = plan.write("I was nervous.", kind=Entry.Kind.REFLECTION, item=None, by=eve, at=now)
    said = plan.comment(item, "Good.", by=max, at=now)

    assert client_of(eve).post(reverse("development:word_removal", args=[said.pk])).status_code == 404
    for url in (
        reverse("development:step_removal", args=[item.pk, step.pk]),
        reverse("development:word_removal", args=[mine.pk]),
    ):
        assert client_of(max).post(url).status_code == 404
        assert client_of(eve).post(url).status_code == 302

    assert not item.steps.exists()
    assert list(Entry.objects.all()) == [said]


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


def test_what_was_offered_and_answered_is_forgotten_after_ninety_days(eve, max, now):
    proposal = factories.proposal(max, eve)
    coaching.decline(proposal, at=now)

    assert coaching.forget_proposals(at=now + timezone.timedelta(days=89)) == 0
    assert coaching.forget_proposals(at=now + timezone.timedelta(days=91)) == 1


def test_a_draft_is_reworded_a_shared_note_stays(eve, max, client_of):
    draft, shared = factories.note(max, eve), factories.note(max, eve, "You asked well.", is_shared=True)

    client_of(max).post(reverse("development:change_note", args=[draft.pk]), {"text": "You asked first."})
    client_of(max).post(reverse("development:change_note", args=[shared.pk]), {"text": "Rewritten"})

    assert [one.text for one in CoachingNote.objects.order_by("pk")] == ["You asked first.", "You asked well."]


def test_an_answer_that_is_too_long_stays_on_the_page(eve, max, client_of):
    note = factories.note(max, eve, is_shared=True)

    answer = client_of(eve).post(reverse("development:answer_note", args=[note.pk]), {"text": "Thanks " * 300})

    assert answer.status_code == 422
    assert "Thanks Thanks" in answer.content.decode()
    assert "at most 2000 characters" in answer.content.decode()


def test_the_manager_sees_what_law_or_safety_requires_and_hr_no_count_of_few(cast, client_of, now):
    activity, today = factories.activity("Electrical safety"), timezone.localdate(now)
    facts = {"ground": "safety", "reason": "Plant rooms", "due_on": today, "on": today, "at": now}
    catalogue.require(activity, cast.helpdesk, by=cast.hana.user, **facts)
    enrolments.complete(activity, by=cast.eve, on=today, usefulness=None, at=now)

    page = client_of(cast.max).get(reverse("development:team")).content.decode()
    assert page.count("1 of 1 done") == 1
    assert page.count("0 of 1 done") == 1
    assert "Plant rooms" in client_of(cast.max).get(reverse("development:person", args=[cast.ed.pk])).content.decode()
    uptake = client_of(cast.hana).get(reverse("development:uptake")).content.decode()
    assert "fewer than five people" in uptake
    assert "of 3 done" not in uptake


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

    enrolments.leave(joined, by=eve, at=now)
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


def test_t54_a_second_click_adds_nothing(eve, max, client_of):
    item = factories.item(eve, is_shared=True)
    mine, his = client_of(eve), client_of(max)
    for _ in range(2):
        mine.post(reverse("development:item_new"), {"kind": "own", "title": "Learn"})
        mine.post(reverse("development:steps", args=[item.pk]), {"text": "Ask"})
        mine.post(reverse("development:words", args=[item.pk]), {"kind": "evidence", "text": "Asked."})
        his.post(reverse("development:words", args=[item.pk]), {"text": "Good.", "kind": "comment"})
        his.post(reverse("development:note", args=[eve.pk]), {"text": "You asked.", "is_shared": "on"})

    assert PlanItem.objects.filter(title="Learn").count() == 1
    assert item.steps.count() == 1
    assert sorted(entry.text for entry in item.entries.all()) == ["Asked.", "Good."]
    assert CoachingNote.objects.count() == 1
    assert Notification.objects.filter(to=eve.user).count() == 2
