"""Customers by name: each gets a link of their own by mail, nobody learns who used it, and who asks may be contacted."""

import re
from datetime import timedelta

import numpy as np
import pytest
from django.core import mail as outbox
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import contact_files, contact_requests, schedule, seats
from assessments.surveys.contact_requests import Asked, Given
from assessments.surveys.models import Campaign, ContactRequest, CustomerContact, Invitation, SurveyLink, UnitRelease
from assessments.surveys.queries import layouts
from assessments.surveys.queries import links as link_queries
from assessments.surveys.services import answering, contacts, links, mails
from assessments.surveys.tests import factories
from assessments.surveys.tests.test_codes import FORGERY
from assessments.surveys.tests.test_visits import answer_as_customer, arrive, codes_of, text
from core import postman, tables
from core.models import AuditEntry, Mail, Notification

FILE = "Organisation;Name;E-Mail\nHill Farm;Ines Ford;Ines@hillfarm.example\nBrook;;brook@example.org\n"


def row(email, organisation="Hill Farm", name=""):
    return contact_files.Row(2, name, organisation, email)


def invited(voice, hana, count=3) -> list[str]:
    """Contacts of as many organisations, written to; the secrets of their links."""
    rows = [row(f"c{number}@example.org", f"Customer {number}") for number in range(count)]
    contacts.add(voice, rows, by=hana.user, at=timezone.now())
    contacts.invite(voice, at=timezone.now())
    return sent_links()


def answered(voice, secret, asked=None, value="4") -> None:
    """As by the page, but without it."""
    seat = link_queries.seat_of(secret, "a browser")
    assert seat
    given = dict.fromkeys(codes_of(voice), value) | ({"CC1": f"Call {asked.name}"} if asked else {})
    answering.save_answers(seat, answers=given, sequence=1, at=timezone.now())
    answering.submit(seat, at=timezone.now(), asked=asked)


def sent_links() -> list[str]:
    outbox.outbox.clear()
    postman.deliver_due(at=timezone.now() + timedelta(minutes=1))
    return [secret for letter in outbox.outbox for secret in re.findall(r"/v/([\w-]{43})/", str(letter.body))]


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
    day = timezone.now() + timedelta(days=3)
    Campaign.objects.filter(pk=voice.pk).update(invited_at=timezone.now() - timedelta(days=1))

    mails.remind_now(voice, by=hana.user, at=day)
    outbox.outbox.clear()
    postman.deliver_due(at=day)

    assert len(outbox.outbox) == 2
    assert not Mail.objects.filter(kind=contacts.REMINDER).exists()
    assert Mail.objects.filter(kind=contacts.INVITATION).count() == 3
    with pytest.raises(mails.CannotRemind):
        mails.remind_now(voice, by=hana.user, at=day + timedelta(hours=1))
    assert mails.remind_if_due(voice, at=day + timedelta(hours=1)) is False
    assert postman.deliver_due(at=day + timedelta(days=1)) == 0


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


def ticked(voice, secret, name, value="2", **typed):
    client = arrive(secret)
    client.post(reverse("surveys:visit_start"))
    for key, given in ((codes_of(voice)[0], value), ("CC1", f"Call {name}")):
        client.post(reverse("surveys:visit_answers"), {"key": key, "value": given, "sequence": "1"})
    sent = {"may_contact": "on", "contact_name": name, "reach_by": f"{name}@example.org"}
    return client.post(reverse("surveys:visit_submission"), sent | typed)


def test_p18_only_who_ticks_is_read_with_a_name_and_only_by_hr_after_the_close(voice, hana, max, petra, ada, client_of):
    secrets = invited(voice, hana, count=13)
    assert ticked(voice, secrets[0], "Ines", reach_by="").status_code == 422
    assert "You asked us to contact you" in text(ticked(voice, secrets[0], "Ines"))
    without = text(ticked(voice, secrets[1], "Nobody", may_contact=""))
    assert "You asked us" not in without
    for secret in secrets[2:]:
        answered(voice, secret)
    page = reverse("surveys:contact_requests", args=[voice.pk])
    sealed = ContactRequest.objects.get()
    assert (sealed.name, sealed.reach_by, sealed.answers) == ("", "", [])
    assert b"Ines" not in bytes(sealed.payload)
    assert "Not before the close" in text(client_of(hana).get(page))

    factories.close(voice)

    read = text(client_of(hana).get(page))
    assert "Ines@example.org" in read
    assert "Call Ines" in read
    assert "Disagree" in read
    assert "Nobody@" not in read  # typed, but not ticked
    assert read.count("<article") == 1
    assert AuditEntry.objects.filter(verb="read who asked to be contacted in", actor=hana.user).count() == 1
    assert Notification.objects.get(to=hana.user, key=f"contact-requests:{voice.pk}").url == page
    for other in (max, petra, ada):
        assert client_of(other).get(page).status_code in (403, 404)
    assert UnitRelease.objects.get(unit__campaign=voice).answers == 13  # it counts among the others, without a name
    erased = client_of(hana).post(reverse("surveys:contact_request_removal", args=[sealed.pk]))
    assert erased.status_code == 302
    assert "Nobody to contact" in text(client_of(hana).get(page))


@pytest.mark.parametrize(("asking", "is_shown"), [(3, False), (2, True)])
def test_p06_p18_what_stands_beside_names_leaves_at_least_ten_others(voice, hana, client_of, asking, is_shown):
    """Twelve answered: with three read by name the other nine could be worked out from the results."""
    secrets = invited(voice, hana, count=12)
    for number, secret in enumerate(secrets):
        answered(voice, secret, Asked(f"Person{number}", "by phone") if number < asking else None)

    factories.close(voice)

    requests = ContactRequest.objects.all()
    assert [bool(one.answers) for one in requests] == [is_shown] * asking
    assert all(one.reach_by and one.is_cut is not is_shown for one in requests)
    said = "so few other customers" in text(client_of(hana).get(reverse("surveys:contact_requests", args=[voice.pk])))
    assert said is not is_shown


def test_p06_p3_p4_each_measure_leaves_enough_others_by_brute_force(voice):
    """Whatever was skipped by whom, in a survey shown from five answers on: the others behind every statement and every
    mean are nobody or at least ten, because distributions are subtracted too, and nobody or five wrote a comment.
    """
    layout, random = layouts.layout_of(voice.form), np.random.default_rng(7)
    for _ in range(60):
        people, asking = int(random.integers(10, 30)), int(random.integers(1, 12))
        vectors = random.choice(
            np.array([0, 1, 3, 5, 255], np.uint8), (people, layout.width), p=[0.3, 0.2, 0.2, 0.2, 0.1]
        )
        wrote = random.random((people, len(layout.comments))) < random.random()
        everyone, theirs = Given(vectors, wrote), Given(vectors[:asking], wrote[:asking])
        others = vectors[asking:]
        shown = contact_requests.fields_to_show(layout, everyone, theirs, contact_requests.limits(5, 5))
        assert not shown or len(others) >= 10 or len(others) == 0
        for question, writers in zip(layout.comments, wrote[asking:].sum(axis=0), strict=True):
            released = wrote[:, layout.comments.index(question)].sum() >= 5
            assert question not in shown or not released or writers == 0 or writers >= 5
        for slot in layout.statements:
            behind = int(((others[:, slot.offset] != 0) & (others[:, slot.offset] != 255)).sum())
            assert slot.code not in shown or behind == 0 or behind >= 10
        for places in layout.constructs.values():
            half = -(-len(places) // 2)
            columns = [layout.statements[place].offset for place in places]
            valid = ((others[:, columns] != 0) & (others[:, columns] != 255)).sum(axis=1) >= half
            fields = {layout.statements[place].code for place in places}
            assert not fields & shown or valid.sum() in (0, *range(10, 40))


def test_p3_five_others_are_too_few_where_a_distribution_could_be_subtracted(voice):
    """Twelve answered and seven ticked: whatever k is, the distribution of twelve less seven is that of five."""
    layout, limit = layouts.layout_of(voice.form), contact_requests.limits(5, 5)
    everyone = Given(np.full((12, layout.width), 3, np.uint8), np.zeros((12, len(layout.comments)), bool))
    shown = [
        contact_requests.fields_to_show(layout, everyone, Given(everyone.vectors[:n], everyone.wrote[:n]), limit)
        for n in (7, 3, 2, 12)
    ]
    assert shown == [set(), set(), set(layout.fields), set(layout.fields)]


@pytest.mark.parametrize(("writers", "is_shown"), [(4, True), (5, False), (6, True)])
def test_p4_a_comment_stands_beside_a_name_only_where_enough_others_wrote(voice, hana, writers, is_shown):
    """Five are released together: five less the one beside a name would be four. Of four none is released."""
    for number, secret in enumerate(invited(voice, hana, count=14)):
        seat = link_queries.seat_of(secret, "a browser")
        own = {codes_of(voice)[0]: "4"} | ({"CC1": f"Words {number}"} if number < writers else {})
        answering.save_answers(seat, answers=own, sequence=1, at=timezone.now())
        answering.submit(seat, at=timezone.now(), asked=None if number else Asked("Ines", "by phone"))

    factories.close(voice)

    [request] = ContactRequest.objects.all()
    assert request.answers
    assert ("Words 0" in str(request.answers)) is is_shown
    assert request.is_cut is not is_shown


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


def test_staff_are_never_asked_whether_they_may_be_contacted(survey, eve):
    seat = factories.invitation_of(survey, eve)
    answering.save_answers(seat, answers={"STR1": "4"}, sequence=1, at=timezone.now())
    answering.submit(seat, at=timezone.now(), asked=Asked("Eve", "eve@tarn.example"))

    assert not ContactRequest.objects.exists()
