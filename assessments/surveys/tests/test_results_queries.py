"""What each viewer reads of a published campaign, in words and numbers, and how many queries it costs."""

import pytest
from django.utils import timezone

from assessments.surveys.ballots import Response
from assessments.surveys.models import UnitRelease, UnitSnapshot
from assessments.surveys.queries import answering, explorer, heat, personal, results, statements
from assessments.surveys.services import answering as services
from assessments.surveys.tests import factories
from core.constructs import Construct
from people import tree
from people.access import Viewer
from people.models import Employee, RoleGrant, Unit
from people.tests.factories import EmployeeFactory, grant

SCORES = {"service": 4, "north": 4, "south": 3, "field": 2, "it": 3, "sales": 5}


@pytest.fixture
def people(db):
    """Service (with North and South below), Field, Sales and the small IT; each department has a head."""
    factories.company(
        {"service": 4, "north": 12, "south": 7, "field": 14, "sales": 11, "it": 3},
        {"north": "service", "south": "service"},
    )
    org = Unit.objects.get(key="org")
    chief = EmployeeFactory(unit=org, name="Chief Exec")
    heads = {
        key: EmployeeFactory(unit=Unit.objects.get(key=key), name=f"Head {key}", manager=chief)
        for key in ("service", "north", "field", "sales", "it")
    }
    heads["org"] = chief
    for key, head in heads.items():
        Unit.objects.filter(key=key).update(head=head)
    tree.renumber_units()
    tree.renumber_line()
    return heads


@pytest.fixture
def campaign(people):
    """Published: each unit answers all statements alike, a little above or below its score; leaders one point higher."""
    leaders = factories.leaders_campaign(title="Leaders")
    staff = factories.open_campaign(audience="staff", leaders_campaign=leaders)
    factories.answer_all(leaders, dict.fromkeys(factories.statement_codes(), "5"))

    def by_unit(invitation):
        base = SCORES.get(invitation.home.key, 3)
        step = invitation.pk % 2 if base < 5 else -(invitation.pk % 2)
        answers = {code: str(base + step) for code in factories.statement_codes()}
        return answers | {"C1": f"A word from {invitation.home.key}", "SL1.today": "20", "SL1.desired": "45"}

    factories.answer_all(staff, by_unit)
    factories.close(leaders)
    return factories.close(staff)


def viewer(employee):
    return Viewer.of(employee.user)


def unit(campaign, key):
    return UnitSnapshot.objects.get(campaign=campaign, key=key)


def visible(campaign, employee):
    found = UnitSnapshot.objects.visible_to(viewer(employee)).filter(campaign=campaign)
    return set(found.values_list("key", flat=True))


def employee_of(key):
    return Employee.objects.filter(unit__key=key, headed_units=None).first()


def test_t01_an_employee_reads_the_organisation_and_the_own_unit(campaign):
    assert visible(campaign, employee_of("north")) == {"org", "north"}


def test_t01_a_head_reads_the_own_unit_and_all_below(campaign, people):
    assert visible(campaign, people["service"]) == {"org", "service", "north", "south"}


def test_t01_the_small_team_reads_the_nearest_shown_unit_instead(campaign, people):
    assert visible(campaign, people["it"]) == {"org", "it"}
    read = results.unit_results(unit(campaign, "it"), viewer(people["it"]))

    assert read.hidden == "Not shown: fewer than 5 answers."
    assert read.stand_in == results.Place(1, "Org")
    assert read.answers is None
    assert read.scores.name == "Org"


def test_t01_hr_and_executives_read_all_and_a_partner_the_own_units(campaign, db):
    hr, partner, executive, auditor = (EmployeeFactory(unit=Unit.objects.get(key="org")) for _ in range(4))
    grant(hr, RoleGrant.Role.HR_ADMIN)
    grant(executive, RoleGrant.Role.EXECUTIVE)
    grant(auditor, RoleGrant.Role.AUDITOR)
    grant(partner, RoleGrant.Role.HR_PARTNER, Unit.objects.get(key="service"))

    assert len(visible(campaign, hr)) == len(visible(campaign, executive)) == 7
    assert visible(campaign, partner) == {"org", "service", "north", "south"}
    assert visible(campaign, auditor) == {"org"}


def test_p8_nobody_reads_results_of_an_open_campaign(people, hana_like):
    campaign = factories.open_campaign()

    assert not UnitSnapshot.objects.visible_to(viewer(hana_like)).filter(campaign=campaign).exists()


@pytest.fixture
def hana_like(people):
    person = EmployeeFactory(unit=Unit.objects.get(key="org"))
    grant(person, RoleGrant.Role.HR_ADMIN)
    return person


def test_t42_an_ex_manager_keeps_nothing(campaign, people):
    Unit.objects.filter(key="service").update(head=None)

    assert visible(campaign, people["service"]) == {"org", "service"}  # counted nowhere: the unit of today


def test_unit_results_say_scores_margins_and_words(campaign, people):
    read = results.unit_results(unit(campaign, "service"), viewer(people["service"]))

    assert (read.answers, read.invited, read.percent, read.all_answered) == (24, 24, 100, True)
    assert read.sentence == "24 of 24 answered. You see averages only, nobody's own answers."
    score = read.scores.of(Construct.STRATEGY)
    assert score.band == "good"
    assert score.margin_words == "Everyone invited answered."
    assert read.parent_name == "Org"
    assert [place.name for place in read.trail] == ["Org"]
    assert [place.name for place in read.children] == ["North", "South"]


def test_leaders_stand_beside_everyone_else(campaign, hana_like):
    read = results.unit_results(unit(campaign, "org"), viewer(hana_like))

    assert read.leaders.overall is not None
    gaps = results.leaders_gaps(read)
    assert len(gaps) == 7
    gap = gaps[1]
    assert gap.points == gap.leaders - gap.staff or abs(gap.points - (gap.leaders - gap.staff)) == 1
    assert gap.words == f"Leaders {abs(gap.points)} {'above' if gap.points > 0 else 'below'} everyone else"


def test_published_lists_the_pair_once(campaign, hana_like):
    listed = explorer.choices(viewer(hana_like))

    assert [found.title for found in listed] == ["Culture survey"]


def test_my_results_open_at_the_unit_one_heads_or_belongs_to(campaign, people):
    assert results.my_unit(campaign, viewer(people["service"])) == unit(campaign, "service")
    assert results.my_unit(campaign, viewer(employee_of("north"))) == unit(campaign, "north")


def test_t45_a_hidden_row_of_the_heat_map_has_words_and_no_number(campaign, hana_like):
    found = heat.heat_map(unit(campaign, "org"), viewer(hana_like))

    rows = {row.name: row for row in found.rows}
    assert [row.name for row in found.rows] == ["Org", "Service", "North", "South", "Field", "Sales", "It"]
    assert (rows["It"].answers, rows["It"].cells) == (None, ())
    assert rows["It"].hidden == "Not shown: fewer than 5 answers."
    hidden = [row for row in found.rows if row.hidden]
    assert len(hidden) == 2
    assert {row.hidden for row in hidden} == {"Not shown: fewer than 5 answers.", results.NEIGHBOUR_WORDS}


def test_a_clear_difference_is_flagged_in_words(campaign, hana_like):
    found = heat.heat_map(unit(campaign, "org"), viewer(hana_like))

    field = next(row for row in found.rows if row.name == "Field")
    assert {cell.flag_words for cell in field.cells if cell.construct is Construct.CHARACTERISTICS} == {
        "lower than the rest"
    }


def test_a_map_too_long_for_a_page_shows_the_level_below_and_says_what_is_left_out(campaign, hana_like, monkeypatch):
    monkeypatch.setattr(heat, "UNITS_ON_A_PAGE", 4)
    top, reader = unit(campaign, "org"), viewer(hana_like)

    short, whole = heat.heat_map(top, reader), heat.heat_map(top, reader, whole=True)

    assert [(row.name, row.depth) for row in short.rows] == [("Org", 0), ("Service", 1), ("Field", 1), ("Sales", 1)]
    assert (short.left_out, len(whole.rows), whole.left_out) == (3, 7, 0)


def test_how_many_units_see_a_c_alike_counts_all_of_both_levels(campaign, hana_like):
    top, reader = unit(campaign, "org"), viewer(hana_like)
    words = [
        score.agreement
        for row in heat.heat_map(top, reader, whole=True).rows[1:]
        for score in row.cells
        if score.construct is Construct.COMMITMENT and score.agreement
    ]

    assert words
    assert heat.alike(top, reader, Construct.COMMITMENT) == (sum(word in heat.ALIKE for word in words), len(words))


def test_items_say_shares_in_large_groups_and_bounds_in_small_ones(campaign, hana_like):
    org = statements.items(unit(campaign, "org"), Construct.COMMITMENT)
    south = statements.items(unit(campaign, "south"), Construct.COMMITMENT)

    assert [row.code for row in org] == ["COM1", "COM2", "COM3", "COM4", "COM5"]
    assert org[0].favourable.endswith("%")
    assert sum(org[0].shares) == pytest.approx(1)
    assert org[4].note == "Turned round: disagreeing is the good answer here"
    assert south[0].distribution is None
    assert south[0].n == 7


def test_sliders_say_how_far_and_where_to(campaign, hana_like):
    leaders = results.leaders_release(campaign, viewer(hana_like))
    pair = statements.sliders(unit(campaign, "org"), leaders)[0]

    assert (pair.today, pair.desired, pair.shift, pair.words) == (20, 45, 25, "large shift toward Cost")
    assert statements.sliders(unit(campaign, "org"), leaders)[1].hidden == "Not shown: fewer than 5 answers."


@pytest.mark.parametrize(
    ("shift", "words"),
    [(0, "about right"), (-9.9, "about right"), (10, "some shift toward Cost"), (-20, "large shift toward Quality")],
)
def test_e17_shift_in_words(shift, words):
    assert statements.shift_words(shift, "Quality", "Cost") == words


def test_comments_are_for_heads_and_hr(campaign, people, hana_like):
    org, north = unit(campaign, "org"), unit(campaign, "north")

    assert statements.comments(north, viewer(employee_of("north"))).hidden.startswith("Comments are read by")
    assert statements.comments(north, viewer(people["north"])).count == 12
    assert statements.comments(org, viewer(people["north"])).questions == ()
    assert statements.comments(org, viewer(hana_like)).count > 12
    executive = EmployeeFactory(unit=Unit.objects.get(key="org"))
    grant(executive, RoleGrant.Role.EXECUTIVE)
    assert statements.comments(org, viewer(executive)).count > 12
    assert statements.comments(north, viewer(executive)).count == 0


def test_p4_too_few_comments_are_said_in_words(campaign, people):
    Unit.objects.filter(key="south").update(head=people["north"])

    read = statements.comments(unit(campaign, "south"), viewer(people["north"]))

    assert read.hidden == "Not shown: a unit's comments need 10 answers and 5 comments."


def test_p7_results_read_stored_cells_only(campaign, hana_like):
    Response.objects.all().delete()

    assert results.unit_results(unit(campaign, "org"), viewer(hana_like)).scores.overall is not None


def test_p11_no_role_reads_a_hidden_unit(campaign, hana_like):
    hidden = UnitRelease.objects.exclude(hidden="").filter(unit__campaign=campaign)

    assert {(row.answers, bytes(row.constructs), bytes(row.items)) for row in hidden} == {(None, b"", b"")}


def _reader(campaign, employee):
    who = viewer(employee)
    who.roles  # noqa: B018 - the request has read them already
    place = UnitSnapshot.objects.get(campaign=campaign, place=1)
    return who, place


def test_pages_of_results_cost_the_same_at_any_size(campaign, hana_like, django_assert_max_num_queries):
    who, top = _reader(campaign, hana_like)
    with django_assert_max_num_queries(6):
        results.unit_results(top, who)
    with django_assert_max_num_queries(4):  # one of them counts the units
        heat.heat_map(top, who)
    with django_assert_max_num_queries(5):
        statements.items(top)


def test_a_pulse_shows_statements_and_no_construct(db):
    factories.company({"north": 12})
    campaign = factories.open_campaign(form=factories.form("employee_pulse"))
    factories.answer_all(campaign, {"STR1": "4", "OUT1": "2"})
    factories.close(campaign)
    person = EmployeeFactory(unit=Unit.objects.get(key="org"))
    grant(person, RoleGrant.Role.HR_ADMIN)

    read = results.unit_results(unit(campaign, "org"), viewer(person))

    assert read.scores.constructs == ()
    assert read.scores.overall is None
    rows = {row.code: row for row in statements.items(unit(campaign, "org"))}
    assert rows["STR1"].favourable_percent == 100
    assert rows["CPY5"].hidden == "Not shown: fewer than 5 answers."


# --- the questionnaire as a person sees it -----------------------------------------------------------------------------


@pytest.fixture
def invitation(people):
    campaign = factories.open_campaign()
    return factories.invitation_of(campaign, employee_of("north"))


def test_pages_follow_the_form_and_fill_in_the_organisation(invitation):
    pages = [answering.page(invitation, number) for number in range(1, 11)]

    assert answering.page(invitation, 11) is None
    assert [page.kind for page in pages] == ["statements"] * 8 + ["sliders", "comments"]
    assert pages[0].construct is Construct.STRATEGY
    assert pages[2].notes == ('"Senior leaders" means the people who run Tarnbrook Climate Systems as a whole.',)
    assert [option.value for option in pages[0].questions[0].options] == ["1", "2", "3", "4", "5", "na"]
    assert pages[2].done_percent == 20
    assert (pages[0].minutes_left, pages[9].minutes_left) == (10, 2)


def test_statements_stand_in_an_order_of_ones_own_that_stays(invitation):
    other = factories.invitation_of(invitation.campaign, employee_of("south"))

    orders = [
        tuple(question.field for page in range(1, 8) for question in answering.page(who, page).questions)
        for who in (invitation, invitation, other)
    ]

    assert orders[0] == orders[1] != orders[2]


def test_a_person_resumes_with_the_saved_answers(invitation):
    at = timezone.now()
    given = {"STR1": "4", "STR2": "na", "SL1.today": "35", "C1": "More time"}
    services.save_answers(invitation, answers=given, sequence=77, at=at)

    first = answering.page(invitation, 1)
    values = {question.field: question.value for question in first.questions}
    assert (values["STR1"], values["STR2"], values["STR3"], first.sequence) == ("4", "na", "", 77)
    assert answering.page(invitation, 9).questions[0].today == "35"
    assert answering.check(invitation).answered == 3
    assert answering.intro(invitation).next_page == 2
    assert answering.intro(invitation).has_draft
    assert [line.answer for line in answering.draft_lines(invitation)] == [
        "Agree",
        "Does not apply or I do not know",
        "35",
        "More time",
    ]


def test_my_data_hold_participation_and_the_draft_but_no_answer_once_sent(invitation):
    services.save_answers(invitation, answers={"STR1": "4"}, sequence=1, at=timezone.now())
    drafted = personal.about(invitation.employee.user)[0]
    services.submit(invitation, at=timezone.now())
    sent = personal.about(invitation.employee.user)[0]

    assert (drafted["answered"], [line["answer"] for line in drafted["draft"]]) == (False, ["Agree"])
    assert (sent["answered"], sent["draft"]) == (True, [])


def test_the_introduction_names_who_sees_what(invitation):
    intro = answering.intro(invitation)

    assert (intro.minutes, intro.statements, intro.pairs, intro.comments) == (10, 40, 7, 2)
    assert (intro.counted_in, intro.counted_here) == ("North", 12)
    assert [watcher.who for watcher in intro.watchers] == [
        "You and all colleagues",
        "Head north, head of North",
        "Head service, head of Service",
        "Executives",
        "HR",
    ]


def test_my_invitations_list_open_ones_with_those_to_answer_first(invitation, people):
    second = factories.open_campaign(title="Second")
    factories.answer(invitation, {"STR1": "4"})
    who = viewer(invitation.employee)

    cards = answering.my_invitations(who, at=timezone.now())

    assert [(card.campaign_pk, card.answered) for card in cards] == [
        (second.pk, False),
        (invitation.campaign_id, True),
    ]
    assert answering.my_invitations(who, at=second.closes_at) == []
