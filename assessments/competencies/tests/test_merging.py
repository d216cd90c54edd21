"""Two competencies that say the same become one; nothing that was assessed is rewritten."""

import pytest

from assessments.competencies import services as library
from assessments.competencies.models import Competency, CompetencyVersion
from assessments.competencies.queries import profiles as grids
from assessments.competencies.services import merging
from assessments.competencies.tests.factories import AT, draft_of
from core.models import AuditEntry, Notification
from people.models import JobRole

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library", "cast")]


def competency(key: str) -> Competency:
    return Competency.objects.get(key=key)


def merge(key: str, into: str, note: str = "They say the same."):
    return merging.merge(competency(key), competency(into), change_note=note, by=None, at=AT)


def needs(role: str) -> dict[str, tuple[int, bool]]:
    grid = grids.profile_grid()
    pk = JobRole.objects.get(key=role).pk
    return {key: (cell.level, cell.is_focus) for (role_id, key), cell in grid.cells.items() if role_id == pk}


def test_role_profiles_follow_at_the_higher_level_and_with_the_focus_of_either():
    before = needs("account_manager")  # listening 4 with focus, insight 3 with focus
    assert (before["clarity"], before["listening"]) == ((4, False), (4, True))

    saved = merge("listening", "clarity")

    after = needs("account_manager")
    assert after["clarity"] == (4, True)
    assert "listening" not in after
    assert needs("executive")["clarity"] == (5, False)
    assert (saved.number, saved.change_note[:45]) == (2, "Listening for needs merged into Speaking and ")


def test_the_merged_one_is_retired_keeps_its_page_and_points_to_the_other(client_of, eve):
    version = competency("listening").versions.get()

    merge("listening", "clarity")

    version.refresh_from_db()
    assert version.state == "retired"
    client = client_of(eve)
    assert 'Merged into <a href="/competencies/clarity/">' in client.get("/competencies/listening/").text
    assert 'Took in <a href="/competencies/listening/">' in client.get("/competencies/clarity/").text
    assert AuditEntry.objects.get(verb="merged").changes["note"] == "They say the same."


def test_levels_count_for_the_one_that_took_its_place_along_a_chain():
    merge("listening", "clarity")
    merge("clarity", "recovery")

    assert {competency(key).counts_for_id for key in ("listening", "clarity")} == {competency("recovery").pk}


def test_those_whose_role_changes_are_told_and_nobody_else(eve, max):
    eve.job_role = JobRole.objects.get(key="account_manager")
    eve.save(update_fields=["job_role"])

    merge("listening", "clarity")

    told = Notification.objects.get(key__startswith="role-profiles:")
    assert (told.to, told.url) == (eve.user, "/competencies/expected/")
    assert told.text.startswith("What your role needs has changed: Listening for needs merged into")


@pytest.mark.parametrize(
    ("prepare", "into", "note", "said"),
    [
        (None, "listening", "Same.", "Choose another competency"),
        (None, "clarity", "  ", "Say in a sentence why"),
        ("draft", "clarity", "Same.", "Publish or discard the draft"),
        ("retired", "clarity", "Same.", "Only a competency in use"),
    ],
)
def test_a_merge_that_cannot_be_is_refused_and_changes_nothing(prepare, into, note, said):
    if prepare == "draft":
        draft_of("listening")
    if prepare == "retired":
        library.retire(competency("clarity"), by=None, at=AT)

    with pytest.raises(library.NotReady if prepare is None else library.NotNow, match=said):
        merge("listening", into, note)

    assert competency("listening").merged_into is None
    assert CompetencyVersion.objects.published().filter(competency__key="listening").exists()


def test_a_merged_competency_takes_no_new_words():
    merge("listening", "clarity")

    with pytest.raises(library.NotNow, match="merged into another one"):
        draft_of("listening")


def test_hr_merges_in_the_browser(client_of, hana):
    hr = client_of(hana)
    page = hr.get("/competencies/listening/merging/").text
    assert "8 roles of 0 people need the other one from now on" in " ".join(page.split())

    answer = hr.post("/competencies/listening/merging/", {"into": "clarity", "change_note": "Same."}, follow=True)

    assert "Role profiles and levels agreed earlier follow" in answer.text
    assert hr.post("/competencies/insight/merging/", {"into": "listening", "change_note": "x"}).status_code == 422
