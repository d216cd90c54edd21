"""Levels as files: what the pages show, hidden in words, for nobody else, and never a formula."""

import pytest

from assessments.reviews.models import LevelSummary, UnitLevel, UnitSummary
from assessments.reviews.tests.factories import agree, assessment_of, review_of, share, share_both
from core import tables
from core.models import AuditEntry
from people.models import Unit

pytestmark = pytest.mark.django_db
TEAM = "/reviews/team/competencies/export/"


@pytest.fixture
def cycle(live_cycle):
    return live_cycle


def lines_of(response) -> list[list[str]]:
    assert response.status_code == 200
    return tables.read("levels.csv", response.content)


def test_row_32_the_team_as_a_file_holds_what_the_page_shows_and_only_the_own_team(
    cycle, client_of, cast, max, eve, ed, now
):
    share_both(eve, own={"listening": 3}, manager={"listening": 2}, at=now)
    agree(assessment_of(eve), at=now, listening=1)
    share(review_of(ed), at=now, listening=5)
    share_both(cast.sam, at=now)

    lines = lines_of(client_of(max).post(TEAM, {"format": "csv"}))

    assert {line[0] for line in lines[1:]} == {eve.name, ed.name}
    listening = next(line for line in lines if line[:1] == [eve.name] and line[2].startswith("Listening"))
    assert listening[3:] == ["1", "3", "2 below", "yes", "agreed", "rules or targets"]
    of_ed = [line for line in lines if line[0] == ed.name]
    assert of_ed == [[ed.name, "Front-line service agent", "", "Not shown: your review is not shared yet"]]
    sheet = tables.read("team.xlsx", client_of(max).post(TEAM, {"format": "xlsx"}).content)
    assert sheet[0][:2] == ["Person", "Job role"]
    assert listening[2] in sheet[0]
    assert "1 of 3" in next(line for line in sheet if line[0] == eve.name)

    for person in (eve, cast.hana, cast.ada, cast.petra):
        assert client_of(person).post(TEAM, {"format": "csv"}).status_code == 403
    of_uma = str(lines_of(client_of(cast.uma).post(TEAM, {"format": "csv"})))
    assert eve.name not in of_uma, "the manager's manager reads counts only"


def test_row_26_t52_drafts_are_in_no_file(cycle, client_of, max, eve, now):
    share(review_of(eve), at=now)
    text = client_of(max).post(TEAM, {"format": "csv"}).text

    assert "Not shown: your review is not shared yet" in text
    assert "own view" not in text


def test_taking_levels_away_is_written_down_for_whom_it_is_about(cycle, client_of, max, eve, ed, now):
    share_both(eve, at=now)

    client_of(max).post(TEAM, {"format": "csv"})

    assert [entry.about for entry in AuditEntry.objects.filter(verb="viewed")] == [eve.user]
    entry = AuditEntry.objects.get(verb="exported the team's levels of")
    assert (entry.actor, entry.changes) == (max.user, {"people": 1, "file": "csv"})


def test_t53_names_in_files_are_never_formulas(cycle, client_of, max, eve, now):
    share_both(eve, at=now)
    eve.name = '=HYPERLINK("https://evil.example";"open")'
    eve.save(update_fields=["name"])

    assert "'=HYPERLINK" in client_of(max).post(TEAM, {"format": "csv"}).text
    response = client_of(max).post(TEAM, {"format": "xlsx"})
    assert b"<f>" not in response.content
    assert any(line[0] == eve.name for line in tables.read("team.xlsx", response.content))


def test_a_file_of_no_kind_or_no_cycle_is_not_found(cycle, client_of, max):
    client = client_of(max)
    assert client.post(TEAM, {"format": "pdf"}).status_code == 404
    assert client.post(TEAM, {"format": "csv", "cycle": "999999"}).status_code == 404


@pytest.fixture
def summary(cycle, cast, today):
    """Helpdesk with nine people in one competency, of which another is hidden; Sales wholly hidden."""
    summary = LevelSummary.objects.create(cycle=cycle, made_on=today, people=20)
    versions = [pin.version for pin in cycle.pinned.select_related("version").order_by("order")]
    for unit in Unit.objects.filter(key__in=["company", "helpdesk", "sales"]).order_by("position"):
        row = UnitSummary.objects.create(
            summary=summary,
            unit=unit,
            name=unit.name,
            place=unit.position,
            last_place=unit.last_position,
            depth=unit.depth,
        )
        for place, version in enumerate(versions):
            hidden = "few" if unit.key == "sales" else "neighbour" if place == 1 else ""
            numbers = {} if hidden else {"people": 9, "at_level": 6, "missing": 4, "context_percent": None}
            UnitLevel.objects.create(unit=row, version=version, hidden=hidden, **numbers)
    return summary


def test_row_32_t40_levels_of_many_as_a_file_say_in_words_what_is_hidden(summary, client_of, cast):
    top = UnitSummary.objects.get(depth=0)
    lines = lines_of(client_of(cast.ada).get(f"/reviews/levels/{top.pk}/export/csv/"))

    own = [line for line in lines if line[0] == top.name]
    assert own[0][3:] == ["67", "9", "0.4", "Not shown: fewer than five gaps"]
    assert own[1][3:] == ["Not shown, so that a small neighbouring group stays private."] * 4
    sheets = client_of(cast.hana).get(f"/reviews/levels/{top.pk}/export/xlsx/").content
    assert tables.read("levels.xlsx", sheets) == lines

    sales = UnitSummary.objects.get(unit__key="sales")
    hidden = lines_of(client_of(cast.sam).get(f"/reviews/levels/{sales.pk}/export/csv/"))
    assert {cell for line in hidden[1:] for cell in line[3:]} == {"Not shown: fewer than 5 people."}


def test_row_32_levels_of_many_as_a_file_are_for_those_who_open_the_page(summary, client_of, cast):
    helpdesk = UnitSummary.objects.get(unit__key="helpdesk").pk
    url = f"/reviews/levels/{helpdesk}/export/csv/"
    assert client_of(cast.max).get(url).status_code == 200
    assert client_of(cast.sam).get(url).status_code == 404, "the head of another unit"
    assert client_of(cast.eve).get(url).status_code == 403
