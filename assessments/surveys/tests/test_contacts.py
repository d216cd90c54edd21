"""Customers by name: each gets a link of their own by mail, and nobody learns who used it."""

import re
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import schedule, seats
from assessments.surveys.contact_requests import Asked
from assessments.surveys.models import Campaign, CustomerContact, Invitation, SurveyLink, UnitRelease
from assessments.surveys.queries import links as link_queries
from assessments.surveys.services import contacts, links, mails
from assessments.surveys.tests import factories
from assessments.surveys.tests.customers import answered, invited, row, sent_links
from assessments.surveys.tests.test_codes import FORGERY
from assessments.surveys.tests.test_visits import answer_as_customer, arrive, text
from core import mail_delivery, tables
from core.models import AuditEntry, Mail, Notification

FILE = "Organisation;Name;E-Mail\nHill Farm;Ines Ford;Ines@hillfarm.example\nBrook;;brook@example.org\n"


def test_hr_types_one_contact_and_uploads_a_file_after_a_look(voice, hana, client_of):
    hr, page = client_of(hana), reverse("surveys:contacts", args=[voice.pk])
    assert "Nobody to write to yet" in text(hr.get(page))
    one = {"name": "Ines Ford", "organisation": "Hill Farm", "email": "INES@hillfarm.example"}
    assert hr.post(page, one).status_code == 302
    assert hr.post(page, one | {"email": "nonsense"}).status_code == 422
    file = reverse("surveys:contacts_file", args=[voice.pk])
    looked = text(hr.post(file, {"file": SimpleUploadedFile("people.csv", FILE.encode())}))
    assert CustomerContact.objects.count() == 1  # a look adds nothing
    assert "Add 1 contact" in looked
    assert "There already" in looked

    carried = re.search(r'name="content" value="([^"]+)"', looked)[1]
    applied = {"file_name": "people.csv", "content": carried, "do": "apply"}
    assert hr.post(file, applied).headers["Location"] == page
    assert hr.post(file, applied).status_code == 302  # twice is harmless

    assert set(CustomerContact.objects.values_list("email", flat=True)) == {
        "ines@hillfarm.example",
        "brook@example.org",
    }
    assert "2 contacts of 2 organisations" in text(hr.get(page))
    assert (
        list(AuditEntry.objects.filter(verb="added contacts").values_list("changes", flat=True))
        == [{"count": {"new": 1}}] * 2
    )


def test_t15_t53_rows_that_cannot_be_taken_are_named_keep_all_out_and_come_back_as_a_file(voice, hana, client_of):
    file = reverse("surveys:contacts_file", args=[voice.pk])
    rows = [["=Hill<b>", "no address", ""], ["", "a@example.org", ""], ["X", "b@example.org"], ["Y", "B@example.org"]]
    content = tables.to_xlsx([("Contacts", ["organisation", "email", "name"], rows)])
    hr = client_of(hana)
    page = text(hr.post(file, {"file": SimpleUploadedFile("people.xlsx", content)}))

    assert "3 rows cannot be imported" in page
    assert "This is no e-mail address." in page
    assert "Row 4 has this address too." in page
    assert "<b>" not in page.partition("=Hill")[2][:5]
    carried = {"content": re.search(r'name="content" value="([^"]+)"', page)[1], "file_name": "people.xlsx"}
    assert hr.post(file, carried | {"do": "apply"}).status_code == 422
    assert not CustomerContact.objects.exists()
    mended = hr.post(file, carried | {"do": "problems"}).content.decode("utf-8-sig")
    assert "'=Hill<b>,no address,This is no e-mail address." in mended
    for bad in (b"", b"name\nIda", b"\x00\x01"):
        assert hr.post(file, {"file": SimpleUploadedFile("x.csv", bad)}).status_code == 422
    assert hr.post(file, {"content": "no base64"}).status_code == 422
    assert b"organisation" in hr.get(reverse("surveys:contacts_template")).content


def test_each_contact_gets_one_mail_with_a_link_that_counts_once(voice, hana):
    sent = invited(voice, hana)
    assert len(set(sent)) == 3
    assert contacts.invite(voice, at=timezone.now()) is False
    schedule.write_mails()
    schedule.write_mails()
    assert sent_links() == []

    assert "Your answers are in" in answer_as_customer(voice, sent[0])
    contacts.add(voice, [row("late@example.org")], by=hana.user, at=timezone.now())
    schedule.write_mails()

    assert len(sent_links()) == 1
    seats = Invitation.objects.filter(campaign=voice)
    assert seats.count() == 4
    assert set(seats.values_list("link__kind", flat=True)) == {"contacts"}
    assert voice.links.get(kind="contacts").is_public is False
    landing = text(arrive(sent[1]).get(reverse("surveys:visit_intro")))
    assert "Your organisation" not in landing  # the list has told it


def test_p14_t48_reminders_stop_after_the_answer_and_nobody_learns_who_answered(voice, hana, client_of):
    sent = invited(voice, hana)
    answer_as_customer(voice, sent[0])
    Campaign.objects.filter(pk=voice.pk).update(invited_at=timezone.now() - timedelta(days=3))
    listed = client_of(hana)
    before = FORGERY.sub("", text(listed.get(reverse("surveys:contacts", args=[voice.pk]))))

    assert "Remind now" in text(listed.get(reverse("surveys:campaign", args=[voice.pk])))
    reminded = listed.post(reverse("surveys:campaign_reminder", args=[voice.pk]), follow=True)
    assert "on its way to those who have not answered" in text(reminded)

    assert sorted(sent_links()) == sorted(sent[1:])
    assert FORGERY.sub("", text(listed.get(reverse("surveys:contacts", args=[voice.pk])))) == before
    assert not re.search(r"c\d@example.org", text(listed.get(reverse("mails"))))
    assert "fewer than 10" in text(listed.get(reverse("surveys:campaign", args=[voice.pk])))


def test_p14_t48_no_row_tells_who_got_no_reminder_and_nobody_gets_two(voice, hana):
    """Who had a row of an invitation and none of a reminder would have answered by that day."""
    sent = invited(voice, hana)
    answered(voice, sent[0])
    day = (timezone.localtime() + timedelta(days=3)).replace(hour=12)  # an hour later it is the same day
    Campaign.objects.filter(pk=voice.pk).update(invited_at=timezone.now() - timedelta(days=1))

    mails.remind_now(voice, by=hana.user, at=day)
    outbox.outbox.clear()
    mail_delivery.deliver_due(at=day)

    assert len(outbox.outbox) == 2
    assert not Mail.objects.filter(kind=contacts.REMINDER).exists()
    assert Mail.objects.filter(kind=contacts.INVITATION).count() == 3
    with pytest.raises(mails.CannotRemind):
        mails.remind_now(voice, by=hana.user, at=day + timedelta(hours=1))
    assert mails.remind_if_due(voice, at=day + timedelta(hours=1)) is False
    assert mail_delivery.deliver_due(at=day + timedelta(days=1)) == 0


def test_t49_p1_the_nth_mail_is_not_that_of_the_nth_seat(voice, hana):
    rows = [row(f"c{number}@example.org", f"Customer {number}") for number in range(40)]
    contacts.add(voice, rows, by=hana.user, at=timezone.now())
    contacts.invite(voice, at=timezone.now())
    queued = list(Mail.objects.filter(kind=contacts.INVITATION).order_by("pk"))
    seat_of = dict(Invitation.objects.filter(campaign=voice).values_list("secret_digest", "pk"))

    opened = [seat_of[seats.digest(one.context["path"].split("/")[2])] for one in queued]

    random_keys = voice.contacts.order_by("pk").values_list("pk", flat=True)
    assert [one.key.split(":")[2] for one in queued] == [str(key) for key in random_keys]
    in_place = sum(seat == nth for seat, nth in zip(opened, sorted(opened), strict=True))
    assert in_place < 10  # one would be chance


def test_t49_p1_the_seal_gives_seats_of_customers_new_keys(voice, hana):
    secrets = invited(voice, hana, count=12)
    before = set(Invitation.objects.filter(campaign=voice).values_list("pk", flat=True))
    for secret in secrets[:11]:
        answered(voice, secret)

    factories.close(voice)

    after = Invitation.objects.filter(campaign=voice)
    assert not before & set(after.values_list("pk", flat=True))
    assert (after.count(), after.filter(answered=True).count()) == (12, 11)


@pytest.mark.django_db(transaction=True)
def test_t49_contacts_and_sealed_requests_keep_no_dead_rows_after_the_clock_has_closed(voice, hana, passed_by):
    for number, secret in enumerate(invited(voice, hana, count=12)):
        answered(voice, secret, None if number else Asked("Ines", "by phone"))
    passed_by(voice, minutes=10)

    schedule.close_due_campaigns()

    left = {"surveys_customercontact": 0, "surveys_contactrequest": 1, "surveys_invitation": 12}
    for table, rows in left.items():
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (VERBOSE) {table}")
        said = f"tuples: 0 removed, {rows} remain"
        assert any(said in notice for notice in connection.connection.notices), table
        del connection.connection.notices[:]


def test_t49_a_contact_and_its_seat_share_no_column_and_both_are_gone_after_the_close(voice, hana):
    sent = invited(voice, hana, count=12)
    held = {str(value) for one in CustomerContact.objects.values() for value in one.values()}
    seats = {str(value) for one in Invitation.objects.filter(campaign=voice).values() for value in one.values()}
    assert held & seats <= {str(voice.pk), "True", "False", ""}
    assert [one.context for one in Mail.objects.filter(kind=contacts.INVITATION)] == [{}] * 12
    numbered = CustomerContact.objects.order_by("organisation")
    orders = [[str(one.pk) for one in numbered], [str(seat) for seat in Invitation.objects.order_by("pk")]]
    assert orders[0] != orders[1]
    for secret in sent[:11]:
        answered(voice, secret)

    factories.close(voice)
    schedule.write_mails()

    assert not CustomerContact.objects.exists()
    assert not Mail.objects.filter(kind__startswith="survey_customer").exists()
    assert UnitRelease.objects.get(unit__campaign=voice).answers == 11
    assert set(Invitation.objects.filter(campaign=voice).values_list("source", "secret_digest")) == {("", None)}
    with pytest.raises(contacts.ContactsRefused, match="have not closed"):
        contacts.add(voice, [row("x@example.org")], by=hana.user, at=timezone.now())


def test_who_is_removed_gets_no_further_mail_and_the_link_still_opens(voice, hana, client_of):
    [secret] = invited(voice, hana, count=1)
    one = CustomerContact.objects.get()
    assert client_of(hana).post(reverse("surveys:contact_removal", args=[one.pk])).status_code == 302

    contacts.remind(Campaign.objects.get(pk=voice.pk), at=timezone.now())

    assert sent_links() == []
    assert "Your answers are in" in answer_as_customer(voice, secret)


def test_p03_answers_by_downloaded_links_alone_are_not_shown(voice, hana, client_of):
    """Whoever downloads links could answer by them: ten invented answers would lay the eleventh open."""
    ways = [
        links.add_link(voice, by=hana.user, name=name, kind="organisation", is_public=False, at=timezone.now())
        for name in ("A", "B", "C")
    ]
    for way in ways:
        for secret in links.make_single_links(way, by=hana.user, count=4):
            answered(voice, secret)
    for secret in invited(voice, hana, count=4):
        answered(voice, secret)
    assert "came by the public addresses or by our mails" in link_queries.why_withheld(voice)

    factories.close(voice)

    assert UnitRelease.objects.get(unit__campaign=voice).hidden == "few"
    assert "Fewer than 5 answers" in AuditEntry.objects.get(verb="closed").changes["withheld because"]
    assert Notification.objects.filter(to=hana.user, key=f"withheld:{voice.pk}").exists()
    assert Invitation.objects.filter(campaign=voice, is_handed_out=True).count() == 0


def test_p03_with_five_answers_by_other_ways_downloaded_links_count_like_any(voice, hana):
    way = links.add_link(voice, by=hana.user, name="A", kind="organisation", is_public=False, at=timezone.now())
    for secret in links.make_single_links(way, by=hana.user, count=8):
        answered(voice, secret)
    for secret in invited(voice, hana, count=5):
        answered(voice, secret)

    factories.close(voice)

    assert UnitRelease.objects.get(unit__campaign=voice).answers == 13


def test_the_way_in_of_mails_opens_to_nobody_else(voice, hana, client_of):
    invited(voice, hana, count=1)
    way = SurveyLink.objects.get(kind="contacts")
    hr = client_of(hana)
    hr.post(reverse("surveys:link_state", args=[way.pk]), {"open": "yes"})
    way.refresh_from_db()
    assert way.is_public is False
    assert hr.post(reverse("surveys:link_singles", args=[way.pk]), {"count": "2"}).status_code == 422
    assert Client().get(reverse("surveys:visit_arrival", args=[way.token])).status_code == 302
    assert arrive(way.token).post(reverse("surveys:visit_start")).status_code == 422


def test_a_customer_survey_can_be_launched_with_contacts_alone(cast, hana):
    draft = factories.draft_campaign(form=factories.form("customer"), audience="customers")
    contacts.add(draft, [row("a@example.org")], by=hana.user, at=timezone.now())

    from assessments.surveys.services import campaigns  # noqa: PLC0415

    assert campaigns.launch(draft, by=hana.user, at=timezone.now()).state == "open"
