"""Customers who are written to by name, for tests: contacts, their links, and answers as by the page."""

import re
from datetime import timedelta

from django.core import mail as outbox
from django.utils import timezone

from assessments.surveys import contact_files
from assessments.surveys.queries import links as link_queries
from assessments.surveys.services import answering, contacts
from assessments.surveys.tests.test_visits import codes_of
from core import mail_delivery


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
    mail_delivery.deliver_due(at=timezone.now() + timedelta(minutes=1))
    return [secret for letter in outbox.outbox for secret in re.findall(r"/v/([\w-]{43})/", str(letter.body))]
