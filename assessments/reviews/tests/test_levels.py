"""Levels of many: counted once when a cycle has closed, from five people up, the same for every reader."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.reviews import services
from assessments.reviews.models import AgreedLevel, LevelSummary, Rating, Review, ReviewCycle, UnitLevel, UnitSummary
from assessments.reviews.queries import asking
from assessments.reviews.queries.bridge import Bridge, BridgeLine
from assessments.reviews.queries.levels import LevelRow, levels_page, newest_unit
from assessments.reviews.schedule import count_levels
from assessments.reviews.services import summaries
from assessments.reviews.tests.factories import assessment_of, give_roles, running_cycle
from assessments.surveys.queries.results import ConstructScore
from core.constructs import Construct
from people import tree
from people.access import Viewer
from people.tests.factories import EmployeeFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(cast, now, today):
    """Helpdesk grows to nine under Max, three of them below level 3 in listening, one by two; Sales stays at two."""
    give_roles(cast)
    cast.more = [EmployeeFactory(unit=cast.helpdesk, manager=cast.max, job_role=cast.eve.job_role) for _ in range(7)]
    tree.renumber_line()
    later = today + timedelta(days=10)
    cycle = running_cycle(at=now, self_due_on=today, manager_due_on=today, closes_on=later)
    levels = [1, 2, 2, 3, 3, 3, 3, 4, 3]
    for person, level in zip([cast.eve, cast.ed, *cast.more], levels, strict=True):
        _share(person, level, at=now)
    return cycle


def _share(person, level, *, at):
    """Both views at the needed levels, the manager's with one for listening: as services.share would leave them."""
    for review in Review.objects.filter(assessment__employee=person).select_related("assessment__cycle"):
        Rating.objects.bulk_create(
            Rating(
                review=review,
                version=one.version,
                answer="rated",
                level=level if one.key == "listening" and not review.is_own else one.required,
                saved_at=at,
            )
            for one in asking.asked(review.assessment)
        )
    Review.objects.filter(assessment__employee=person).update(state="shared", shared_at=at)


@pytest.fixture
def closed(company, now):
    services.close(company, by=None, at=now)
    return ReviewCycle.objects.get(pk=company.pk)


def listening(unit):
    return UnitLevel.objects.get(unit__unit=unit, version__competency__key="listening")


def test_nothing_is_counted_while_a_cycle_runs_and_once_after(company, cast, now, today):
    count_levels()
    assert not LevelSummary.objects.exists()

    services.close(company, by=None, at=now)
    count_levels()

    row = listening(cast.helpdesk)
    assert (row.people, row.at_level, row.missing) == (9, 6, 4)
    assert LevelSummary.objects.get().people == 9


def test_t42_later_changes_move_no_number(closed, cast, now, today):
    first = summaries.summarise(closed, on=today)
    before = list(UnitLevel.objects.order_by("pk").values())

    assessment = assessment_of(cast.eve)
    version = listening(cast.helpdesk).version
    AgreedLevel.objects.create(
        assessment=assessment,
        version=version,
        competency=version.competency,
        level=5,
        agreed_on=today,
        set_by=cast.max.user,
    )
    cast.ed.unit = cast.sales
    cast.ed.save(update_fields=["unit"])

    assert summaries.summarise(closed, on=today + timedelta(days=1)) == first
    count_levels()
    assert list(UnitLevel.objects.order_by("pk").values()) == before


def test_levels_wait_for_the_end_of_the_calibration(closed, today):
    ReviewCycle.objects.update(calibrates=True, calibration_until=today)
    assert list(summaries.due_for_summary(on=today)) == []
    assert list(summaries.due_for_summary(on=today + timedelta(days=1))) == [closed]


def test_t40_small_units_are_hidden_in_words_and_stored_without_numbers(closed, cast, client_of, today):
    summaries.summarise(closed, on=today)
    small = UnitFactory(parent=cast.helpdesk)
    assert not UnitSummary.objects.filter(unit=small).exists()
    assert not UnitSummary.objects.filter(unit=cast.sales).exists(), "nobody there was assessed"

    hidden = UnitLevel.objects.exclude(hidden="")
    assert not hidden.exclude(people=None, at_level=None, missing=None, context_percent=None).exists()
    UnitLevel.objects.filter(unit__unit=cast.helpdesk).update(
        hidden="few", people=None, at_level=None, missing=None, context_percent=None
    )
    unit = UnitSummary.objects.get(unit=cast.helpdesk)
    text = client_of(cast.hana).get(f"/reviews/levels/{unit.pk}/").text
    assert "Not shown: fewer than 5 people." in text


def test_t41_a_neighbour_is_hidden_too_and_a_head_counts_above(company, cast, now, today):
    desk = UnitFactory(parent=cast.helpdesk, name="Night desk", head=cast.max)
    tree.renumber_units()
    for person in cast.more[:3]:
        person.unit = desk
        person.save(update_fields=["unit"])
    services.close(company, by=None, at=now)
    summaries.summarise(ReviewCycle.objects.get(), on=today)

    assert listening(desk).hidden == "few"
    assert listening(cast.helpdesk).people == 9


def test_who_reads_which_units(closed, cast, today, client_of):
    summaries.summarise(closed, on=today)
    top = UnitSummary.objects.get(unit=cast.company)

    def starts(person):
        unit = newest_unit(Viewer.of(person.user))
        return unit.unit if unit else None

    assert starts(cast.hana) == starts(cast.ada) == starts(cast.uma) == cast.company
    assert starts(cast.max) == starts(cast.petra) == cast.helpdesk
    assert starts(cast.sam) is None
    assert "No levels to read yet" in client_of(cast.sam).get("/reviews/levels/").text
    for person in (cast.max, cast.petra):
        assert client_of(person).get(f"/reviews/levels/{top.pk}/").status_code == 404
    for person in (cast.eve, cast.ingrid):
        assert client_of(person).get("/reviews/levels/").status_code == 403


def test_every_reader_gets_the_same_numbers_and_no_name(closed, cast, today, client_of):
    summaries.summarise(closed, on=today)
    unit = UnitSummary.objects.get(unit=cast.helpdesk)
    pages = {
        person: levels_page(
            UnitSummary.objects.select_related("summary__cycle").get(pk=unit.pk), Viewer.of(person.user)
        )
        for person in (cast.hana, cast.ada, cast.petra, cast.max)
    }
    assert len({str(page.rows) for page in pages.values()}) == 1
    text = client_of(cast.petra).get(f"/reviews/levels/{unit.pk}/").text
    assert "67%" in text
    assert "Eve Lind" not in text


def test_t62_the_page_takes_the_same_queries_for_any_number_of_units(closed, cast, today, client_of):
    client = client_of(cast.hana)

    def queries():
        with CaptureQueriesContext(connection) as found:
            assert client.get(f"/reviews/levels/{top.pk}/").status_code == 200
        return len(found)

    summary = summaries.summarise(closed, on=today)
    top = UnitSummary.objects.get(unit=cast.company)
    client.get(f"/reviews/levels/{top.pk}/")
    few = queries()
    for place in range(50, 80):
        UnitSummary.objects.create(summary=summary, unit=cast.office, name="X", place=place, last_place=place, depth=1)
    UnitSummary.objects.filter(pk=top.pk).update(last_place=99)
    assert queries() == few


# --- the bridge -------------------------------------------------------------------------------------------------------


def line(index, *percents, context=None):
    rows = tuple(
        LevelRow(SimpleNamespace(name=f"Skill {number}"), "", 100, percent, 50, context)
        for number, percent in enumerate(percents, start=1)
    )
    score = ConstructScore(Construct.COMMUNICATION, index=index, hidden="" if index else "Not shown.")
    return BridgeLine(Construct.COMMUNICATION, score, rows)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (line(50, 40, 80), "A weak C meets weak competencies: Skill 1."),
        (line(64, 64, 64), "A weak C meets weak competencies: Skill 1 and Skill 2."),
        (
            line(50, 40, context=60),
            "A weak C meets weak competencies: Skill 1. Half of the gaps or more lie with the context in Skill 1: "
            "training alone will not close them.",
        ),
        (line(50, 70), "People are at the needed levels. Look at rules, tools and leaders before any training."),
        (line(65, 40), "It stands well, although people fall short in Skill 1."),
        (line(70, 70), "Both stand well."),
        (line(50), "No competency carries it."),
        (line(None, 40), "There is no score to set beside it."),
    ],
)
def test_the_bridge_says_whether_to_train_or_to_mend(found, words):
    assert found.words == words
    assert Bridge("Pulse", "Summer", 9, 1, (found,)).meetings == ([found] if words.startswith("A weak C") else [])


def held(*rows):
    """Rows of (people, at level, percent of the gaps put down to the context)."""
    found = tuple(
        LevelRow(SimpleNamespace(name=f"Skill {number}"), "", people, at_level, 9, context)
        for number, (people, at_level, context) in enumerate(rows, start=1)
    )
    return BridgeLine(Construct.COMMUNICATION, None, found).in_the_way


def test_what_is_in_the_way_of_a_c_is_added_up_from_what_is_shown_of_its_competencies():
    found = held((30, 10, 75), (20, 10, 20), (12, 9, None))  # 20 gaps, 15 of them context; 10 gaps, 2

    assert (found.gaps, found.context, found.context_percent, found.person_percent) == (30, 17, 57, 43)
    assert [row.version.name for row in found.rows] == ["Skill 1", "Skill 2"]
    assert found.untold == 1
    assert found.words == ("More training would miss most of it: mend tools, rules and targets. Look first at Skill 1.")
    assert held((30, 10, 10), (20, 10, 60)).words == (
        "Mostly a matter of learning and practice, but not in Skill 2: mend what surrounds people there."
    )
    assert held((12, 9, None)) is None


def test_the_page_of_a_c_shows_levels_to_those_who_may_read_them(closed, cast, today, client_of):
    summaries.summarise(closed, on=today)

    page = client_of(cast.hana).get("/results/construct/communication/").text
    assert "people at the needed level" in page
    assert "What is in the way" in page
    for person in (cast.eve, cast.max, cast.petra):
        page = client_of(person).get("/results/construct/communication/").text
        assert "people at the needed level" not in page
        assert "What is in the way" not in page
    assert (
        "The seven Cs and the competencies that carry them"
        in client_of(cast.ada).get("/reviews/levels/", follow=True).text
    )
