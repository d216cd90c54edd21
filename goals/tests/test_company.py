"""People around a goal: comments, following, contributing, and the history of changes."""

import json
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from core.errors import DomainError
from core.models import AuditEntry, Notification
from goals import services
from goals.models import Comment, Follower, Goal
from goals.queries.personal import about
from goals.services import GuardrailPlan, PremortemPlan, company, erasure
from goals.tests.factories import NOON, TODAY, goal, plan
from goals.tests.test_pages import text_of
from people.access import Viewer

pytestmark = pytest.mark.django_db
LINE, PRIVATE = Goal.Visibility.LINE, Goal.Visibility.PRIVATE


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(NOON)


@pytest.fixture
def eves(cycle, cast) -> Goal:
    return goal(cast.eve, cycle, visibility=LINE, title="Low")


def say(on: Goal, by, text: str = "Well done") -> Comment:
    return company.comment(on, text=text, key=uuid4(), by=by, at=NOON)


def told(person) -> list[str]:
    return list(Notification.objects.filter(to=person.user).values_list("text", flat=True))


def test_a_comment_is_there_once_and_the_owner_hears_of_it(eves, cast, client_of):
    client, form = client_of(cast.max), {"text": "Which customers asked?", "key": str(uuid4())}

    for _ in range(2):
        answer = client.post(reverse("goals:comments", args=[eves.pk]), form)

    assert answer.status_code == 302
    assert Comment.objects.get().by == cast.max
    assert told(cast.eve) == ["Max Berg commented on “Low”."]
    assert "Which customers asked?" in text_of(client_of(cast.eve).get(eves.get_absolute_url()))


def test_an_empty_comment_comes_back_with_the_page(eves, cast, client_of):
    answer = client_of(cast.max).post(reverse("goals:comments", args=[eves.pk]), {"text": " ", "key": str(uuid4())})

    assert answer.status_code == 422
    assert "Write what you want to say first." in text_of(answer)


def test_t12_a_comment_is_text_and_never_markup(eves, cast, client_of):
    say(eves, cast.max, "<script>alert(1)</script>\n\nSecond <b>line</b>")

    page = text_of(client_of(cast.eve).get(eves.get_absolute_url()))

    assert "<script>alert(1)" not in page
    assert "&lt;b&gt;line&lt;/b&gt;" in page


def test_only_its_author_takes_a_comment_back_and_its_words_are_gone(eves, cast, client_of):
    said = say(eves, cast.max, "Too early to say")

    assert client_of(cast.eve).post(reverse("goals:comment_removal", args=[said.pk])).status_code == 403
    assert client_of(cast.olga).post(reverse("goals:comment_removal", args=[said.pk])).status_code == 404
    assert client_of(cast.max).post(reverse("goals:comment_removal", args=[said.pk])).status_code == 302

    assert not Comment.objects.exists()
    entry = AuditEntry.objects.get(verb="took back a comment on")
    assert "Too early" not in str(entry.changes)


def test_t02_nobody_comments_on_or_follows_a_goal_they_do_not_see(eves, cast, client_of):
    client = client_of(cast.olga)

    assert client.post(reverse("goals:comments", args=[eves.pk]), {"text": "x", "key": uuid4()}).status_code == 404
    assert client.post(reverse("goals:following", args=[eves.pk])).status_code == 404
    assert not Comment.objects.exists()
    assert not Follower.objects.exists()


def test_who_follows_hears_of_comments_until_they_stop(eves, cast, client_of):
    Goal.objects.filter(pk=eves.pk).update(visibility=Goal.Visibility.PUBLIC)
    client, address = client_of(cast.olga), reverse("goals:following", args=[eves.pk])
    client.post(address)
    client.post(address)
    eves.refresh_from_db()
    say(eves, cast.max)

    assert told(cast.olga) == ["Max Berg commented on “Low”."]
    assert "1 person follows" in text_of(client.get(eves.get_absolute_url()))
    client.post(address, {"stop": "1"})
    say(eves, cast.max)
    assert len(told(cast.olga)) == 1


def test_who_follows_hears_of_changes_and_of_the_end(cycle, cast):
    made = goal(cast.eve, cycle, title="Low")
    company.follow(made, by=cast.olga)
    wider = plan(cast.eve, cycle, title="Low", weight=3)

    services.change_goal(made, wider, version=1, by=cast.max.user, on=TODAY, at=NOON)
    services.cancel_goal(made, because="Another way was found", by=cast.eve.user, at=NOON)

    assert set(told(cast.olga)) == {"“Low” was changed.", "“Low” was withdrawn: Another way was found"}
    assert told(cast.eve) == ["“Low” was changed."]  # her own act is no news to her


def test_following_gives_no_right_to_see_and_no_news_of_what_one_may_not_see(eves, cast):
    Goal.objects.filter(pk=eves.pk).update(visibility=Goal.Visibility.PUBLIC)
    company.follow(eves, by=cast.olga)
    Goal.objects.filter(pk=eves.pk).update(visibility=LINE)
    eves.refresh_from_db()

    say(eves, cast.max)

    assert told(cast.olga) == []
    assert not Goal.objects.visible_to(Viewer.of(cast.olga.user)).exists()


def test_a_contributor_sees_the_goal_and_is_told_and_sees_it_no_more_when_removed(eves, cast, client_of):
    client = client_of(cast.eve)
    address = reverse("goals:contributors", args=[eves.pk])
    assert client_of(cast.olga).get(eves.get_absolute_url()).status_code == 404

    assert client.post(address, {"person": "Olga Finn"}).status_code == 302

    assert told(cast.olga) == ["You contribute to “Low”, owned by Eve Lind."]
    page = client_of(cast.olga).get(eves.get_absolute_url())
    assert page.status_code == 200
    assert client_of(cast.olga).get(reverse("goals:check_in", args=[eves.pk])).status_code == 403
    assert client_of(cast.olga).get(reverse("goals:change", args=[eves.pk])).status_code == 403
    assert "Olga Finn" in text_of(client.get(address))
    client.post(reverse("goals:contributor_removal", args=[eves.pk, cast.olga.pk]))
    assert client_of(cast.olga).get(eves.get_absolute_url()).status_code == 404


def test_nobody_contributes_to_a_private_goal(cycle, cast):
    secret = goal(cast.eve, cycle, visibility=PRIVATE)
    with pytest.raises(DomainError, match="Only its owner"):
        company.add_contributor(secret, cast.ed, by=cast.eve.user, at=NOON)
    open_goal = goal(cast.eve, cycle, visibility=LINE)
    company.add_contributor(open_goal, cast.ed, by=cast.eve.user, at=NOON)
    Goal.objects.filter(pk=open_goal.pk).update(visibility=PRIVATE)

    assert not Goal.objects.visible_to(Viewer.of(cast.ed.user)).exists()


def test_the_history_says_who_changed_what_in_words(eves, cast, client_of):
    wider = plan(cast.eve, eves.cycle, title="Low", weight=3, visibility=Goal.Visibility.PUBLIC, target=90)
    services.change_goal(eves, wider, version=1, by=cast.max.user, on=TODAY)

    page = text_of(client_of(cast.eve).get(eves.get_absolute_url()))

    assert "Max Berg</b> changed" in page
    for words in ("<del>1</del>", "<ins>3</ins>", "Who sees it", "<ins>Everyone here</ins>", "<del>100</del>"):
        assert words in page


# --- who sees what: every list, count, sum, comment and file ------------------------------------------------------------


@pytest.fixture
def secrets(cycle, cast) -> list[Goal]:
    """Eve's goals that Olga may not see, one for her line and one for herself, below and beside what all see."""
    top = goal(cast.max, cycle, level="team", title="Ours")
    seen_by_line = goal(cast.eve, cycle, parent=top, visibility=LINE, title="Line words")
    private = goal(cast.eve, cycle, visibility=PRIVATE, title="Private words")
    for one in (seen_by_line, private):
        say(one, cast.eve, "Whispered words")
    return [top, seen_by_line, private]


@pytest.mark.parametrize(
    ("who", "line", "private"),
    [("eve", True, True), ("max", True, False), ("hana", True, False), ("petra", True, False)]
    + [(name, False, False) for name in ("olga", "ed", "sam", "ada", "ingrid")],
)
def test_t01_no_list_count_sum_comment_or_file_shows_a_goal_to_who_may_not_see_it(
    secrets, cast, client_of, who, line, private
):
    top, seen_by_line, secret = secrets
    client = client_of(getattr(cast, who))
    pages = [
        reverse("goals:tree"),
        reverse("goals:tree") + "?q=words",
        reverse("goals:tree") + "?show=unlinked",
        reverse("goals:mine"),
        reverse("goals:branch", args=[top.pk]),
        reverse("goals:detail", args=[top.pk]),
        reverse("goals:weights") + f"?parent={top.pk}&weight=1",
    ]
    shown = "".join(text_of(client.get(address)) for address in pages)
    shown += text_of(client.post(reverse("goals:export"), {"format": "csv"}))

    assert ("Line words" in shown) is line
    assert ("Private words" in shown) is private
    assert "Whispered words" not in shown
    for one, may in ((seen_by_line, line), (secret, private)):
        answer = client.get(one.get_absolute_url())
        assert answer.status_code == (200 if may else 404)
        assert ("Whispered words" in text_of(answer)) is may
        assert (one.detail.title in text_of(client.get(reverse("goals:new"), {"copy": one.pk}))) is may
        posted = client.post(reverse("goals:comments", args=[one.pk]), {"text": "x", "key": str(uuid4())})
        assert posted.status_code == (302 if may else 404)
    tree = text_of(client.get(reverse("goals:tree")))
    assert f"All {1 + line + private}<" in tree.replace("</a>", "<") or f"All {1 + line + private}\n" in tree


def test_what_is_kept_about_a_person_is_theirs_to_download(secrets, cast):
    company.follow(secrets[0], by=cast.eve)

    mine = about(cast.eve.user)
    olgas = about(cast.olga.user)

    assert [one["title"] for one in mine["goals"]] == ["Line words", "Private words"]
    assert mine["follows"] == ["Ours"]
    assert {said["text"] for said in mine["comments"]} == {"Whispered words"}
    assert olgas["goals"] == []
    assert "Whispered words" not in str(olgas)
    assert json.dumps(mine)


def test_hr_says_with_whom_an_organisation_goal_was_chosen(cycle, cast, client_of):
    top = goal(cast.uma, cycle, level="organisation", unit=cast.company, title="Top")
    hana, address = client_of(cast.hana), reverse("goals:consultations", args=[top.pk])
    assert address in text_of(hana.get(reverse("goals:cycle", args=[cycle.pk])))
    said = {"who": "Panel of eight schools", "held_on": "2026-06-20", "outcome": "One question instead of five"}

    ahead = hana.post(address, {**said, "held_on": "2026-07-02"})
    assert (ahead.status_code, "The day lies ahead" in text_of(ahead)) == (422, True)
    assert "One question instead of five" in text_of(ahead)
    assert [hana.post(address, said).status_code for _ in range(2)] == [302, 302]

    page = text_of(client_of(cast.ed).get(top.get_absolute_url()))
    assert "Panel of eight schools" in page
    assert address not in page
    assert "1 group" in text_of(hana.get(reverse("goals:cycle", args=[cycle.pk])))
    assert "Chosen with" in page
    assert client_of(cast.ed).post(address, said).status_code == 403

    asked = top.consultations.get()
    assert hana.post(reverse("goals:consultation_removal", args=[top.pk, asked.pk])).status_code == 302
    assert not top.consultations.exists()
    assert AuditEntry.objects.filter(changes__has_key="chosen with").count() == 2


def test_a_round_is_removed_only_from_its_own_goal(eves, cycle, cast, client_of):
    other = goal(cast.max, cycle, level="team", title="Other")
    asked = other.consultations.create(who="Panel", held_on=TODAY, outcome="Fewer surveys")

    link = reverse("goals:consultation_removal", args=[eves.pk, asked.pk])
    assert client_of(cast.eve).post(link).status_code == 404
    assert other.consultations.exists()


def test_who_is_erased_leaves_numbers_and_no_words(cycle, cast):
    ways = [PremortemPlan(f"Way {number}") for number in range(3)]
    rails = [GuardrailPlan("Reopened", "<=", Decimal(6), "%")]
    mine = goal(cast.eve, cycle, visibility=LINE, reward="A day off", premortem=ways, guardrails=rails)
    rail = mine.guardrails.get()
    services.read_guardrail(rail, value=Decimal(5), read_on=TODAY, note="Asked Ida Ohm", by=cast.max, at=NOON)

    erasure.erase(cast.eve.user)

    mine = Goal.objects.get(pk=mine.pk)
    assert (mine.detail.title, mine.detail.reward, mine.premortem.count()) == (erasure.UNNAMED, "", 0)
    assert (rail.readings.get().value, rail.readings.get().note) == (5, "")
