"""F19: whatever breaks after whichever write of an action, nothing of it is left: no row, no mail, no news, no wake-up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from actions.models import Action
from actions.services import follow_ups, promises, told
from actions.tests.factories import promise
from assessments.reviews import services as reviews
from assessments.reviews.services import dates as review_days
from assessments.reviews.services import reminding as review_reminders
from assessments.reviews.tests import factories as review_factories
from assessments.reviews.tests import raters as rater_factories
from assessments.surveys.contact_files import Row
from assessments.surveys.contact_requests import Asked
from assessments.surveys.models.campaigns import SUBMIT_GRACE
from assessments.surveys.queries import links as link_queries
from assessments.surveys.services import answering, campaigns, contacts, languages, links, mails
from assessments.surveys.tests import factories as surveys
from assessments.surveys.tests.tarn import answers_of, cast_ballots, grown
from core import mail, mail_choices, mail_digest, mail_kinds
from core.digest import picture
from core.mail_choices import How, Topic
from culture.tests.whole import Broken, break_after, writes_of
from development.models import Proposal
from development.services import coaching
from development.tests.factories import proposal
from goals import services as goals
from goals.models import Goal
from goals.tests import factories as goal_factories
from people import undo
from people.models import Employee
from people.services import employees, erasure
from people.services import undo as undoing_service
from people.tests import files

Act = Callable[[], object]
FIRST_OF_MANY = 12  # write points tried of an action that has more: all of the first, then evenly to the last


def departing(cast: Any) -> Act:
    return lambda: employees.depart(cast.max, on=date(2026, 7, 1), successor=cast.uma, by=cast.hana.user)


def importing(cast: Any) -> Act:
    rows = [files.row("nia", "Nia New", unit="helpdesk"), files.full(cast.olga, status="left")]
    file = files.upload(rows, cast.hana)
    return lambda: files.apply(file, cast.hana)


def undoing(cast: Any) -> Act:
    rows = [files.row("nia", "Nia New", unit="helpdesk"), files.full(cast.olga, status="left")]
    file = files.upload(rows, cast.hana)
    files.apply(file, cast.hana)
    shown = undo.plan(file, by=cast.hana.user).shown
    return lambda: undoing_service.undo_import(file, shown=shown, by=cast.hana.user, at=timezone.now())


def launching(cast: Any) -> Act:
    grown(cast)
    draft = surveys.draft_campaign()
    return lambda: campaigns.launch(draft, by=cast.hana.user, at=timezone.now())


def trying_the_mails(cast: Any) -> Act:
    draft = surveys.draft_campaign()
    return lambda: mails.send_test(draft, by=cast.hana.user, at=timezone.now())


def inviting(cast: Any) -> Act:
    grown(cast)
    survey = surveys.open_campaign()
    return lambda: mails.invite(survey, at=timezone.now())


def submitting(cast: Any) -> Act:
    grown(cast)
    seat = surveys.invitation_of(surveys.open_campaign(), cast.eve)
    answering.save_answers(seat, answers={"STR1": "4"}, sequence=1, at=timezone.now())
    return lambda: answering.submit(seat, at=timezone.now())


def sealing(cast: Any) -> Act:
    grown(cast)
    survey = surveys.open_campaign()
    cast_ballots(survey, answers_of)
    after = survey.closes_at + SUBMIT_GRACE + timedelta(seconds=1)
    return lambda: campaigns.close(survey, by=None, at=after)


def publishing(cast: Any) -> Act:
    grown(cast)
    survey = surveys.open_campaign()
    cast_ballots(survey, answers_of)
    after = survey.closes_at + SUBMIT_GRACE + timedelta(seconds=1)
    closed = campaigns.close(survey, by=None, at=after)
    return lambda: campaigns.publish(closed, by=None, at=after)


def translating(cast: Any) -> Act:
    french = languages.add(surveys.form().version, "fr", by=cast.hana.user)
    languages.translate(french, {"item:C1:text": "Quoi ?"}, by=cast.hana.user)
    return lambda: languages.translate(french, {"item:C1:text": "", "item:C2:text": "Quoi ?"}, by=cast.hana.user)


def telling_customers(cast: Any) -> Act:
    voice = surveys.close(surveys.customer_campaign())
    report = told.write(voice, told="You wait.", changed="", statements=[], by=cast.hana.user)
    return lambda: told.publish(report, by=cast.hana.user, at=timezone.now())


def making_links(cast: Any) -> Act:
    link = surveys.customer_campaign().links.get()
    return lambda: links.make_single_links(link, by=cast.hana.user, count=3)


def writing_to_customers(cast: Any) -> Act:
    voice = surveys.customer_campaign()
    rows = [Row(number, "", "Hill Farm", f"c{number}@example.org") for number in range(3)]
    contacts.add(voice, rows, by=cast.hana.user, at=timezone.now())
    return lambda: contacts.invite(voice, at=timezone.now())


def asking_to_be_contacted(cast: Any) -> Act:
    voice = surveys.customer_campaign()
    secret = links.take_seat(voice.links.get(), said="Hill Farm", at=timezone.now())
    seat = link_queries.seat_of(secret, "a browser")
    assert seat
    answering.save_answers(seat, answers={"CC1": "Call me"}, sequence=1, at=timezone.now())
    return lambda: answering.submit(seat, at=timezone.now(), asked=Asked("Ines Ford", "by phone"))


def erasing(cast: Any) -> Act:
    employees.depart(cast.olga, on=date(2026, 7, 1), successor=None, by=cast.hana.user)
    return lambda: erasure.erase(cast.olga, by=cast.hana.user, on=date(2026, 7, 2))


def checking_in(cast: Any) -> Act:
    cycle = goal_factories.cycle()
    top = goal_factories.goal(cast.uma, cycle, level="organisation", unit=cast.company)
    mine = goal_factories.goal(cast.eve, cycle, parent=top)
    entry = goals.CheckInEntry(measured_on=goal_factories.TODAY, value=Decimal(40), what_changed="Faster")
    return lambda: goals.check_in(Goal.objects.get(pk=mine.pk), entry, by=cast.eve, at=goal_factories.NOON)


def closing_goals(cast: Any) -> Act:
    cycle = goal_factories.cycle()
    goal_factories.check_in(goal_factories.goal(cast.eve, cycle), 40)
    return lambda: goals.close_cycle(cycle, by=cast.hana.user, at=goal_factories.NOON)


def launching_reviews(cast: Any) -> Act:
    review_factories.give_roles(cast)
    cycle = reviews.create_cycle(name="Autumn", by=None, **review_factories.DATES)
    return lambda: reviews.launch(cycle, by=cast.hana.user, at=review_factories.AT)


def moving_days(cast: Any) -> Act:
    review_factories.give_roles(cast)
    cycle = rater_factories.cycle_360()
    rater_factories.ask_external(review_factories.assessment_of(cast.eve))
    days = {"self_due_on": date(2026, 7, 24), "feedback_due_on": date(2026, 7, 30)}
    return lambda: review_days.move_days(cycle, days, by=cast.hana.user, at=review_factories.AT)


def reminding(cast: Any) -> Act:
    review_factories.give_roles(cast)
    rater_factories.ask_external(review_factories.assessment_of(cast.eve, rater_factories.cycle_360()))
    return lambda: review_reminders.remind(at=datetime(2026, 7, 17, 9, tzinfo=UTC))


def agreeing(cast: Any) -> Act:
    review_factories.give_roles(cast)
    review_factories.running_cycle()
    shared = review_factories.share_both(cast.eve)
    return lambda: review_factories.agree(shared)


def promising(cast: Any) -> Act:
    return lambda: promise(cast.max)


def closing_question(cast: Any) -> Act:
    grown(cast)
    action = promises.move(promise(cast.max), "doing", by=cast.max.user, at=timezone.now())
    asked = follow_ups.ask(Action.objects.get(pk=action.pk).follow_up, at=timezone.now())
    follow_ups.answer(asked.seats.all()[0], "clearly", at=timezone.now())
    return lambda: follow_ups.close(asked, at=timezone.now())


def accepting(cast: Any) -> Act:
    made = proposal(cast.max, Employee.objects.get(pk=cast.eve.pk))
    return lambda: coaching.accept(Proposal.objects.get(pk=made.pk), at=timezone.now())


def choosing_mails(cast: Any) -> Act:
    mail_choices.choose(cast.eve.user, dict.fromkeys(Topic.values, How.WEEKLY))
    for kind in ("goals_waiting", "goal_worsened"):
        mail.queue(kind, to=cast.eve.user, key="1", context=mail_kinds.kind(kind).sample, at=timezone.now())
    return lambda: mail_choices.choose(cast.eve.user, {Topic.CHECK_INS: How.NOW, Topic.STATUS: How.NEVER})


def sending_the_week(cast: Any) -> Act:
    friday, monday = datetime(2026, 7, 3, 9, tzinfo=UTC), datetime(2026, 7, 6, 9, tzinfo=UTC)
    mail_choices.choose(cast.eve.user, {Topic.STATUS: How.WEEKLY})
    context = mail_kinds.kind("goal_worsened").sample
    mail.queue("goal_worsened", to=cast.eve.user, key="1", context=context, at=friday)
    return lambda: mail_digest.send_week(at=monday)


ACTIONS = (
    departing,
    importing,
    undoing,
    launching,
    trying_the_mails,
    inviting,
    submitting,
    sealing,
    publishing,
    making_links,
    writing_to_customers,
    asking_to_be_contacted,
    erasing,
    checking_in,
    closing_goals,
    launching_reviews,
    translating,
    telling_customers,
    moving_days,
    reminding,
    agreeing,
    promising,
    closing_question,
    accepting,
    choosing_mails,
    sending_the_week,
)


@pytest.mark.parametrize("prepare", ACTIONS, ids=lambda prepare: prepare.__name__)
def test_f19_an_exception_after_any_write_takes_the_whole_action_back(
    prepare, cast, django_capture_on_commit_callbacks
):
    act = prepare(cast)
    before = picture()
    writes = writes_of(act)
    assert writes > 1, "an action of one write cannot be half done"

    for write in write_points(writes):
        with django_capture_on_commit_callbacks() as put_off, pytest.raises(Broken):
            break_after(act, write)
        after = picture()
        assert {table: after[table] for table in after if after[table] != before[table]} == {}, f"write {write}"
        assert put_off == [], f"write {write} left something to be done after a commit that never came"

    act()  # and it can simply be done again
    assert picture() != before


def write_points(writes: int) -> list[int]:
    """Every write of most actions; of long ones the first and last, and some between."""
    if writes <= FIRST_OF_MANY:
        return list(range(1, writes + 1))
    step = (writes - FIRST_OF_MANY) / 6
    return [*range(1, FIRST_OF_MANY + 1), *(FIRST_OF_MANY + round(step * number) for number in range(1, 7))]
