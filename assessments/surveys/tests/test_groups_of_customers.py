"""Results by what customers say of themselves: sealed in the ballot, and shown where enough were written to by us."""

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import contact_requests, seats, segments
from assessments.surveys.ballots import Draft, SealedBallot
from assessments.surveys.contact_requests import Asked, Given, Split, Told
from assessments.surveys.models import BandRelease, Campaign, ContactRequest
from assessments.surveys.queries import layouts
from assessments.surveys.queries import links as link_queries
from assessments.surveys.segments import NOT_SAID, Vouched
from assessments.surveys.services import answering, campaigns, contacts, links
from assessments.surveys.tests import factories
from assessments.surveys.tests.customers import row, sent_links
from assessments.surveys.tests.test_visits import arrive, codes_of, text
from core.models import AuditEntry

QUESTION, CHOICES = "How do you buy from us?", ["From a dealer", "Online"]


@pytest.fixture
def voice(tarn) -> Campaign:
    return factories.customer_campaign(segment_question=QUESTION, segment_choices=CHOICES)


def mailed(voice, hana, count) -> list[str]:
    """Secrets of contacts, in turn of twelve organisations."""
    rows = [row(f"c{number}@example.org", f"Customer {number % 12}") for number in range(count)]
    contacts.add(voice, rows, by=hana.user, at=timezone.now())
    contacts.invite(voice, at=timezone.now())
    return sent_links()


def give(voice, secret, group, *, value="4", asked=None) -> None:
    """As by the page, but without it."""
    seat = link_queries.seat_of(secret, "a browser")
    assert seat
    answering.save_answers(seat, answers=dict.fromkeys(codes_of(voice), value), sequence=1, at=timezone.now())
    answering.submit(seat, at=timezone.now(), asked=asked, group=group)


def shown(voice) -> list[tuple[str, int]]:
    return list(BandRelease.objects.filter(campaign=voice).values_list("label", "answers"))


def test_a_customer_chooses_a_group_at_the_end_or_leaves_it_open(voice, hana):
    client = arrive(mailed(voice, hana, 1)[0])
    client.post(reverse("surveys:visit_start"))
    client.post(reverse("surveys:visit_answers"), {"key": codes_of(voice)[0], "value": "4", "sequence": "1"})

    page = text(client.get(reverse("surveys:visit_check")))
    refused = client.post(reverse("surveys:visit_submission"), {"group": "By drone"})
    unticked = client.post(reverse("surveys:visit_submission"), {"group": "Online", "may_contact": "on"})
    done = client.post(reverse("surveys:visit_submission"), {})

    assert QUESTION in page
    assert page.index("From a dealer") < page.index("Online") < page.index(NOT_SAID)
    assert "checked" not in page.partition(QUESTION)[2].partition("May we contact")[0]
    assert refused.status_code == 422
    assert unticked.status_code == 422
    assert 'value="Online"' in text(unticked)
    assert "checked" in text(unticked).partition('value="Online"')[2].partition(">")[0]
    assert done.status_code == 200
    assert not Draft.objects.exists()


def test_p15_results_are_shown_by_group_where_each_is_safe(voice, hana, client_of):
    for number, secret in enumerate(mailed(voice, hana, 36)):
        give(voice, secret, ("From a dealer", "Online", "")[number % 3], value=("5", "2", "3")[number % 3])

    factories.close(voice)

    assert shown(voice) == [("From a dealer", 12), ("Online", 12), (NOT_SAID, 12)]
    page = text(client_of(hana).get(reverse("surveys:unit_results", args=[voice.pk, 1])))
    assert QUESTION in page
    assert "From a dealer" in page


def test_p6_a_small_group_is_put_together_with_another(voice, hana):
    for number, secret in enumerate(mailed(voice, hana, 24)):
        give(voice, secret, "Online" if number < 3 else "From a dealer" if number < 14 else NOT_SAID)

    factories.close(voice)

    assert shown(voice) == [("From a dealer", 11), (f"Online, {NOT_SAID}", 13)]


def test_p6_who_fills_a_group_by_an_open_address_reads_nothing_of_it(voice, hana, client_of):
    """One customer in a group, and eleven ballots of somebody inside who chose it by the public address."""
    for number, secret in enumerate(mailed(voice, hana, 16)):
        give(voice, secret, "Online" if number == 0 else "From a dealer")
    link = voice.links.get(kind="channel")
    for number in range(11):
        secret = links.take_seat(link, said=f"Made up {number}", at=timezone.now())
        give(voice, secret, "Online")

    factories.close(voice)

    assert shown(voice) == []
    page = text(client_of(hana).get(reverse("surveys:unit_results", args=[voice.pk, 1])))
    assert "How do you buy from us?: Not shown: there are not two groups of 10 people" in page


def test_p6_a_group_of_two_organisations_is_not_shown(voice, hana):
    rows = [row(f"a{n}@example.org", f"Firm {n % 2}") for n in range(12)]
    rows += [row(f"b{n}@example.org", f"House {n % 5}") for n in range(12)]
    contacts.add(voice, rows, by=hana.user, at=timezone.now())
    contacts.invite(voice, at=timezone.now())
    firms = {seats.source(f"Firm {n}") for n in range(2)}
    for secret in sent_links():
        source = link_queries.seat_of(secret, "a browser").source
        give(voice, secret, "Online" if source in firms else "From a dealer")

    factories.close(voice)

    assert shown(voice) == []


def test_p6_what_stands_beside_names_leaves_enough_others_in_their_group(voice, hana):
    """Thirteen bought online, and four of them asked to be contacted: with their names the other nine could be worked out."""
    for number, secret in enumerate(mailed(voice, hana, 40)):
        asked = Asked(f"Person {number}", "by phone") if number < 4 else None
        give(voice, secret, "Online" if number < 13 else "From a dealer", asked=asked)

    factories.close(voice)

    assert shown(voice) == [("From a dealer", 27), ("Online", 13)]
    assert [(one.answers, one.is_cut) for one in ContactRequest.objects.all()] == [([], True)] * 4
    assert "Online" not in str(ContactRequest.objects.values_list())


def test_p6_names_and_groups_together_leave_ten_others_by_brute_force(voice):
    layout, random = layouts.layout_of(voice.form), np.random.default_rng(11)
    limit = contact_requests.limits(5, 5)
    for _ in range(60):
        people, asking = int(random.integers(20, 60)), int(random.integers(1, 12))
        vectors = random.choice(np.array([0, 2, 4, 255], np.uint8), (people, layout.width), p=[0.2, 0.3, 0.4, 0.1])
        everyone = Given(vectors, np.zeros((people, len(layout.comments)), bool))
        theirs = Given(vectors[:asking], everyone.wrote[:asking])
        groups = random.integers(0, 3, people)
        sources = random.integers(0, 6, people).astype(np.uint64)
        told = [
            Told(Asked("", ""), "", {}, int(groups[n]) + 1, int(sources[n]).to_bytes(segments.SOURCE_BYTES, "big"))
            for n in range(asking)
        ]
        split = Split(groups, groups + 1, Vouched(sources, 3))

        fields = contact_requests.fields_beside_groups(layout, everyone, theirs, told, split, limit)

        for slot in layout.statements:
            answered = (vectors[:, slot.offset] != 0) & (vectors[:, slot.offset] != 255)
            for group in set(groups[:asking].tolist()) if slot.code in fields else ():
                others = answered & (groups == group) & (np.arange(people) >= asking)
                assert others.sum() == 0 or others.sum() >= limit.people
                left = sources[(groups == group) & (np.arange(people) >= asking)]
                assert not len(left) or ((left > 0).sum() >= limit.people and len(set(left[left > 0].tolist())) >= 3)


def test_t40_every_ballot_of_a_survey_by_group_has_the_same_length(voice, hana):
    for number, secret in enumerate(mailed(voice, hana, 3)):
        give(voice, secret, ("Online", "", "By drone")[number])

    assert len({len(bytes(payload)) for payload in SealedBallot.objects.values_list("payload", flat=True)}) == 1


def test_hr_sets_the_question_while_it_is_a_draft(tarn, hana, client_of):
    draft = factories.draft_campaign(form=factories.form("customer"), audience="customers")
    address = reverse("surveys:campaign_setup", args=[draft.pk, "limits"])
    sent = {"minimum_group": "10", "minimum_comments": "5", "segment_question": QUESTION}

    one = client_of(hana).post(address, sent | {"segment_choices": "Online"})
    twice = client_of(hana).post(address, sent | {"segment_choices": "Online\r\nonline"})
    kept = client_of(hana).post(address, sent | {"segment_choices": "From a dealer\r\n\r\n Online "})

    assert "Give 2 to 8 choices" in text(one)
    assert "stands there twice" in text(twice)
    assert kept.status_code == 302
    draft.refresh_from_db()
    assert (draft.cut_by, draft.segment_choices) == ("asked", CHOICES)
    assert AuditEntry.objects.filter(verb="changed").exists()
    again = campaigns.prepare_again(draft, by=hana.user, opens_at=draft.opens_at, closes_at=draft.closes_at)
    assert (again.segment_question, again.segment_choices) == (QUESTION, CHOICES)
    staff = factories.draft_campaign(cut_by="asked", segment_question=QUESTION, segment_choices=CHOICES)
    assert (staff.cut_by, staff.segment_question) == ("", "")


@pytest.mark.parametrize(
    ("mails", "opened", "words"),
    [
        (20, 0, ""),
        (20, 3, "A few of the answers came by an open address."),
        (12, 24, "About 70% of the answers came by an open address."),
        (3, 20, "All but a few of the answers came by an open address."),
    ],
)
def test_p6_readers_are_told_how_much_came_by_an_open_address(tarn, hana, client_of, mails, opened, words):
    voice = factories.customer_campaign()
    link = voice.links.get(kind="channel")
    secrets = mailed(voice, hana, mails)
    for secret in secrets + [links.take_seat(link, said=f"Firm {n}", at=timezone.now()) for n in range(opened)]:
        give(voice, secret, "")

    factories.close(voice)

    page = text(client_of(hana).get(reverse("surveys:unit_results", args=[voice.pk, 1])))
    assert (words in page) if words else ("open address" not in page)
    file = text(client_of(hana).get(reverse("surveys:export_csv", args=[voice.pk, 1])))
    assert (words in file) if words else ("open address" not in file)
