"""Answering without a sign-in: customers by link; what a link gives away, and what it does not."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.surveys import seats
from assessments.surveys.ballots import SealedBallot
from assessments.surveys.models import Campaign, Invitation, UnitRelease
from assessments.surveys.models.campaigns import SurveyLink
from assessments.surveys.queries import links as queries
from assessments.surveys.services import campaigns, links
from assessments.surveys.tests import factories
from assessments.surveys.views import visits
from core import logs


def text(response):
    return response.content.decode()


def arrive(secret, **headers) -> Client:
    client = Client(**headers)
    client.get(reverse("surveys:visit_arrival", args=[secret]))
    return client


def codes_of(campaign):
    return [item.code for item in campaign.form.items.filter(kind__in=("likert", "numeric"))]


def answer_as_customer(voice, secret, organisation="", value="4"):
    client = arrive(secret)
    client.post(reverse("surveys:visit_start"), {"organisation": organisation})
    for code in codes_of(voice):
        saved = client.post(reverse("surveys:visit_answers"), {"key": code, "value": value, "sequence": "1"})
        assert saved.status_code == 204, saved.content
    return text(client.post(reverse("surveys:visit_submission")))


def test_a_customer_answers_by_link_from_the_first_page_to_the_receipt(voice):
    client = arrive(voice.links.get().token)
    landing = text(client.get(reverse("surveys:visit_intro")))
    assert "Customer view" in landing
    assert "no account, no name, no address" in landing

    started = client.post(reverse("surveys:visit_start"), {"organisation": "Hill Farm"})
    assert started.headers["Location"] == reverse("surveys:visit_page", args=[1])
    first = text(client.get(started.headers["Location"]))
    assert "Page 1 of" in first
    code = re.search(r'name="(CU-[A-Z0-9]+)"', first).group(1)
    following = client.post(reverse("surveys:visit_page", args=[1]), {code: "5", "sequence": "0"})
    assert following.headers["Location"] == reverse("surveys:visit_page", args=[2])
    assert "1 of" in text(client.get(reverse("surveys:visit_check")))
    receipt = text(client.post(reverse("surveys:visit_submission")))

    assert "Your answers are in" in receipt
    assert "colleagues" not in receipt
    assert SealedBallot.objects.filter(campaign_number=voice.pk).count() == 1
    seat = Invitation.objects.get(campaign=voice)
    assert seat.answered
    assert seat.employee is None
    assert client.get(reverse("surveys:visit_intro")).headers["Location"] == reverse("surveys:visit_thanks")


def test_t31_the_secret_leaves_the_address_at_once_and_stands_in_no_log(voice, settings):
    token = voice.links.get().token
    response = Client().get(reverse("surveys:visit_arrival", args=[token]))

    assert response.headers["Location"] == "/v/"
    assert response.cookies[visits.VISIT]["httponly"]
    assert token not in logs.SECRETS.sub(r"\1-", f"GET /v/{token}/ 302 4 ms")
    landing = text(arrive(token).get("/v/"))
    assert token not in landing


def test_t30_t35_opening_a_link_uses_nothing_up(voice):
    link = voice.links.get()
    [single] = links.make_single_links(link, by=factories.hr(), count=1)
    for secret in (link.token, single):
        for _ in range(3):
            arrive(secret).get(reverse("surveys:visit_intro"))

    assert Invitation.objects.filter(campaign=voice).count() == 1
    assert "Your answers are in" in answer_as_customer(voice, single)
    assert SealedBallot.objects.filter(campaign_number=voice.pk).count() == 1


def test_t54_a_single_link_counts_once(voice):
    [single] = links.make_single_links(voice.links.get(), by=factories.hr(), count=1)
    answer_as_customer(voice, single)
    again = answer_as_customer(voice, single, value="1")

    assert "Your answers are in" in again
    assert SealedBallot.objects.filter(campaign_number=voice.pk).count() == 1


@pytest.mark.parametrize("is_older", [False, True])
def test_t57_a_customer_survey_is_never_split(cast, hana, client_of, is_older):
    """Nor does one that was launched with a split, when the step still offered it, refuse answers."""
    draft = factories.draft_campaign(form=factories.form("customer"), audience="customers", cut_by="site")
    step = reverse("surveys:campaign_setup", args=[draft.pk, "limits"])
    assert "cut_by" not in text(client_of(hana).get(step))
    sent = {"minimum_group": "10", "minimum_comments": "5", "cut_by": "site"}
    assert client_of(hana).post(step, sent).status_code == 302
    campaigns.update_campaign(draft, by=factories.hr(), cut_by="tenure")
    assert Campaign.objects.get(pk=draft.pk).cut_by == ""

    voice = factories.customer_campaign(cut_by="site")
    if is_older:
        Campaign.objects.filter(pk=voice.pk).update(cut_by="site")
    assert "Your answers are in" in answer_as_customer(voice, voice.links.get().token)
    factories.close(voice)


def test_t54_p13_whoever_uses_a_used_link_is_given_no_codes(voice):
    [single] = links.make_single_links(voice.links.get(), by=factories.hr(), count=1)
    mine, later = answer_as_customer(voice, single), answer_as_customer(voice, single)

    assert "data-receipt=" in mine
    assert "shown once, right then" in later
    assert not re.search(r"data-receipt=|([2-9A-Z]{4}-){2}[2-9A-Z]{4}", later)


def test_t54_a_form_sent_twice_and_a_reload_are_thanked_without_codes(voice):
    client = arrive(voice.links.get().token)
    client.post(reverse("surveys:visit_start"))
    save = {"key": codes_of(voice)[0], "value": "4", "sequence": "1"}
    assert client.post(reverse("surveys:visit_answers"), save).status_code == 204
    kept = {name: morsel.value for name, morsel in client.cookies.items()}
    first = client.post(reverse("surveys:visit_submission"))
    reload = client.post(reverse("surveys:visit_submission"), follow=True)
    twice = Client()
    twice.cookies.load(kept)

    assert not first.cookies[visits.VISIT].value
    assert "data-receipt=" in text(first)
    for response in (
        reload,
        client.get(reverse("surveys:visit_thanks")),
        twice.post(reverse("surveys:visit_submission")),
    ):
        assert "shown once, right then" in text(response)
        assert "data-receipt=" not in text(response)


def test_t29_only_hashes_of_secrets_are_stored(voice):
    [single] = links.make_single_links(voice.links.get(), by=factories.hr(), count=1)

    assert len(single) >= 43
    assert not Invitation.objects.filter(secret_digest=single).exists()
    assert queries.seat_of(single).campaign_id == voice.pk
    assert queries.seat_of("") is None
    assert queries.public_link("") is None


@pytest.mark.parametrize("secret", ["nonsense", "x" * 500, "..%2f", "é"])
def test_t27_a_wrong_link_gets_the_same_redirect_and_a_plain_page(voice, secret):
    client = arrive(secret)
    response = client.get(reverse("surveys:visit_intro"))

    assert "This link opens nothing" in text(response)
    assert client.get(reverse("surveys:visit_page", args=[1])).headers["Location"] == "/v/"
    assert "This link opens nothing" in text(client.post(reverse("surveys:visit_start")))
    one = {"key": "STR1", "value": "4", "sequence": "1"}
    assert client.post(reverse("surveys:visit_answers"), one).status_code == 422


def test_t62_a_program_in_the_trap_takes_no_seat_and_nor_do_too_many(voice, monkeypatch):
    token = voice.links.get().token
    robot = arrive(token).post(reverse("surveys:visit_start"), {"website": "http://spam.example"})
    assert robot.status_code == 422
    assert not voice.invitations.exists()

    monkeypatch.setattr(visits, "STARTS", 2)
    statuses = [arrive(token).post(reverse("surveys:visit_start")).status_code for _ in range(4)]
    assert statuses == [302, 302, 429, 429]
    assert voice.invitations.count() == 2


def test_a_closed_address_and_a_closed_survey_take_nobody(voice):
    link = voice.links.get()
    links.open_to_many(link, by=factories.hr(), is_public=False)
    assert arrive(link.token).post(reverse("surveys:visit_start")).status_code == 422
    links.open_to_many(link, by=factories.hr(), is_public=True)
    Campaign.objects.filter(pk=voice.pk).update(closes_at=timezone.now() - timedelta(minutes=9))
    client = arrive(link.token)

    assert "This survey has closed" in text(client.get(reverse("surveys:visit_intro")))
    assert client.post(reverse("surveys:visit_start")).status_code == 422
    assert not voice.invitations.exists()


@pytest.mark.parametrize(
    ("organisations", "is_shown"), [(["A", "B", " b "], False), (["A", "B", "C"], True), ([""] * 3, False)]
)
def test_p03_customers_are_shown_from_ten_people_of_three_organisations(voice, organisations, is_shown):
    link, home = voice.links.get(), voice.units_at_launch.get()
    for number in range(12):
        seat = Invitation.objects.create(
            campaign=voice,
            link=link,
            home=home,
            source=seats.source(organisations[number % 3]),
            secret_digest=str(number),
        )
        factories.answer(seat, {code: str(3 + number % 3) for code in codes_of(voice) if code != "CU-OUT1"})

    factories.close(voice)

    release = UnitRelease.objects.get(unit__campaign=voice)
    assert (release.hidden == "") is is_shown
    assert (release.answers == 12) is is_shown
    seats_left = Invitation.objects.filter(campaign=voice)
    assert set(seats_left.values_list("source", "secret_digest")) == {("", None)}


def test_p03_fewer_than_ten_customers_are_hidden(voice):
    link, home = voice.links.get(), voice.units_at_launch.get()
    for number in range(9):
        seat = Invitation.objects.create(
            campaign=voice, link=link, home=home, source=seats.source(str(number)), secret_digest=str(number)
        )
        factories.answer(seat, dict.fromkeys(codes_of(voice), "4"))

    factories.close(voice)

    assert UnitRelease.objects.get(unit__campaign=voice).hidden == "few"


def test_a_customer_survey_needs_a_link_a_form_for_customers_and_ten(cast):
    draft = factories.draft_campaign(form=factories.form("customer"), audience="customers")
    assert draft.minimum_group == 10
    with pytest.raises(campaigns.CannotLaunch, match="at least one link"):
        campaigns.launch(draft, by=factories.hr(), at=timezone.now())
    with pytest.raises(campaigns.CampaignInvalid, match="10 people"):
        factories.draft_campaign(form=factories.form("customer"), audience="customers", minimum_group=9)
    inside = factories.draft_campaign(audience="customers")
    with pytest.raises(campaigns.CannotLaunch, match="Choose a questionnaire for customers"):
        campaigns.launch(inside, by=factories.hr(), at=timezone.now())


def test_hr_makes_links_prints_a_poster_and_downloads_single_links_once(voice, hana, client_of):
    hr = client_of(hana)
    made = {"name": "=Hill Farm", "kind": "organisation", "is_public": "on"}
    assert hr.post(reverse("surveys:links", args=[voice.pk]), made).status_code == 302
    link = SurveyLink.objects.get(name="=Hill Farm")
    assert "has a link of that name already" in text(hr.post(reverse("surveys:links", args=[voice.pk]), made))
    assert queries.address_of(link.token) in text(hr.get(reverse("surveys:link_poster", args=[link.pk])))

    file = hr.post(reverse("surveys:link_singles", args=[link.pk]), {"count": "3"})
    lines = file.content.decode("utf-8-sig").splitlines()

    assert len(lines) == 4
    assert lines[1].startswith("'=Hill Farm,http")  # T53
    assert hr.get(reverse("surveys:link_singles", args=[link.pk])).status_code == 405
    assert hr.post(reverse("surveys:link_singles", args=[link.pk]), {"count": "0"}).status_code == 422


def test_t46_answers_by_link_are_counted_in_words(voice):
    link, home = voice.links.get(), voice.units_at_launch.get()
    for number in range(3):
        Invitation.objects.create(campaign=voice, link=link, home=home, secret_digest=str(number), answered=True)

    assert [row.answered for row in queries.rows(voice)] == ["fewer than 10"]
