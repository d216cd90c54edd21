"""What the access test needs to know about the routes of goals. people/tests/probing.py says how a probe is read."""

from decimal import Decimal
from uuid import uuid4

from goals.models import Comment, Contributor, Goal, GoalTemplate
from goals.services import GuardrailPlan, imports
from goals.tests import factories, probes_cascade, probes_rhythm
from people.tests.probing import Probe

RAIL = [GuardrailPlan("Reopened cases", "<=", Decimal(6), "%")]
LINE, PRIVATE = Goal.Visibility.LINE, Goal.Visibility.PRIVATE


def _prepare(cast):
    """An active cycle with a goal of the organisation, of Max's department, and of Eve."""
    cast.goal_cycle = factories.cycle("Probed")
    cast.top_goal = factories.goal(cast.uma, cast.goal_cycle, level="organisation", unit=cast.company, guardrails=RAIL)
    cast.department_goal = factories.goal(
        cast.max, cast.goal_cycle, level="department", parent=cast.top_goal, guardrails=RAIL
    )
    cast.eves_goal = factories.goal(cast.eve, cast.goal_cycle, visibility=LINE, guardrails=RAIL)
    cast.olgas_goal = factories.goal(cast.olga, cast.goal_cycle, visibility=LINE, guardrails=RAIL)
    cast.eves_comment = Comment.objects.create(
        goal=cast.eves_goal, by=cast.eve, made_at=factories.NOON, text="Soon", key=uuid4()
    )
    cast.olgas_comment = Comment.objects.create(
        goal=cast.olgas_goal, by=cast.olga, made_at=factories.NOON, text="Soon", key=uuid4()
    )
    cast.olgas_secret = factories.goal(cast.olga, cast.goal_cycle, visibility=PRIVATE, guardrails=RAIL)


def _own_goal(cast, viewer):
    if viewer.employee is None:
        return None
    return factories.goal(viewer.employee, cast.goal_cycle, visibility=PRIVATE, guardrails=RAIL)


def _hidden_goal(cast, viewer):
    """Olga works in sales under Sam: nobody who asks leads her or looks after her, but HR administrators see her line
    goals; what she keeps private nobody sees."""
    return cast.olgas_secret if "hr_admin" in viewer.roles else cast.olgas_goal


def _visible_goal(cast, viewer):
    """Eve's goal for her manager and HR, a department's goal for everybody."""
    sees_eve = {"hr_admin", "hr_partner"} & viewer.roles or viewer.employee == cast.max
    return cast.eves_goal if sees_eve else cast.department_goal


def _changeable_goal(cast, viewer):
    if viewer.employee == cast.max:
        return cast.eves_goal
    return cast.department_goal if {"hr_admin", "executive"} & viewer.roles else None


def _pk(build):
    def arguments(cast, viewer):
        goal = build(cast, viewer)
        return {"pk": goal.pk} if goal else None

    return arguments


def _rail_pk(build):
    def arguments(cast, viewer):
        goal = build(cast, viewer)
        return {"pk": goal.guardrails.get().pk} if goal else None

    return arguments


def _own_comment(cast, viewer):
    if viewer.employee is None:
        return None
    said = Comment.objects.create(
        goal=cast.department_goal, by=viewer.employee, made_at=factories.NOON, text="Mine", key=uuid4()
    )
    return {"pk": said.pk}


def _hidden_comment(cast, viewer):
    if "hr_admin" in viewer.roles:
        said = Comment.objects.create(
            goal=cast.olgas_secret, by=cast.olga, made_at=factories.NOON, text="Hush", key=uuid4()
        )
        return {"pk": said.pk}
    return {"pk": cast.olgas_comment.pk}


def _contribution(build):
    """A goal with somebody who contributes to it."""

    def arguments(cast, viewer):
        goal = build(cast, viewer)
        if goal is None:
            return None
        Contributor.objects.get_or_create(goal=goal, employee=cast.ed)
        return {"pk": goal.pk, "person": cast.ed.pk}

    return arguments


def _round(build):
    """A goal that was chosen with somebody."""

    def arguments(cast, viewer):
        goal = build(cast, viewer)
        if goal is None:
            return None
        asked = goal.consultations.create(who="Panel", held_on=factories.TODAY, outcome="Fewer surveys")
        return {"pk": goal.pk, "asked": asked.pk}

    return arguments


def _template(cast, viewer):
    made, _ = GoalTemplate.objects.get_or_create(
        title="Answer sooner", customer_benefit="Less waiting", level="team", metric_type="none"
    )
    return {"pk": made.pk}


def _goal_file(cast, viewer):
    """A file whose only row is refused."""
    content = b"reference,title\nnew-1,\n"
    file = imports.upload(cast.goal_cycle, "goals.csv", content, by=cast.hana.user, at=factories.NOON)
    return {"pk": file.pk}


def _rail_in_scope(cast, viewer):
    return cast.eves_goal if viewer.employee == cast.max else None


def _cycle(cast, viewer):
    return {"pk": cast.goal_cycle.pk}


def _prepared_cycle(cast, viewer):
    return {"pk": factories.cycle("Next", state="preparation").pk}


OWN, SEEN, HIDDEN = _pk(_own_goal), _pk(_visible_goal), _pk(_hidden_goal)

PROBES = {
    "goals:tree": Probe(
        variants=("?show=attention", "?show=mine&q=a", "?unit=x&page=9&status=nonsense", "?construct=strategy"),
        prepare=_prepare,
    ),
    "goals:tree_print": Probe(variants=("?show=mine&q=a", "?status=nonsense&unit=x", "?show=stale"), prepare=_prepare),
    "goals:mine": Probe(variants=("?cycle=1", "?cycle=x"), prepare=_prepare),
    "goals:new": Probe(variants=("?cycle=x&parent=y",), prepare=_prepare),
    "goals:detail": Probe(own=OWN, in_scope=SEEN, out_of_scope=HIDDEN, prepare=_prepare),
    "goals:branch": Probe(own=OWN, in_scope=SEEN, out_of_scope=HIDDEN, variants=("?page=99",), prepare=_prepare),
    "goals:check_in": Probe(own=OWN, out_of_scope=HIDDEN, data={"value": "3"}, prepare=_prepare),
    "goals:change": Probe(
        own=OWN, in_scope=_pk(_changeable_goal), out_of_scope=HIDDEN, data={"title": "New"}, prepare=_prepare
    ),
    "goals:cancel": Probe(
        own=OWN, in_scope=_pk(_changeable_goal), out_of_scope=HIDDEN, data={"because": ""}, prepare=_prepare
    ),
    "goals:guardrail_reading": Probe(
        own=_rail_pk(_own_goal),
        in_scope=_rail_pk(_rail_in_scope),
        out_of_scope=_rail_pk(_hidden_goal),
        data={"value": "three"},
        prepare=_prepare,
    ),
    "goals:weights": Probe(variants=("?parent=x&weight=-1&goal=y", "?parent=1&weight=5"), prepare=_prepare),
    "goals:comments": Probe(
        own=OWN, in_scope=SEEN, out_of_scope=HIDDEN, data={"text": "Good", "key": "x"}, prepare=_prepare
    ),
    "goals:comment_removal": Probe(own=_own_comment, out_of_scope=_hidden_comment, prepare=_prepare),
    "goals:following": Probe(own=OWN, in_scope=SEEN, out_of_scope=HIDDEN, prepare=_prepare),
    "goals:contributors": Probe(
        own=OWN, in_scope=_pk(_changeable_goal), out_of_scope=HIDDEN, data={"person": "Nobody"}, prepare=_prepare
    ),
    "goals:contributor_removal": Probe(
        own=_contribution(_own_goal),
        in_scope=_contribution(_changeable_goal),
        out_of_scope=_contribution(_hidden_goal),
        prepare=_prepare,
    ),
    "goals:consultations": Probe(
        own=OWN, in_scope=_pk(_changeable_goal), out_of_scope=HIDDEN, data={"who": ""}, prepare=_prepare
    ),
    "goals:consultation_removal": Probe(
        own=_round(_own_goal),
        in_scope=_round(_changeable_goal),
        out_of_scope=_round(_hidden_goal),
        prepare=_prepare,
    ),
    "goals:export": Probe(data={"format": "csv", "cycle": "y"}, prepare=_prepare),
    "goals:import": Probe(data={"cycle": "1"}, variants=("?cycle=x",), prepare=_prepare),
    "goals:import_template": Probe(variants=("?format=csv",)),
    "goals:import_report": Probe(in_scope=_goal_file, variants=("?page=99",), prepare=_prepare),
    "goals:import_progress": Probe(in_scope=_goal_file, prepare=_prepare),
    "goals:import_apply": Probe(in_scope=_goal_file, prepare=_prepare),
    "goals:import_removal": Probe(in_scope=_goal_file, prepare=_prepare),
    "goals:import_refused": Probe(in_scope=_goal_file, prepare=_prepare),
    "goals:templates": Probe(),
    "goals:template_new": Probe(data={"title": ""}, variants=("?from=x",)),
    "goals:template": Probe(in_scope=_template, data={"title": ""}),
    "goals:cycles": Probe(data={"name": "Year 2031", "starts_on": "2031-01-01", "ends_on": "2031-12-31"}),
    "goals:cycle": Probe(in_scope=_cycle, data={"name": ""}, prepare=_prepare),
    "goals:carry_over": Probe(in_scope=_cycle, data={"start": "here"}, prepare=_prepare),
    "goals:cycle_activate": Probe(in_scope=_prepared_cycle),
    "goals:cycle_close": Probe(in_scope=_cycle, prepare=_prepare),
    "goals:numbers": Probe(prepare=_prepare),
    "goals:recompute": Probe(in_scope=_cycle, prepare=_prepare),
    "goals:check_numbers": Probe(in_scope=_cycle, prepare=_prepare),
}

PROBES |= probes_cascade.PROBES | probes_rhythm.PROBES
