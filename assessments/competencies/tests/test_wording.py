"""How two wordings differ, and words that cannot be seen."""

from dataclasses import replace

import pytest

from assessments.competencies.wording import Piece, Wording, changes, vague_words, word_count

BASE = Wording(
    name="Putting things right",
    cluster="deliver",
    definition="Responds to mistakes quickly and fairly.",
    constructs=("commitment", "consequence"),
    indicators={1: ("Thanks the customer.", "Logs the complaint."), 2: ("Settles complaints.",)},
)


def test_the_same_words_differ_in_nothing():
    assert changes(BASE, replace(BASE)) == []


def test_the_order_of_the_cs_is_no_change():
    assert changes(BASE, replace(BASE, constructs=("consequence", "commitment"))) == []


def test_a_changed_sentence_shows_which_words_came_and_went():
    [change] = changes(BASE, replace(BASE, definition="Responds to mistakes quickly and without blame."))

    assert change.label == "What it means"
    assert change.lines == (
        ((Piece.SAME, "Responds to mistakes quickly and"), (Piece.OUT, "fairly."), (Piece.IN, "without blame.")),
    )


def test_a_level_shows_lines_that_came_went_and_stayed():
    after = replace(BASE, indicators={1: ("Thanks the customer.", "Says sorry."), 2: ("Settles complaints.",)})

    [change] = changes(BASE, after)

    assert change.label == "Level 1"
    assert change.lines == (
        ((Piece.SAME, "Thanks the customer."),),
        ((Piece.OUT, "Logs the complaint."), (Piece.IN, "Says sorry.")),
    )


def test_a_level_that_is_new_is_shown_as_new():
    [change] = changes(BASE, replace(BASE, indicators={**BASE.indicators, 3: ("Stays calm.",)}))

    assert (change.label, change.lines) == ("Level 3", (((Piece.IN, "Stays calm."),),))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Always handles complaints very well.", ["Always", "very well"]),
        ("Thanks the customer for speaking up.", []),
        ("Is good at listening.", ["good at"]),
        ("Walks hallways.", []),
    ],
)
def test_words_that_nobody_can_see_are_named(text, found):
    assert vague_words(text) == found


def test_words_are_counted():
    assert word_count(BASE.definition) == 6
