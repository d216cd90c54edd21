"""What leaders say and what they do: two shares worked out from the release plan, or the reason why not."""

import pytest

from assessments.surveys import cells
from assessments.surveys.models import UnitRelease
from assessments.surveys.queries import say_do
from assessments.surveys.queries.layouts import layout_of
from assessments.surveys.tests import factories
from assessments.surveys.tests.tarn import cast_ballots

WORDS_AND_DEEDS = {"CMD4": 4, "CMU4": 4, "CMD2": 2, "CMD3": 2, "CHA4": 4}


def given(seat):
    """Sales sees deeds half the time, everybody else never; IT is too small to be shown."""
    answers = dict.fromkeys(factories.statement_codes(), "3") | {c: str(v) for c, v in WORDS_AND_DEEDS.items()}
    if seat.home.key == "company":
        answers["CMD2"] = "4" if seat.pk % 2 else "2"
    return answers


@pytest.fixture
def told(survey):
    cast_ballots(survey, given)
    return factories.close(survey)


def release_of(campaign, key):
    return UnitRelease.objects.select_related("unit__campaign").get(unit__campaign=campaign, unit__key=key)


def test_p03_t44_words_and_deeds_are_means_of_the_shares_in_the_plan(told):
    released, layout = release_of(told, "company"), layout_of(told.form)

    found = say_do.say_do("Employees", released, layout, 5)

    records = cells.unpack(released.items, "items", released.layout)
    share = {
        slot.code: 100 * int(record["favourable"]) / int(record["n"])
        for slot, record in zip(layout.statements, records, strict=True)
    }
    assert found.says == round((share["CMD4"] + share["CMU4"]) / 2) == 100
    assert found.does == round((share["CMD2"] + share["CMD3"] + share["CHA4"]) / 3)
    assert found.words == "More is said than done."
    assert found.points == f"+{round(100 - (share['CMD2'] + share['CMD3'] + share['CHA4']) / 3)}"


def test_p03_t40_a_hidden_unit_says_neither_and_a_small_one_no_capped_share(told):
    layout = layout_of(told.form)

    hidden = say_do.say_do("IT", release_of(told, "it"), layout, 5)
    capped = say_do.say_do("Sales", release_of(told, "sales"), layout, 5)

    assert (hidden.says, hidden.does, hidden.hidden) == (None, None, "Not shown: fewer than 5 answers.")
    assert (capped.says, capped.does, capped.hidden) == (None, None, say_do.TOO_ALIKE)


def test_a_form_without_these_statements_says_nothing(told):
    layout = layout_of(factories.form("employee_pulse"))

    assert say_do.say_do("Employees", release_of(told, "company"), layout, 5) is None


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (9.4, "Words and deeds go together."),
        (9.5, "More is said than done."),
        (-9.4, "Words and deeds go together."),
        (-9.5, "More is done than said."),
    ],
)
def test_small_differences_between_words_and_deeds_are_not_read(points, words):
    assert say_do.apart(points) == words
