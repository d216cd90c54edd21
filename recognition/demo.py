"""Praise and feedback of the demo company: two quarters of thanks, some of them on the wall, and a question that waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from uuid import UUID

from django.utils import timezone

from assessments.competencies.models import Competency, CompetencyVersion
from core.constructs import Construct
from people.models import Employee
from recognition.models import Praise, Preference, Reach
from recognition.services import feedback, praise, tallies
from recognition.services.praise import Words

THANKS, DAYS = 90, 185  # so many, over two quarters and a little
ON_WALL, ALONE = 0.45, 0.08


@dataclass(frozen=True)
class Said:
    """A sentence somebody might have said, and the competency it is an example of."""

    key: str
    what: str
    effect: str = ""
    by_customer: bool = False


SAID = (
    Said("listening", "You let me finish and then said back what I needed, in my own words.", by_customer=True),
    Said(
        "listening",
        "You asked one more question, and it turned out to be the real problem.",
        "It saved a second visit.",
    ),
    Said("insight", "You knew that the school closes at three and moved the appointment before they asked."),
    Said(
        "inclusion", "You found a way to explain it without a word of our jargon.", "He could do it himself next time."
    ),
    Said(
        "ownership", "You rang the clinic back before they had to ask.", "They kept two rooms open because they knew."
    ),
    Said("ownership", "You stayed with the case although it was ours and not yours."),
    Said("ownership", "Friday, ten to five, and you still found out who has the part.", by_customer=True),
    Said("clarity", "Your note was so clear that the customer could do it alone."),
    Said("clarity", "The bad news came first and the reason after. Nobody had to guess.", "No complaint came."),
    Said("recovery", "You said sorry once, plainly, and then put it right the same day.", "They renewed the contract."),
    Said("recovery", "I was angry. You gave me a plan with three dates, and they held.", by_customer=True),
    Said("collaboration", "You got both crews to one table, and the order left the same day."),
    Said(
        "collaboration", "You took my late shift so that I could stay on site.", "The bakery could open in the morning."
    ),
    Said("problem_solving", "You traced the wrong bills to the price list instead of mending one more."),
    Said(
        "improvement",
        "You asked five customers what they do with our report, and we dropped two pages.",
        "Less to read.",
    ),
    Said("improvement", "The checklist you made has spared us three return visits since."),
    Said("direction", "You told us what will not be done this month, and why. That helped more than any target."),
    Said("coaching", "You listened to my call with me and asked what I would do again.", "The next one went well."),
    Said("recognition", "You passed the customer’s letter on to the whole crew the day it came."),
)
QUESTION = "How did I come across in the call with the clinic on Monday? What should I keep, what would you try?"
KEEP = "You said the bad news first and gave them a date. They were calm at the end."
TRY = "Say the reason in one sentence; the second and third sounded like an excuse."


def load(*, at: datetime, owner: Employee, random: Random) -> str:
    """Let people thank each other; `owner` finds some of it, one question to answer and one answer."""
    _say_how_they_like_it(random, owner)
    competencies = {one.competency.key: one for one in _published()}
    people = list(Employee.objects.active().select_related("user", "manager__user").order_by("pk"))
    sentences = cycle(random.sample(SAID, len(SAID)))
    for days in sorted(random.randint(1, DAYS) for _ in range(THANKS)):
        to = random.choice(people)
        by = random.choice(_near(to, people))
        _thank(to, by, next(sentences), at - timedelta(days=days), random, competencies)
    _for_the_owner(owner, at, random, competencies)
    tallies.count_quarter(on=timezone.localdate(at), at=at)
    return f"{Praise.objects.count()} times thanks"


def _published() -> list[CompetencyVersion]:
    return list(CompetencyVersion.objects.published().select_related("competency"))


def _say_how_they_like_it(random: Random, owner: Employee) -> None:
    rows = []
    for person in Employee.objects.active().exclude(pk=owner.pk).order_by("pk"):
        draw = random.random()
        if draw < ON_WALL + ALONE:
            reach = Reach.EVERYONE if draw < ON_WALL else Reach.PERSON
            forms = random.sample(Preference.Form.values, random.randint(0, 2))
            rows.append(Preference(employee=person, reach=reach, forms=sorted(forms)))
    Preference.objects.bulk_create(rows)
    praise.prefer(owner, Reach.EVERYONE, [Preference.Form.WORDS, Preference.Form.ASSIGNMENT])


def _near(to: Employee, people: list[Employee]) -> list[Employee]:
    """Who could have seen it: the manager, those beside, and anybody."""
    beside = [one for one in people if one.manager_id == to.manager_id and one != to]
    anybody = [one for one in people if one.unit_id != to.unit_id][:20]
    return [*beside, *anybody, *([to.manager] * 3 if to.manager else [])]


def _thank(
    to: Employee, by: Employee, said: Said, at: datetime, random: Random, named: dict[str, CompetencyVersion]
) -> Praise:
    reach = Reach(min(praise.widest(to), random.choice((Reach.PERSON, Reach.TEAM, Reach.EVERYONE, Reach.EVERYONE))))
    done_on = timezone.localdate(at) - timedelta(days=random.choice((0, 0, 0, 1, 1, 2, 3, 6)))
    words = _words(said, reach, done_on, named)
    return praise.give(to, words, key=UUID(int=random.getrandbits(128), version=4), by=by, at=at)


def _words(said: Said, reach: Reach, done_on: date, named: dict[str, CompetencyVersion]) -> Words:
    version = named.get(said.key)
    competency: Competency | None = version.competency if version else None
    construct = Construct(version.constructs[0]) if version else Construct.COMMITMENT
    return Words(reach, said.what, construct, done_on, said.effect, competency, said.by_customer)


def _for_the_owner(owner: Employee, at: datetime, random: Random, named: dict[str, CompetencyVersion]) -> None:
    lead = owner.manager
    team = Employee.objects.active().filter(manager=lead).exclude(pk=owner.pk).select_related("user", "manager")
    beside = list(team.order_by("pk"))
    if lead is None or len(beside) < 3:
        return
    for days, by, said in ((3, lead, SAID[4]), (11, beside[0], SAID[8]), (20, beside[1], SAID[12])):
        _thank(owner, by, said, at - timedelta(days=days), random, named)
    for number, to in enumerate(beside[: len(beside) // 2], start=1):  # the other half waits for a word
        for days in (3 * number, 3 * number + 30):
            by, said = random.choice((lead, owner)), random.choice(SAID)
            _thank(to, by, said, at - timedelta(days=days), random, named)
    key = UUID(int=random.getrandbits(128), version=4)
    asked = feedback.ask(beside[2], QUESTION, competency=None, key=key, by=owner, at=at - timedelta(days=9))
    feedback.answer(asked, keep=KEEP, try_next=TRY, by=beside[2], at=at - timedelta(days=8))
    key = UUID(int=random.getrandbits(128), version=4)
    feedback.ask(owner, QUESTION, competency=None, key=key, by=beside[0], at=at - timedelta(days=2))
