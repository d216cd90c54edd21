"""What the access test needs to know about the routes of this app. people/tests/probing.py says how a probe is read."""

from uuid import uuid4

from django.utils import timezone

from people.tests.probing import Probe
from recognition.models import Reach
from recognition.services import office
from recognition.tests import factories

WORDS = {"reach": "1", "what": "You stayed on the line.", "about": "c:commitment", "done_on": str(timezone.localdate())}
KEY = str(uuid4())


def _other(cast, viewer):
    """Somebody whom nothing of this file thanks or asks."""
    return cast.sam if viewer.employee != cast.sam else cast.ed


def _colleague(cast, viewer):
    return {"pk": _other(cast, viewer).pk}


def _oneself(cast, viewer):
    return {"pk": viewer.employee.pk} if viewer.employee else None


def _received(cast, viewer):
    me = viewer.employee
    return {"pk": factories.thanks(me, _other(cast, viewer), Reach.PERSON).pk} if me else None


def _given(cast, viewer):
    me = viewer.employee
    return {"pk": factories.thanks(_other(cast, viewer), me, Reach.PERSON).pk} if me else None


def _between_others(cast, viewer):
    """A private thank-you to a report for the manager, of somebody far away for everyone else."""
    to, by = (cast.eve, cast.ed) if viewer.employee == cast.max else (cast.olga, cast.sam)
    if viewer.employee in (to, by):
        to, by = cast.eve, cast.ed
    return {"pk": factories.thanks(to, by, Reach.PERSON).pk}


def _read_by_the_team(cast, viewer):
    """Praise for a report: the manager may report it."""
    return {"pk": factories.thanks(cast.eve, cast.ed).pk} if viewer.employee == cast.max else None


def _asked_of_me(cast, viewer):
    me = viewer.employee
    return {"pk": factories.question(_other(cast, viewer), me).pk} if me else None


def _asked_by_me(cast, viewer):
    me = viewer.employee
    return {"pk": factories.question(me, _other(cast, viewer)).pk} if me else None


def _answered_to_me(cast, viewer):
    me = viewer.employee
    return {"pk": factories.question(me, _other(cast, viewer), answer="Go on.").pk} if me else None


def _asked_between_others(cast, viewer):
    by, to = (cast.eve, cast.ed) if viewer.employee == cast.max else (cast.olga, cast.sam)
    if viewer.employee in (to, by):
        by, to = cast.eve, cast.ed
    return {"pk": factories.question(by, to).pk}


def _report(cast, viewer):
    praise = factories.thanks(cast.eve, cast.ed, Reach.PERSON)
    return {"pk": office.report(praise, "It mocks me.", by=cast.eve, at=timezone.now()).pk}


def _mine(own, **more):
    return Probe(own=own, out_of_scope=_between_others, **more)


PROBES = {
    "recognition:mine": Probe(variants=("?show=given", "?show=asked", "?show=x&page=9")),
    "recognition:wall": Probe(variants=("?construct=commitment", "?construct=x&page=x")),
    "recognition:colleagues": Probe(variants=("?q=o",)),
    "recognition:preference": Probe(data={"reach": "3", "forms": "words"}),
    "recognition:give": Probe(in_scope=_colleague, out_of_scope=_oneself, data=WORDS | {"key": KEY}),
    "recognition:take_back": _mine(_given),
    "recognition:hide": _mine(_received, data={"hide": "yes"}),
    "recognition:share": _mine(_received, data={"share": "yes"}),
    "recognition:report_new": Probe(
        own=_received, in_scope=_read_by_the_team, out_of_scope=_between_others, data={"words": "It mocks me."}
    ),
    "recognition:ask": Probe(
        in_scope=_colleague, out_of_scope=_oneself, data={"question": "How did it go?", "key": KEY}
    ),
    "recognition:answer": Probe(own=_asked_of_me, out_of_scope=_asked_between_others, data={"keep": "Ring back."}),
    "recognition:decline": Probe(own=_asked_of_me, out_of_scope=_asked_between_others),
    "recognition:withdraw": Probe(own=_asked_by_me, out_of_scope=_asked_between_others),
    "recognition:share_answer": Probe(own=_answered_to_me, out_of_scope=_asked_between_others, data={"share": "yes"}),
    "recognition:report": Probe(in_scope=_report, data={"decision": "left", "reason": "It is praise."}),
}
