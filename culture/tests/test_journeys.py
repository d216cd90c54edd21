"""The demo company as its four people meet it: a real browser, a real worker, all apps together."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from culture.demo import SIGN_INS, load
from goals.models import Goal
from people.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Page

CREDENTIALS = {role: (email, password) for role, email, password in SIGN_INS}
PATIENCE = 30  # seconds for a worker on a busy machine


@pytest.fixture
def demo(transactional_db):
    load.load(lambda _: None, at=timezone.now())


@pytest.fixture
def sign_in(demo, page_of):
    """sign_in("Employee") types address and password, as a person does."""

    def as_role(role: str, **options) -> Page:
        page = page_of(**options)
        email, password = CREDENTIALS[role]
        page.goto("/")
        page.locator("#id_login").fill(email)
        page.locator("#id_password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Good ")
        return page

    return as_role


def _tile(page: Page, label: str) -> str:
    return page.locator(".tile", has_text=label).locator("b").inner_text()


def _to_do(page: Page, what: str):
    return page.locator(".attn > li", has_text=what).locator(".do a")


def _answer_pulse(page: Page) -> None:
    _to_do(page, "pulse").click()
    page.get_by_role("link", name=re.compile("Start")).click()
    expect(page.locator("fieldset.likert").first).to_be_visible()
    while page.get_by_role("button", name="Next").count():
        for statement in page.locator("fieldset.likert").all():
            statement.get_by_role("radio", name="Agree", exact=True).check(force=True)
        with page.expect_navigation():
            page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("[data-receipt=receipt]")).to_contain_text(re.compile(r"\w{4}-\w{4}-\w{4}"))


def _assess_myself(page: Page) -> None:
    page.goto("/")
    _to_do(page, "Self-assessment").click()
    expect(page.locator("main")).to_contain_text("of 12 competencies")
    for _ in range(12):
        needed = page.get_by_role("radio", name=re.compile("needed in your role"))
        needed.check(force=True)
        if needed.get_attribute("value") in ("4", "5"):
            page.get_by_label(re.compile("One example")).fill("A school without heating; I stayed on the line.")
        with page.expect_navigation():
            page.locator(".savebar .btn-primary").click()
    page.get_by_role("button", name="Share with Owen Castellane").click()
    expect(page.locator("main")).not_to_contain_text("Share with Owen Castellane")


def _check_in(page: Page, value: str) -> None:
    page.goto("/")
    page.locator(".goal-card").get_by_role("link", name=re.compile("Check in")).click()
    page.get_by_label("Question types I can settle").fill(value)
    page.get_by_role("button", name="Save check-in").click()


def _wait(condition) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "the worker has not done it"
        time.sleep(0.2)


def test_what_an_employee_does_reaches_the_manager_through_a_real_worker(celery_worker, sign_in):
    owen = sign_in("Manager")
    owen.goto("/team/")
    before = {label: _tile(owen, label) for label in ("pulse", "Self-assessments")}
    goal = Goal.objects.get(detail__title="Help more callers without passing them on")
    rolled_up_before = goal.supporting_ppm

    noor = sign_in("Employee")
    _answer_pulse(noor)
    _assess_myself(noor)
    _check_in(noor, "9")
    noor.goto("/")
    expect(noor.locator(".attn > li", has_text="pulse").filter(has_text="minutes")).to_have_count(0)
    expect(noor.locator(".goal-card")).to_contain_text("90% done")

    def is_rolled_up():
        goal.refresh_from_db()
        return goal.supporting_ppm != rolled_up_before

    _wait(is_rolled_up)
    owen.reload()
    assert _tile(owen, "pulse").split()[0] == str(int(before["pulse"].split()[0]) + 1)
    assert _tile(owen, "Self-assessments").split()[0] == str(int(before["Self-assessments"].split()[0]) + 1)
    owen.goto("/team/goals/")
    row = owen.locator("table tr", has_text="Learn the ten questions I pass on most")
    expect(row).to_contain_text("90%")
    owen.goto(f"/goals/{goal.pk}/")
    expect(owen.locator("main")).to_contain_text("72.5")  # (90 + 55) / 2 of the supporting goals


def test_hr_and_executive_find_their_work_and_what_is_behind_it(sign_in):
    leila = sign_in("HR administrator")
    leila.get_by_role("link", name="Eight steps").click()
    expect(leila.locator(".check > li")).to_have_count(8)
    leila.locator(".check .btn-primary").click()
    expect(leila.get_by_role("heading", level=1)).to_contain_text(re.compile(r"20\d\d"))
    leila.goto("/programme/")
    leila.get_by_role("link", name=re.compile("pulse")).first.click()
    expect(leila.locator("main")).to_contain_text("Helpdesk North")

    imogen = sign_in("Executive", width=390)
    imogen.goto("/overview/")
    expect(imogen.get_by_role("img", name=re.compile("Profile of the seven Cs"))).to_be_visible()
    imogen.get_by_role("link", name="Customers wait less for a solution").first.click()
    expect(imogen.get_by_role("heading", level=1)).to_have_text("Customers wait less for a solution")


def test_the_pages_work_without_script(demo, page_of):
    page = page_of(User.objects.get(email=CREDENTIALS["Employee"][0]), java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Mark as read").click()

    expect(page.get_by_role("button", name="Mark as read")).to_have_count(0)
    expect(page.get_by_role("heading", name="News")).to_be_visible()
