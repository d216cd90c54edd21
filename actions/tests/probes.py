"""What the access test needs to know about the routes of this app. people/tests/probing.py says how a probe is read."""

from typing import Any

from django.utils import timezone

from actions.models import FollowUp, Seat
from actions.services import guide, obstacles
from actions.tests import factories
from actions.tests.insight_probes import INSIGHT_PROBES
from actions.tests.told_probes import TOLD_PROBES
from assessments.surveys.models import UnitSnapshot
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.tarn import answers_of, cast_ballots, grown
from people.access import Role
from people.tests.probing import Probe

SEES_ALL = {Role.HR_ADMIN}
MOVES = {"to": "doing"}


def _promises(cast):
    """One of the helpdesk, one of the organisation, and one of a team so far below sales that no executive sees it."""
    cast.helpdesk_action = factories.promise(cast.max)
    cast.company_action = factories.promise(cast.uma, cast.company)
    deep = surveys.UnitFactory(key="deep", parent=cast.sales)
    surveys.tree.renumber_units()
    deep.refresh_from_db()
    cast.deep_action = factories.promise(cast.sam, deep)
    for thing in (cast.company, cast.helpdesk, cast.sales):
        thing.refresh_from_db()


def _pk(action):
    return {"pk": action.pk}


def _own(cast, viewer):
    return _pk(factories.promise(viewer.employee)) if viewer.employee else None


def _seen(cast, viewer):
    if viewer.has(Role.HR_PARTNER):
        return _pk(cast.helpdesk_action)
    return _pk(cast.company_action) if viewer.employee or viewer.has(*SEES_ALL, Role.EXECUTIVE) else None


def _foreign(cast, viewer):
    return None if viewer.has(*SEES_ALL) else _pk(cast.deep_action)


def _results(cast):
    grown(cast)
    cast.survey = surveys.open_campaign(title="Spring survey")
    cast_ballots(cast.survey, answers_of)
    surveys.close(cast.survey)


def _place(cast, key):
    return {"campaign": cast.survey.pk, "place": UnitSnapshot.objects.get(campaign=cast.survey, key=key).place}


def _led(cast, viewer):
    """The helpdesk for its head, its partner, HR and executives; for others there is no guide."""
    follows = viewer.employee == cast.max or viewer.has(Role.HR_ADMIN, Role.HR_PARTNER, Role.EXECUTIVE)
    return _place(cast, "helpdesk") if follows else None


def _mine(cast, viewer):
    return _place(cast, "helpdesk") if viewer.employee == cast.max else None


def _not_led(cast, viewer):
    return None if viewer.has(Role.HR_ADMIN, Role.EXECUTIVE) else _place(cast, "sales")


def _told(cast):
    _results(cast)
    for key in ("helpdesk", "sales"):
        place = UnitSnapshot.objects.select_related("unit", "campaign").get(campaign=cast.survey, key=key)
        guide.tell_team(place, words="We do one thing.", by=cast.uma.user, at=timezone.now())


def _own_report(cast, viewer):
    return _led(cast, viewer) or (_place(cast, "helpdesk") if viewer.employee == cast.eve else None)


def _question(cast):
    """Eve and everybody else of the cast is asked; Olga alone is asked about the far one."""
    _promises(cast)
    cast.asked, cast.far = (
        FollowUp.objects.create(
            action=action,
            state="open",
            asks_on=factories.in_days(0),
            closes_on=factories.in_days(5),
            minimum_group=5,
        )
        for action in (cast.company_action, cast.deep_action)
    )
    for name in ("eve", "max", "hana", "petra", "ada", "ingrid"):
        Seat.objects.create(follow_up=cast.asked, employee=getattr(cast, name))
    Seat.objects.create(follow_up=cast.far, employee=cast.olga)


def _rounds(cast):
    """Eve, Max and the others answer a round that Hana facilitates; one of Sam and Olga alone."""
    names = ("eve", "max", "hana", "petra", "ada", "ingrid")
    cast.round = factories.called([getattr(cast, name) for name in names], cast.hana)
    cast.far_round = factories.called([cast.sam, cast.olga], cast.sam)


def _round(**more):
    """Routes of somebody who takes part; `more` are further arguments of the address."""

    def own(cast, viewer):
        return {"pk": cast.round.pk} | more if viewer.employee else None

    return {
        "own": own,
        "out_of_scope": lambda cast, viewer: {"pk": cast.far_round.pk} | more,
        "prepare": _rounds,
    }


def _facilitated(**more):
    """Steps of the facilitator."""
    probe = _round(**more)
    return probe | {"own": lambda cast, viewer: {"pk": cast.round.pk} | more if viewer.employee == cast.hana else None}


def _texts(cast):
    _rounds(cast)
    factories.agreed(cast.round, cast.hana)


def _moment(cast):
    cast.moment = factories.moment(cast.eve.job_role)


def _obstacles(cast):
    """One that everybody reads, one that waits for the morning, one that was taken down."""
    cast.obstacle = factories.obstacle(cast.eve)
    cast.waiting = factories.obstacle(cast.max, cast.company, is_anonymous=True)
    cast.removed = factories.obstacle(cast.olga)
    obstacles.take_down(cast.removed, words="It named somebody.", by=cast.hana.user, at=timezone.now())


def _my_obstacle(cast, viewer):
    """One that the viewer answers for."""
    return _pk(factories.obstacle(cast.eve, owner=viewer.employee)) if viewer.employee else None


_UNSEEN: dict[str, Any] = {"out_of_scope": lambda cast, viewer: _pk(cast.waiting), "prepare": _obstacles}
_ANSWER: dict[str, Any] = {"own": _my_obstacle, **_UNSEEN}


AGREED = {"text": "Within a day.", "owner": "Max Berg", "review_on": "2099-01-01"}
MOMENT = {"task": "Answers a call", "reach": "direct", "behaviour": "Says when.", "job_role": ""}
PROMISE = {"title": "Answer the phone", "construct": "strategy"}
PROBES = {
    **INSIGHT_PROBES,
    **TOLD_PROBES,
    "actions:board": Probe(prepare=_promises, variants=("?show=overdue", "?unit=x", "?construct=strategy&show=mine")),
    "actions:board_csv": Probe(prepare=_promises, variants=("?show=overdue",)),
    "actions:new": Probe(data=PROMISE, variants=("?campaign=1&place=1&item=STR1", "?campaign=x&place=²")),
    "actions:action": Probe(own=_own, in_scope=_seen, out_of_scope=_foreign, prepare=_promises),
    "actions:change": Probe(own=_own, out_of_scope=_foreign, prepare=_promises, data=PROMISE),
    "actions:state": Probe(own=_own, out_of_scope=_foreign, prepare=_promises, data=MOVES),
    "actions:follow_up": Probe(
        own=lambda cast, viewer: _pk(cast.company_action) if viewer.employee else None,
        out_of_scope=lambda cast, viewer: _pk(cast.deep_action),
        prepare=_question,
        data={"answer": "clearly"},
    ),
    "actions:obstacles": Probe(
        prepare=_obstacles, variants=("?show=mine", "?show=closed&unit=x", "?kind=tools&text=%00&page=x", "?show=all")
    ),
    "actions:obstacles_csv": Probe(prepare=_obstacles, variants=("?show=all",)),
    "actions:obstacle_report": Probe(data={"title": "Refunds wait", "kind": "rules", "name": "named", "to": "1"}),
    "actions:obstacle": Probe(
        in_scope=lambda cast, viewer: _pk(cast.obstacle),
        out_of_scope=lambda cast, viewer: _pk(cast.waiting if viewer.has(*SEES_ALL) else cast.removed),
        prepare=_obstacles,
    ),
    "actions:obstacle_voice": Probe(
        in_scope=lambda cast, viewer: _pk(cast.obstacle), data={"says_so": "yes"}, **_UNSEEN
    ),
    "actions:obstacle_answer": Probe(data={"state": "cleared", "words": "Done."}, **_ANSWER),
    "actions:obstacle_hand_on": Probe(data={"to": "Sam Hart", "words": "Sam can."}, **_ANSWER),
    "actions:obstacle_escalation": Probe(data={"words": "It is the budget."}, **_ANSWER),
    "actions:obstacle_removal": Probe(
        in_scope=lambda cast, viewer: _pk(cast.obstacle), data={"words": "It named somebody."}, **_UNSEEN
    ),
    "actions:guide": Probe(own=_led, out_of_scope=_not_led, prepare=_results),
    "actions:kit": Probe(own=_led, out_of_scope=_not_led, prepare=_results),
    "actions:talk": Probe(own=_mine, out_of_scope=_not_led, prepare=_results, data={"talked_on": "2020-01-01"}),
    "actions:telling": Probe(own=_mine, out_of_scope=_not_led, prepare=_results, data={"words": "Thank you."}),
    "actions:report": Probe(own=_own_report, out_of_scope=_not_led, prepare=_told),
    "actions:workshop_new": Probe(data={"title": "Round"}),
    "actions:workshop": Probe(**_round()),
    "actions:hand_in": Probe(**_round()),
    "actions:opening": Probe(**_facilitated()),
    "actions:closure": Probe(**_facilitated()),
    "actions:prompt": Probe(**_round(code="W-h1.1"), data={"cell-0-0": "Callers", "cell-0-1": "Stock"}),
    "actions:alike": Probe(**_round(code="W-h1.1"), data={"said": "same"}),
    "actions:agreed": Probe(**_facilitated(code="W-h1.1"), data=AGREED),
    "actions:text_history": Probe(in_scope=lambda cast, viewer: {"prompt": "W-h1.1"}, prepare=_texts),
    "actions:moment_add": Probe(data=MOMENT),
    "actions:moment_edit": Probe(in_scope=lambda cast, viewer: {"pk": cast.moment.pk}, data=MOMENT, prepare=_moment),
    "actions:moment_removal": Probe(in_scope=lambda cast, viewer: {"pk": cast.moment.pk}, prepare=_moment),
}
