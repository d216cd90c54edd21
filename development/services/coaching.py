"""What managers and HR offer, coaching notes, and what the employee does with them."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from core import audit, notify
from core.errors import DomainError
from development.models import KEPT_FOR, Activity, CoachingNote, PlanItem, Proposal
from development.services.plan import SAME_CLICK
from people.models import Employee, Unit, User

BATCH = 2000


class NotYours(DomainError):
    """The step belongs to somebody else."""


class ProposedAlready(DomainError):
    """The same proposal stands already."""


class NotOffered(DomainError):
    """The activity is not in the catalogue."""


@transaction.atomic
def propose(
    employee: Employee, *, title: str, words: str, activity: Activity | None, by: Employee, at: datetime
) -> Proposal:
    """Suggest something to learn to a direct report. Raises NotYours, ProposedAlready.

    Whether the same thing may be proposed again depends on the day alone, never on the answer.
    """
    if employee.manager_id != by.pk:
        raise NotYours(f"Only {employee.name}’s manager proposes learning.")
    Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)
    if Proposal.objects.standing(at).filter(by=by, employee=employee, title=title).exists():
        raise ProposedAlready("You proposed this in the last 90 days. Talk about it instead.")
    proposal = Proposal.objects.create(
        by=by, employee=employee, activity=activity, title=title, words=words, made_at=at
    )
    text = f"{by.name} suggests “{title}”. Take it or leave it: a no is not shown to anyone."
    notify.tell(employee.user, f"proposal:{proposal.pk}", text, reverse("development:plan"), at)
    audit.record("proposed learning to", employee, by=by.user, about=employee.user)
    return proposal


@transaction.atomic
def offer(activity: Activity, *, unit: Unit | None, person: Employee | None, words: str, by: User, at: datetime) -> int:
    """HR offers an activity to a person, to everyone in a unit and all below it, or to both; returns to how many it is new.

    Never an obligation: what becomes of it is the person's alone. Who has the same offer from HR in the last 90 days gets
    none, whatever they answered, so that the number tells nothing of answers. Raises NotOffered.
    """
    kept = Activity.objects.select_for_update().get(pk=activity.pk)
    if not kept.is_offered:
        raise NotOffered("Only what stands in the catalogue can be offered. Offer the activity there first.")
    staff = Employee.objects.active().filter(pk=person.pk) if person else Employee.objects.none()
    if unit:
        staff = staff | Employee.objects.active().in_units(Unit.objects.subtree_of(unit))
    have = Proposal.objects.standing(at).filter(by=None, activity=kept).values("employee")
    people = list(staff.exclude(pk__in=have).exclude(user=by).select_related("user").order_by("pk"))
    offers = Proposal.objects.bulk_create(
        [Proposal(employee=one, activity=kept, title=kept.title, words=words, made_at=at) for one in people],
        batch_size=BATCH,
    )
    text = f"HR offers “{kept.title}”. Take it or leave it: a no is not shown to anyone."
    plan = reverse("development:plan")
    notify.tell_each((notify.News(one.employee.user_id, f"proposal:{one.pk}", text, plan) for one in offers), at)
    audit.record("offered", kept, by=by, changes={"unit": unit.name if unit else "", "people": len(people)})
    if person in people:
        audit.record("offered learning to", person, by=by, about=person.user)
    return len(people)


@transaction.atomic
def accept(proposal: Proposal, *, at: datetime) -> PlanItem:
    """Put it on the plan, private like every new item. A second call answers the item that is there."""
    proposal = (
        Proposal.objects.select_for_update(of=("self",)).select_related("employee", "activity").get(pk=proposal.pk)
    )
    facts = {"owner": proposal.employee, "title": proposal.title, "activity": proposal.activity}
    if found := PlanItem.objects.filter(**facts).exclude(state=PlanItem.State.DONE).first():
        item = found
    else:
        kind = PlanItem.Kind.ACTIVITY if proposal.activity else PlanItem.Kind.OWN
        item = PlanItem.objects.create(**facts, kind=kind, text=proposal.words, made_at=at)
    _answer(proposal, Proposal.Answer.ACCEPTED, at)
    return item


@transaction.atomic
def decline(proposal: Proposal, *, at: datetime) -> None:
    """Say no. Nobody is told, and no page of the manager changes."""
    _answer(Proposal.objects.select_for_update().get(pk=proposal.pk), Proposal.Answer.DECLINED, at)


@transaction.atomic
def note(about: Employee, text: str, *, is_shared: bool, by: Employee, at: datetime) -> CoachingNote:
    """Write a note about a direct report: a draft for 30 days, or shared at once. Raises NotYours.

    The same words within a minute are the same click.
    """
    if about.manager_id != by.pk:
        raise NotYours(f"Only {about.name}’s manager writes coaching notes.")
    Employee.objects.select_for_update(of=("self",)).get(pk=by.pk)  # a second click waits for the first
    said = {"author": by, "about": about, "text": text}
    made = CoachingNote.objects.filter(**said, made_at__gt=at - SAME_CLICK).first()
    if made is None:
        made = CoachingNote.objects.create(**said, made_at=at, expires_on=timezone.localdate(at) + KEPT_FOR)
    return share_note(made, by=by, at=at) if is_shared else made


@transaction.atomic
def share_note(note_: CoachingNote, *, by: Employee, at: datetime) -> CoachingNote:
    """Let the person read it and answer. It cannot be taken back. Raises NotYours."""
    if note_.author_id != by.pk:
        raise NotYours("Only who wrote a note shares it.")
    if not note_.is_shared:
        note_.shared_at = at
        note_.save(update_fields=["shared_at"])
        audit.record("shared a coaching note with", note_.about, by=by.user, about=note_.about.user)
        words = f"{by.name} shared a coaching note with you"
        notify.tell(note_.about.user, f"coaching-note:{note_.pk}", words, reverse("development:plan"), at)
    return note_


@transaction.atomic
def change_note(note_: CoachingNote, text: str, *, by: Employee) -> CoachingNote:
    """Reword a draft; its thirty days go on. Raises NotYours for somebody else's, or for one that was shared."""
    kept = CoachingNote.objects.select_for_update(of=("self",)).get(pk=note_.pk)
    if kept.author_id != by.pk or kept.is_shared:
        raise NotYours("A shared note stays as it was; only your own drafts can be changed.")
    kept.text = text
    kept.save(update_fields=["text"])
    return kept


def drop_note(note_: CoachingNote, *, by: Employee) -> None:
    """Throw a draft away. Raises NotYours for somebody else's, or for one that was shared."""
    if note_.author_id != by.pk or note_.is_shared:
        raise NotYours("A shared note stays; only your own drafts can be thrown away.")
    note_.delete()


@transaction.atomic
def answer_note(note_: CoachingNote, text: str, *, by: Employee, at: datetime) -> CoachingNote:
    """The person's own words beside a shared note; they can be changed. Raises NotYours."""
    if note_.about_id != by.pk or not note_.is_shared:
        raise NotYours("Only the person a shared note is about answers it.")
    note_.answer, note_.answered_at = text, at
    note_.save(update_fields=["answer", "answered_at"])
    audit.record("answered a coaching note of", note_.author, by=by.user, about=by.user)
    url = reverse("development:person", args=[by.pk])
    notify.tell(note_.author.user, f"coaching-answer:{note_.pk}", f"{by.name} answered your coaching note", url, at)
    return note_


def forget_drafts(*, on: date) -> int:
    """Remove drafts that were not shared within 30 days; returns how many."""
    return CoachingNote.objects.expired(on).delete()[0]


def forget_proposals(*, at: datetime) -> int:
    """Remove proposals that no page lists any more, and with them what was answered; returns how many."""
    return Proposal.objects.exclude(pk__in=Proposal.objects.standing(at)).delete()[0]


def _answer(proposal: Proposal, answer: Proposal.Answer, at: datetime) -> None:
    proposal.answer, proposal.answered_at = answer, at
    proposal.save(update_fields=["answer", "answered_at"])
