"""Who is asked about a person, beside the person and the manager: named, approved, invited. Declining is the rater's.

The audit trail says that a list changed and how long it is; it names no rater, since auditors read it. Nothing here reads
whether a rater has answered (threats.md, T51).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from assessments.reviews import externals
from assessments.reviews.externals import INVITED
from assessments.reviews.models import Assessment, Feedback, Rater
from assessments.reviews.queries import raters as reads
from assessments.reviews.queries.raters import External
from assessments.reviews.services.refusals import NotNow, NotReady, NotYours
from core import audit, mail, notify
from people.access import Role, Viewer
from people.models import Employee, User

MOST_RATERS = 20  # about one person
ASKED = "rater_asked"  # a kind of mail
_State = Rater.State


# --- the person names -------------------------------------------------------------------------------------------------


@transaction.atomic
def propose(
    assessment: Assessment,
    *,
    colleagues: Sequence[Employee] = (),
    externals: Sequence[External] = (),
    by: Employee,
    at: datetime,
) -> int:
    """Send names to the manager for approval; returns how many are new. Who is on the list already stays as they are."""
    assessment = _lock(assessment)
    if assessment.employee_id != by.pk:
        raise NotYours("Only the person concerned names raters; the manager adds and approves.")
    _check_names_can_be_sent(assessment, at)
    named = _name(assessment, colleagues, externals, by=by.user)
    if named:
        _tell_decider(assessment, named, at)
    return len(named)


@transaction.atomic
def withdraw(rater: Rater, *, by: Employee) -> None:
    """Take a name back that nobody has decided on yet."""
    rater = _lock_rater(rater)
    if rater.assessment.employee_id != by.pk:
        raise NotYours("Only the person concerned takes a name back.")
    if rater.state != _State.PROPOSED:
        raise NotNow(f"{rater.who} has been decided on. Ask your manager to take the name off the list.")
    rater.delete()
    _record("raters changed", rater.assessment, by.user)


def _check_names_can_be_sent(assessment: Assessment, at: datetime) -> None:
    cycle, today = assessment.cycle, timezone.localdate(at)
    if not cycle.asks_others:
        raise NotNow(f"{cycle} asks nobody beside you and your manager.")
    if assessment.is_excused:
        raise NotNow(f"{assessment.employee.name} is left out of this cycle.")
    if not cycle.takes_nominations(today):
        until = date_format(cycle.named_by, "j F") if cycle.named_by else "the launch"
        raise NotNow(f"Names could be sent until {until}. Ask your manager, who can still add somebody.")


# --- the manager decides ----------------------------------------------------------------------------------------------


@transaction.atomic
def add(
    assessment: Assessment,
    *,
    colleagues: Sequence[Employee] = (),
    externals: Sequence[External] = (),
    by: User,
    at: datetime,
) -> int:
    """The manager's own names: approved at once, and the person is told."""
    assessment = _lock(assessment)
    _check_may_decide(assessment, by, at)
    named = _name(assessment, colleagues, externals, by=by)
    _ask(assessment, named, by=by, at=at)
    if named:
        text = f"{assessment.cycle}: {_names(named)} {_were(named)} added to those who are asked about you."
        key = f"raters-added:{assessment.pk}:{max(rater.pk for rater in named)}"
        notify.tell(assessment.employee.user, key, text, _list_url(assessment), at)
    return len(named)


@transaction.atomic
def approve(assessment: Assessment, raters: Iterable[Rater], *, by: User, at: datetime) -> int:
    """Ask these raters, all or none of them. Raises NotReady when one is asked about too many people already."""
    assessment = _lock(assessment)
    _check_may_decide(assessment, by, at)
    wanted = assessment.raters.filter(pk__in=[rater.pk for rater in raters])
    waiting = list(wanted.filter(state__in=[_State.PROPOSED, _State.REFUSED]).select_related("employee__user"))
    _ask(assessment, waiting, by=by, at=at)
    if waiting:
        _record("raters approved", assessment, by)
    return len(waiting)


@transaction.atomic
def refuse(rater: Rater, *, words: str, by: User, at: datetime) -> None:
    """Not this one, with words that the person reads."""
    rater = _lock_rater(rater)
    assessment = rater.assessment
    _check_may_decide(assessment, by, at)
    if rater.state != _State.PROPOSED:
        raise NotNow(f"{rater.who} has been decided on already.")
    if not words.strip():
        raise NotReady(f"Say why; {assessment.employee.first_name} reads it.")
    rater.state, rater.words, rater.decided_by, rater.decided_at = _State.REFUSED, words.strip(), by, at
    rater.save(update_fields=["state", "words", "decided_by", "decided_at"])
    _record("rater not approved", assessment, by)
    text = f"{assessment.cycle}: {rater.who} was not approved. {rater.words}"
    notify.tell(assessment.employee.user, f"rater-refused:{rater.pk}", text, _list_url(assessment), at)


@transaction.atomic
def remove(rater: Rater, *, by: User, at: datetime) -> None:
    """Ask this rater no longer. What they wrote is deleted, whether or not there was anything."""
    rater = _lock_rater(rater)
    assessment = rater.assessment
    _check_may_decide(assessment, by, at)
    if not rater.is_asked:
        raise NotNow(f"{rater.who} is not asked.")
    Feedback.objects.filter(rater=rater).delete()
    rater.state, rater.decided_by, rater.decided_at = _State.REMOVED, by, at
    rater.save(update_fields=["state", "decided_by", "decided_at"])
    _record("rater removed", assessment, by)
    if rater.employee:
        text = f"{assessment.cycle}: you are no longer asked about {assessment.employee.name}."
        notify.tell(
            rater.employee.user, f"rater-removed:{rater.pk}:{at.isoformat()}", text, reverse("dashboards:home"), at
        )


@transaction.atomic
def invite_again(rater: Rater, *, by: User, at: datetime) -> None:
    """Send an external a new link; the one sent before opens nothing any more."""
    rater = _lock_rater(rater)
    _check_may_decide(rater.assessment, by, at)
    if not rater.is_external or not rater.is_asked:
        raise NotNow("Only externals who are asked get a link.")
    _send(rater.assessment, [rater], at)
    _record("link sent again", rater.assessment, by)


def _check_may_decide(assessment: Assessment, by: User, at: datetime) -> None:
    """The reviewing manager decides; for someone without one, an HR administrator does."""
    if assessment.manager:
        may = assessment.manager.user_id == by.pk and assessment.is_reviewed_by(assessment.manager)
    else:
        may = Viewer.of(by).has(Role.HR_ADMIN)
    if not may or assessment.employee.user_id == by.pk:
        raise NotYours("The reviewing manager decides who is asked.")
    if not assessment.cycle.takes_feedback(timezone.localdate(at)) or assessment.is_excused:
        raise NotNow("The time for asking others is over in this cycle.")


# --- helpers ----------------------------------------------------------------------------------------------------------


def _lock(assessment: Assessment) -> Assessment:
    return (
        Assessment.objects.select_for_update(of=["self"])
        .select_related("cycle", "employee__user", "manager__user")
        .get(pk=assessment.pk)
    )


def _lock_rater(rater: Rater) -> Rater:
    """The assessment first, then the rater: the order in which everybody here takes them."""
    assessment = _lock(rater.assessment)
    found = Rater.objects.select_for_update(of=["self"]).select_related("employee__user").filter(pk=rater.pk).first()
    if found is None:
        raise NotNow("This name was taken back meanwhile.")
    found.assessment = assessment
    return found


def _name(
    assessment: Assessment, colleagues: Sequence[Employee], externals: Sequence[External], *, by: User
) -> list[Rater]:
    """New rows, and rows taken off the list before, as proposals."""
    existing = list(assessment.raters.select_related("employee"))
    by_person = {rater.employee_id: rater for rater in existing if rater.employee_id}
    by_address = {rater.email: rater for rater in existing if rater.is_external}
    wanted = [_colleague(assessment, one, by_person.get(one.pk)) for one in colleagues]
    wanted += [_external(assessment, one, by_address.get(one.email.lower())) for one in externals]
    named = [rater for rater in wanted if rater is not None]
    kept = sum(rater.state in (_State.PROPOSED, _State.APPROVED) for rater in existing)
    if kept + len(named) > MOST_RATERS:
        raise NotReady(f"At most {MOST_RATERS} raters are named for one person; {kept} are on the list.")
    for rater in named:
        rater.state, rater.proposed_by = _State.PROPOSED, by
        rater.words = rater.reason = ""
        rater.save()
    if named:
        _record("raters named", assessment, by)
    return named


def _colleague(assessment: Assessment, person: Employee, existing: Rater | None) -> Rater | None:
    group = reads.group_of(assessment, person)
    refusal = reads.why_not(assessment, person, group)
    if refusal:
        raise NotReady(refusal)
    fresh = _again(existing)
    if existing is not None and fresh is None:
        return None
    rater = fresh or Rater(assessment=assessment, employee=person)
    rater.group = group
    return rater


def _external(assessment: Assessment, one: External, existing: Rater | None) -> Rater | None:
    if not assessment.cycle.asks_externals:
        raise NotReady(f"{assessment.cycle} asks nobody from outside.")
    if colleague := Employee.objects.active().filter(user__email__iexact=one.email).first():
        raise NotReady(f"{one.email} belongs to {colleague.name}. Name colleagues from the list.")
    fresh = _again(existing)
    if existing is not None and fresh is None:
        return None
    rater = fresh or Rater(assessment=assessment, group=Rater.Group.EXTERNAL, email=one.email.lower())
    rater.name, rater.organisation = one.name, one.organisation
    return rater


def _again(existing: Rater | None) -> Rater | None:
    """A row that may be named anew. Raises NotReady for somebody who said no, or about whom the manager did."""
    if existing is None or existing.state in (_State.PROPOSED, _State.APPROVED):
        return None
    if existing.state == _State.DECLINED:
        raise NotReady(f"{existing.who} has declined. Choose somebody else.")
    if existing.state == _State.REFUSED:
        raise NotReady(f"{existing.who} was not approved. Choose somebody else.")
    return existing


def _ask(assessment: Assessment, raters: Sequence[Rater], *, by: User, at: datetime) -> None:
    """Approve and tell. Colleagues are locked in order, so that two managers cannot pass the cap together."""
    cycle = assessment.cycle
    people = [rater.employee_id for rater in raters if rater.employee_id]
    colleagues = Employee.objects.select_for_update(no_key=True).filter(pk__in=people).order_by("pk")
    known = {one.pk: one for one in colleagues}
    loads = reads.loads(cycle, people)
    for rater in raters:
        colleague = known.get(rater.employee_id or 0)
        if colleague and not colleague.is_active:
            raise NotReady(f"{colleague.name} no longer works here. Leave this name out.")
        if colleague and loads[colleague.pk] >= cycle.most_per_rater:
            raise NotReady(
                f"{colleague.name} is asked about {loads[colleague.pk]} people already, which is the most in this cycle. "
                "Leave this name out and ask somebody else."
            )
        rater.state, rater.words, rater.decided_by, rater.decided_at = _State.APPROVED, "", by, at
        rater.asked_at = at
        rater.save(update_fields=["state", "words", "decided_by", "decided_at", "asked_at"])
    _send(assessment, raters, at)


def _send(assessment: Assessment, raters: Sequence[Rater], at: datetime) -> None:
    """Mail and news to colleagues, a link to externals. Only the hash of a link is stored."""
    cycle, about = assessment.cycle, assessment.employee
    assert cycle.feedback_due_on is not None
    due = date_format(cycle.feedback_due_on, "l j F")
    shared = {"about": about.name, "cycle": cycle.name, "due": due, "fewest": cycle.fewest_in_group}
    for rater in raters:
        key = f"rater:{rater.pk}:{at.isoformat()}"
        if rater.employee:
            url = reverse("reviews:feedback_form", args=[rater.pk])
            text = f"{cycle}: you are asked about {about.name} until {due}. Your answers are shown in a group only."
            notify.tell(rater.employee.user, key, text, url, at)
            words = {**shared, "name": rater.employee.first_name, "path": url, "button": "Give feedback"}
            mail.queue(ASKED, to=rater.employee.user, key=key, context=words, at=at)
        else:
            rater.asked_at = at
            rater.save(update_fields=["asked_at"])
            words = {**shared, "name": rater.name, "path": externals.path(rater), "button": "Answer or decline"}
            mail.queue(INVITED, to=rater.email, key=key, context=words, at=at)


def _tell_decider(assessment: Assessment, named: Sequence[Rater], at: datetime) -> None:
    """The manager; nobody is told for a person without one, HR finds it in the cycle."""
    if assessment.manager and assessment.cycle.named_by:
        until = date_format(assessment.cycle.named_by, "l j F")
        count = f"{len(named)} {'rater' if len(named) == 1 else 'raters'}"
        text = f"{assessment.employee.name} named {count} for {assessment.cycle}. Approve them by {until}."
        key = f"raters-named:{assessment.pk}:{max(rater.pk for rater in named)}"
        notify.tell(assessment.manager.user, key, text, _list_url(assessment), at)


def _list_url(assessment: Assessment) -> str:
    return reverse("reviews:raters", args=[assessment.pk])


def _names(raters: Sequence[Rater]) -> str:
    return ", ".join(rater.who for rater in raters)


def _were(raters: Sequence[Rater]) -> str:
    return "was" if len(raters) == 1 else "were"


def _record(verb: str, assessment: Assessment, by: User | None) -> None:
    on_list = assessment.raters.filter(state__in=[_State.PROPOSED, _State.APPROVED]).count()
    audit.record(verb, assessment, by=by, about=assessment.employee.user, changes={"on the list": on_list})
