"""A round as one of its people sees it: blind, then everybody's answers with how far they agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from actions import access, agreement
from actions.models import AgreedText, BlindAnswer, Participant, Workshop
from assessments.surveys.models import Item
from assessments.surveys.queries.questions import filled
from core.constructs import Construct
from people.access import Viewer
from people.models import Employee

RANKING, TEXT = "ranking", "text"


@dataclass(frozen=True)
class WorkshopRow:
    """One line of the list. `needs_me` says what the viewer has to do, "" for nothing."""

    workshop: Workshop
    people: int
    handed_in: int
    agreed: int
    needs_me: str
    is_late: bool


@dataclass(frozen=True)
class PromptRow:
    """One prompt in the overview of a round."""

    code: str
    number: int
    text: str
    construct: Construct | None
    is_answered: bool
    agreement: str
    agreed: AgreedText | None


@dataclass(frozen=True)
class Member:
    """Somebody who takes part; whether they have handed in, never what."""

    name: str
    has_handed_in: bool


@dataclass(frozen=True)
class Overview:
    workshop: Workshop
    prompts: tuple[PromptRow, ...]
    members: tuple[Member, ...]
    me: Participant | None
    may_facilitate: bool
    may_answer: bool
    answered: int
    next_code: str
    is_late: bool

    @property
    def handed_in(self) -> int:
        return sum(member.has_handed_in for member in self.members)

    @property
    def agreed(self) -> int:
        return sum(prompt.agreed is not None for prompt in self.prompts)


@dataclass(frozen=True)
class GivenAnswer:
    """One person's answer on the table."""

    name: str
    is_mine: bool
    rows: tuple[tuple[str, ...], ...]
    alike: str
    trade_off: str


@dataclass(frozen=True)
class PromptPage:
    """One prompt of a round: the own answer while blind, everybody's afterwards."""

    workshop: Workshop
    item: Item
    text: str
    record: str
    columns: tuple[str, ...]
    number: int
    of: int
    previous: str
    next: str
    mine: BlindAnswer | None
    me: Participant | None
    may_answer: bool
    may_facilitate: bool
    given: tuple[GivenAnswer, ...]
    silent: tuple[str, ...]
    findings: tuple[str, ...]
    agreement: str
    agreed: AgreedText | None
    suggested: str


def rounds(viewer: Viewer, *, on: date) -> list[WorkshopRow]:
    """Rounds the viewer takes part in or facilitates, the newest first."""
    found = Workshop.objects.visible_to(viewer).prefetch_related("participants", "texts").select_related("form")
    rows = []
    for workshop in found:
        people = list(workshop.participants.all())
        me = next((one for one in people if viewer.employee and one.employee_id == viewer.employee.pk), None)
        waits = workshop.is_blind and me is not None and me.handed_in_at is None
        rows.append(
            WorkshopRow(
                workshop,
                len(people),
                sum(one.handed_in_at is not None for one in people),
                len({text.prompt for text in workshop.texts.all()}),
                "Answer alone" if waits else "",
                workshop.is_late(on),
            )
        )
    return rows


def waiting_for(viewer: Viewer) -> list[Workshop]:
    """Blind rounds in which the viewer has not handed in. One query."""
    if viewer.employee is None:
        return []
    mine = Participant.objects.filter(employee=viewer.employee, handed_in_at=None, workshop__state=Workshop.State.BLIND)
    return [one.workshop for one in mine.select_related("workshop").order_by("workshop__answers_due_on")]


def overview(workshop: Workshop, viewer: Viewer, *, on: date) -> Overview:
    """The page of a round. A fixed number of queries."""
    employee = _employee(viewer)
    people = list(workshop.participants.select_related("employee").order_by("employee__name"))
    me = next((one for one in people if one.employee_id == employee.pk), None)
    answers = _answers(workshop, employee)
    agreed = {text.prompt: text for text in AgreedText.objects.filter(workshop=workshop).order_by("number")}
    may_answer = workshop.is_blind and me is not None and me.handed_in_at is None
    prompts = []
    for number, item in enumerate(prompts_of(workshop), start=1):
        given = answers.get(item.code, [])
        mine = next((one for one in given if me and one.participant_id == me.pk), None)
        prompts.append(
            PromptRow(
                item.code,
                number,
                filled(item.text),
                Construct(item.construct) if item.construct else None,
                bool(mine and mine.rows),
                "" if workshop.is_blind else agreement_words(item, given, len(people)),
                agreed.get(item.code),
            )
        )
    left = next((prompt.code for prompt in prompts if not prompt.is_answered), prompts[0].code if prompts else "")
    return Overview(
        workshop=workshop,
        prompts=tuple(prompts),
        members=tuple(Member(one.employee.name, one.handed_in_at is not None) for one in people),
        me=me,
        may_facilitate=access.may_facilitate(viewer, workshop),
        may_answer=may_answer,
        answered=sum(prompt.is_answered for prompt in prompts),
        next_code=left,
        is_late=workshop.is_late(on),
    )


def prompt_page(workshop: Workshop, code: str, viewer: Viewer) -> PromptPage | None:
    """One prompt; None where the round has no such prompt. Others' answers are read only once they are on the table."""
    employee = _employee(viewer)
    items = prompts_of(workshop)
    codes = [item.code for item in items]
    if code not in codes:
        return None
    place = codes.index(code)
    item = items[place]
    people = list(workshop.participants.select_related("employee").order_by("employee__name"))
    me = next((one for one in people if one.employee_id == employee.pk), None)
    answers = _answers(workshop, employee).get(code, [])
    mine = next((one for one in answers if me and one.participant_id == me.pk), None)
    given, silent = ((), ()) if workshop.is_blind else _table(item, answers, people, me)
    newest = AgreedText.objects.filter(prompt=code).select_related("owner").order_by("-number").first()
    return PromptPage(
        workshop=workshop,
        item=item,
        text=filled(item.text),
        record=record_of(item),
        columns=tuple(item.detail.get("columns", ())),
        number=place + 1,
        of=len(items),
        previous=codes[place - 1] if place else "",
        next=codes[place + 1] if place + 1 < len(codes) else "",
        mine=mine,
        me=me,
        may_answer=workshop.is_blind and me is not None and me.handed_in_at is None,
        may_facilitate=access.may_facilitate(viewer, workshop),
        given=given,
        silent=silent,
        findings=() if workshop.is_blind else findings(item, answers),
        agreement="" if workshop.is_blind else agreement_words(item, answers, len(people)),
        agreed=newest if newest and newest.workshop_id == workshop.pk else None,
        suggested=newest.text if newest else "",
    )


def prompts_of(workshop: Workshop) -> list[Item]:
    return list(workshop.form.items.filter(kind=Item.Kind.PROMPT).order_by("placements__order"))


def record_of(item: Item) -> str:
    """How the answer is written down: text, list, two_columns, table or ranking."""
    return str(item.detail.get("record", TEXT))


def findings(item: Item, answers: Sequence[BlindAnswer]) -> tuple[str, ...]:
    """What the answers have in common, in words and numbers."""
    written = [answer for answer in answers if answer.rows]
    if len(written) < 2:
        return ()
    if record_of(item) == RANKING:
        return _ranking_findings([answer.rows[0] for answer in written])
    if record_of(item) == TEXT:
        return ()
    entries = [[cell for row in answer.rows for cell in row] for answer in written]
    shared = agreement.shared_entries(entries)
    if not shared:
        return (f"{len(written)} people wrote something down; no entry was named twice in the same words.",)
    return tuple(f"“{text}” was named by {count} of {len(written)}" for text, count in shared[:5])


def agreement_words(item: Item, answers: Sequence[BlindAnswer], people: int) -> str:
    """How far they agree: what they say themselves, else what can be counted."""
    said = agreement.said_alike([answer.alike for answer in answers], people)
    counted = findings(item, answers)
    return said or (counted[0] if counted else "")


def _ranking_findings(rankings: list[list[str]]) -> tuple[str, ...]:
    first, count = agreement.first_choices(rankings)[0]
    found = [f"{count} of {len(rankings)} put “{first}” first"]
    value = agreement.concordance(rankings)
    if value is not None:
        found.append(f"They see the whole order {agreement.concordance_word(value)} ({value:.2f} of 1)")
    return tuple(found)


def _answers(workshop: Workshop, employee: Employee) -> dict[str, list[BlindAnswer]]:
    """By prompt: one's own while blind, everybody's after."""
    found: dict[str, list[BlindAnswer]] = {}
    readable = BlindAnswer.objects.readable_by(employee).filter(participant__workshop=workshop)
    for answer in readable.order_by("participant__employee__name"):
        found.setdefault(answer.prompt, []).append(answer)
    return found


def _table(
    item: Item, answers: Sequence[BlindAnswer], people: Sequence[Participant], me: Participant | None
) -> tuple[tuple[GivenAnswer, ...], tuple[str, ...]]:
    by_person = {answer.participant_id: answer for answer in answers}
    given, silent = [], []
    for person in people:
        answer = by_person.get(person.pk)
        if answer is None or not answer.rows:
            silent.append(person.employee.name)
            continue
        is_ranking = record_of(item) == RANKING
        rows = [[place] for place in answer.rows[0]] if is_ranking else answer.rows
        given.append(
            GivenAnswer(
                person.employee.name,
                me is not None and person.pk == me.pk,
                tuple(tuple(row) for row in rows),
                answer.get_alike_display() if answer.alike else "",
                answer.rows[1][0] if is_ranking and len(answer.rows) > 1 else "",
            )
        )
    return tuple(given), tuple(silent)


def _employee(viewer: Viewer) -> Employee:
    assert viewer.employee, "rounds are visible to people who work here"
    return viewer.employee
