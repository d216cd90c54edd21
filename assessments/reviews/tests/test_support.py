"""Support cases: HR reads one person's shared levels, for a reason, for some days, and the person knows it all."""

from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.reviews import erasure, services
from assessments.reviews.models import LONGEST_CASE, SupportCase
from assessments.reviews.queries import support as reads
from assessments.reviews.services import support
from assessments.reviews.tests.factories import agree, assessment_of, review_of, share, share_both
from core import personal_data
from core.models import AuditEntry, Mail, Notification
from people.models import RoleGrant
from people.tests.factories import grant

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(live_cycle):
    return live_cycle


@pytest.fixture
def case(cycle, eve, hana, now):
    return support.open_case(eve, reason="Eve asked for help.", days=7, by=hana.user, at=now)


def test_opening_a_case_tells_the_person_at_once(cycle, client_of, hana, eve):
    answer = client_of(hana).post(
        "/reviews/support/new/", {"subject": eve.number, "reason": "You asked for help.", "days": "7"}, follow=True
    )

    assert "Eve Lind is told, with your reason." in answer.text
    assert "Nothing is shared yet" in answer.text
    assert "You asked for help." in Notification.objects.get(to=eve.user, key__startswith="support-case").text
    assert Mail.objects.get(kind="support_case").context["reason"] == "You asked for help."
    seen = client_of(eve).get(reverse("people:profile")).text
    assert "Support case about Eve Lind" in seen
    assert "You asked for help." in seen


def test_a_case_needs_a_reason_an_end_and_somebody_else(case, client_of, hana, eve, now):
    client = client_of(hana)
    form = {"subject": eve.number, "reason": "Again.", "days": "7"}
    for wrong in ({"reason": ""}, {"days": "15"}, {"days": "0"}, {"subject": "nobody"}, {}, {"subject": hana.number}):
        answer = client.post("/reviews/support/new/", {**form, **wrong})
        assert answer.status_code == 422, wrong
    assert SupportCase.objects.count() == 1

    long = support.open_case(review_of(eve, "manager").by, reason="Help.", days=99, by=hana.user, at=now)
    assert long.ends_at - long.opened_at == LONGEST_CASE


def test_t03_no_case_is_opened_about_somebody_who_cannot_be_told(cycle, client_of, hana, eve, now):
    eve.is_active = False
    eve.save(update_fields=["is_active"])

    with pytest.raises(services.NotNow, match="could not be told"):
        support.open_case(eve, reason="Help.", days=7, by=hana.user, at=now)

    sent = {"subject": eve.number, "reason": "Help.", "days": "7"}
    assert client_of(hana).post("/reviews/support/new/", sent).status_code == 422
    assert not SupportCase.objects.exists()


def test_t01_the_case_shows_what_the_manager_shared_and_nothing_of_the_own_side(case, client_of, hana, eve, now):
    own, manager = review_of(eve), review_of(eve, "manager")
    share(own, at=now, listening=5)
    assert "Nothing is shared yet" in client_of(hana).get(f"/reviews/support/{case.pk}/").text
    own.ratings.filter(level=5).update(example="Canary of the own side.")
    share(manager, at=now, listening=2)
    manager.ratings.filter(level=2).update(example="Seen by the manager.")
    agreed = agree(assessment_of(eve), at=now, listening=3)
    services.acknowledge(agreed, statement="Canary of the statement.", revision=agreed.revision, by=eve, at=now)

    text = client_of(hana).get(f"/reviews/support/{case.pk}/results/{agreed.pk}/").text

    assert "Seen by the manager." in text
    assert "3 of 3" in text
    assert "Canary" not in text
    entry = AuditEntry.objects.get(verb="viewed", about=eve.user)
    assert entry.actor == hana.user


def test_t52_drafts_stay_closed(case, client_of, hana, eve, now):
    assessment = assessment_of(eve)
    assert client_of(hana).get(f"/reviews/support/{case.pk}/results/{assessment.pk}/").status_code == 404
    assert list(reads.readable(case, at=now)) == []


def test_t03_a_case_opens_its_own_person_only(case, client_of, hana, ed, now):
    other = share_both(ed, at=now)
    assert client_of(hana).get(f"/reviews/support/{case.pk}/results/{other.pk}/").status_code == 404


def test_nothing_is_read_after_the_end_or_by_somebody_else(case, client_of, cast, hana, eve, now):
    shared = share_both(eve, at=now)
    url = f"/reviews/support/{case.pk}/results/{shared.pk}/"
    assert client_of(hana).get(url).status_code == 200
    grant(cast.sam, RoleGrant.Role.HR_ADMIN)
    for person in (cast.sam, cast.petra, cast.ada, cast.ingrid, cast.uma, eve):
        assert client_of(person).get(url).status_code in (403, 404)

    SupportCase.objects.update(ends_at=now - timedelta(seconds=1), opened_at=now - timedelta(days=7))
    assert client_of(hana).get(url).status_code == 404
    assert "This case has ended" in client_of(hana).get(f"/reviews/support/{case.pk}/").text


def test_closing_ends_it_at_once_and_the_person_is_told(case, client_of, hana, eve, now):
    shared = share_both(eve, at=now)
    client = client_of(hana)

    assert "Eve Lind is told" in client.post(f"/reviews/support/{case.pk}/closure/", follow=True).text

    assert client.get(f"/reviews/support/{case.pk}/results/{shared.pk}/").status_code == 404
    assert Notification.objects.filter(to=eve.user, key__startswith="support-case-closed").exists()
    again = client.post(f"/reviews/support/{case.pk}/closure/")
    assert again.status_code == 422
    assert "has ended already" in again.text


def test_one_who_lost_the_role_reads_nothing(case, client_of, hana, eve, now):
    shared = share_both(eve, at=now)
    RoleGrant.objects.filter(user=hana.user).delete()
    assert client_of(hana).get(f"/reviews/support/{case.pk}/results/{shared.pk}/").status_code == 403


def test_the_audit_trail_says_that_a_case_was_opened_and_not_why(case, client_of, cast):
    text = client_of(cast.ingrid).get(reverse("people:audit")).text
    assert "a record (supportcase)" in text
    assert "Eve asked for help." not in text


def test_the_person_takes_away_who_could_read_and_an_erasure_leaves_no_words(case, eve, now):
    assert personal_data.about(eve.user)["support_cases"][0]["reason"] == "Eve asked for help."

    erasure.erase(eve.user)

    case.refresh_from_db()
    assert "Eve asked" not in case.reason
