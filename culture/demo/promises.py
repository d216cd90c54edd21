"""Promises of the demo company: actions of an earlier wave with their verdicts, commitments, and what leaders agreed on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from actions.models import Action, CriticalMoment, FollowUp, Workshop
from actions.queries.workshops import agreement_words
from actions.services import follow_ups, practices, promises, workshops
from assessments.competencies.models import Competency
from assessments.surveys.models import Campaign
from core import mail
from culture.demo import obstacles, told
from culture.demo.surveys import shipped_form
from people.models import Employee, JobRole, Unit, User

Content = Mapping[str, Any]
ANSWERS = [answer.value for answer in FollowUp.Answer]
ANSWERED_OF_OPEN = 4  # people who have answered the question that is open


def load(content: Content, *, at: datetime, by: User) -> str:
    """Make everything through the services, each at its own day."""
    staff = list(
        Campaign.objects.published()
        .filter(audience=Campaign.Audience.STAFF, form__key="employee_full")
        .order_by("closes_at")
    )
    waves = {"earlier": staff[0], "latest": staff[-1]}
    for row in content["actions"]:
        _act(row, waves, at)
    for row in content["commitments"]:
        _commit(row, at)
    _hold_up(content["practice"], at, by)
    _held(content["definition"], "definition_workshop", at, by)
    _held(content["definition"] | content["strategy"] | {"answers": {}, "alike": {}}, "leader_workbook", at, by)
    _open_round(content["open_round"], at, by)
    obstacles.load(content["obstacles"], at=at)
    told.load(at, by=by)
    past = ["action_question", "workshop_invitation", "obstacle_waiting", "obstacle_answered"]
    mail.forget(past, key_prefix="")  # nobody gets mail about the past
    moments = [_moment(row) for row in content["moments"]]
    return f"{Action.objects.count()} promises, {Workshop.objects.count()} rounds, {len(moments)} critical moments"


def _act(row: Content, waves: Mapping[str, Campaign], at: datetime) -> None:
    owner = _person(row["owner"])
    made_at = at - timedelta(days=row.get("begun", 60) + 3)
    action = promises.choose(
        promises.Promise(
            row["title"],
            row["construct"],
            Unit.objects.get(key=row["unit"]),
            owner,
            timezone.localdate(at) + timedelta(days=row["due"]),
            notice=row.get("notice", ""),
            campaign=waves[row["wave"]],
        ),
        by=owner.user,
        at=made_at,
    )
    for state, key in (("doing", "begun"), ("done", "done"), ("dropped", "dropped")):
        if key in row:
            words = "" if state == "doing" else row["words"]
            action = promises.move(action, state, words=words, by=owner.user, at=at - timedelta(days=row[key]))
    if "answers" in row:
        _answered(action, row["answers"])
    elif row.get("asks"):
        _asked(action, at)
    elif "done" in row:  # those who were not asked in time are not asked today
        FollowUp.objects.filter(action=action).update(state=FollowUp.State.NOT_ASKED)


def _answered(action: Action, counts: list[int]) -> None:
    asked_at = timezone.make_aware(datetime.combine(action.follow_up.asks_on, datetime.min.time()))
    follow_up = follow_ups.ask(action.follow_up, at=asked_at)
    seats = iter(follow_up.seats.order_by("pk"))
    for answer, count in zip(ANSWERS, counts, strict=True):
        for _, seat in zip(range(count), seats, strict=False):
            follow_ups.answer(seat, answer, at=asked_at)
    follow_ups.close(follow_up, at=asked_at + follow_ups.OPEN_FOR)


def _asked(action: Action, at: datetime) -> None:
    """A question that is open now; those who can sign in have it still before them."""
    follow_up = follow_ups.ask(action.follow_up, at=at)
    seats = follow_up.seats.exclude(employee__name="Noor Abbasi").order_by("pk")
    for seat in seats[:ANSWERED_OF_OPEN]:
        follow_ups.answer(seat, FollowUp.Answer.A_LITTLE, at=at)


def _commit(row: Content, at: datetime) -> None:
    owner = _person(row["owner"])
    unit = Unit.objects.filter(head=owner).order_by("position").first() or owner.unit
    due_on = timezone.localdate(at) + timedelta(days=row["due"])
    promise = promises.Promise(row["title"], row["construct"], unit, owner, due_on, kind=Action.Kind.COMMITMENT)
    made_at = at - timedelta(days=36)
    promises.move(promises.choose(promise, by=owner.user, at=made_at), "doing", by=owner.user, at=made_at)


def _hold_up(row: Content, at: datetime, by: User) -> None:
    action = Action.objects.get(title=row["title"])
    practices.mark(action, words=row["words"], by=by, at=at - timedelta(days=row["marked"]))


def _held(row: Content, form: str, at: datetime, by: User) -> None:
    """A round from the call to the agreed texts."""
    called_at = at - timedelta(days=row["held"] + 21)
    workshop = _call(row, form, called_at, by)
    prompts = {item.code: item for item in workshop.form.items.all()}
    people = {one.employee.name: one for one in workshop.participants.select_related("employee")}
    for code, given in row["answers"].items():
        for name, cells in given.items():
            workshops.save_answer(people[name], prompts[code], cells)
    held_at = at - timedelta(days=row["held"])
    Workshop.objects.filter(pk=workshop.pk).update(state=Workshop.State.OPEN, opened_at=held_at)
    for code, said in row["alike"].items():
        for name in list(people)[:5]:
            workshops.say_alike(people[name], code, said)
    for code, text in row["agreed"].items():
        answers = [one for person in people.values() for one in person.answers.filter(prompt=code)]
        workshops.agree(
            workshop,
            prompts[code],
            text=text["text"],
            owner=_person(text["owner"]),
            review_on=workshops.next_review(held_at),
            agreement=agreement_words(prompts[code], answers, len(people)),
            by=by,
            at=held_at,
        )
    workshops.close(workshop, by=by, at=held_at + timedelta(hours=2))


def _open_round(row: Content, at: datetime, by: User) -> None:
    """Blind answers are being written; two have handed in."""
    workshop = _call(row, "leader_workbook", at - timedelta(days=5), by)
    prompt = workshop.form.items.order_by("placements__order")[0]
    people = list(workshop.participants.select_related("employee"))
    for person in people[-2:]:
        workshops.save_answer(
            person, prompt, [["Schools will keep buying service", "Ten years of renewals", "sell to clinics"]]
        )
        workshops.hand_in(person, at=at - timedelta(days=1))


def _call(row: Content, form: str, at: datetime, by: User) -> Workshop:
    return workshops.call(
        title=row["title"],
        form=shipped_form(form),
        participants=[_person(name) for name in row["people"]],
        answers_due_on=timezone.localdate(at) + timedelta(days=14),
        facilitator=Employee.objects.get(user=by),
        by=by,
        at=at,
    )


def _moment(row: Content) -> CriticalMoment:
    return CriticalMoment.objects.create(
        job_role=JobRole.objects.get(key=row["role"]),
        task=row["task"],
        reach=row["reach"],
        behaviour=row["behaviour"],
        competency=Competency.objects.order_by("order", "pk")[row["competency"]],
        construct=row["construct"],
    )


def _person(name: str) -> Employee:
    return Employee.objects.select_related("user", "unit").get(name=name)
