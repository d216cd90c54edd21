"""People without e-mail are on the staff list like everybody else; they cannot sign in and nothing is mailed to them."""

from datetime import UTC, datetime

import pytest
from django.core import mail as outbox
from django.urls import reverse

from core import mail, mail_delivery, mail_kinds
from core.models import Mail
from people.models import Employee, User
from people.services import employees
from people.tests.files import apply, full, kinds, problems, upload
from people.tests.test_employees import changed, edit_url, typed

AT = datetime(2026, 10, 5, 9, 0, tzinfo=UTC)
WELDER = ["nia", "Nia New", "", "helpdesk", "max", "", "", ""]


@pytest.fixture
def without(company, hana) -> Employee:
    """Ed, whose address HR has taken away."""
    employees.edit(company.ed, changed(company.ed, email=""), version=company.ed.version, by=hana.user)
    return Employee.objects.select_related("user").get(pk=company.ed.pk)


def test_a_file_adds_somebody_without_an_address_and_changes_nothing_the_second_time(company, hana):
    file = upload([WELDER], hana)

    assert file.lines.get().notes == ["Cannot sign in: has no e-mail. Answers surveys by a code on paper."]
    assert apply(file, hana)
    nia = Employee.objects.select_related("user").get(number="nia")
    assert (nia.user.address, nia.user.email == "") == ("", False)
    assert list(Employee.objects.without_address()) == [nia]
    assert kinds(upload([WELDER], hana)) == ["unchanged"]
    header = ["employee_number", "name", "unit_key"]
    lacking = upload([["ola", "Ola Other", "helpdesk"]], hana, header)
    assert problems(lacking)[2][0][0] == "email", "a file without the column adds nobody by mistake"


def test_two_people_without_an_address_are_no_double(company, hana):
    other = ["ola", "Ola Other", *WELDER[2:]]

    assert apply(upload([WELDER, other], hana), hana)

    assert len(set(Employee.objects.without_address().values_list("user__email", flat=True))) == 2


def test_an_address_taken_away_by_file_ends_the_sessions_and_comes_back(company, hana, client_of):
    signed_in, before = client_of(company.ed), company.ed.user.email
    taken = upload([full(company.ed)[:2] + [""] + full(company.ed)[3:]], hana)
    assert taken.lines.get().changes == {"email": {"old": before, "new": ""}}

    assert apply(taken, hana)

    assert signed_in.get("/").status_code == 302
    assert apply(upload([full(company.ed)], hana), hana)
    assert User.objects.get(pk=company.ed.user_id).address == before


def test_t07_who_has_a_role_keeps_an_address(company, hana, client_of):
    refused = upload([full(company.petra)[:2] + [""] + full(company.petra)[3:]], hana)
    page = client_of(hana).post(edit_url(company.petra), typed(company.petra, email=""))

    assert "Has a role, which needs a sign-in." in problems(refused)[2][0][1]
    assert page.status_code == 422
    assert "They have a role, which needs a sign-in." in page.content.decode()


def test_hr_takes_an_address_away_by_hand_and_reads_what_that_means(company, hana, client_of):
    client, signed_in = client_of(hana), client_of(company.ed)

    assert client.post(edit_url(company.ed), typed(company.ed, email="")).status_code == 302

    record = client.get(reverse("people:record", args=[company.ed.pk])).content.decode()
    assert "None: answers surveys by a code on paper" in record
    assert "nobody.invalid" not in record
    assert signed_in.get("/").status_code == 302
    form = client.get(edit_url(company.ed)).content.decode()
    assert "nobody.invalid" not in form


def test_mail_to_somebody_without_an_address_is_no_failure(without, company):
    sample = mail_kinds.kind("survey_invitation").sample
    both = [without.user_id, company.eve.user_id]
    mail.queue_all("survey_invitation", to=both, key="campaign:1", context=sample, at=AT)

    assert mail_delivery.deliver_due(at=AT) == 1

    assert [message.to for message in outbox.outbox] == [[company.eve.user.email]]
    assert not Mail.objects.filter(user=without.user).exists()
    assert not Mail.objects.failed().exists()
