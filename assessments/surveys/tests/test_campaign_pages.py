"""Setting up, launching and watching a campaign in the browser."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments.surveys.forms.clock import LocalDateTimeField, trouble_with
from assessments.surveys.models import Campaign, Form
from assessments.surveys.services import mails
from assessments.surveys.tests import factories
from core.models import Mail
from people.models import Employee
from people.tests.factories import EmployeeFactory, UnitFactory


def url(name, campaign, *more):
    return reverse(f"surveys:{name}", args=[campaign.pk, *more])


def text(response):
    return response.content.decode()


@pytest.fixture
def hr(hana, client_of):
    return client_of(hana)


def test_hr_sets_up_a_campaign_step_by_step_and_launches_it(tarn, hr):
    factories.form()
    started = hr.post(
        reverse("surveys:campaign_new"), {"title": "Spring", "form": Form.objects.get(key="employee_full").pk}
    )
    campaign = Campaign.objects.get()
    assert started.headers["Location"] == url("campaign_setup", campaign, "people")

    chosen = {"audience": "everyone", "new_joiners_days": 0, "units": [tarn.unit("helpdesk").pk, tarn.unit("sales").pk]}
    limits = {"minimum_group": 6, "minimum_comments": 5, "cut_by": ""}
    dates = {"opens_at": "2026-01-05T09:00", "closes_at": "2050-02-01T18:00"}
    for step, data, following in (
        ("people", chosen, url("campaign_setup", campaign, "limits")),
        ("limits", limits, url("campaign_setup", campaign, "dates")),
        ("dates", dates, url("campaign_setup", campaign, "texts")),
        ("texts", {"promise": "We answer within a week."}, url("campaign_setup", campaign, "languages")),
        ("languages", {"languages": ["de"], "de:title": "Umfrage"}, url("campaign", campaign)),
    ):
        assert hr.get(url("campaign_setup", campaign, step)).status_code == 200
        assert hr.post(url("campaign_setup", campaign, step), data).headers["Location"] == following

    check = text(hr.get(url("campaign", campaign)))
    assert "Launch check" in check
    assert "Launch: invite 22 people" in check
    launched = hr.post(url("campaign_launch", campaign))
    campaign.refresh_from_db()
    assert launched.headers["Location"] == url("campaign", campaign)
    assert (campaign.state, campaign.invited, campaign.minimum_group) == ("open", 22, 6)
    assert campaign.closes_at == datetime(2050, 2, 1, 18, tzinfo=UTC)
    assert campaign.texts == {"promise": "We answer within a week."}
    assert not campaign.reminds  # the box was not ticked


def test_the_launch_check_names_the_units_that_stay_hidden_and_nothing_is_sent(draft, hr):
    page = text(hr.get(url("campaign", draft)))

    hidden = page[page.index("Hidden even if everybody answers") : page.index("What would be shown")]
    assert "Internal IT" in hidden
    assert "too small" in hidden
    assert "Helpdesk" not in hidden
    assert draft.invitations.count() == 0


@pytest.mark.parametrize("k", ["4", "21", "0", "-5", "x", ""])
def test_p02_the_smallest_group_is_from_5_to_20(draft, hr, k):
    response = hr.post(
        url("campaign_setup", draft, "limits"), {"minimum_group": k, "minimum_comments": 5, "cut_by": ""}
    )

    draft.refresh_from_db()
    assert response.status_code == 422
    assert draft.minimum_group == 5


def test_t06_a_step_changes_only_its_own_fields(draft, hr):
    smuggled = {"minimum_group": "7", "state": "published", "title": "Other", "invited": "9", "sealed_at": "2026-01-01"}

    hr.post(url("campaign_setup", draft, "limits"), smuggled | {"minimum_comments": "5", "cut_by": ""})

    changed = Campaign.objects.get(pk=draft.pk)
    assert (changed.minimum_group, changed.state, changed.title, changed.invited) == (7, "draft", "Autumn survey", 0)
    assert changed.sealed_at is None


def test_t43_after_launch_the_set_up_is_only_read(survey, hr):
    for step in ("questionnaire", "people", "limits", "dates"):
        assert hr.get(url("campaign_setup", survey, step)).headers["Location"] == url("campaign", survey)
    response = hr.post(
        url("campaign_setup", survey, "limits"), {"minimum_group": "5", "minimum_comments": 5, "cut_by": "site"}
    )

    survey.refresh_from_db()
    assert response.headers["Location"] == url("campaign", survey)
    assert survey.cut_by == ""


def test_t09_nothing_is_launched_twice_and_no_launched_survey_is_deleted(survey, hr):
    assert hr.post(url("campaign_launch", survey)).status_code == 422
    assert hr.post(url("campaign_deletion", survey)).status_code == 422
    assert Campaign.objects.filter(pk=survey.pk, state="open").exists()


def test_a_launch_that_makes_no_sense_is_refused_on_the_same_page(tarn, hr):
    past = factories.draft_campaign(closes_at=timezone.now() - timedelta(days=1))

    response = hr.post(url("campaign_launch", past))

    assert response.status_code == 422
    assert "The closing time is past. Choose a later one." in text(response)
    assert "Launch check" in text(response)


def test_a_draft_like_one_that_was_held_takes_over_people_limits_and_words(tarn, hr):
    held = factories.open_campaign(
        title="Spring survey",
        minimum_group=7,
        cut_by="site",
        texts={"promise": "We answer."},
        units=[tarn.unit("helpdesk"), tarn.unit("sales")],
    )
    assert "Prepare another like it" in text(hr.get(url("campaign", held)))

    answer = hr.post(url("campaign_repetition", held))

    draft = Campaign.objects.exclude(pk=held.pk).get()
    assert answer.headers["Location"] == url("campaign_setup", draft, "questionnaire")
    assert (draft.state, draft.title, draft.minimum_group, draft.cut_by) == ("draft", "Spring survey", 7, "site")
    assert draft.texts == {"promise": "We answer."}
    assert set(draft.units.values_list("key", flat=True)) == {"helpdesk", "sales"}
    assert draft.opens_at > timezone.now()
    assert timedelta(days=14) <= draft.closes_at - draft.opens_at < timedelta(days=18)
    assert not draft.invitations.exists()


def test_a_draft_can_be_deleted(draft, hr):
    assert hr.post(url("campaign_deletion", draft)).headers["Location"] == reverse("surveys:campaigns")
    assert not Campaign.objects.exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2027-03-28T01:30", "the clocks go forward and 01:30 is left out. Choose 00:30 or 02:30 instead."),
        ("2026-10-25T01:30", "the clocks go back and 01:30 comes twice. Choose 00:30 or 02:30 instead."),
    ],
)
def test_f27_an_hour_that_the_clock_leaves_out_or_repeats_is_refused_with_two_others(draft, hr, typed, words):
    response = hr.post(url("campaign_setup", draft, "dates"), {"opens_at": "2026-09-01T09:00", "closes_at": typed})

    assert response.status_code == 422
    assert words in text(response)
    assert typed in text(response)


def test_f27_times_are_typed_and_shown_in_the_organisations_zone_and_stored_in_utc(draft, hr):
    hr.post(url("campaign_setup", draft, "dates"), {"opens_at": "2049-07-01T09:00", "closes_at": "2049-07-31T18:00"})

    draft.refresh_from_db()
    assert draft.closes_at == datetime(2049, 7, 31, 17, tzinfo=UTC)
    page = text(hr.get(url("campaign_setup", draft, "dates")))
    assert 'value="2049-07-31T18:00"' in page
    assert "All times are those of Europe/London." in page


@pytest.mark.parametrize(
    "typed", ["", "soon", "2026-02-30T10:00", "0001-01-01T00:00", "2206-09-30T18:00", "9999-12-31T23:59:59"]
)
def test_a_time_that_cannot_be_read_is_refused_in_words(draft, hr, typed):
    response = hr.post(url("campaign_setup", draft, "dates"), {"opens_at": "2026-09-01T09:00", "closes_at": typed})

    assert response.status_code == 422
    words = "Choose a year from 2000 to 2100." if typed[:4] in ("0001", "9999", "2206") else "Enter a date and a time"
    assert words in text(response) or not typed
    assert f'value="{typed}"' in text(response) or not typed


def test_a_clock_without_summer_time_makes_no_trouble():
    assert trouble_with(datetime(2026, 3, 29, 1, 30), UTC) == ""  # noqa: DTZ001 - a time as typed
    assert LocalDateTimeField().clean("2026-09-21T09:00") == datetime(2026, 9, 21, 8, tzinfo=UTC)


def test_closing_can_be_put_off_but_not_brought_forward(survey, hr):
    later = timezone.localtime(survey.closes_at + timedelta(days=3)).replace(hour=12, minute=0)
    sooner = timezone.localtime(survey.closes_at - timedelta(days=1))

    refused = hr.post(url("campaign_extension", survey), {"closes_at": sooner.strftime("%Y-%m-%dT%H:%M")})
    assert refused.status_code == 422
    assert "a survey can be given more time, not less" in text(refused)
    assert (
        hr.post(url("campaign_extension", survey), {"closes_at": later.strftime("%Y-%m-%dT%H:%M")}).status_code == 302
    )
    survey.refresh_from_db()
    assert timezone.localtime(survey.closes_at).strftime("%H:%M") == "12:00"


def test_p08_while_open_there_is_participation_and_nothing_else(survey, hr):
    factories.answer_all(survey, lambda invitation: {"STR1": "2"} if invitation.home.key == "helpdesk" else None)

    page = text(hr.get(url("campaign", survey)))

    assert "12 of 12" in page
    assert "Read the results" not in page
    assert hr.get(reverse("surveys:campaign_results", args=[survey.pk])).status_code == 404


def test_t46_small_counts_stay_in_words(survey, hr):
    factories.answer_all(
        survey,
        lambda invitation: {"STR1": "2"} if invitation.home.key == "it" or invitation.pk % 7 == 0 else None,
    )

    page = text(hr.get(url("campaign", survey)))
    table = page[page.index("Taking part, unit by unit") :]

    assert "not shown: fewer than 5 invited" in table
    shown = [int(n) for n in re.findall(r"(\d+) of \d+", re.sub(r"fewer than 5 of \d+", "", table))]
    assert all(n == 0 or n >= 5 for n in shown)


def test_t48_nobody_is_named_who_has_or_has_not_answered(survey, hr, hana):
    factories.answer_all(survey, lambda invitation: {"STR1": "2"} if invitation.pk % 2 else None)

    page = text(hr.get(url("campaign", survey)))

    assert [name for name in Employee.objects.exclude(pk=hana.pk).values_list("name", flat=True) if name in page] == []


def test_a_partner_watches_the_units_they_look_after_and_changes_nothing(survey, draft, client_of, tarn):
    partner = client_of(tarn.cast.petra)

    page = text(partner.get(url("campaign", survey)))

    assert "Helpdesk" in page
    assert ">Sales<" not in page
    assert "Put off closing" not in page
    assert "Launch: invite" not in text(partner.get(url("campaign", draft)))
    assert partner.post(url("campaign_launch", draft)).status_code == 403
    assert partner.get(reverse("surveys:campaign_new")).status_code == 403


def test_an_auditor_reads_the_set_up_and_no_counts(survey, client_of, tarn):
    factories.answer_all(survey, {"STR1": "4"})
    auditor = client_of(tarn.cast.ingrid)

    page = text(auditor.get(url("campaign", survey)))
    rows = text(auditor.get(reverse("surveys:campaigns")))

    assert "Smallest group shown" in page
    assert "Taking part, unit by unit" not in page
    assert " of 34" not in page + rows


@pytest.mark.parametrize("who", ["eve", "max", "ada"])
def test_campaigns_are_for_hr_and_auditors(survey, client_of, tarn, who):
    client = client_of(getattr(tarn.cast, who))

    assert client.get(reverse("surveys:campaigns")).status_code == 403
    assert client.get(url("campaign", survey)).status_code == 403


def test_hr_writes_the_mails_and_sees_how_they_look(draft, hr):
    words = {"reminds": "on", "invitation_text": "Dear all,\r\n\r\n<b>please</b> answer {survey} by {closes}."}
    assert hr.post(url("campaign_setup", draft, "texts"), words).status_code == 302

    page = hr.get(url("campaign_setup", draft, "texts"))
    shown = hr.get(url("campaign_mail", draft, "invitation"))

    assert "&lt;b&gt;please&lt;/b&gt; answer Autumn survey by" in text(shown)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert url("campaign_mail", draft, "thanks") in text(page)
    draft.refresh_from_db()
    assert list(draft.texts) == ["invitation_text"]
    assert hr.get(url("campaign_mail", draft, "nonsense")).status_code == 404


def test_a_mail_is_not_saved_with_a_place_that_nothing_fills_in(draft, hr):
    response = hr.post(url("campaign_setup", draft, "texts"), {"reminder_text": "Dear {name}, {survey} is open."})

    assert response.status_code == 422
    assert "Nothing is filled in for {name}. There are {survey}, {organisation}" in text(response)
    assert "Dear {name}, {survey} is open." in text(response), "what was typed stays"


def test_leaders_first_is_explained_beside_the_date(tarn, hr):
    leaders = factories.draft_campaign(title="Leaders", audience="leaders", form=factories.form("leader_full"))
    staff = factories.draft_campaign(audience="staff", leaders_campaign=leaders)
    sooner = timezone.localtime(leaders.closes_at - timedelta(days=3))

    response = hr.post(
        url("campaign_setup", staff, "dates"),
        {"opens_at": sooner.strftime("%Y-%m-%dT12:00"), "closes_at": "2050-02-01T18:00"},
    )

    assert response.status_code == 422
    assert "Leaders go first: Leaders closes on" in text(response)


def test_hr_reminds_from_the_monitor_and_is_told_no_number(survey, hr):
    refused = hr.post(url("campaign_reminder", survey))
    assert refused.status_code == 422
    mails.invite(survey, at=timezone.now() - timedelta(days=1))

    reminded = hr.post(url("campaign_reminder", survey), follow=True)

    assert "The reminder is on its way" in text(reminded)
    assert Mail.objects.filter(kind="survey_reminder").count() == survey.invited


def test_hr_sees_that_invitations_did_not_arrive(survey, hr):
    mails.invite(survey, at=timezone.now())
    assert "could not be delivered" not in text(hr.get(url("campaign", survey)))
    some = Mail.objects.filter(kind="survey_invitation").values("pk")[:2]
    Mail.objects.filter(pk__in=some).update(failed_at=timezone.now(), failure="The address was refused (550).")

    assert "2 invitations could not be delivered" in text(hr.get(url("campaign", survey)))


def test_hr_sets_up_a_customer_survey_with_its_links(tarn, hr):
    factories.form()
    hr.post(reverse("surveys:campaign_new"), {"title": "Voice", "form": Form.objects.get(key="customer").pk})
    voice = Campaign.objects.get()
    assert (voice.audience, voice.minimum_group) == ("customers", 10)
    assert hr.get(url("campaign_setup", voice, "people")).status_code == 404
    assert "one result for all customers" in text(hr.get(url("campaign", voice))).lower()
    assert "at least one link" in text(hr.post(url("campaign_launch", voice)))

    hr.post(url("links", voice), {"name": "Fair", "kind": "channel", "is_public": "on"})
    assert hr.post(url("campaign_launch", voice)).status_code == 302

    monitor = text(hr.get(url("campaign", voice)))
    assert "Fair" in monitor
    assert "none yet" in monitor or "fewer than 10" in monitor


def test_the_list_is_narrowed_and_has_pages(tarn, hr):
    pulse = factories.form("employee_pulse")
    for number in range(27):
        factories.draft_campaign(title=f"Pulse {number:02}", form=pulse)
    factories.open_campaign(title="Leaders’ view", audience="everyone")
    page = reverse("surveys:campaigns")

    first = text(hr.get(page))

    assert first.count('<th scope="row">') == 25
    assert "1 to 25 of 28" in first
    assert text(hr.get(page, {"page": 2})).count('<th scope="row">') == 3
    assert text(hr.get(page, {"state": "open"})).count('<th scope="row">') == 1
    assert text(hr.get(page, {"q": "pulse 1", "audience": "everyone"})).count('<th scope="row">') == 10
    assert "No campaign like this" in text(hr.get(page, {"q": "nothing"}))
    for odd in ({"state": "nonsense"}, {"page": "x"}, {"q": "%' OR 1=1"}, {"q": "x" * 200}):
        assert hr.get(page, odd).status_code == 200


def test_the_list_is_sorted_by_its_columns_and_taken_away_as_it_is_shown(survey, hr):
    factories.draft_campaign(title="=A draft")
    answers = {seat.pk for seat in survey.invitations.all()[:6]}
    survey.invitations.filter(pk__in=answers).update(answered=True)
    small = factories.open_campaign(title="Zebra survey")
    small.invitations.filter(pk__in=small.invitations.values("pk")[:3]).update(answered=True)
    page, file = reverse("surveys:campaigns"), reverse("surveys:campaigns_csv")

    def titles(order, **more):
        rows = csv.reader(io.StringIO(hr.get(file, {"sort": order} | more).content.decode("utf-8-sig")))
        return [row[0] for row in rows][1:]

    assert titles("title") == ["'=A draft", survey.title, "Zebra survey"]
    assert titles("-title") == titles("title")[::-1]
    assert titles("state")[0] == "'=A draft"
    assert titles("answered")[0] == titles("-answered")[0] == survey.title  # what is not shown orders nothing
    assert titles("title", state="open") == [survey.title, "Zebra survey"]
    assert titles("nonsense") == titles("")
    shown = text(hr.get(page, {"sort": "title", "state": "open"}))
    assert 'aria-sort="ascending"' in shown
    assert "state=open&amp;sort=-title" in shown
    content = hr.get(file).content.decode("utf-8-sig")
    assert "too few to say" in content
    assert "not launched" in content
    [sheet] = load_workbook(io.BytesIO(hr.get(reverse("surveys:campaigns_xlsx")).content)).worksheets
    assert [row[6].value for row in sheet.iter_rows(min_row=2)].count("too few to say") == 1


def test_an_unknown_step_is_no_page(draft, hr):
    assert hr.get(url("campaign_setup", draft, "moods")).status_code == 404


def queries_of(client, *addresses):
    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    return counts


def test_t62_pages_cost_the_same_whatever_the_size(survey, draft, hr, tarn):
    addresses = [reverse("surveys:campaigns"), url("campaign", survey), url("campaign", draft)]
    addresses += [url("campaign_setup", draft, step) for step in ("questionnaire", "people", "limits", "dates")]
    small = queries_of(hr, *addresses)

    for number in range(6):
        unit = UnitFactory(key=f"more-{number}", parent=tarn.unit("sales"))
        EmployeeFactory.create_batch(6, unit=unit)
    factories.tree.renumber_units()
    bigger, later = factories.open_campaign(title="Bigger"), factories.draft_campaign(title="Later")
    addresses = [reverse("surveys:campaigns"), url("campaign", bigger), url("campaign", later)]
    addresses += [url("campaign_setup", later, step) for step in ("questionnaire", "people", "limits", "dates")]

    assert queries_of(hr, *addresses) == small
    assert max(small) <= 22
