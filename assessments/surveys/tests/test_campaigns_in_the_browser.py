"""A code on paper at a shared device, in a real browser. The waves of a year: culture/tests/test_survey_story.py."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)


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
