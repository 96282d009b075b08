"""To-dos at a steady rate, each on a connection of its own, and what became of them."""

import concurrent.futures
import dataclasses
import secrets
import threading
import time

from release import web
from release.failure import Failure

WORKERS = 32
TIMEOUT = 10


@dataclasses.dataclass
class Outcome:
    created: set = dataclasses.field(default_factory=set)  # ids
    failed: list = dataclasses.field(default_factory=list)  # why
    again: set = dataclasses.field(default_factory=set)  # those that were made more than once, by number

    def must_be_whole(self):
        if self.failed:
            raise Failure(
                f"{len(self.failed)} of {len(self.failed) + len(self.created)} requests failed: {self.failed[0]}"
            )
        if not self.created:
            raise Failure("no request was made")
        again = f", {len(self.again)} of them made again" if self.again else ""
        return f"{len(self.created)} requests, none failed{again}"


class Load:
    """with Load(url, token, rate) as load: ...; then load.outcome is complete. A request is tried once; with patience
    for so many seconds, as the same one (Idempotency-Key), where what it meets may be gone from one moment to the next.
    """

    def __init__(self, url, token, rate, patience=0):
        self.url, self.token, self.rate, self.patience = f"{url}/api/todos", token, rate, patience
        self._name = secrets.token_hex(8)
        self.outcome = Outcome()
        self._over = threading.Event()

    def __enter__(self):
        self._workers = concurrent.futures.ThreadPoolExecutor(WORKERS)
        self._clock = threading.Thread(target=self._run)
        self._clock.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """Comes back when each request has ended."""
        self._over.set()
        self._clock.join()
        self._workers.shutdown()

    def _run(self):
        begin, made = time.monotonic(), 0
        while not self._over.is_set():
            while made < (time.monotonic() - begin) * self.rate:
                self._workers.submit(self._create, made)
                made += 1
            self._over.wait(1 / self.rate)

    def _create(self, number):
        tried = 0

        def create():
            nonlocal tried
            tried += 1
            if tried > 1:
                self.outcome.again.add(number)
            return self._post(number)

        try:
            until = time.monotonic() + self.patience
            self.outcome.created.add(web.retry(create, until) if self.patience else create())
        except Failure as wrong:
            self.outcome.failed.append(str(wrong))

    def _post(self, number):
        key = {"Idempotency-Key": f"{self._name}-{number}"} if self.patience else {}
        body = {"title": f"load {number}"}
        answer = web.request("POST", self.url, timeout=TIMEOUT, token=self.token, body=body, headers=key)
        return answer.must_be(201).json()["id"]
