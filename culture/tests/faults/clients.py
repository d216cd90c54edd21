"""People at their browsers: threads that save answers, submit and check in over HTTP, and remember what was acknowledged.

Like the product's own pages they send the same thing again until it is acknowledged. So when a crowd has gone home,
every value it wrote last must be in the database, exactly once: oracle.py looks.
"""

from __future__ import annotations

import http.client
import random
import statistics
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from culture.tests.faults.waiting import PATIENCE, wait_for

TOKEN = "0123456789abcdefghijklmnopqrstuv"  # of the cross-site request forgery check; the browser's choice
PAUSE = 0.05
RETRY_PAUSE = 0.1
GONE = 410


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: nothing did, so whether the request was carried out is unknown."""

    what: str
    status: int
    seconds: float
    at: float
    body: str = ""
    location: str = ""

    @property
    def is_acknowledged(self) -> bool:
        return 200 <= self.status < 400

    @property
    def is_failed(self) -> bool:
        return self.status == 0 or self.status >= 500


class Visitor:
    """A browser of nobody, or with the cookie of somebody's session. Each request has a connection of its own."""

    def __init__(self, port: int, session: str = "", report: Callable[[Answer], None] | None = None) -> None:
        self.port, self.session, self.report = port, session, report

    def get(self, path: str) -> Answer:
        return self._send("GET", path)

    def post(self, path: str, **data: object) -> Answer:
        return self._send("POST", path, urlencode(data))

    def _send(self, method: str, path: str, body: str | None = None) -> Answer:
        cookies = f"wheelhouse_csrf={TOKEN}; wheelhouse_session={self.session}"
        headers = {"Cookie": cookies, "X-CSRFToken": TOKEN, "Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        began = time.monotonic()
        status, text, location = 0, "", ""
        try:
            connection.request(method, path, body, headers)
            got = connection.getresponse()
            text = got.read().decode(errors="replace")
            status, location = got.status, got.headers.get("Location", "")
        except (OSError, http.client.HTTPException) as error:
            text = repr(error)
        finally:
            connection.close()
        if location.startswith("/sign-in/"):
            status = 401  # a redirect there acknowledges nothing
        answer = Answer(f"{method} {path}", status, time.monotonic() - began, began, text, location)
        if self.report:
            self.report(answer)
        return answer


@dataclass
class Respondent:
    """One invited person and what of theirs has been acknowledged."""

    employee: int
    session: str
    answers: dict[str, str] = field(default_factory=dict)
    is_submitted: bool = False
    is_refused: bool = False


@dataclass
class Owner:
    """Somebody with goals, and the check-ins on them: goal to key to value."""

    session: str
    goals: Sequence[int]
    check_ins: dict[int, dict[uuid.UUID, int]] = field(default_factory=dict)


class Crowd:
    """Everybody who is at work during one fault."""

    def __init__(self, port: int, campaign: int, fields: Sequence[str]) -> None:
        self.port, self.campaign, self.fields = port, campaign, fields
        self.answers: list[Answer] = []
        self.surprises: list[str] = []
        self.respondents: list[Respondent] = []
        self.owners: list[Owner] = []
        self._is_over = threading.Event()

    @contextmanager
    def at_work(self, jobs: Sequence[Callable[[], None]]) -> Iterator[Crowd]:
        """Repeat each job in a thread of its own until the block ends and the last writes are acknowledged."""
        self._is_over.clear()
        threads = [threading.Thread(target=self._repeat, args=(job,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._is_over.set()
            for thread in threads:
                thread.join(2 * PATIENCE)
        assert self.surprises == []
        assert not any(thread.is_alive() for thread in threads)

    def at_once(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Do each job once, all beginning at the same moment."""
        start = threading.Barrier(len(jobs))

        def run(job: Callable[[], None]) -> None:
            start.wait()
            self._guarded(job)

        threads = [threading.Thread(target=run, args=(job,), daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(4 * PATIENCE)
        assert self.surprises == []

    def works_on(self, requests: int = 40) -> None:
        """Wait until so many more requests have been acknowledged."""
        enough = self._acknowledged() + requests
        wait_for(lambda: self.surprises or self._acknowledged() >= enough, f"{requests} more requests")

    def _acknowledged(self) -> int:
        return sum(answer.is_acknowledged for answer in self.answers)

    # --- what people do --------------------------------------------------------------------------------------------

    def autosaving(self, person: Respondent) -> Callable[[], None]:
        """Change one answer after the other and never submit."""
        return lambda: self.save(person, random.choice(self.fields), str(random.randint(1, 5)))

    def answering(self, people: Iterator[Respondent]) -> Callable[[], None]:
        """Person by person: some answers, then submit."""

        def answer_and_submit() -> None:
            person = next(people, None)
            if person is None:
                time.sleep(PAUSE)
                return
            for name in random.sample(self.fields, 4):
                self.save(person, name, str(random.randint(1, 5)))
            self.submit(person)

        return answer_and_submit

    def checking_in(self, owner: Owner) -> Callable[[], None]:
        return lambda: self.check_in(owner, random.choice(owner.goals), random.randint(0, 100))

    def save(self, person: Respondent, name: str, value: str) -> None:
        number = time.time_ns() // 1000
        path = f"/surveys/{self.campaign}/answers/"
        if self._insist(lambda: self.visitor(person.session).post(path, key=name, value=value, sequence=number)):
            person.answers[name] = value

    def submit(self, person: Respondent) -> None:
        path = f"/surveys/{self.campaign}/submission/"
        if answer := self._insist(lambda: self.visitor(person.session).post(path), GONE):
            person.is_submitted = answer.is_acknowledged
            person.is_refused = answer.status == GONE

    def check_in(self, owner: Owner, goal: int, value: int) -> None:
        key = uuid.uuid4()
        form = {"value": value, "measured_on": date.today().isoformat(), "key": key}  # noqa: DTZ011 - as a browser would
        if self._insist(lambda: self.visitor(owner.session).post(f"/goals/{goal}/check-ins/", **form)):
            owner.check_ins.setdefault(goal, {})[key] = value

    def visitor(self, session: str) -> Visitor:
        return Visitor(self.port, session, self.answers.append)

    def _insist(self, send: Callable[[], Answer], *also_final: int) -> Answer | None:
        """Send the same thing until there is a final answer; a refusal nobody expected is noted as a surprise."""
        deadline: float | None = None
        while deadline is None or time.monotonic() < deadline:
            answer = send()
            if answer.is_acknowledged or answer.status in also_final:
                return answer
            if not answer.is_failed:
                self.surprises.append(f"{answer.what}: {answer.status} {answer.body[-600:]}")
                return None
            if self._is_over.is_set():
                deadline = deadline or time.monotonic() + PATIENCE
            time.sleep(RETRY_PAUSE)
        self.surprises.append(f"{answer.what}: never acknowledged, at last {answer.status} {answer.body[-600:]}")
        return None

    def _repeat(self, job: Callable[[], None]) -> None:
        while not self._is_over.is_set() and not self.surprises:
            self._guarded(job)
            time.sleep(PAUSE)

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - told by the main thread
            self.surprises.append(repr(error))

    # --- how it felt -----------------------------------------------------------------------------------------------

    def failed(self, *, since: float = 0, until: float = float("inf")) -> list[Answer]:
        """Requests begun in that time that got no answer or one of ours that is no answer."""
        return [answer for answer in self.answers if answer.is_failed and since <= answer.at < until]

    def p95(self, *, since: float = 0, until: float = float("inf")) -> float:
        """Seconds that 95 of 100 requests begun in that time stay below."""
        seconds = [answer.seconds for answer in self.answers if since <= answer.at < until]
        assert len(seconds) >= 20, "too few requests to judge"
        return statistics.quantiles(seconds, n=20)[-1]
