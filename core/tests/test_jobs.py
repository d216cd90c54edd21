import logging

from core import jobs


def test_f11_a_step_that_fails_is_logged_and_the_next_is_done(caplog):
    done = []

    def step(one: int, *, at: str) -> str:
        if one == 2:
            raise ValueError("wrong with this one")
        done.append(one)
        return at

    with caplog.at_level(logging.ERROR, logger="core.jobs"):
        assert [jobs.attempt(step, one, at="noon") for one in (1, 2, 3)] == ["noon", None, "noon"]

    assert done == [1, 3]
    assert "step could not be done" in caplog.text
