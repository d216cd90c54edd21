"""While raters are named one reads as which groups they would be shown: by the rule of the reports, and by nothing else."""

import pytest

from assessments.reviews.folding import Part
from assessments.reviews.queries.grouping import group_lines
from assessments.reviews.queries.raters import External
from assessments.reviews.services import raters as lists
from assessments.reviews.tests.factories import assessment_of, give_roles
from assessments.reviews.tests.raters import answer, ask, cycle_360
from people.tests.factories import EmployeeFactory

PEERS, REPORTS, EXTERNALS = Part.PEERS, Part.REPORTS, Part.EXTERNALS


@pytest.mark.parametrize(
    ("named", "fewest", "words"),
    [
        ({}, 3, []),
        (
            {PEERS: 2, EXTERNALS: 1},
            3,
            ["With two colleagues and one customer, their answers will be shown together as one group of three."],
        ),
        ({PEERS: 4}, 3, ["Four colleagues: their answers will be shown as a group of their own."]),
        ({PEERS: 1}, 3, ["One colleague is too few to be shown. Name two more, or what they answer is not shown."]),
        (
            {PEERS: 5, REPORTS: 1},
            3,
            [
                "With five colleagues and one person who reports to you, their answers will be shown together as one "
                "group of six."
            ],
        ),
        (
            {PEERS: 3, EXTERNALS: 2},
            3,
            [
                "Three colleagues: their answers will be shown as a group of their own.",
                "Two customers are too few to be shown. Name one more, or what they answer is not shown.",
            ],
        ),
        ({PEERS: 11}, 10, ["11 colleagues: their answers will be shown as a group of their own."]),
        (
            {PEERS: 1, REPORTS: 1, EXTERNALS: 3},
            3,
            [
                "One colleague and one person who reports to you are too few to be shown. Name one more, or what they "
                "answer is not shown.",
                "Three customers: their answers will be shown as a group of their own.",
            ],
        ),
    ],
)
def test_groups_in_words(named, fewest, words):
    assert [line.words for line in group_lines(named, fewest, is_own=True)] == words


@pytest.fixture
def cycle(cast, now, today):
    give_roles(cast)
    days = dict.fromkeys(("self_due_on", "manager_due_on", "closes_on", "named_by", "feedback_due_on"), today)
    return cycle_360(at=now, **days)


@pytest.mark.django_db
def test_the_list_says_how_those_named_and_ticked_would_be_shown(cycle, cast, client_of, now):
    other = EmployeeFactory(unit=cast.helpdesk, manager=cast.max, name="Nora Field")
    assessment = assessment_of(cast.eve)
    client, url = client_of(cast.eve), f"/reviews/raters/{assessment.pk}/"
    assert "Nobody is named yet." in client.get(url).text

    rita = External("Rita Novak", "rita@customer.example")
    lists.propose(assessment, colleagues=[cast.olga], externals=[rita], by=cast.eve, at=now)
    few = client.get(url).text
    assert "One colleague is too few to be shown. Name one more" in few, "with one more they would be three with Rita"
    assert "One customer is too few to be shown. Name one more" in few

    whole = client.post(f"{url}names/", {"go": "look", "colleagues": [other.pk]})
    said = "With two colleagues and one customer, their answers will be shown together as one group of three."
    assert said in whole.text
    assert "who are not sent yet" in whole.text
    assert f'id="colleague-{other.pk}" checked' in whole.text
    typed = {"go": "look", "colleagues": [other.pk], "external_email": "cara@x.example"}
    part = client.post(f"{url}names/", typed, headers={"HX-Request": "true"})
    assert "With two colleagues and two customers" in part.text
    assert "<form" not in part.text
    assert assessment.raters.count() == 2, "a look sends nothing"


@pytest.mark.django_db
def test_t51_the_groups_do_not_move_when_somebody_answers(cycle, cast, client_of, now):
    assessment = assessment_of(cast.eve)
    raters = [ask(assessment, person, at=now) for person in (cast.olga, cast.ed, cast.sam)]
    client, url = client_of(cast.max), f"/reviews/raters/{assessment.pk}/"
    before = _groups(client.get(url).text)

    answer(raters[0], at=now)

    assert _groups(client.get(url).text) == before
    assert "Three colleagues: their answers will be shown as a group of their own." in before


def _groups(text: str) -> str:
    return text[text.index('id="groups"') :].partition("</ul>")[0]
