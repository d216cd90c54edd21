"""Naming, approving, inviting and removing raters; access.md, row 29 and T51 for the lists."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from assessments.reviews import services, tokens
from assessments.reviews.models import Feedback, Rater
from assessments.reviews.queries import my_open_reviews
from assessments.reviews.queries import raters as reads
from assessments.reviews.queries.raters import External
from assessments.reviews.services import participants
from assessments.reviews.services import raters as lists
from assessments.reviews.tests.factories import AT, ON, assessment_of, give_roles, running_cycle
from assessments.reviews.tests.raters import cycle_360
from core.models import AuditEntry, Mail, Notification
from people.access import Viewer
from people.tests.factories import EmployeeFactory

pytestmark = pytest.mark.django_db
RITA = External("Rita Novak", "Rita@Customer.example", "Novak Farms")


@pytest.fixture
def cycle(cast):
    give_roles(cast)
    return cycle_360()


def propose(person, *colleagues, externals=(), at=AT):
    return lists.propose(assessment_of(person), colleagues=colleagues, externals=externals, by=person, at=at)


def approve_all(person, by, at=AT):
    assessment = assessment_of(person)
    return lists.approve(assessment, assessment.raters.filter(state="proposed"), by=by.user, at=at)


def rater(person, colleague) -> Rater:
    return Rater.objects.get(assessment=assessment_of(person), employee=colleague)


def news(person):
    return list(Notification.objects.filter(to=person.user).order_by("pk").values_list("text", flat=True))


def test_names_wait_for_the_manager_and_are_asked_when_approved(cycle, cast):
    assert propose(cast.eve, cast.ed, cast.olga, externals=[RITA]) == 3

    assert {(one.who, one.group, one.state) for one in Rater.objects.all()} == {
        ("Ed Moss", "peer", "proposed"),
        ("Olga Finn", "peer", "proposed"),
        ("Rita Novak", "external", "proposed"),
    }
    assert "Eve Lind named 3 raters for Summer 2026. Approve them by Friday 10 July." in news(cast.max)
    assert not Mail.objects.exists()

    assert approve_all(cast.eve, cast.max) == 3

    assert set(Rater.objects.values_list("state", flat=True)) == {"approved"}
    assert any("you are asked about Eve Lind" in text for text in news(cast.ed))
    assert sorted(Mail.objects.values_list("kind", flat=True)) == ["rater_asked", "rater_asked", "rater_invited"]
    invited = Mail.objects.get(kind="rater_invited")
    token = invited.context["path"].strip("/").rpartition("/")[2]
    rita = Rater.objects.get(group="external")
    assert (invited.address, rita.email) == ("rita@customer.example", "rita@customer.example")
    assert rita.token_digest == tokens.digest(token)
    assert token not in str(Rater.objects.values().get(pk=rita.pk))


def test_t54_naming_the_same_twice_changes_nothing(cycle, cast):
    propose(cast.eve, cast.ed)
    approve_all(cast.eve, cast.max)

    assert propose(cast.eve, cast.ed) == 0

    assert rater(cast.eve, cast.ed).state == "approved"
    with pytest.raises(IntegrityError), transaction.atomic():
        Rater.objects.create(assessment=assessment_of(cast.eve), group="peer", employee=cast.ed)


@pytest.mark.parametrize(
    ("who", "words"),
    [("eve", "own view"), ("max", "asked anyway, as manager"), ("gone", "no longer works here")],
)
def test_some_cannot_be_named(cycle, cast, who, words):
    cast.gone = EmployeeFactory(unit=cast.helpdesk, manager=cast.max, is_active=False)

    with pytest.raises(services.NotReady, match=words):
        propose(cast.eve, getattr(cast, who))


def test_an_address_of_a_colleague_is_no_external(cycle, cast):
    with pytest.raises(services.NotReady, match="belongs to Olga Finn"):
        propose(cast.eve, externals=[External("Olga", "OLGA@tarn.example")])


def test_only_groups_that_the_cycle_asks_can_be_named(cast):
    give_roles(cast)
    cycle_360(asks_reports=False, asks_externals=False)

    with pytest.raises(services.NotReady, match="does not ask people who report"):
        propose(cast.max, cast.eve)
    with pytest.raises(services.NotReady, match="asks nobody from outside"):
        propose(cast.max, externals=[RITA])


def test_a_cycle_without_raters_takes_no_names(cast):
    give_roles(cast)
    running_cycle()

    with pytest.raises(services.NotNow, match="asks nobody beside"):
        propose(cast.eve, cast.ed)


def test_names_can_be_sent_until_the_day_and_the_manager_can_add_until_answers_end(cycle, cast):
    after = AT.replace(day=11)
    with pytest.raises(services.NotNow, match="until 10 July"):
        propose(cast.eve, cast.ed, at=after)

    assert lists.add(assessment_of(cast.eve), colleagues=[cast.ed], by=cast.max.user, at=after) == 1

    assert rater(cast.eve, cast.ed).is_asked
    assert any("Ed Moss was added" in text for text in news(cast.eve))
    with pytest.raises(services.NotNow, match="time for asking others is over"):
        lists.add(assessment_of(cast.eve), colleagues=[cast.olga], by=cast.max.user, at=AT.replace(day=25))


def test_t09_only_the_manager_of_today_decides(cycle, cast):
    propose(cast.eve, cast.ed)

    for person in (cast.eve, cast.sam, cast.uma, cast.hana):
        with pytest.raises(services.NotYours):
            approve_all(cast.eve, person)
    assert rater(cast.eve, cast.ed).state == "proposed"


def test_an_hr_administrator_decides_for_somebody_without_a_manager(cycle, cast):
    propose(cast.uma, cast.max, cast.sam)

    with pytest.raises(services.NotYours):
        approve_all(cast.uma, cast.uma)
    assert approve_all(cast.uma, cast.hana) == 2
    assert {one.group for one in assessment_of(cast.uma).raters.all()} == {"report"}


def test_nobody_is_asked_about_more_people_than_the_cycle_allows(cast):
    give_roles(cast)
    cycle_360(most_per_rater=1)
    propose(cast.eve, cast.olga)
    approve_all(cast.eve, cast.max)
    propose(cast.ed, cast.olga, cast.hana)

    with pytest.raises(services.NotReady, match="Olga Finn is asked about 1 people already"):
        approve_all(cast.ed, cast.max)

    assert {one.state for one in assessment_of(cast.ed).raters.all()} == {"proposed"}  # all or none
    page = reads.raters_page(assessment_of(cast.ed), Viewer.of(cast.max.user), on=ON)
    assert [(row.rater.who, row.is_full) for row in page.waiting] == [("Olga Finn", True), ("Hana Vale", False)]


def test_who_was_not_approved_is_told_to_the_person_with_words(cycle, cast):
    propose(cast.eve, cast.olga)
    with pytest.raises(services.NotReady, match="Say why"):
        lists.refuse(rater(cast.eve, cast.olga), words=" ", by=cast.max.user, at=AT)

    lists.refuse(rater(cast.eve, cast.olga), words="You hardly work together.", by=cast.max.user, at=AT)

    assert "Summer 2026: Olga Finn was not approved. You hardly work together." in news(cast.eve)
    with pytest.raises(services.NotReady, match="was not approved"):
        propose(cast.eve, cast.olga)
    assert lists.approve(assessment_of(cast.eve), [rater(cast.eve, cast.olga)], by=cast.max.user, at=AT) == 1


def test_a_name_can_be_taken_back_and_a_rater_taken_off(cycle, cast):
    propose(cast.eve, cast.ed, cast.olga)
    lists.withdraw(rater(cast.eve, cast.olga), by=cast.eve)
    assert [one.who for one in assessment_of(cast.eve).raters.all()] == ["Ed Moss"]
    approve_all(cast.eve, cast.max)
    Feedback.objects.create(rater=rater(cast.eve, cast.ed), keep_doing="Listens.")
    with pytest.raises(services.NotNow, match="decided on"):
        lists.withdraw(rater(cast.eve, cast.ed), by=cast.eve)

    lists.remove(rater(cast.eve, cast.ed), by=cast.max.user, at=AT)

    assert rater(cast.eve, cast.ed).state == "removed"
    assert not Feedback.objects.exists()


def test_a_new_link_makes_the_old_one_worthless(cycle, cast):
    propose(cast.eve, externals=[RITA])
    approve_all(cast.eve, cast.max)
    rita = Rater.objects.get()

    lists.invite_again(rita, by=cast.max.user, at=AT.replace(hour=11))

    assert Rater.objects.get().token_digest != rita.token_digest
    assert Mail.objects.filter(kind="rater_invited").count() == 2


def test_a_manager_who_was_a_rater_reviews_by_name_only(cycle, cast):
    propose(cast.eve, cast.sam, cast.ed)
    approve_all(cast.eve, cast.max)
    Feedback.objects.create(rater=rater(cast.eve, cast.sam))
    cast.eve.manager = cast.sam
    cast.eve.save(update_fields=["manager"])

    services.follow_line(cycle, by=None, at=AT)

    assert rater(cast.eve, cast.sam).state == "removed"
    assert not Feedback.objects.exists()
    assert rater(cast.eve, cast.ed).is_asked


def test_row_29_lists_are_read_by_the_person_the_manager_hr_and_nobody_else(cycle, cast):
    propose(cast.eve, cast.olga)
    approve_all(cast.eve, cast.max)
    row = rater(cast.eve, cast.olga)

    readers = {
        name
        for name in ("uma", "max", "eve", "ed", "sam", "olga", "hana", "ada", "ingrid", "petra")
        if Rater.objects.on_lists_of(Viewer.of(getattr(cast, name).user)).filter(pk=row.pk).exists()
    }
    assert readers == {"eve", "max", "hana", "petra"}
    assert Rater.objects.visible_to(Viewer.of(cast.olga.user)).filter(pk=row.pk).exists()  # the own part


def test_t51_no_page_of_a_list_changes_when_a_rater_answers(live_cycle_360, cast, client_of, now):
    propose(cast.eve, cast.ed, cast.olga, externals=[RITA], at=now)
    approve_all(cast.eve, cast.max, at=now)
    assessment = assessment_of(cast.eve)
    pages = [
        (client_of(person), url)
        for person, url in (
            (cast.eve, f"/reviews/raters/{assessment.pk}/"),
            (cast.eve, "/reviews/"),
            (cast.max, f"/reviews/raters/{assessment.pk}/"),
            (cast.max, "/reviews/team/"),
            (cast.hana, f"/reviews/raters/{assessment.pk}/"),
            (cast.hana, f"/reviews/cycles/{assessment.cycle_id}/"),
            (cast.hana, f"/reviews/cycles/{assessment.cycle_id}/people/"),
            (cast.hana, f"/reviews/cycles/people/{assessment.pk}/"),
        )
    ]

    def seen():
        return [_without_tokens(client.get(url)) for client, url in pages]

    before, entries = seen(), AuditEntry.objects.count()
    feedback = Feedback.objects.create(rater=rater(cast.eve, cast.ed), keep_doing="Marker of Ed")
    assert seen() == before
    Feedback.objects.filter(pk=feedback.pk).update(state="submitted", submitted_on=now.date())
    assert seen() == before
    assert AuditEntry.objects.count() == entries


def _without_tokens(response) -> str:
    assert response.status_code == 200
    return "\n".join(line for line in response.text.splitlines() if "csrf" not in line.lower())


@pytest.fixture
def live_cycle_360(cast, now, today):
    give_roles(cast)
    dates = ("self_due_on", "manager_due_on", "closes_on", "named_by", "feedback_due_on")
    return cycle_360(at=now, **dict.fromkeys(dates, today))


def test_t51_the_audit_trail_names_no_rater(cycle, cast):
    propose(cast.eve, cast.ed, externals=[RITA])
    approve_all(cast.eve, cast.max)

    told = " ".join(f"{one.subject_label} {one.changes}" for one in AuditEntry.objects.all())
    assert "Ed Moss" not in told.replace("Ed Moss, Summer 2026", "")
    assert "Rita" not in told


def test_answers_are_counted_for_hr_in_steps_of_ten_and_from_twenty_raters_on(cycle, cast):
    team = EmployeeFactory.create_batch(24, unit=cast.sales, manager=cast.sam)
    services.follow_line(cycle, by=None, at=AT)
    hana = Viewer.of(cast.hana.user)
    assert "from 20 raters on" in reads.rater_counts(cycle, hana).answered_words
    for beside, one in zip(team[1:] + team[:1], team, strict=True):
        lists.add(assessment_of(one), colleagues=[beside], by=cast.sam.user, at=AT)

    counts = reads.rater_counts(cycle, hana)
    assert (counts.asked, counts.answered_words) == (24, "Fewer than 10 of 24 have answered.")
    for row in Rater.objects.all()[:13]:
        Feedback.objects.create(rater=row, state="submitted", submitted_on=ON)
    assert reads.rater_counts(cycle, hana).answered_words == "10 or more of 24 have answered."
    assert "HR administrators read" in reads.rater_counts(cycle, Viewer.of(cast.petra.user)).answered_words


def test_t57_a_search_and_ticks_may_hold_anything(live_cycle_360, cast, client_of):
    names = f"/reviews/raters/{assessment_of(cast.eve).pk}/names/"
    data = {"search": "\0Olga\0", "colleagues": ["9" * 5000, "9" * 30, "\0", "²", str(cast.ed.pk)]}

    assert "Olga Finn" in client_of(cast.eve).post(names, data | {"go": "search"}).text
    assert client_of(cast.eve).post(names, data).status_code == 422
    hana = client_of(cast.hana)
    assert "Eve Lind" in hana.get(f"/reviews/cycles/{live_cycle_360.pk}/people/?q=%00eve%00").text
    assert hana.get("/competencies/?q=%00").status_code == 200


def test_a_person_in_the_browserless_way_names_and_the_manager_approves(live_cycle_360, cast, client_of):
    eve, max_ = client_of(cast.eve), client_of(cast.max)
    url = f"/reviews/raters/{assessment_of(cast.eve).pk}/"
    page = eve.get(url)
    assert "Ed Moss" in page.text  # suggested: the same manager
    assert "Nobody yet. Name 3 or more" in page.text

    found = eve.post(f"{url}names/", {"go": "search", "search": "Olga", "external_name": "Rita Novak"})
    assert "Olga Finn" in found.text
    assert 'value="Rita Novak"' in found.text
    assert not Rater.objects.exists()
    empty = eve.post(f"{url}names/", {"go": "send"})
    assert empty.status_code == 422
    sent = eve.post(
        f"{url}names/",
        {"colleagues": [cast.ed.pk, cast.olga.pk], "external_name": "Rita", "external_email": "rita@farm.example"},
        follow=True,
    )
    assert "3 sent to Max Berg for approval" in sent.text
    assert "2 of 3. With fewer than 3 it is put together" in sent.text

    assert "3 to approve" in max_.get("/reviews/team/").text
    assert "asked about nobody else" in max_.get(url).text
    refused = max_.post(
        f"/reviews/rater/{rater(cast.eve, cast.olga).pk}/refusal/", {"words": "Never met."}, follow=True
    )
    assert "Not approved. Eve reads why." in refused.text
    approved = max_.post(f"{url}approval/", follow=True)
    assert "Approved. They have been asked." in approved.text
    assert "Not approved: Never met." in eve.get(url).text
    assert eve.post(f"/reviews/rater/{rater(cast.eve, cast.olga).pk}/approval/").status_code == 403


def test_somebody_left_out_is_asked_for_no_names(cycle, cast):
    participants.excuse(assessment_of(cast.eve), reason="Long leave.", by=cast.hana.user, at=AT)

    with pytest.raises(services.NotNow, match="left out"):
        propose(cast.eve, cast.ed)


def test_naming_and_approving_stand_in_the_to_do_lists(cycle, cast):
    def todo(person):
        found = my_open_reviews(Viewer.of(person.user), on=ON)
        return [(one.kind, one.why, one.url) for one in found if one.kind in ("raters", "approval")]

    eves = f"/reviews/raters/{assessment_of(cast.eve).pk}/"
    why = "They are shown as groups only; your manager approves them"
    assert todo(cast.eve) == [("raters", why, eves)]

    propose(cast.eve, cast.olga)
    assert todo(cast.eve) == []
    assert ("approval", "Named by Eve Lind", eves) in todo(cast.max)
    propose(cast.ed, cast.olga)
    assert ("approval", "Named by Ed Moss and 1 more", "/reviews/team/") in todo(cast.max)

    for person in (cast.eve, cast.ed):
        approve_all(person, cast.max)
    assert [kind for kind, _, _ in todo(cast.max)] == ["raters"]
    assert todo(cast.ed) == []


def test_pages_of_lists_cost_the_same_for_more_raters_and_people(live_cycle_360, cast, client_of, now):
    urls = (
        (cast.eve, f"/reviews/raters/{assessment_of(cast.eve).pk}/"),
        (cast.max, f"/reviews/raters/{assessment_of(cast.eve).pk}/"),
        (cast.max, "/reviews/team/"),
        (cast.hana, f"/reviews/cycles/{live_cycle_360.pk}/"),
        (cast.hana, f"/reviews/cycles/{live_cycle_360.pk}/people/"),
    )

    def costs():
        found = []
        for person, url in urls:
            client = client_of(person)
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    propose(cast.eve, cast.ed, at=now)
    few = costs()
    team = EmployeeFactory.create_batch(15, unit=cast.helpdesk, manager=cast.max, job_role=cast.eve.job_role)
    services.follow_line(live_cycle_360, by=None, at=now)
    propose(cast.eve, *team, externals=[RITA], at=now)
    propose(team[0], cast.eve, at=now)

    assert costs() == few
    assert max(few) <= 30
