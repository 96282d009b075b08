"""The life of one to-do, seen from outside: created, its webhook delivered, deleted."""

import secrets
import time

from . import web
from .failure import Failure

EVENT_FOLLOWS_WITHIN = 4096  # ticks of 1/4096 ms: see event_of
PAGES_READ = 20


def ticks(uuid):
    """The time in a UUIDv7 of Tidings (milliseconds and 1/4096 of one); None for another kind of id."""
    digits = uuid.replace("-", "").lower()
    try:
        return int(digits[:12] + digits[13:16], 16) if len(digits) == 32 and digits[12] == "7" else None
    except ValueError:
        return None


def event_of(todo_id, attempts):
    """The id of the event that created the to-do, among attempts; None when none is there yet.

    The API does not tell it. But todo-be makes the to-do's id and then its event's, microseconds later and with
    nothing in
    between, and both grow with time: it is the first event after the to-do. (Events may be tried in another order:
    once all
    of that moment were, it is.)
    """
    made = ticks(todo_id)
    later = {a["event_id"]: ticks(a["event_id"]) for a in attempts}
    later = {e: t for e, t in later.items() if t is not None and made < t <= made + EVENT_FOLLOWS_WITHIN}
    return min(later, key=later.get, default=None)


# A rollout's old and new pods answer in turn, each request on a connection of its own.
SEEN_IN_A_ROW = 10
HEALTH_OF = {"backend": "/be-health", "broadcaster": "/api/webhooks/health"}


class RoundTrip:
    def __init__(self, url, *, token, webhook_token, endpoint, timeout):
        self.url, self.token, self.webhook_token = url, token, webhook_token
        self.endpoint, self.timeout = endpoint, timeout
        self.title = f"smoke test {secrets.token_hex(8)}"
        self.todo_id = self.event_id = None
        self.started = False  # from then on our to-do may exist

    def _todos(self, method, path="", **more):
        return web.request(method, f"{self.url}/api/todos{path}", timeout=self.timeout, token=self.token, **more)

    def _webhooks(self, path):
        url = f"{self.url}/api/webhooks/{path}"
        return web.request("GET", url, timeout=self.timeout, token=self.webhook_token).must_be(200).json()

    def runs(self, commit):
        """What answers as todo-be and broadcaster is of this commit, several times in a row: the rollouts are over."""
        for name, path in HEALTH_OF.items():
            for _ in range(SEEN_IN_A_ROW):
                answer = web.request("GET", self.url + path, timeout=self.timeout).must_be(200)
                found = answer.headers.get("tidings-commit", "one that says no commit")
                if found != commit:
                    raise Failure(f"the {name} answers as {found}, not yet as {commit}")
        return f"{' and '.join(HEALTH_OF)} are of {commit[:12]}, {SEEN_IN_A_ROW} times in a row"

    def endpoints(self):
        found = {e["name"]: e["state"] for e in self._webhooks("endpoints")["items"]}
        if not found:
            raise Failure(
                "the broadcaster has no endpoint, so that nothing is ever delivered: set WEBHOOK_URL or endpoints"
            )
        if self.endpoint and self.endpoint not in found:
            raise Failure(f"the broadcaster has no endpoint '{self.endpoint}', only: {', '.join(sorted(found))}")
        return ", ".join(f"{name} {state}" for name, state in sorted(found.items()))

    def create(self):
        """May be called again after a failure: the Idempotency-Key makes it one to-do."""
        self.started = True
        answer = self._todos("POST", body={"title": self.title}, headers={"Idempotency-Key": self.title})
        self.started = not 400 <= answer.status < 500  # certainly rejected
        self.todo_id = answer.must_be(201).json()["id"]
        if self._todos("GET", f"/{self.todo_id}").must_be(200).json()["title"] != self.title:
            raise Failure(f"to-do {self.todo_id} has not the title it was given")
        return f"to-do {self.todo_id}"

    def delivered(self):
        """Succeeds at the second check at the earliest: by then no earlier event has appeared."""
        attempts = self._attempts()
        before, self.event_id = self.event_id, event_of(self.todo_id, attempts)
        if not self.event_id:
            raise Failure(
                "no attempt to deliver the event is recorded: is the relay publishing, and the endpoint healthy?"
            )
        if self.event_id != before:
            raise Failure(f"event {self.event_id} has only just been tried")
        ours = [a for a in attempts if a["event_id"] == self.event_id and self.endpoint in ("", a["endpoint"])]
        for attempt in ours:
            if attempt["outcome"] == "success":
                return (
                    f"event {self.event_id} to {attempt['endpoint']}: attempt {attempt['attempt']}, {attempt['status']}"
                )
        if not ours:
            raise Failure(f"event {self.event_id} was not yet tried at endpoint '{self.endpoint}'")
        tried = [f"{a['endpoint']}: {a['outcome']} (status {a['status']}) {a.get('reason', '')}" for a in ours]
        raise Failure("\n".join([f"event {self.event_id} is not delivered", *tried]))

    def _attempts(self):
        """Back to events certainly older than the to-do."""
        found, before = [], ""
        for _ in range(PAGES_READ):
            page = self._webhooks(f"attempts?limit=200{before}")
            found += page["items"]
            oldest = [t for t in (ticks(a["event_id"]) for a in page["items"]) if t is not None]
            if page["before"] is None or (oldest and max(oldest) < ticks(self.todo_id)):
                break
            before = f"&before={page['before']}"
        return found

    def received(self, receiver):
        """The receiver (tools/receiver) itself has accepted the event."""
        paths = web.request("GET", f"{receiver}/stats", timeout=self.timeout).must_be(200).json()["paths"]
        for path in paths:
            ids = web.request("GET", f"{receiver}/ids?path={path}", timeout=self.timeout).must_be(200).text.split()
            if self.event_id in ids:
                return f"at {path}"
        raise Failure(f"{receiver} has not received event {self.event_id}")

    def delete(self):
        self._todos("DELETE", f"/{self.todo_id}").must_be(204, 404)
        self._todos("GET", f"/{self.todo_id}").must_be(404)
        self.started = False
        return "gone"

    def clean_up(self, seconds):
        """In any case our to-do is deleted; a create whose response was lost is found by its title."""
        until = time.monotonic() + seconds
        if not self.todo_id:
            items = web.retry(lambda: self._todos("GET", "?limit=100").must_be(200).json()["items"], until)
            self.todo_id = next((t["id"] for t in items if t["title"] == self.title), None)
        if self.todo_id:
            web.retry(self.delete, until)
