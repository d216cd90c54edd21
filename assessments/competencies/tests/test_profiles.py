"""Role profiles: the grid for all, its next version by HR."""

import pytest

from assessments.competencies.models import Expectation, ProfileSet, RoleProfile
from assessments.competencies.queries import profiles as reads
from assessments.competencies.tests.factories import publish
from core.models import Notification
from people.models import JobRole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library", "cast")]

GRID, EDIT = "/competencies/profiles/", "/competencies/profiles/edit/"


@pytest.fixture
def hr(client_of, hana):
    return client_of(hana)


@pytest.fixture
def agent(eve):
    eve.job_role = JobRole.objects.get(key="frontline_agent")
    eve.save(update_fields=["job_role"])
    return eve.job_role


def typed(do="save", follows=1, note="Calls got harder.", **cells):
    """The whole grid as the editor posts it. Cells by "role__competency": level, or (level, True) for focus."""
    data = {"follows": follows, "change_note": note, "do": do}
    for (role, key), cell in reads.profile_grid().cells.items():
        name = JobRole.objects.get(pk=role).key
        chosen = cells.pop(f"{name}__{key}", (cell.level, cell.is_focus))
        level, is_focus = chosen if isinstance(chosen, tuple) else (chosen, cell.is_focus)
        data[f"level-{role}-{key}"] = level
        if is_focus:
            data[f"focus-{role}-{key}"] = "1"
    return {**data, **cells}


def need(role, key, number):
    found = Expectation.objects.filter(
        profile__profile_set__number=number, profile__job_role__key=role, competency__key=key
    ).first()
    return (found.required_level, found.is_focus) if found else None


def test_everybody_reads_the_grid(client_of, cast):
    for person in (cast.eve, cast.max, cast.hana, cast.ada, cast.ingrid):
        page = client_of(person).get(GRID)
        assert page.status_code == 200
        assert "Service team lead" in page.text


def test_a_changed_level_becomes_the_next_version_and_the_old_one_stays(hr, agent):
    answer = hr.post(EDIT, typed(frontline_agent__insight=(3, True)), follow=True)

    assert "Role profiles, version 2, are in use" in answer.text
    assert need("frontline_agent", "insight", 1) == (2, False)
    assert need("frontline_agent", "insight", 2) == (3, True)
    assert need("executive", "direction", 2) == (5, True)
    assert RoleProfile.objects.get(profile_set__number=2, job_role=agent).purpose.startswith("Answers customers'")


def test_level_zero_takes_a_competency_out_of_the_role(hr):
    hr.post(EDIT, typed(frontline_agent__direction=0))

    assert need("frontline_agent", "direction", 2) is None


def test_whom_it_affects_is_shown_before_saving(hr, agent):
    answer = hr.post(EDIT, typed(do="check", frontline_agent__insight=3, frontline_agent__direction=2))

    assert answer.status_code == 200
    assert "Unsaved changes: <span data-unsaved-count>2</span>" in answer.text
    assert "They affect 1 person: front-line service agent" in answer.text
    assert answer.text.count(" edited") == 2 + 1  # two cells and the legend
    assert ProfileSet.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"note": "", "frontline_agent__insight": 3}, "This field is required"),
        ({}, "Nothing has changed"),
        ({"frontline_agent__insight": 9}, "Nothing has changed"),  # a level that does not exist is not taken
    ],
)
def test_a_version_wants_a_change_and_a_note(hr, changed, words):
    answer = hr.post(EDIT, typed(**changed))

    assert answer.status_code == 422
    assert words in answer.text
    assert ProfileSet.objects.count() == 1


def test_t55_f24_the_second_of_two_editors_keeps_what_was_typed(hr):
    opened = typed(frontline_agent__insight=4)
    hr.post(EDIT, typed(frontline_agent__insight=3, note="Hers."))

    answer = hr.post(EDIT, opened)

    assert answer.status_code == 409
    assert "Version 2 was saved while you were editing version 1" in answer.text
    assert need("frontline_agent", "insight", 2) == (3, False)
    assert 'name="follows" value="2"' in answer.text
    cells = [cell for g in answer.context["form"].groups() for row in g.rows for cell in row.cells]
    assert [cell.level for cell in cells if cell.is_edited] == [4]

    hr.post(EDIT, {**opened, "follows": 2})
    assert need("frontline_agent", "insight", 3) == (4, False)


@pytest.mark.parametrize("do", ["save", "check"])
def test_t55_what_somebody_else_changed_in_between_is_not_taken_back(hr, do):
    """Both cells of hers stay, also the one that the second editor had on the page in its old state."""
    opened = typed(do=do, frontline_agent__insight=4)
    hr.post(EDIT, typed(executive__direction=4, frontline_agent__insight=3, note="Hers."))

    answer = hr.post(EDIT, opened)

    assert "was saved while you were editing" in answer.text
    assert "In 1 cell you and it differ" in answer.text
    assert "What version 2 changed: 2 needs" in answer.text
    shown = {f"level-{role}-{key}": cell.level for (role, key), cell in answer.context["form"].cells.items()}
    focus = {f"focus-{role}-{key}": "1" for (role, key), cell in answer.context["form"].cells.items() if cell.is_focus}
    hr.post(EDIT, {**shown, **focus, "follows": 2, "change_note": "His.", "do": "save"})
    assert need("executive", "direction", 3)[0] == 4
    assert need("frontline_agent", "insight", 3)[0] == 4


def test_a_role_is_left_out_and_its_people_are_told(hr, agent, eve):
    job_role = RoleProfile.objects.get(profile_set__number=1, job_role=agent).job_role
    left_out = {f"drop-{job_role.pk}": "1"}

    checked = hr.post(EDIT, typed(do="check", **left_out))
    assert "will have no profile" in checked.text
    assert "They affect 1 person" in checked.text
    hr.post(EDIT, typed(**left_out))

    assert not RoleProfile.objects.filter(profile_set__number=2, job_role=job_role).exists()
    assert RoleProfile.objects.filter(profile_set__number=2).count() == 7
    assert Notification.objects.filter(to=eve.user, text__startswith="What your role needs has changed").exists()
    assert "not part of the role" in hr.get(GRID, {"version": "2"}).text


def test_e7_what_is_expected_of_me_says_how_it_came_about(client_of, hr, agent, eve):
    hr.post(EDIT, typed(executive__direction=4, note="Not about agents."))
    hr.post(EDIT, typed(follows=2, frontline_agent__insight=3, note="Calls got harder."))
    publish("listening", definition="Hears what a customer needs and says it back.")

    page = client_of(eve).get("/competencies/expected/").text

    history = page[page.index("How this came about") :]
    assert "Role profiles, version 3" in history
    assert "Calls got harder." in history
    assert "What changed for you: 1 need" in history
    assert "Role profiles, version 1" in history
    assert "Not about agents." not in history
    assert "Listening for needs, version 2" in history
    assert "Clearer words." in history


def test_a_role_is_added_as_a_copy_of_another(hr):
    night = JobRole.objects.create(key="night_agent", name="Night agent")
    source = JobRole.objects.get(key="frontline_agent")

    shown = hr.post(EDIT, typed(do="add", add_role=night.pk, copy_of=source.pk))
    assert "Night agent" in shown.text
    assert ProfileSet.objects.count() == 1

    column = {
        (f"level-{night.pk}-{key}"): cell.level
        for (role, key), cell in shown.context["form"].cells.items()
        if role == night.pk
    }
    hr.post(EDIT, {**typed(), "role": night.pk, **column})

    assert need("night_agent", "listening", 2) == (3, False)
    assert RoleProfile.objects.filter(profile_set__number=2).count() == 9


def test_t57_strange_input_is_no_crash(hr):
    for data in (
        {"do": "add", "add_role": "x", "copy_of": "y"},
        {"do": "add", "add_role": "²", "role": "²"},
        {"do": "add", "add_role": JobRole.objects.create(key="night_agent", name="Night agent").pk, "copy_of": "²"},
        {"do": "save", "follows": "x", "role": "99999999"},
        {"do": "nonsense"},
    ):
        assert hr.post(EDIT, data).status_code in (200, 422)
    for version in ("x", "7", "²", "9" * 18, "9" * 5000):
        assert hr.get(GRID, {"version": version}).status_code == 404


def test_older_versions_stay_readable(hr):
    hr.post(EDIT, typed(frontline_agent__insight=3))

    assert "You are reading an older version" in hr.get(GRID, {"version": "1"}).text


def test_a_role_page_shows_the_indicators_of_the_needed_level(client_of, eve):
    page = client_of(eve).get("/competencies/profiles/frontline_agent/").text

    assert "Answers customers&#x27; questions" in page
    assert "Notices what is left unsaid" in page
    assert "Sums up the need in own words" not in page
    assert client_of(eve).get("/competencies/profiles/nobody/").status_code == 404
