"""The fixtures that other tests stand on: the real worker and the real browser."""

import time

from celery import current_app


def test_the_worker_answers_on_the_test_broker(celery_worker):
    for _ in range(50):
        if answers := current_app.control.ping(timeout=0.5):
            break
        time.sleep(0.1)

    assert [list(answer.values()) for answer in answers] == [[{"ok": "pong"}]]


def test_the_browser_opens_a_page_of_the_live_server(page):
    answer = page.goto("/static/css/app.css")

    assert answer.status == 200
