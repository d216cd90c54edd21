"""A survey from the launch to the numbers that everybody reads, through every page on the way."""

import re

from django.urls import reverse

from assessments.surveys.models import Campaign
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import grown


def text(response):
    return response.content.decode()


def test_from_the_home_page_to_the_results(cast, client_of):
    grown(cast)
    hana, eve, max = client_of(cast.hana), client_of(cast.eve), client_of(cast.max)
    draft = factories.draft_campaign(title="Spring survey")
    hana.post(reverse("surveys:campaign_launch", args=[draft.pk]))
    campaign = Campaign.objects.get(state=Campaign.State.OPEN)
    intro = reverse("surveys:intro", args=[campaign.pk])

    assert intro in text(eve.get(reverse("dashboards:home")))
    page = reverse("surveys:page", args=[campaign.pk, 1])
    assert page in text(eve.get(intro))
    eve.post(page, dict.fromkeys((f"STR{number}" for number in range(1, 7)), "4"))
    assert "Your receipt" in text(eve.post(reverse("surveys:submission", args=[campaign.pk])))
    assert intro not in text(eve.get(reverse("dashboards:home")))

    others = {**dict.fromkeys(factories.statement_codes(), "4")}
    factories.answer_all(campaign, lambda invitation: None if invitation.answered else others)
    assert "No results yet" in text(max.get(reverse("surveys:team_results")))
    factories.close(campaign)

    team = text(max.get(reverse("surveys:team_results")))
    assert "Helpdesk, Spring survey" in team
    assert re.search(r"scorebox b-good num\">\s*75\s*<", team)
    assert "Spring survey" in text(eve.get(reverse("surveys:results")))
    assert campaign.title in text(hana.get(reverse("surveys:campaigns")))
