"""Two waves of the culture survey at the demo company, from the browser alone: leaders, staff, customers, readiness, a promise.

HR, a leader, an employee, a customer and a manager press every button. What the other two hundred answer is put into the
ballot box in bulk, and where days have to pass, the dates are moved and the clock's job runs.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from actions.models import Action
from assessments.surveys import schedule
from assessments.surveys.models import Campaign
from culture.demo import DOMAIN, answers, load, surveys, voices
from people.models import Employee

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.django_db(transaction=True)
LOCAL = "%Y-%m-%dT%H:%M"
DAY = timedelta(days=1)
BETTER = tuple(level + 14 for level in answers.STAFF)
TEAM = "Helpdesk North"


@pytest.fixture
def sign_in(page_of):
    """The demo company and its questionnaires, before anything has been asked: sign_in("noor.abbasi", width=390)."""
    for step in load.STEPS[:2]:
        step.run(timezone.now())
    return lambda name, **options: page_of(Employee.objects.get(user__email=f"{name}@{DOMAIN}").user, **options)


def test_from_the_leaders_wave_to_a_promise_and_the_wave_after(sign_in, page_of):
    hr, leader, manager = (sign_in(name) for name in ("leila.fenwick", "imogen.vasko", "owen.castellane"))
    employee = sign_in("noor.abbasi", width=390)

    leaders = the_leaders_go_first(hr, leader)
    staff = the_staff_wait_until_the_leaders_wave_has_closed(hr, employee, leaders)
    the_staff_answer(employee, staff)
    customers_answer_by_link(hr, page_of(None, width=390))
    everyone_says_how_ready_they_are(hr, employee)
    let_it_close(staff)
    results_show_every_side(hr, staff)
    promised = the_manager_promises_one_thing(manager)
    the_next_wave_shows_what_has_changed(hr, employee, manager, staff, promised)


def the_leaders_go_first(hr: Page, leader: Page) -> Campaign:
    now = timezone.now()
    leaders = prepare(hr, "Spring survey, leaders", "Leaders' view", now - DAY, now + 7 * DAY, audience="Leaders")
    invitation = hr.frame_locator("iframe[title^=Invitation]")
    expect(invitation.get_by_role("heading", name="Spring survey, leaders: your view, please")).to_be_visible()
    hr.get_by_role("button", name="Save and go on").click()
    hr.get_by_role("button", name="Save and see the launch check").click()
    hr.get_by_role("button", name=re.compile(r"^Launch: invite \d+ people$")).click()
    expect(hr.get_by_text("Launched. Everyone invited can see it now.")).to_be_visible()

    begin(leader, leaders)
    answer_and_hand_in(leader, "Strongly agree", reverse("surveys:check", args=[leaders.pk]))
    return leaders


def the_staff_wait_until_the_leaders_wave_has_closed(hr: Page, employee: Page, leaders: Campaign) -> Campaign:
    """The wizard refuses an earlier opening, and before it nobody can begin."""
    now = timezone.now()
    staff = prepare(
        hr,
        "Spring survey",
        "Full employee",
        now,
        now + 10 * DAY,
        audience="Staff",
        beside=leaders.title,
        stops_at="dates",
    )
    expect(hr.get_by_text("Leaders go first: Spring survey, leaders closes on")).to_be_visible()
    hr.get_by_label("Opens").fill(local(leaders.closes_at + timedelta(hours=1)))
    hr.get_by_role("button", name="Save and go on").click()
    hr.get_by_role("button", name="Save and go on").click()
    hr.get_by_role("button", name="Save and see the launch check").click()
    hr.get_by_role("link", name="Open the trust pack").click()
    expect(hr.get_by_text("As it would be launched today.")).to_be_visible()
    expect(hr.get_by_role("row", name=re.compile(TEAM))).to_contain_text("From 5 answers on")
    hr.get_by_role("link", name=staff.title, exact=True).click()
    hr.get_by_role("button", name=re.compile("^Launch: invite")).click()
    expect(hr.get_by_text("It opens on")).to_be_visible()

    employee.goto(reverse("surveys:intro", args=[staff.pk]))
    expect(employee.get_by_text("Who will see what")).to_be_visible()
    expect(employee.get_by_role("link", name="Start", exact=True)).to_have_count(0)

    let_the_others_answer(leaders, answers.LEADERS, "imogen.vasko")
    let_it_close(leaders, hours=12)
    Campaign.objects.filter(pk=staff.pk).update(opens_at=timezone.now() - timedelta(hours=6))
    return staff


def the_staff_answer(employee: Page, staff: Campaign) -> None:
    begin(employee, staff)
    answer_and_hand_in(employee, "Agree", reverse("surveys:check", args=[staff.pk]))
    let_the_others_answer(staff, answers.STAFF, "noor.abbasi")


def customers_answer_by_link(hr: Page, phone: Page) -> None:
    now = timezone.now()
    heard = prepare(hr, "Customer view", "Customer view", now - DAY, now + 7 * DAY)
    hr.get_by_role("button", name="Save and go on").click()
    hr.get_by_role("button", name="Save and see the launch check").click()
    hr.get_by_role("link", name="Make and print links").first.click()
    hr.get_by_label("Name of the link").fill(voices.PUBLIC)
    hr.get_by_role("radio", name="A channel, customers of many organisations").check()
    hr.get_by_role("button", name="Make the link").click()
    address = hr.locator(".link-address").inner_text()
    hr.get_by_role("link", name="Go to the launch check").click()
    hr.get_by_role("button", name="Launch: open the links").click()
    expect(hr.get_by_text("Launched.")).to_be_visible()

    phone.goto(address[address.index("/v/") :])
    expect(phone).to_have_url(re.compile("/v/$"))
    phone.get_by_label("Your organisation (optional)").fill("Hill Farm")
    phone.get_by_role("button", name="Start").click()
    answer_and_hand_in(phone, "Agree", reverse("surveys:visit_check"))
    expect(phone.get_by_text("those of other customers")).to_be_visible()
    heard.refresh_from_db()
    voices.answer(heard)
    let_it_close(heard)


def everyone_says_how_ready_they_are(hr: Page, employee: Page) -> None:
    now = timezone.now()
    pulse = prepare(hr, "Readiness pulse", "Change readiness", now - DAY, now + 7 * DAY, audience="Everyone")
    hr.get_by_role("button", name="Save and go on").click()
    hr.get_by_role("button", name="Save and see the launch check").click()
    hr.get_by_role("button", name=re.compile("^Launch: invite")).click()
    begin(employee, pulse)
    answer_and_hand_in(employee, "Agree", reverse("surveys:check", args=[pulse.pk]))
    let_the_others_answer(pulse, answers.STAFF, "noor.abbasi")
    let_it_close(pulse)

    hr.goto(reverse("surveys:campaign", args=[pulse.pk]))
    hr.get_by_role("link", name="Read the results").click()
    readiness = hr.get_by_role("region", name="Five steps of readiness, table")
    expect(readiness.get_by_text("first barrier")).to_have_count(1)
    expect(hr.get_by_text("What helps first:")).to_be_visible()


def results_show_every_side(hr: Page, staff: Campaign) -> None:
    hr.goto(reverse("surveys:campaign", args=[staff.pk]))
    hr.get_by_role("link", name="Read the results").click()
    profile = hr.locator("#profile")
    expect(profile.get_by_role("img", name=re.compile("seven Cs"))).to_be_visible()
    for who in ("Leaders", "Customers", "Employees"):
        expect(profile.get_by_text(who).first).to_be_visible()
    expect(hr.get_by_text("since Spring survey")).to_have_count(0)


def the_manager_promises_one_thing(manager: Page) -> Action:
    manager.goto(reverse("surveys:team_results"))
    expect(manager.get_by_role("heading", level=1)).to_have_text(f"{TEAM}, Spring survey")
    manager.get_by_role("link", name="Promise something").click()
    manager.get_by_label("What we will do").fill("Call back on the same day")
    manager.get_by_label("What customers or colleagues will notice").fill("Nobody has to ask twice.")
    manager.get_by_role("button", name="Promise it").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text("Call back on the same day")
    return Action.objects.get()


def the_next_wave_shows_what_has_changed(
    hr: Page, employee: Page, manager: Page, staff: Campaign, promised: Action
) -> None:
    now = timezone.now()
    later = prepare(hr, "Autumn survey", "Full employee", now - timedelta(hours=1), now + 7 * DAY, audience="Staff")
    hr.get_by_role("button", name="Save and go on").click()
    hr.get_by_role("button", name="Save and see the launch check").click()
    hr.get_by_role("button", name=re.compile("^Launch: invite")).click()
    begin(employee, later)
    answer_and_hand_in(employee, "Strongly agree", reverse("surveys:check", args=[later.pk]))
    expect(employee.get_by_role("heading", name="What became of earlier answers")).to_be_visible()
    expect(employee.get_by_text(str(promised))).to_be_visible()
    let_the_others_answer(later, BETTER, "noor.abbasi")
    let_it_close(later)

    hr.goto(reverse("surveys:campaign_results", args=[later.pk]))
    expect(hr.get_by_text(re.compile(rf"up \d+ points since {staff.title}", re.IGNORECASE)).first).to_be_visible()
    manager.goto(reverse("surveys:team_results"))
    manager.get_by_role("link", name="Read everything").click()
    expect(manager.get_by_role("heading", level=1)).to_have_text(f"{TEAM}, Autumn survey")
    expect(manager.get_by_text(f"since {staff.title}").first).to_be_visible()


def prepare(
    hr: Page,
    title: str,
    form: str,
    opens_at: datetime,
    closes_at: datetime,
    *,
    audience: str = "",
    beside: str = "",
    stops_at: str = "texts",
) -> Campaign:
    """The wizard from the first step to that of the mails. Without an audience it asks customers."""
    go_on = hr.get_by_role("button", name="Save and go on")
    hr.goto(reverse("surveys:campaign_new"))
    hr.get_by_label("Name of the survey").fill(title)
    hr.get_by_role("radio", name=re.compile(f"^{form}")).check()
    go_on.click()
    if audience:
        hr.get_by_role("radio", name=re.compile(f"^{audience}")).check()
        if beside:
            hr.get_by_label("Leaders' survey to stand beside").select_option(label=beside)
        go_on.click()
    expect(hr.get_by_role("heading", level=1)).to_have_text("Limits")
    go_on.click()
    hr.get_by_label("Opens").fill(local(opens_at))
    hr.get_by_label("Closes").fill(local(closes_at))
    go_on.click()
    expect(hr.get_by_role("heading", level=1)).to_have_text("Dates" if stops_at == "dates" else "Mails")
    return Campaign.objects.get(title=title)


def begin(page: Page, campaign: Campaign) -> None:
    page.goto(reverse("surveys:mine"))
    page.get_by_role("link", name=re.compile(f"^Start ?: {campaign.title}$")).click()
    page.get_by_role("link", name="Start", exact=True).click()


def answer_and_hand_in(page: Page, words: str, check: str) -> None:
    """One statement is enough: whoever answers may leave out the rest."""
    page.locator("fieldset.likert").first.get_by_role("radio", name=words, exact=True).check(force=True)
    expect(page.locator("[data-save-mark]")).to_have_attribute("data-save-mark", "saved")
    page.goto(check)
    page.get_by_role("button", name="Hand in").click()
    expect(page.locator("[data-receipt=receipt]")).to_be_visible()


def let_the_others_answer(campaign: Campaign, levels: tuple[int, ...], name: str) -> None:
    """Everybody invited but the one who has pressed the buttons."""
    campaign.refresh_from_db()  # the browser has launched it
    answered = Employee.objects.filter(user__email=f"{name}@{DOMAIN}")
    surveys.cast(campaign, 1.0, answers.Voice(levels), without=answered)


def let_it_close(campaign: Campaign, hours: int = 0) -> None:
    """Its days pass, so that it closed so many hours ago, and the clock comes by: it is sealed and published."""
    closes_at = timezone.now() - timedelta(hours=hours, minutes=10)
    Campaign.objects.filter(pk=campaign.pk).update(closes_at=closes_at)
    schedule.close_due_campaigns()
    campaign.refresh_from_db()
    assert campaign.is_published


def local(moment: datetime) -> str:
    return timezone.localtime(moment).strftime(LOCAL)
