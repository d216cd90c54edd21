import pytest

from core.search import searched


@pytest.mark.parametrize(
    ("text", "words"),
    [("", ""), (" \0 ", ""), ("Eve\0Lind", "Eve Lind"), ("  Eve \t Lind\n", "Eve Lind"), ("a" * 200, "a" * 80)],
)
def test_t57_what_is_searched_for_holds_nothing_the_database_refuses(text, words):
    assert searched(text) == words
