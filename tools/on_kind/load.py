"""To-dos at a steady rate, each on a connection of its own, and what became of them."""

import concurrent.futures
import dataclasses
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

    def must_be_whole(self):
        if self.failed:
            raise Failure(
                f"{len(self.failed)} of {len(self.failed) + len(self.created)} requests failed: {self.failed[0]}"
            )
        if not self.created:
            raise Failure("no request was made")
        return f"{len(self.created)} requests, none failed"


class Load:
    """with Load(url, token, rate) as load: ...; then load.outcome is complete. A request is tried once."""

    def __init__(self, url, token, rate):
        self.url, self.token, self.rate = f"{url}/api/todos", token, rate
        self.outcome = Outcome()
        self._over = threading.Event()

    def __enter__(self):
        self._workers = concurrent.futures.ThreadPoolExecutor(WORKERS)
        self._clock = threading.Thread(target=self._run)
        self._clock.start()
        return self

    def __exit__(self, *_):
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
        try:
            body = {"title": f"load {number}"}
            answer = web.request("POST", self.url, timeout=TIMEOUT, token=self.token, body=body).must_be(201)
            self.outcome.created.add(answer.json()["id"])
        except Failure as wrong:
            self.outcome.failed.append(str(wrong))
