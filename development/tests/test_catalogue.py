"""The catalogue: order by usefulness, places, what can be required, counts from five up, and what is suggested."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.competencies.models import Competency
from assessments.competencies.tests.factories import load_library
from core.models import Notification
from development import schedule, suggesting
from development.models import Activity, Enrolment
from development.queries import catalogue as reads
from development.queries import duties, uptake
from development.services import catalogue, enrolments
from development.services import uptake as counts
from development.suggesting import Gap, Option
from development.tests import factories
from people.access import Viewer
from people.tests.factories import EmployeeFactory


@pytest.fixture
def now():
    return timezone.now()


def people(cast, number):
    return [EmployeeFactory.create(unit=cast.office) for _ in range(number)]


def rated(cast, activity, *ratings):
    for employee, rating in zip(people(cast, len(ratings)), ratings, strict=True):
        on, at = timezone.localdate(), timezone.now()
        enrolments.complete(activity, by=employee, on=on, usefulness=rating, at=at)


def test_useful_activities_come_first_and_four_ratings_say_nothing(cast):
    poor, good, new, few = (factories.activity(title, order=n) for n, title in enumerate(("A", "B", "C", "D")))
    rated(cast, poor, 1, 1, 2, 2, 1)
    rated(cast, good, 5, 4, 5, 4, 5)
    rated(cast, few, 5, 5, 5, 5)

    found = list(Activity.objects.by_usefulness())

    assert found == [good, new, few, poor]
    assert [reads.usefulness_of(one).mean for one in found] == [4.6, None, None, 1.4]


def test_t42_a_single_rating_moves_neither_the_mean_nor_the_order(cast, client_of):
    """The manager knows who completed something on which day; what the page says of it must not change by that day."""
    activity = factories.activity()
    rated(cast, activity, 4, 4, 4, 4, 4)
    page = client_of(cast.max).get(activity.get_absolute_url()).content.decode()
    assert "4.0 of 5, 5 ratings" in page

    rated(cast, activity, 1, 1, 1, 1)
    assert "4.0 of 5, 5 ratings" in client_of(cast.max).get(activity.get_absolute_url()).content.decode()

    rated(cast, activity, 1)
    assert "2.5 of 5, 10 ratings" in client_of(cast.max).get(activity.get_absolute_url()).content.decode()


def test_a_session_takes_no_more_people_than_places(cast, now):
    activity = factories.activity()
    session = factories.session(activity, seats=1)
    enrolments.join(activity, by=cast.eve, session=session, at=now)
    enrolments.join(activity, by=cast.eve, session=session, at=now)

    with pytest.raises(enrolments.Full, match="wait"):
        enrolments.join(activity, by=cast.ed, session=session, at=now)
    assert Enrolment.objects.count() == 1


def test_a_place_that_comes_free_goes_to_who_waits_first(cast, now):
    activity = factories.activity()
    session, later = factories.session(activity, seats=1), factories.session(activity, seats=1, days=9)
    enrolments.join(activity, by=cast.eve, session=session, at=now)
    first, second = people(cast, 2)
    for hour, waiting in enumerate((first, second, first)):
        enrolments.join(activity, by=waiting, session=session, waits=True, at=now + timedelta(hours=hour))

    enrolments.join(activity, by=cast.eve, session=later, at=now)
    assert {one.employee: one.waits_since is None for one in session.enrolments.all()} == {first: True, second: False}
    assert "A place came free" in Notification.objects.get(to=first.user).text

    enrolments.leave(activity, by=first, at=now)
    assert session.enrolments.get().waits_since is None
    assert not Notification.objects.filter(to=cast.eve.user).exists()


def test_the_place_of_somebody_who_has_left_is_given_on(cast, now):
    activity = factories.activity()
    session = factories.session(activity, seats=1)
    enrolments.join(activity, by=cast.ed, session=session, at=now)
    enrolments.join(activity, by=cast.eve, session=session, waits=True, at=now)
    cast.ed.is_active = False
    cast.ed.save(update_fields=["is_active"])

    schedule.free_places()

    assert session.enrolments.get().employee == cast.eve
    assert session.enrolments.get().waits_since is None
    assert enrolments.free_places_of_leavers(at=now) == 0


def test_a_session_is_moved_enlarged_and_never_below_the_places_given_away(cast, now, client_of):
    activity = factories.activity()
    session = factories.session(activity, seats=2)
    for employee in people(cast, 2):
        enrolments.join(activity, by=employee, session=session, at=now)
    enrolments.join(activity, by=cast.eve, session=session, waits=True, at=now)
    url = reverse("development:session", args=[activity.pk, session.pk])
    typed = {"starts_at": timezone.localtime(session.starts_at).strftime("%Y-%m-%dT%H:%M"), "place": "Room 1"}
    client = client_of(cast.hana)

    refused = client.post(url, typed | {"seats": "1", "place": "Hall"})
    assert refused.status_code == 422
    assert "Keep as many places" in refused.content.decode()
    assert "Hall" in refused.content.decode()

    assert client.post(url, typed | {"seats": "3"}).status_code == 302
    assert Enrolment.objects.get(employee=cast.eve).waits_since is None
    assert [one.text.split(":")[0] for one in Notification.objects.filter(to=cast.eve.user)] == ["A place came free"]

    client.post(url, typed | {"seats": "3", "place": "Hall"})
    assert Notification.objects.filter(text__contains="is now on").count() == 3


def test_t54_the_same_date_is_there_once(cast, client_of):
    activity = factories.activity()
    url = reverse("development:sessions", args=[activity.pk])
    typed = {"starts_at": (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT09:30"), "place": "Hall"}

    answers = [client_of(cast.hana).post(url, typed | {"seats": "4"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 422]
    assert "There is this date at this place already" in answers[1].content.decode()
    assert activity.sessions.count() == 1


def test_t46_places_given_away_and_people_who_wait_are_counted_from_five_up(cast, now, client_of):
    activity = factories.activity()
    session = factories.session(activity, seats=6)
    for employee in people(cast, 4):
        enrolments.join(activity, by=employee, session=session, at=now)
    url = activity.get_absolute_url()
    assert "6 places, some free" in client_of(cast.eve).get(url).content.decode()

    for employee in people(cast, 8):
        enrolments.join(activity, by=employee, session=session, waits=True, at=now)
    assert "all 6 places taken" in client_of(cast.eve).get(url).content.decode()
    assert "people wait" not in client_of(cast.eve).get(url).content.decode()
    assert "At least 5 people wait" in client_of(cast.hana).get(url).content.decode()


def test_a_cancelled_session_tells_its_people_and_keeps_them(cast, now):
    activity = factories.activity()
    session = factories.session(activity)
    enrolments.join(activity, by=cast.eve, session=session, at=now)

    catalogue.cancel_session(session, by=cast.hana.user, at=now)

    assert Enrolment.objects.get().session is None
    assert "was cancelled" in Notification.objects.get(to=cast.eve.user).text
    with pytest.raises(enrolments.NoPlace):
        enrolments.join(activity, by=cast.ed, session=session, at=now)


def test_only_law_or_safety_make_learning_required_and_the_reason_is_told(cast, now, client_of):
    activity, today = factories.activity("Electrical safety"), timezone.localdate(now)
    facts = {"by": cast.hana.user, "on": today, "at": now, "due_on": today + timedelta(days=9)}
    with pytest.raises(catalogue.NotNow, match="which law"):
        catalogue.require(activity, cast.helpdesk, ground="safety", reason=" ", **facts)

    catalogue.require(activity, cast.helpdesk, ground="safety", reason="Plant rooms", **facts)

    assert "Plant rooms" in client_of(cast.eve).get(reverse("development:plan")).content.decode()
    assert "Plant rooms" not in client_of(cast.olga).get(reverse("development:plan")).content.decode()
    assert Notification.objects.filter(text__contains="Plant rooms").count() == 3
    enrolments.complete(activity, by=cast.eve, on=today, usefulness=None, at=now)
    assert [one.is_done for one in duties.required_of([cast.eve])[cast.eve.pk]] == [True]
    with pytest.raises(catalogue.NotNow, match="already"):
        catalogue.require(activity, cast.helpdesk, ground="legal", reason="Once more", **facts)
    with pytest.raises(catalogue.NotNow, match="required"):
        catalogue.set_state(activity, "withdrawn", by=cast.hana.user, at=now)


def test_hr_counts_from_five_up_and_up_to_the_end_of_last_month(cast):
    today = timezone.localdate().replace(day=15)
    few, many, new = (factories.activity(title) for title in ("Few", "Many", "New"))
    before = timezone.now() - timedelta(days=60)
    for activity, number, at in ((few, 4, before), (many, 5, before), (new, 9, timezone.now())):
        for employee in people(cast, number):
            Enrolment.objects.create(employee=employee, activity=activity, joined_at=at)

    counts.count(on=today)
    enrolments.leave(many, by=Enrolment.objects.filter(activity=many).first().employee, at=timezone.now())
    counts.count(on=today)
    page = uptake.uptake_page()

    assert [(one.label, one.people) for one in page.activities] == [("Many", 5)]
    assert {one.label: one.people for one in page.totals}["keep a development plan"] is None
    assert {one.label: one.people for one in page.totals}["joined an activity"] == 9


def test_t54_completing_twice_is_once_and_each_person_has_one_rating(cast, now):
    activity, today = factories.activity(), timezone.localdate(now)
    for useful in (2, 5):
        enrolments.complete(activity, by=cast.eve, on=today, usefulness=useful, at=now)
    enrolments.complete(activity, by=cast.eve, on=today - timedelta(days=9), usefulness=4, at=now)

    assert [one.usefulness for one in Enrolment.objects.order_by("completed_on")] == [4, None]


def test_a_long_reason_is_kept_whole_and_told_in_short(cast, now):
    activity, today = factories.activity("A" * 120), timezone.localdate(now)

    facts = {"ground": "legal", "reason": "B" * 300, "due_on": today, "by": cast.hana.user, "on": today, "at": now}
    duty = catalogue.require(activity, cast.helpdesk, **facts)

    assert duty.reason == "B" * 300
    assert Notification.objects.filter(key=f"duty:{duty.pk}").count() == 3


def test_a_managers_proposal_waits_for_hr_and_they_are_told(max, hana, eve, client_of, now):
    data = {"title": "Call clinic", "kind": "coaching", "text": "Listen together.", "hours": "2"}
    client_of(max).post(reverse("development:new"), data)
    proposed = Activity.objects.get()
    assert client_of(eve).get(proposed.get_absolute_url()).status_code == 404

    client_of(hana).post(reverse("development:state", args=[proposed.pk]), {"to": "offered"})

    assert client_of(eve).get(proposed.get_absolute_url()).status_code == 200
    assert "in the catalogue" in Notification.objects.get(to=max.user).text


def test_a_second_editor_is_told_and_nothing_typed_is_lost(hana, client_of):
    activity = factories.activity()
    data = {"title": "Mine", "kind": "coaching", "text": "Mine.", "hours": "2", "version": "1"}
    assert client_of(hana).post(reverse("development:edit", args=[activity.pk]), data).status_code == 302

    answer = client_of(hana).post(reverse("development:edit", args=[activity.pk]), data | {"title": "Late"})

    assert answer.status_code == 409
    assert "Late" in answer.content.decode()
    assert Activity.objects.get().title == "Mine"


def test_the_list_is_narrowed_by_competency_level_kind_and_time(eve, now):
    load_library()
    listening = Competency.objects.get(key="listening")
    fits = factories.activity("Fits", aims=[(listening, 2)])
    factories.activity("Other level", aims=[(listening, 3)])
    factories.activity("Too long", aims=[(listening, 2)], hours=8)

    filters = reads.Filters(competency=listening.pk, level=2, hours=4)
    page = reads.catalogue_page(Viewer.of(eve.user), filters, number=None, at=now)

    assert [row.activity for row in page.rows] == [fits]


def test_hr_finds_what_is_withdrawn_and_takes_the_list_away(hana, eve, client_of):
    factories.activity("Offered now")
    factories.activity("Withdrawn then", state=Activity.State.WITHDRAWN)
    page = reverse("development:learning")

    assert "Withdrawn then" not in client_of(hana).get(page).content.decode()
    assert "Withdrawn then" in client_of(hana).get(page, {"state": "withdrawn"}).content.decode()
    assert "Withdrawn then" not in client_of(eve).get(page, {"state": "withdrawn"}).content.decode()
    table = client_of(hana).get(reverse("development:export"), {"state": "all"}).content.decode()
    assert table.count("\n") == 3
    assert "Withdrawn then,On-the-job training,Withdrawn,2" in table


def test_learning_that_hr_writes_into_a_competency_comes_into_the_catalogue_once(hana, client_of):
    load_library()
    assert "are not in the catalogue yet" in client_of(hana).get(reverse("development:learning")).content.decode()

    client_of(hana).post(reverse("development:take_over"))
    number = Activity.objects.count()
    one = Activity.objects.first()
    catalogue.set_state(one, "withdrawn", by=hana.user, at=timezone.now())
    schedule.take_over_library()

    assert number == Activity.objects.count() > 20
    assert "not in the catalogue yet" not in client_of(hana).get(reverse("development:learning")).content.decode()


activities = st.integers(1, 8)
options = st.builds(lambda pk, rank: Option(pk, pk % 2 == 0, rank), activities, st.integers(0, 20))
gaps = st.lists(st.builds(Gap, weight=st.integers(1, 8), options=st.lists(options, max_size=4)), max_size=4)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(gaps)
def test_three_are_suggested_one_of_them_not_formal_when_there_is_one(found):
    chosen = [pk for _, pk in suggesting.chosen(found)]

    fitting = {option.pk: option.is_formal for gap in found for option in gap.options}
    assert len(chosen) == len(set(chosen)) == min(3, len(fitting))
    assert not any(fitting[pk] is False for pk in fitting) or any(not fitting[pk] for pk in chosen)


def test_the_largest_gap_comes_first_and_each_gap_once_before_a_second():
    first = Gap(4, [Option(1, True, 0), Option(2, True, 1)])
    second = Gap(2, [Option(3, True, 0), Option(4, False, 9)])

    assert suggesting.chosen([second, first]) == [(1, 1), (0, 3), (0, 4)]
