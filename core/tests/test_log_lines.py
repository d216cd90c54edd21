"""A log line names nobody: addresses that would tell who did what are masked."""

import json
import logging

import pytest

from core.logs import JsonFormatter


@pytest.mark.parametrize(
    ("path", "masked"),
    [
        ("/reviews/feedback/4711/", "/reviews/feedback/-/"),
        ("/reviews/feedback/4711/submission/", "/reviews/feedback/-/submission/"),
        ("/reviews/feedback/7/part/", "/reviews/feedback/-/part/"),
        ("/reviews/feedback/7/refusal/", "/reviews/feedback/-/refusal/"),
        ("/x/a-link-for-somebody-from-outside/", "/x/-/"),
        ("/v/a-link-for-somebody-from-outside/page/", "/v/-/page/"),
        ("/x/answers/", "/x/answers/"),
        ("/reviews/results/4711/", "/reviews/results/4711/"),
    ],
)
def test_t50_t51_the_access_log_says_not_whose_form_was_written_to(path, masked):
    record = logging.LogRecord("gunicorn.access", logging.INFO, "", 0, "POST %s 200 12 ms", (path,), None)

    assert json.loads(JsonFormatter().format(record))["message"] == f"POST {masked} 200 12 ms"
