"""Finding a name or an address, and nothing that only contains it."""

import pytest

from people.mentions import Mention


@pytest.mark.parametrize(
    ("words", "text", "after"),
    [
        ("Ann Lee", "Ann Lee", "X"),
        ("Ann Lee", "Ann Lee's goal, “Ann Lee”: (Ann Lee).", "X's goal, “X”: (X)."),
        ("Ann Lee", "Ann Leeson, Ann Leeé, Joann Lee, Ann Lee-Hill, Mary-Ann Lee, O'Ann Lee", None),
        ("Ann (HR) Lee", "Ann (HR) Lee and Ann HR Lee", "X and Ann HR Lee"),
        ("Émile Zø", "Émile Zø, Émile Zøe", "X, Émile Zøe"),
        ("ann@x.org", "ann@x.org, <ann@x.org>, 'ann@x.org'. Or ann@x.org.", "X, <X>, 'X'. Or X."),
        ("ann@x.org", "joann@x.org j.ann@x.org a+ann@x.org a-ann@x.org o'ann@x.org ann@x.org.uk ann@x.org-b", None),
        ("ann@x.org", "ann@xzorg", None),
    ],
)
def test_only_whole_words_are_replaced(words, text, after):
    mention = Mention(words)

    assert mention.replaced(text, "X") == (after or text)
    assert mention.is_in(text) is (after is not None)


def test_a_longer_name_of_somebody_else_is_left_alone():
    mention = Mention("Ann Lee", ["Mary Ann Lee", "Ann Lee Hill", "Ann Lee"])

    assert mention.replaced("Mary Ann Lee, Ann Lee Hill and Ann Lee", "X") == "Mary Ann Lee, Ann Lee Hill and X"
    assert not mention.is_in("Mary Ann Lee")


def test_a_json_value_is_replaced_in_keys_and_values_at_any_depth():
    mention = Mention("Ann Lee")

    assert mention.replaced_within({"Ann Lee": ["Ann Lee", 1, None, {"new": "Ann Leeson"}]}, "X") == {
        "X": ["X", 1, None, {"new": "Ann Leeson"}]
    }
