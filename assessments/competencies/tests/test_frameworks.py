"""HR builds frameworks: clusters, three to six levels, a copy, and one put into use."""

import pytest

from assessments.competencies import services as library
from assessments.competencies.models import Competency, CompetencyVersion, Framework, ProfileSet, RoleProfile
from assessments.competencies.queries import profiles as grids
from assessments.competencies.queries import texts
from assessments.competencies.services import documents
from assessments.competencies.services import frameworks as services
from assessments.competencies.services.frameworks import ClusterWords, LevelWords
from assessments.competencies.tests.factories import AT, draft_of, publish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("library", "cast")]

NAMES = ("Starting", "Applying", "Skilled", "Guiding", "Shaping", "Leading the field", "Beyond")


def levels(number: int, **first) -> list[LevelWords]:
    return [LevelWords(name, "", "", f"{name} in a sentence.") for name in NAMES[:number]]


@pytest.fixture
def shipped():
    return Framework.objects.get()


@pytest.fixture
def hr(client_of, hana):
    return client_of(hana)


def copy_of(shipped, number):
    return services.create(f"With {number}", "A trial.", levels(number), copy_of=shipped, by=None, at=AT)


@pytest.mark.parametrize(("number", "is_allowed"), [(2, False), (3, True), (4, True), (6, True), (7, False)])
def test_a_framework_has_three_to_six_levels(number, is_allowed):
    if not is_allowed:
        with pytest.raises(library.NotReady, match="3 to 6 levels"):
            services.create("Sales craft", "", levels(number), copy_of=None, by=None, at=AT)
        return
    framework = services.create("Sales craft", "", levels(number), copy_of=None, by=None, at=AT)

    assert [level.value for level in texts.scale_levels(framework)] == list(range(1, number + 1))
    assert (framework.key, framework.state) == ("sales-craft", "draft")


def test_a_copy_with_as_many_levels_is_ready_and_one_with_fewer_waits_for_indicators(shipped):
    same, fewer = copy_of(shipped, 5), copy_of(shipped, 3)

    published = CompetencyVersion.objects.issued_now()
    assert published.filter(competency__framework=same).count() == 12
    assert published.filter(competency__framework=fewer).count() == 0
    draft = texts.editable(fewer.competencies.first())
    assert set(texts.indicators_of(draft)) == {1, 2, 3}
    assert max(cell.level for cell in grids.profile_grid(same).cells.values()) == 5
    assert ProfileSet.objects.filter(framework=fewer).get().profiles.count() == 8


def test_what_is_prepared_beside_counts_nowhere_until_it_is_put_into_use(shipped, eve, client_of, hr):
    same = copy_of(shipped, 5)
    key = same.competencies.first().key

    assert CompetencyVersion.objects.published().count() == 12
    assert grids.newest_profile_set().framework == shipped
    assert client_of(eve).get(f"/competencies/{key}/").status_code == 404
    assert client_of(eve).get(f"/competencies/?framework={same.key}").status_code == 404
    assert hr.get(f"/competencies/?framework={same.key}").status_code == 200

    hr.post(f"/competencies/frameworks/{same.key}/adoption/")

    assert set(CompetencyVersion.objects.published().values_list("competency__framework", flat=True)) == {same.pk}
    assert grids.newest_profile_set().framework == same
    assert client_of(eve).get(f"/competencies/{key}/").status_code == 200
    shipped.refresh_from_db()
    assert shipped.state == Framework.State.RETIRED


def test_a_framework_without_competencies_or_role_profiles_is_not_put_into_use():
    empty = services.create("Empty", "", levels(3), copy_of=None, by=None, at=AT)

    with pytest.raises(library.NotReady, match="Publish its competencies first"):
        services.adopt(empty, by=None, at=AT)


def reword(framework, words, note="Plainer."):
    mark = texts.mark_of_levels(framework)
    return services.save_levels(framework, words, started_from=mark, change_note=note, by=None, at=AT)


def test_reworded_levels_make_a_new_version_of_everything_and_leave_the_old_ones(shipped):
    before = texts.published_of(Competency.objects.get(key="listening"))

    scale = services.save_levels(
        shipped, levels(5), started_from=texts.mark_of_levels(shipped), change_note="Plainer words.", by=None, at=AT
    )

    now = texts.published_of(before.competency)
    assert (now.number, now.scale, now.change_note) == (2, scale, "Plainer words.")
    assert texts.wording_of(now) == texts.wording_of(before)
    assert set(CompetencyVersion.objects.published().values_list("scale", flat=True)) == {scale.pk}
    before.refresh_from_db()
    assert before.scale_id != scale.pk
    assert before.state == "retired"


def test_levels_wait_for_drafts_and_keep_their_number_once_competencies_are_written(shipped):
    with pytest.raises(library.NotNow, match="written for 5 levels"):
        services.save_levels(
            shipped, levels(4), started_from=texts.mark_of_levels(shipped), change_note="Fewer.", by=None, at=AT
        )
    draft_of("listening")
    with pytest.raises(library.NotNow, match="Publish or discard these drafts first: Listening for needs"):
        services.save_levels(
            shipped, levels(5), started_from=texts.mark_of_levels(shipped), change_note="Plainer.", by=None, at=AT
        )


def test_clusters_are_added_reworded_ordered_and_removed(shipped):
    rows = [ClusterWords(one.key, one.name, one.text) for one in shipped.clusters.all()]
    new = ClusterWords("", "Selling", "Winning business fairly.")

    services.save_clusters(shipped, [new, *reversed(rows)], started_from=texts.mark_of_clusters(shipped), by=None)
    assert [one.name for one in shipped.clusters.all()] == ["Selling", *(row.name for row in reversed(rows))]

    services.save_clusters(shipped, rows, started_from=texts.mark_of_clusters(shipped), by=None)
    assert not shipped.clusters.filter(name="Selling").exists()
    with pytest.raises(library.NotNow, match="Competencies stand in"):
        services.save_clusters(shipped, rows[1:], started_from=texts.mark_of_clusters(shipped), by=None)


def test_t55_the_second_of_two_editors_of_clusters_and_levels_is_told_and_keeps_what_was_typed(hr, shipped):
    url = f"/competencies/frameworks/{shipped.key}"
    row = {
        f"cluster_{part}": [getattr(one, part) for one in shipped.clusters.all()] for part in ("key", "name", "text")
    }
    rows = {**row, "cluster_place": ["1", "2", "3", "4"], "started_from": texts.mark_of_clusters(shipped)}
    hr.post(f"{url}/clusters/", {**rows, "cluster_name": ["First", *row["cluster_name"][1:]]})

    late = hr.post(f"{url}/clusters/", {**rows, "cluster_name": ["Second", *row["cluster_name"][1:]]})

    assert late.status_code == 409
    assert "Now they are: First" in late.text
    assert 'value="Second"' in late.text
    typed = {f"level_{part}": [f"{part} {n}" for n in range(5)] for part in ("name", "freedom", "reach", "text")}
    typed |= {"started_from": "1", "change_note": "Plainer."}
    assert hr.post(f"{url}/levels/", typed).status_code == 302
    late = hr.post(f"{url}/levels/", {**typed, "level_name": [f"Other {n}" for n in range(5)]})
    assert late.status_code == 409
    assert "Other 3" in late.text


def test_competencies_are_put_in_order_within_their_cluster(hr, shipped):
    page = hr.get(f"/competencies/frameworks/{shipped.key}/")
    placed = page.context["page"].order
    last = [one for one in placed if one.cluster == "Delivering service"][-1]
    typed = {"key": [one.key for one in placed], "place": ["1" if one == last else str(one.place) for one in placed]}
    typed["started_from"] = texts.mark_of_order(shipped)

    hr.post(f"/competencies/frameworks/{shipped.key}/order/", typed)

    now = hr.get(f"/competencies/frameworks/{shipped.key}/").context["page"].order
    assert [one.key for one in now if one.cluster == "Delivering service"][0] == last.key
    assert [one.key for one in now if one.cluster != last.cluster] == [
        one.key for one in placed if one.cluster != last.cluster
    ]
    late = hr.post(f"/competencies/frameworks/{shipped.key}/order/", typed)
    assert late.status_code == 409
    assert "Look at the order below again" in late.text


def test_what_documents_say_is_edited_in_the_browser(hr, shipped):
    url = f"/competencies/frameworks/{shipped.key}"
    assert "Set the scene: who, where, when?" in hr.get(f"{url}/").text

    words = {"purpose": "Helps us grow.", "name": "Star talk", "minutes": "45", "prompts": "What was it?\nAnd then?"}
    assert hr.post(f"{url}/guides/", words | {"minutes": "x"}).status_code == 422
    hr.post(f"{url}/guides/", words)

    shipped.refresh_from_db()
    profile = RoleProfile.objects.get(profile_set__framework=shipped, job_role__key="executive")
    star = documents.generate(profile, "star_interview", only_focus=True, by=None, at=AT)
    assert "# Star talk: Executive" in star.text
    assert "1. What was it?\n2. And then?" in star.text
    job = documents.generate(profile, "job_description", only_focus=True, by=None, at=AT)
    assert "Helps us grow." in job.text
    assert shipped.rating_guide["window_months"] == 6


def test_hr_does_all_of_it_in_the_browser(hr, shipped):
    answer = hr.post(
        "/competencies/frameworks/new/", {"name": "Lean", "purpose": "Three steps.", "levels": "3"}, follow=True
    )
    assert "“Lean” is in preparation." in answer.text
    lean = Framework.objects.get(name="Lean")
    clusters = {"cluster_key": ["", ""], "cluster_name": ["Serve", "Sell"], "cluster_text": ["All", ""]}
    hr.post(
        f"/competencies/frameworks/{lean.key}/clusters/",
        {**clusters, "cluster_place": ["²", "2"], "started_from": texts.mark_of_clusters(lean)},
    )
    typed = {f"level_{part}": [f"{part} {n}" for n in range(4)] for part in ("name", "freedom", "reach", "text")}
    hr.post(f"/competencies/frameworks/{lean.key}/levels/", typed | {"started_from": "1"})

    assert [one.name for one in lean.clusters.all()] == ["Sell", "Serve"]  # no number: last
    assert [level.name for level in texts.scale_levels(lean)] == ["name 0", "name 1", "name 2", "name 3"]
    editor = hr.get(f"/competencies/new/?framework={lean.key}").text
    assert 'name="indicator_4"' in editor
    assert 'name="indicator_5"' not in editor
    page = hr.post(f"/competencies/frameworks/{lean.key}/removal/", follow=True).text
    assert "“Lean” is thrown away." in page


def test_refusals_are_said_on_the_page(hr, shipped):
    url = f"/competencies/frameworks/{shipped.key}"

    assert "at least one cluster" in hr.post(f"{url}/clusters/", {}).text
    assert "3 to 6 levels" in hr.post(f"{url}/levels/", {}).text
    assert "Only a framework in preparation" in hr.post(f"{url}/removal/", follow=True).text
    assert "in use already" in hr.post(f"{url}/adoption/", follow=True).text
    assert hr.post(f"{url}/name/", {"name": ""}).status_code == 422


def test_t55_throwing_a_framework_away_twice_is_no_crash():
    lean = services.create("Lean", "", levels(3), copy_of=None, by=None, at=AT)
    seen_by_another = Framework.objects.get(pk=lean.pk)
    services.discard(lean, by=None)

    with pytest.raises(library.NotNow, match="thrown away already"):
        services.discard(seen_by_another, by=None)


def test_a_copied_competency_goes_its_own_way(shipped):
    same = copy_of(shipped, 5)

    publish("listening", name="Listening closely")

    copied = CompetencyVersion.objects.issued_now().get(competency__framework=same, name="Listening for needs")
    assert copied.number == 1
