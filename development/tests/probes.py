"""What the access test needs to know about the routes of this app. people/tests/probing.py says how a probe is read."""

from datetime import timedelta

from django.utils import timezone

from development.models import Activity, Duty, Session
from development.services import coaching, plan
from development.tests import factories
from people.access import HR
from people.tests.probing import Probe

ACTIVITY = {"title": "Call clinic", "kind": "coaching", "text": "Listen together.", "hours": "2"}
SESSION = {"starts_at": (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M"), "place": "Hall", "seats": "5"}


def _catalogue(cast):
    cast.activity = factories.activity()
    cast.session = factories.session(cast.activity)
    cast.proposed = factories.activity("Hidden", state=Activity.State.PROPOSED)
    cast.hidden_session = Session.objects.create(
        activity=cast.proposed, starts_at=timezone.now() + timedelta(days=3), place="Hall", seats=3
    )
    cast.duty = Duty.objects.create(
        activity=cast.activity,
        unit=cast.helpdesk,
        ground="safety",
        reason="Plant rooms",
        due_on=timezone.localdate(),
        set_on=timezone.localdate(),
    )


def _offered(cast, viewer):
    return {"pk": cast.activity.pk}


def _proposed(cast, viewer):
    return None if viewer.has(*HR) else {"pk": cast.proposed.pk}


def _session(cast, viewer):
    return {"pk": cast.activity.pk, "session": cast.session.pk}


def _own(cast, viewer):
    return {"pk": factories.item(viewer.employee).pk} if viewer.employee else None


def _shared_by_a_report(cast, viewer):
    return {"pk": factories.item(cast.eve, is_shared=True).pk} if viewer.employee == cast.max else None


def _private(cast, viewer):
    """Of a report for the manager, of somebody far away for everyone else: nobody sees it, HR and auditors included."""
    return {"pk": factories.item(cast.ed if viewer.employee == cast.max else cast.olga).pk}


def _own_step(cast, viewer):
    if viewer.employee is None:
        return None
    item = factories.item(viewer.employee)
    return {"pk": item.pk, "step": item.steps.create(text="Ask").pk}


def _private_step(cast, viewer):
    item = factories.item(cast.olga)
    return {"pk": item.pk, "step": item.steps.create(text="Ask").pk}


def _own_words(cast, viewer):
    if viewer.employee is None:
        return None
    return {"pk": plan.write("Hm", kind="reflection", item=None, by=viewer.employee, at=timezone.now()).pk}


def _words_of_another(cast, viewer):
    """Also the manager's comment beside one's own item stays the manager's."""
    by = cast.sam if viewer.employee != cast.sam else cast.max
    return {"pk": plan.write("Hm", kind="reflection", item=None, by=by, at=timezone.now()).pk}


def _own_proposal(cast, viewer):
    me = viewer.employee
    return {"pk": factories.proposal(me.manager, me).pk} if me and me.manager else None


def _proposal_to_another(cast, viewer):
    """For the manager their own proposal: it is the employee's to answer and to look up."""
    by, to = (cast.max, cast.eve) if viewer.employee == cast.max else (cast.sam, cast.olga)
    return {"pk": factories.proposal(by, to).pk}


def _report(cast, viewer):
    return {"pk": cast.eve.pk} if viewer.employee == cast.max else None


def _no_report(cast, viewer):
    return {"pk": cast.olga.pk}


def _note(cast, viewer):
    """The author's draft, or one that was shared with the viewer."""
    if viewer.employee == cast.max:
        return {"pk": factories.note(cast.max, cast.eve).pk}
    return {"pk": factories.note(cast.max, cast.eve, is_shared=True).pk} if viewer.employee == cast.eve else None


def _draft_about_the_viewer(cast, viewer):
    me = viewer.employee
    if me and me.manager and me != cast.max:
        return {"pk": factories.note(me.manager, me, "Not for reading yet.").pk}
    return {"pk": coaching.note(cast.olga, "Draft", is_shared=False, by=cast.sam, at=timezone.now()).pk}


def _catalogue_probe(**more):
    return Probe(prepare=_catalogue, in_scope=_offered, **more)


def _own_item(**more):
    return Probe(own=_own, out_of_scope=_private, **more)


def _of_report(**more):
    return Probe(in_scope=_report, out_of_scope=_no_report, **more)


def _of_note(**more):
    return Probe(own=_note, out_of_scope=_draft_about_the_viewer, **more)


PROBES = {
    "development:learning": Probe(
        prepare=_catalogue,
        variants=("?q=ten", "?competency=1&level=2&kind=coaching&hours=2", "?page=9&level=x", "?state=withdrawn"),
    ),
    "development:new": Probe(data=ACTIVITY),
    "development:require": Probe(prepare=_catalogue, data={"reason": ""}, variants=("?activity=1",)),
    "development:end_duty": Probe(prepare=_catalogue, in_scope=lambda cast, viewer: {"pk": cast.duty.pk}),
    "development:activity": _catalogue_probe(out_of_scope=_proposed),
    "development:offer": _catalogue_probe(data={"person": "olga"}),
    "development:edit": _catalogue_probe(data=ACTIVITY | {"version": "1"}),
    "development:state": _catalogue_probe(data={"to": "withdrawn"}),
    "development:sessions": _catalogue_probe(data=SESSION),
    "development:export": Probe(variants=("?state=all", "?competency=x")),
    "development:take_over": Probe(),
    "development:session": Probe(prepare=_catalogue, in_scope=_session, data=SESSION),
    "development:cancel": Probe(prepare=_catalogue, in_scope=_session),
    "development:join": _catalogue_probe(out_of_scope=_proposed),
    "development:leave": _catalogue_probe(out_of_scope=_proposed),
    "development:complete": _catalogue_probe(out_of_scope=_proposed, data={"on": "2026-01-05", "usefulness": "4"}),
    "development:take": _catalogue_probe(out_of_scope=_proposed),
    "development:item_new": Probe(data={"kind": "own", "title": "Learn"}),
    "development:reflection": Probe(data={"text": "It went well."}),
    "development:answer": Probe(own=_own_proposal, out_of_scope=_proposal_to_another, data={"answer": "no"}),
    "development:item": Probe(own=_own, in_scope=_shared_by_a_report, out_of_scope=_private),
    "development:item_edit": _own_item(data={"kind": "own", "title": "Learn"}),
    "development:item_state": _own_item(data={"to": "done"}),
    "development:sharing": _own_item(data={"share": "yes"}),
    "development:removal": _own_item(),
    "development:steps": _own_item(data={"text": "Ask"}),
    "development:step": Probe(own=_own_step, out_of_scope=_private_step, data={"done": "yes"}),
    "development:step_removal": Probe(own=_own_step, out_of_scope=_private_step),
    "development:word_removal": Probe(own=_own_words, out_of_scope=_words_of_another),
    "development:words": Probe(
        own=_own, in_scope=_shared_by_a_report, out_of_scope=_private, data={"kind": "evidence", "text": "Done."}
    ),
    "development:person": _of_report(),
    "development:propose": _of_report(data={"title": "Call clinic"}),
    "development:note": _of_report(data={"text": "You listened."}),
    "development:change_note": _of_note(data={"text": "You listened to the end."}),
    "development:share_note": _of_note(),
    "development:drop_note": _of_note(),
    "development:answer_note": _of_note(data={"text": "Thank you."}),
}
