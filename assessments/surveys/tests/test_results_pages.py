"""The results pages print the stored release plan: the same for every viewer, each within their scope."""

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assessments.surveys.models import Campaign, UnitSnapshot
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import answers_of, cast_ballots
from people.models import Employee, RoleGrant, Unit
from people.tests.factories import EmployeeFactory, UnitFactory, UserFactory, grant

HIDDEN = "Not shown: fewer than 5 answers."


def text(response):
    return response.content.decode()


def unit_url(campaign, place):
    return reverse("surveys:unit_results", args=[campaign.pk, place])


def csv_url(campaign, place):
    return reverse("surveys:heat_map_csv", args=[campaign.pk, place])


def part(page, identity):
    """One section of the page by its id."""
    return page[page.index(f'id="{identity}"') :].split("</section>")[0]


def row(page, name):
    """The heat map's row of one unit."""
    found = re.search(rf"<tr>(?:(?!</tr>).)*>\s*{name}\s*<.*?</tr>", part(page, "groups"), re.DOTALL)
    return found[0] if found else ""


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def read(client_of, tarn):
    """Page of somebody of the cast: read("max", address)."""

    def get(who, address):
        person = who if isinstance(who, Employee) else getattr(tarn.cast, who)
        return client_of(person).get(address)

    return get


def test_everyone_opens_the_newest_results_of_the_whole_organisation(published, read):
    page = text(read("eve", reverse("surveys:results")))

    assert "Spring survey" in page
    assert "35 of 35 people answered (100%)." in page
    assert "Profile of the seven Cs, Tarn Ltd. Strategy" in page
    assert "Everyone invited answered." in page


def test_p08_before_the_release_there_is_nothing_to_read(survey, read, at_place):
    factories.answer_all(survey, answers_of)

    assert "No results yet" in text(read("hana", reverse("surveys:results")))
    assert "No results yet" in text(read("max", reverse("surveys:team_results")))
    for address in (unit_url(survey, 1), csv_url(survey, 1), reverse("surveys:campaign_results", args=[survey.pk])):
        assert read("hana", address).status_code == 404


def test_an_employee_reads_the_organisation_and_their_own_unit(published, read, at_place):
    helpdesk, sales, it = (at_place(published, key) for key in ("helpdesk", "sales", "it"))

    page = text(read("eve", unit_url(published, 1)))

    assert row(page, "Helpdesk")
    assert not row(page, "Sales")
    assert read("eve", unit_url(published, helpdesk)).status_code == 200
    for address in (unit_url(published, sales), unit_url(published, it), csv_url(published, sales)):
        assert read("eve", address).status_code == 404


def test_single_statements_of_the_organisation_are_for_executives_and_hr(published, read, at_place):
    for who in ("eve", "max", "petra"):
        page = text(read(who, unit_url(published, 1)))
        assert "Single statements of the whole organisation are read by executives and HR." in page
        assert "Good work for customers gets noticed here." not in page
    for who in ("ada", "hana"):
        assert "Choose a C" in text(read(who, unit_url(published, 1)))
    assert "Choose a C" in text(read("eve", unit_url(published, at_place(published, "helpdesk"))))


def test_managers_and_partners_read_their_units_and_no_others(published, read, at_place):
    helpdesk, sales = at_place(published, "helpdesk"), at_place(published, "sales")

    for who in ("max", "petra"):
        assert read(who, unit_url(published, helpdesk)).status_code == 200
        assert read(who, unit_url(published, sales)).status_code == 404
    for who in ("ada", "hana"):
        assert read(who, unit_url(published, sales)).status_code == 200


def test_auditors_read_configuration_and_no_results(published, read, tarn):
    """Ingrid works here, too: as an employee she reads what every employee reads. An auditor from outside reads none."""
    outside = UserFactory()
    RoleGrant.objects.create(user=outside, role=RoleGrant.Role.AUDITOR)
    client = Client()
    client.force_login(outside)

    for address in (reverse("surveys:results"), unit_url(published, 1), csv_url(published, 1)):
        assert client.get(address).status_code == 403
    assert client.get(reverse("surveys:campaign", args=[published.pk])).status_code == 200


@pytest.mark.parametrize("who", ["hana", "ada", "uma"])
def test_p11_t40_no_role_reads_a_unit_below_the_limit(published, read, at_place, who):
    page = text(read(who, unit_url(published, 1)))

    cells = words(row(page, "Internal IT"))
    assert cells == f"Internal IT – not shown {HIDDEN}"


@pytest.mark.parametrize("who", ["hana", "ada"])
def test_t45_a_hidden_unit_has_no_number_of_its_own_in_the_source_of_its_page(published, read, at_place, who):
    """Everybody in IT fully disagreed; nobody else did. An index of 0 can only be theirs."""
    page = text(read(who, unit_url(published, at_place(published, "it"))))

    assert HIDDEN in page
    assert "the nearest group above that can be shown" in page
    assert "35 of 35" not in page
    assert not re.search(r'scorebox[^>]*>\s*0\s*<|data-[a-z]+="0"|index 0\b', page)
    assert "Internal IT" in page
    assert "Word</b> from it" not in page.replace("&lt;", "<").replace("&gt;", ">")


def test_t45_the_same_page_is_printed_whatever_a_hidden_unit_answered(tarn, read):
    """Two surveys that differ only in what the hidden unit said differ nowhere but in the groups that contain it."""
    pages = []
    for answer in ("1", "5"):
        survey = factories.open_campaign(title="Same title")
        cast_ballots(
            survey, lambda i, a=answer: dict.fromkeys(factories.statement_codes(), a if i.home.key == "it" else "4")
        )
        factories.close(survey)
        place = UnitSnapshot.objects.get(campaign=survey, key="it").place
        page = text(read("hana", unit_url(survey, 1)))
        pages.append((words(row(page, "Internal IT")), words(row(page, "Sales")), words(row(page, "Helpdesk")), place))

    assert pages[0] == pages[1]


def test_t44_the_export_holds_what_the_page_holds(published, read, at_place):
    response = read("hana", csv_url(published, 1))

    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    by_unit = {line[0]: line for line in table}
    assert response.headers["Content-Disposition"] == 'attachment; filename="results-tarn-ltd.csv"'
    assert table[0][:3] == ["Unit", "Answers", "Strategy"]
    assert by_unit["Internal IT"][1:] == ["not shown"] * 8 + [HIDDEN]
    assert by_unit["Helpdesk"][1] == "12"
    page = text(read("hana", unit_url(published, 1)))
    assert re.findall(r"\d+", words(row(page, "Helpdesk"))) == by_unit["Helpdesk"][1:9]


def test_t44_the_export_of_a_narrower_viewer_is_narrower(published, read):
    table = read("eve", csv_url(published, 1)).content.decode("utf-8-sig")

    assert "Helpdesk" in table
    assert "Sales" not in table


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-2", "@SUM(A1)", "\tTab", " =1"])
def test_t53_a_unit_named_like_a_formula_is_exported_as_text(published, read, name):
    UnitSnapshot.objects.filter(campaign=published, key="sales").update(name=name)

    table = list(csv.reader(io.StringIO(read("hana", csv_url(published, 1)).content.decode("utf-8-sig"))))

    assert f"'{name}" in [line[0] for line in table]


def test_t47_p13_comments_carry_no_name_no_time_and_no_filter(published, read, at_place):
    page = text(read("max", unit_url(published, at_place(published, "helpdesk"))))

    comments = part(page, "comments")
    assert "12 comments" in words(comments).replace("5 of 12 comments", "12 comments")
    assert "in random order" in comments
    without_keys = re.sub(r'href="[^"]*"', "", comments)  # random keys may hold any four digits
    assert not re.search(r"<form|<select|<time|\d{1,2}:\d{2}|20\d\d", without_keys)
    names = Employee.objects.values_list("name", flat=True)
    assert [name for name in names if name in comments] == []


def test_t47_the_page_of_all_comments_is_narrowed_by_the_unit_alone(published, read, at_place):
    helpdesk = at_place(published, "helpdesk")
    address = reverse("surveys:unit_comments", args=[published.pk, helpdesk, "C1"])

    page = text(read("max", address))
    filtered = text(read("max", address + "?site=Leeds&tenure=1&q=Word"))

    assert "12 comments from Helpdesk" in page
    assert page.count("from helpdesk”") == filtered.count("from helpdesk”") == 12


def test_t12_a_comment_is_printed_as_text(published, read, at_place):
    page = text(read("hana", unit_url(published, at_place(published, "helpdesk"))))

    assert "&lt;b&gt;Word&lt;/b&gt; from helpdesk" in page
    assert "<b>Word</b>" not in page


def test_comments_are_for_heads_partners_and_hr_in_groups_of_ten(published, read, at_place):
    helpdesk, sales = at_place(published, "helpdesk"), at_place(published, "sales")

    for who in ("max", "petra", "hana"):
        assert "from helpdesk" in text(read(who, unit_url(published, helpdesk)))
    for who in ("eve", "ada"):
        assert "from helpdesk" not in text(read(who, unit_url(published, helpdesk)))
        assert read(who, reverse("surveys:unit_comments", args=[published.pk, helpdesk, "C1"])).status_code == 404
    assert "from sales" not in text(read("hana", unit_url(published, sales)))
    assert read("hana", reverse("surveys:unit_comments", args=[published.pk, sales, "C1"])).status_code == 404
    assert read("hana", reverse("surveys:unit_comments", args=[published.pk, helpdesk, "STR1"])).status_code == 404


def test_p4_pages_name_the_comment_group_of_the_campaign(published, read, at_place):
    Campaign.objects.filter(pk=published.pk).update(minimum_group=12)
    helpdesk = at_place(published, "helpdesk")

    for address in (
        unit_url(published, helpdesk),
        reverse("surveys:unit_comments", args=[published.pk, helpdesk, "C1"]),
    ):
        assert "Shown because 12 or more answered." in text(read("hana", address))
    assert "for groups of 12 or more answers" in text(read("hana", unit_url(published, at_place(published, "sales"))))


def test_t03_a_place_of_another_campaign_is_not_found(published, read):
    assert read("hana", unit_url(published, 99)).status_code == 404
    assert read("hana", reverse("surveys:unit_results", args=[published.pk + 99, 1])).status_code == 404


def test_a_statement_shows_its_spread_only_from_ten_answers_that_are_not_alike(published, read, at_place):
    helpdesk = text(read("hana", unit_url(published, at_place(published, "helpdesk")) + "?topic=strategy"))
    sales = text(read("hana", unit_url(published, at_place(published, "sales")) + "?topic=strategy"))

    assert part(helpdesk, "statements").count('class="dbar"') == 1
    assert part(sales, "statements").count('class="dbar"') == 0
    assert "Spread not shown: it needs 10 answers that are not all alike and give no small group away." in sales


@pytest.mark.parametrize("topic", ["strategy", "outcome", "nonsense", "<script>", "consequence", ""])
def test_t23_the_statements_to_show_come_from_a_list(published, read, at_place, topic):
    response = read("hana", unit_url(published, 1) + f"?topic={topic}")

    assert response.status_code == 200
    assert "<script>" not in text(response).replace('<script src="', "")


def test_a_manager_finds_the_own_team_with_two_strengths_and_one_gap(published, read):
    page = text(read("max", reverse("surveys:team_results")))

    assert "Helpdesk, Spring survey" in page
    assert "12 of 12 answered." in page
    assert "Two strengths" in page
    assert "One gap" in page


def test_p12_a_managers_own_answer_is_no_part_of_the_team(published, tarn):
    assert UnitSnapshot.objects.get(campaign=published, key="helpdesk").invited == 12
    assert published.invitations.get(employee=tarn.cast.max).home.key == "company"


def test_a_manager_of_a_hidden_team_reads_the_nearest_group_above(published, read, tarn):
    page = text(read(tarn.ian, reverse("surveys:team_results")))

    assert "Internal IT, Spring survey" in page
    assert HIDDEN in page
    assert "Too few answers to show your team. You see Tarn Ltd, which it belongs to." in page
    assert "your team included" in page
    assert "Two strengths" not in page
    assert "scorebox" in page


def test_leaders_stand_beside_the_whole_organisation_only(tarn, read):
    """Their own campaign of five heads or more, launched before the staff's."""
    for key in ("one", "two"):
        unit = UnitFactory(key=key, parent=tarn.unit("company"))
        Unit.objects.filter(pk=unit.pk).update(head=EmployeeFactory(unit=unit))
    factories.tree.renumber_units()
    leaders = factories.leaders_campaign(title="Leaders")
    staff = factories.open_campaign(audience="staff", leaders_campaign=leaders, title="Staff")
    cast_ballots(leaders, lambda invitation: dict.fromkeys(factories.statement_codes(), "5"))
    cast_ballots(staff, lambda invitation: dict.fromkeys(factories.statement_codes(), "3"))
    factories.close(leaders)
    factories.close(staff)

    top = text(read("eve", unit_url(staff, 1)))
    own = text(read("eve", unit_url(staff, UnitSnapshot.objects.get(campaign=staff, key="helpdesk").place)))

    assert "The seven Cs, seen from two sides" in top
    assert "<b>100</b> against 50" in top
    assert "against" not in own
    assert "seen from two sides" not in own
    assert "Other surveys" not in top, "the leaders' campaign is part of the staff's"


def test_a_pulse_without_scores_shows_its_statements(tarn, read):
    pulse = factories.open_campaign(form=factories.form("employee_pulse"), title="Pulse")
    cast_ballots(pulse, lambda invitation: {"STR1": "4", "CHA3": "2", "OUT1": "5"})
    factories.close(pulse)

    page = text(read("hana", unit_url(pulse, 1)))

    assert "there are no scores of the seven Cs" in page
    assert "wheel" not in part(page, "statements")
    assert read("hana", csv_url(pulse, 1)).status_code == 200


def test_a_split_is_shown_for_the_whole_organisation_only(tarn, read):
    Employee.objects.filter(unit__key__in=("helpdesk", "sales")).update(site="Leeds")
    Employee.objects.filter(unit__key__in=("office", "it", "company")).update(site="York")
    survey = factories.open_campaign(cut_by="site")
    factories.answer_all(survey, answers_of)
    factories.close(survey)

    top = text(read("hana", unit_url(survey, 1)))
    helpdesk = UnitSnapshot.objects.get(campaign=survey, key="helpdesk").place

    assert 'id="split"' not in text(read("hana", unit_url(survey, helpdesk)))
    assert "Site: Not shown: there are not two groups of 10 people" in part(top, "split")


def test_fewer_than_half_answering_is_said_in_words(tarn, read):
    survey = factories.open_campaign()
    factories.answer_all(survey, lambda i: answers_of(i) if i.pk % 3 == 0 else None)
    factories.close(survey)

    assert "Fewer than half answered." in text(read("hana", unit_url(survey, 1)))


def queries_of(client, *addresses):
    counts = []
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        counts.append(len(captured))
    return counts


def addresses_of(campaign):
    place = UnitSnapshot.objects.get(campaign=campaign, key="helpdesk").place
    return [
        reverse("surveys:results"),
        unit_url(campaign, 1),
        unit_url(campaign, place),
        csv_url(campaign, 1),
        reverse("surveys:unit_comments", args=[campaign.pk, place, "C1"]),
    ]


def test_t62_pages_cost_the_same_whatever_the_number_of_units_and_surveys(published, tarn, hana, client_of):
    hr, manager = client_of(hana), client_of(tarn.cast.max)
    team = reverse("surveys:team_results")
    small = [*queries_of(hr, *addresses_of(published)), *queries_of(manager, team, unit_url(published, 1))]

    for number in range(5):
        unit = UnitFactory(key=f"more-{number}", parent=tarn.unit("sales"))
        EmployeeFactory.create_batch(6, unit=unit)
    factories.tree.renumber_units()
    bigger = factories.open_campaign(title="Bigger")
    cast_ballots(bigger, answers_of)
    factories.close(bigger)

    assert [*queries_of(hr, *addresses_of(bigger)), *queries_of(manager, team, unit_url(bigger, 1))] == small
    assert max(small) <= 42


def test_t35_reading_writes_nothing(published, hana, client_of, tarn):
    grant(tarn.cast.olga, RoleGrant.Role.EXECUTIVE)
    with CaptureQueriesContext(connection) as captured:
        for address in addresses_of(published):
            client_of(hana).get(address)

    changing = [q["sql"] for q in captured if re.match(r"INSERT|UPDATE|DELETE", q["sql"])]
    assert [sql for sql in changing if "django_session" not in sql and "people_user" not in sql] == []
