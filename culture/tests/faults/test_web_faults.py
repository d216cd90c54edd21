"""Web processes that die while people write: what was acknowledged stays, and what was not is sent again."""

import random

import psutil

THREADS_OF_A_WORKER = 4


def test_f01_killing_all_web_processes_loses_no_acknowledged_answer(scene, stack):
    with scene.at_work() as crowd:
        crowd.works_on()
        stack.kill(stack.web)
        stack.web.start()
        crowd.works_on()

    assert any(person.is_submitted for person in crowd.respondents)
    scene.assert_nothing_lost()


def test_f02_killing_one_web_worker_five_times_costs_only_its_own_requests(scene, stack):
    with scene.at_work() as crowd:
        for _ in range(5):
            crowd.works_on()
            random.choice(stack.children_of(stack.web)).kill()
        crowd.works_on()

    assert len(crowd.failed()) <= 5 * THREADS_OF_A_WORKER
    scene.assert_nothing_lost()


def test_f05_a_restart_in_order_costs_no_request_and_no_job(scene, stack):
    with scene.at_work() as crowd:
        crowd.works_on()
        before = [psutil.Process(program.process.pid) for program in (stack.web, stack.worker, stack.beat)]
        for program in (stack.web, stack.worker, stack.beat):
            program.stop()
            program.start()
        crowd.works_on()

    assert not any(process.is_running() for process in before)
    assert crowd.failed() == []
    scene.assert_nothing_lost()
