"""Praise, questions and preferences, made by the services."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from core.constructs import Construct
from people.models import Employee
from recognition.models import Feedback, Praise, Reach
from recognition.services import feedback, praise
from recognition.services.praise import Words


def words(reach: Reach = Reach.TEAM, **more) -> Words:
    at = more.pop("at", timezone.now())
    facts = {"what": "Rang the clinic back before they had to ask.", "construct": Construct.COMMITMENT}
    return Words(reach=reach, **facts | {"done_on": timezone.localdate(at)} | more)


def thanks(to: Employee, by: Employee, reach: Reach = Reach.TEAM, *, days_ago: int = 0, **more) -> Praise:
    at = timezone.now() - timedelta(days=days_ago)
    return praise.give(to, words(reach, at=at, **more), key=uuid4(), by=by, at=at)


def question(by: Employee, to: Employee, *, answer: str = "", days_ago: int = 0) -> Feedback:
    at = timezone.now() - timedelta(days=days_ago)
    asked = feedback.ask(to, "How did the call with the clinic go?", competency=None, key=uuid4(), by=by, at=at)
    return feedback.answer(asked, keep=answer, try_next="", by=to, at=at) if answer else asked


def likes(employee: Employee, reach: Reach, *forms: str) -> None:
    praise.prefer(employee, reach, forms)
