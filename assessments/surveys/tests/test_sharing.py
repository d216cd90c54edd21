"""Leaders first, then managers, then everyone: what each reads from when, on pages and in files."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from assessments.surveys.models import ReleasedComment, Section, Sharing, UnitRelease, UnitSnapshot
from assessments.surveys.queries import beside, explorer, exports, inbox
from assessments.surveys.services import campaigns, sharing
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from core.models import Notification
from people import tree
from people.access import Viewer
from people.models import Unit, User
from people.tests.factories import EmployeeFactory, UnitFactory

ALL = list(Section.values)


@pytest.fixture
def planned(survey, hana):
    """Answered and published; leaders read now, managers tomorrow, everyone the day after."""
    cast_ballots(survey, answers_of)
    at = timezone.now()
    survey.closes_at = at - timedelta(minutes=10)
    survey.save(update_fields=["closes_at"])
    sharing.plan(
        survey,
        by=hana.user,
        at=at,
        leaders_at=at,
        managers_at=at + timedelta(days=1),
        everyone_at=at + timedelta(days=2),
        manager_sections=ALL,
        everyone_sections=["units"],
    )
    campaigns.close(survey, by=None, at=at)
    return campaigns.publish(survey, by=None, at=at)


@pytest.fixture
def ed(tarn):
    """Ed leads the night shift, below a department."""
    UnitFactory(key="night", parent=tarn.unit("helpdesk"), head=tarn.cast.ed)
    tree.renumber_units()
    return tarn.cast.ed


def may_read(campaign, *people):
    return [UnitSnapshot.objects.visible_to(Viewer.of(p.user)).filter(campaign=campaign).exists() for p in people]


def test_leaders_read_first_then_managers_then_everyone(planned, tarn, ed):
    cast, at = tarn.cast, timezone.now()

    assert may_read(planned, cast.hana, cast.ada, cast.max, ed, cast.eve) == [True, True, True, False, False]
    sharing.open_due(planned, at=at + timedelta(days=1, minutes=1))
    assert may_read(planned, ed, cast.petra, cast.eve) == [True, True, False]
    sharing.open_due(planned, at=at + timedelta(days=3))
    assert may_read(planned, ed, cast.eve) == [True, True]


@pytest.mark.parametrize("reached", ["", "leaders", "managers", "everyone"])
def test_p08_tops_are_those_of_the_visible_units_that_are_the_whole_organisation(planned, tarn, ed, reached):
    Sharing.objects.update(reached=reached)
    units = UnitSnapshot.objects
    for user in User.objects.all():
        viewer = Viewer.of(user)
        assert set(units.tops_visible_to(viewer)) == set(units.visible_to(viewer).filter(place=1)), user


def test_people_are_told_on_the_day_they_may_read_and_once(planned, tarn, ed):
    def told():
        news = Notification.objects.filter(key=f"results-released:{planned.pk}")
        return {person.name for person in (tarn.cast.max, ed, tarn.cast.eve) if news.filter(to=person.user)}

    assert told() == {tarn.cast.max.name}
    sharing.open_due(planned, at=timezone.now() + timedelta(days=3))
    sharing.open_due(planned, at=timezone.now() + timedelta(days=4))
    assert len(told()) == 3
    assert Notification.objects.filter(key=f"results-released:{planned.pk}", to=tarn.cast.max.user).count() == 1


def test_the_order_is_kept_and_what_is_read_is_not_taken_back(planned, hana):
    at = timezone.now()
    dates = {"leaders_at": at, "managers_at": at, "everyone_at": at}

    with pytest.raises(sharing.SharingRefused, match="Leaders come first"):
        sharing.plan(
            planned,
            by=hana.user,
            at=at,
            **(dates | {"leaders_at": at + timedelta(days=1)}),
            manager_sections=ALL,
            everyone_sections=ALL,
        )
    sharing.plan(planned, by=hana.user, at=at, **dates, manager_sections=ALL, everyone_sections=["units"])
    with pytest.raises(sharing.SharingRefused, match="cannot be taken back"):
        sharing.plan(planned, by=hana.user, at=at, **dates, manager_sections=[], everyone_sections=[])


def test_sections_that_are_not_shared_are_not_on_the_page_nor_in_the_files(planned, tarn, client_of):
    sharing.open_due(planned, at=timezone.now() + timedelta(days=3))
    eve = client_of(tarn.cast.eve)
    place = UnitSnapshot.objects.get(campaign=planned, key="helpdesk").place
    where = [planned.pk, place]

    page = eve.get(reverse("surveys:unit_results", args=where)).content.decode()
    file = eve.get(reverse("surveys:export_csv", args=where)).content.decode()

    assert explorer.NOT_SHARED in page
    assert "I know which customers we are here to serve." not in page + file
    assert "Statements,Helpdesk,All,favourable,not shown,This part is not shared with you yet." in file


def test_p08_t44_the_file_of_the_map_is_kept_back_with_the_map(planned, tarn, client_of):
    Sharing.objects.update(reached="everyone", everyone_sections=["statements"])
    address = reverse("surveys:heat_map_csv", args=[planned.pk, 1])

    kept = client_of(tarn.cast.eve).get(address).content.decode("utf-8-sig").splitlines()
    whole = client_of(tarn.cast.ada).get(address).content.decode("utf-8-sig").splitlines()

    assert len(kept) == 2
    assert kept[1].endswith(f"not shown,{explorer.NOT_SHARED}")
    assert len(whole) > 2


def test_p08_a_comment_has_no_page_before_its_day_nor_where_comments_are_kept_back(planned, tarn):
    helpdesk = UnitSnapshot.objects.get(campaign=planned, key="helpdesk")
    comment = ReleasedComment.objects.filter(campaign_number=planned.pk, place=helpdesk.place).first()

    def reads(*people):
        return [bool(inbox.conversation_for(Viewer.of(one.user), planned.pk, comment.pk)) for one in people]

    cast = tarn.cast
    assert reads(cast.hana, cast.ada, cast.max, cast.petra, cast.sam) == [True, True, True, False, False]
    Sharing.objects.update(reached="managers")
    assert reads(cast.max, cast.petra, cast.sam) == [True, True, False]
    Sharing.objects.update(manager_sections=["units"])
    assert reads(cast.max, cast.petra) == [True, False]
    Sharing.objects.update(reached="")
    assert reads(cast.hana, cast.ada, cast.max) == [True, False, False]


def test_p08_leaders_stand_beside_the_staff_only_for_those_who_read_the_leaders_results(tarn, client_of):
    for key in ("one", "two"):
        unit = UnitFactory(key=key, parent=tarn.unit("company"))
        Unit.objects.filter(pk=unit.pk).update(head=EmployeeFactory(unit=unit))
    tree.renumber_units()
    leaders = factories.leaders_campaign(title="Leaders")
    staff = factories.open_campaign(audience="staff", leaders_campaign=leaders, title="Staff")
    cast_ballots(leaders, lambda seat: dict.fromkeys(factories.statement_codes(), "5") | {"SL1.desired": "95"})
    cast_ballots(staff, answers_of)
    factories.close(leaders)
    factories.close(staff)
    dates = dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), timezone.now())
    Sharing.objects.create(campaign=leaders, **dates, reached="leaders")

    def page(person):
        top = UnitSnapshot.objects.select_related("campaign").get(campaign=staff, place=1)
        return explorer.unit_page(Viewer.of(person.user), top)

    assert page(tarn.cast.ada).leaders is not None
    kept = page(tarn.cast.eve)
    assert (kept.leaders, kept.gaps, kept.results.leaders) == (None, (), None)
    assert {row.leaders_desired for row in kept.sliders} == {None}


def test_p08_customers_stand_beside_the_staff_only_once_their_results_are_shared(published, tarn):
    voice = factories.customer_campaign()
    factories.close(voice)
    UnitRelease.objects.filter(unit__campaign=voice).update(hidden="")
    dates = dict.fromkeys(("leaders_at", "managers_at", "everyone_at"), timezone.now())
    Sharing.objects.create(campaign=voice, **dates, reached="leaders")

    assert beside.customers_release(Viewer.of(tarn.cast.max.user)).unit.campaign == voice
    assert beside.customers_release(Viewer.of(tarn.cast.eve.user)) is None
    Sharing.objects.update(reached="")
    assert beside.customers_release(Viewer.of(tarn.cast.max.user)) is None


def test_hr_sets_the_plan_in_the_browser(survey, hana, client_of):
    address = reverse("surveys:sharing", args=[survey.pk])
    client = client_of(hana)
    day = timezone.localtime(survey.closes_at)
    dates = {
        name: (day + timedelta(days=ahead)).strftime("%Y-%m-%dT%H:%M")
        for name, ahead in (("leaders_at", 1), ("managers_at", 5), ("everyone_at", 9))
    }

    assert "Who reads the results, and when" in client.get(address).content.decode()
    wrong = client.post(address, {**dates, "everyone_at": dates["leaders_at"]})
    saved = client.post(address, {**dates, "manager_sections": ALL, "everyone_sections": ["units"]})

    assert wrong.status_code == 422
    assert "Leaders come first" in wrong.content.decode()
    assert saved.status_code == 302
    assert Sharing.objects.get(campaign=survey).everyone_sections == ["units"]


def test_t44_every_file_holds_the_figures_of_the_page(published, hana, client_of):
    client = client_of(hana)
    viewer = Viewer.of(hana.user)
    for unit in UnitSnapshot.objects.filter(campaign=published).select_related("campaign"):
        page = explorer.unit_page(viewer, unit, topic=explorer.ALL)
        expected = [[str(value) for value in line] for line in exports.lines(page)]
        where = [published.pk, unit.place]

        told = client.get(reverse("surveys:export_csv", args=where)).content.decode("utf-8-sig")
        sheet = load_workbook(io.BytesIO(client.get(reverse("surveys:export_xlsx", args=where)).content)).active
        data = json.loads(client.get(reverse("surveys:export_json", args=where)).content)
        paper = client.get(reverse("surveys:unit_print", args=where)).content.decode()

        rows = [[cell.lstrip("'") for cell in row] for row in list(csv.reader(io.StringIO(told)))[1:]]
        assert rows == expected
        cells = [[(cell or "").lstrip("'") for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert cells == expected
        assert [[str(value) for value in line.values()] for line in data["figures"]] == expected
        assert page.results.name in paper


def test_t45_a_hidden_unit_is_words_in_every_file(published, hana, client_of, at_place):
    where = [published.pk, at_place(published, "it")]
    told = client_of(hana).get(reverse("surveys:export_csv", args=where)).content.decode("utf-8-sig")

    assert "Participation,Internal IT,Answers,people,not shown,Not shown: fewer than 5 answers." in told
    assert "Invited" not in told


def test_hr_reads_how_far_the_numbers_carry(published, hana, client_of, tarn):
    address = reverse("surveys:reliability", args=[published.pk])
    page = client_of(hana).get(address).content.decode()

    assert "Everybody gave the same total, so it cannot be said." in page or "Hangs together." in page
    assert "goes with" not in page or "causes" not in page
    assert client_of(tarn.cast.ada).get(address).status_code == 403


def test_leadership_sets_the_desired_profile_and_it_is_drawn(published, tarn, client_of):
    address = reverse("surveys:desired")
    ada = client_of(tarn.cast.ada)

    assert ada.post(address, {"strategy": "101"}).status_code == 422
    assert ada.post(address, {"strategy": "85"}).status_code == 302
    page = ada.get(reverse("surveys:campaign_results", args=[published.pk])).content.decode()

    assert "a-desired" in page
    assert client_of(tarn.cast.max).get(address).status_code == 403


def test_a_second_wave_shows_the_change_since_the_first(published, tarn, client_of):
    again = factories.open_campaign(title="Autumn survey")
    again.closes_at = again.closes_at + timedelta(days=1)
    again.save(update_fields=["closes_at"])
    cast_ballots(again, answers_of)
    factories.close(again)

    page = client_of(tarn.cast.hana).get(reverse("surveys:campaign_results", args=[again.pk])).content.decode()
    compared = (
        client_of(tarn.cast.hana)
        .get(reverse("surveys:campaign_results", args=[again.pk]) + "?compare=before")
        .content.decode()
    )

    assert "Since Spring survey" in page
    assert "no clear change, 6 items" in " ".join(page.split())
    assert "coloured by the change since the survey before" in " ".join(compared.split())
