"""Who asks to be contacted is read with a name, and what stands beside names leaves enough others."""

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import contact_requests
from assessments.surveys.contact_requests import Asked, Given
from assessments.surveys.models import ContactRequest, UnitRelease
from assessments.surveys.queries import layouts
from assessments.surveys.queries import links as link_queries
from assessments.surveys.services import answering
from assessments.surveys.tests import factories
from assessments.surveys.tests.customers import answered, invited
from assessments.surveys.tests.test_visits import arrive, codes_of, text
from core.models import AuditEntry, Notification


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


def test_staff_are_never_asked_whether_they_may_be_contacted(survey, eve):
    seat = factories.invitation_of(survey, eve)
    answering.save_answers(seat, answers={"STR1": "4"}, sequence=1, at=timezone.now())
    answering.submit(seat, at=timezone.now(), asked=Asked("Eve", "eve@tarn.example"))

    assert not ContactRequest.objects.exists()
