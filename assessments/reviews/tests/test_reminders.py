"""Reminders: half-way and two days before the end, one mail for each person and day, and nobody learns who got one."""

from datetime import UTC, date, datetime

import pytest

from assessments.reviews import externals, schedule
from assessments.reviews.models import Assessment, CycleReminder, Rater, Review, ReviewCycle
from assessments.reviews.queries.reminding import Stage, window
from assessments.reviews.services import dates, feedback, participants, release, reminding
from assessments.reviews.services import raters as lists
from assessments.reviews.tests.factories import (
    AT,
    answer_all,
    assessment_of,
    give_roles,
    review_of,
    running_cycle,
    share,
)
from assessments.reviews.tests.raters import AFTER, answer, ask, ask_external, cycle_360
from core import days_off, mail_delivery, mail_kinds, mail_queries
from core.models import Mail
from people.models import Employee

pytestmark = pytest.mark.django_db

NAMING_HALF_WAY, NAMING_TWO_BEFORE = date(2026, 7, 6), date(2026, 7, 8)  # of naming raters, 1 to 10 July
HALF_WAY, TWO_BEFORE = date(2026, 7, 9), date(2026, 7, 15)  # of the self-assessments, 1 to 17 July
RATERS_HALF_WAY, RATERS_TWO_BEFORE = date(2026, 7, 17), date(2026, 7, 22)  # of raters, 10 to 24 July


@pytest.fixture
def cycle(cast):
    """Self-assessments till 17 July, managers till 31, raters named till 10 and answering till 24 July."""
    give_roles(cast)
    return cycle_360()


def run(day: date, hour: int = 9) -> int:
    return reminding.remind(at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC))


def reminded(kind: str = reminding.DUE) -> dict[str, list[str]]:
    """Who has a mail waiting, and what it names."""
    found = Mail.objects.filter(kind=kind).select_related("user")
    return {
        row.user.email.partition("@")[0] if row.user else row.address: row.context.get("things")
        or [form["about"] for form in row.context["forms"]]
        for row in found
    }


def forget_mails() -> None:
    """They have left."""
    Mail.objects.all().delete()


def name_of(person: Employee) -> str:
    return person.user.email.partition("@")[0]


def test_people_are_reminded_half_way_and_two_days_before_and_not_once_they_have_shared(cycle, cast):
    name_somebody_for_all()
    share(review_of(cast.eve))
    answer_all(review_of(cast.ed))

    assert run(date(2026, 7, 8)) == 0
    run(HALF_WAY)

    letters_ = reminded()
    assert name_of(cast.eve) not in letters_
    assert letters_[name_of(cast.ed)] == ["Your self-assessment, Summer 2026: by Friday 17 July"], (
        "all answered, not shared"
    )
    assert letters_[name_of(cast.max)] == [
        "Your self-assessment, Summer 2026: by Friday 17 July",
        "Your view of 2 people of your team, Summer 2026: by Friday 31 July",
    ]
    forget_mails()
    assert [day for day in range(10, 18) if run(date(2026, 7, day))] == [TWO_BEFORE.day]


def test_a_run_twice_writes_nobody_a_second_mail(cycle, cast):
    first = run(HALF_WAY)
    assert first == len(reminded()) > 0
    assert mail_delivery.deliver_due(at=datetime(2026, 7, 9, 9, 5, tzinfo=UTC)) >= first

    assert [run(HALF_WAY), run(HALF_WAY, hour=15)] == [0, 0]
    assert reminded() == {}
    ReviewCycle.objects.update(self_due_on=date(2026, 7, 11))  # another stage becomes due on the same day
    assert run(HALF_WAY) == 0


def test_a_missed_day_is_made_up_for_once(cycle, cast):
    assert run(date(2026, 7, 13)) > 0, "half-way was four days ago, and no job ran"
    forget_mails()
    assert run(date(2026, 7, 14)) == 0
    assert run(TWO_BEFORE) > 0


def test_nobody_is_reminded_at_night_at_weekends_or_on_days_off(cycle, cast):
    days_off.add(days_off.parse(f"{HALF_WAY}, Company day"), by=None)

    assert run(HALF_WAY) == 0
    assert run(date(2026, 7, 10), hour=4) == 0
    assert run(date(2026, 7, 10), hour=20) == 0
    assert run(date(2026, 7, 11)) == run(date(2026, 7, 12)) == 0, "Saturday and Sunday"
    assert run(date(2026, 7, 10)) > 0


def test_one_mail_holds_all_that_a_person_owes_however_many_forms(cycle, cast):
    running_cycle("Second", at=AT)
    name_somebody_for_all()
    for person in (cast.eve, cast.max, cast.uma):
        ask(assessment_of(person, cycle), cast.olga)

    run(HALF_WAY)

    assert Mail.objects.filter(kind=reminding.DUE, user=cast.olga.user).count() == 1
    assert reminded()[name_of(cast.olga)] == [
        "Your self-assessment, Summer 2026: by Friday 17 July",
        "Your self-assessment, Second: by Friday 17 July",
        f"Feedback for {cast.eve.name}, Summer 2026: by Friday 24 July",
        f"Feedback for {cast.max.name}, Summer 2026: by Friday 24 July",
        f"Feedback for {cast.uma.name}, Summer 2026: by Friday 24 July",
    ]
    letter = mail_kinds.write(reminding.DUE, Mail.objects.get(user=cast.olga.user, kind=reminding.DUE).context)
    assert letter.subject == "5 things wait for you, the first until Friday 17 July"
    assert "by Friday 24 July" in letter.text
    assert "by Friday 24 July" in letter.html


def test_people_are_reminded_to_name_raters_and_managers_to_approve_them(cycle, cast):
    share_everything()
    propose(assessment_of(cast.ed), cast.olga)
    propose(assessment_of(cast.ed), cast.sam)
    ask(assessment_of(cast.olga), cast.sam)
    participants.excuse(assessment_of(cast.petra), reason="On leave.", by=None, at=AT)

    assert run(date(2026, 7, 3)) == 0
    run(NAMING_HALF_WAY)

    letters_ = reminded()
    assert letters_[name_of(cast.eve)] == ["Name who else is asked about you, Summer 2026: by Friday 10 July"]
    assert letters_[name_of(cast.max)] == [
        "Names to approve for 1 person of your team, Summer 2026: by Friday 10 July",
        "Name who else is asked about you, Summer 2026: by Friday 10 July",
    ]
    assert not {name_of(cast.ed), name_of(cast.olga), name_of(cast.petra)} & letters_.keys()
    forget_mails()
    propose(assessment_of(cast.eve), cast.olga)
    ask(assessment_of(cast.max), cast.hana)
    run(NAMING_TWO_BEFORE)
    assert reminded()[name_of(cast.max)] == [
        "Names to approve for 2 people of your team, Summer 2026: by Friday 10 July"
    ]
    forget_mails()
    assert [day for day in range(9, 14) if run(date(2026, 7, day))] == [13]
    assert reminded()[name_of(cast.max)] == [
        "Names to approve for 2 people of your team, Summer 2026: raters can answer until Friday 24 July"
    ]


def test_whoever_reviews_by_hand_approves_and_a_former_manager_is_left_alone(cycle, cast):
    share_everything()
    propose(assessment_of(cast.ed), cast.olga)
    propose(assessment_of(cast.eve), cast.olga)
    participants.reassign(assessment_of(cast.eve), manager=cast.sam, reason="Stands in.", by=None, at=AT)
    Employee.objects.filter(pk=cast.ed.pk).update(manager=cast.uma)

    run(NAMING_HALF_WAY)

    naming = "Name who else is asked about you, Summer 2026: by Friday 10 July"
    assert [line for line in reminded()[name_of(cast.max)] if line != naming] == []
    assert reminded()[name_of(cast.sam)][0].startswith("Names to approve for 1 person")


def test_raters_who_answered_declined_or_were_just_asked_get_none(cycle, cast):
    share_everything()
    about = assessment_of(cast.eve)
    answer(ask(about, cast.olga))
    declined = ask(about, cast.ed)
    feedback.decline(declined, reason="We hardly work together.", by=cast.ed, at=AT)
    ask(about, cast.uma, at=datetime(2026, 7, 16, 9, tzinfo=UTC))
    waiting = ask(about, cast.sam)
    answer(waiting, is_sent=False)

    run(RATERS_HALF_WAY)

    assert reminded() == {name_of(cast.sam): [f"Feedback for {cast.eve.name}, Summer 2026: by Friday 24 July"]}
    forget_mails()
    participants.excuse(about, reason="On leave.", by=None, at=AT)
    assert run(RATERS_TWO_BEFORE) == 0, "nobody is asked any more about somebody who is left out"


def test_externals_get_the_link_they_have_in_one_mail(cycle, cast):
    share_everything()
    for person in (cast.eve, cast.ed):
        rater = ask_external(assessment_of(person), token=f"old-{person.pk}")
        lists.invite_again(rater, by=cast.max.user, at=AT)
    invited = {row.context["path"] for row in Mail.objects.filter(kind=externals.INVITED)}
    done = ask_external(assessment_of(cast.eve), "Dora Quick", token="dora")  # noqa: S106
    answer(done)

    run(RATERS_HALF_WAY)

    found = Mail.objects.get(kind=externals.REMINDED)
    assert found.address == "cara@hillfarm.example"
    assert {form["path"] for form in found.context["forms"]} == invited, "the links of the first mails go on working"
    written = mail_kinds.write(externals.REMINDED, found.context)
    assert all(path in written.text and path in written.html for path in invited)
    release.release(cycle, at=AFTER)
    assert not Mail.objects.filter(kind__in=[externals.REMINDED, externals.INVITED, reminding.DUE]).exists()


def test_t51_t52_nothing_that_stays_tells_who_was_reminded(cycle, cast, client_of):
    answer(ask(assessment_of(cast.eve), cast.olga))
    run(HALF_WAY)
    run(RATERS_HALF_WAY)
    page = client_of(cast.hana).get("/mails/").text
    for kind in (reminding.DUE, externals.REMINDED):
        assert mail_kinds.kind(kind).is_confidential
        assert mail_kinds.kind(kind).leaves_no_row
    rows = {row.kind.name: row.sent for row in mail_queries.overview().rows}
    assert rows[reminding.DUE] == rows[externals.REMINDED] == mail_queries.NOT_COUNTED
    assert "Something is due in a review cycle" in page

    mail_delivery.deliver_due(at=datetime(2026, 7, 17, 10, tzinfo=UTC))

    assert not Mail.objects.filter(kind__in=[reminding.DUE, externals.REMINDED]).exists()
    assert {field.name for field in CycleReminder._meta.get_fields()} == {"id", "cycle", "stage", "reminded_on"}
    assert "Olga" not in str(list(CycleReminder.objects.values()))


def test_a_stage_that_was_put_off_is_reminded_of_by_its_new_day(cycle, cast):
    run(HALF_WAY)
    run(TWO_BEFORE)
    forget_mails()
    later = {"self_due_on": date(2026, 7, 31), "feedback_due_on": date(2026, 8, 7)}
    dates.move_days(cycle, later, by=None, at=datetime(2026, 7, 16, 9, tzinfo=UTC))

    assert run(date(2026, 7, 29)) > 0
    assert "Your self-assessment, Summer 2026: by Friday 31 July" in reminded()[name_of(cast.eve)]


def test_where_a_stage_begins(cycle):
    assert window(cycle, Stage.SELF) == (date(2026, 7, 1), date(2026, 7, 17))
    assert window(cycle, Stage.MANAGER) == (date(2026, 7, 17), date(2026, 7, 31))
    assert window(cycle, Stage.RATERS) == (date(2026, 7, 10), date(2026, 7, 24))
    cycle.manager_due_on = date(2026, 7, 20)  # hardly a stage of its own
    assert window(cycle, Stage.MANAGER) == (date(2026, 7, 1), date(2026, 7, 20))
    cycle.named_by = cycle.feedback_due_on = None
    assert window(cycle, Stage.RATERS) is None


def test_late_things_are_named_as_late_beside_what_is_due(cycle, cast):
    run(date(2026, 7, 27))  # the managers' days, after that of the self-assessments

    assert reminded()[name_of(cast.max)][0] == "Your self-assessment, Summer 2026: was due on Friday 17 July"
    assert name_of(cast.ed) not in reminded(), "who owes nothing in the stage of the day is left alone"


def test_the_clock_runs_it_whatever_the_hour(live_cycle):
    schedule.remind()
    schedule.remind()

    assert Rater.objects.count() == 0


def propose(assessment, employee) -> None:
    Rater.objects.create(assessment=assessment, employee=employee, group="peer", state=Rater.State.PROPOSED)


def name_somebody_for_all() -> None:
    """No list is empty, so that nobody has to name raters; externals are reminded by mails of their own."""
    for assessment in Assessment.objects.all():
        ask_external(assessment, token=f"link-{assessment.pk}", at=datetime(2027, 1, 1, tzinfo=UTC))


def share_everything() -> None:
    """Every self-assessment and manager review is shared, so that only raters owe something."""
    Review.objects.update(state="shared", shared_at=AT)
