"""HR runs the leaders' wave and then the staff's; a code at a shared device; a customer by link. In a real browser."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessments.surveys.ballots import SealedBallot
from assessments.surveys.models import Campaign
from assessments.surveys.services import campaigns, links, mails
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import cast_ballots
from core.models import Mail
from people import tree
from people.models import Unit
from people.tests.factories import EmployeeFactory, UnitFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
LOCAL = "%Y-%m-%dT%H:%M"


def set_up(page: Page, title: str, form: str, audience: str, opens, closes, beside: str = "") -> Campaign:
    """The wizard from the first step to the launch check."""
    page.goto(reverse("surveys:campaign_new"))
    page.get_by_label("Name of the survey").fill(title)
    page.get_by_role("radio", name=re.compile(f"^{form}")).check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("radio", name=re.compile(f"^{audience}")).check()
    if beside:
        page.get_by_label("Leaders' survey to stand beside").select_option(label=beside)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_label("Opens").fill(timezone.localtime(opens).strftime(LOCAL))
    page.get_by_label("Closes").fill(timezone.localtime(closes).strftime(LOCAL))
    page.get_by_role("button", name="Save and go on").click()
    return Campaign.objects.get(title=title)


def test_hr_runs_the_leaders_wave_and_then_the_staff_wave(tarn, hana, page_of):
    for key in ("one", "two"):
        unit = UnitFactory.create(key=key, parent=tarn.unit("company"))
        Unit.objects.filter(pk=unit.pk).update(head=EmployeeFactory.create(unit=unit))
    tree.renumber_units()
    factories.form()
    page, now = page_of(hana.user), timezone.now()
    leaders = set_up(
        page, "Leaders first", "Leaders' view", "Leaders", now - timedelta(hours=1), now + timedelta(days=7)
    )
    expect(page.get_by_text("How they look, as saved")).to_be_visible()
    invitation = page.frame_locator("iframe[title^=Invitation]")
    expect(invitation.get_by_role("heading", name="Leaders first: your view, please")).to_be_visible()
    page.get_by_role("button", name="Save and see the launch check").click()
    page.get_by_role("button", name="Launch: invite 6 people").click()
    expect(page.get_by_text("Launched. Everyone invited can see it now.")).to_be_visible()

    staff = set_up(page, "Then the staff", "Full", "Staff", now, now + timedelta(days=9), beside="Leaders first")
    expect(page.get_by_text("Leaders go first: Leaders first closes on")).to_be_visible()
    leaders.refresh_from_db()
    page.get_by_label("Opens").fill(timezone.localtime(leaders.closes_at + timedelta(hours=1)).strftime(LOCAL))
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and see the launch check").click()
    page.get_by_role("button", name=re.compile("^Launch: invite")).click()
    expect(page.get_by_text("It opens on")).to_be_visible()

    cast_ballots(leaders, lambda seat: dict.fromkeys(factories.statement_codes(), "4"))
    at = leaders.closes_at + timedelta(minutes=6)
    campaigns.close(leaders, by=None, at=at)
    staff.refresh_from_db()
    opened = staff.opens_at + timedelta(minutes=1)
    assert mails.invite(staff, at=opened)
    assert not mails.remind_if_due(staff, at=opened + timedelta(hours=1))
    assert Mail.objects.filter(kind="survey_invitation").count() == staff.invited


def test_a_code_on_paper_at_a_shared_device(survey, hana, eve, page_of, tarn):
    page = page_of(hana.user)
    page.goto(reverse("surveys:campaign", args=[survey.pk]))
    page.get_by_role("link", name="Codes for people without e-mail").click()
    page.get_by_label("Unit, with all below it").select_option(label="Helpdesk")
    page.get_by_role("button", name="Make codes and show the slips").click()
    slip = page.locator(".slip", has_text="Eve Lind")
    expect(slip.get_by_role("img", name="QR code to answer on your own phone")).to_be_visible()
    code = slip.locator(".receipt").inner_text()

    device = page_of(None)
    kiosk = reverse("surveys:kiosk", args=[survey.key])
    device.goto(kiosk)
    device.get_by_label("Your code").fill(code.lower().replace("-", " "))
    device.get_by_role("button", name="Start").click()
    device.get_by_role("link", name="Start").click()
    device.locator("#STR1").get_by_role("radio", name="Agree", exact=True).check(force=True)
    expect(device.locator("[data-save-mark]")).to_have_attribute("data-save-mark", "saved")
    device.get_by_text("Stop now and go on later").click()
    noted = device.locator(".kiosk-bar .receipt")
    expect(noted).to_be_visible()
    second = noted.inner_text()
    device.get_by_role("link", name="Finish and clear").click()
    expect(device).to_have_url(re.compile(f"{kiosk}$"))
    device.go_back()
    expect(device.locator("#STR1")).to_have_count(0)

    device.goto(kiosk)
    device.get_by_label("Your code").fill(code)
    device.get_by_role("button", name="Start").click()
    expect(device.get_by_role("link", name="Start")).to_be_visible()  # whoever holds the slip alone begins anew
    device.goto(kiosk)
    device.clock.install()
    device.get_by_label("Your code").fill(code)
    device.get_by_label("Code to go on (only if you stopped before)").fill(second)
    device.get_by_role("button", name="Start").click()
    expect(device.get_by_text("Continue on page")).to_be_visible()
    device.clock.fast_forward("01:05")
    expect(device).to_have_url(re.compile(f"{kiosk}$"))


def test_a_customer_answers_by_link_on_a_phone(cast, page_of):
    voice = factories.customer_campaign()
    phone = page_of(None, width=390)
    phone.goto(reverse("surveys:visit_arrival", args=[voice.links.get().token]))
    expect(phone).to_have_url(re.compile("/v/$"))
    phone.get_by_label("Your organisation (optional)").fill("Hill Farm")
    phone.get_by_role("button", name="Start").click()
    first = phone.locator(".likert").first
    first.get_by_role("radio", name="Agree", exact=True).check(force=True)
    expect(phone.locator("[data-save-mark]")).to_have_attribute("data-save-mark", "saved")
    phone.goto(reverse("surveys:visit_check"))
    phone.get_by_role("button", name="Hand in").click()
    expect(phone.get_by_role("heading", name="Thank you. Your answers are in.")).to_be_visible()
    expect(phone.get_by_text("those of other customers")).to_be_visible()
    assert SealedBallot.objects.filter(campaign_number=voice.pk).count() == 1
    phone.goto(reverse("surveys:visit_arrival", args=[voice.links.get().token]))
    expect(phone.get_by_role("button", name="Start")).to_be_visible()
    assert links.SurveyLink.objects.get().seats.count() == 1
